"""What a message does to the talk rather than answers: stops, goes back, takes back, asks why.

All take text as `normalize` leaves it.
"""
from __future__ import annotations

import re

STOP = re.compile(
    r"^(?:算了|先?(?:不|别)[说问查看弄整做答测]|退出|取消|停|停止|停下|打住|中断|结束|不想(?:再|继续)?[说问查弄答]|先这样|先放着"
    r"|(?:回头|改天|下次)再?[说问查来]?|拉倒|到此为止|没时间|先?到这(?:里|儿)?|我?(?:先)?不(?:说|问|查|弄|整|做|答|测|玩))"
    r"[了啦吧。！!，,]*(?:先?不[说问查弄整][了啦]?|再说吧?|算了|回头再说吧?)?[了啦吧。！]*$"
)
_THIS = r"(?:这|那)(?:个|事|些|块|茬)*儿?(?:事儿?|问题|话题)?"
_TALK = r"[说问查看弄整做答谈聊唠测提管]"
_ELSE = r"(?:别的|其[他它]的?|另外的|旁的)"
_OFF = r"(?:放[一]?放|放下|放着|放|搁[下着]|撂[下着]|等等|(?:不|别|甭)" + _TALK + r"了?)"
LEAVE = re.compile(
    r"^(?:算了|得了|好了|行了|对了|等等|等一?下|好|行|得|嗯|哎|唉|那|哦)*[，,]?(?:我|俺|咱)*们?(?:"
    rf"先?(?:不想|不要|不用|不|别|甭|莫)(?:再|先|老)?{_TALK}了?我?{_THIS}"
    rf"|先(?:不|别|甭){_TALK}(?=了?[，,])"
    rf"|(?:等会儿?|一会儿?|待会儿?|回头|以后|改天)再{_TALK}(?:{_THIS}|吧|(?=[，,]))"
    rf"|(?:{_THIS}|[^，。？！,]{{1,8}})(?:就|咱)?先{_OFF}(?=[了吧啊]*[，,])"
    rf"|换(?:一?个|点)(?:别的|话题|问题|事儿?)?(?:{_TALK})?(?=$|[了吧呗啊，,。]|{_TALK})"
    rf"|(?:先|还|再|也)?(?:想|要|来)?(?:再|先)?(?:{_TALK}|打听|咨询|了解)(?:一?[下点个些])?{_ELSE}(?:事儿?|问题|东西)?"
    r")(?:了|吧|啊|呗|哈)*[，。！；,; ]*"
)
STOP_FIRST = re.compile(rf"^(?:算了|拉倒|不{_TALK}了|先不{_TALK}了)[了吧啊]*[，。！,]+(?=.)")
HELP = re.compile(r"^(?:那|再|麻烦|请)*(?:帮|给|替)(?:我|俺|咱|忙)们?")
NOTHING_ELSE = re.compile(r"换|" + _ELSE)
RESTART = re.compile(r"^(?:我?(?:要|想))?(?:重新(?:开始|来|填|查|测|问|答|做)|从头(?:开始|来|再来|问|查)?|重来|重头来|全部重来|清空)"
                     r"(?:一遍|一次|一下|过)?[吧了啊。！]*$")
KEEP = re.compile(r"^(?:算了)?[，,]?(?:那?就?(?:还是)?不改|不用改|不变|没变|保持原样|还是原来的?)[了吧啦。]*$")
WHY = re.compile(
    r"为(?:什么|啥)(?:要|得|还要)?(?:问|知道|说这|填这|需要(?:知道|问|这|我))|为(?:什么|啥)[？?呀啊呢]*$|(?:凭什么|凭啥|干嘛|干啥|干吗)要?问"
    r"|^(?:凭什么|凭啥)[？?呀啊]*$|问(?:这|那|我)?(?:个|些|么多)?(?:干嘛|干啥|干什么|做什么|做啥|有什么用|有啥用|有用吗)"
    r"|^(?:这|这个|这话|这题|这个?问题|你|您|你这)?(?:是|的)?(?:什么|啥)意思[？?啊呀]*$"
    r"|^我?(?:没|不|看不|听不)(?:太)?(?:看|听)?(?:懂|明白)[了啊呀。]*$"
)
WHERE = re.compile(r"^(?:这个?|那)?(?:[在去上到]|应该)?(?:哪|哪里|哪儿|啥地方)(?:能|可以)?(?:查|看|问|写着)[到得着]?[？?啊呀呢]*$"
                   r"|^(?:这个?|那)?(?:怎么|咋)(?:查|看出来|知道|晓得)[？?啊呀呢]*$")
