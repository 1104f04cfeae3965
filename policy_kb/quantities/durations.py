"""How long somebody has lived or worked somewhere, read from what they said."""
from __future__ import annotations

import datetime as dt
import re
from itertools import product

from dateutil.relativedelta import relativedelta

from policy_kb.quantities.dates import (
    AFTER_IT, BEFORE_IT, WHICH_YEAR, Found, find, reached_in_no_year, widened, without, yearless,
)
from policy_kb.quantities.lengths import Length, Reading, clause_at, lengths, readings
from policy_kb.quantities.numerals import HAN, NUMBER
from policy_kb.quantities.persons import OTHERS
from policy_kb.quantities.qualifiers import Bounds, agree, hedged, meet, possible
from policy_kb.quantities.timespan import LONGEST_LIFE, Days, Quantity, Unclear, elapsed, plain
from policy_kb.quantities.years import told_apart

HINT = "请说一共多长时间，例如“一年零八个月”，或者说从哪年哪月开始，例如“2019年3月”。"
WHICH_UNIT = "您说的数是年还是月，请连单位一起说，例如“24个月”或“两年”。"
WHICH_KIND = "您说的是从哪一年开始，还是一共多少年，请说全，例如“2019年来的”或“住了10年”。"
TWO_LENGTHS = "您说了不止一个时间，请只说一共多长时间，例如“一年零八个月”。"
TOO_LONG = "这个时间太长了，请再说一遍一共多长时间，例如“一年零八个月”。"
NOT_AT_A_STRETCH = "中间断开的不好合计，请只说最近连续的这一段有多久，例如“一年零八个月”。"
TO_COME = "您说的日子还没到，请说已经过去的是从哪年哪月开始，例如“2019年3月”。"

_STAY = r"住(?!证|登记)|来|搬|待|呆|落脚|安家|生活|在这|在丹东|在城"
_IN_PASSING = re.compile(r"[今去前昨上这本明下后]")
_A_FEW_WORDS, _HARDLY_A_WORD = 6, 5
_FROM = re.compile(r"(?:从|打|自|于)$")
_CAME = re.compile(
    r"[^，。；0-9]{0,6}(?:来(?![问办咨看说找查交申电过信])|搬|起(?![来码诉名床])|开始|住(?![满证])|进城|落脚"
    r"|到(?=现在|[今目丹这城市此本来]|$))")
_ANOTHER_DAY = re.compile(
    r"[^，。；]{0,6}(?:生|属|的?[鼠牛虎兔龙蛇马羊猴鸡狗猪]|办|领|拿|毕业|结婚|退休|登记|下岗|退伍|入伍|[走离买交缴满够])")


def _is_arrival(text: str, one: Found, beside_length: bool) -> bool:
    """Whether a day is said to be that of arrival, or is nearly all that is said.

    今年 or 昨天 is mostly said in passing: beside a length it must be said that one came then.
    """
    after = text[one.end:]
    if _CAME.match(after) or _FROM.search(text[:one.start]):
        return True
    in_passing = bool(_IN_PASSING.match(text[one.start:one.end]))
    few = _HARDLY_A_WORD if in_passing else _A_FEW_WORDS
    start, end = clause_at(text, one.start)
    said_more = (one.start - start) + (end - one.end) > few
    return not (said_more or _ANOTHER_DAY.match(after) or in_passing and beside_length)


def _since(text: str, one: Found, today: dt.date) -> Quantity:
    """Time since a day of arrival. Raises Unclear if it is to come or beyond a life."""
    first, last = one.days
    if first > today:
        raise Unclear(TO_COME)
    if BEFORE_IT.match(text[one.end:]):
        return Quantity(months=(elapsed(first, today), None))
    if AFTER_IT.match(text[one.end:]):
        last = today
    if hedged(text[:one.start], text[one.end:]):
        first, last = widened(first, last)
    if elapsed(first, today) > LONGEST_LIFE:
        raise Unclear(TOO_LONG)
    return Quantity(since=(first, min(last, today)))


_REACHED = re.compile(r"[我俺就才刚要正好都能可以已经也在这儿里住待干]{0,5}(?:(?P<full>[满够足])|到|就)[了的]?")


def _reached(text: str, days: list[Found], found: list[Length], today: dt.date) -> Quantity | None:
    """明年3月满两年, 上个月刚满两年: the day of arrival is as far before the day named."""
    for one, length in product(days, found):
        words = _REACHED.fullmatch(text[one.end:length.start])
        if words and (words["full"] or one.days[0] > today) and length.span.low == length.span.high:
            return _as_long_before(one.days, length, text[length.end:].startswith("了"), today)
    return None


