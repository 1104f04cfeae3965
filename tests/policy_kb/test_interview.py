"""The interview without Rasa: what each message makes of its state, by example and at random."""
from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policy_kb.eligibility import UNKNOWN
from policy_kb.interview import SUBJECTS, Interview, Interviewer, Taken, dump, load
from policy_kb.quantities import Quantity
from tests.rules import shipped

DATE = dt.date(2026, 11, 24)
ASKS = ("asking", "confirming")
STORIES = (
    "", "我农村户口在丹东打工三年有居住证", "我和老伴(61)带孙子来的，农村户口", "我是退伍兵", "我大专毕业，今年25岁",
    "帮我爸查一下，他63岁", "如果我有居住证呢", "孩子8岁跟我来上小学，老伴六十了", "我和儿子(25)、女儿(19)都搬来了",
)
SAID = (
    "有", "没有", "是", "不是", "对", "不对", "农村户口", "城镇户口", "打工的", "全家都来了", "丹东城区", "不在丹东", "三年",
    "一年零八个月", "2019年3月来的", "住了快三年了", "六十三", "59岁11个月", "66年12月1日生", "属猪的", "还没落户", "去年3月",
    "没办过", "在厂里上班", "不清楚", "记不清了，大概三年", "为什么问这个", "在哪查", "什么意思", "算了", "先不说了", "重新开始",
    "返回", "上一题", "不改了", "我说错了其实住了三年", "第2题改成没有", "第9题改成有", "把年龄改成六十", "居住证改成没有",
    "不对，我有居住证", "不是三年，是两年", "说错了", "其实是城镇户口", "户口那题改一下", "老伴其实59", "居住证怎么办", "能落户吗？",
    "哈哈", "呱呱呱", "1e9", "？？？", "退伍军人", "大学毕业", "第4题改成六十", "不是，是农业户口", "我住了五年", "要是我有居住证呢",
)
PAYLOADS = (
    "why", "stop", "correct", "restart", "confirm:yes", "confirm:no", "answer:户口性质:农业户口", "answer:户口性质:火星",
    "answer:年龄:720~", "answer:没有这个:有", "answer:", "change:0:户口性质", "change:9:户口性质", "change:x", "change:0:没有这个",
    "answer:居住时间:~23", "entry:4-1", "handoff", "nonsense",
)
free = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x9fff), max_size=30)
moves = st.one_of(
    st.tuples(st.just("press"), st.integers(0, 9)), st.tuples(st.just("say"), st.sampled_from(SAID)),
    st.tuples(st.just("say"), free), st.tuples(st.just("payload"), st.sampled_from(PAYLOADS)),
    st.tuples(st.sampled_from(["miss", "resume", "correct"]), st.sampled_from(SAID)),
)
at_random = settings(max_examples=200, deadline=None, derandomize=True,
                     suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="module")
def leader() -> Interviewer:
    """Leads interviews by the rules that ship, on a fixed day; receipts are not kept."""
    return Interviewer(shipped.held(), lambda *args: "", DATE)


def make(leader: Interviewer, state: Interview, move: tuple[str, object]) -> Taken:
    """The state after one move; what is not the interview's leaves it as it was."""
    kind, value = move
    if kind == "press":
        prompt = leader.prompt(state)
        rows = prompt.get("options") or prompt.get("choices") or prompt.get("next") or []
        taken = leader.choose(state, rows[value % len(rows)]["payload"]) if rows else None
    elif kind == "say":
        taken = leader.take(state, value)
    elif kind == "payload":
        taken = leader.choose(state, value)
    elif kind == "resume":
        taken = leader.resume(state)
    else:
        taken = leader.miss(state, value) if kind == "miss" else leader.correct(state, value)
    return taken or Taken(state)


def depends(leader: Interviewer, name: str, changed: set[str]) -> bool:
    """Whether a fact hangs on a changed one, perhaps by way of others."""
    on = set(leader.release.facts[name].depends_on)
    return bool(on & changed) or any(depends(leader, other, changed) for other in on)


