"""What a citizen typed is made comparable without changing what it says."""
import pytest
from hypothesis import given, strategies as st

from policy_kb.text import Repair, Segmenter, lexicon, normalize, syllables

TERMS = ["户口簿", "随迁", "务工", "居住证", "落户", "迁户口", "户口", "低保", "公积金", "公租房", "医疗保险"]
COMMON = ["实在", "前到", "不能", "怎么", "办", "需要", "什么", "材料", "孩子", "上学"]


@pytest.fixture(scope="module")
def repair() -> Repair:
    return Repair(TERMS, COMMON, Segmenter(TERMS))


@pytest.mark.parametrize(("typed", "normal"), [
    ("落戶需要什麼證件", "落户需要什么证件"),
    ("ＰＰＰ項目１２３", "ppp项目123"),
    ("居 住 证 怎 么 办", "居住证怎么办"),
    ("居\n住\n证", "居住证"),
    ("居\u200b住\u0000证\ufeff", "居住证"),
    ("🏠落户😀怎么办???!!!", "落户怎么办？！"),
    (" /\\_/\\ \n( o.o )\n > ^ <\n落户怎么办", "落户怎么办"),
    ("我有 3 个孩子", "我有 3 个孩子"),
    ("hello   world", "hello world"),
    ("落户,可以吗?", "落户，可以吗？"),
    ("………………在吗", ".在吗"),
    ("见https://example.com/a?b=1，怎么落户", "见，怎么落户"),
    ("", ""),
    ("😀😀", ""),
])
def test_normal_form(typed: str, normal: str) -> None:
    assert normalize(typed) == normal


@given(st.text(max_size=200))
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalize(text)
    assert normalize(once) == once
    assert "\n" not in once and "\x00" not in once


def test_user_words_stay_whole_and_do_not_leak_into_other_segmenters() -> None:
    with_word, without = Segmenter(["丹东落户通"]), Segmenter()
    assert "丹东落户通" in with_word.cut("我用丹东落户通查")
    assert "丹东落户通" not in without.cut("我用丹东落户通查")


def test_punctuation_is_no_word() -> None:
    assert Segmenter().cut("落户，可以吗？") == ["落户", "可以", "吗"]


@pytest.mark.parametrize(("typed", "meant"), [
    ("想签户口咋办", "想迁户口咋办"),
    ("我的居主证丢了", "我的居住证丢了"),
    ("底保能办吗", "低保能办吗"),
    ("公基金能取吗", "公积金能取吗"),
    ("luohu zenme ban", "落户怎么办"),
    ("zenmeluohu", "怎么落户"),
    ("jzz怎么办", "居住证怎么办"),
    ("yiliaobaoxian", "医疗保险"),
])
def test_slips_of_the_ear_and_pinyin_are_repaired(repair: Repair, typed: str, meant: str) -> None:
    assert repair(typed) == meant


@pytest.mark.parametrize("sound", [
    "我要签合同", "想买房", "想卖房", "签人", "护手霜", "hello world", "ppp项目", "a", "",
    "他住了三年，没有办过证", "我一直是在外地", "户口不在本地", "户口可以迁到大学", "能不能补", "过了60岁迁户口",
    "既无房又无工作",
])
def test_a_sentence_that_makes_sense_is_left_alone(repair: Repair, sound: str) -> None:
    assert repair(sound) == sound


def test_lexicon_keeps_order_and_drops_doubles() -> None:
    assert lexicon({"公共租赁住房": ("公租房",)}, ["公租房", "落户"]) == [
        "公共租赁住房", "公租房", "落户",
    ]


def test_syllables_leave_other_characters_alone() -> None:
    assert syllables("落户a1") == ("luo", "hu", "a", "1")
