"""The command line: what the office and staff can do without knowing Python."""
from __future__ import annotations

import json
import re

import pytest

from policy_kb.__main__ import main
from tests.policy_kb.conftest import source_text


@pytest.fixture
def run(content, tmp_path, monkeypatch, capsys):
    """Runs one command against the tiny content: (exit code, stdout, stderr)."""
    monkeypatch.setenv("POLICY_KB_CONTENT", str(content))
    monkeypatch.setenv("POLICY_KB_VAR", str(tmp_path / "var"))

    def _run(*arguments: str) -> tuple[int, str, str]:
        try:
            code = main(list(arguments))
        except SystemExit as stop:
            code = int(stop.code or 0)
        out, err = capsys.readouterr()
        return code, out.strip(), err.strip()

    return _run


def test_check_build_ask_and_receipt_go_together(run):
    assert run("check")[:2] == (0, "没有发现问题：19 个部分 19 项，未规定话题 2 个，规则 0 条。")
    code, out, _ = run("build")
    assert code == 0 and "当前为第 1 版" in out
    code, out, _ = run("ask", "有居住证能落户吗", "--json")
    found = json.loads(out)
    assert (found["type"], found["entry"], found["release"]) == ("policy_answer", "4-1", 1)
    code, out, _ = run("receipt", found["receipt"])
    assert code == 0 and "农业人口住满2年以上" in out and "第1版" in out


def test_a_receipt_shows_the_old_answer_and_says_that_it_has_changed(run, content):
    run("build")
    receipt = json.loads(run("ask", "有居住证能落户吗", "--json")[1])["receipt"]
    path = content / "clauses/04.yml"
    path.write_text(path.read_text("utf-8").replace("农业人口住满", "农业人口只要住满"), "utf-8")
    run("build")
    code, out, _ = run("receipt", receipt)
    assert code == 0 and "已经改变" in out and "农业人口住满2年以上" in out


def test_an_unregulated_question_is_answered_as_such(run):
    run("build")
    found = json.loads(run("ask", "要带什么材料", "--json")[1])
    assert found["type"] == "not_regulated" and "本文件未规定" in found["answer"]


def test_the_day_asked_about_decides_on_validity(run):
    run("build")
    assert "已过" not in run("ask", "有居住证能落户吗", "--on", "2019-01-01")[1]
    assert "2020年已过" in run("ask", "有居住证能落户吗", "--on", "2026-01-01")[1]


def test_releases_are_listed_and_rolled_back(run, content):
    run("build")
    path = content / "clauses/04.yml"
    path.write_text(path.read_text("utf-8").replace("农业人口住满", "农业人口只要住满"), "utf-8")
    run("build")
    assert run("rollback", "1")[0] == 0
    assert re.findall(r"^\* +(\d+)", run("releases")[1], re.M) == ["1"]


def test_search_finds_by_word_and_by_initials(run):
    run("build")
    assert run("search", "居住证")[1].startswith("4-1")
    assert run("search", "jzz")[1].startswith("4-1")


def test_an_explanation_names_candidates(run):
    run("build")
    code, out, _ = run("ask", "有居住证能落户吗", "--explain")
    assert code == 0 and "4-1" in out


@pytest.mark.parametrize("arguments, words", [
    (["build", "--quick"], "参数不对"),
    (["nothing"], "参数不对"),
    (["rollback", "9"], "没有第 9 版"),
    (["ask", "问", "--on", "去年"], "不是日期"),
    (["receipt", "瞎写"], "凭证号"),
    (["import", "没有这个文件.txt"], "没有这个文件.txt"),
])
def test_bad_input_gets_one_chinese_sentence_and_a_failing_exit(run, arguments, words):
    code, out, err = run(*arguments)
    assert code != 0 and out == "" and words in err and "Traceback" not in err


@pytest.mark.parametrize("question", [
    "，。！？", "😀😀😀", "/restart", "'; drop table entry; --", "a* OR NEAR(b) \"", "住" * 10_000, "",
])
def test_odd_questions_get_a_reply(run, question):
    run("build")
    code, out, err = run("ask", question)
    assert code == 0 and out and "Traceback" not in err


def test_faults_are_listed_and_nothing_is_published(run, content):
    run("build")
    path = content / "clauses/04.yml"
    path.write_text(path.read_text("utf-8").replace("原文: 农业人口", "原文: 工业人口"), "utf-8")
    code, _, err = run("build")
    assert code == 1 and "clauses/04.yml 4-1" in err
    assert "* " in run("releases")[1] and run("ask", "有居住证能落户吗")[0] == 0


def test_import_prints_an_outline(run, tmp_path):
    file = tmp_path / "文件.txt"
    file.write_text(source_text(), "utf-8")
    found = json.loads(run("import", str(file), "--json")[1])
    assert found["title"] == "小方案" and len(found["sections"][0]["children"]) == 17


def test_every_command_has_help(run):
    commands = re.search(r"\{(.+?)\}|命令", run("--help")[1])
    assert commands
    for command in ("import", "check", "build", "ask", "search", "decide", "receipt", "export",
                    "releases", "rollback", "audit", "interview-graph"):
        code, out, _ = run(command, "--help")
        assert code == 0 and command in out
