"""Every rule led through the really trained bot: by buttons, by digits, by free text."""
from __future__ import annotations

import pytest

from policy_kb.interview import SUBJECTS
from tests.rules import shipped

pytestmark = pytest.mark.slow
FARMER = "农村户口，在城区就业居住或全家搬来"
GRADUATE = "高校或职业院校毕业生、技术工人、留学回国"
STUDENT = "农村籍大学生（刚录取、在读或毕业迁户口）"
SOLDIER = "农村籍退役士兵"
LIFTED = "租公租房或经适房、投资、引进人才"

PATHS = [
    ("落户", (FARMER, "农业户口", "丹东城区", "就业居住", "满2年以上", "有"), "likely", "4-1"),
    ("落户", (FARMER, "农业户口", "丹东城区", "举家迁移", "不满2年"), "not_met", "4-1"),
    ("落户", (FARMER, "农业户口", "不在丹东"), "not_met", "4-1"),
    ("落户", (FARMER, "非农业户口"), "window", "4-1"),
    ("落户", (FARMER, "农业户口", "丹东城区", "就业居住", "不清楚", "有"), "undetermined", "4-1"),
    ("落户", (GRADUATE, "技术工人"), "likely", "4-2"),
    ("落户", (STUDENT, "刚被高校录取或在读", "农村户口"), "likely", "4-3"),
    ("落户", (STUDENT, "已经毕业", "农村户口"), "likely", "4-4"),
    ("落户", (SOLDIER, "是", "农村户口", "回原籍"), "likely", "4-5"),
    ("落户", (SOLDIER, "是", "农村户口", "市区的亲属户上", "没有"), "not_met", "4-5"),
    ("落户", (LIFTED, "承租政府公共租赁住房或经济适用房"), "window", "5-1"),
    ("落户", (LIFTED, "投资落户"), "window", "5-2"),
    ("落户", (LIFTED, "人才引进"), "window", "5-3"),
    ("落户", ("都不是",), "window", "2-1"),
    ("养老", ("已满60周岁", "还没落户，按今天算", "已经在领"), "likely", "12-3"),
    ("养老", ("未满60周岁", "农业户口", "正在缴费", "城乡居民养老保险", "愿意"), "likely", "12-1"),
    ("养老", ("未满60周岁", "农业户口", "正在缴费", "城镇企业职工养老保险"), "window", "12-2"),
    ("医保", ("农业户口", "准备落户", "稳定就业"), "likely", "11-1"),
    ("医保", ("农业户口", "已经落户城镇", "没有就业"), "likely", "11-2"),
    ("上学", ("上小学或初中", "有"), "window", "13-1"),
    ("上学", ("参加中考或高考", "是", "没有"), "not_met", "13-2"),
    ("土地", ("落户要不要先退地", "农业户口"), "likely", "9-4"),
    ("土地", ("自愿流转承包地", "农业户口", "被要求的"), "window", "9-4"),
    ("土地", ("流转宅基地", "农业户口"), "window", "9-3"),
    ("公租房", ("新就业大学生",), "window", "10-2"),
    ("公积金", ("开始缴存", "个体工商户"), "window", "10-3"),
    ("低保", ("农业户口", "已经落户城镇", "够条件"), "window", "12-4"),
]


def by(path):
    return f"{path[0]}：{'、'.join(path[1])}"


@pytest.mark.parametrize("path", PATHS, ids=by)
def test_by_buttons_or_by_digits_the_rule_reaches_its_verdict(citizens, path):
    subject, labels, outcome, basis = path
    pressing, dialling = citizens(), citizens()
    for one, answers in ((pressing, "presses"), (dialling, "dials")):
        one.says(f"rule:{subject}")
        getattr(one, answers)(*labels)
        assert one.outcome() == outcome
        assert one.verdict()["rules"][0]["basis"]["item"] == basis
    assert pressing.told() == dialling.told()
    assert pressing.verdict()["receipt"] == dialling.verdict()["receipt"]


@pytest.mark.parametrize("id", shipped.rules())
def test_digits_alone_lead_every_rule_to_a_verdict(citizens, id):
    for digit in "12":
        one = citizens()
        one.says(f"rule:{id}")
        for _ in range(12):
            if one.asked is None:
                break
            one.says(digit)
        one.verdict()


