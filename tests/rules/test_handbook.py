"""The handbook of rules names only keys, files and words that there are."""
from __future__ import annotations

import re

from ruamel.yaml import YAML

from policy_kb import rules, tables
from tests.rules import shipped

ROOT = shipped.CONTENT.parent.parent
TEXT = (ROOT / "docs/rules.md").read_text("utf-8")
KEYS = {*rules.RULE, *rules.CASE, *rules.LEAF, *rules.PARAMETER, *rules.VALUE, *rules.FACT, *rules.GROUPS}


def test_every_key_in_it_is_a_key_of_the_content():
    named = {key for key, _ in re.findall(r"`([\u4e00-\u9fff]+)(: [^`]+)?`", TEXT)}
    cells = {"不清楚", "满", "不满", *tables.FIXED, *tables.OUTCOMES, "窗口"}
    assert named - KEYS <= cells, named - KEYS - cells


def test_the_example_of_a_threshold_can_be_read():
    block = re.search(r"```yaml\n(.*?)```", TEXT, re.S)[1]
    raw = YAML(typ="safe", pure=True).load(block)
    one = rules._parameter("最低居住时间", raw, "手册")
    assert [value.value for value in one.values] == [24, 12]


def test_every_folder_in_it_exists():
    for folder in re.findall(r"`((?:policy_kb|tests)/[\w/]+/)`", TEXT):
        assert (ROOT / folder).is_dir(), folder
