"""Words around a figure that move its bounds: 快, 不到, 多, 左右, 至少.

They decide about rights, so they are read strictly: 快三年 is less than three years, and nothing
says by how much. 以上, 以下 and 以内 include the number itself, as in article 1259 of the Civil Code.
"""
from __future__ import annotations

import math
import re
from typing import Callable

from policy_kb.timespan import Span

Bounds = tuple["int | None", "int | None"]
Bound = Callable[[Span], Bounds]


def exact(span: Span) -> Bounds:
    """正好两年: the figure and nothing else."""
    return math.floor(span.low), math.floor(span.high)


def below(span: Span) -> Bounds:
    """快两年, 不到两年, 小两年: not reached yet."""
    return None, math.ceil(span.low if span.low == span.high else span.high) - 1


def above(span: Span) -> Bounds:
    """两年多, 两年出头, 刚满两年: reached, and the next round number not yet."""
    return math.floor(span.low), math.ceil(span.high + span.step) - 1


def at_least(span: Span) -> Bounds:
    """满两年, 两年以上, 至少两年: reached, by how much is open."""
    return math.floor(span.low), None


def at_most(span: Span) -> Bounds:
    """最多两年, 两年以内: not exceeded."""
    return None, math.floor(span.high)


def about(span: Span) -> Bounds:
    """两年左右, 大概两年: on either side."""
    return max(0, math.floor(span.low - span.margin)), math.floor(span.high + span.margin)
