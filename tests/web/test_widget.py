"""The citizen's window in a real browser, before the real bot."""
from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from policy_kb import paths
from policy_kb.reply import OUTCOMES
from tests.channels import replies
from tests.runtime.launched import Launched

pytestmark = pytest.mark.slow
QUESTION = "有居住证能落户吗"
HOSTILE = "<img src=x onerror=alert(1)><b>落户</b>"


def ask(page: Page, text: str) -> None:
    """Type a message, send it, and wait for its answer."""
    before = page.locator(".turn.bot").count()
    page.fill("textarea", text)
    page.press("textarea", "Enter")
    expect(page.locator(".turn.bot")).to_have_count(before + 1)


def last(page: Page):
    return page.locator(".turn.bot").last


def show(page: Page, *found: dict) -> None:
    """Give reply objects to the window as the channel would."""
    give(page, [replies.message(one) for one in found])


def give(page: Page, messages: list[dict]) -> None:
    """Give messages of one turn to the window as the channel would."""
    page.evaluate("m => document.querySelector('policy-chat').answer(m, null)", messages)


# -- an answer

def test_an_answer_has_its_words_quotation_status_departments_and_receipt(chat):
    ask(chat, QUESTION)
    answer = last(chat)
    expect(answer.locator(".answer p").first).to_contain_text("居住证落户")
    expect(answer.locator("blockquote")).to_contain_text("满2年以上可凭居住证落户")
    expect(answer.locator("figcaption")).to_contain_text("第（四）条")
    expect(answer.locator(".status")).to_be_visible()
    expect(answer.locator(".status")).to_contain_text("最后核对")
    expect(answer).to_contain_text("现承接：")
    expect(answer).to_contain_text("文件没有写明")
    expect(answer.locator(".receipt")).to_contain_text("凭证号")


def test_one_answer_on_every_channel(chat, bot: Launched):
    for question in (QUESTION, "落户要带什么材料", "城乡居民养老保险怎么转"):
        _, messages = bot.get("/webhooks/rest/webhook", {"sender": "same", "message": question})
        rest = [m["custom"] for m in messages if "custom" in m][0]
        with chat.expect_response("**/messages") as response:
            ask(chat, question)
        widget = response.value.json()["replies"][0]["custom"]
        command = subprocess.run(
            [sys.executable, "-m", "policy_kb", "ask", question, "--json"], cwd=paths.ROOT,
            env={**os.environ, "POLICY_KB_VAR": str(bot.folder)}, capture_output=True, check=True)
        told = json.loads(command.stdout)
        for field in ("type", "entry", "answer", "quotes", "status", "release", "receipt"):
            assert rest.get(field) == widget.get(field) == told.get(field), field
        expect(last(chat).locator(".receipt")).to_have_text(
            f"凭证号 {told['receipt']}（第{told['release']}版）")


def test_a_button_and_its_number_lead_to_the_same_answer(chat):
    ask(chat, QUESTION)
    offered = last(chat).locator(".choice").nth(1)
    title = offered.inner_text().replace("2", "", 1).strip()
    offered.click()
    expect(chat.locator(".turn.citizen").last).to_have_text(title)
    expect(chat.locator(".turn.bot")).to_have_count(3)
    by_button = last(chat).locator(".answer").inner_text()
    ask(chat, QUESTION)
    ask(chat, "2")
    assert last(chat).locator(".answer").inner_text() == by_button


def test_a_choice_of_an_older_turn_still_leads_somewhere(chat):
    ask(chat, QUESTION)
    ask(chat, "你好")
    old = chat.locator(".turn.bot").nth(1).locator(".choice").nth(1)
    expect(old.locator(".number")).to_be_hidden()
    old.click()
    expect(last(chat).locator(".receipt")).to_contain_text("凭证号")


def test_whatever_is_not_regulated_says_so_and_names_the_hotline(chat):
    ask(chat, "落户要带什么材料")
    expect(last(chat).locator(".badge")).to_have_text("本文件未规定")
    assert last(chat).locator("a.phone").get_attribute("href") == "tel:12345"


# -- every type of reply

def test_a_question_of_the_interview_has_options_reason_help_and_progress(chat):
    show(chat, replies.QUESTION)
    shown = last(chat)
    expect(shown.locator(".progress")).to_have_text("连这一问，最多还有 5 问")
    expect(shown.locator(".choice")).to_have_text(["1农业户口", "2不清楚"])
    shown.get_by_text("这一问的依据").click()
    expect(shown).to_contain_text(replies.QUESTION["why"])
    shown.get_by_text("怎样弄清楚").click()
    expect(shown).to_contain_text(replies.QUESTION["help"])


def test_an_option_of_an_old_question_cannot_be_chosen(chat):
    show(chat, replies.QUESTION)
    ask(chat, "你好")
    old = chat.locator(".turn.bot").nth(1).locator(".choice").first
    expect(old).to_be_disabled()
    old.click(force=True)
    expect(chat.locator(".turn.citizen")).to_have_count(1)


