"""Messages are read, or refused; the openid stays out of everything but the address."""
import pytest

from channels.wechat_envelope import Refused
from channels.wechat_message import citizen_of, parse, reply_xml
from tests.channels.wechat_server import GH, _fields, message

KEY = "a-key-of-the-tests"


def test_a_citizen_is_a_keyed_hash_of_the_openid():
    assert citizen_of("o-a", KEY) == citizen_of("o-a", KEY)
    assert len({citizen_of("o-a", KEY), citizen_of("o-b", KEY), citizen_of("o-a", "other")}) == 3
    assert "o-a" not in citizen_of("o-a", KEY)


def test_nothing_that_is_printed_shows_the_openid():
    one = parse(message("o-secret", "问"), KEY)
    assert "o-secret" not in f"{one} {one!r} {one.key} {one.citizen}"
    assert one.openid == "o-secret"


def test_attempts_of_one_message_share_a_key_and_messages_do_not():
    first, again = (parse(message("o-a", "问", number=1, created=c), KEY).key for c in (5, 6))
    assert first == again
    assert parse(message("o-a", "问", number=2, created=5), KEY).key != first
    assert parse(message("o-b", "问", number=1, created=5), KEY).key != first


def test_events_are_told_apart_by_citizen_second_and_kind():
    keys = {parse(message(user, kind="event", created=second, Event=event, EventKey="k"), KEY).key
            for user in ("o-a", "o-b") for second in (5, 6) for event in ("CLICK", "VIEW")}
    assert len(keys) == 8


@pytest.mark.parametrize("event, key, subscribes", [
    ("subscribe", "", True), ("subscribe", "qrscene_12", True), ("SCAN", "12", False),
])
def test_following_is_recognised_with_and_without_a_qr_code(event, key, subscribes):
    assert parse(message("o-a", kind="event", Event=event, EventKey=key), KEY).subscribes == subscribes


@pytest.mark.parametrize("event, waits", [
    ("subscribe", True), ("CLICK", True), ("SCAN", True), ("VIEW", False), ("LOCATION", False),
    ("unsubscribe", False), ("future_event", False),
])
def test_somebody_waits_only_after_some_events(event, waits):
    assert parse(message("o-a", kind="event", Event=event), KEY).wants_words is waits


TWICE = message("o-a", "问")
TWICE = TWICE.replace("</xml>", TWICE[5:])


@pytest.mark.parametrize("xml", [
    "", "no xml", "<xml></xml>", "<xml><MsgType>text</MsgType></xml>", "<other/>", TWICE,
    message("o-a", "问").replace("xml>", "other>"), message("o-a", "问").replace("<CreateTime>", "<CreateTime>x"),
    message("o-a", "问\0"), "[1]",
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + message("o-a").replace("<![CDATA[]]>", "&e;"),
    "<!DOCTYPE x [<!ENTITY e 'a'>]>" + message("o-a").replace("<![CDATA[]]>", "&e;"),
], ids=range(12))
def test_what_is_no_message_is_refused(xml):
    with pytest.raises(Refused):
        parse(xml, KEY)


def test_a_reply_goes_back_to_the_sender():
    fields = _fields(reply_xml(parse(message("o-a", "问"), KEY), "答：a<b & “c”"))
    assert (fields["ToUserName"], fields["FromUserName"]) == ("o-a", GH)
    assert fields["Content"] == "答：a<b & “c”"