TAKEN_BACK = re.compile(
    r"(?<!证)(?<!名字)(?<!信息)(?<!证上)(?:说|答|选|点|记|填|弄|搞|写|打|按|看)错|改成|改一下|改为|改下|更正|纠正|要改|重新说|说反|说的?不对"
)
HESITATION = re.compile(r"其实|不对[，,。！ ]|^不对|应该是|^不是(?=[，,])|刚才|实际上|我是说|准确地?说")
CONTRAST = re.compile(r"(?:不是|并非|没有?)[^，。；,;是]{1,12}[，,]?(?:而|应该|其实)?是(?!不是)")
BACK = re.compile(r"^(?:返回|后退|上一?[题步个]|退回去?|(?:返回|回到|退到|回)(?:上一?[题步个]|前一?[题步个]|上面)|前一?[题步个])(?:问题)?[吧。！]*$")
CALLED = re.compile(r"^(?:把|回到?|看)?第\s*[0-9一二三四五六七八九十]{1,3}\s*(?:道|个)?(?:问?题|问)")
NUMBERED = re.compile(r"第\s*([0-9]{1,2}|[一二三四五六七八九十]{1,3})\s*(?:道|个)?(?:题|问|个)(?:问题|题)?")
AFFIRMED = re.compile(r"^(?:(?:是|对|嗯|没错|没问题|好|行|可以|中|成|妥|ok|正确|都对|全对)[的了啊呀吧呢嘞呐哒滴]*[，。！!,. ]*)+(?=$|[^，。！!,. ])")
DENIED = re.compile(r"^(?:不是|不对|不|没有|错了|有错|不全对|不太对|否)[的了啊呀吧]*(?:$|[，。！!,. ]+)")
CHECK = re.compile(
    r"(?:帮|给|替)(?:我|俺|忙|咱)?(?:们|家)?[^，。？！]{0,6}?(?:查|看|算|测|评估|判断|核对)(?:一?[下查看算测]|算|看|查|个|能|够|符)|[查看算测](?:一[查看算测]|一下|看|查|查看)(?:我|俺)?[^，。]{0,4}(?:能|够|符)"
    r"|^(?:你好|您好|请问)*[，,]?(?:我|俺)(?:们|家|这种?情况|这样的?|这个条件)?(?:到底)?(?:能|可以|可不可以|能不能|够|够不够|符合|符不符合)"
    r"[^，。？]{0,4}(?:落户|落户口|条件|迁户口|上户口)(?:吗|不|么|呢|了?吧)?[？?。]*$"
)
OWN_CASE = re.compile(
    r"^(?:我|俺|咱|他|她)?(?:们|家|的|这种?|这样|那)*(?:情况|条件)?(?:到底|究竟)?"
    r"(?:能不能|能否|可不可以|够不够|符不符合|是否符合|行不行|可以|符合|能|够)(?:落户口?|落|迁户口?|上户口?|条件|资格)*"
    r"(?:吗|不|么|呢)?(?=$|[，。？！])"
)
FILLER = " ，,。、！!的了我呢吧啊"
NUMERALS = {c: n for n, c in enumerate("一二三四五六七八九", 1)}


def stops(plain: str) -> bool:
    """Whether the person wants to leave it for now."""
    return bool(STOP.match(plain))


def leaves(plain: str) -> str | None:
    """What is said after words that leave the matter for another: 先不说这个，医保呢 → 医保呢.

    "" if the other matter is not named; None if no such words begin the message.
    """
    found = LEAVE.match(plain) or STOP_FIRST.match(plain)
    if found is None:
        return None
    rest = plain[found.end():]
    return rest if rest or NOTHING_ELSE.search(plain) else None


def without_help(plain: str) -> str:
    """What is wanted, without 帮我, 给俺 before it."""
    return HELP.sub("", plain)


def restarts(plain: str) -> bool:
    """Whether the person wants to begin anew."""
    return bool(RESTART.match(plain))


def keeps(plain: str) -> bool:
    """Whether an answer that is asked again is to stay as it was."""
    return bool(KEEP.match(plain))


def asks_why(plain: str) -> bool:
    """Whether the reason of a question is asked for."""
    return bool(WHY.search(plain))


def asks_where(plain: str) -> bool:
    """Whether it is asked where the answer can be found."""
    return bool(WHERE.search(plain))


def asks_for_check(plain: str) -> bool:
    """Whether it is asked to look into the writer's own case."""
    return bool(CHECK.search(plain))


def without_check(plain: str) -> str:
    """What is said beside the wish to look into one's case, and to know whether it is one."""
    found = CHECK.search(plain)
    return plain[:found.start()] + OWN_CASE.sub("", plain[found.end():]) if found else plain


def goes_back(plain: str) -> bool:
    """Whether the question before is wanted again."""
    return bool(BACK.match(plain))


def takes_back(plain: str) -> bool:
    """Whether it is said outright that an answer was wrong."""
    return bool(TAKEN_BACK.search(plain) or CALLED.match(plain)) or goes_back(plain)


def hesitates(plain: str) -> bool:
    """Whether words may take back an answer, depending on what follows."""
    return bool(HESITATION.search(plain) or CONTRAST.search(plain))


def instead(plain: str) -> str:
    """What is left of a correction when the words that correct are gone: 不是三年，是两年 → 两年."""
    rest = CONTRAST.sub(" ", plain)
    return HESITATION.sub(" ", TAKEN_BACK.sub(" ", rest)).strip(FILLER)


def numbered(plain: str) -> tuple[int, str] | None:
    """The number of the question that is named, and what is said of it; None if none is."""
    found = NUMBERED.search(plain)
    if not found:
        return None
    return _number(found[1]), instead(plain[found.end():])


def _number(words: str) -> int:
    if words.isdigit():
        return int(words)
    tens, ten, units = words.rpartition("十")
    return (NUMERALS.get(tens, 1) * 10 if ten else 0) + NUMERALS.get(units, 0)


def agreement(plain: str) -> tuple[bool | None, str]:
    """Yes (True), no (False) or neither (None) at the beginning, and the rest of the words."""
    for said, words in ((False, DENIED), (True, AFFIRMED)):
        found = words.match(plain)
        rest = plain[found.end():] if found else plain
        if found and (not rest or found[0][-1] in "，。！!,. "):
            return said, rest
    return None, plain
