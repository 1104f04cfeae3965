"""Messages whose intent is plain from their form: no classifier may read them differently."""
from __future__ import annotations

import re

PAYLOAD = re.compile(
    r"(?:entry:(?:\d{1,2}-\d{1,2}|N-\d{3})|topic:ask_[a-z_]+|option:[^\s:]{1,40}:\d{1,2}"
    r"|rule:[a-z_]{1,60}|interview|handoff|more|resume|stop|why|unsure)"
)
ORDINAL = re.compile(r"(?:第|选|选择|按|回复)?(?:[1-9]\d?|[一二三四五六七八九十])(?:个|项|条|号)?[.、。]?")
# Needs no guess and cannot wait. Said of oneself: a question on 低保 "活着" does not count.
DISTRESS = re.compile(
    r"活不下去|不想活|不活了|想死(?!掉电|机)|想自杀|要自杀|去自杀|寻短见|轻生|跳楼|了结自己|结束(?:我的|自己的?)生命"
    r"|死了算了|没有?活路|喝农药|割腕"
)
HANDOFF = re.compile(
    r"(?:转|找|接|要|换|叫|来个|有没有|有)(?:一?个|一?下)?(?:人工|真人|活人)|^人工(?:客服|服务|坐席)?$"
    r"|(?:转|找|接)(?:一?个|一?下)?(?:客服|坐席|接线员)"
)


def guarded(plain: str) -> str | None:
    """Intent that normalised text `plain` has by its form alone, None for the classifier."""
    if PAYLOAD.fullmatch(plain) or ORDINAL.fullmatch(plain):
        return "choose"
    if DISTRESS.search(plain):
        return "distress"
    return "handoff" if len(plain) <= 30 and HANDOFF.search(plain) else None
