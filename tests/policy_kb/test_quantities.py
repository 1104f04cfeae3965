"""How people say lengths of time, ages and days, and what is understood of it."""
from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import cn2an
import pytest
from hypothesis import given, settings, strategies as st
from ruamel.yaml import YAML

from policy_kb.quantities import Quantity, Unclear, elapsed, read_age, read_date, read_duration

CASES = YAML(typ="safe", pure=True).load(Path(__file__).with_name("quantities.yml"))
TODAY = CASES["今天"]
READERS = {"时长": read_duration, "年龄": read_age, "日期": read_date}


def shown(value: object) -> str:
    """A value as the case file writes it."""
    if value is None:
        return "-"
    low, high = (value.months or value.since) if isinstance(value, Quantity) else value
    return f"{'' if low is None else low}..{'' if high is None else high}"


def understood(kind: str, text: str) -> str:
    try:
        return shown(READERS[kind](text, TODAY))
    except Unclear:
        return "?"


@pytest.mark.parametrize(("kind", "text", "expected"), [
    (kind, text, expected) for kind in READERS for text, expected in CASES[kind].items()
])
def test_what_is_said_is_understood(kind: str, text: str, expected: str) -> None:
    assert understood(kind, text) == expected


def test_an_unclear_answer_is_asked_again_in_one_chinese_sentence_with_an_example() -> None:
    for kind, reader in READERS.items():
        for text, expected in CASES[kind].items():
            if expected == "?":
                with pytest.raises(Unclear) as unclear:
                    reader(text, TODAY)
                hint = unclear.value.hint
                assert hint.endswith("。") and hint.count("。") == 1 and "例如“" in hint, text


class TestElapsedMonths:
    @pytest.mark.parametrize(("since", "on", "months"), [
        ("1966-12-01", "2026-11-30", 719),
        ("1966-12-01", "2026-12-01", 720),
        ("1966-12-01", "2026-12-02", 720),
        ("2024-11-24", "2026-11-23", 23),
        ("2024-11-24", "2026-11-24", 24),
        ("2024-01-31", "2024-02-28", 0),
        ("2024-01-31", "2024-02-29", 1),
        ("2024-01-31", "2024-03-30", 1),
        ("2024-01-31", "2024-03-31", 2),
        ("2025-01-31", "2025-02-28", 1),
        ("2025-02-28", "2025-03-28", 1),
        ("1968-02-29", "2028-02-28", 719),
        ("1968-02-29", "2028-02-29", 720),
        ("1964-02-29", "2025-02-28", 732),
        ("2026-11-24", "2026-11-24", 0),
        ("2026-12-24", "2026-11-24", -1),
    ])
    def test_whole_months_end_on_the_day_or_the_last_of_the_month(
        self, since: str, on: str, months: int,
    ) -> None:
        assert elapsed(dt.date.fromisoformat(since), dt.date.fromisoformat(on)) == months


class TestAroundABirthday:
    @pytest.mark.parametrize(("today", "months"), [
        ("2026-11-30", 719), ("2026-12-01", 720), ("2026-12-02", 720),
    ])
    def test_the_day_before_is_not_sixty_and_the_day_itself_is(self, today: str, months: int) -> None:
        day = dt.date.fromisoformat(today)
        age = read_age("1966年12月1日生", day)
        assert age is not None and age.since is not None
        assert elapsed(age.since[0], day) == months

    def test_a_month_of_birth_is_open_until_the_month_is_over(self) -> None:
        age = read_age("66年12月生人", dt.date(2026, 12, 15))
        assert age is not None and age.since is not None
        first, last = age.since
        assert elapsed(last, dt.date(2026, 12, 15)) == 719
        assert elapsed(first, dt.date(2026, 12, 15)) == 720

    @pytest.mark.parametrize("text", ["差一天六十", "明天满60", "59岁11个月", "快六十了", "不到六十"])
    def test_nearly_sixty_is_never_sixty(self, text: str) -> None:
        assert months_of(read_age(text, TODAY))[1] == 719

    @pytest.mark.parametrize("text", ["虚岁61", "六十左右", "六十，生日还没过", "今年满60", "六十来岁"])
    def test_what_may_be_either_side_of_sixty_stays_on_both(self, text: str) -> None:
        low, high = months_of(read_age(text, TODAY))
        assert low < 720 <= high


