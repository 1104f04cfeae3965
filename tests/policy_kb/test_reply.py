"""Every reply object has the fields of the contract, and its words carry the same content."""
import datetime as dt
from types import SimpleNamespace

import pytest

from policy_kb import reply
from policy_kb.entries import load_content

DAY = dt.date(2026, 11, 23)


@pytest.fixture
def basis(content):
    loaded = load_content(content)
    return SimpleNamespace(
        number=3, entries={e.id: e for e in loaded.entries}, document=loaded.document,
        departments={b.name: b for b in loaded.departments}, citations={},
    )


def test_a_policy_answer_has_every_field_and_quotes_word_for_word(basis):
    found = reply.entry_reply(basis, basis.entries["4-1"], "CODE", DAY)
    assert set(found) == {
        "type", "entry", "title", "answer", "quotes", "departments", "status", "unchecked",
        "interview", "related", "release", "receipt",
    }
    assert found["quotes"] == [{
        "clause": 4, "item": "4-1", "text": "农业人口满2年以上可凭居住证落户。", "document": "小方案",
    }]
    assert found["departments"] == [{"name": "市公安局", "role": "牵头", "now": ""}]


def test_an_unregulated_topic_names_body_hotline_and_nearest(basis):
    found = reply.entry_reply(basis, basis.entries["N-901"], "CODE", DAY)
    assert found["type"] == "not_regulated" and found["hotline"] == "12345"
    assert found["nearest"] == [{"entry": "4-1", "title": "标题4-1"}]
    text = reply.plain_text(found)
    assert "本文件未规定" in text and "12345" in text and "市公安局" in text


def test_words_carry_answer_quotation_validity_body_and_receipt(basis):
    text = reply.plain_text(reply.entry_reply(basis, basis.entries["4-1"], "CODE", DAY))
    for part in ("【待确认】", "农业人口住满2年以上，可凭居住证落户。", "第（四）条",
                 "“农业人口满2年以上可凭居住证落户。”", "2020年已过", "尚未核对", "市公安局", "CODE"):
        assert part in text


def test_validity_follows_the_day_asked_about(basis):
    entry = basis.entries["4-1"]
    before = reply.entry_reply(basis, entry, "", dt.date(2019, 1, 1))["status"]
    after = reply.entry_reply(basis, entry, "", DAY)["status"]
    assert "已过" not in before["note"] and "已过" in after["note"]
    assert after["code"] == "unconfirmed" and after["verified_on"] is None


@pytest.mark.parametrize("number, label", [(1, "第（一）条"), (10, "第（十）条"), (17, "第（十七）条")])
def test_clauses_are_named_as_the_document_numbers_them(number, label):
    assert reply.clause_label(number) == label


def test_unnumbered_parts_are_named(basis):
    assert "前言" in reply.plain_text(reply.entry_reply(basis, basis.entries["0-1"], "", DAY))
    assert "结语" in reply.plain_text(reply.entry_reply(basis, basis.entries["18-1"], "", DAY))


def test_choices_are_numbered_through_a_turn(basis):
    first = reply.clarify(basis, ["4-1", "12-1"])
    second = reply.clarify(basis, ["N-901"])
    assert "2. 标题12-1" in reply.plain_text(first, 1)
    assert "3. 需要哪些材料" in reply.plain_text(second, 3)
    assert reply.choices(first)[0] == {"title": "标题4-1", "payload": "entry:4-1"}


def test_a_handoff_names_the_hotline_and_a_summary():
    text = reply.plain_text(reply.handoff("请找工作人员。", "我问的是落户。", "CODE"))
    assert "12345" in text and "我问的是落户。" in text and "CODE" in text


def test_an_entry_that_cites_a_document_not_held_says_so(basis):
    from policy_kb.entries import Citation

    basis.citations = {"某〔1〕1号": Citation("某〔1〕1号", "某意见", "某〔1〕1号", False, "待核", "")}
    import dataclasses
    entry = dataclasses.replace(basis.entries["4-1"], cites=("某〔1〕1号",))
    assert "未收录" in reply.plain_text(reply.entry_reply(basis, entry, "", DAY))