def _as_long_before(days: Days, length: Length, done: bool, today: dt.date) -> Quantity:
    months = relativedelta(months=int(length.span.low))
    last = min(days[1], today) if done and days[0] <= today else days[1]
    first, last = days[0] - months, last - months
    return Quantity(since=(min(first, today), min(last, today)))


def _chosen(found: list[Reading]) -> Bounds | None:
    """The one length that is meant: those of living here go before others, and all must agree."""
    meant = [one for one in found if re.search(_STAY, one.clause)] or found
    if len({one.bounds for one in meant}) > 1 and any(re.search(OTHERS, o.clause) for o in meant):
        raise Unclear(TWO_LENGTHS)
    bounds = agree(one.bounds for one in meant) if meant else None
    if meant and not bounds:
        raise Unclear(TWO_LENGTHS)
    return bounds


_VAGUE = re.compile("|".join((
    r"好?几十?年|数年|[多若]干?年|些年|年头|老鼻子|[挺很好老][久长]|时间(?:长|不[长短])|一段(?:时间|$)|一阵子?",
    rf"(?:[这那前头]|最近|过去)(?:[两几]|{NUMBER})年|近{NUMBER}年|这阵|有日子|些日子|不久|没多久|没几|半载|五载|老早|早就",
    r"半?辈子|从小|打小|自小|生在|土生土长|祖[祖辈]|世代|[刚才新][来搬到]",
    rf"那[年会时阵]|(?:岁|时候?|以后|之后|的时候)[我俺就才们全家]*[来搬]|(?<![0-9{HAN}几半])年[前后]",
    rf"[0-9零一二三四五六七八九]几年|[上下]学期",
)))
_BARE = re.compile(
    rf"[我俺大概约有住了来待干已经差不多快就才也整到没足满够至少将近都超过]*{NUMBER}[了吧呢啊左右多以上]*[。！]?")
_ASKED = re.compile(r"(?<!没)多久|多长|几年[才能]|[要得]几年|吗|[么？]$")
_BROKEN = re.compile(r"断断续续|不连续|没连续|中[间途][^，。没]{0,4}[走回离断停]")


def _refuse_the_vague(text: str) -> None:
    if _BARE.fullmatch(text):
        raise Unclear(WHICH_UNIT)
    if _VAGUE.search(text) and not _ASKED.search(text):
        raise Unclear(HINT)


def _checked(bounds: Bounds) -> Quantity:
    if max(bounds[0] or 0, bounds[1] or 0) > LONGEST_LIFE:
        raise Unclear(TOO_LONG)
    if not possible(bounds):
        raise Unclear(HINT)
    return Quantity(months=bounds)


def _agreed(since: Quantity, bounds: Bounds, today: dt.date) -> Quantity:
    """A day of arrival and a length: the day counts, narrowed by 不到 or 多; both must agree."""
    first, last = since.since or (today, today)
    window = since.months or (elapsed(last, today), elapsed(first, today))
    low, high = bounds
    if low is not None and low == high:
        if meet(window, (low - 1, low + 11)) is None:
            raise Unclear(TWO_LENGTHS)
        return since
    common = meet(window, bounds)
    if common is None:
        raise Unclear(TWO_LENGTHS)
    return since if common == window else Quantity(months=common)


def read_duration(text: str, today: dt.date) -> Quantity | None:
    """How long somebody has lived or worked here, as of `today`; None if `text` does not say.

    Raises Unclear when it must be asked back: no unit, two lengths, 好几年, a day to come.
    """
    try:
        said, clear = told_apart(plain(text), today)
        found = _read(said, find(said, today), today)
    except (ValueError, OverflowError) as error:
        raise error if isinstance(error, Unclear) else Unclear(HINT) from None
    if not (found or clear):
        raise Unclear(WHICH_KIND)
    return found


def _read(said: str, days: list[Found], today: dt.date) -> Quantity | None:
    rest = without(said, days, today)
    reached = _reached(said, days, lengths(rest), today)
    if reached:
        return reached
    if reached_in_no_year(rest):
        raise Unclear(WHICH_YEAR)
    found = list(readings(rest))
    if found and _BROKEN.search(said):
        raise Unclear(NOT_AT_A_STRETCH)
    arrivals = [one for one in days if _is_arrival(said, one, bool(found))]
    return _put_together(said, arrivals, _chosen(found), today)


def _put_together(
    said: str, arrivals: list[Found], bounds: Bounds | None, today: dt.date,
) -> Quantity | None:
    if len({one.days for one in arrivals}) > 1:
        raise Unclear(TWO_LENGTHS)
    since = _since(said, arrivals[0], today) if arrivals else None
    if since:
        return _agreed(since, bounds, today) if bounds else since
    if bounds:
        return _checked(bounds)
    if yearless(said):
        raise Unclear(WHICH_YEAR)
    _refuse_the_vague(said)
    return None
