"""`check` names every fault that an editor can make, with file and 编号."""
from pathlib import Path

import pytest

from policy_kb.check import faults_of, sound_content
from policy_kb.entries import ContentError, load_content


def faults(root: Path) -> list[str]:
    try:
        return faults_of(load_content(root))
    except ContentError as error:
        return error.faults


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def test_sound_content_has_no_fault(content):
    assert faults(content) == []
    assert len(sound_content(content).clauses) == 19


FAULTS = [
    ("clauses/04.yml", "原文: 农业人口满2年", "原文: 农业人口满3年", "clauses/04.yml 4-1", "原文"),
    ("clauses/05.yml", "原文: 内容五由部门负责。", "原文: 内容五", "clauses/05.yml", "由部门负责。"),
    ("clauses/05.yml", "责任原文: [(市公安局牵头)]\n", "", "clauses/06.yml", "(市公安局牵头)"),
    ("clauses/05.yml", "编号: 5-1", "编号: 4-1", "clauses/05.yml 4-1", "编号重复"),
    ("clauses/05.yml", "编号: 5-1", "编号: 9-1", "clauses/05.yml 9-1", "编号应当是"),
    ("clauses/05.yml", "标题: 题目五", "标题: 题目六", "clauses/05.yml 标题", "找不到"),
    ("clauses/05.yml", "    问法:", "    相关: [77-1]\n    问法:", "clauses/05.yml 5-1", "77-1"),
    ("clauses/05.yml", "    问法:", "    相关: [5-1]\n    问法:", "clauses/05.yml 5-1", "自己"),
    ("clauses/05.yml", "    问法:", "    判定: nix\n    问法:", "clauses/05.yml 5-1", "nix"),
    ("clauses/05.yml", "    问法:", "    引用: [某〔1〕1号]\n    问法:", "clauses/05.yml 5-1", "某〔1〕"),
    ("clauses/05.yml", "    问法:", "    核对日: 去年\n    问法:", "clauses/05.yml 5-1", "日期"),
    ("clauses/05.yml", "    问法:", "    核对日: 2025-13-45\n    问法:", "clauses/05.yml", "日期"),
    ("clauses/05.yml", "    问法:", "    状态: 有效\n    问法:", "clauses/05.yml 5-1", "现行"),
    ("clauses/05.yml", "    问法:", "    备注: 有\n    问法:", "clauses/05.yml 5-1", "不认识的键“备注”"),
    ("clauses/05.yml", "牵头: [市公安局]", "牵头: [市大局]", "clauses/05.yml 5-1", "市大局"),
    ("clauses/05.yml", "条: 五", "条: 五十", "clauses/05.yml", "条"),
    ("clauses/05.yml", "小标题: 标题5-1", "小标题: [", "clauses/05.yml 第", "YAML"),
    ("clauses/05.yml", "章: 一、总体要求", "标题: 又一个", "clauses/05.yml 第", "两次"),
    ("clauses/04.yml", "农业人口住满2年以上", "农业人口住满两年以上", "clauses/04.yml 4-1", "“2”"),
    ("clauses/04.yml", "，可凭居住证", "，凭居住证", "clauses/04.yml 4-1", "“可”"),
    ("clauses/04.yml", "可凭居住证落户。\n    问", "可凭居住证落户，肯定行。\n    问", "4-1", "肯定"),
    ("clauses/05.yml", "问题5号0怎么回事", "有居住证能落户吗", "clauses/05.yml 5-1", "已在"),
    ("not_regulated/procedure.yml", "本文件未规定窗口", "没有写窗口", "N-902", "本文件未规定"),
    ("not_regulated/procedure.yml", "编号: N-902", "编号: X2", "procedure.yml X2", "N-"),
    ("departments.yml", "名称: 市公安局", "名称: 市公安厅", "departments.yml 市公安厅", "原文"),
    ("source/小方案.txt", "农业人口满2年", "农业人口满1年", "source/小方案.txt", "sha256"),
    ("out_of_scope.yml", "讲个笑话", "养老保险怎么转", "out_of_scope.yml", "12-1"),
    ("synonyms.yml", "词: 落户", "词组: 落户", "synonyms.yml 第 1 组", "词组"),
]


@pytest.mark.parametrize("name, old, new, place, reason", FAULTS)
def test_each_fault_is_named_with_its_place(content, name, old, new, place, reason):
    edit(content, name, old, new)
    found = faults(content)
    assert any(place in fault and reason in fault for fault in found), found


def test_a_missing_clause_is_named(content):
    (content / "clauses/09.yml").unlink()
    assert any("clauses/09.yml" in fault for fault in faults(content))


def test_a_file_that_is_not_utf8_is_named(content):
    (content / "clauses/09.yml").write_bytes("条: 九".encode("gbk"))
    assert any("clauses/09.yml" in f and "UTF-8" in f for f in faults(content))


def test_an_exception_with_a_reason_allows_a_word_to_be_left_out(content):
    edit(content, "clauses/04.yml", "，可凭居住证", "，凭居住证")
    edit(content, "clauses/04.yml", "    问法:", "    例外: {可: 由“凭”表达}\n    问法:")
    assert faults(content) == []


def test_one_changed_character_of_any_original_is_found(content):
    for n in range(1, 18):
        path = content / f"clauses/{n:02d}.yml"
        text = path.read_text("utf-8")
        at = text.index("    原文: ") + len("    原文: ")
        path.write_text(text[:at] + "某" + text[at + 1:], "utf-8")
        assert any(f"{n}-1" in fault for fault in faults(content)), n
        path.write_text(text, "utf-8")


def test_two_faults_in_two_files_are_both_reported(content):
    edit(content, "clauses/05.yml", "编号: 5-1", "编号: 4-1")
    edit(content, "departments.yml", "名称: 市公安局", "名称: 市公安厅")
    places = " ".join(faults(content))
    assert "clauses/05.yml" in places and "departments.yml" in places
