"""How long somebody has lived or worked somewhere, read from what they said."""
from __future__ import annotations

import datetime as dt
import re

from policy_kb.dates import AFTER_IT, BEFORE_IT, WHICH_YEAR, Found, find, widened, without, yearless
from policy_kb.lengths import Reading, readings
from policy_kb.numerals import NUMBER
from policy_kb.qualifiers import Bounds, hedged
from policy_kb.timespan import LONGEST_LIFE, Days, Quantity, Unclear, elapsed, plain
from policy_kb.years import told_apart

HINT = "请说一共多长时间，例如“一年零八个月”，或者说从哪年哪月开始，例如“2019年3月”。"
WHICH_UNIT = "您说的数是年还是月，请连单位一起说，例如“24个月”或“两年”。"
TWO_LENGTHS = "您说了不止一个时间，请只说一共多长时间，例如“一年零八个月”。"
TOO_LONG = "这个时间太长了，请再说一遍一共多长时间，例如“一年零八个月”。"
TO_COME = "您说的日子还没到，请说已经过去的是从哪年哪月开始，例如“2019年3月”。"

_STAY = r"住|来|搬|待|呆|落脚|安家|生活|在这|在丹东|在城"
_PASSING = re.compile(r"[今去前昨上这本明下后]")
_CAME = re.compile(r"[^，。；0-9]{0,6}(?:来|搬|到|起|开始|住(?![满证])|进城|落脚)")
_ANOTHER_DAY = re.compile(r"[^，。；]{0,6}(?:生|办|领|拿|毕业|结婚|退休|登记|买|[交缴]|满|够)")


def _is_arrival(text: str, one: Found, beside_length: bool) -> bool:
    """Whether a day is that of arrival: not one of birth, of papers, of 满两年.

    今年 or 昨天 is mostly said in passing: beside a length it must be said that one came then.
    """
    if _CAME.match(text[one.end:]):
        return True
    passing = beside_length and _PASSING.match(text[one.start:one.end])
    return not passing and not _ANOTHER_DAY.match(text[one.end:])


def _since(text: str, one: Found, today: dt.date) -> Quantity:
    """Time since a day of arrival. Raises Unclear if it is to come or beyond a life."""
    first, last = one.days
    if BEFORE_IT.match(text[one.end:]):
        return Quantity(months=(elapsed(first, today), None))
    if AFTER_IT.match(text[one.end:]):
        last = today
    if hedged(text[:one.start], text[one.end:]):
        first, last = widened(first, last)
    if first > today:
        raise Unclear(TO_COME)
    if elapsed(first, today) > LONGEST_LIFE:
        raise Unclear(TOO_LONG)
    return Quantity(since=(first, min(last, today)))


def _meet(one: Bounds, other: Bounds) -> Bounds | None:
    """What two intervals have in common."""
    lows = [low for low in (one[0], other[0]) if low is not None]
    highs = [high for high in (one[1], other[1]) if high is not None]
    low, high = max(lows, default=None), min(highs, default=None)
    return None if low is not None and high is not None and low > high else (low, high)


def _chosen(found: list[Reading]) -> Bounds | None:
    """The one length that is meant: those of living here go before others, and all must agree."""
    about_living = [one for one in found if re.search(_STAY, one.clause)]
    bounds: Bounds = (None, None)
    for one in about_living or found:
        common = _meet(bounds, one.bounds)
        if common is None:
            raise Unclear(TWO_LENGTHS)
        bounds = common
    return bounds if found else None


_VAGUE = re.compile(
    r"好?几十?年|数年|[多若]干?年|些年|年头|[挺很好老][久长]|老鼻子|(?:[这那前头]|最近)(?:[两几]|" + NUMBER + r")年|这阵|有日子|些日子|时间长|一段时间|一阵子?"
    r"|半?辈子|从小|打小|自小|土生土长|祖[祖辈]|世代|刚[来搬到]|才[来搬]|新[来搬]|不久|没多久|没几天|那[年会时阵]"
    r"|(?:岁|时候?|以后|之后|的时候)[我俺就才们全家]*[来搬]|[0-9零一二三四五六七八九]几年|[上下]学期")
_BARE = re.compile(rf"^(?:我|俺|大概|大约|有|住了?|来了?|待了?|干了?|已经|差不多|快|就|才|也就|整)*{NUMBER}[了吧呢啊左右多]*[。！]?$")
_ASKED = re.compile(r"(?<!没)多久|多长|几年[才能]|[要得]几年|吗|[么？]$")


def _refuse_the_vague(text: str) -> None:
    if _BARE.match(text):
        raise Unclear(WHICH_UNIT)
    if _VAGUE.search(text) and not _ASKED.search(text):
        raise Unclear(HINT)


def _checked(bounds: Bounds) -> Quantity:
    if max(bounds[0] or 0, bounds[1] or 0) > LONGEST_LIFE:
        raise Unclear(TOO_LONG)
    return Quantity(months=bounds)


def _agreed(since: Quantity, bounds: Bounds, today: dt.date) -> Quantity:
    """A day of arrival and a length: the day counts, narrowed by 不到 or 多; both must agree."""
    first, last = since.since or (today, today)
    window = since.months or (elapsed(last, today), elapsed(first, today))
    low, high = bounds
    if low is not None and low == high:
        if _meet(window, (low - 1, low + 11)) is None:
            raise Unclear(TWO_LENGTHS)
        return since
    common = _meet(window, bounds)
    if common is None:
        raise Unclear(TWO_LENGTHS)
    return since if common == window else Quantity(months=common)


def read_duration(text: str, today: dt.date) -> Quantity | None:
    """How long somebody has lived or worked here, as of `today`; None if `text` does not say.

    Raises Unclear when it must be asked back: no unit, two lengths, 好几年, a day to come.
    """
    try:
        said = told_apart(plain(text), today)
        days = find(said, today)
        found = list(readings(without(said, days)))
    except ValueError as error:
        raise error if isinstance(error, Unclear) else Unclear(HINT) from None
    bounds = _chosen(found)
    arrivals = [one for one in days if _is_arrival(said, one, bool(found))]
    if len({one.days for one in arrivals}) > 1:
        raise Unclear(TWO_LENGTHS)
    if arrivals:
        since = _since(said, arrivals[0], today)
        return _agreed(since, bounds, today) if bounds else since
    if bounds:
        return _checked(bounds)
    if yearless(said):
        raise Unclear(WHICH_YEAR)
    _refuse_the_vague(said)
    return None
