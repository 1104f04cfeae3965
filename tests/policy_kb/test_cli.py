"""The command line: what the office and staff can do without knowing Python."""
from __future__ import annotations

import json
import re
import shutil

import pytest

from policy_kb.__main__ import main
from policy_kb.release import build
from tests.policy_kb.conftest import source_text, write_content
from tests.policy_kb.interview_content import edit, write_interview


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
    taken_for, first, *_ = run("search", "jzz")[1].splitlines()
    assert "居住证" in taken_for and first.startswith("4-1")


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


# ---- rules -----------------------------------------------------------------------------------------

TWENTY_MONTHS = ["--fact", "户口性质=农业户口", "--fact", "居住时间=一年零八个月", "--fact", "有居住证=有"]
NEW_VALUE = "      - {自: 未载明, 值: 24"


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """Folder of releases of the tiny content with two rules, built once."""
    root = tmp_path_factory.mktemp("ruled")
    build(write_interview(write_content(root / "content")), root / "releases")
    return root / "releases"


@pytest.fixture
def ruled(run, content, published, tmp_path):
    """The same with two rules in the content, published."""
    write_interview(content)
    shutil.copytree(published, tmp_path / "var/releases")
    return run


def decided(run, *arguments: str, on: str = "2026-11-24") -> dict:
    return json.loads(run("decide", *arguments, "--on", on, "--json")[1])


def test_a_rule_is_decided_with_its_trace_changes_rights_and_receipt(ruled):
    found = decided(ruled, "settle", *TWENTY_MONTHS)
    (rule,) = found["rules"]
    assert (found["type"], rule["outcome"], found["release"]) == ("verdict", "not_met", 1)
    assert [(t["fact"], t["met"], t["clause"]) for t in rule["trace"]] == [
        ("户口性质", True, 4), ("居住时间", False, 4), ("有居住证", True, 4)]
    assert (rule["changes"][0]["needed"], rule["changes"][0]["when"]) == ("再住满4个月", "2027年3月起")
    assert found["rights"] and found["receipt"] and found["status"]["label"] == "待确认"


def test_a_verdict_in_words_says_the_same(ruled):
    code, out, _ = ruled("decide", "settle", *TWENTY_MONTHS, "--on", "2026-11-24")
    assert code == 0 and "目前不满足的是：居住满2年以上" in out
    assert "再住满4个月，约2027年3月起" in out and "不符合" not in out and "凭证号" in out


def test_a_group_of_rules_is_decided_by_its_name(ruled):
    assert decided(ruled, "养老", "--fact", "年龄=60周岁", "--fact", "落户日=今天")["rules"][0]["outcome"] == "likely"


def test_the_day_asked_about_decides_the_age(ruled):
    born = ["--fact", "年龄=1966年11月24日生", "--fact", "落户日=今天"]
    assert decided(ruled, "pension", *born, on="2026-11-23")["rules"][0]["outcome"] == "window"
    assert decided(ruled, "pension", *born, on="2026-11-24")["rules"][0]["outcome"] == "likely"


@pytest.mark.parametrize("arguments, words", [
    (["decide", "没有这条"], "没有规则或组“没有这条”，可用：pension、养老、settle、落户"),
    (["decide", "settle", "--fact", "户口=农业户口"], "“户口=农业户口”不对，应当写成 事实=值"),
    (["decide", "settle", "--fact", "户口性质"], "应当写成 事实=值"),
    (["decide", "settle", "--fact", "户口性质=农民工"], "“户口性质”不能是“农民工”，可用：农业户口、非农业户口、不清楚"),
    (["decide", "settle", "--fact", "居住时间=好久"], "“居住时间”"),
    (["decide", "settle", "--on", "去年"], "不是日期"),
])
def test_what_cannot_be_decided_is_refused_in_one_sentence(ruled, arguments, words):
    code, out, err = ruled(*arguments)
    assert code != 0 and out == "" and words in err and "Traceback" not in err


