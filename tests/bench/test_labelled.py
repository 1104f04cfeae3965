"""A file of labelled messages is read whole, or the line that is wrong is named."""
import json
from pathlib import Path

import pytest

from bench.labelled import Labelled, LabelledError, read

GOOD = {"text": "有居住证能落户吗", "label": "in_scope", "clauses": [4], "register": "plain"}


def write(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(
        line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines
    ), "utf-8")
    return path


def test_fields_beyond_the_needed_ones_are_optional(tmp_path: Path) -> None:
    rows = read(write(tmp_path / "m.jsonl", GOOD, "", {"text": "天气", "label": "unrelated"}))
    assert rows == [
        Labelled("有居住证能落户吗", "in_scope", (4,), False, "plain"), Labelled("天气", "unrelated"),
    ]


@pytest.mark.parametrize(("line", "said"), [
    ("{", "第 2 行：不是 JSON"),
    ("[1]", "第 2 行：缺少 text"),
    ({**GOOD, "text": " "}, "第 2 行：缺少 text"),
    ({**GOOD, "label": "maybe"}, "第 2 行：label 应当是"),
    ({**GOOD, "clauses": ["4"]}, "第 2 行：clauses 应当是"),
    ({**GOOD, "clauses": [18]}, "1 到 17"),
    ({**GOOD, "clauses": []}, "第 2 行：in_scope 的一行要有 clauses"),
])
def test_a_broken_line_is_named(tmp_path: Path, line: object, said: str) -> None:
    with pytest.raises(LabelledError, match=said):
        read(write(tmp_path / "m.jsonl", GOOD, line))


def test_a_missing_an_empty_and_a_foreign_file_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LabelledError, match="打不开"):
        read(tmp_path / "none.jsonl")
    with pytest.raises(LabelledError, match="没有一条消息"):
        read(write(tmp_path / "empty.jsonl", ""))
    (tmp_path / "gbk.jsonl").write_bytes("有居住证".encode("gbk"))
    with pytest.raises(LabelledError, match="UTF-8"):
        read(tmp_path / "gbk.jsonl")
