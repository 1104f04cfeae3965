"""What a message does to the talk: each phrase to its move, and none to a wrong one."""
from __future__ import annotations

import time

import pytest

from policy_kb import moves


@pytest.mark.parametrize("move, phrases", [
    (moves.stops, "算了 先不说了 不问了 拉倒吧不整了 算了不问了 停 改天再查 别问了 到此为止 先到这吧 没时间了 取消 退出 不想说了 结束"),
    (moves.restarts, "重新开始 从头来 重来 重新来一遍 我要重新填 重新查一次"),
    (moves.asks_why, "为什么问这个 为啥 问这干嘛 什么意思 这个问题啥意思 为什么要知道户口 干嘛问这个 没看懂 不明白 听不懂"),
    (moves.asks_where, "在哪查 去哪看 怎么查 这个在哪里看 怎么知道 哪里问"),
    (moves.goes_back, "返回 上一题 回到上一题 返回上一步 上一个 退回去"),
    (moves.keeps, "不改了 算了不改了 不用改 还是原来的"),
    (moves.takes_back, "我说错了 刚才点错了 改成没有 更正一下 上一题答错了 之前说的不对 选错了"),
    (moves.hesitates, "其实住了三年 不对，是两年 应该是没有 不是三年，是两年 我是说农村户口"),
    (moves.asks_for_check, "帮我查一查 帮我爸也查一下 养老保险帮我查查 帮我看看能不能落户 看看我够不够条件 给俺爹查查能不能落户"),
])
def test_phrases_make_their_move(move, phrases):
    missed = [phrase for phrase in phrases.split() if not move(phrase)]
    assert not missed


@pytest.mark.parametrize("move, phrases", [
    (moves.stops, "不想 不想落户 不是 不看书 先办居住证 停车 结束劳动合同 没有 我先不落户"),
    (moves.restarts, "重新办居住证 重新落户 从头到尾多久"),
    (moves.asks_why, "为什么需要居住证 居住证什么意思 为什么不能落户 三权是什么意思"),
    (moves.asks_where, "去哪办 在哪交钱 怎么办 哪里的派出所"),
    (moves.goes_back, "返回老家 回村 回原籍 上一份工作"),
    (moves.takes_back, "没有 居住证名字写错了 住了三年"),
    (moves.hesitates, "不是农村户口 没有居住证 三年"),
    (moves.asks_for_check, "查一下政策文件 居住证怎么查 谢谢帮忙 能落户吗"),
])
def test_other_phrases_do_not(move, phrases):
    wrong = [phrase for phrase in phrases.split() if move(phrase)]
    assert not wrong


@pytest.mark.parametrize("text, rest", [
    ("先不说这个，孩子上学怎么办", "孩子上学怎么办"), ("不说这个了，我想问问土地", "我想问问土地"), ("换一个，问问公积金", "问问公积金"),
    ("先别问这个，医保咋办啊", "医保咋办啊"), ("这个先放放，老家的地咋整", "老家的地咋整"), ("问个别的，孩子念书", "孩子念书"),
    ("居住证的事先放下，问问医保", "问问医保"), ("甭说这个了，说说养老吧", "说说养老吧"), ("我不想说这个，想问养老", "想问养老"),
    ("咱先不唠这个，孩子念书咋整", "孩子念书咋整"), ("这事儿先撂下，公积金咋回事", "公积金咋回事"), ("先不整这个了寻思问问公租房", "寻思问问公租房"),
    ("算了，医保呢", "医保呢"), ("先不查了，孩子上学怎么办", "孩子上学怎么办"), ("等会儿再说这个，低保咋办", "低保咋办"), ("落户先不说，养老呢", "养老呢"),
    ("换个话题", ""), ("问点别的", ""), ("我想问点别的事", ""), ("说点别的吧", ""), ("换个问题问", ""), ("想问别的", ""),
])
def test_another_matter_is_what_follows_words_that_leave_this_one(text, rest):
    assert moves.leaves(text) == rest


@pytest.mark.parametrize("text", [
    "别的", "都不是，是别的", "其他", "换了工作", "没换过", "不清楚", "先办的居住证", "我不想说", "不想落户", "三年", "回头再说", "算了", "先不说了",
    "不说假话，住了三年", "搬家换过地方", "别人家的房子", "先不落户", "没有，先放着呢", "老家的地", "等了三年", "查过", "我问过了，有",
])
def test_no_other_words_leave_the_matter(text):
    assert moves.leaves(text) is None


@pytest.mark.parametrize("text, rest", [
    ("我和老伴来的，帮我看看能不能落户", "我和老伴来的，"), ("帮我查查我够不够条件", ""), ("给俺爹看看这情况能落户不", ""), ("帮我看看，居住证怎么办", "，居住证怎么办"),
    ("帮我看看能不能网上办居住证", "能不能网上办居住证"), ("帮我查一下落户要多久", "落户要多久"),
])
def test_beside_the_wish_to_be_looked_into_only_another_question_is_left(text, rest):
    assert moves.without_check(text) == rest


@pytest.mark.parametrize("text, rest", [
    ("我说错了其实住了三年", "住了三年"), ("不是三年，是两年", "两年"), ("不是三年是一年半", "一年半"), ("不对，应该是没有", "没有"),
    ("说错了，没办居住证", "没办居住证"), ("不是农村户口", "不是农村户口"), ("不是农村户口是城镇户口", "城镇户口"), ("说错了", ""),
])
def test_of_a_correction_only_what_is_said_instead_is_left(text, rest):
    assert moves.instead(text) == rest


@pytest.mark.parametrize("text, found", [
    ("第2题改成没有", (2, "没有")), ("第二题", (2, "")), ("第十二题改成有", (12, "有")), ("第三个问题我要改", (3, "")),
    ("把第2个改成没有", (2, "没有")), ("第二十题", (20, "")), ("改成没有", None),
])
def test_a_question_is_called_by_its_number(text, found):
    assert moves.numbered(text) == found


@pytest.mark.parametrize("text, said, rest", [
    ("对", True, ""), ("是的", True, ""), ("嗯嗯", True, ""), ("好的好的", True, ""), ("对，对", True, ""), ("嗯呐", True, ""),
    ("不对", False, ""), ("没有", False, ""), ("不对，我住了两年", False, "我住了两年"), ("是的，不过没办居住证", True, "不过没办居住证"),
    ("对不对", None, "对不对"), ("可以落户吗", None, "可以落户吗"), ("中考怎么报名", None, "中考怎么报名"), ("没有居住证", None, "没有居住证"),
    ("行不行", None, "行不行"), ("是不是", None, "是不是"),
])
def test_yes_and_no_are_told_from_words_that_begin_like_them(text, said, rest):
    assert moves.agreement(text) == (said, rest)


@pytest.mark.parametrize("text", ["对" * 1000 + "吗", "不是" * 500, "第" * 1000, "算了" * 500 + "吗", "帮" * 1000, "为什么" * 333])
def test_no_text_takes_long(text):
    started = time.perf_counter()
    for move in (moves.stops, moves.restarts, moves.asks_why, moves.asks_where, moves.takes_back, moves.hesitates,
                 moves.goes_back, moves.keeps, moves.asks_for_check, moves.without_check, moves.leaves, moves.instead, moves.numbered, moves.agreement):
        move(text)
    assert time.perf_counter() - started < 1