@pytest.mark.parametrize("subject", SUBJECTS)
def test_who_does_not_know_anything_hears_what_to_find_out(citizen, subject):
    citizen.says(f"rule:{subject}")
    for _ in range(20):
        if citizen.asked is None:
            break
        citizen.says("不清楚")
    assert citizen.outcome() == "undetermined"
    assert "还不清楚" in citizen.verdict()["rules"][0]["summary"]


FREE = [
    ("帮我查一查能不能落户", ("农村的", "我是农民", "住在振兴区", "在厂里上班", "住了快三年了", "没办过"), "not_met"),
    ("帮我查一查能不能落户", ("打工的", "农村户口", "市里", "全家都来了", "19年3月来的", "办下来了"), "likely"),
    ("帮我查一查能不能落户", ("种地的", "农业的", "丹东市里", "开了个店", "一年零八个月"), "not_met"),
    ("看看我能不能落户", ("我是退伍兵", "是，农村的", "想落在亲戚家", "有了"), "likely"),
    ("看看我能不能落户", ("大学毕业生",), "likely"),
    ("看看我能不能落户", ("农村大学生", "刚考上", "是的，农村的"), "likely"),
    ("看看我能不能落户", ("公租房", "租公租房的"), "window"),
    ("养老保险帮我查查", ("六十三", "还没落户", "领着呢"), "likely"),
    ("养老保险帮我查查", ("五十九岁半", "农村户口", "还在交", "居民养老", "愿意"), "likely"),
    ("医保怎么办，帮我查一下", ("农村", "还没迁", "打零工"), "likely"),
    ("孩子上学帮我查一查", ("上一年级", "没办过"), None),
    ("老家的土地帮我看看", ("要不要退地", "是"), "likely"),
    ("低保帮我查查", ("是", "已经落户了", "够条件"), "window"),
    ("公积金帮我查查", ("想开户", "个体户"), "window"),
    ("公租房帮我查查", ("在这打工的",), "window"),
]


@pytest.mark.parametrize("path", FREE, ids=by)
def test_in_ones_own_words_the_rule_reaches_its_verdict(citizen, path):
    first, answers, outcome = path
    citizen.says(first)
    for answer in answers:
        assert citizen.asked, (answer, citizen.texts)
        citizen.says(answer)
        assert "again" not in citizen.codes(), citizen.texts
    assert outcome in (None, citizen.outcome())


@pytest.mark.parametrize("path", [p for p in PATHS if "农业户口" in p[1] or p[0] == "土地"], ids=by)
def test_rural_people_hear_their_rights_unasked(citizen, path):
    citizen.says(f"rule:{path[0]}")
    citizen.dials(*path[1])
    rights = "".join(citizen.verdict()["rights"])
    for words in ("土地承包权、宅基地使用权、集体收益分配权", "先决条件", "被落户"):
        assert words in rights and words in citizen.text


def test_an_animal_of_the_year_is_asked_back_with_what_would_help(citizen):
    citizen.tells("养老保险帮我查查", "属猪的")
    assert citizen.asked == "年龄" and "哪一年出生" in citizen.text
    citizen.says("71年的，属猪")
    assert citizen.asked != "年龄" and "1971年" in citizen.text


def test_a_length_that_may_be_either_side_is_left_open(citizen):
    citizen.says("rule:落户")
    citizen.dials(FARMER, "农业户口", "丹东城区", "就业居住")
    citizen.tells("两年左右", "有")
    assert citizen.outcome() == "undetermined"
    assert "居住时间" in citizen.verdict()["rules"][0]["summary"]


@pytest.mark.parametrize("said, outcome", [("23个月", "not_met"), ("24个月", "likely"), ("整两年", "likely")])
def test_the_boundary_of_two_years(citizen, said, outcome):
    citizen.says("rule:落户")
    citizen.dials(FARMER, "农业户口", "丹东城区", "就业居住")
    citizen.says(said)
    if citizen.asked:
        citizen.says("有")
    assert citizen.outcome() == outcome


@pytest.mark.parametrize("said, item", [("59岁11个月", "12-1"), ("60周岁", "12-3")])
def test_the_boundary_of_sixty(citizen, said, item):
    citizen.tells("rule:养老", said)
    while citizen.asked:
        citizen.says("1")
    assert citizen.verdict()["rules"][0]["basis"]["item"] == item
