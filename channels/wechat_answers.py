"""What each kind of WeChat message is answered with: by the bot, from what is owed, or a line."""
from __future__ import annotations

import asyncio
import logging
import re
import time
from dataclasses import dataclass, field
from typing import Any, Awaitable, Callable, Mapping, Sequence

from channels import checks
from channels.turns import Owed, Turns
from channels.wechat_message import Message
from channels.wechat_text import BETWEEN, MORE, PAGE, Link, anchor, choices_of, render
from policy_kb.reply import Choice, Reply, plain_text

log = logging.getLogger(__name__)

STILL = f"还在查，请过几秒再回复“{MORE}”。"
HELLO = "你好"
PRIVACY = (
    "隐私说明：我们不保存您的微信号、头像和昵称，只保存对话文字和一个换算出来的编号；您取消关注，对话即删除。"
    "证件照片请不要发，这里用不到。"
)
WELCOME = "感谢关注。我能回答落户、居住证、养老、医保、住房、上学、土地、低保方面的文件规定，也能帮您看看符不符合落户条件。"
UNKNOWN_KEY = "菜单已经更新。请直接写您想问的话。"
WRITE = "请把想问的写成一句话发来。"
MEDIA = {
    "voice": "这里听不了语音。请打字，或用输入法的语音键把话转成文字再发。",
    "image": f"这里看不了图片。{WRITE}请不要发证件照片。",
    "video": f"这里看不了视频。{WRITE}",
    "shortvideo": f"这里看不了视频。{WRITE}",
    "location": f"回答问题用不到您的位置。{WRITE}",
    "link": f"这里打不开链接。{WRITE}",
}
OTHER = f"这种消息这里看不了。{WRITE}"
EARLIER, PRESENT = "【上一条的答复】", "【这一条的答复】"

LOOK = .2                   # seconds between looks at it
PATIENCE = 3                # seconds that 继续 waits for an answer that is nearly there
RETRY_AGE = 3               # seconds after which a message may be a repetition
# What the bot follows at any time; of “handoff” or “why” the words of the link are understood.
_PAYLOAD = re.compile(rf"[a-z][a-z_]*:[^\s/{{}}]{{1,80}}|interview|resume|restart|{PAGE}")

BotMessages = Sequence[Mapping[str, Any]]
# (citizen, text, key) → the bot's messages; raises whatever goes wrong.
Ask = Callable[[str, str, str], Awaitable[BotMessages]]
# (citizen, key) → what the bot has answered already to this message, or None;
# without a key to the last message of a conversation that still goes on.
Recall = Callable[[str, str | None], Awaitable[BotMessages | None]]


@dataclass(frozen=True)
class Said:
    """An answer in full. `aside`: a line that does not touch what waits behind 继续."""

    text: str
    choices: list[Choice] = field(default_factory=list)
    aside: bool = False


class WeChatAnswers:
    """Answers of one account. `sayings` are the words that a menu key stands for."""

    def __init__(self, turns: Turns, ask: Ask, recall: Recall, sayings: Mapping[str, str],
                 link: Link = anchor) -> None:
        self.turns, self.ask, self.recall = turns, ask, recall
        self.sayings, self.link = sayings, link
        self.rate = checks.Rate()

    async def __call__(self, message: Message) -> Said | None:
        """The answer to a message, or None for an event that wants none."""
        if message.kind == "text":
            return await self._text(message)
        if message.kind == "event":
            return await self._event(message)
        return Said(MEDIA.get(message.kind, OTHER), aside=True)

    async def _text(self, message: Message) -> Said:
        words = _words(message)
        refused = checks.refusal(words) or self._too_fast(message.citizen)
        if refused:
            return Said(plain_text(refused), aside=True)
        if words in (MORE, PAGE):
            return await self._continued(message) or await self._bot(message, MORE)
        return await self._bot(message, words)

    def _too_fast(self, citizen: str) -> Reply | None:
        return None if self.rate.allows(citizen) else checks.too_fast()

    async def _event(self, message: Message) -> Said | None:
        if message.subscribes or message.event == "scan":
            greeting = await self._bot(message, HELLO)
            before = f"{WELCOME}\n{PRIVACY}\n\n" if message.subscribes else ""
            return Said(before + greeting.text, greeting.choices)
        if message.event == "click":
            words = self.sayings.get(message.event_key)
            return await self._bot(message, words) if words else Said(UNKNOWN_KEY, aside=True)
        return None

    async def _bot(self, message: Message, words: str) -> Said:
        try:
            messages = await self._messages(message, words)
            text = render(messages, self.link)
        except Exception as error:      # the words of the error may hold the citizen's
            log.error("turn failed: %s", type(error).__name__)
            messages, text = [], ""
        return await self._with_owed(message, Said(text or checks.BUSY, choices_of(messages)))

    async def _messages(self, message: Message, words: str) -> BotMessages:
        if time.time() - message.created > RETRY_AGE:
            done = await self.recall(message.citizen, message.key)
            if done is not None:
                return done
        return await self.ask(message.citizen, words, message.key)

    async def _with_owed(self, message: Message, said: Said) -> Said:
        """The answer after an earlier one that came too late for its own message."""
        owed = await self.turns.owed(message.citizen)
        if not owed or owed.key in ("", message.key) or not await self.turns.given_up(owed.key):
            return said
        text = f"{EARLIER}\n{owed.text}{BETWEEN}{PRESENT}\n{said.text}"
        return Said(text, said.choices)

    async def _continued(self, message: Message) -> Said | None:
        """What was promised or is owed; None if nothing is."""
        key = await self.turns.promised(message.citizen)
        if key:
            return await self._promised(message.citizen, key)
        owed = await self.turns.owed(message.citizen)
        if owed is None:                # a restart has lost it: better read twice than not at all
            last = await self.recall(message.citizen, None)
            owed = Owed(render(last or [], self.link))
        return Said(owed.text) if owed.text else None

    async def _promised(self, citizen: str, key: str) -> Said | None:
        """The answer that was promised, in full; None if it has got lost."""
        end = time.monotonic() + PATIENCE
        while (reply := await self.turns.reply(key)) is None and await self.turns.working(key):
            if time.monotonic() > end:
                return Said(STILL, aside=True)
            await asyncio.sleep(LOOK)
        await self.turns.promise(citizen, "")
        return Said(reply.text) if reply and reply.text else None


def _words(message: Message) -> str:
    """What the bot is told: the payload of a link, however old, or what was typed.

    The words of a link to an entry are no statement of the citizen: they may say “住满2年以上”.
    """
    return message.choice if _PAYLOAD.fullmatch(message.choice) else checks.clean(message.text)
