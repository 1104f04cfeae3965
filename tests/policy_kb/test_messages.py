"""Of a long message the question is read, not the greeting and not the story."""
import pytest

from policy_kb.messages import PART, read, sentences, whole
from policy_kb.text import normalize


@pytest.mark.parametrize(("typed", "part"), [
    ("您好！落户要什么材料？", "落户要什么材料"),
    ("尊敬的领导：您好！请问公租房怎么申请？盼回复，谢谢！", "请问公租房怎么申请"),
    ("在吗，想问下低保咋办", "想问下低保咋办"),
    ("居住证怎么办理？祝领导工作顺利！", "居住证怎么办理"),
    ("谢谢", "谢谢"), ("您好", "您好"), ("", ""), ("？？？", "？"),
])
def test_greetings_and_thanks_go_but_never_all_of_it(typed: str, part: str) -> None:
    assert read(typed) == (part,)


def test_the_question_is_found_in_a_story() -> None:
    story = (
        "尊敬的领导您好，我老家在农村，前年跟着爱人来市里打工，租了个小房子。平时挺忙的，日子过得也还行。"
        "今年孩子六岁了，马上要上小学。请问随迁子女在市里上学需要居住证吗？望领导百忙之中回复，谢谢。"
    )
    assert read(story) == ("请问随迁子女在市里上学需要居住证吗",)


def test_a_question_that_says_nothing_takes_the_sentence_before_it() -> None:
    text = "我父亲的养老保险一直在乡下交着，现在全家把户口迁到市里来了，他的关系还留在老家。这种情况怎么办？"
    assert "养老保险" in read(text)[0]


def test_two_questions_are_two_parts_in_their_order() -> None:
    parts = read("外来务工人员可以申请公共租赁住房吗？落户以后承包地会不会被收回去？")
    assert len(parts) == 2
    assert "公共租赁住房" in parts[0] and "承包地" in parts[1]


@pytest.mark.parametrize("text", ["落户" * 5000, "落户怎么办？" * 2000, "a" * 10_000, "\n" * 5000])
def test_parts_are_short_whatever_comes_in(text: str) -> None:
    assert 1 <= len(read(text)) <= 2
    assert all(len(p) <= 3 * PART for p in read(text))


def test_every_part_remembers_the_whole() -> None:
    parts = read("我住了三年。外来务工人员可以申请公共租赁住房吗？落户以后承包地会不会被收回去？")
    assert all("住了三年" in p.story for p in parts)


def test_numbered_questions_are_apart() -> None:
    found = sentences(normalize("1、能不能落户；2、孩子能不能上学；3.5万元够不够"))
    assert len(found) == 3 and "3.5" in found[2]


def test_the_whole_of_a_long_message_knows_what_it_asks() -> None:
    text = "我老家在农村，前年跟着爱人来市里打工，租了个小房子，日子还行。随迁子女在市里上学需要居住证吗？谢谢。"
    told = whole(text)
    assert "租了个小房子" in told and told.asked == ("随迁子女在市里上学需要居住证吗",)


def test_a_short_message_is_what_it_asks() -> None:
    assert whole("落户要什么材料？").asked == ()
