"""Plays WeChat's server: its signatures, its encryption, its three attempts of five seconds.

Written from Tencent's description on `cryptography`, so that an error in the channel's own
envelope cannot hide here. https://developers.weixin.qq.com/doc/oplatform/developers/dev/push/encryption.html
"""
from __future__ import annotations

import asyncio
import base64
import hashlib
import itertools
import os
import random
import re
import struct
import time
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from typing import Sequence

import aiohttp
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

SECONDS, ATTEMPTS, BYTES = 5, 3, 2048
GH = "gh_0123456789ab"
LINK = re.compile(r'<a href="weixin://bizmsgmenu\?msgmenucontent=([^&"]*)&msgmenuid=([^"]*)">([^<]*)</a>')
_numbers = itertools.count(int(time.time() * 1000) * 1000)


@dataclass(frozen=True)
class Account:
    """What an office and Tencent have agreed. `mode`: safe, compat or plain."""

    token: str = "token-of-the-tests"
    appid: str = "wx0123456789abcdef"
    aes_key: str = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
    mode: str = "safe"

    @property
    def _cipher(self) -> Cipher:
        key = base64.b64decode(self.aes_key + "=")
        return Cipher(algorithms.AES(key), modes.CBC(key[:16]))

    def sign(self, *parts: str) -> str:
        """SHA-1 over the token and the parts, sorted."""
        return hashlib.sha1("".join(sorted((self.token, *parts))).encode()).hexdigest()

    def encrypt(self, text: str) -> str:
        """AES-256-CBC of 16 random bytes, the length, the text and the appid."""
        raw = text.encode()
        plain = os.urandom(16) + struct.pack(">I", len(raw)) + raw + self.appid.encode()
        missing = 32 - len(plain) % 32
        padded = plain + bytes([missing]) * missing
        encryptor = self._cipher.encryptor()
        return base64.b64encode(encryptor.update(padded) + encryptor.finalize()).decode()

    def decrypt(self, sealed: str) -> str:
        """The text; AssertionError if the appid is another one."""
        decryptor = self._cipher.decryptor()
        padded = decryptor.update(base64.b64decode(sealed)) + decryptor.finalize()
        plain = padded[:-padded[-1]]
        length = struct.unpack(">I", plain[16:20])[0]
        assert plain[20 + length:].decode() == self.appid
        return plain[20:20 + length].decode()

    def request(self, xml: str, timestamp: int | None = None, nonce: str | None = None,
                shown: str = "") -> tuple[dict[str, str], bytes]:
        """(query, body) of a callback. `shown`: the readable half in compat mode."""
        stamp = str(int(time.time()) if timestamp is None else timestamp)
        nonce = nonce or str(random.randrange(10**10))
        query = {"signature": self.sign(stamp, nonce), "timestamp": stamp, "nonce": nonce,
                 "openid": "o-in-the-query"}
        if self.mode == "plain":
            return query, xml.encode()
        sealed = self.encrypt(xml)
        query |= {"encrypt_type": "aes", "msg_signature": self.sign(stamp, nonce, sealed)}
        readable = (shown or xml[5:-6]) if self.mode == "compat" else f"<ToUserName>{GH}</ToUserName>"
        return query, f"<xml>{readable}<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode()

    def read(self, body: bytes) -> dict[str, str]:
        """Fields of a passive reply, {} for “success”; AssertionError if WeChat would refuse it."""
        if body in (b"", b"success"):
            return {}
        fields = _fields(body.decode())
        if self.mode != "plain":
            signed = self.sign(fields["TimeStamp"], fields["Nonce"], fields["Encrypt"])
            assert signed == fields["MsgSignature"]
            fields = _fields(self.decrypt(fields["Encrypt"]))
        assert fields["FromUserName"] == GH and fields["MsgType"] == "text"
        assert fields["Content"].strip() and len(fields["Content"].encode()) <= BYTES
        return fields