def test_a_verdict_shows_outcome_trace_changes_rights_and_what_was_not_checked(chat):
    show(chat, replies.VERDICT)
    shown, rule = last(chat), replies.VERDICT["rules"][0]
    expect(shown.locator(".outcome")).to_have_text(OUTCOMES[rule["outcome"]])
    expect(shown.locator(".met")).to_have_text(["目前不满足", "还不清楚"])
    for words in (rule["summary"], rule["changes"][0]["needed"], replies.VERDICT["rights"][0],
                  "投亲落户：还不能判断", "这不是审批决定", replies.VERDICT["receipt"]):
        expect(shown).to_contain_text(words)
    expect(shown.locator(".status")).to_be_visible()


@pytest.mark.parametrize("one", replies.ALL, ids=lambda one: one["type"])
def test_no_word_of_a_reply_object_is_left_out(chat, one):
    give(chat, [{**replies.message(one), "text": "只有文字"}])
    shown = last(chat).text_content()
    heading = one.get("title")          # what the entry is called; its answer says it in full
    assert [w for w in replies.words(one) if w not in shown and w != heading] == []


def test_an_unknown_type_and_a_broken_object_fall_back_to_the_text(chat):
    give(chat, [{"text": "只有文字", "custom": {"type": name}, "buttons": []}
                for name in ("of_a_later_version", "verdict", "constructor")])
    expect(last(chat).locator(".body")).to_have_text(["只有文字"] * 3)


# -- safety

def test_markup_is_shown_and_not_read(chat):
    ask(chat, HOSTILE)
    show(chat, {"type": "notice", "code": "x", "text": HOSTILE, "choices": []},
         {**replies.ANSWER, "answer": HOSTILE})
    expect(chat.locator(".turn.citizen").last).to_have_text(HOSTILE)
    expect(last(chat).locator(".answer").first).to_have_text(HOSTILE)
    assert chat.locator(".log img, .log .answer b").count() == 0


def test_on_a_strict_and_hostile_page_of_another_host_one_script_tag_is_enough(page, host_page):
    page.goto(host_page)
    page.wait_for_selector(".example")
    assert page.locator(".body").first.evaluate("e => getComputedStyle(e).fontSize") == "18px"
    ask(page, QUESTION)
    ask(page, "2")
    page.reload()
    expect(page.locator(".turn.citizen")).to_have_count(2)
    assert page.context.cookies() == []


# -- reading and reaching

def test_the_type_comes_in_three_sizes_and_stays_after_a_reload(chat):
    sizes = []
    for _ in range(3):
        sizes.append(chat.locator(".body").first.evaluate("e => getComputedStyle(e).fontSize"))
        chat.locator(".tool").first.click()
    assert sizes == ["18px", "24px", "30px"]
    chat.locator(".tool").first.click()
    chat.reload()
    chat.wait_for_selector(".example")
    expect(chat.locator(".tool").first).to_have_text("字号：大")


@pytest.mark.parametrize("clicks, least", [(0, 44), (1, 60), (2, 60)])
def test_everything_that_is_pressed_is_large_enough(chat, clicks, least):
    for _ in range(clicks):
        chat.locator(".tool").first.click()
    ask(chat, QUESTION)
    show(chat, replies.QUESTION, replies.HANDOFF)
    for one in chat.locator("button:visible, a.phone, textarea, summary").all():
        assert one.bounding_box()["height"] >= least, one.inner_text()


@pytest.mark.parametrize("width, height", [(320, 568), (320, 256), (390, 844), (1280, 800)])
@pytest.mark.parametrize("clicks", [0, 2])
def test_nothing_scrolls_sideways_or_is_cut_off(chat, width, height, clicks):
    chat.set_viewport_size({"width": width, "height": height})
    for _ in range(clicks):
        chat.locator(".tool").first.click()
    ask(chat, QUESTION)
    show(chat, *replies.ALL)
    wide = chat.evaluate("""() => [...document.querySelector('policy-chat').shadowRoot
        .querySelectorAll('.box *')].filter(e => e.getBoundingClientRect().right > innerWidth + 1)
        .map(e => e.className)""")
    assert wide == []
    assert chat.evaluate("document.documentElement.scrollWidth <= innerWidth")
    send = chat.locator(".send")
    send.scroll_into_view_if_needed()
    expect(send).to_be_in_viewport()


def test_the_beginning_of_an_answer_is_in_sight(chat):
    ask(chat, QUESTION)
    expect(last(chat).locator(".answer")).to_be_in_viewport()


