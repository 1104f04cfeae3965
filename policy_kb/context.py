"""What a message leaves out: “要多久”, “那孩子呢”, “公积金”, completed to questions of their own.

Nothing is guessed about people: a completed question goes through the matcher like any other.
"""
from __future__ import annotations

import re
from typing import Mapping

from policy_kb.entries import Entry

LONGEST = 14        # a longer message speaks for itself
BARE = 8            # a longer message is no mere name of a subject
GENERAL = "落户"    # what is meant where nothing was said before

SUBJECTS: Mapping[str, tuple[str, ...]] = {
    "ask_settlement": ("落户", "户口", "迁户", "上户"),
    "ask_residence_permit": ("居住证", "暂住证"),
    "ask_pension": ("养老保险", "养老金", "养老", "退休金", "社保", "失业金"),
    "ask_medical": ("医保", "新农合", "合作医疗", "医疗保险", "报销"),
    "ask_housing": ("公积金", "公租房", "经适房", "经济适用房", "廉租房", "公共租赁住房", "保障房", "住房"),
    "ask_schooling": ("上学", "入学", "高考", "中考", "转学", "念书", "读书", "学籍"),
    "ask_land": ("土地", "承包地", "宅基地", "分红", "集体收益", "三权", "退地"),
    "ask_welfare": ("低保", "救助"),
}
ONCE_SETTLED = r"落户(?:以|之)?后"          # before a subject that is meant for then
_FRAMES: Mapping[str, str] = {
    "ask_settlement": "{new}能落户吗", "ask_residence_permit": "{new}能落户吗",
    "ask_procedure": "{new}能落户吗", "ask_housing": "{new}能申请{subject}吗",
    "ask_welfare": "{new}能申请{subject}吗", "ask_schooling": "{new}上学怎么办",
    "ask_medical": "{new}落户后{subject}怎么接",
}
_ASPECT = re.compile(
    r"(?:什么|啥|哪些|哪几样)(?:材料|手续|证件?|条件|要求|东西|时候)?|多久|多长|几天|几个月|多少|收费|要钱|花钱|费用|材料|手续|证件|啥证|什么证|条件|要求|(?:去|在|到|上)哪|哪里|哪儿|哪办|找谁"
    r"|部门|窗口|电话|怎么|咋|如何|流程|网上|手机|代办|本人|预约|上班|期限|什么时候|啥时候|能办|有效|依据"
)
_LIGHT = re.compile(r"[钱办理申请弄整做开要带得需用交能可以吗呢才会可是有个大概一般总共一共到底完下来好成个的了啊呀，。？！ 里儿]+")
_LEANS = re.compile(r"^(?:那|那么|还有|也|要是|如果|假如|万一)|呢$|也是吗|一样吗|也行吗|也能吗|也可以吗|也这样吗")
_LEAD = re.compile(r"^(?:请问|那么?|还有|也|要是|如果|假如|万一|这个|这|它|，| )+")
_TAIL = re.compile(r"(?:呢|也是(?:这样)?吗|也?一样吗|也行吗|也能吗|也可以吗|也这样吗|怎么样|咋样|啊|呀|吗|的话|？|。|，| )+$")
_EMPTY = re.compile(r"(?:我?想?(?:问|咨询|了解)(?:一?下|问)?|关于|有关|的?(?:事情?|问题|政策|规定|情况|方面|相关)|一下|怎么(?:办|弄|规定)|咋(?:办|整)|有哪些|[的呢吗，。？！ ])")

_WISH = re.compile(
    r"^(?:(?:我|俺|咱)们?|再|还|也|先|另外|顺便|寻思|想|要|得|来|打算|那)*"
    r"(?:问|查|看|说|聊|唠|谈|了解|咨询|打听)(?:一?下|一?[问查看说聊唠谈]|咨询|打听)*(?:关于|有关)?"
)
_OWN = re.compile(r"^(?:我家|俺家|家里|老家)?的?(?:孩子|小孩|娃)?的?(?=上学|入学|念书|读书|土地|承包地|宅基地)")
_ABOUT = re.compile(r"(?:的?(?:那|这)(?:块|边)儿?|的?事儿?|啥的|什么的|[吧呗哈了])+$")


def subject_of(text: str) -> tuple[str, str] | None:
    """(topic, word) of the first subject that `text` names."""
    found = [(text.index(word), -len(word), topic, word)
             for topic, words in SUBJECTS.items() for word in words if word in text]
    return min(found)[2:] if found else None


def bare_subject(plain: str) -> tuple[str, str] | None:
    """(topic, word) if normalised text says nothing but the name of a subject: “那医保呢”."""
    if len(plain) > LONGEST:
        return None
    said = _ABOUT.sub("", _OWN.sub("", _WISH.sub("", _core(plain))))
    named = subject_of(said) if len(said) <= BARE else None
    if named is None or _EMPTY.sub("", said.replace(named[1], "", 1)):
        return None
    return named


def _core(plain: str) -> str:
    return _TAIL.sub("", _LEAD.sub("", plain))


def subject(entry: Entry | None) -> tuple[str, str]:
    """(topic, word) by which an entry's subject is called; the general one for None."""
    if entry is None or entry.topic not in SUBJECTS:
        return "ask_settlement", GENERAL
    words = SUBJECTS[entry.topic]
    return entry.topic, next((w for w in words if w in entry.title), words[0])


def leans(plain: str) -> bool:
    """Whether normalised text is put as an addition to something said before: “那我爸呢”."""
    return len(plain) <= LONGEST and bool(_LEANS.search(plain))


def completions(plain: str, last: Entry | None) -> tuple[str, ...]:
    """Full questions that short normalised text may stand for after entry `last` was shown.

    Empty if the message speaks for itself.
    """
    new, named = _core(plain), subject_of(plain)
    if not new or len(plain) > LONGEST:
        return ()
    topic, word = subject(last)
    if _ASPECT.search(plain):
        whole = not _LIGHT.sub("", _ASPECT.sub("", new))
        return (f"{word}{new}",) if not named and (whole or last is not None) else ()
    if last is None or not leans(plain):
        return ()
    frame = _FRAMES.get(topic, "{new}的{subject}怎么办").format(new=new, subject=word)
    elsewhere = named and named[0] != topic
    return (f"落户后{new}怎么办" if elsewhere else f"{word}{new}", frame)