class TestDaysDependOnToday:
    @pytest.mark.parametrize(("text", "today", "first", "last"), [
        ("去年", "2027-01-01", "2026-01-01", "2026-12-31"),
        ("上个月", "2027-01-31", "2026-12-01", "2026-12-31"),
        ("上个月", "2024-03-31", "2024-02-01", "2024-02-29"),
        ("昨天", "2024-03-01", "2024-02-29", "2024-02-29"),
        ("2024年2月", "2026-11-24", "2024-02-01", "2024-02-29"),
        ("2023年2月底", "2026-11-24", "2023-02-21", "2023-02-28"),
        ("27年3月", "2027-06-01", "2027-03-01", "2027-03-31"),
        ("27年3月", "2026-11-24", "1927-03-01", "1927-03-31"),
    ])
    def test_a_day_is_counted_from_today(self, text: str, today: str, first: str, last: str) -> None:
        days = read_date(text, dt.date.fromisoformat(today))
        assert days == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))

    def test_this_month_reaches_to_today_and_no_further(self) -> None:
        stay = read_duration("这个月来的", dt.date(2026, 11, 24))
        assert stay == Quantity(since=(dt.date(2026, 11, 1), dt.date(2026, 11, 24)))

    def test_a_month_of_this_year_that_is_to_come_is_no_arrival(self) -> None:
        with pytest.raises(Unclear):
            read_duration("今年12月来的", dt.date(2026, 11, 24))
        assert read_duration("今年12月来的", dt.date(2026, 12, 1)) is not None


def months_of(value: Quantity | None) -> tuple[int, int]:
    """Least and most months of a quantity as of TODAY."""
    assert value is not None
    if value.since:
        return elapsed(value.since[1], TODAY), elapsed(value.since[0], TODAY)
    assert value.months is not None
    low, high = value.months
    return (0 if low is None else low), (10_000 if high is None else high)


def chinese(number: int) -> str:
    return cn2an.an2cn(number)


def spoken(number: int) -> str:
    """As it is said: 十二 without 一, 两年 with 两."""
    words = cn2an.an2cn(number)
    return "两" if number == 2 else words[1:] if words.startswith("一十") else words


WRITINGS = {
    "1年8个月": lambda y, m: f"{y}年{m}个月",
    "一年零八个月": lambda y, m: f"{chinese(y)}年零{chinese(m)}个月",
    "住了两年零俩月": lambda y, m: f"我在这住了{spoken(y)}年零{spoken(m)}个月了",
}


class TestExactLengthsRoundTrip:
    @given(st.integers(1, 1440))
    def test_months(self, months: int) -> None:
        for words in (f"{months}个月", f"{chinese(months)}个月", f"{spoken(months)}个月"):
            assert read_duration(words, TODAY) == Quantity(months=(months, months)), words

    @pytest.mark.parametrize("writing", WRITINGS.values(), ids=WRITINGS.keys())
    @given(st.integers(1, 99), st.integers(1, 11))
    def test_years_and_months(self, writing, years: int, months: int) -> None:
        words, whole = writing(years, months), years * 12 + months
        assert read_duration(words, TODAY) == Quantity(months=(whole, whole)), words

    @given(st.integers(0, 119))
    def test_ages(self, years: int) -> None:
        for words in (f"{years}", f"{years}岁", f"我今年{spoken(years)}了", f"{spoken(years)}周岁"):
            assert read_age(words, TODAY) == Quantity(months=(years * 12, years * 12 + 11)), words

    @given(st.dates(dt.date(1930, 1, 1), TODAY))
    def test_days(self, day: dt.date) -> None:
        for words in (f"{day}", f"{day:%Y/%m/%d}", f"{day:%Y.%m.%d}", f"{day:%Y%m%d}",
                      f"{day.year}年{day.month}月{day.day}日",
                      f"{day.year}年{spoken(day.month)}月{spoken(day.day)}号".replace("两", "二")):
            assert read_date(words, TODAY) == (day, day), words
            assert read_age(f"{words}出生", TODAY) == Quantity(since=(day, day)), words
            assert read_duration(f"{words}搬来的", TODAY) == Quantity(since=(day, day)), words


