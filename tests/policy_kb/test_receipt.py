"""A receipt is short, stable, forgiving to read and names nobody."""
import datetime as dt

import pytest

from policy_kb.receipt import ALPHABET, ReceiptError, Receipts, tidy

DAY = dt.date(2026, 11, 23)


@pytest.fixture
def receipts(tmp_path) -> Receipts:
    return Receipts(tmp_path / "receipts.sqlite")


def test_the_same_answer_has_the_same_code(receipts):
    first = receipts.issue("clause", 3, "4-1", {}, DAY)
    assert first == receipts.issue("clause", 3, "4-1", {}, DAY)
    assert first != receipts.issue("clause", 4, "4-1", {}, DAY)


def test_a_code_gives_back_what_was_answered(receipts):
    code = receipts.issue("verdict", 3, "settle", {"居住月数": 20}, DAY)
    found = receipts.find(code)
    assert (found.kind, found.release, found.subject) == ("verdict", 3, "settle")
    assert found.facts == {"居住月数": 20} and found.day == DAY


def test_a_code_is_read_in_lower_case_with_blanks_and_lookalikes(receipts):
    code = receipts.issue("clause", 3, "4-1", {}, DAY)
    sloppy = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert receipts.find(sloppy).subject == "4-1"


def test_any_single_mistyped_character_is_noticed(receipts):
    code = receipts.issue("clause", 3, "4-1", {}, DAY)
    for at, old in enumerate(code):
        for new in ALPHABET.replace(old, "") if old != "-" else "":
            with pytest.raises(ReceiptError):
                tidy(code[:at] + new + code[at + 1:])


@pytest.mark.parametrize("code", ["", "12", "有居住证能落户吗", "AAAAA-AAAA1", "x" * 10_000])
def test_a_bad_code_is_refused_in_one_sentence(receipts, code):
    with pytest.raises(ReceiptError) as refusal:
        receipts.find(code)
    assert str(refusal.value).count("。") == 1


def test_an_answer_is_not_withheld_when_the_store_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    assert Receipts(tmp_path / "file/receipts.sqlite").issue("clause", 1, "4-1", {}, DAY) == ""
