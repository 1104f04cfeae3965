"""One message or event from WeChat, and the XML of the reply to it."""
from __future__ import annotations

import hashlib
import hmac
import time
from dataclasses import dataclass

from wechatpy import parse_message
from wechatpy.replies import TextReply

from channels.wechat_envelope import Refused

ANSWERED_EVENTS = ("scan", "click")


@dataclass(frozen=True)
class Message:
    """What a citizen sent.

    `citizen` is a keyed hash of the openid: what Rasa, stores and logs see. `openid` is only for
    addressing the reply. `key` is the same for every attempt at delivering the same message.
    `kind` is WeChat's MsgType; `event` is empty but for kind "event". `created`: Unix seconds.
    """

    openid: str
    account: str
    citizen: str
    key: str
    kind: str
    text: str
    choice: str
    event: str
    event_key: str
    created: int

    @property
    def subscribes(self) -> bool:
        """Whether somebody begins to follow the account, by a QR code or otherwise."""
        return self.event.startswith("subscribe")

    @property
    def wants_words(self) -> bool:
        """Whether the citizen waits for an answer."""
        return self.kind != "event" or self.subscribes or self.event in ANSWERED_EVENTS

    def __repr__(self) -> str:
        return f"Message({self.key}, {self.kind} {self.event})"


def citizen_of(openid: str, secret: str) -> str:
    """Sender id inside Rasa: cannot be turned back into the openid without `secret`."""
    return "wx-" + hmac.new(secret.encode(), openid.encode(), hashlib.sha256).hexdigest()[:40]


def parse(xml: str, secret: str) -> Message:
    """Read WeChat's XML. Raises Refused for anything that is not a message."""
    try:
        data = parse_message(xml)._data
        fields = {k: v for k, v in data.items() if isinstance(v, str)}
        return _message(fields, secret)
    except Exception as error:      # wechatpy raises many kinds on odd XML; none is worth telling
        raise Refused(f"not a message: {type(error).__name__}") from None


def _message(fields: dict[str, str], secret: str) -> Message:
    citizen = citizen_of(fields["FromUserName"], secret)
    event = fields.get("Event", "").lower()
    number = fields.get("MsgId") or f"{int(fields['CreateTime'])}:{event}"
    return Message(
        openid=fields["FromUserName"], account=fields["ToUserName"], citizen=citizen,
        key=f"{citizen}:{number}", kind=fields["MsgType"].lower(), text=fields.get("Content", ""),
        choice=fields.get("bizmsgmenuid", ""), event=event,
        event_key=fields.get("EventKey", ""), created=int(fields["CreateTime"]),
    )


def reply_xml(message: Message, text: str) -> str:
    """Passive reply with `text`, which must be `wechat_text.harmless`: wechatpy escapes nothing."""
    return TextReply(content=text, source=message.account, target=message.openid,
                     time=int(time.time())).render()