def test_a_receipt_shows_the_verdict_as_it_was_given(ruled):
    given = decided(ruled, "settle", *TWENTY_MONTHS)
    found = json.loads(ruled("receipt", given["receipt"], "--json")[1])
    assert found["reply"] == given and found["changed"] is False
    assert found["facts"] == {"户口性质": "农业户口", "居住时间": {"months": [20, 20]}, "有居住证": "有"}


@pytest.mark.parametrize("since, words", [
    ("2026-06-01", "给出的内容已经改变"), ("2030-01-01", "规则在现行版本（第2版）里已经改变"),
])
def test_a_receipt_outlives_its_rule_and_says_that_the_rule_has_changed(ruled, content, since, words):
    given = decided(ruled, "settle", *TWENTY_MONTHS)
    edit(content, "rules/settle.yml", NEW_VALUE,
         f"      - {{自: {since}, 值: 12, 出处: 新规定}}\n{NEW_VALUE}")
    ruled("build")
    found = json.loads(ruled("receipt", given["receipt"], "--json")[1])
    assert found["reply"] == given and found["changed"] is True
    assert (found["release"], found["current_release"]) == (1, 2)
    code, out, _ = ruled("receipt", given["receipt"])
    assert code == 0 and words in out and "目前不满足的是：居住满2年以上" in out and "第1版" in out


def test_a_receipt_outlives_the_removal_of_its_rule(ruled, content):
    given = decided(ruled, "settle", *TWENTY_MONTHS)
    (content / "rules/settle.yml").unlink()
    ruled("build")
    found = json.loads(ruled("receipt", given["receipt"], "--json")[1])
    assert found["reply"] == given and found["changed"] is True


def test_a_dated_threshold_decides_from_its_day_on(ruled, content):
    edit(content, "rules/settle.yml", NEW_VALUE,
         f"      - {{自: 2027-01-01, 值: 12, 出处: 新规定}}\n{NEW_VALUE}")
    ruled("build")
    before = decided(ruled, "settle", *TWENTY_MONTHS, on="2026-12-31")["rules"][0]
    assert before["outcome"] == "not_met" and before["changes"][0]["from"] == ["2027-01-01", "2027-01-31"]
    after = decided(ruled, "settle", *TWENTY_MONTHS, on="2027-01-01")["rules"][0]
    assert after["outcome"] == "likely" and "满1年以上" in after["trace"][1]["condition"]


def test_the_audit_writes_a_sheet_and_says_which_rules_have_no_table(ruled, tmp_path):
    file = tmp_path / "核对.csv"
    code, out, err = ruled("audit", str(file), "--on", "2026-11-24")
    assert code == 0 and "种组合已写入" in out and "settle：没有核对表" in out
    assert "核对 1/2" in err and "第1版" in file.read_text("utf-8-sig")


def test_the_audit_fails_when_a_rule_and_its_table_differ(ruled, content, tmp_path):
    (content / "tables").mkdir()
    (content / "tables/settle.csv").write_text("户口性质,结果,情形,条款,理由\n*,窗口,,四,\n", "utf-8")
    code, out, err = ruled("audit", str(tmp_path / "核对.csv"))
    assert code == 1 and out == "" and "与核对表不一致" in err


def test_a_broken_table_is_refused_with_its_line(ruled, content, tmp_path):
    (content / "tables").mkdir()
    (content / "tables/settle.csv").write_text("户口性质,结果,情形,条款,理由\n*,窗口\n", "utf-8")
    code, _, err = ruled("audit", str(tmp_path / "核对.csv"))
    assert code == 1 and "settle.csv 第 2 行" in err and not (tmp_path / "核对.csv").exists()


def test_the_interview_is_drawn_or_it_is_said_what_to_install(ruled, tmp_path, monkeypatch):
    folder = tmp_path / "图"
    if shutil.which("dot"):
        code, out, _ = ruled("interview-graph", str(folder))
        assert code == 0 and "2 条规则的流程图已写入" in out
        assert {p.name for p in folder.iterdir()} == {
            "index.md", "settle.dot", "settle.svg", "pension.dot", "pension.svg"}
    monkeypatch.setenv("PATH", str(tmp_path))
    code, out, err = ruled("interview-graph", str(tmp_path / "另一处"))
    assert code == 1 and out == "" and "请先安装 Graphviz" in err