def lost(leader: Interviewer, before: Interview, after: Interview) -> set[str]:
    """Facts that are gone without a reason."""
    out = set()
    for old, new in zip(before.plans, after.plans):
        changed = {n for n in old.facts if old.facts[n] != new.facts.get(n)}
        gone = set(old.facts) - set(new.facts)
        out |= {n for n in gone if not depends(leader, n, changed - {n})}
    return out


def codes(taken: Taken) -> list[str]:
    return [r.get("code", r["type"]) for r in taken.remarks]


class TestAtRandom:
    @at_random
    @given(st.sampled_from(sorted(SUBJECTS)), st.sampled_from(STORIES), st.lists(moves, max_size=20))
    def test_nothing_breaks_nothing_is_lost_and_something_is_always_said(self, leader, subject, story, made):
        state = leader.start(subject, story).interview
        for move in made:
            taken = make(leader, state, move)
            after = taken.interview
            assert load(json.loads(json.dumps(dump(after)))) == after
            restarted = "restart" in codes(taken)
            assert restarted or not lost(leader, state, after), (move, state, after)
            if not restarted and state.status not in ("confirming",):
                self.told_what_changed(state, after, taken)
            said = leader.prompt(after) if after.status in ASKS else leader.verdict(after)
            assert said["type"] in ("interview_question", "notice", "verdict")
            state = after

    def told_what_changed(self, before: Interview, after: Interview, taken: Taken) -> None:
        for old, new in zip(before.plans, after.plans):
            for name in set(old.facts) & set(new.facts):
                if old.facts[name] != new.facts[name]:
                    assert any(r.get("code") == "changed" and name in r["text"] for r in taken.remarks)

    @at_random
    @given(st.sampled_from(sorted(SUBJECTS)), st.sampled_from(STORIES), st.data())
    def test_answers_lead_to_a_verdict_in_no_more_questions_than_were_said(self, leader, subject, story, data):
        state = leader.start(subject, story, confirmed=True).interview
        limit, plan = None, None
        while state.status == "asking":
            question = leader.prompt(state)
            if plan != state.at:
                limit, plan = question["remaining_at_most"], state.at
            assert 1 <= question["remaining_at_most"] <= limit
            limit = question["remaining_at_most"] - 1
            answers = [o["payload"] for o in question["options"] if o["payload"].startswith("answer:")]
            state = leader.choose(state, data.draw(st.sampled_from(answers))).interview
        assert state.status == "done" and all(plan.told for plan in state.plans)

    @at_random
    @given(st.sampled_from(sorted(SUBJECTS)), st.lists(moves, max_size=12))
    def test_not_knowing_always_leads_on(self, leader, subject, made):
        state = leader.start(subject).interview
        for move in made:
            state = make(leader, state, move).interview
        state = leader.resume(state).interview
        if state.status == "confirming":
            state = leader.choose(state, "confirm:no").interview
        for _ in range(40):
            if state.status == "done":
                break
            name = leader.pending(state)
            assert f"answer:{name}:{UNKNOWN}" in [o["payload"] for o in leader.prompt(state)["options"]]
            state = leader.unsure(state).interview
        assert state.status == "done"

    @at_random
    @given(st.sampled_from(sorted(SUBJECTS)), st.lists(moves, max_size=12))
    def test_two_misses_explain_and_offer_a_person(self, leader, subject, made):
        state = leader.start(subject).interview
        for move in made:
            state = make(leader, state, move).interview
        if state.status != "asking":
            return
        first = leader.miss(state, "呱")
        second = leader.miss(first.interview, "呱")
        assert codes(second) == ["explain"] and "12345" in second.remarks[0]["text"]
        assert {"label": "转人工", "payload": "handoff"} in leader.prompt(second.interview)["options"]


FARMER = "农村户口，在城区就业居住或全家搬来"
SETTLED = ("身份:" + FARMER, "户口性质:农业户口", "居住地:丹东城区", "定居方式:就业居住")


