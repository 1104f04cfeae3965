"""Every fault that an editor can make in rules, facts and rights is named with its place."""
from __future__ import annotations

from dataclasses import replace

import pytest
from ruamel.yaml import YAML

from policy_kb import rule_check
from policy_kb.check import faults_of
from policy_kb.entries import Content, ContentError, Right, load_content
from tests.policy_kb.conftest import write_content
from tests.policy_kb.interview_content import FILES, edit, write_interview

RULE = "rules/settle.yml"


def faults(root) -> list[str]:
    """Faults of a whole content folder."""
    try:
        return faults_of(load_content(root))
    except ContentError as error:
        return error.faults


@pytest.fixture
def root(content):
    return write_interview(content)


@pytest.fixture(scope="module")
def sound(tmp_path_factory) -> Content:
    """The tiny content with its rules, read once."""
    return load_content(write_interview(write_content(tmp_path_factory.mktemp("content"))))


def spoiled(sound: Content, file: str, old: str, new: str) -> Content:
    """The same with one file changed."""
    assert old in FILES[file]
    raw = YAML(typ="safe", pure=True).load(FILES[file].replace(old, new, 1))
    if file == "facts.yml":
        return replace(sound, facts=raw)
    if file == "rights.yml":
        (right,) = raw["权利"]
        situations = {name: (value,) for name, value in right["情况"].items()}
        return replace(sound, rights=(
            Right(right["说明"], tuple(right["展示"]), tuple(right["主题"]), situations),))
    (id,) = [id for id, name in sound.rule_files.items() if name == file]
    return replace(sound, rules={**sound.rules, id: raw})


def test_sound_rules_have_no_fault(root):
    assert faults(root) == []


@pytest.mark.parametrize("file, old, new, words", [
    ("facts.yml", "类型: 时长", "类型: 时间", ["facts.yml 居住时间", "“类型”应当是"]),
    (RULE, "规则: settle\n", "", ["rules/settle.yml", "缺少“规则”"]),
    (RULE, "规则: settle\n", "规则: pension\n", ["规则代号“pension”与", "重复"]),
    (RULE, "等于: 有,", "等于: 有: 有,", ["rules/settle.yml 第 13 行", "YAML 写法有误"]),
    ("rights.yml", "说明: 农村户口都要告诉, ", "", ["rights.yml", "缺少“说明”"]),
    ("rights.yml", "展示: [9-1]", "展示: 9-1", ["rights.yml", "“展示”应当是一个列表"]),
])
def test_a_fault_in_a_file_is_named_when_the_folder_is_checked(root, file, old, new, words):
    edit(root, file, old, new)
    found = faults(root)
    assert any(all(word in fault for word in words) for fault in found), found


