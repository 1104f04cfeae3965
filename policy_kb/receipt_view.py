"""A receipt opened: the answer or verdict as it was given, and whether it has changed since."""
from __future__ import annotations

import json
from typing import Any

from policy_kb import reply, verdicts
from policy_kb.facts import FactError
from policy_kb.receipt import Receipt
from policy_kb.release import Release, Releases
from policy_kb.rules import Rule

UNCHANGED = "现行版本（第{now}版）对同样的情况给出相同的内容。"
CHANGED = "注意：现行版本（第{now}版）对同样的情况给出的内容已经改变，以下是当时（第{then}版）的内容。"

RULE_CHANGED = (
    "注意：规则在现行版本（第{now}版）里已经改变。按当时那一天判断，结果没有变；现在再问，结果可能不同。"
    "以下是当时（第{then}版）的内容。"
)


def _reply(release: Release, receipt: Receipt) -> reply.Reply | None:
    """What `release` says to the receipt; None if the entry or a rule is not in it."""
    if receipt.kind == "verdict":
        return verdicts.again(release, receipt)
    entry = release.entries.get(receipt.subject)
    if entry is None or receipt.kind == "handoff":
        return None
    return reply.entry_reply(release, entry, receipt.code, receipt.day)


def _content(one: reply.Reply | None) -> dict[str, Any] | None:
    return {k: v for k, v in one.items() if k != "release"} if one else None


def _rules(release: Release, receipt: Receipt) -> list[Rule] | None:
    """The rules behind a verdict; None if there are none, or not in `release`."""
    if receipt.kind != "verdict":
        return None
    try:
        return verdicts.rules_for(release, receipt.subject)
    except FactError:
        return None


def show(releases: Releases, receipt: Receipt, as_json: bool) -> str:
    """The receipt in words or as JSON. Raises ReleaseError if its release is gone."""
    then, now = releases.open(receipt.release), releases.current()
    given, today = _reply(then, receipt), _reply(now, receipt)
    changed = _content(given) != _content(today)
    rule_changed = _rules(then, receipt) != _rules(now, receipt)
    if as_json:
        return json.dumps(
            {"code": receipt.code, "kind": receipt.kind, "release": receipt.release,
             "subject": receipt.subject, "facts": dict(receipt.facts), "day": receipt.day.isoformat(),
             "reply": given, "changed": changed or rule_changed, "current_release": now.number},
            ensure_ascii=False, indent=2,
        )
    words = CHANGED if changed else RULE_CHANGED if rule_changed else UNCHANGED
    note = words.format(now=now.number, then=then.number)
    body = reply.plain_text(given) if given else f"转人工，此前看过：{receipt.subject or '无'}。"
    return f"凭证 {receipt.code}\n{note}\n\n{body}"
