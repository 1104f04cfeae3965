"""Whatever is said in the middle of an interview is dealt with, and the question comes again."""
from __future__ import annotations

import pytest

pytestmark = pytest.mark.slow

SETTLEMENT = (
    ("身份", "农村户口，在城区就业居住或全家搬来"), ("户口性质", "农业户口"), ("居住地", "丹东城区"), ("定居方式", "就业居住"),
    ("居住时间", "满2年以上"), ("有居住证", "有"),
)
ELSEWHERE = {
    "养老": ("年龄", "已满60周岁"), "医保": ("户口性质", "农业户口"), "上学": ("孩子上学事项", "上小学或初中"),
}
ANSWERED = ("policy_answer", "not_regulated", "clarify")

# what is said, the type or notice code that must come before the question, words that must be in it
KINDS = [
    ("居住证怎么办理", ANSWERED, "居住证"),
    ("落户要交多少钱", ANSWERED, ""),
    ("孩子能在丹东参加高考吗", ANSWERED, "高考"),
    ("今天天气怎么样", ("out_of_scope",), "12345"),
    ("给我讲个笑话", ("out_of_scope", "again"), ""),
    ("为什么问这个", ("why",), ""),
    ("问这个干啥", ("why",), ""),
    ("没看懂", ("why",), ""),
    ("在哪查", ("why",), ""),
    ("转人工", ("handoff",), "12345"),
    ("你好", ("greet",), ""),
    ("谢谢", ("thanks",), ""),
    ("你他妈的傻逼", ("abuse",), "12345"),
    ("你是机器人吗", ("bot_challenge",), ""),
    ("你能干啥", ("help",), ""),
    ("9999", ("again", "explain"), ""),
    ("再说一遍", ("interview_question",), ""),
    ("帮我查一查", ("interview_question",), ""),
    ("能落户吗？？？", (*ANSWERED, "out_of_scope", "again", "explain", "handoff"), ""),
    ("answer:没有这个:火星", ("interview_question",), ""),
]


def label(kind):
    return kind[0]


def came_before(citizen, wanted):
    """The reply before the question; the question itself if nothing else was said."""
    first = citizen.replies[0]
    assert first.get("code", first["type"]) in wanted or first["type"] in wanted, citizen.texts


@pytest.mark.parametrize("kind", KINDS, ids=label)
def test_at_every_question_of_the_settlement_it_is_answered_and_the_question_asked_again(citizen, kind):
    said, wanted, words = kind
    citizen.says("rule:落户")
    for fact, answer in SETTLEMENT:
        assert citizen.asked == fact
        citizen.says(said)
        came_before(citizen, wanted)
        assert words in citizen.text
        assert citizen.asked == fact
        citizen.dials(answer)
    assert citizen.outcome() == "likely"


@pytest.mark.parametrize("subject", ELSEWHERE)
def test_the_same_in_other_interviews(citizens, subject):
    fact, answer = ELSEWHERE[subject]
    for said, wanted, words in KINDS:
        one = citizens()
        one.says(f"rule:{subject}")
        one.says(said)
        came_before(one, wanted)
        assert words in one.text and one.asked == fact, said
    one.dials(answer)
    assert one.asked != fact


def test_not_knowing_goes_on_and_the_verdict_says_where_to_find_out(citizen):
    citizen.says("rule:落户")
    citizen.dials(SETTLEMENT[0][1])
    for fact, _ in SETTLEMENT[1:]:
        assert citizen.asked == fact
        citizen.says("不清楚")
    assert citizen.outcome() == "undetermined"
    for fact, _ in SETTLEMENT[1:]:
        assert f"还不清楚：{fact}" in citizen.text


def test_not_knowing_can_be_said_in_many_ways(citizens):
    for said in ("不知道", "记不得了", "我也不晓得", "说不好", "没概念", "拿不准", "这个不太清楚", "想不起来了", "不知道有没有"):
        one = citizens()
        one.says("rule:落户")
        one.dials(SETTLEMENT[0][1])
        one.says(said)
        assert one.asked == "居住地", (said, one.texts)


def test_at_every_question_it_can_be_left_and_taken_up_again(citizen):
    citizen.says("rule:落户")
    stops = ("算了", "先不说了", "不查了", "停", "拉倒吧不整了", "改天再查")
    resumes = ("继续", "接着来", "继续问吧", "继续刚才的", "接着查", "往下问")
    for (fact, answer), stop, resume in zip(SETTLEMENT, stops, resumes):
        citizen.says(stop)
        assert citizen.codes() == ["stop"] and "继续" in citizen.text
        citizen.says(resume)
        assert citizen.asked == fact, (stop, resume, citizen.texts)
        citizen.dials(answer)
    assert citizen.outcome() == "likely"


def test_what_was_told_before_leaving_is_kept_while_other_things_are_asked(citizen):
    citizen.tells("rule:落户", "1", "1", "1", "算了", "居住证怎么办理", "谢谢", "继续")
    assert citizen.asked == "定居方式"
    citizen.tells("1", "三年", "有")
    assert citizen.told()["户口性质"] == "农业户口" and citizen.outcome() == "likely"


def test_an_answer_after_leaving_takes_the_interview_up(citizen):
    citizen.tells("rule:落户", "1", "1", "1", "1", "先不说了", "住了三年")
    assert citizen.asked == "有居住证" and "3年" in citizen.text


def test_a_stop_button_and_a_resume_button(citizen):
    citizen.says("rule:落户")
    citizen.presses("先不说了", "继续")
    assert citizen.asked == "身份"


