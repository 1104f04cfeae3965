"""Measures the whole bot on labelled messages: `make eval FILE=messages.jsonl`.

Starts the bot (or asks the one at --url), sends every message over REST in a conversation of its
own, and writes a table in Markdown beside the simpler ways to find an entry.
"""
from __future__ import annotations

import argparse
import datetime as dt
import json
import subprocess
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Iterator, Sequence

from bench import bot, local, rasa_default, scoring
from bench.bot import BotError
from bench.labelled import Labelled, LabelledError, read
from bench.scoring import Outcome, figures_line, head, rate
from policy_kb import paths
from policy_kb.encoders import Stored, default_encoder
from policy_kb.entries import load_content
from policy_kb.matcher import Matcher
from policy_kb.release import ReleaseError, Releases

TITLES = [c.title for c in scoring.COLUMNS]
DEFAULT = "Rasa 默认流程"


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.evaluate", description="用带标签的消息衡量整个机器人。")
    parser.add_argument("file", type=Path, help="带标签的消息，每行一个 JSON")
    parser.add_argument("--url", help="已经在运行的机器人，默认自己启动一个")
    parser.add_argument("--out", type=Path, help="结果写到哪里，默认 var/eval/文件名.md")
    parser.add_argument("--rasa", action="store_true",
                        help="也训练并衡量 Rasa 默认流程（首次几十分钟；之后用存下的模型，不写也衡量）")
    return parser.parse_args()


def asked(rows: Sequence[Labelled], url: str | None) -> list[Outcome]:
    """What the bot says to every message. Raises BotError."""
    with nullcontext(url) if url else bot.running() as address:
        return [scoring.of_replies(bot.ask(address, r.text)) for r in rows]


def _run(module: str, *arguments: str) -> dict:
    """The JSON object that `python -m module` prints last; its process is as fresh as a server's."""
    done = subprocess.run([sys.executable, "-m", module, *arguments], cwd=paths.ROOT,
                          stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.strip().splitlines()[-1])


def _default_pipeline(file: Path) -> list[Outcome]:
    found = _run("bench.rasa_default", str(file))
    return [Outcome(*(tuple(part) for part in row)) for row in found["outcomes"]]


def main_table(rows: Sequence[Labelled], outcomes: Sequence[Outcome], file: Path,
               with_rasa: bool) -> Iterator[str]:
    """The bot and its rivals, a row each."""
    yield head("方法", TITLES)
    yield figures_line("**本项目（整机，REST）**", rows, outcomes)
    encoder = Stored(default_encoder(), paths.var() / "cache" / "vectors.sqlite")
    content = load_content(paths.content())
    for name, decide in local.rivals(content, encoder):
        yield figures_line(name, rows, [decide(r.text) for r in rows])
    if with_rasa or rasa_default.kept(rasa_default.training_data(content)).exists():
        yield figures_line(DEFAULT, rows, _default_pipeline(file))


def _bare(rows: Sequence[Labelled], outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Figures that have no column of their own."""
    firm = [(r, o) for r, o in zip(rows, outcomes) if not r.doubtful]
    reachable = [scoring.marks(r, o)["reachable"] for r, o in firm if r.label == "in_scope"]
    topics = ["not_regulated" in o.kinds for r, o in firm if r.label == "out_of_scope"]
    yield f"答对、给出选项，或者在“未规定”旁边给出了对的条款：{rate(reachable)}。"
    yield f"文件未规定的，说出是哪一项未规定：{rate(topics)}。"


def report(rows: Sequence[Labelled], outcomes: Sequence[Outcome], found: Matcher, file: Path,
           with_rasa: bool) -> Iterator[str]:
    """The lines of the whole report."""
    yield f"# 衡量：{file.name}\n"
    yield (f"{dt.date.today()}，{len(rows)} 条，第 {Releases(paths.releases()).current_number()} 版，"
           f"编码器 {found.encoder.name}。\n方括号里是 95 % 区间（Wilson）。存疑的标签另算。\n")
    yield from main_table(rows, outcomes, file, with_rasa)
    yield ""
    yield from _bare(rows, outcomes)
    yield f"排序：首选对 {rate(local.ranks(rows, found, 1))}，前三有 {rate(local.ranks(rows, found, 3))}。"
    cost = _run("bench.cost", str(file))
    yield (f"理解一条消息：CPU p50 {cost['p50']:.1f} 毫秒，p95 {cost['p95']:.1f} 毫秒；"
           f"编码器、匹配器和意图分类器增加内存 {cost['memory']:.0f} MB。\n")
    yield head("存疑的标签", TITLES)
    yield figures_line("本项目", rows, outcomes, doubtful=True)
    yield "\n## 分组\n\n" + head("组", ("对", "比例", "说了什么"))
    yield from scoring.by_group(rows, outcomes)
    yield "\n## 混淆\n"
    yield from scoring.confusion(rows, outcomes)
    yield "\n## 其他门槛（只算匹配器，不经过 Rasa）\n\n" + head("回答 / 拒绝", TITLES)
    yield from local.curve(rows, found)


def main() -> None:
    """Measure, write the report, print where it is and its main table."""
    given = arguments()
    out = given.out or paths.var() / "eval" / f"{given.file.stem}.md"
    try:
        rows = read(given.file)
        found = Releases(paths.releases()).current().matcher
        lines = list(report(rows, asked(rows, given.url), found, given.file, given.rasa))
    except (LabelledError, ReleaseError, BotError) as error:
        sys.exit(str(error))
    except subprocess.CalledProcessError as error:
        sys.exit(f"{' '.join(map(str, error.cmd[2:]))} 没有做完，原因见上。")
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text("\n".join(lines) + "\n", "utf-8")
    print("\n".join(lines[:lines.index("\n## 混淆\n")]))
    print(f"\n全部写在 {out}")


if __name__ == "__main__":
    main()
