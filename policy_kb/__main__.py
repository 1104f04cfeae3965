"""The knowledge base on the command line: `python -m policy_kb --help`."""
from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
from pathlib import Path
from typing import NoReturn, Sequence

from policy_kb import answers, audit, document, graph, paths, release, search, tables, verdicts
from policy_kb.check import faults_of
from policy_kb.entries import ContentError, load_content
from policy_kb.facts import FactError
from policy_kb.receipt import ReceiptError, Receipts
from policy_kb.receipt_view import show
from policy_kb.release import ReleaseError, Releases

REFUSALS = (
    ContentError, ReleaseError, ReceiptError, document.DocumentError, FactError,
    audit.AuditError, tables.TableError, graph.GraphError,
)


class _Parser(argparse.ArgumentParser):
    """Refuses in Chinese and names the way out."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"参数不对（{message}）；用 {self.prog} --help 查看用法。\n")


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}”不是日期，请写成 2026-01-31") from None


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _releases() -> Releases:
    return Releases(paths.releases())


def _import(args: argparse.Namespace) -> str:
    return document.import_command(args.file, args.json)


def _check(args: argparse.Namespace) -> str:
    content = load_content(paths.content())
    faults = faults_of(content)
    if faults:
        raise ContentError(faults)
    clauses = sum(e.kind == "clause" for e in content.entries)
    return (
        f"没有发现问题：{len(content.clauses)} 个部分 {clauses} 项，"
        f"未规定话题 {len(content.entries) - clauses} 个，规则 {len(content.rules)} 条。"
    )


def _build(args: argparse.Namespace) -> str:
    info = release.build(paths.content(), paths.releases(), _say)
    return f"当前为第 {info.number} 版，内容哈希 {info.content_hash}，文件哈希 {info.sha256}。"


def _releases_command(args: argparse.Namespace) -> str:
    releases = _releases()
    current = releases.current_number()
    rows = [
        f"{'*' if info.number == current else ' '} {info.number:>4}  {info.created_at}  "
        f"{info.content_hash[:12]}  {info.entries} 条"
        for info in releases.list()
    ]
    return "\n".join(rows) or "还没有发布过版本；请先运行 python -m policy_kb build。"


def _rollback(args: argparse.Namespace) -> str:
    return f"当前已是第 {_releases().rollback(args.number).number} 版。"


def _export(args: argparse.Namespace) -> str:
    releases = _releases()
    found = releases.open(args.release) if args.release else releases.current()
    count = release.export(found, args.folder)
    return f"第 {found.number} 版的 {count} 个文件已写入 {args.folder}。"


def _ask(args: argparse.Namespace) -> str:
    found = _releases().current()
    asked = answers.Answers(found, Receipts(paths.receipts()).issue, args.on)
    answer = asked.message(args.question)
    if args.explain:
        return _json(found.matcher.match(args.question).explanation)
    if args.json:
        return _json(answer.replies[0] if len(answer.replies) == 1 else list(answer.replies))
    return "\n\n".join(answers.texts(answer.replies))


def _search(args: argparse.Namespace) -> str:
    found = _releases().current()
    hits = search.find(found, args.query, limit=args.limit)
    rows = [f"{h.entry}  {found.entries[h.entry].title}" for h in hits]
    if hits and hits[0].suggestion:
        rows.insert(0, hits[0].suggestion)
    return "\n".join(rows) or "没有找到；换个词试试，或拨打12345。"


def _decide(args: argparse.Namespace) -> str:
    issue = Receipts(paths.receipts()).issue
    return verdicts.decide_command(
        _releases().current(), args.rule, args.fact, args.on, issue, args.json
    )


def _receipt(args: argparse.Namespace) -> str:
    return show(_releases(), Receipts(paths.receipts()).find(args.code), args.json)


def _audit(args: argparse.Namespace) -> str:
    return audit.sheet_command(_releases().current(), args.file, args.on, _say)


def _graph(args: argparse.Namespace) -> str:
    return graph.draw_command(_releases().current(), args.folder, args.on)


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m policy_kb", description="政策知识库：导入、检查、发布、查询。")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")

    def add(name: str, run: object, text: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=text, description=text)
        command.set_defaults(run=run)
        return command

    def add_json(command: argparse.ArgumentParser) -> None:
        command.add_argument("--json", action="store_true", help="以 JSON 输出")

    def add_day(command: argparse.ArgumentParser) -> None:
        command.add_argument(
            "--on", type=_day, default=dt.date.today(), metavar="日期", help="以哪一天为准"
        )

    command = add("import", _import, "把公文整理成标题、条、项、部门、引用文件")
    command.add_argument("file", type=Path, metavar="文件")
    add_json(command)
    add("check", _check, "检查内容，逐条说明错在哪个文件、哪个编号")
    add("build", _build, "检查并发布一个新版本")
    command = add("ask", _ask, "提一个问题，看机器人怎么答")
    command.add_argument("question", metavar="问题")
    command.add_argument("--explain", action="store_true", help="说明为什么选中这一条")
    add_day(command)
    add_json(command)
    command = add("search", _search, "按词、拼音或首字母查条目")
    command.add_argument("query", metavar="词")
    command.add_argument("--limit", type=int, default=10, metavar="条数")
    command = add("decide", _decide, "按给出的情况判定一条规则或一组规则")
    command.add_argument("rule", metavar="规则")
    command.add_argument("--fact", action="append", default=[], metavar="事实=值")
    add_day(command)
    add_json(command)
    command = add("receipt", _receipt, "按凭证号调出当时的答复或判定")
    command.add_argument("code", metavar="凭证号")
    add_json(command)
    command = add("export", _export, "把已发布的内容写回 YAML")
    command.add_argument("folder", type=Path, metavar="文件夹")
    command.add_argument("--release", type=int, metavar="版本号")
    add("releases", _releases_command, "列出所有版本，* 为当前版本")
    command = add("rollback", _rollback, "把某一版重新设为当前版本")
    command.add_argument("number", type=int, metavar="版本号")
    command = add("audit", _audit, "导出全部情况的判定核对表，供签字")
    command.add_argument("file", type=Path, metavar="文件.csv")
    add_day(command)
    command = add("interview-graph", _graph, "画出每条规则的提问流程图")
    command.add_argument("folder", type=Path, metavar="文件夹")
    add_day(command)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 if it was done, 1 if it was refused, 2 if the arguments are off."""
    args = _parser().parse_args(arguments)
    try:
        print(args.run(args))
    except REFUSALS as refusal:
        print(refusal, file=sys.stderr)
        return 1
    except OSError as error:
        print(f"读写文件失败：{error.filename or ''} {error.strerror}。", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
