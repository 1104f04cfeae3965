"""Rules and hand-written tables agree on every combination, and the sheet for it can be signed."""
from __future__ import annotations

import csv
import datetime as dt
from dataclasses import replace

import pytest

from policy_kb import boundaries, lint
from policy_kb.audit import AuditError, audited, sheet_command
from policy_kb.rules import Group, parse_rule
from policy_kb.tables import read_all
from tests.policy_kb.made_up import FACTS, choice, length, rule
from tests.rules import shipped

DATE = dt.date(2026, 11, 24)
TABLES = read_all(shipped.CONTENT / "tables")


def test_every_rule_has_a_table_and_every_table_a_rule():
    assert set(TABLES) == set(shipped.rules())


@pytest.mark.parametrize("id", shipped.rules())
@pytest.mark.parametrize("today", [DATE, dt.date(2028, 2, 29)], ids=str)
def test_rule_and_table_agree_on_every_combination(id, today):
    found = audited(shipped.rules()[id], shipped.facts(), TABLES[id], today)
    differing = [(one.given, one.result.outcome, one.held, one.line) for one in found if not one.agrees]
    assert not differing, (len(differing), differing[0])


def test_the_audit_goes_through_thousands_of_combinations():
    sizes = {id: boundaries.count(one, shipped.facts(), DATE) for id, one in shipped.rules().items()}
    assert sum(sizes.values()) > 5_000
    assert sizes["settle_by_residence_permit"] == sum(
        1 for _ in boundaries.combinations(shipped.rules()["settle_by_residence_permit"], shipped.facts(), DATE))


@pytest.mark.parametrize("id", shipped.rules())
def test_every_line_of_a_table_decides_something(id):
    found = audited(shipped.rules()[id], shipped.facts(), TABLES[id], DATE)
    used = {one.line.number for one in found if one.line}
    assert used == {line.number for line in TABLES[id].lines}


@pytest.mark.parametrize("id", shipped.rules())
def test_situations_do_not_overlap_and_nobody_falls_between_them(id):
    assert lint.remarks(shipped.rules()[id], shipped.facts(), DATE) == []


def test_both_sides_of_a_threshold_and_its_day_are_tried():
    one = shipped.rules()["settle_by_residence_permit"]
    tried = boundaries.values(one, shipped.facts()["居住时间"], DATE)
    assert [boundaries.exactly(n) for n in (23, 24, 25)] == tried[:3]
    assert boundaries.since(dt.date(2024, 11, 24)) in tried
    assert boundaries.since(dt.date(2024, 11, 25)) in tried and tried[-1] == "不清楚"


# ---- the linter ------------------------------------------------------------------------------------


def test_situations_that_hold_together_with_different_conclusions_are_an_overlap():
    one = rule(choice("甲", "是", failing="window"), choice("乙", "有", failing="window"))
    (remark,) = lint.remarks(one, FACTS, DATE)
    assert remark.startswith("试：情形“情形0”和“情形1”同时成立，结论却不同，共 1 种组合，例如 甲：是，乙：有")


def test_the_same_conclusion_is_no_overlap():
    one = rule(choice("甲", "是", failing="window"), choice("乙", "有", failing="window"))
    same = replace(one, cases=tuple(replace(case, conclusion="同") for case in one.cases))
    assert lint.remarks(same, FACTS, DATE) == []


def test_who_fits_no_situation_and_hears_of_no_way_is_a_gap():
    (remark,) = lint.remarks(rule(choice("甲", "是")), FACTS, DATE)
    assert "没有一种情形写到" in remark and "共 2 种组合" in remark and "甲：否" in remark


def test_who_hears_of_a_way_or_of_the_window_is_no_gap():
    assert lint.remarks(rule(choice("甲", "是", change="去办")), FACTS, DATE) == []
    assert lint.remarks(rule(choice("甲", "是", failing="window")), FACTS, DATE) == []


def test_what_is_unknown_is_no_gap():
    one = rule(length("时长"))
    assert lint.remarks(one, FACTS, DATE) == []


def test_a_situation_that_can_never_hold_is_named():
    both = Group("all", (choice("甲", "是", failing="window"), choice("甲", "否", failing="window")))
    (remark,) = lint.remarks(rule(both), FACTS, DATE)
    assert "情形“情形0”怎么答都不会成立" in remark


