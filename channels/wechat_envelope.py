"""The envelope of WeChat's callbacks: signature, age, encryption, and nothing that gets past them.

https://developers.weixin.qq.com/doc/oplatform/developers/dev/push/encryption.html
"""
from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass
from typing import Callable, Mapping

import xmltodict
from wechatpy.crypto import PrpCrypto

MODES = ("safe", "compat", "plain")
LARGEST_BODY = 64 * 1024        # bytes; WeChat's largest messages have some kilobytes
OLDEST = 300                    # seconds between WeChat's clock and ours

Query = Mapping[str, str]


class Refused(Exception):
    """The request is not WeChat's, or not acceptable. `status` is for HTTP."""

    def __init__(self, reason: str, status: int = 403) -> None:
        super().__init__(reason)
        self.status = status


class _Cipher(PrpCrypto):
    """wechatpy's cipher; the random prefix must come from a source meant for secrets."""

    def get_random_string(self) -> str:
        return secrets.token_hex(8)


def decode_key(text: str) -> bytes:
    """The AES key (32 bytes) of an EncodingAESKey (43 characters). Raises ValueError."""
    try:
        key = base64.b64decode(text + "=")
    except (binascii.Error, ValueError):
        key = b""
    if len(text) != 43 or len(key) != 32:
        raise ValueError("EncodingAESKey 应当是 43 位字母和数字。")
    return key


@dataclass(frozen=True)
class Account:
    """What the office and WeChat have agreed. `keys` are AES keys, the present one first."""

    token: str
    appid: str
    keys: tuple[bytes, ...] = ()
    mode: str = "safe"


@dataclass(frozen=True)
class Envelope:
    """An opened message: its XML, the signature that belongs to it, and how to seal a reply."""

    xml: str
    signature: str
    seal: Callable[[str], str]


def sign(*parts: str) -> str:
    """WeChat's signature: SHA-1 of the sorted parts."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()


def _check_signature(given: str, *parts: str) -> None:
    if not hmac.compare_digest(sign(*parts).encode(), given.encode()):
        raise Refused("wrong signature")


def _check_age(timestamp: str, now: float) -> None:
    if not (timestamp.isascii() and timestamp.isdigit()):
        raise Refused("no timestamp")
    if abs(now - int(timestamp[:12])) > OLDEST:
        raise Refused("too old")


def echo(account: Account, query: Query, now: float | None = None) -> str:
    """Answer to the verification of the URL. Raises Refused."""
    timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
    _check_signature(query.get("signature", ""), account.token, timestamp, nonce)
    _check_age(timestamp, time.time() if now is None else now)
    if not query.get("echostr"):
        raise Refused("no echostr")
    return query["echostr"]


def open_envelope(account: Account, query: Query, body: bytes,
                  now: float | None = None) -> Envelope:
    """Check and decrypt a callback. Raises Refused.

    In safe and compat mode only the encrypted part counts: a plain message is a downgrade.
    """
    if len(body) > LARGEST_BODY:
        raise Refused("too large", 413)
    encrypted = query.get("encrypt_type", "raw") == "aes"
    if encrypted != (account.mode != "plain"):
        raise Refused("wrong mode")
    _check_age(query.get("timestamp", ""), time.time() if now is None else now)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("not UTF-8") from None
    return _open_sealed(account, query, text) if encrypted else _open_plain(account, query, text)


def _open_plain(account: Account, query: Query, text: str) -> Envelope:
    signature = query.get("signature", "")
    _check_signature(signature, account.token, query["timestamp"], query.get("nonce", ""))
    return Envelope(text, signature, lambda xml: xml)


def _open_sealed(account: Account, query: Query, text: str) -> Envelope:
    sealed, signature = _sealed(text), query.get("msg_signature", "")
    timestamp, nonce = query["timestamp"], query.get("nonce", "")
    _check_signature(signature, account.token, timestamp, nonce, sealed)
    for key in account.keys:
        xml = _decrypted(key, sealed, account.appid)
        if xml is not None:
            return Envelope(xml, signature, lambda reply: _sealed_reply(account, key, reply))
    raise Refused("cannot be decrypted")


def _sealed(text: str) -> str:
    try:
        sealed = xmltodict.parse(text)["xml"]["Encrypt"]
    except Exception as error:      # the parser raises many kinds on what strangers send
        raise Refused(f"not an envelope: {type(error).__name__}") from None
    if not isinstance(sealed, str):
        raise Refused("not an envelope")
    return sealed


def _decrypted(key: bytes, sealed: str, appid: str) -> str | None:
    try:
        return _Cipher(key).decrypt(sealed, appid)
    except Exception:               # wrong key, wrong padding, another account: all the same here
        return None


def _sealed_reply(account: Account, key: bytes, xml: str) -> str:
    """The reply under the key that opened the message: WeChat may still use the previous one."""
    sealed = _Cipher(key).encrypt(xml, account.appid).decode()
    timestamp, nonce = str(int(time.time())), str(secrets.randbelow(10**10))
    signature = sign(account.token, timestamp, nonce, sealed)
    return (
        f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt>"
        f"<MsgSignature><![CDATA[{signature}]]></MsgSignature>"
        f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
    )
