"""Everything around the questions: greetings, thanks, what the bot is, distress."""
from __future__ import annotations

from rasa_sdk import Tracker
from rasa_sdk.events import EventType, FollowupAction
from rasa_sdk.executor import CollectingDispatcher

from actions import base, interview
from actions.answering import ActionAnswer
from actions.payloads import follow
from policy_kb import reply
from policy_kb.answers import Answer
from policy_kb.interview import SETTLEMENT
from policy_kb.moves import asks_for_check
from policy_kb.statements import is_question
from policy_kb.text import normalize

WITH_MENU = ("greet", "help", "bot_challenge", "deny", "stop")
GREET = (
    "您好，我是丹东落户政策问答机器人，只根据《{title}》回答，并给出原文。\n"
    "请不要发身份证号、手机号，这里用不到。\n请直接写您的问题，或者选一个话题。"
)
SENTENCES = {
    "greet": GREET,
    "help": GREET,
    "bot_challenge": "我是自动问答程序，答案都是事先核定的，不会临时编写。要找人请拨打12345。\n您可以选一个话题。",
    "thanks": "不客气。还有问题请接着写。",
    "goodbye": "再见。以后有问题随时来问。",
    "feedback": "谢谢您告诉我。哪里不对，可以记下答复里的凭证号，拨打12345反映。",
    "affirm": "好的。您想问什么，请写一句话。",
    "deny": "好的。您可以换个说法，或选一个话题。",
    "stop": "好的，先到这里。想问别的请直接写，或选一个话题。",
    "abuse": "听得出您着急。我能做的是查这份文件的规定；要反映问题、投诉或找人，请拨打12345。",
}
ANSWERING = ("inform", "affirm", "deny", "unsure")
WAITING = "刚才的问答还停着，没看出这句答的是哪一问。回复“继续”接着来，想问别的请直接写。"
STATELESS = "刚才没有在问您问题。您想问什么，请写一句话；要看自己能不能落户，请回复“帮我查一查”。"


def _answers_late(intent: str, dispatcher: CollectingDispatcher,
                  tracker: Tracker) -> list[EventType] | None:
    """An answer while nothing is asked: to a question that was left, or of one's own accord."""
    leader, state, text = interview.interviewer(), interview.state_of(tracker), base.text_of(tracker)
    begin = [c for c in base.offered(tracker) if c["payload"].startswith("rule:")]
    if intent == "affirm" and tracker.get_slot("story") and begin:
        return follow(begin[0]["payload"], dispatcher, tracker)
    if asks_for_check(normalize(text)):
        return [FollowupAction("action_start_interview")]
    if is_question(text):
        return ActionAnswer().act(dispatcher, tracker)
    if state is not None and state.status == "stopped":
        taken = leader.take(leader.resume(state).interview, text)
    else:
        taken = leader.restated(state, text) if state is not None and intent == "inform" else None
    if taken is not None:
        return interview.go_on(taken, dispatcher, tracker)
    if intent == "inform" and leader.hear(text, SETTLEMENT):
        return [FollowupAction("action_start_interview")]
    if intent in ("inform", "unsure") and state is not None and state.status == "stopped":
        return base.say(dispatcher, Answer((reply.notice("stop", WAITING, [("继续", "resume")]),)), tracker)
    return None


class ActionTalk(base.PolicyAction):
    """Say the sentence that belongs to a dialogue intent."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_talk"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """One notice, with the menu of topics where it helps."""
        intent = tracker.get_intent_of_latest_message() or "help"
        if intent in ANSWERING:
            taken = _answers_late(intent, dispatcher, tracker)
            if taken is not None:
                return taken
        answers = base.answers()
        if intent == "distress":
            return base.say(dispatcher, answers.comfort(base.text_of(tracker)), tracker)
        text = SENTENCES.get(intent, STATELESS).format(title=answers.release.document.title)
        menu = answers.menu() if intent in WITH_MENU or intent not in SENTENCES else ()
        menu = () if tracker.active_loop else menu
        return base.say(dispatcher, Answer((reply.notice(intent, text, menu),)), tracker)


class ActionChoose(base.PolicyAction):
    """A number, label or payload that names nothing on offer."""

    def name(self) -> str:
        """Name in the domain."""
        return "action_choose"

    def act(self, dispatcher: CollectingDispatcher, tracker: Tracker) -> list[EventType]:
        """Say which numbers there are, or show the menu when nothing is on offer."""
        answers, choices = base.answers(), base.offered(tracker)
        if not choices:
            return base.say(dispatcher, Answer((reply.notice("choose", STATELESS, answers.menu()),)), tracker)
        again = [(c["title"], c["payload"]) for c in choices]
        text = f"没有这个选项。请回复 1 到 {len(choices)} 的数字，或者直接写您的问题。"
        return base.say(dispatcher, Answer((reply.notice("choose", text, again),)), tracker)
