"""Only what WeChat has signed for this account, now, gets in; what goes out WeChat can open."""
import base64
import json
import os
import time
import xml.etree.ElementTree as ET

import pytest

from channels.wechat_envelope import (
    LARGEST_BODY, OLDEST, Account, Refused, decode_key, echo, open_envelope, sign,
)
from tests.channels import wechat_server
from tests.channels.wechat_server import message

THEIRS = wechat_server.Account()
PREVIOUS = "Z" * 42 + "A"


def now() -> int:
    """Seconds, as WeChat stamps its requests: taken when a test runs, not when it is collected."""
    return int(time.time())

# Tencent's worked example: token, key, appid, and what comes of them.
# https://developers.weixin.qq.com/doc/oplatform/developers/dev/push/encryption.html
EXAMPLE = Account("AAAAA", "wxba5fad812f8e6fb9", (decode_key("A" * 43),))
CIPHERTEXT = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcv"
    "ZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3F"
    "n2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSe"
    "OBrebufAlr7F9mFUPAJGj04="
)


def ours(mode: str = "safe", *keys: str) -> Account:
    found = tuple(decode_key(k) for k in keys or (THEIRS.aes_key,))
    return Account(THEIRS.token, THEIRS.appid, found, mode)


def theirs(mode: str) -> wechat_server.Account:
    return wechat_server.Account(mode=mode)


def is_refused(account: Account, query: dict, body: bytes, status: int = 403) -> bool:
    with pytest.raises(Refused) as refused:
        open_envelope(account, query, body)
    return refused.value.status == status


def test_tencents_example_of_the_verification():
    query = {"signature": "f464b24fc39322e44b38aa78f5edd27bd1441696", "timestamp": "1714036504",
             "nonce": "1514711492", "echostr": "4375120948345356249"}
    assert echo(EXAMPLE, query, now=1714036504) == "4375120948345356249"


def test_tencents_example_of_a_plain_signature():
    assert sign("AAAAA", "1714037059", "486452656") == "899cf89e464efb63f54ddac96b0a0a235f53aa78"


def test_tencents_example_of_an_encrypted_message():
    query = {"encrypt_type": "aes", "timestamp": "1714112445", "nonce": "415670741",
             "msg_signature": "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"}
    body = f"<xml><ToUserName><![CDATA[gh_97417a04a28d]]></ToUserName><Encrypt><![CDATA[{CIPHERTEXT}]]></Encrypt></xml>"
    opened = open_envelope(EXAMPLE, query, body.encode(), now=1714112445)
    assert json.loads(opened.xml)["debug_str"] == "hello world"


@pytest.mark.parametrize("mode", ["safe", "compat", "plain"])
def test_a_message_in_the_agreed_mode_is_opened_and_its_reply_can_be_read(mode):
    xml = message("o-a", "有居住证能落户吗")
    envelope = open_envelope(ours(mode), *theirs(mode).request(xml))
    assert envelope.xml == xml
    reply = f"<xml><FromUserName>{wechat_server.GH}</FromUserName><MsgType>text</MsgType><Content>能😀</Content></xml>"
    assert theirs(mode).read(envelope.seal(reply).encode())["Content"] == "能😀"


@pytest.mark.parametrize("mode", ["safe", "compat"])
def test_a_plain_message_is_a_downgrade(mode):
    query, body = theirs("plain").request(message("o-a", "问"))
    assert is_refused(ours(mode), query, body)
    assert is_refused(ours(mode), {**query, "encrypt_type": "raw"}, body)
    assert is_refused(ours(mode), {**query, "encrypt_type": "aes"}, body)


def test_an_encrypted_message_in_plain_mode_is_refused():
    assert is_refused(ours("plain"), *theirs("safe").request(message("o-a", "问")))


def test_in_compat_mode_the_readable_half_does_not_count():
    query, body = theirs("compat").request(message("o-a", "真的"), shown="<Content>冒名的</Content>")
    assert "真的" in open_envelope(ours("compat"), query, body).xml


def test_the_previous_key_opens_and_seals_what_it_has_opened():
    old = wechat_server.Account(aes_key=PREVIOUS)
    envelope = open_envelope(ours("safe", THEIRS.aes_key, PREVIOUS), *old.request(message("o-a", "问")))
    reply = f"<xml><FromUserName>{wechat_server.GH}</FromUserName><MsgType>text</MsgType><Content>答</Content></xml>"
    assert old.read(envelope.seal(reply).encode())["Content"] == "答"
    assert is_refused(ours("safe"), *old.request(message("o-a", "问")))