def test_too_many_combinations_are_said_to_be_too_many(monkeypatch):
    monkeypatch.setattr(lint, "MOST", 2)
    (remark,) = lint.remarks(rule(choice("甲", "是")), FACTS, DATE)
    assert "4 种组合，太多" in remark


# ---- the sheet -------------------------------------------------------------------------------------


@pytest.fixture
def small(monkeypatch, tmp_path):
    """The shipped content cut down to one rule, with tables of one's own."""
    monkeypatch.setenv("POLICY_KB_CONTENT", str(tmp_path))
    (tmp_path / "tables").mkdir()
    release = shipped.Held(7, "c0ffee" * 10, shipped.held().content)
    release.rules.clear()
    release.rules["settle_graduates_and_skilled"] = shipped.rules()["settle_graduates_and_skilled"]
    return release


def table(tmp_path, old: str = "", new: str = "") -> None:
    name = "tables/settle_graduates_and_skilled.csv"
    text = (shipped.CONTENT / name).read_text("utf-8")
    (tmp_path / name).write_text(text.replace(old, new, 1) if old else text, "utf-8")


def rows(file) -> list[list[str]]:
    return list(csv.reader(file.read_text("utf-8-sig").splitlines()))


def test_the_sheet_names_its_release_lists_every_combination_and_can_be_signed(small, tmp_path):
    table(tmp_path)
    file, said = tmp_path / "核对.csv", []
    told = sheet_command(small, file, DATE, said.append)
    assert told == f"第 7 版 6 种组合已写入 {file}，与核对表没有不一致。"
    found = rows(file)
    assert ["版本", "第7版"] in found and ["内容哈希", small.content_hash] in found
    assert ["判定日", "2026-11-24"] in found
    head = next(row for row in found if row[:1] == ["序号"])
    body = [dict(zip(head, row)) for row in found if row and row[0].isdigit()]
    assert [row["机器判定"] for row in body] == ["符合"] * 4 + ["窗口", "还不能判断"]
    assert {row["是否一致"] for row in body} == {"一致"} and body[0]["情况1"] == "人才类别：高校毕业生"
    assert found[-1] == ["核对人：", "", "日期：", "", "签字：", ""]
    assert said == ["核对 1/1：高校毕业生、技术工人、职业院校毕业生、留学归国人员落户，6 种组合……"]


def test_the_sheet_opens_in_excel(small, tmp_path):
    table(tmp_path)
    sheet_command(small, tmp_path / "核对.csv", DATE)
    assert (tmp_path / "核对.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_a_difference_is_written_and_refused(small, tmp_path):
    table(tmp_path, "都不是,窗口", "都不是,目前不满足")
    with pytest.raises(AuditError, match="有 1 种组合的判定与核对表不一致"):
        sheet_command(small, tmp_path / "核对.csv", DATE)
    assert sum("不一致" in row for row in rows(tmp_path / "核对.csv")) == 1


def test_a_combination_that_the_table_forgets_is_a_difference(small, tmp_path):
    table(tmp_path, "都不是,窗口", "别的,窗口")
    with pytest.raises(AuditError):
        sheet_command(small, tmp_path / "核对.csv", DATE)
    assert any("核对表没有写到" in row for row in rows(tmp_path / "核对.csv"))


def test_a_rule_without_a_table_is_listed_and_said_to_have_none(small, tmp_path):
    told = sheet_command(small, tmp_path / "核对.csv", DATE)
    assert "settle_graduates_and_skilled：没有核对表" in told
    assert any("没有核对表" in row for row in rows(tmp_path / "核对.csv"))


def test_a_rule_that_was_changed_no_longer_agrees_with_its_table(small, tmp_path):
    table(tmp_path)
    raw = shipped.read(shipped.CONTENT / "rules/settle_graduates_and_skilled.yml")
    raw["条件"]["全部满足"][0]["属于"].remove("技术工人")
    small.rules["settle_graduates_and_skilled"] = parse_rule(raw)
    with pytest.raises(AuditError, match="有 1 种组合"):
        sheet_command(small, tmp_path / "核对.csv", DATE)


def test_a_sheet_that_cannot_be_written_leaves_nothing_behind(small, tmp_path):
    with pytest.raises(OSError):
        sheet_command(small, tmp_path / "没有这个文件夹/核对.csv", DATE)
    (tmp_path / "核对.csv").mkdir()
    with pytest.raises(OSError):
        sheet_command(small, tmp_path / "核对.csv", DATE)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["tables", "核对.csv"]
