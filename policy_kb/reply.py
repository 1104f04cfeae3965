"""Reply objects: the one form in which policy reaches a user, on every channel.

A reply object is a JSON-able dict with a `type`; `plain_text` says the same in words and
`choices` lists what can be answered to it. Quotations and clause numbers come from entries,
never from text.
"""
from __future__ import annotations

import datetime as dt
from typing import Any, Callable, Iterable, Mapping, Protocol, Sequence

from policy_kb.entries import (
    Body, Citation, Department, Document, Entry, NUMERALS, Status,
)

NEAREST = 3             # entries beside an unregulated topic
HOTLINE = "12345"
WHICH = "您想问的是下面哪一个？如果都不是，请回复“都不是”。"
OWN_CASE = "按我说的情况看看符不符合"
ROLES = {"牵头": "牵头", "配合": "配合", "分工": "按职责分工", "相近": "文件提到的相近部门"}
OUTCOMES = {
    "likely": "按您说的情况，符合",
    "not_met": "目前有条件不满足",
    "undetermined": "还不能判断",
    "window": "文件没有规定，须窗口认定",
}
Reply = dict[str, Any]
Choice = dict[str, str]


class Basis(Protocol):
    """What a reply needs of a release."""

    number: int
    entries: Mapping[str, Entry]
    document: Document
    departments: Mapping[str, Body]
    citations: Mapping[str, Citation]


def clause_label(number: int | None, entry: str = "") -> str:
    """“第（四）条” for 4; “前言” or “结语” for the two unnumbered parts."""
    if number is None:
        return "结语" if entry.startswith("18-") else "前言"
    tens = "十" if number >= 10 else ""
    unit = number % 10
    return f"第（{tens}{NUMERALS[unit - 1] if unit else ''}）条"


def status_object(status: Status, document: Document, on: dt.date) -> dict[str, Any]:
    """Validity of a basis as at day `on`: {code, label, verified_on (ISO or None), note}."""
    note = status.note
    passed = document.target_year is not None and on.year > document.target_year
    if passed and status.code in ("unconfirmed", "target_passed"):
        note = f"方案提出的目标年{document.target_year}年已过。{note}"
    verified = status.verified_on.isoformat() if status.verified_on else None
    return {"code": status.code, "label": status.label, "verified_on": verified, "note": note}


def departments(basis: Basis, found: Iterable[Department]) -> list[dict[str, str]]:
    """Bodies as the document names them, with role and the one that has taken over ("": 待核)."""
    return [
        {"name": d.name, "role": ROLES[d.role],
         "now": basis.departments[d.name].successor if d.name in basis.departments else ""}
        for d in found
    ]


def _titles(basis: Basis, ids: Sequence[str]) -> list[dict[str, str]]:
    return [{"entry": i, "title": basis.entries[i].title} for i in ids if i in basis.entries]


def quote(basis: Basis, entry: Entry) -> dict[str, Any]:
    """The entry's verbatim words with their clause (1–17, None for 前言 and 结语)."""
    return {
        "clause": entry.clause, "item": entry.id, "text": entry.original,
        "document": basis.document.title,
    }


def _not_held(basis: Basis, entry: Entry) -> list[str]:
    cited = (basis.citations[c] for c in entry.cites if c in basis.citations)
    return [
        f"原文所引的《{c.title}》{f'（{c.number}）' if c.number else ''}未收录，具体规定以该文件为准。"
        for c in cited if not c.held
    ]


def entry_reply(basis: Basis, entry: Entry, receipt: str, on: dt.date) -> Reply:
    """`policy_answer` for an item of a clause, `not_regulated` for an unregulated topic."""
    common = {
        "entry": entry.id, "answer": entry.answer,
        "departments": departments(basis, entry.departments),
        "status": status_object(entry.status, basis.document, on),
        "release": basis.number, "receipt": receipt,
    }
    if entry.kind == "not_regulated":
        return {
            "type": "not_regulated", "topic": entry.title, "hotline": HOTLINE,
            "nearest": _titles(basis, entry.related), **common,
        }
    return {
        "type": "policy_answer", "title": entry.title, "quotes": [quote(basis, entry)],
        "unchecked": [*entry.unchecked, *_not_held(basis, entry)], "interview": entry.rule,
        "related": _titles(basis, entry.related), **common,
    }


