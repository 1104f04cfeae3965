"""One reply object of each type, with something in every field that a citizen is shown."""
from __future__ import annotations

from typing import Any

from policy_kb.reply import Reply, choices, plain_text

STATUS = {"code": "unconfirmed", "label": "待确认", "verified_on": "2026-01-31", "note": "方案的目标年已过。"}
BODY = [{"name": "市公安局", "role": "牵头", "now": "某某局"}]
BASIS = {"status": STATUS, "release": 3, "receipt": "ABCDE-FGHJK", "departments": BODY}

ANSWER: Reply = {
    "type": "policy_answer", "entry": "4-1", "title": "凭居住证落户", "answer": "住满2年可以落户。",
    "quotes": [{"clause": 4, "item": "4-1", "text": "满2年以上可凭居住证落户。", "document": "实施方案"}],
    "unchecked": ["从哪天算起。"], "rights": ["第（二）条：“自愿”"], "heard": "住满两年", "interview": "settle", "related": [{"entry": "14-1", "title": "居住证能享受什么"}],
    **BASIS,
}
SILENT: Reply = {
    "type": "not_regulated", "entry": "N-101", "topic": "车牌", "answer": "本文件未规定车牌。", "hotline": "12345",
    "nearest": [{"entry": "4-1", "title": "凭居住证落户"}], **BASIS,
}
CLARIFY: Reply = {
    "type": "clarify", "prompt": "您想问的是下面哪一个？",
    "choices": [{"entry": "4-1", "title": "凭居住证落户", "payload": "entry:4-1"}],
}
QUESTION: Reply = {
    "type": "interview_question", "rule": "settle", "fact": "户口性质", "prompt": "您是什么户口？",
    "options": [{"label": "农业户口", "payload": "option:户口性质:1"}, {"label": "不清楚", "payload": "option:户口性质:2"}],
    "why": "这一条只说农业人口。", "help": "看户口簿首页。", "asked": 2, "remaining_at_most": 5,
}
VERDICT: Reply = {
    "type": "verdict", "person": "您母亲", "changed": "居住月数改成了36个月。",
    "rules": [{
        "rule": "settle", "name": "凭居住证落户", "outcome": "not_met", "summary": "目前不满足的是：住满2年。",
        "trace": [{"condition": "住满2年", "fact": "居住月数", "value": "20个月", "met": False, "clause": 4, "quote": "满2年以上"},
                  {"condition": "有居住证", "fact": "有居住证", "value": None, "met": None, "clause": 4, "quote": None}],
        "changes": [{"fact": "居住月数", "needed": "住到24个月", "when": "2027-03-01起", "assuming": ["一直住在城区"]}],
        "unchecked": ["需要哪些材料。"],
    }],
    "others": [{"name": "投亲落户", "outcome": "undetermined", "label": "还不能判断"}],
    "rights": ["第（九）条：“不得强迫”"], "facts": [{"fact": "户口性质", "value": "农业户口"}],
    "next": [{"title": "改一个回答", "payload": "correct"}], **BASIS,
}
HANDOFF: Reply = {"type": "handoff", "reason": "请找工作人员。", "hotline": "12345", "summary": "我问的是落户。", "receipt": "ABCDE-FGHJK"}
NOTICE: Reply = {"type": "notice", "code": "greet", "text": "您好。", "choices": [{"title": "养老保险", "payload": "topic:ask_pension"}]}
ALL = (ANSWER, SILENT, CLARIFY, QUESTION, VERDICT, HANDOFF, NOTICE)

# What is for programs, in a reply object: no citizen is shown it.
CODES = {"type", "entry", "item", "payload", "code", "rule", "interview", "outcome", "fact", "value", "asked"}


def message(reply: Reply) -> dict[str, Any]:
    """A reply object as Rasa gives it to a channel."""
    return {"text": plain_text(reply), "custom": reply, "buttons": choices(reply)}


def words(value: Any, key: str = "") -> list[str]:
    """Every word in a reply object that a citizen is to be shown."""
    if isinstance(value, dict):
        return [w for k, v in value.items() for w in words(v, k)]
    if isinstance(value, list):
        return [w for v in value for w in words(v, key)]
    if key in CODES or not isinstance(value, (str, int)) or isinstance(value, bool):
        return []
    return [str(value)] if key != "clause" else []
