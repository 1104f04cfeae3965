"""Words of somebody in danger are never missed; words that only look alike are not taken for them."""
import pytest

from policy_kb.distress import in_distress, without_it


@pytest.mark.parametrize("text", [
    "活不下去了", "我真的活不下去了，谁管管", "不想活了", "俺都不想再活了", "活够了", "没法活了",
    "活着没意思", "我活着还有什么意义", "活着还有啥意思，没劲，不如死了", "死了算了", "想死的心都有", "我想自杀", "要跳楼",
    "喝农药算了", "想一了百了", "没活路了", "不让人活了", "写好遗书了", "活 不 下 去 了", "活。不。下。去。了",
    "活不下去瞭", "他说不想活了我该怎么办", "居住证办不下来，孩子上不了学，我活不下去了，求求你们",
    "a" * 900 + "不想活了",
])
def test_distress_is_heard(text: str) -> None:
    assert in_distress(text)


@pytest.mark.parametrize("text", [
    "", "手机想死机怎么办", "跳楼价的房子能落户吗", "不想活动了", "想死你了", "活期存款", "低保户活着要年审吗",
    "干活的地方没有合同", "老人死了户口怎么注销", "这活不好干", "生活补助怎么领", "活不多，能算就业吗",
    "不想办了", "活动室在哪", "人死了地收回吗", "我们村没有活动",
])
def test_other_words_are_not_taken_for_it(text: str) -> None:
    assert not in_distress(text)


def test_what_else_is_asked_is_left() -> None:
    assert without_it("我活不下去了，低保怎么申请？") == "我了，低保怎么申请？"