@pytest.mark.parametrize("file, old, new, words", [
    # the form of a fact
    ("facts.yml", "类型: 时长", "类型: 时间", ["facts.yml 居住时间", "“类型”应当是 选项、时长、年龄、日期"]),
    ("facts.yml", "选项: [有, 没有], ", "", ["facts.yml 有居住证", "缺少“选项”"]),
    ("facts.yml", "例: 63岁, ", "", ["facts.yml 年龄", "缺少“例”"]),
    ("facts.yml", "去哪查: 看居住证。", "到哪查: 看居住证。", ["facts.yml 居住时间", "不认识的键“到哪查”", "去哪查"]),
    ("facts.yml", ", 去哪查: 找一找卡片。", "", ["facts.yml 有居住证", "缺少“去哪查”"]),
    ("facts.yml", "事实: 年龄", "事实: 居住时间", ["facts.yml 居住时间", "事实重复"]),
    ("facts.yml", "事实:\n", "事项:\n", ["facts.yml", "缺少列表“事实”"]),
    ("facts.yml", "[有, 没有]", "[{值: 有, 说法: [办了]}, {值: 没有, 说法: [办了]}]",
     ["facts.yml 有居住证", "“办了”同时是“有”和“没有”的说法"]),
    ("facts.yml", "[有, 没有]", "[{说法: [办了]}, 没有]", ["facts.yml 有居住证 选项", "缺少“值”"]),
    ("facts.yml", "例: 63岁", "例: 63岁, 取决于: [户口]", ["facts.yml 年龄", "取决于的“户口”不是这里的事实"]),
    # the form of a rule
    (RULE, "名称: 凭居住证落户\n", "", ["rules/settle.yml", "规则 settle", "缺少“名称”"]),
    (RULE, "组: 落户", "分组: 落户", ["rules/settle.yml", "不认识的键“分组”"]),
    (RULE, "依据: 4-1\n", "", ["rules/settle.yml", "缺少“依据”"]),
    (RULE, "结论: 可凭居住证落户，以受理窗口认定为准。\n", "", ["rules/settle.yml", "缺少“结论”"]),
    (RULE, "结论: 可", "结果: 通过\n结论: 可", ["rules/settle.yml", "“结果”应当是 符合、窗口 之一"]),
    (RULE, "全部满足:", "都满足:", ["rules/settle.yml", "条件应当是 全部满足、任一满足、都不满足 或一个“事实”"]),
    ("rules/pension.yml", "  - 名称: 原户籍地负责\n", "  - 情形名: 原户籍地负责\n",
     ["rules/pension.yml", "不认识的键“情形名”"]),
    # a condition
    (RULE, "等于: 有,", "是: 有,", ["rules/settle.yml", "不认识的键“是”"]),
    (RULE, "等于: 有,", "等于: 有, 属于: [有],", ["条件“有居住证”要有且只有一个比较词"]),
    (RULE, "等于: 有,", "", ["条件“有居住证”要有且只有一个比较词"]),
    (RULE, "等于: 有,", "等于: 持有,", ["rules/settle.yml", "条件“有居住证”", "“持有”不是它的选项", "有、没有"]),
    (RULE, "事实: 有居住证", "事实: 居住证", ["rules/settle.yml", "条件“居住证”", "没有这个事实"]),
    (RULE, "不满足时: 窗口", "不满足时: 不符合", ["“不满足时”应当是 目前不满足、窗口 之一"]),
    (RULE, "原文: 满2年以上,", "原文: 满两年以上,", ["条件“居住时间”", "“满两年以上”不在 4-1 的原文里"]),
    (RULE, "原文: 农业人口,", "原文: 农业人口, 依据: 4-9,", ["条件“户口性质”", "依据“4-9”不是条款的编号"]),
    (RULE, "依据: 4-1", "依据: N-901", ["rules/settle.yml", "依据“N-901”不是条款的编号"]),
    (RULE, "{事实: 有居住证, 等于: 有", "{事实: 有居住证, 不少于: 最低居住时间",
     ["条件“有居住证”", "“不少于”只能用于时长和年龄"]),
    (RULE, "{事实: 居住时间, 不少于: 最低居住时间", "{事实: 居住时间, 等于: 两年",
     ["条件“居住时间”", "“等于”只能用于选项"]),
    (RULE, "不少于: 最低居住时间", "不少于: 居住年限", ["参数“居住年限”没有写在“参数”里"]),
    (RULE, "不少于: 最低居住时间", "不少于: 24", ["rules/settle.yml", "“不少于”的写法不对"]),
    ("rules/pension.yml", "截至: 落户日", "截至: 户口性质", ["截至的“户口性质”不是日期类的事实"]),
    ("rules/pension.yml", "截至: 落户日", "截至: 办结日", ["截至的“办结日”不是日期类的事实"]),
    # a parameter
    (RULE, "值: 24", "值: 两年", ["参数“最低居住时间”", "“值”的写法不对"]),
    (RULE, "自: 未载明", "自: 去年", ["参数“最低居住时间”", "“自”应当是日期"]),
    (RULE, "自: 未载明", "自: 2026-01-01", ["参数“最低居住时间”", "没有自“未载明”起的取值"]),
    (RULE, ", 出处: 原文“满2年以上”", "", ["参数“最低居住时间”", "缺少“出处”"]),
    (RULE, "    取值:\n", "    单位: 天\n    取值:\n", ["参数“最低居住时间”", "“单位”应当是 月、年、岁 之一"]),
    (RULE, "      - {自: 未载明, 值: 24", "      - {自: 未载明, 值: 12, 出处: 旧}\n      - {自: 未载明, 值: 24",
     ["参数“最低居住时间”", "同一天有两个取值"]),
    # what is promised, to whom it applies
    (RULE, "结论: 可凭", "结论: 保证可凭", ["rules/settle.yml", "承诺用语“保证”"]),
    (RULE, "组: 落户\n", "组: 落户\n适用: {身份: 农民}\n", ["rules/settle.yml", "适用“身份”", "没有这个事实"]),
    (RULE, "组: 落户\n", "组: 落户\n适用: {户口性质: 农民}\n", ["适用“户口性质”", "“农民”不是它的选项"]),
    (RULE, "说法: 有居住证", "说法: 肯定有居住证", ["条件“有居住证”", "说法里有承诺用语“肯定”"]),
    (RULE, "改变: 办理居住证", "改变: 办了就一定行", ["条件“有居住证”", "改变里有承诺用语“一定”"]),
    (RULE, "结论: 可凭", "结论: 不符合的，可凭", ["rules/settle.yml", "结论里有“不符合”"]),
    (RULE, "[从哪一天起算", "[保证金、从哪一天起算", ["rules/settle.yml", "承诺用语“保证”"]),
    ("facts.yml", "[有, 没有]", "[有, 没有, 不清楚]", ["facts.yml 有居住证", "“不清楚”总是可以选"]),
    ("facts.yml", "[有, 没有]", "[有, 没有, 不符合]", ["facts.yml 有居住证", "选项“不符合”里有“不符合”"]),
    ("rules/pension.yml", "情形:\n", "情形:\n  - {名称: 原户籍地负责, 依据: 12-1, 结论: 由原户籍地负责。, "
     "条件: {事实: 户口性质, 等于: 农业户口}}\n", ["rules/pension.yml", "情形“原户籍地负责”写了 2 次"]),
    # rights
    ("rights.yml", "展示: [9-1]", "展示: [9-9]", ["rights.yml", "“9-9”不是条款的编号"]),
    ("rights.yml", "户口性质: 农业户口", "户口: 农业户口", ["rights.yml", "户口", "没有这个事实"]),
    ("rights.yml", "户口性质: 农业户口", "户口性质: 农民", ["rights.yml", "“农民”不是它的选项"]),
    ("rights.yml", "主题: [ask_land]", "主题: [ask_lnad]", ["rights.yml", "主题“ask_lnad”"]),
])
def test_a_fault_is_named_with_its_place(sound, file, old, new, words):
    found = list(rule_check.faults(spoiled(sound, file, old, new)))
    assert any(all(word in fault for word in words) for fault in found), found


