"""Words around a figure that move its bounds: 快, 不到, 多, 左右, 至少.

They decide about rights, so they are read strictly: 不到三年 is less than three years, and nothing
says by how much; 快三年 is less too, but not by more than one of its steps or a tenth. 以上, 以下 and 以内 include the number itself, as in article 1259 of the Civil Code.
"""
from __future__ import annotations

import math
import re
from typing import Callable, Iterable

from policy_kb.quantities.timespan import AHEAD, Span

Bounds = tuple["int | None", "int | None"]
Bound = Callable[[Span], Bounds]


def exact(span: Span) -> Bounds:
    """正好两年, 两年: the figure and nothing else."""
    return math.floor(span.low), math.floor(span.high + span.rest)


def below(span: Span) -> Bounds:
    """不到两年, 小两年: not reached yet."""
    return None, max(0, math.ceil(span.high) - 1)


def nearly(span: Span) -> Bounds:
    """快两年, 将近两年: not reached yet, but about to be."""
    low = span.low - max(span.step, span.low / 10)
    return max(0, math.floor(low)), max(0, math.ceil(span.high) - 1)


def above(span: Span) -> Bounds:
    """两年多, 两年出头: reached, and the next round number not yet."""
    return math.floor(span.low), math.ceil(span.high + span.step) - 1


def just(span: Span) -> Bounds:
    """刚满两年, 刚过两年: reached, and not for long."""
    return math.floor(span.low), math.floor(span.high + span.margin)


def at_least(span: Span) -> Bounds:
    """满两年, 两年以上, 至少两年: reached, by how much is open."""
    return math.floor(span.low), None


def at_most(span: Span) -> Bounds:
    """最多两年, 两年以内: not exceeded."""
    return None, math.floor(span.high + span.rest)


def about(span: Span) -> Bounds:
    """两年左右, 大概两年: on either side."""
    return (max(0, math.floor(span.low - span.margin)),
            math.floor(span.high + span.rest + span.margin))


_FIGURE_AHEAD = r"[0-9零一二两三四五六七八九十百半几]"
_FILL = (r"(?:已经?|居住|生活|打工|工作|上班|务工|经营|连续|一共|总共|现在|今年|周岁|年龄|虚岁"
         r"|[要就还都也才住干待呆来了有到满够足过完是能整得个])*")
_CONDITION = re.compile(
    r"(?:如果|要是|假如|万一|规定|要求|需要|必须|非得|是否|是不是|不知道?|不清楚|不确定|说不[好准]|拿不准)[^，]*$"
    r"|(?P<verb>[够满到有足])[不没](?P=verb)[^，]*$"
    r"|(?<![快就都眼])[要得]连?续?(?:居住|工作|[住干待交缴])*[满够到]$")
_ASKED = re.compile(r"(?:以上|了|的)*(?:没(?=$|[，。？])|没有[？]|了?吗|了没有?)")
_CONSEQUENCE = re.compile(
    r"(?:以上|的)*(?:才|[才就]?(?:能|可以|可不可以))|(?:以上)?的?(?:老年人|老人|人)?(?:怎么|咋)")
_AND = r"[了吧呢啊呀的哈，]*(?:都|还|也|可能|就|是)?"

