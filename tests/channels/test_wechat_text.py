"""What WeChat shows: everything a web citizen is told, in pages of 2,048 bytes."""
import re

import pytest
from hypothesis import given, strategies as st

from channels.wechat_text import (
    CONTINUED, LIMIT, MORE, PAGE, anchor, choices_of, harmless, numbered, page, render, size,
)
from tests.channels.replies import ALL, ANSWER, CLARIFY, NOTICE, QUESTION, VERDICT, message, words
from tests.channels.wechat_server import links


def plain(text: str) -> str:
    return re.sub(r"<[^>]*>", "", text)


@pytest.mark.parametrize("reply", ALL, ids=lambda r: r["type"])
def test_nothing_that_a_reply_object_tells_is_missing(reply):
    shown = plain(render([message(reply)]))
    # The title is the name of the entry in lists; the answer says the same in a sentence.
    told = [w for w in words(reply) if w not in (reply.get("title"), reply.get("topic"))]
    told += [w for row in reply.get("facts", []) for w in row.values()]
    assert [w for w in told if w not in shown] == []


def test_of_a_question_it_is_told_why_and_how_and_how_many_are_left():
    shown = render([message(QUESTION)])
    for told in ("怎样弄清楚：看户口簿首页。", "这一问的依据：这一条只说农业人口。", "连这一问，最多还有5问"):
        assert told in shown


def test_an_option_is_a_numbered_line_and_a_link_that_says_it():
    assert links(render([message(CLARIFY)])) == [("凭居住证落户", "entry:4-1", "凭居住证落户")]
    assert "\n1. <a " in render([message(CLARIFY)])


def test_without_links_the_numbers_stay():
    shown = render([message(CLARIFY)], numbered)
    assert "1. 凭居住证落户" in shown and "<a" not in shown


def test_the_options_of_several_replies_are_numbered_through():
    shown = plain(render([message(ANSWER), message(NOTICE)]))
    assert "2. 居住证能享受什么" in shown and "3. 养老保险" in shown
    assert [c["title"] for c in choices_of([message(ANSWER), message(NOTICE)])][2] == "养老保险"


def test_a_message_of_a_plain_response_is_shown_with_its_buttons():
    shown = render([{"text": "选一个", "custom": None, "buttons": [{"title": "落户", "payload": "topic:a"}]}])
    assert links(shown) == [("落户", "topic:a", "落户")]


def test_a_link_survives_any_title_and_payload():
    title, payload = '他说“a&b="1" #?"', "option:户口&性质:1"
    said, sent, seen = links(anchor(1, {"title": title, "payload": payload}))[0]
    assert seen == title and "&" not in said and "&" not in sent and '"' not in said


def test_a_very_long_title_says_its_number_for_a_link_has_room_for_less():
    assert links(anchor(3, {"title": "长" * 61, "payload": "entry:1-1"}))[0][0] == "3"


def test_text_cannot_pose_as_a_link_or_break_the_xml():
    assert harmless('<a href="weixin://x">点</a>]]>\0\ud800') == '＜a href="weixin://x">点＜/a>]]＞'


def test_a_text_that_fits_is_shown_whole():
    text = "字" * (LIMIT // 3)
    assert page(text) == (text, "")


@given(st.lists(st.text("好。，a😀<\n ", max_size=400), min_size=1, max_size=40), st.integers(0, 3))
def test_pages_hold_2048_bytes_and_together_the_whole_text(lines, at):
    lines.insert(at, numbered(1, {"title": "尾", "payload": "x"}))
    text = "\n".join(lines)
    pages, rest = [], text
    while rest:
        shown, rest = page(rest)
        assert 0 < size(shown) <= LIMIT
        assert shown.endswith(CONTINUED) == bool(rest)
        pages.append(shown.removesuffix(CONTINUED))
    assert re.sub(r"\s", "", "".join(pages)) == re.sub(r"\s", "", text)


def test_a_page_ends_with_a_line_and_never_inside_a_link():
    choice = {"title": "题目" * 20, "payload": "entry:1-1"}
    rest = "\n".join(anchor(n, choice) for n in range(1, 40))
    numbers = []
    while rest:
        shown, rest = page(rest)
        assert shown.count("<a ") == shown.count("</a>")
        numbers += re.findall(r"^(\d+)\. <a ", shown, re.M)
    assert numbers == [str(n) for n in range(1, 40)]


def test_a_heading_goes_with_what_it_heads():
    first, rest = page("字" * 600 + "\n\n还可以问：\n" + "1. " + "题" * 100)
    assert rest.startswith("还可以问：")


def test_a_page_ends_between_two_messages_rather_than_inside_the_second():
    answer = {**ANSWER, "answer": "住满2年可以落户。" * 40}
    shown, rest = page(render([message(answer), message(QUESTION), message(CLARIFY)]))
    assert "您是什么户口？" not in shown and rest.startswith("您是什么户口？")
    assert "\x1e" not in shown + page(rest)[0] and page(rest)[1] == ""


def test_messages_that_fit_together_are_one_page():
    shown, rest = page(render([message(ANSWER), message(QUESTION)]))
    assert "\n\n您是什么户口？" in shown and rest == ""


def test_a_line_that_is_longer_than_a_page_is_cut_after_a_stop():
    shown, rest = page("话" * 500 + "。" + "说" * 500)
    assert shown.removesuffix(CONTINUED).endswith("。") and rest.startswith("说")


def test_the_way_on_is_a_link_and_a_word():
    shown, rest = page("字" * 3000)
    assert links(shown) == [(MORE, PAGE, "看下文")] and f"回复“{MORE}”" in shown


def test_the_longest_verdict_comes_in_pages_with_nothing_lost():
    rules = [dict(VERDICT["rules"][0], name=f"规则{n}") for n in range(12)]
    text, seen, rest = render([message({**VERDICT, "rules": rules})]), "", "x"
    rest = text
    while rest:
        shown, rest = page(rest)
        seen += shown.removesuffix(CONTINUED)
    assert all(f"规则{n}：" in seen for n in range(12)) and "这不是审批决定" in seen