@pytest.mark.parametrize("file, old, new", [
    (RULE, "等于: 有,", "等于: 持有,"), (RULE, "值: 24", "值: 两年"), ("facts.yml", "类型: 时长", "类型: 时间"),
    ("rules/pension.yml", "截至: 落户日", "截至: 户口性质"),
])
def test_one_fault_is_one_sentence(sound, file, old, new):
    (fault,) = rule_check.faults(spoiled(sound, file, old, new))
    assert fault.endswith("。") and "Traceback" not in fault


@pytest.mark.parametrize("file", ["facts.yml", "rights.yml", RULE])
@pytest.mark.parametrize("text", ["", "[]", "一句话", "- 1\n- 2", "事实: 3", "情形: [3]\n规则: x\n名称: x"])
def test_any_wrong_form_is_a_fault_and_never_an_exception(root, file, text):
    (root / file).write_text(text, "utf-8")
    assert all(isinstance(fault, str) for fault in faults(root))


def test_a_new_condition_with_its_question_and_a_dated_threshold_is_sound(root):
    edit(root, "facts.yml", "  - {事实: 年龄", "  - {事实: 有住处, 类型: 选项, 问: 有住处吗？, 选项: [有, 没有], 去哪查: 看合同。}\n  - {事实: 年龄")
    edit(root, RULE, "    - {事实: 有居住证", "    - {事实: 有住处, 等于: 有, 原文: 农业人口}\n    - {事实: 有居住证")
    edit(root, RULE, "      - {自: 未载明", "      - {自: 2027-01-01, 值: 12, 出处: 新规定}\n      - {自: 未载明")
    assert faults(root) == []