BEFORE: tuple[tuple[Bound, str], ...] = (
    (at_most, r"[不没未]超过|[不没未]过|[不没][多大高]于|最[多长]|顶多|至多|撑死|充其量|满打满算|也就|≤"),
    (at_least, r"[不没]止|不只|不下于?|[不没][低少小]于|≥"),
    (nearly, r"(?<![很真挺飞太])快|将[近要满到]|接近|临近|贴近|靠近|即将|马上|眼看着?|眼瞅着?|[就都]要"
             r"|(?<![最附就远])近|(?<!投)奔"),
    (below, rf"{AHEAD}[^，。；]{{0,6}}|[不没未](?:满|到|够|足|有|住|及)|没(?=来|待|呆)"
            rf"|没(?={_FIGURE_AHEAD}|$)|[没未](?:工作|上班|打工|务工|干)[满到够]|不足|(?<!大)小(?=$)"
            r"|差一?点儿?|差不点儿?|差丁点儿?|好悬|[到够满]不[了上到]|(?<![不没])[低少小]于|<"
            r"|[明后]年|过了年|过完年|下下?个?月|(?:今年|[到，]|^)[年月]底|过年|明天|后天|过几天"),
    (about, r"大概其?|大?约[摸莫]?|差不多少?|差不离|大概齐|没准|兴许|备不住|估计|估摸着?|可能|应该|好像|似乎|也许|大致|寻思"
            r"|(?<![觉记懂晓值获取也])得"),
    (exact, r"正正好好?|正好|刚好|恰好|整整|整"),
    (just, r"将将|刚刚?|才(?=[满够到过])"),
    (at_least, r"至少|起码|最[少低短]|少说也?|超过?|[多大高]于|逾|>|足足|满|够|年过|(?<![不经])过了|[早都已]过"),
)
AFTER: tuple[tuple[Bound, str], ...] = (
    (below, rf"{_AND}(?:[不没未](?:到|满|够|足)|欠点|差一?点儿?|差不点儿?|没有(?=$|[呢，。]))(?!{_FIGURE_AHEAD}|过)"),
    (nearly, r"了?(?:快[到满了够]|快$)"),
    (below, r"了?弱"),
    (just, r"了?刚[过满到]"),
    (above, r"[了刚都才又]*(?:多|好?几|出点?头|冒头|冒尖|挂点?零|有余|啷当|郎当|当啷|拐弯|大几)"),
    (at_most, r"了?(?:以内|之内|[及或]?以下|之下|往下|封顶|顶天|到头)"),
    (about, rf"{_AND}(?:来岁|左右|上下|前后|来着|来往|来的样子|的样子|光景|大概|大约|差不多|可能|好像|应该|估计|似的)"),
    (about, r"[以之]?前(?!后|年)"),
    (exact, r"了?(?:整|正)"),
    (at_least, r"了?(?:[及或]?以上|之上|往上|朝上|开外|打底|起步|\+|只多不少)"),
)
_ORDER = (below, nearly, above, just, about, at_most, exact, at_least)
_BEFORE = [(bound, re.compile(f"(?:{words}){_FILL}$")) for bound, words in BEFORE]
_AFTER = [(bound, re.compile(words)) for bound, words in AFTER]


def weigh(before: str, span: Span, after: str) -> Bounds:
    """Bounds of `span` in whole months, given the words of its clause before and after it.

    Of several qualifiers the strictest counts: 大概不到两年 is below, 至少两年多 is above.
    """
    found = {bound for bound, words in _BEFORE if words.search(before)}
    found |= {bound for bound, words in _AFTER if words.match(after)}
    return next((bound for bound in _ORDER if bound in found), exact)(span)


def hedged(before: str, after: str) -> bool:
    """Whether 大概, 左右 or the like stands at a figure."""
    return any(bound is about and words.search(before) for bound, words in _BEFORE) or any(
        bound is about and words.match(after) for bound, words in _AFTER)


def conditional(before: str, after: str) -> bool:
    """Whether a figure is asked about or required (满两年才能落户吗), not told (住了两年能落户吗)."""
    required = _CONSEQUENCE.match(after) and not before.endswith("了")
    return bool(_CONDITION.search(before) or _ASKED.match(after) or required)


def meet(one: Bounds, other: Bounds) -> Bounds | None:
    """What two intervals have in common; None if nothing."""
    lows = [low for low in (one[0], other[0]) if low is not None]
    highs = [high for high in (one[1], other[1]) if high is not None]
    low, high = max(lows, default=None), min(highs, default=None)
    return None if low is not None and high is not None and low > high else (low, high)


def possible(bounds: Bounds) -> bool:
    """Whether bounds are in order and not below nothing."""
    low, high = bounds
    return (low or 0) >= 0 and (high is None or high >= (low or 0))


def agree(bounds: Iterable[Bounds]) -> Bounds | None:
    """One figure told by several: all the same, or each open where another is not (两年多，不到三年).

    None if they contradict, or if two closed ones differ and so speak of different things.
    """
    first, *others = dict.fromkeys(bounds)
    if len([b for b in (first, *others) if None not in b]) > 1:
        return None
    whole: Bounds | None = first
    for other in others:
        whole = meet(whole, other) if whole else None
    return whole
