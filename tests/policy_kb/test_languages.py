"""Chinese is known in every writing that people type; other languages are told apart from it."""
import pytest

from policy_kb.languages import is_foreign
from policy_kb.text import normalize


@pytest.mark.parametrize("text", [
    "what is this", "How do I move my hukou to Dandong?", "hello there", "I am a student",
    "단둥에서 살고 싶어요", "Можно ли переехать в Даньдун?", "ここは何ですか", "戸籍を移したいです",
    "Je voudrais habiter ici", "ăn cơm chưa", "ما هذا", "สวัสดีครับ", "SELECT name FROM entry",
])
def test_another_language_is_told(text: str) -> None:
    assert is_foreign(normalize(text))


@pytest.mark.parametrize("text", [
    "", "12345", "？", "居住证", "居住證", "wo xiang luohu", "luohuxuyaoshenme", "jzz", "jzz man 2 nian lh",
    "ni hao", "nv er luohu", "hello", "ok", "PPP怎么搞", "用app能办吗", "我の户口", "entry:4-1", "A座802",
    "孩子在 north school 念书 能落户吗", "QQ群号多少",
])
def test_chinese_in_any_writing_is_not_foreign(text: str) -> None:
    assert not is_foreign(normalize(text))