def test_the_keyboard_alone_is_enough(chat):
    for _ in range(9):
        chat.keyboard.press("Tab")
        if chat.evaluate("""() => document.querySelector('policy-chat').shadowRoot
                .activeElement.className""") == "example":
            break
    chat.keyboard.press("Enter")
    expect(chat.locator(".turn.bot")).to_have_count(2)
    chat.keyboard.press("Tab")          # from the answer on to its first choice
    assert chat.evaluate("""() => document.querySelector('policy-chat').shadowRoot
        .activeElement.className""") == "choice"
    outline = chat.evaluate("""() => getComputedStyle(document.querySelector('policy-chat')
        .shadowRoot.activeElement).outlineStyle""")
    assert outline == "solid"
    chat.keyboard.press("Tab")
    chat.keyboard.press("Enter")
    expect(chat.locator(".turn.bot")).to_have_count(3)


def test_a_screen_reader_hears_answers_once_and_history_not_at_all(chat):
    log = chat.get_by_role("log")
    expect(log).to_have_count(1)
    expect(log).to_have_attribute("aria-live", "polite")
    expect(chat.get_by_role("textbox", name="您的问题")).to_be_visible()
    ask(chat, QUESTION)
    with chat.expect_request("**/history"):
        chat.route("**/history", lambda route: (chat.wait_for_timeout(300), route.continue_()))
        chat.reload()
    expect(log).to_have_attribute("aria-live", "off")
    expect(log).to_have_attribute("aria-live", "polite")


def test_enter_of_an_input_method_chooses_a_character_and_does_not_send(chat):
    chat.fill("textarea", "落")
    chat.locator("textarea").evaluate("""e => e.dispatchEvent(new KeyboardEvent('keydown',
        {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))""")
    expect(chat.locator(".turn.citizen")).to_have_count(0)


# -- length, waiting, network

def test_a_thousand_characters_may_be_sent_and_no_more(chat):
    chat.fill("textarea", "落" * 1023)
    expect(chat.locator(".count")).to_have_text("超出 23 个字，请删减")
    chat.press("textarea", "Enter")
    expect(chat.locator(".turn.citizen")).to_have_count(0)
    chat.fill("textarea", "落户" * 500)
    expect(chat.locator(".count")).to_have_text("1000/1000")


def test_it_says_that_it_is_looking(chat):
    chat.route("**/messages", lambda route: (chat.wait_for_timeout(300), route.continue_()))
    chat.fill("textarea", QUESTION)
    chat.press("textarea", "Enter")
    expect(chat.get_by_role("status")).to_have_text("正在查找…")
    expect(chat.locator(".turn.bot")).to_have_count(2)
    expect(chat.get_by_role("status")).to_be_empty()


def test_what_is_written_offline_goes_out_when_the_network_is_back(chat):
    sent = []
    chat.on("request", lambda r: sent.append(r.post_data_json) if r.method == "POST" else None)
    chat.context.set_offline(True)
    chat.fill("textarea", QUESTION)
    chat.press("textarea", "Enter")
    expect(chat.locator(".failed")).to_contain_text("没有发出去")
    expect(chat.get_by_role("status")).to_contain_text("网络断了")
    chat.context.set_offline(False)
    expect(chat.locator(".turn.bot")).to_have_count(2)
    expect(chat.locator(".failed")).to_have_count(0)
    assert sent[0]["message_id"] == sent[-1]["message_id"] and sent[-1]["again"] is True


def test_an_answer_that_was_lost_is_fetched_and_not_asked_for_twice(chat):
    def lose(route) -> None:
        route.fetch()
        route.abort()
    ask(chat, "你好")
    chat.route("**/messages", lose, times=1)
    chat.fill("textarea", QUESTION)
    chat.press("textarea", "Enter")
    chat.get_by_role("button", name="重试").click()
    expect(last(chat).locator("blockquote")).to_be_visible()
    chat.reload()
    expect(chat.locator(".turn.citizen")).to_have_count(2)


def test_a_server_that_is_gone_is_said_and_the_hotline_named(page, bot):
    page.route("**/history", lambda route: route.abort())
    page.goto(f"{bot.base}/citizen/")
    expect(page.get_by_role("status")).to_contain_text("12345")
    expect(page.locator(".example").first).to_be_visible()


# -- what is kept

def test_a_reload_brings_the_conversation_back_and_its_choices_work(chat):
    ask(chat, QUESTION)
    answer = last(chat).locator(".answer").text_content()
    chat.reload()
    expect(last(chat).locator(".answer")).to_have_text(answer)
    ask(chat, "2")
    expect(last(chat).locator("blockquote")).to_be_visible()


def test_the_conversation_is_deleted_when_asked_twice(chat):
    ask(chat, QUESTION)
    chat.get_by_role("button", name="清除对话").click()
    expect(chat.locator(".turn.citizen")).to_have_count(1)
    chat.get_by_role("button", name="确定清除？").click()
    expect(chat.locator(".turn.citizen")).to_have_count(0)
    chat.reload()
    expect(chat.locator(".example").first).to_be_visible()