def beside(basis: Basis, reply: Reply, ids: Sequence[str]) -> Reply:
    """A `not_regulated` reply whose `nearest` begins with the entries `ids`; at most NEAREST."""
    rows = [*_titles(basis, ids), *reply["nearest"]]
    found = {row["entry"]: row for row in rows if row["entry"] != reply["entry"]}
    return {**reply, "nearest": list(found.values())[:NEAREST]}


def clarify(basis: Basis, ids: Sequence[str], prompt: str = WHICH) -> Reply:
    """A question back with one choice an entry."""
    found = [{**t, "payload": f"entry:{t['entry']}"} for t in _titles(basis, ids)]
    return {"type": "clarify", "prompt": prompt, "choices": found}


def menu(prompt: str, choices: Iterable[tuple[str, str]]) -> Reply:
    """A `clarify` whose choices are not entries: (title, payload) pairs."""
    rows = [{"entry": None, "title": title, "payload": payload} for title, payload in choices]
    return {"type": "clarify", "prompt": prompt, "choices": rows}


def handoff(reason: str, summary: str, receipt: str) -> Reply:
    """Where to reach a person, with a summary to read out."""
    return {
        "type": "handoff", "reason": reason, "hotline": HOTLINE, "summary": summary,
        "receipt": receipt,
    }


def notice(code: str, text: str, choices: Iterable[tuple[str, str]] = ()) -> Reply:
    """A sentence about the conversation itself, not about policy; (title, payload) choices."""
    rows = [{"title": title, "payload": payload} for title, payload in choices]
    return {"type": "notice", "code": code, "text": text, "choices": rows}


def choices(reply: Reply) -> list[Choice]:
    """What can be answered to a reply: [{title, payload}], in the order in which it is numbered."""
    kind = reply["type"]
    if kind == "clarify":
        return [{"title": c["title"], "payload": c["payload"]} for c in reply["choices"]]
    if kind == "interview_question":
        return [{"title": o["label"], "payload": o["payload"]} for o in reply["options"]]
    if kind == "policy_answer":
        title = OWN_CASE if reply.get("heard") else "帮我看看符不符合"
        start = [{"title": title, "payload": f"rule:{reply['interview']}"}]
        return (start if reply["interview"] else []) + _links(reply["related"])
    if kind == "not_regulated":
        return _links(reply["nearest"]) + [{"title": "转人工", "payload": "handoff"}]
    if kind == "verdict":
        following = reply.get("next", [])
        return [*following, {"title": "转人工", "payload": "handoff"}] if following else []
    return list(reply.get("choices", []))


def _links(rows: Sequence[Mapping[str, str]]) -> list[Choice]:
    return [{"title": r["title"], "payload": f"entry:{r['entry']}"} for r in rows]


def _status_line(status: Mapping[str, Any]) -> str:
    verified = status["verified_on"] or "尚未核对"
    return f"效力：{status['label']}。{status['note']}最后核对：{verified}。"


def _department_line(departments: Sequence[Mapping[str, str]]) -> list[str]:
    if not departments:
        return []
    names = "、".join(
        f"{d['name']}（{d['role']}，现承接：{d['now'] or '待核'}）" for d in departments
    )
    return [f"部门：{names}"]


def _quote_line(q: Mapping[str, Any]) -> str:
    return f"依据：《{q['document']}》{clause_label(q['clause'], q['item'])}\n“{q['text']}”"


def _receipt_line(reply: Reply) -> list[str]:
    return [f"凭证号：{reply['receipt']}（第{reply['release']}版）"] if reply["receipt"] else []


def _listed(title: str, rows: Sequence[str]) -> list[str]:
    return [title + "\n" + "\n".join(f"· {row}" for row in rows)] if rows else []


def _numbered(title: str, rows: Sequence[Choice], first: int) -> list[str]:
    lines = [f"{n}. {row['title']}" for n, row in enumerate(rows, first)]
    return [title + "\n" + "\n".join(lines)] if lines else []


