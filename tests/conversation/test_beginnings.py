"""How interviews begin and what is known then: stories, buttons, labels, old buttons, several at once."""
from __future__ import annotations

import asyncio

import pytest

pytestmark = pytest.mark.slow
FARMER = "农村户口，在城区就业居住或全家搬来"
STORY = "我农村户口在丹东打工三年有居住证能落户吗"


@pytest.mark.parametrize("said", [
    "帮我查一查", "看看我能不能落户", "我够不够条件", "帮俺看看俺能落不", "测一测我能不能落户", "给我算算够不够格", "interview",
])
def test_one_sentence_begins_the_settlement(citizen, said):
    citizen.says(said)
    assert citizen.asked == "身份"


@pytest.mark.parametrize("said, fact", [
    ("养老保险帮我查查", "年龄"), ("医保怎么办，帮我查一下", "户口性质"), ("孩子上学帮我查一查", "孩子上学事项"), ("低保帮我查查", "户口性质"),
    ("落户后养老怎么办，帮我看看", "年龄"), ("进城落户以后医保怎么办，帮我查查", "户口性质"), ("退地的事帮我查查", "土地事项"),
])
def test_the_subject_that_is_named_is_begun(citizen, said, fact):
    citizen.says(said)
    assert citizen.asked == fact or citizen.codes() == ["heard"]


def test_a_message_that_holds_facts_is_answered_and_the_button_asks_only_the_rest(citizen):
    citizen.says(STORY)
    assert citizen.types()[0] == "policy_answer" and "居住时间：3年" in citizen.text
    citizen.presses("按我说的情况看看符不符合")
    assert citizen.asked == "居住地"
    citizen.dials("丹东城区")
    assert citizen.outcome() == "likely"
    assert citizen.told()["居住时间"] == "3年" and citizen.told()["有居住证"] == "有"


def test_what_is_added_after_the_answer_belongs_to_the_story(citizen):
    citizen.says("我农村户口在丹东打工三年能落户吗")
    citizen.says("没有居住证")
    assert citizen.codes() == ["heard"] and "定居方式：就业居住" in citizen.text and "有居住证：没有" in citizen.text


def test_facts_told_of_ones_own_accord_are_read_back_before_they_count(citizen):
    citizen.says("我农村户口，在丹东城区住了三年")
    assert citizen.codes() == ["heard"]
    citizen.says("对")
    assert citizen.asked == "身份"


@pytest.mark.parametrize("said", ["对", "是的", "嗯嗯", "没错", "对的，就是这样", "1", "好的"])
def test_what_was_heard_is_confirmed(citizen, said):
    citizen.tells("帮我查查能不能落户，我农村户口，住了三年", said)
    assert citizen.asked == "身份"
    citizen.dials(FARMER)
    assert citizen.asked == "居住地"


@pytest.mark.parametrize("said, kept", [
    ("不对，住了两年", "居住时间：2年"), ("住了两年", "居住时间：2年"), ("说错了，是城镇户口", "户口性质：非农业户口"), ("没有居住证", "有居住证：没有"),
])
def test_what_was_heard_is_put_right_before_it_counts(citizen, said, kept):
    citizen.tells("帮我查查能不能落户，我农村户口，住了三年", said)
    assert citizen.codes() == ["heard"] and kept in citizen.text
    citizen.says("对")
    assert citizen.asked == "身份"


def test_what_was_heard_wrongly_is_asked_one_by_one(citizen):
    citizen.tells("帮我查查能不能落户，我农村户口，住了三年", "不对")
    citizen.dials(FARMER)
    assert citizen.asked == "户口性质"


def test_not_understood_twice_while_confirming_it_is_asked_one_by_one(citizen):
    citizen.tells("帮我查查能不能落户，我农村户口，住了三年", "哗啦哗啦")
    assert "heard" in citizen.codes()
    citizen.says("哗啦哗啦")
    assert citizen.asked == "身份"


def test_a_question_while_confirming_confirms_nothing(citizen):
    citizen.tells("帮我查查能不能落户，我农村户口，住了三年")
    for said in ("中考怎么报名", "可以落户吗", "为什么", "对不对"):
        citizen.says(said)
        assert citizen.codes()[-1] == "heard", said


def test_what_was_told_in_one_interview_is_not_asked_in_the_next(citizen):
    citizen.says("rule:落户")
    citizen.dials(FARMER, "农业户口", "丹东城区", "就业居住", "满2年以上", "有")
    citizen.presses("落户后医保怎么办")
    assert "接着用您前面说过的：户口性质：农业户口" in citizen.text
    assert citizen.asked == "落户进度"
    citizen.dials("准备落户", "稳定就业")
    assert citizen.told()["户口性质"] == "农业户口" and citizen.outcome() == "likely"
    citizen.presses("看看能不能落户")            # nothing of the first was forgotten meanwhile
    assert citizen.outcome() == "likely" and citizen.told()["居住时间"] == "满2年以上"


def test_changing_the_subject_midway_keeps_what_was_told(citizen):
    citizen.says("rule:落户")
    citizen.dials(FARMER, "农业户口", "丹东城区")
    citizen.says("养老保险帮我查查")
    assert citizen.asked == "年龄"
    citizen.says("58岁")
    assert citizen.asked == "居民养老保险"       # 户口性质 is known
    citizen.says("rule:落户")
    assert citizen.asked == "定居方式"


