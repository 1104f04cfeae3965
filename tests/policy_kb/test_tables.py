"""Decision tables: the first line that fits decides, and lengths are reckoned a second way."""
from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policy_kb.eligibility import TODAY, UNKNOWN, holds, limit_of
from policy_kb.quantities import Quantity
from policy_kb.tables import TableError, look_up, parse, read_all
from tests.policy_kb import made_up
from tests.policy_kb.made_up import DAY, length, rule

DATE = dt.date(2026, 11, 24)
HEAD = "甲,时长,结果,情形,条款,理由\n"
AGES = "年龄（截至落户日）,结果,情形,条款,理由\n满60周岁,符合,,十二,\n不满60周岁,目前不满足,,十二,\n不清楚,还不能判断,,十二,\n"


def outcome(text: str, **said) -> str | None:
    line = look_up(parse("试", text, "试.csv"), said, DATE)
    return line.outcome if line else None


def test_the_first_line_that_fits_decides():
    text = HEAD + "否,*,窗口,,四,\n*,不满2年,目前不满足,,四,\n是 或 也许,满24个月,符合,,四,\n"
    assert outcome(text, 甲="否", 时长=Quantity(months=(3, 3))) == "window"
    assert outcome(text, 甲="是", 时长=Quantity(months=(23, 23))) == "not_met"
    assert outcome(text, 甲="也许", 时长=Quantity(months=(24, 24))) == "likely"
    assert outcome(text, 甲="是", 时长=Quantity(months=(23, 24))) is None


def test_what_was_not_said_is_unknown():
    assert outcome(HEAD + "不清楚,不清楚,还不能判断,,四,\n是,满2年,符合,,四,\n") == "undetermined"


def test_a_line_knows_its_number_in_the_sheet():
    table = parse("试", HEAD + "是,*,符合,情形,四,理由\n", "试.csv")
    line = look_up(table, {"甲": "是"}, DATE)
    assert (line.number, line.case, line.clause, line.reason) == (2, "情形", "四", "理由")


@pytest.mark.parametrize("text, words", [
    ("", "第一行"), ("结果,情形,条款,理由\n", "第一行"), ("甲,结果,情形\n", "第一行"),
    (HEAD + "是,*,符合,,四\n", "第 2 行：应当有 6 格，现在有 5 格"),
    (HEAD + "是,*,likely,,四,\n", "“结果”应当是"),
])
def test_a_table_with_a_fault_is_refused_with_its_file_and_line(text, words):
    with pytest.raises(TableError, match="试.csv") as refusal:
        parse("试", text, "试.csv")
    assert words in str(refusal.value)


def test_a_table_saved_by_excel_is_read(tmp_path):
    (tmp_path / "试.csv").write_text("\ufeff" + HEAD + "是,*,符合,,四,\n", "utf-8")
    assert read_all(tmp_path)["试"].columns[0].fact == "甲"


def test_a_table_in_another_encoding_is_refused_with_the_way_out(tmp_path):
    (tmp_path / "试.csv").write_bytes(HEAD.encode("gbk"))
    with pytest.raises(TableError, match="CSV UTF-8"):
        read_all(tmp_path)


def test_without_a_folder_there_are_no_tables(tmp_path):
    assert read_all(tmp_path / "没有") == {}


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_both_ways_to_reckon_an_age_agree(data):
    today = data.draw(made_up.TODAYS)
    given = {"年龄": data.draw(made_up.answers("年龄", today)), DAY: data.draw(made_up.answers(DAY, today))}
    test = length("年龄", as_of=DAY)
    one = rule(test, months=720)
    assert limit_of(test, one, today) == 720
    line = look_up(parse("试", AGES, "试.csv"), given, today)
    said = {True: "likely", False: "not_met", None: "undetermined"}[holds(test, one, given, today)]
    assert line.outcome == said


def test_an_unknown_day_lies_in_the_past():
    assert outcome(AGES, 年龄=Quantity(months=(600, 611)), 落户日=UNKNOWN) == "not_met"
    assert outcome(AGES, 年龄=Quantity(months=(740, 751)), 落户日=UNKNOWN) == "undetermined"
    assert outcome(AGES, 年龄=Quantity(months=(740, 751)), 落户日=TODAY) == "likely"