def _policy_answer(reply: Reply, first: int) -> list[str]:
    return [
        f"【{reply['status']['label']}】{reply['answer']}",
        *map(_quote_line, reply["quotes"]),
        _status_line(reply["status"]),
        *_department_line(reply["departments"]),
        *_listed("文件没有写明：", reply["unchecked"]),
        *_listed("您的权利：", reply.get("rights", [])),
        *([f"我看到您说：{reply['heard']}。"] if reply.get("heard") else []),
        *_receipt_line(reply),
        *_numbered("还可以问（回复数字）：", choices(reply), first),
    ]


def _not_regulated(reply: Reply, first: int) -> list[str]:
    return [
        reply["answer"],
        *_department_line(reply["departments"]),
        f"可拨打{reply['hotline']}咨询。",
        *_listed("您的权利：", reply.get("rights", [])),
        _status_line(reply["status"]),
        *_receipt_line(reply),
        *_numbered("文件里相近的内容（回复数字）：", choices(reply), first),
    ]


def _clarify(reply: Reply, first: int) -> list[str]:
    return _numbered(f"{reply['prompt']}（回复数字）", choices(reply), first)


def _interview_question(reply: Reply, first: int) -> list[str]:
    return [
        *_numbered(reply["prompt"], choices(reply), first),
        *([] if reply["options"] else [reply["prompt"]]),
    ]


def _trace_line(row: Mapping[str, Any]) -> str:
    mark = {True: "满足", False: "目前不满足", None: "还不清楚"}[row["met"]]
    mark = mark if row.get("covered", True) else "您的情况文件没有写到"
    where = f"，{clause_label(row['clause'])}" if row.get("clause") else ""
    words = f"“{row['quote']}”" if row.get("quote") else ""
    return f"{row['condition']}：{mark}{where}{words}"


def _change_line(row: Mapping[str, Any]) -> str:
    when = f"，约{row['when']}" if row.get("when") else ""
    assuming = row.get("assuming") or []
    given = f"，前提是{'、'.join(assuming)}" if assuming else ""
    return f"{row['needed']}{when}{given}"


def _rule_text(rule: Mapping[str, Any]) -> list[str]:
    summary = rule.get("summary")
    head = f"{rule['name']}：{OUTCOMES[rule['outcome']]}。"
    return [
        head + (f"\n{summary}" if summary else ""),
        *_listed("逐条来看：", [_trace_line(t) for t in rule["trace"]]),
        *_listed("什么会改变这个结果：", [_change_line(c) for c in rule["changes"]]),
        *_listed("这里没有核实：", rule["unchecked"]),
    ]


def _verdict(reply: Reply, first: int) -> list[str]:
    others = [f"{o['name']}：{o['label']}" for o in reply.get("others", [])]
    told = [f"{f['fact']}：{f['value']}" for f in reply.get("facts", [])]
    return [
        *([f"{reply['person']}的情况"] if reply.get("person") else []),
        *([reply["changed"]] if reply.get("changed") else []),
        *(line for rule in reply["rules"] for line in _rule_text(rule)),
        *_listed("其他情形：", others),
        *_listed("您的权利：", reply["rights"]),
        *_listed("按您说的这些情况判断：", told),
        *_department_line(reply.get("departments", [])),
        _status_line(reply["status"]),
        "这不是审批决定，以受理窗口认定为准。",
        *_receipt_line(reply),
        *_numbered("还可以（回复数字）：", choices(reply), first),
    ]


def _handoff(reply: Reply, first: int) -> list[str]:
    code = [f"凭证号：{reply['receipt']}"] if reply["receipt"] else []
    return [reply["reason"], f"请拨打 {reply['hotline']}。", reply["summary"], *code]


def _notice(reply: Reply, first: int) -> list[str]:
    return [reply["text"], *_numbered("可以回复数字：", choices(reply), first)]


TEXTS: Mapping[str, Callable[[Reply, int], list[str]]] = {
    "policy_answer": _policy_answer, "not_regulated": _not_regulated, "clarify": _clarify,
    "interview_question": _interview_question, "verdict": _verdict, "handoff": _handoff,
    "notice": _notice,
}


def plain_text(reply: Reply, first: int = 1) -> str:
    """The whole content of a reply object in words; its choices are numbered from `first`."""
    return "\n\n".join(part for part in TEXTS[reply["type"]](reply, first) if part)
