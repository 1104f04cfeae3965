"""Lengths of time, ages and days as citizens say them: one door for whoever reads answers."""
from policy_kb.ages import read_age
from policy_kb.dates import read_date
from policy_kb.durations import read_duration
from policy_kb.timespan import Quantity, Unclear, elapsed

__all__ = ["Quantity", "Unclear", "elapsed", "read_age", "read_date", "read_duration"]
