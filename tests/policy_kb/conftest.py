"""A whole, tiny content folder: seventeen one-sentence clauses and two unregulated topics."""
from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

NUMBERS = [*"一二三四五六七八九", "十", *("十" + n for n in "一二三四五六七")]
SENTENCES = {4: "农业人口满2年以上可凭居住证落户。", 12: "满60周岁的由原户籍地负责养老保险待遇发放。"}
ANSWERS = {4: "农业人口住满2年以上，可凭居住证落户。", 12: "满60周岁的，养老金由原户籍地负责。"}


def _sentence(n: int) -> str:
    return SENTENCES.get(n, f"内容{NUMBERS[n - 1]}由部门负责。")


def source_text() -> str:
    """The tiny document."""
    parts = ["小方案", "　　制定本方案。", "", "　　一、总体要求"]
    for n, number in enumerate(NUMBERS, 1):
        parts += ["", f"　　({number})题目{number}。", "", f"　　{_sentence(n)}(市公安局牵头)"]
    return "\n".join([*parts, "", "　　切实抓好落实。"]) + "\n"


def _item(number: str, original: str, answer: str, questions: list[str]) -> str:
    lines = "\n".join(f"      - {q}" for q in questions)
    return (
        f"  - 编号: {number}\n    小标题: 标题{number}\n    原文: {original}\n"
        f"    答复: |\n      {answer}\n    问法:\n{lines}\n"
    )


def _clause(n: int) -> str:
    questions = [f"问题{n}号{i}怎么回事" for i in range(4)]
    if n == 4:
        questions = ["有居住证能落户吗", "居住证落户要几年", "农民怎么落户", "打工的能上户口不"]
    if n == 12:
        questions = ["养老保险怎么转", "老人养老金谁发", "六十岁养老怎么办", "迁户口养老金在哪领"]
    head = f"条: {NUMBERS[n - 1]}\n标题: 题目{NUMBERS[n - 1]}\n章: 一、总体要求\n"
    head += "主题: ask_settlement\n面向: 政府\n牵头: [市公安局]\n责任原文: [(市公安局牵头)]\n项:\n"
    return head + _item(f"{n}-1", _sentence(n), ANSWERS.get(n, _sentence(n)), questions)


def _plain(label: str, number: str, original: str) -> str:
    questions = [f"{label}写了什么{i}" for i in range(4)]
    return f"条: {label}\n标题: {label}\n主题: ask_plan\n面向: 政府\n项:\n" + _item(
        number, original, original, questions
    )


TOPICS = """主题: ask_procedure
条目:
  - 编号: N-901
    话题: 需要哪些材料
    答复: |
      本文件未规定需要哪些材料。
    问法: [要带什么材料, 需要哪些证件, 办理要啥手续, 材料清单有吗]
    部门: [市公安局]
    相近: [4-1]
  - 编号: N-902
    话题: 窗口在哪里
    答复: |
      本文件未规定窗口地点。
    问法: [去哪个窗口办, 在哪儿办, 地址在哪, 派出所在哪里]
    部门: []
    相近: []
"""


def write_content(root: Path) -> Path:
    """Write the tiny content folder at `root`."""
    source = source_text().encode()
    documents = (
        "本文件:\n  名称: 小方案\n  文件: source/小方案.txt\n"
        f"  sha256: {hashlib.sha256(source).hexdigest()}\n"
        "  状态: 待确认\n  说明: 是否继续有效待政策科确认。\n  目标年: 2020\n引用: []\n"
    )
    files = {
        "source/小方案.txt": source.decode(),
        "documents.yml": documents,
        "departments.yml": "部门:\n  - {名称: 市公安局, 现承接: '', 核对: 待核}\n",
        "synonyms.yml": "同义词:\n  - {词: 落户, 同义: [上户口, 入户]}\n",
        "jieba/words.txt": "居住证\n养老保险\n落户\n",
        "out_of_scope.yml": "例句: [今天天气怎么样, 公交几点, 讲个笑话, 供暖什么时候开始]\n",
        "facts.yml": "{}\n",
        "clauses/00.yml": _plain("前言", "0-1", "制定本方案。"),
        "clauses/18.yml": _plain("结语", "18-1", "切实抓好落实。"),
        "not_regulated/procedure.yml": TOPICS,
        **{f"clauses/{n:02d}.yml": _clause(n) for n in range(1, 18)},
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return root


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """A sound content folder of one's own, to be spoiled at will."""
    return write_content(tmp_path / "content")