def answered(leader: Interviewer, subject: str, *answers: str) -> Interview:
    """The state after these answers by button, each "fact:value"."""
    state = leader.start(subject).interview
    for answer in answers:
        state = leader.choose(state, f"answer:{answer}").interview
    return state


class TestAnswers:
    def test_what_is_told_beside_the_answer_is_kept_and_said_back(self, leader):
        state = answered(leader, "落户", SETTLED[0])
        taken = leader.take(state, "农村户口，在厂里上班，住了两年半")
        assert set(taken.interview.plan.facts) == {"身份", "户口性质", "定居方式", "居住时间"}
        assert "居住时间：2年6个月" in taken.remarks[0]["text"]
        assert leader.pending(taken.interview) == "居住地"

    def test_a_policy_question_is_not_the_interviews(self, leader):
        state = answered(leader, "落户", *SETTLED)
        assert leader.take(state, "居住证怎么办理") is None
        assert leader.take(state, "如果我住了三年呢") is None

    @pytest.mark.parametrize("said", ["记不清了，大概三年半", "不太清楚，三年多吧"])
    def test_a_length_counts_even_if_it_is_told_with_doubt(self, leader, said):
        taken = leader.take(answered(leader, "落户", *SETTLED), said)
        assert isinstance(taken.interview.plan.facts["居住时间"], Quantity)

    def test_not_knowing_is_said_back_for_a_length(self, leader):
        taken = leader.take(answered(leader, "落户", *SETTLED), "不清楚")
        assert "居住时间：不清楚" in taken.remarks[0]["text"]

    def test_a_button_of_a_fact_that_is_not_asked_here_changes_nothing(self, leader):
        state = answered(leader, "落户", *SETTLED)
        assert leader.choose(state, "answer:年龄:63岁").interview == state
        assert leader.choose(state, "answer:户口性质:火星").interview == state
        assert leader.choose(state, "entry:4-1") is None

    def test_two_options_at_once_are_both_named(self, leader):
        taken = leader.take(answered(leader, "落户", *SETTLED[:3]), "在厂里上班，全家都来了")
        assert codes(taken) == ["again"] and "举家迁移" in taken.remarks[0]["text"]


class TestAnotherMatter:
    @pytest.mark.parametrize("said, matter", [
        ("我想查养老", "我想查养老"), ("医保呢", "医保呢"), ("先不说这个，孩子上学怎么办", "孩子上学怎么办"), ("公租房", "公租房"),
        ("先不说这个，居住证咋办", "居住证咋办"), ("换个话题", ""), ("算了，问问低保", "问问低保"), ("居住证呢", "居住证呢"), ("帮我查养老", "查养老"),
    ])
    def test_it_is_told_from_an_answer_wherever_it_is_named(self, leader, said, matter):
        assert leader.turned(answered(leader, "落户", *SETTLED), said) == matter

    @pytest.mark.parametrize("said", [
        "三年", "算了，三年", "算了", "不清楚", "居住证怎么办理", "落户呢", "我想查落户", "换了工作，住了三年", "先不说这个，住了三年", "不改了", "算了不改了",
        "我有医保，住了三年", "不想说", "先不说了，转人工",
    ])
    def test_what_is_no_other_matter_stays_with_the_interview(self, leader, said):
        assert leader.turned(answered(leader, "落户", *SETTLED), said) is None

    @pytest.mark.parametrize("answers, said", [
        ((), "公租房"), ((), "别的"), (("身份:租公租房或经适房、投资、引进人才",), "公租房"), ((SETTLED + ("居住时间:24~",)), "居住证呢"),
    ])
    def test_what_answers_the_question_is_an_answer(self, leader, answers, said):
        assert leader.turned(answered(leader, "落户", *answers), said) is None

    @pytest.mark.parametrize("said", ["我想问公租房", "问个别的", "问点别的，孩子念书咋办"])
    def test_asking_for_it_is_no_answer_though_an_option_is_called_like_it(self, leader, said):
        assert leader.turned(leader.start("落户").interview, said) is not None

    def test_of_the_interviews_own_matter_nothing_turns_away(self, leader):
        state = leader.start("养老").interview
        assert leader.turned(state, "我想查养老") is None and leader.turned(state, "我想查落户") == "我想查落户"

    def test_it_is_told_while_what_was_heard_waits_for_a_yes(self, leader):
        state = leader.start("落户", "我农村户口住了三年").interview
        assert leader.turned(state, "我想查养老") and leader.turned(state, "对") is None