def test_another_appid_inside_is_refused():
    other = wechat_server.Account(appid="wx0000000000000000")
    assert is_refused(ours(), *other.request(message("o-a", "问")))


@pytest.mark.parametrize("mode", ["safe", "plain"])
@pytest.mark.parametrize("change", [
    {"signature": "0" * 40, "msg_signature": "0" * 40}, {"signature": "", "msg_signature": ""},
    {"nonce": "7"}, {"timestamp": "1700000000"}, {"signature": "签", "msg_signature": "签"},
])
def test_a_changed_query_is_refused(mode, change):
    query, body = theirs(mode).request(message("o-a", "问"))
    assert is_refused(ours(mode), {**query, **change}, body)


def test_no_query_at_all_is_refused():
    assert is_refused(ours("plain"), {}, b"<xml></xml>")


@pytest.mark.parametrize("off", [-OLDEST - 5, OLDEST + 5, -86400, 86400])
@pytest.mark.parametrize("mode", ["safe", "plain"])
def test_a_timestamp_outside_the_window_is_refused(mode, off):
    assert is_refused(ours(mode), *theirs(mode).request(message("o-a", "问"), timestamp=now() + off))


@pytest.mark.parametrize("off", [-OLDEST + 30, OLDEST - 30])
def test_a_timestamp_inside_the_window_is_taken(off):
    assert open_envelope(ours(), *THEIRS.request(message("o-a", "问"), timestamp=now() + off))


@pytest.mark.parametrize("stamp", ["", "abc", "-5", "1e9", "９９", "9" * 400])
def test_a_timestamp_that_is_no_number_is_refused(stamp):
    query, body = THEIRS.request(message("o-a", "问"))
    assert is_refused(ours(), {**query, "timestamp": stamp}, body)


@pytest.mark.parametrize("sealed", ["", "AA==", "not base64 !!", base64.b64encode(os.urandom(64)).decode()])
def test_signed_noise_is_refused(sealed):
    query, _ = THEIRS.request(message("o-a", "问"))
    query["msg_signature"] = THEIRS.sign(query["timestamp"], query["nonce"], sealed)
    assert is_refused(ours(), query, f"<xml><Encrypt><![CDATA[{sealed}]]></Encrypt></xml>".encode())


LAUGHS = "<!DOCTYPE l [<!ENTITY a0 'ha'>" + "".join(
    f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 10)) + "]>"


@pytest.mark.parametrize("body", [
    b"", b"no xml", b"<xml></xml>", b"<other><Encrypt>a</Encrypt></other>", "<xml><Encrypt>养".encode("gb18030"),
    b"<xml><Encrypt>a</Encrypt><Encrypt>b</Encrypt></xml>", b"<xml><Encrypt><a>b</a></Encrypt></xml>",
    (LAUGHS + "<xml><Encrypt>&a9;</Encrypt></xml>").encode(),
    b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><xml><Encrypt>&e;</Encrypt></xml>',
    b"<xml>" * 5000 + b"</xml>" * 5000,
], ids=range(10))
def test_an_envelope_that_is_none_is_refused_at_once(body):
    began = time.monotonic()
    assert is_refused(ours(), THEIRS.request(message("o-a", "问"))[0], body)
    assert time.monotonic() - began < 1


def test_a_body_that_is_too_large_is_refused_before_it_is_read():
    query, _ = THEIRS.request(message("o-a", "问"))
    assert is_refused(ours(), query, b"x" * (LARGEST_BODY + 1), 413)


def test_every_reply_is_sealed_anew():
    envelope = open_envelope(ours(), *THEIRS.request(message("o-a", "问")))
    first, second = (ET.fromstring(envelope.seal("<xml/>")).findtext("Encrypt") for _ in range(2))
    assert first != second


@pytest.mark.parametrize("change", [
    {"signature": "0" * 40}, {"signature": ""}, {"nonce": "1"}, {"timestamp": "0"}, {"echostr": ""},
])
def test_a_verification_that_is_not_wechats_is_refused(change):
    stamp = str(now())
    query = {"signature": THEIRS.sign(stamp, "5"), "timestamp": stamp, "nonce": "5", "echostr": "e"}
    assert echo(ours(), query) == "e"
    with pytest.raises(Refused):
        echo(ours(), {**query, **change})


@pytest.mark.parametrize("key", ["", "A" * 42, "A" * 44, "!" * 43, "中" * 43])
def test_a_key_that_is_no_key_is_an_error_in_words(key):
    with pytest.raises(ValueError, match="43"):
        decode_key(key)
