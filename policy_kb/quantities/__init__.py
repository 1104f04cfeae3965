"""Lengths of time, ages and days as citizens say them: one door for whoever reads answers."""
from policy_kb.quantities.ages import read_age
from policy_kb.quantities.dates import read_date
from policy_kb.quantities.durations import read_duration
from policy_kb.quantities.timespan import Quantity, Unclear, elapsed

__all__ = ["Quantity", "Unclear", "elapsed", "read_age", "read_date", "read_duration"]
