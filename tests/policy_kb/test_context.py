"""Short messages are completed to the questions that they stand for, or left alone."""
import datetime as dt

import pytest

from policy_kb.context import bare_subject, completions
from policy_kb.entries import Entry, Status


def entry(title: str, topic: str) -> Entry:
    return Entry(
        id="1-1", kind="clause", clause=1, title=title, topic=topic, original="", answer="",
        questions=(), unchecked=(), pending=(), do_not_promise=(), rule=None, related=(),
        departments=(), cites=(), exceptions={}, audience="群众",
        status=Status("待确认", dt.date(2026, 1, 1), ""), offset=None, file="",
    )


SETTLEMENT = entry("凭居住证落户", "ask_settlement")
FUND = entry("公积金：扩大缴存范围", "ask_housing")
PENSION = entry("缴费期内的居民养老保险可转到落户地", "ask_pension")


@pytest.mark.parametrize(("text", "named"), [
    ("公积金", ("ask_housing", "公积金")), ("居住证的事", ("ask_residence_permit", "居住证")),
    ("那医保呢", ("ask_medical", "医保")), ("公积金也是吗", ("ask_housing", "公积金")),
    ("养老保险", ("ask_pension", "养老保险")), ("想问低保", ("ask_welfare", "低保")),
    ("我想查养老", ("ask_pension", "养老")), ("俺寻思问问养老保险", ("ask_pension", "养老保险")), ("我想了解一下养老保险", ("ask_pension", "养老保险")),
    ("还有养老呢", ("ask_pension", "养老")), ("唠唠公积金呗", ("ask_housing", "公积金")), ("想打听打听低保啥的", ("ask_welfare", "低保")),
    ("另外问一下医保", ("ask_medical", "医保")), ("孩子上学的事儿", ("ask_schooling", "上学")), ("老家土地那块儿呢", ("ask_land", "土地")),
])
def test_a_subject_alone_is_named(text: str, named: tuple[str, str]) -> None:
    assert bare_subject(text) == named


@pytest.mark.parametrize("text", [
    "没有居住证呢", "公积金贷款", "医保断了", "那孩子呢", "怎么办", "", "不要居住证", "居住证满两年能落户吗",
    "我想查养老金多少", "查医保断缴", "我不想问医保", "孩子上学要户口不", "我有医保", "想交公积金",
])
def test_more_than_a_subject_is_no_mere_name(text: str) -> None:
    assert bare_subject(text) is None


@pytest.mark.parametrize(("text", "last", "meant"), [
    ("要多久", None, "落户要多久"), ("材料", None, "落户材料"), ("要带什么材料", None, "落户要带什么材料"),
    ("多少钱", FUND, "公积金多少钱"), ("那去哪办", PENSION, "养老保险去哪办"), ("怎么转", PENSION, "养老保险怎么转"),
    ("那我媳妇呢", SETTLEMENT, "我媳妇能落户吗"), ("大学生呢", SETTLEMENT, "大学生能落户吗"),
    ("那贷款呢", FUND, "公积金贷款"), ("不满两年呢", SETTLEMENT, "不满两年能落户吗"),
    ("没有居住证呢", FUND, "落户后没有居住证怎么办"), ("我爸呢", PENSION, "我爸的养老保险怎么办"),
])
def test_what_is_left_out_is_put_in(text: str, last: Entry | None, meant: str) -> None:
    assert meant in completions(text, last)


@pytest.mark.parametrize(("text", "last"), [
    ("公租房怎么申请", SETTLEMENT), ("今天天气怎么样", None), ("谢谢", SETTLEMENT), ("那孩子呢", None), ("", FUND),
    ("我在丹东打工五年了，老家是农村的，能落户吗", FUND),
])
def test_what_speaks_for_itself_is_left_alone(text: str, last: Entry | None) -> None:
    assert completions(text, last) == ()