def _fields(xml: str) -> dict[str, str]:
    return {child.tag: child.text or "" for child in ET.fromstring(xml)}


def message(user: str, content: str = "", kind: str = "text", number: int | None = None,
            created: int | None = None, **fields: str) -> str:
    """XML of a message or event; each has its own MsgId unless `number` is given."""
    rows = {"ToUserName": GH, "FromUserName": user, "MsgType": kind, **fields}
    rows |= {"Content": content} if kind == "text" else {}
    rows = {name: value.replace("]]>", "]]]]><![CDATA[>") for name, value in rows.items()}
    marked = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in rows.items())
    end = "" if kind == "event" else f"<MsgId>{number or next(_numbers)}</MsgId>"
    return f"<xml>{marked}<CreateTime>{created or int(time.time())}</CreateTime>{end}</xml>"


def links(text: str) -> list[tuple[str, str, str]]:
    """(what tapping says, its payload, its title) of each link."""
    return [(content, payload, title) for content, payload, title in LINK.findall(text)]


@dataclass
class Delivery:
    """What became of a message. `text` None: WeChat was told “success”, or nothing (`lost`)."""

    text: str | None
    attempts: int
    seconds: list[float] = field(default_factory=list)
    lost: bool = False


class WeChat:
    """WeChat in front of one or more workers; a retry lands on any of them."""

    def __init__(self, urls: Sequence[str], account: Account = Account(),
                 retries: float = 0.0) -> None:
        """`retries`: share of messages with a fault: half asked twice at once, half cut off."""
        self.urls, self.account, self.retries = list(urls), account, retries
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> WeChat:
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()

    async def post(self, query: dict[str, str], body: bytes,
                   seconds: float = SECONDS) -> tuple[int, bytes]:
        """(status, body) of one request. Raises asyncio.TimeoutError, aiohttp.ClientError."""
        timeout = aiohttp.ClientTimeout(total=seconds, ceil_threshold=2 * seconds)
        async with self._session.post(random.choice(self.urls), params=query, data=body,
                                      timeout=timeout) as response:
            return response.status, await response.read()

    async def get(self, query: dict[str, str]) -> tuple[int, str]:
        """(status, body) of the verification of the URL."""
        async with self._session.get(self.urls[0], params=query) as response:
            return response.status, await response.text()

    async def attempt(self, xml: str) -> str | None:
        """Text of the passive reply, None for “success”. Raises as `post`."""
        status, body = await self.post(*self.account.request(xml))
        assert status == 200, status
        return self.account.read(body).get("Content")

    async def deliver(self, xml: str) -> Delivery:
        """Up to three attempts, each signed anew."""
        result = Delivery(None, 0, lost=True)
        for result.attempts in range(1, ATTEMPTS + 1):
            began = time.monotonic()
            try:
                result.text, result.lost = await self._with_faults(xml, result.attempts), False
                return result
            except (asyncio.TimeoutError, aiohttp.ClientError):
                await asyncio.sleep(.05)
            finally:
                result.seconds.append(time.monotonic() - began)
        return result

    async def _with_faults(self, xml: str, attempt: int) -> str | None:
        fault = random.random() / self.retries if self.retries and attempt < ATTEMPTS else 1
        if fault < .5:
            return await self._twice(xml)
        if fault < 1:
            return await asyncio.wait_for(self.attempt(xml), random.uniform(.02, 1))
        return await self.attempt(xml)

    async def _twice(self, xml: str) -> str | None:
        first, second = await asyncio.gather(
            self.attempt(xml), self.attempt(xml), return_exceptions=True)
        for one in (first, second):
            if isinstance(one, BaseException):
                raise one
        assert first == second, "two attempts, two answers"
        return first

    async def say(self, user: str, content: str, choice: str = "") -> str | None:
        """Deliver a text; the reply. `choice`: payload of the link that was tapped."""
        fields = {"bizmsgmenuid": choice} if choice else {}
        return (await self.deliver(message(user, content, **fields))).text
