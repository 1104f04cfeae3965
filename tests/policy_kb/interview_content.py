"""Two rules and their facts for the tiny content folder, to be published and changed."""
from __future__ import annotations

from pathlib import Path

FACTS = """事实:
  - {事实: 户口性质, 类型: 选项, 问: 您是农村户口吗？, 选项: [农业户口, 非农业户口], 去哪查: 看户口本。}
  - {事实: 居住时间, 类型: 时长, 问: 您住了多久？, 例: 一年零八个月, 去哪查: 看居住证。}
  - {事实: 有居住证, 类型: 选项, 问: 您有居住证吗？, 选项: [有, 没有], 去哪查: 找一找卡片。}
  - {事实: 年龄, 类型: 年龄, 问: 您多大年纪？, 例: 63岁, 去哪查: 看身份证。}
  - {事实: 落户日, 类型: 日期, 问: 您哪天落户的？, 例: 去年3月, 选项: [今天], 去哪查: 看户口本。}
"""
SETTLE = """规则: settle
名称: 凭居住证落户
组: 落户
依据: 4-1
参数:
  最低居住时间:
    取值:
      - {自: 未载明, 值: 24, 出处: 原文“满2年以上”}
条件:
  全部满足:
    - {事实: 户口性质, 等于: 农业户口, 说法: 农业人口, 原文: 农业人口, 不满足时: 窗口}
    - {事实: 居住时间, 不少于: 最低居住时间, 说法: 居住, 原文: 满2年以上, 改变: "再住满{差}"}
    - {事实: 有居住证, 等于: 有, 说法: 有居住证, 原文: 可凭居住证落户, 改变: 办理居住证}
结论: 可凭居住证落户，以受理窗口认定为准。
本访谈不核实: [从哪一天起算，原文没有写明。]
"""
PENSION = """规则: pension
名称: 养老保险由哪里负责
组: 养老
参数:
  年龄界线: {单位: 岁, 取值: [{自: 未载明, 值: 60, 出处: 原文}]}
情形:
  - 名称: 原户籍地负责
    依据: 12-1
    条件:
      全部满足:
        - {事实: 年龄, 截至: 落户日, 不少于: 年龄界线, 说法: 落户那天, 原文: 满60周岁, 不满足时: 窗口}
    结论: 由原户籍地负责。
"""
RIGHTS = """权利:
  - {说明: 农村户口都要告诉, 展示: [9-1], 主题: [ask_land], 情况: {户口性质: 农业户口}}
"""
FILES = {
    "facts.yml": FACTS, "rules/settle.yml": SETTLE, "rules/pension.yml": PENSION,
    "rights.yml": RIGHTS,
}


def write_interview(root: Path) -> Path:
    """Add the rules to the content folder `root`."""
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return root


def edit(root: Path, name: str, old: str, new: str) -> None:
    """Change one file of a content folder as an editor would; the old text must be there."""
    path = root / name
    text = path.read_text("utf-8")
    assert old in text, (name, old)
    path.write_text(text.replace(old, new, 1), "utf-8")
