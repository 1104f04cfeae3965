"""What is asked after an answer is understood against it; what is asked twice is answered twice."""
from __future__ import annotations

import pytest

from tests.conversation.tester import Conversation
from tests.understanding.looks import answered, leads_to, offered

pytestmark = pytest.mark.slow

AFTER = {
    "有居住证满两年能落户吗": [
        ("那孩子呢", ["N-105", "N-106", "4-1", "2-1"]), ("要多久", ["N-904"]), ("那要多久能办下来", ["N-904"]),
        ("公积金也是吗", ["10-3"]), ("去哪办", ["N-902"]), ("多少钱", ["N-905"]), ("那我媳妇呢", ["N-103"]),
        ("那我爸妈呢", ["N-104"]), ("没有居住证呢", ["4-1"]), ("不满两年呢", ["4-1"]), ("要带什么材料", ["N-901"]),
        ("那大学生呢", ["4-2"]), ("退伍的呢", ["4-5"]), ("那地还在吗", ["9-4"]), ("那养老保险呢", ["12-1"]), ("医保呢", ["11-1"]),
        ("低保呢", ["12-4"]), ("能网上办吗", ["N-906"]), ("电话多少", ["N-903"]),
    ],
    "外来务工人员能住公租房吗": [
        ("那大学生呢", ["10-2"]), ("租金多少", ["N-403"]), ("怎么申请", ["N-402"]), ("要多久", ["N-402"]),
        ("公积金也是吗", ["10-3"]), ("要什么条件", ["N-401"]),
    ],
    "落户前59岁，居民养老保险能转过来吗": [
        ("那60岁以上的呢", ["12-3"]), ("怎么转", ["12-1"]), ("医保呢", ["11-1"]), ("那我媳妇呢", ["12-1"]),
        ("职工养老呢", ["12-2", "N-201"]), ("去哪办", ["N-902", "12-1"]),
    ],
    "落户必须先退承包地吗": [
        ("那宅基地呢", ["9-4", "9-1"]), ("补偿多少", ["N-605", "N-601"]), ("要是村里逼我呢", ["9-4"]),
    ],
    "有居住证孩子能在丹东上学吗": [("那高考呢", ["13-2"]), ("要交什么材料", ["N-502"]), ("那高中呢", ["N-508"])],
    "农民工能交公积金吗": [
        ("那贷款呢", ["N-408", "10-4"]), ("多少钱", ["N-406"]), ("怎么取", ["N-407"]), ("个体户呢", ["10-3"]),
    ],
    "新农合怎么接到城镇医保": [("那我爸呢", ["11-1", "11-2"]), ("报销多少", ["N-302"]), ("要交多少", ["N-301"])],
    "落户后能申请低保吗": [("多少钱", ["N-801"]), ("要什么条件", ["N-802"]), ("怎么申请", ["N-802"])],
}


@pytest.mark.parametrize(("first", "then", "entries"), [
    pytest.param(first, then, entries, id=f"{first} {then}")
    for first, rows in AFTER.items() for then, entries in rows
])
def test_a_follow_up_is_read_against_the_answer_before_it(
        citizen: Conversation, first: str, then: str, entries: list[str]) -> None:
    citizen.tells(first, then)
    assert set(entries) & {*answered(citizen), *offered(citizen)}, citizen.texts


@pytest.mark.parametrize("then", ["股票怎么买", "今天天气咋样", "讲个笑话呗"])
def test_what_has_nothing_to_do_with_the_answer_is_no_follow_up(
        citizen: Conversation, then: str) -> None:
    citizen.tells("落户必须先退承包地吗", then)
    assert citizen.codes() == ["out_of_scope"]


@pytest.mark.parametrize(("text", "entry"), [
    ("要带什么材料", "N-901"), ("材料", "N-901"), ("多久能办完", "N-904"), ("去哪办", "N-902"), ("电话", "N-903"),
    ("多少钱", "N-905"), ("居住证", "14-1"), ("公积金", "10-3"), ("养老", "12-1"), ("医保", "11-1"), ("低保", "12-4"),
    ("公租房", "10-2"), ("承包地", "9-1"), ("高考", "13-2"), ("上学的事", "13-1"), ("落户", "4-1"), ("怎么办", "4-1"),
    ("我想问公积金", "10-3"), ("gjj", "10-3"), ("居主证", "14-1"), ("户口", "4-4"),
])
def test_a_few_words_that_name_a_subject_are_enough(
        citizen: Conversation, text: str, entry: str) -> None:
    citizen.says(text)
    assert entry in {*answered(citizen), *offered(citizen)}, citizen.texts


@pytest.mark.parametrize("text", ["2", "２", "二", "第二个", "选第二个", "就第二个吧", "我选2", "看第二条", "第二个选项"])
def test_a_choice_is_named_by_its_place(citizen: Conversation, text: str) -> None:
    citizen.tells("公积金")
    second = offered(citizen)[1]
    citizen.says(text)
    assert answered(citizen) == [second]


@pytest.mark.parametrize(("text", "first", "second"), [
    ("外来务工人员可以申请公租房吗？落户以后承包地会不会被收回去？", "10-2", "9-4"),
    ("落户要退地吗，公积金能不能异地用？", "9-4", "10-5"),
    ("居住证满两年能落户吗？孩子能上学吗？", "4-1", "13-1"),
    ("我爸63了养老金在哪领？医保怎么接？", "12-3", "11-3"),
    ("落户以后低保能申请吗？另外公积金贷款放宽了吗？", "12-4", "10-4"),
    ("1、大学毕业能落户吗 2、退役士兵落户有什么去处", "4-2", "4-5"),
    ("居住证满两年能落户吗？要带什么材料？", "4-1", "N-901"),
])
def test_two_questions_are_answered_one_after_the_other(
        citizen: Conversation, text: str, first: str, second: str) -> None:
    citizen.says(text)
    assert leads_to(citizen, first), citizen.texts
    assert leads_to(citizen, second), citizen.texts


@pytest.mark.parametrize(("text", "entries"), [
    ("落户以后土地权益有什么规定", {"9-1", "9-2", "9-3", "9-4"}),
    ("落户以后公积金有哪些政策", {"10-3", "10-4", "10-5"}),
    ("在城里落户后养老保险是什么规定", {"12-1", "12-2", "12-3"}),
    ("农民进城医保有什么政策", {"11-1", "11-2", "11-3"}),
])
def test_siblings_that_cannot_be_told_apart_come_together(
        citizen: Conversation, text: str, entries: set[str]) -> None:
    citizen.says(text)
    assert entries & {*answered(citizen), *offered(citizen)}, citizen.texts


@pytest.mark.parametrize(("text", "entry"), [
    ("我老公是丹东人，我能投靠落户吗", "N-103"), ("落户后能买经适房吗", "N-404"),
    ("孩子能跟着我一起落户吗", "N-105"), ("我爸妈能落户吗", "N-104"),
])
def test_what_the_document_is_silent_on_is_named(
        citizen: Conversation, text: str, entry: str) -> None:
    citizen.says(text)
    assert leads_to(citizen, entry), citizen.texts
