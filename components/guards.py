"""Messages whose intent is plain from their form: no classifier may read them differently."""
from __future__ import annotations

import re

from policy_kb.context import bare_subject, completions
from policy_kb.distress import in_distress
from policy_kb.languages import is_foreign

PAYLOAD = re.compile(
    r"(?:entry:(?:\d{1,2}-\d{1,2}|N-\d{3})|topic:ask_[a-z_]+|option:[^\s:]{1,40}:\d{1,2}"
    r"|rule:[a-z_]{1,60}|interview|handoff|more|resume|stop|why|unsure)"
)
ORDINAL = re.compile(r"(?:第|选|选择|按|回复)?(?:[1-9]\d?|[一二三四五六七八九十])(?:个|项|条|号)?[.、。]?")
HANDOFF = re.compile(
    r"(?:转|找|接|要|换|叫|来个|有没有|有)(?:一?个|一?下)?(?:人工|真人|活人)|^人工(?:客服|服务|坐席)?$"
    r"|(?:转|找|接)(?:一?个|一?下)?(?:客服|坐席|接线员)"
)


def guarded(plain: str) -> str | None:
    """Intent that normalised text `plain` has by its form alone, None for the classifier."""
    if PAYLOAD.fullmatch(plain) or ORDINAL.fullmatch(plain):
        return "choose"
    if in_distress(plain):
        return "distress"
    if is_foreign(plain):
        return "nlu_fallback"
    named = bare_subject(plain)
    if named or completions(plain, None):
        return named[0] if named else "follow_up"
    return "handoff" if len(plain) <= 30 and HANDOFF.search(plain) else None
