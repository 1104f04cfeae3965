"""The running bot, with the same trained model, asks what was published last."""
from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from policy_kb import release
from tests.policy_kb.conftest import write_content
from tests.policy_kb.interview_content import FILES, SETTLE, write_interview

pytestmark = pytest.mark.slow
NEW_FACT = "  - {事实: 有住处, 类型: 选项, 问: 您在城区有固定住处吗？, 选项: [有住处, 没有住处], 去哪查: 看租房合同。}\n"
NEW_CONDITION = "    - {事实: 有住处, 等于: 有住处, 说法: 有固定住处, 原文: 农业人口, 改变: 先找到住处}\n"


class Office:
    """A content folder of one's own and the releases folder that the bot reads."""

    def __init__(self, folder: Path) -> None:
        self.content = write_interview(write_content(folder / "content"))
        self.releases = folder / "var" / "releases"

    def write(self, name: str, text: str) -> None:
        """One content file."""
        (self.content / name).write_text(text, "utf-8")

    def write_condition(self) -> None:
        """A condition more, and its question."""
        self.write("facts.yml", FILES["facts.yml"] + NEW_FACT)
        self.write("rules/settle.yml", with_condition(SETTLE))

    def publish(self) -> int:
        """Publish what is written; the number of the release."""
        return release.build(self.content, self.releases, lambda line: None).number


@pytest.fixture
def office(agent, tmp_path, monkeypatch):
    """The office, once the bot runs; what the bot writes goes to a folder of its own, too."""
    monkeypatch.setenv("POLICY_KB_VAR", str(tmp_path / "var"))
    found = Office(tmp_path)
    found.publish()
    return found


def with_condition(text: str) -> str:
    return text.replace("结论: 可凭", NEW_CONDITION + "结论: 可凭")


def with_threshold(text: str, since: dt.date, months: int) -> str:
    old = "      - {自: 未载明, 值: 24, 出处: 原文“满2年以上”}\n"
    return text.replace(old, old + f"      - {{自: {since.isoformat()}, 值: {months}, 出处: 新规定}}\n")


def test_a_condition_its_question_and_a_dated_threshold_reach_the_running_bot(office, citizens):
    before, midway, today = citizens(), citizens(), dt.date.today()
    before.tells("rule:落户", "1")
    assert [c["title"] for c in before.choices()][:2] == ["满2年以上", "不满2年"]
    before.tells("18个月")
    assert before.outcome() == "not_met"
    midway.tells("rule:落户", "1")

    office.write("facts.yml", FILES["facts.yml"] + NEW_FACT)
    office.write("rules/settle.yml", with_threshold(with_condition(SETTLE), today, 12))
    number = office.publish()

    midway.says("再说一遍")                      # the interview that was on goes on by the new rule
    assert [c["title"] for c in midway.choices()][:2] == ["满1年以上", "不满1年"]
    midway.tells("18个月", "有")
    assert midway.asked == "有住处"
    midway.says("没有住处")
    assert midway.outcome() == "not_met" and "有固定住处" in midway.text
    assert midway.verdict()["release"] == number
    before.says("我说错了，住了18个月")
    assert before.asked == "有居住证"            # 18 months are enough now

    office.write("rules/settle.yml", with_threshold(with_condition(SETTLE), today + dt.timedelta(days=1), 12))
    office.publish()
    after = citizens()
    after.tells("rule:落户", "1")                # the threshold holds from tomorrow only
    assert [c["title"] for c in after.choices()][:2] == ["满2年以上", "不满2年"]


def test_what_is_taken_away_while_it_is_being_asked_is_not_asked_any_more(office, citizens):
    office.write_condition()
    office.publish()
    midway, told, left = citizens(), citizens(), citizens()
    midway.tells("rule:落户", "1", "三年", "有")
    assert midway.asked == "有住处"
    told.tells("rule:落户", "1", "三年", "有", "有住处")
    left.tells("rule:落户", "1", "三年", "有", "算了")

    write_interview(office.content)
    office.publish()
    midway.says("1")
    assert midway.outcome() == "likely" and "有住处" not in midway.told()
    told.says("我说错了，住了两年")
    assert told.outcome() == "likely" and "有住处" not in told.told()
    left.says("继续")
    assert left.outcome() == "likely"


def test_a_rule_that_is_gone_ends_its_interview_with_a_word(office, citizen):
    citizen.tells("rule:养老")
    assert citizen.asked == "年龄"
    (office.content / "rules/pension.yml").unlink()
    office.publish()
    citizen.says("63岁")
    assert citizen.asked is None and citizen.choices()
    citizen.says("帮我查一查")
    assert citizen.asked == "户口性质"


def test_a_question_in_between_after_the_rule_has_changed_is_no_trap(office, citizen):
    office.write_condition()
    office.publish()
    citizen.tells("rule:落户", "1", "三年", "有")
    write_interview(office.content)
    office.publish()
    citizen.says("谢谢")
    assert citizen.outcome() == "likely"


def test_rolling_back_brings_the_old_question_back(office, citizens):
    office.write("rules/settle.yml", with_threshold(SETTLE, dt.date.today(), 12))
    office.publish()
    release.Releases(office.releases).rollback(1)
    one = citizens()
    one.tells("rule:落户", "1")
    assert [c["title"] for c in one.choices()][:2] == ["满2年以上", "不满2年"]
