"""A message finds its entry, or the matcher asks back, or it says that nothing here answers."""
from pathlib import Path
from typing import Iterator, Sequence

import numpy as np
import pytest

from policy_kb.encoders import EncoderError, NullEncoder, UniversalSentenceEncoder
from policy_kb.entries import Entry, Status
from policy_kb.matcher import Fitted, Matcher, fit

LINES = {
    "4-1": ("农业人口凭居住证落户", "ask_settlement", [
        "农村户口怎么迁到城里", "住满两年能落户吗", "有居住证可以落户吗", "在城区打工能把户口迁来吗",
        "乡下人进城落户要住多久", "居住证落户的条件", "农业户口转城镇怎么弄", "全家搬来了能上户吗"]),
    "9-1": ("农村土地承包经营权", "ask_land", [
        "落户后地还在吗", "迁户口土地会被收回吗", "进城了承包地怎么办", "承包地要不要退",
        "户口走了田还是我的吗", "土地承包权保留吗", "非要退地才给落户吗", "地能流转给别人吗"]),
    "10-1": ("公共租赁住房", "ask_housing", [
        "能申请公租房吗", "外来务工可以租公租房吗", "新毕业大学生能住公租房吗", "公租房给谁住",
        "进城农民有没有保障房", "想租政府的房子", "公共租赁住房保障范围", "没房子能申请公租房不"]),
    "N-201": ("养老保险补缴", "ask_pension", [
        "养老保险能补缴吗", "社保断了怎么补", "补交以前的养老保险", "养老金断缴了怎么办",
        "一次性补缴养老", "以前没交的养老能补吗", "养老断了三年能补上不", "补缴养老要多少钱"]),
    "N-401": ("公积金缴存比例", "ask_housing", [
        "公积金交多少比例", "公积金缴存比例是多少", "单位公积金按几个点交", "公积金每月交多少钱",
        "公积金比例能不能调", "公积金最低交多少", "公积金基数怎么算", "公积金个人交几个点"]),
}
OUTSIDE = ["今天天气怎么样", "路灯坏了没人修", "讲个笑话", "附近哪有饭店", "公交几点发车", "股票能买吗",
           "小区垃圾没人收", "我想学英语"]


def entry(number: str, title: str, topic: str, questions: Sequence[str]) -> Entry:
    return Entry(
        id=number, kind="not_regulated" if number.startswith("N") else "clause",
        clause=None if number.startswith("N") else int(number.split("-")[0]), title=title,
        topic=topic, original="", answer="", questions=tuple(questions), unchecked=(), pending=(),
        do_not_promise=(), rule=None, related=(), departments=(), cites=(), exceptions={},
        audience="群众", status=Status("待确认", None, ""), offset=None, file="",
    )


ENTRIES = [entry(n, *rest) for n, rest in LINES.items()]
WORDS = ["居住证", "公租房", "公积金", "承包地", "落户"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("POLICY_KB_VAR", str(tmp_path_factory.mktemp("var")))
        yield Path(".")


@pytest.fixture(scope="module")
def fitted(folder: Path) -> Fitted:
    return fit(ENTRIES, OUTSIDE, WORDS, UniversalSentenceEncoder())


@pytest.fixture(scope="module")
def matcher(fitted: Fitted) -> Matcher:
    return Matcher(fitted, UniversalSentenceEncoder())


def first(matcher: Matcher, text: str, **more) -> str:
    return matcher.match(text, **more).candidates[0][0]


@pytest.mark.parametrize(("text", "number"), [
    ("承包地迁走户口还是我的吗", "9-1"), ("我是乡下的，有居住证，想把户口迁城里", "4-1"),
    ("公租房外来打工的能租不", "10-1"), ("公积金比例多少", "N-401"), ("养老断交两年能补不", "N-201"),
    ("天气预报", "out_of_scope"), ("有居主证可以落护吗", "4-1"), ("yanglao neng bujiao ma", "N-201"),
])
def test_the_right_entry_comes_first(matcher: Matcher, text: str, number: str) -> None:
    assert first(matcher, text) == number


def test_an_own_question_of_an_entry_is_answered_with_it(matcher: Matcher) -> None:
    found = matcher.match("能申请公租房吗")
    assert (found.decision, found.entries) == ("answer", ("10-1",))


def test_clarify_offers_two_or_three_known_entries(matcher: Matcher) -> None:
    for text in ("户口", "住房", "老家的事", "钱"):
        found = matcher.match(text)
        if found.decision == "clarify":
            assert 2 <= len(set(found.entries)) <= 3
            assert set(found.entries) <= set(LINES)


def test_topic_confidence_is_a_prior(matcher: Matcher) -> None:
    def p(topics):
        return dict(matcher.match("住房的事", topics).candidates).get("N-401", 0)
    assert p({"ask_housing": .9}) >= p({"ask_land": .9})


def test_same_content_gives_the_same_bytes(fitted: Fitted) -> None:
    again = fit(ENTRIES, OUTSIDE, WORDS, UniversalSentenceEncoder())
    assert again.lists == fitted.lists and again.arrays.keys() == fitted.arrays.keys()
    assert all((again.arrays[k] == v).all() for k, v in fitted.arrays.items())


def test_what_is_fitted_needs_no_pickle(fitted: Fitted) -> None:
    assert all(a.dtype.kind in "fiu" for a in fitted.arrays.values())
    assert all(isinstance(s, str) for values in fitted.lists.values() for s in values)


class Broken(UniversalSentenceEncoder):
    """An encoder whose server has gone away."""

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        raise EncoderError("向量服务没有回答。")


@pytest.mark.parametrize("encoder", [NullEncoder(), Broken()], ids=["none", "broken"])
def test_without_its_encoder_it_goes_by_words(fitted: Fitted, encoder) -> None:
    found = Matcher(fitted, encoder).match("公租房怎么申请")
    assert found.candidates[0][0] == "10-1"
    assert found.explanation["编码器"] == "none"


def test_the_explanation_says_why(matcher: Matcher) -> None:
    why = matcher.match("能申请公租房吗").explanation
    assert why["读作"] == "能申请公租房吗" and "公租房" in why["词"]
    assert why["相近问法"][0] == "能申请公租房吗"
    assert why["可能"][0]["编号"] == "10-1"


def test_two_clear_questions_are_two_parts(matcher: Matcher) -> None:
    text = "领导您好！外来务工可以租公租房吗？还有就是进城了承包地怎么办呢？谢谢！"
    parts = matcher.questions(text)
    assert [matcher.match(p).candidates[0][0] for p in parts] == ["10-1", "9-1"]


@pytest.mark.parametrize("text", ["", "？", "a" * 10_000, "落户" * 5_000, "\x00", "/restart"])
def test_any_input_gets_a_decision(matcher: Matcher, text: str) -> None:
    assert matcher.match(text).decision in ("answer", "clarify", "out_of_scope")


@pytest.mark.parametrize("encoder", [NullEncoder(), UniversalSentenceEncoder()], ids=["none", "use"])
def test_an_out_of_scope_example_gives_way_to_an_entry_that_asks_the_same(folder: Path, encoder) -> None:
    lines = fit(ENTRIES, [*OUTSIDE, "公积金要交多少比例"], WORDS, encoder).lists["lines"]
    assert "公积金要交多少比例" not in lines
    assert set(OUTSIDE) <= set(lines)