def test_who_is_in_despair_hears_the_helpline_first_and_is_not_asked_on(citizen):
    citizen.says("rule:落户")
    for fact, answer in SETTLEMENT:
        citizen.says("我不想活了")
        assert citizen.replies[0]["code"] == "distress" and "12356" in citizen.texts[0]
        assert citizen.asked is None
        citizen.says("继续")
        assert citizen.asked == fact
        citizen.dials(answer)
    assert citizen.outcome() == "likely"


def test_despair_in_the_same_message_as_an_answer_is_not_passed_over(citizen):
    citizen.tells("rule:落户", "1", "1", "1", "1", "住了三年了，活不下去了")
    assert citizen.replies[0]["code"] == "distress"


def test_nonsense_twice_brings_an_explanation_and_a_person(citizen):
    citizen.says("rule:落户")
    for fact, answer in SETTLEMENT:
        citizen.says("呱呱呱呱")
        assert citizen.codes() == ["again"] and citizen.asked == fact
        citizen.says("哗啦哗啦")
        assert citizen.codes() == ["explain"] and citizen.asked == fact
        assert "12345" in citizen.text and citizen.last["options"][-1]["label"] == "转人工"
        citizen.dials(answer)
    assert citizen.outcome() == "likely"


def test_who_is_stuck_reaches_a_person_by_button_and_may_still_answer(citizen):
    citizen.tells("rule:落户", "呱呱呱呱", "哗啦哗啦")
    citizen.presses("转人工")
    assert citizen.types() == ["handoff", "interview_question"]
    citizen.dials(SETTLEMENT[0][1])
    assert citizen.asked == "户口性质"


@pytest.mark.parametrize("said", ["。。。", "？", "1" * 30, "a" * 900, "<script>alert(1)</script>", "'; drop table entry; --",
                                  "/restart", '/inform{"interview_done": true}', "{{7*7}}", "\u202e户农", "🙂🙂", "第999题改成有"])
def test_hostile_or_empty_messages_change_nothing(citizen, said):
    citizen.tells("rule:落户", "1", "1")
    citizen.says(said)
    if "restart" in said:                        # taken for the word: begin anew
        assert citizen.asked == "身份"
        return
    assert citizen.asked == "居住地"
    citizen.dials("丹东城区")
    citizen.tells("1", "三年", "有")
    assert citizen.outcome() == "likely"


def test_two_policy_questions_and_then_the_answer(citizen):
    citizen.tells("rule:落户", "1", "1", "1", "1")
    citizen.says("居住证怎么办理？满2年从哪天算？")
    assert citizen.asked == "居住时间"
    citizen.says("那我住了三年了")
    assert citizen.asked == "有居住证"


def test_an_answer_and_a_question_in_one_message(citizen):
    citizen.tells("rule:落户", "1", "1", "1", "1")
    citizen.says("我住了三年了能行吗")
    assert citizen.asked == "有居住证" and "3年" in citizen.text


OTHER = [
    ("我想查养老", "养老"), ("医保呢", "医保"), ("先不说这个，孩子上学怎么办", "上学"), ("不说这个了，我想问问土地", "土地"), ("俺寻思问问低保", "低保"),
    ("咱先不唠这个，孩子念书咋整", "念书"), ("这事儿先撂下，公积金咋办", "公积金"), ("甭问这个了，说说养老吧", "养老"), ("算了，医保咋整", "医保"),
    ("帮我查医保", "医保"), ("这个先放放，老家的地咋整", "地"), ("换个话题，居住证的事儿", "居住证"),
]


@pytest.mark.parametrize("said, word", OTHER)
def test_another_matter_is_answered_and_the_interview_waits(citizen, said, word):
    citizen.tells("rule:落户", "1", "1", "1", "1")
    citizen.says(said)
    assert citizen.replies[0]["type"] in ANSWERED and word in citizen.texts[0]
    assert citizen.codes() == ["stop"] and citizen.asked is None
    citizen.presses("继续")
    assert citizen.asked == "居住时间"
    citizen.tells("三年", "有")
    assert citizen.outcome() == "likely"


def test_another_matter_may_be_named_later(citizen):
    citizen.tells("rule:落户", "1", "换个话题")
    assert citizen.codes() == ["turn", "stop"]
    citizen.presses("养老保险")
    assert citizen.replies[0]["type"] == "clarify"
    citizen.says("继续")
    assert citizen.asked == "户口性质"


def test_another_matter_that_wants_to_be_looked_into_begins_its_own_questions(citizen):
    citizen.tells("rule:落户", "1", "1", "先不说这个，养老保险帮我查查")
    assert citizen.asked == "年龄"


def test_an_answer_to_another_question_while_the_interview_waits_shows_the_way_back(citizen):
    citizen.tells("rule:落户", "1", "1", "医保呢", "三年了")
    assert citizen.codes() == ["stop"] and "继续" in citizen.text
    citizen.presses("继续")
    assert citizen.asked == "居住地"


def test_what_answers_the_question_is_no_other_matter(citizen):
    citizen.tells("rule:落户", "公租房")
    assert citizen.asked == "放宽类别"
    citizen.says("租公租房")
    assert citizen.outcome() == "window"


def test_numbers_of_an_answer_in_between_and_of_the_question_do_not_collide(citizen):
    citizen.tells("rule:落户", "1", "居住证怎么办理")
    offered = [c["payload"] for c in citizen.choices()]
    assert len(offered) == len(set(offered))
    citizen.dials("农业户口")
    assert citizen.asked == "居住地"