class TestBeginnings:
    def test_facts_of_a_message_are_confirmed_before_they_count(self, leader):
        state = leader.start("落户", "我农村户口住了三年").interview
        assert state.status == "confirming" and not state.plan.facts
        assert leader.choose(state, "confirm:yes").interview.plan.facts["户口性质"] == "农业户口"
        assert leader.choose(state, "confirm:no").interview.plan.facts == {}

    def test_what_was_told_before_is_used_and_said_but_only_where_it_is_asked(self, leader):
        known = {"户口性质": "农业户口", "居住时间": Quantity(months=(36, 36))}
        taken = leader.start("医保", known=known)
        assert taken.interview.plan.facts == {"户口性质": "农业户口"}
        assert taken.interview.memory == known and "接着用" in taken.remarks[0]["text"]

    def test_a_new_statement_beats_what_was_told_before(self, leader):
        taken = leader.start("落户", "我是城镇户口", known={"户口性质": "农业户口"})
        state = leader.choose(taken.interview, "confirm:yes").interview
        assert state.plan.facts["户口性质"] == "非农业户口"

    def test_what_the_writer_told_is_not_used_for_a_relative(self, leader):
        taken = leader.start("养老", "帮我爸查一下，他63岁", known={"户口性质": "农业户口"})
        assert taken.interview.plan.person == "爸爸" and taken.interview.plan.facts == {}
        assert taken.interview.memory == {"户口性质": "农业户口"}

    def test_those_who_come_along_have_plans_of_their_own(self, leader):
        state = leader.start("落户", "我和老伴(61)带孙子来").interview
        assert [(p.person, p.subject) for p in state.plans] == [("您", "落户"), ("老伴", "养老"), ("孙子", "上学")]
        assert state.plans[1].facts["年龄"] == Quantity(months=(732, 743))


    @pytest.mark.parametrize("subject", ["落户", "settle_by_residence_permit"])
    def test_a_grown_child_settles_too_and_has_a_pension(self, leader, subject):
        state = leader.start(subject, "我和老伴带儿子(25)来").interview
        assert [(p.person, p.subject) for p in state.plans[1:]] == [("老伴", "养老"), ("儿子", "落户"), ("儿子", "养老")]
        assert state.plans[2].facts == {} and "年龄" in state.plans[3].facts

    def test_a_grown_child_settles_only_where_settling_is_the_matter(self, leader):
        state = leader.start("养老", "我和儿子(25)一起来的").interview
        assert [(p.person, p.subject) for p in state.plans] == [("您", "养老"), ("儿子", "养老")]


def grown_child(leader: Interviewer, *answers: str) -> Interview:
    """The state after these answers about a son of 25, of whose mother nothing is left to ask."""
    state = leader.start("落户", "我和儿子(25)一起来的").interview
    for answer in ("身份:都不是", *answers):
        state = leader.choose(state, f"answer:{answer}").interview
    return state