@pytest.mark.parametrize("said", ["重新开始", "从头来", "重来", "重新填", "重新查一遍"])
def test_beginning_anew_forgets_everything(citizens, said):
    midway, done = citizens(), citizens()
    midway.tells("rule:落户", "1", "1", "1", said)
    done.tells("rule:落户", "6", said)
    for one in (midway, done):
        assert one.asked == "身份" and one.codes() == ["restart"]
    midway.dials(FARMER)
    assert midway.asked == "户口性质"


def test_beginning_anew_by_button(citizen):
    citizen.tells("rule:落户", "6")
    citizen.presses("重新开始")
    assert citizen.asked == "身份"


def test_a_label_typed_in_full_is_its_button(citizen):
    citizen.tells("rule:落户", FARMER, "农业户口", "丹东城区", "就业居住", "满2年以上", "有")
    assert citizen.outcome() == "likely"


@pytest.mark.parametrize("one", ["１", "①", "第一个", "选1", "1.", "一"])
def test_a_number_in_any_writing_is_the_option(citizen, one):
    citizen.tells("rule:落户", one)
    assert citizen.asked == "户口性质"


@pytest.mark.parametrize("said", ["9", "99", "0", "第十个", "选12"])
def test_a_number_that_names_nothing_is_asked_again(citizen, said):
    citizen.tells("rule:落户", "1", said)
    assert citizen.asked == "户口性质" and citizen.codes()


def test_an_old_button_of_this_interview_changes_that_answer(citizen):
    citizen.says("rule:落户")
    old = [c["payload"] for c in citizen.choices()]
    citizen.dials(FARMER, "农业户口")
    citizen.says(old[5])
    assert f"已改：身份，{FARMER} → 都不是" in citizen.text and citizen.outcome() == "window"


def test_an_old_button_of_another_interview_changes_nothing(citizen):
    citizen.says("rule:落户")
    old = [c["payload"] for c in citizen.choices()]
    citizen.tells("rule:养老", old[0])
    assert citizen.asked == "年龄"


def test_an_old_button_without_any_interview_says_so_and_offers_one(citizen):
    citizen.says("answer:户口性质:农业户口")
    assert "以前的按钮" in citizen.text
    citizen.presses("看看我能不能落户")
    assert citizen.asked == "身份"


def test_an_old_link_still_opens_its_entry(citizen):
    citizen.tells("你好", "谢谢", "entry:12-3")
    assert citizen.last["entry"] == "12-3"
    citizen.tells("rule:落户", "entry:4-1")
    assert citizen.types() == ["policy_answer", "interview_question"]


def test_after_the_verdict_it_can_be_read_again(citizen):
    citizen.tells("rule:落户", "6")
    code = citizen.verdict()["receipt"]
    citizen.tells("谢谢", "再说一遍")
    assert citizen.verdict()["receipt"] == code


def test_after_the_verdict_policy_questions_are_answered_as_ever(citizen):
    citizen.tells("rule:落户", "6", "居住证怎么办理")
    assert citizen.types()[0] in ("policy_answer", "not_regulated", "clarify")


def test_continuing_when_there_is_nothing_to_continue(citizens):
    nothing, done = citizens(), citizens()
    nothing.says("继续")
    done.tells("rule:落户", "6", "接着来")
    assert "resume" in nothing.codes() and "resume" in done.codes()


def test_ten_people_at_once_do_not_disturb_each_other(citizens, loop):
    answers = ("就业居住", "举家迁移")
    people = [citizens() for _ in range(10)]

    async def all_say(*texts: str) -> None:
        await asyncio.gather(*(one.says_async(text) for one, text in zip(people, texts * 10)))

    for turn in (("rule:落户",), ("1",), ("1",), ("1",), answers, ("三年", "一年", "两年", "不清楚", "24个月")):
        loop.run_until_complete(all_say(*turn))
    for number, one in enumerate(people):
        if one.asked:
            one.says("有")
        assert one.told()["定居方式"] == answers[number % 2]
        assert one.told()["居住时间"] == ("3年", "1年", "2年", "不清楚", "2年")[number % 5]


@pytest.mark.parametrize("said", ["我能落户吗", "请问我能不能落户", "俺这种情况能落户不", "我够落户条件吗"])
def test_the_bare_question_is_about_ones_own_case(citizen, said):
    citizen.says(said)
    assert citizen.asked == "身份"


def test_yes_after_the_answer_is_the_button_that_takes_up_the_story(citizen):
    citizen.tells(STORY, "对")
    assert citizen.asked == "居住地"


def test_after_the_verdict_the_wife_has_an_interview_of_her_own(citizen):
    citizen.tells("rule:落户", "6", "那我媳妇呢")
    assert citizen.asked == "身份" and citizen.last["prompt"].startswith("【媳妇】")


def test_what_a_question_about_school_tells_of_the_child_is_heard(citizen):
    citizen.says("孩子明年高考，我们是外地农村的，能在丹东考吗")
    citizen.presses("按我说的情况看看符不符合")
    assert citizen.asked in ("农业转移人口", "家长有居住证")


@pytest.mark.parametrize("said", ["都不是", "一个都不对啊", "这些都不是我要问的"])
def test_none_of_the_choices_leads_to_the_topics_and_to_a_person(citizen, said):
    citizen.says("公积金")
    assert citizen.replies[0]["type"] == "clarify"
    citizen.says(said)
    assert citizen.codes() == ["deny"]
    assert {"住房和公积金", "转人工"} <= {c["title"] for c in citizen.choices()}
