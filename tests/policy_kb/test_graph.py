"""The pictures for lawyers show what the interview does, and the committed ones are up to date."""
from __future__ import annotations

import datetime as dt
import re
import shutil

import pytest

from policy_kb import graph
from policy_kb.eligibility import UNKNOWN, decide, next_fact
from policy_kb.graph import GraphError, Leaf, Question, draw_command, flow, index, mark, picture, pictures
from policy_kb.rules import Group
from tests.policy_kb.made_up import DAY, FACTS, choice, length, rule
from tests.rules import shipped

DATE = dt.date(2026, 11, 24)
DOCS = shipped.CONTENT.parent.parent / "docs/interview"


def leaves(node: graph.Node) -> list[Leaf]:
    if isinstance(node, Leaf):
        return [node]
    return [leaf for _, child in node.answers for leaf in leaves(child)]


def walk(node: graph.Node, facts: dict) -> Leaf:
    while isinstance(node, Question):
        node = dict(node.answers)[facts[node.fact]]
    return node


def test_a_question_leads_to_the_next_and_at_last_to_an_outcome():
    node = flow(rule(Group("all", (choice("甲", "是", failing="window"), choice("乙", "有", change="去办")))), FACTS, DATE)
    assert isinstance(node, Question) and node.fact == "甲"
    assert [label for label, _ in node.answers] == ["是", "否", "都不是", UNKNOWN]
    assert walk(node, {"甲": "是", "乙": "有"}) == Leaf("likely", "按所说情况，符合：情形0")
    assert walk(node, {"甲": "是", "乙": "没有"}) == Leaf("not_met", "目前有条件不满足：乙：有；可改变：去办")
    assert walk(node, {"甲": "否"}) == Leaf("window", "原文没有写这种情况，请问窗口")
    assert walk(node, {"甲": "是", "乙": UNKNOWN}) == Leaf("undetermined", "还不能判断")


def test_lengths_are_told_apart_at_their_thresholds():
    node = flow(rule(length("时长")), FACTS, DATE)
    assert [label for label, _ in node.answers] == ["不满2年", "满2年以上", UNKNOWN]
    assert walk(node, {"时长": "不满2年"}).text == "目前有条件不满足：时长满2年以上；可改变：再等所差的时间"


def test_an_age_leads_to_the_day_only_where_the_day_matters():
    node = flow(rule(length("年龄", as_of=DAY), months=720), FACTS, DATE)
    answers = dict(node.answers)
    assert isinstance(answers["不满60岁"], Leaf) and isinstance(answers[UNKNOWN], Leaf)
    days = answers["满60岁以上"]
    assert [label for label, _ in days.answers] == ["还没落户，按今天算", "那天不满60岁", "那天满60岁以上", UNKNOWN]
    assert [leaf.outcome for leaf in leaves(days)] == ["likely", "not_met", "likely", "undetermined"]


def test_states_from_which_all_goes_on_alike_are_drawn_once():
    both = Group("any", (choice("甲", "是"), choice("甲", "否")))
    dot = picture(rule(Group("all", (both, choice("乙", "有")))), FACTS, DATE)
    assert dot.count('label="乙？"') == 2          # once the first is known, once it is not
    assert re.search(r'-> n\d+ \[label="是／否"\]', dot)
    assert re.search(r'-> n\d+ \[label="不清楚" style=dashed', dot)


def test_outcomes_differ_by_colour_and_by_words():
    dot = picture(rule(choice("甲", "是", failing="window")), FACTS, DATE)
    for outcome in ("likely", "window", "undetermined"):
        assert graph.OUTCOMES[outcome][1] in dot
    assert "请问窗口" in dot and "还不能判断" in dot and "符合" in dot


def test_signs_that_mean_something_to_the_drawing_program_are_harmless():
    one = rule(choice("甲", "是"), id='引号"与\\反斜线')
    assert 'label="引号\\"与\\\\反斜线"' in picture(one, FACTS, DATE)


def test_no_line_of_a_box_begins_with_a_closing_sign():
    for dot in pictures(shipped.held(), DATE).values():
        assert not re.search(r"\\n[，。、；：？！）”]", dot)


@pytest.mark.parametrize("id", shipped.rules())
def test_every_path_of_a_picture_ends_as_the_interview_does(id):
    one, facts = shipped.rules()[id], shipped.facts()

    def follow(node: graph.Node, given: dict) -> None:
        name = next_fact([one], given, DATE)
        if isinstance(node, Leaf):
            assert name is None and decide(one, given, DATE).outcome == node.outcome
            return
        assert name == node.fact
        values = dict(graph.answers(one, facts, name, given, DATE))
        for label, child in node.answers:
            follow(child, {**given, name: values[label]})

    follow(flow(one, facts, DATE), {})


def committed_day() -> dt.date:
    found = re.search(r"按 (\d{4}-\d\d-\d\d) 有效", (DOCS / "index.md").read_text("utf-8"))
    return dt.date.fromisoformat(found[1])


def test_the_committed_pictures_are_those_of_the_content():
    drawn = pictures(shipped.held(), committed_day())
    again = "docs/interview 与规则不一致，请运行 make interview-graph 重画并提交"
    assert {path.stem for path in DOCS.glob("*.dot")} == set(drawn) == {p.stem for p in DOCS.glob("*.svg")}, again
    for name, dot in drawn.items():
        assert (DOCS / f"{name}.dot").read_text("utf-8") == dot, f"{name}：{again}"
        assert mark(dot) in (DOCS / f"{name}.svg").read_text("utf-8"), f"{name}：{again}"
    assert (DOCS / "index.md").read_text("utf-8") == index(shipped.held(), committed_day()), again


def test_without_the_drawing_program_it_is_said_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GraphError, match="请先安装 Graphviz.*apt-get install graphviz"):
        draw_command(shipped.held(), tmp_path / "图", DATE)
    assert not (tmp_path / "图").exists()


@pytest.mark.skipif(not shutil.which("dot"), reason="Graphviz is not installed")
def test_pictures_sources_and_a_page_are_written(tmp_path):
    release = shipped.Held(7, "c0ffee" * 10, shipped.held().content)
    keep = "settle_graduates_and_skilled"
    for id in [id for id in release.rules if id != keep]:
        del release.rules[id]
    told = draw_command(release, tmp_path / "图", DATE)
    assert told.startswith("第 7 版 1 条规则的流程图已写入")
    names = sorted(path.name for path in (tmp_path / "图").iterdir())
    assert names == ["index.md", "overview.dot", "overview.svg", f"{keep}.dot", f"{keep}.svg"]
    svg = (tmp_path / f"图/{keep}.svg").read_text("utf-8")
    assert svg.startswith("<?xml") and "您是下面哪一类？" in svg and "须窗口认定" not in svg