class TestSeveralVerdictsOfOnePerson:
    def test_what_was_told_for_the_one_is_not_asked_for_the_other(self, leader):
        state = grown_child(leader, *SETTLED, "居住时间:24~", "有居住证:有")
        assert (state.plan.person, state.plan.subject) == ("儿子", "养老")
        assert state.plan.facts["户口性质"] == "农业户口" and leader.pending(state) == "居民养老保险"

    def test_what_is_told_for_the_other_leaves_the_first_verdict_as_it_was(self, leader):
        state = grown_child(leader, "身份:都不是", "户口性质:农业户口")
        assert state.plans[1].told and state.plans[1].facts == {"身份": "都不是"}

    def test_nothing_is_taken_from_another_person(self, leader):
        state = leader.start("落户", "我和儿子(25)一起来的").interview
        for answer in (*SETTLED, "居住时间:24~", "有居住证:有"):
            state = leader.choose(state, f"answer:{answer}").interview
        assert state.plan.person == "儿子" and not state.plan.facts

    def test_a_correction_holds_for_both_and_both_verdicts_are_told_anew(self, leader):
        state = grown_child(leader, *SETTLED, "居住时间:24~", "有居住证:有", "居民养老保险:没有参加")
        state = leader.choose(state, "answer:想参加的养老保险:城镇企业职工养老保险").interview
        assert state.status == "done"
        taken = leader.correct(state, "儿子其实是城镇户口")
        assert [p.facts["户口性质"] for p in taken.interview.plans[1:]] == ["非农业户口"] * 2
        told = [r["person"] for r in taken.remarks if r["type"] == "verdict"]
        assert told == ["儿子"] and taken.ends and leader.verdict(taken.interview)["person"] == "儿子"

    def test_an_answer_is_offered_for_correction_once(self, leader):
        state = grown_child(leader, *SETTLED)
        (menu,) = leader.choose(state, "correct").remarks
        titles = [c["title"] for c in menu["choices"]]
        assert len(titles) == len(set(titles)) and "【儿子】户口性质：农业户口" in titles


class TestCorrections:
    def test_only_what_hangs_on_the_change_is_dropped(self, leader):
        state = answered(leader, "落户", "身份:农村籍退役士兵", "是退役士兵:是", "入伍前户口:农村户口", "退役落户去向:市区的亲属户上", "有居住证:有")
        assert state.status == "done"
        taken = leader.correct(state, f"第1题改成{FARMER}")
        assert set(taken.interview.plan.facts) == {"身份", "有居住证"}

    def test_the_outcome_that_a_correction_puts_in_question_is_remembered_until_the_new_one(self, leader):
        state = answered(leader, "落户", *SETTLED, "居住时间:~23")
        changed = leader.correct(state, "我说错了其实住了三年").interview
        assert changed.before == "目前有条件不满足" and leader.pending(changed) == "有居住证"
        again = leader.choose(changed, "stop").interview
        done = leader.choose(leader.resume(again).interview, "answer:有居住证:有").interview
        assert leader.verdict(done)["changed"] == "改之前：目前有条件不满足；改之后：按您说的情况，符合。"

    def test_a_denial_of_a_fact_is_no_correction_to_it(self, leader):
        state = answered(leader, "落户", SETTLED[0])
        assert leader.take(state, "不是农村户口").interview.plan.facts["户口性质"] == "非农业户口"

    def test_the_answer_asked_for_comes_before_a_correction_of_an_earlier_one(self, leader):
        state = answered(leader, "落户", *SETTLED, "居住时间:24~")
        assert not leader.corrects(state, "其实没办过")
        assert leader.corrects(state, "其实住了一年")


class TestAfterANewRelease:
    def test_values_and_facts_that_are_gone_are_asked_again(self, leader):
        state = answered(leader, "落户", *SETTLED)
        facts = {**state.plan.facts, "居住地": "月球", "没有这个": "有", "居住时间": "农业户口"}
        kept = leader.fit(state.knowing(facts, again="没有这个", heard={"没有这个": "有"}))
        assert set(kept.plan.facts) == {"身份", "户口性质", "定居方式"}
        assert kept.again is None and kept.heard == {} and leader.pending(kept) == "居住地"

    def test_a_subject_that_is_gone_leaves_the_others(self, leader):
        state = leader.start("落户", "我和老伴(61)一起来").interview
        gone = state.changing(0, subject="没有了")
        assert [p.subject for p in leader.fit(gone).plans] == ["养老"]
        assert leader.fit(gone.changing(1, subject="没有了")) is None

    def test_an_interview_that_has_nothing_left_to_ask_gives_its_verdict(self, leader):
        state = answered(leader, "落户", *SETTLED, "居住时间:24~", "有居住证:有")
        opened = state.changing(0, told=False)
        assert leader.prompt(Interview(opened.plans))["type"] == "verdict"