class TestQualifiersMoveTheBounds:
    @given(st.integers(1, 99), st.sampled_from(["快", "不到", "将近", "小", "没满", "差点", "眼瞅着"]))
    def test_below_is_never_the_number(self, years: int, word: str) -> None:
        for number in (str(years), spoken(years)):
            assert months_of(read_duration(f"{word}{number}年", TODAY))[1] == years * 12 - 1

    @given(st.integers(1, 99), st.sampled_from(["至少{}年", "满{}年了", "{}年以上", "不止{}年", "{}年多了", "刚过{}年"]))
    def test_above_is_never_less_than_the_number(self, years: int, words: str) -> None:
        assert months_of(read_duration(words.format(spoken(years)), TODAY))[0] == years * 12

    @given(st.integers(2, 99), st.sampled_from(["大概{}年", "{}年左右", "差不多{}年", "约{}年"]))
    def test_about_is_on_both_sides(self, years: int, words: str) -> None:
        low, high = months_of(read_duration(words.format(spoken(years)), TODAY))
        assert low < years * 12 < high


PIECES = st.sampled_from(
    "0 1 2 3 6 12 13 19 24 60 63 99 2019 2026 30000 一 二 两 三 六 十 百 千 万 零 〇 半 几 多 来 年 月 日 号 天 周 岁 个 "
    "周岁 虚岁 星期 上 下 去年 前年 今年 明年 上个月 昨天 快 不到 没满 差 还差 满 够 以上 左右 大概 至少 最多 到 至 - / . ~ "
    "住 来 搬 我 老伴 生 属猪 的 了 吗 ， 。 ( ) 农历 腊月 初 底 春天 从 起 以前 以后 花甲 旬 俩 仨 年代 后".split())
SENTENCES = st.sampled_from([text for kind in READERS for text in CASES[kind]])
SPLICED = st.tuples(SENTENCES, SENTENCES, st.integers(0, 12), st.integers(0, 12)).map(
    lambda two: two[0][:two[2]] + two[1][two[3]:])


class TestWhateverIsTyped:
    @pytest.mark.parametrize("kind", READERS)
    @given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=9).map("".join), SPLICED))
    @settings(max_examples=400, deadline=None)
    def test_only_unclear_is_raised_and_bounds_are_in_order(self, kind: str, text: str) -> None:
        try:
            value = READERS[kind](text, TODAY)
        except Unclear as unclear:
            assert unclear.hint
            return
        if value is None:
            return
        low, high = (value.months or value.since) if isinstance(value, Quantity) else value
        assert low is not None or high is not None
        assert low is None or high is None or low <= high
        if kind != "日期":
            assert all(0 <= months for months in months_of(value))

    @pytest.mark.parametrize("kind", READERS)
    @pytest.mark.parametrize("text", ["2019年" * 200, "上" * 1000 + "个月", "住了" * 500 + "两年", "9" * 1000, "差" * 999,
                                      "十" * 1000, "1年零" * 250, "两年到" * 300])
    def test_a_thousand_characters_take_no_time(self, kind: str, text: str) -> None:
        start = time.perf_counter()
        understood(kind, text)
        assert time.perf_counter() - start < 1
