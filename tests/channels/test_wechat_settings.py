"""Settings come from credentials.yml or the environment; what is wrong is said in Chinese."""
import pytest

from channels.wechat_settings import NAMES, SettingsError, read

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
GIVEN = {"WECHAT_TOKEN": "t", "WECHAT_APPID": "wx1", "WECHAT_AES_KEY": KEY,
         "WECHAT_SENDER_KEY": "0123456789abcdef"}


def test_without_a_token_the_channel_is_off():
    assert read(None, {}) is None
    assert read({}, {"WECHAT_APPID": "wx1"}) is None


def test_safe_mode_is_the_default_and_nothing_else_is_on():
    found = read(None, GIVEN)
    assert found.account.mode == "safe" and len(found.account.keys) == 1
    assert (found.customer_service, found.trial, found.choices, found.redis) == (False, False, "links", "")


def test_credentials_go_before_the_environment():
    assert read({"appid": "wx2"}, GIVEN).account.appid == "wx2"


def test_the_previous_key_follows_the_present_one():
    found = read(None, {**GIVEN, "WECHAT_PREVIOUS_AES_KEY": "Z" * 42 + "A"})
    assert len(found.account.keys) == 2 and found.account.keys[0] == read(None, GIVEN).account.keys[0]


@pytest.mark.parametrize("value, on", [("yes", True), ("TRUE", True), ("no", False), ("", False)])
def test_a_switch_is_yes_or_no(value, on):
    assert read(None, {**GIVEN, "WECHAT_TRIAL": value}).trial is on
    assert read({"trial": on}, GIVEN).trial is on                # YAML turns yes into true


@pytest.mark.parametrize("change, named", [
    ({"WECHAT_APPID": ""}, "WECHAT_APPID"), ({"WECHAT_AES_KEY": ""}, "WECHAT_AES_KEY"),
    ({"WECHAT_AES_KEY": KEY[1:]}, "WECHAT_AES_KEY"), ({"WECHAT_PREVIOUS_AES_KEY": "x"}, "WECHAT_PREVIOUS_AES_KEY"),
    ({"WECHAT_SENDER_KEY": ""}, "WECHAT_SENDER_KEY"), ({"WECHAT_SENDER_KEY": "short"}, "WECHAT_SENDER_KEY"),
    ({"WECHAT_MODE": "aes"}, "WECHAT_MODE"), ({"WECHAT_CHOICES": "buttons"}, "WECHAT_CHOICES"),
    ({"WECHAT_CHOICES": "msgmenu"}, "WECHAT_CUSTOMER_SERVICE"), ({"WECHAT_CUSTOMER_SERVICE": "yes"}, "WECHAT_SECRET"),
    ({"WECHAT_TRIAL": "maybe"}, "WECHAT_TRIAL"),
])
def test_what_is_missing_or_wrong_is_named(change, named):
    with pytest.raises(SettingsError, match=named):
        read(None, {**GIVEN, **change})


def test_an_unknown_setting_is_refused_for_it_may_be_a_slip():
    with pytest.raises(SettingsError, match="aeskey"):
        read({"aeskey": KEY}, GIVEN)


def test_plain_mode_needs_no_key():
    assert read(None, {**GIVEN, "WECHAT_AES_KEY": "", "WECHAT_MODE": "plain"}).account.keys == ()


def test_no_error_shows_a_secret():
    with pytest.raises(SettingsError) as error:
        read(None, {**GIVEN, "WECHAT_AES_KEY": "wrong-secret-key"})
    assert "wrong-secret-key" not in str(error.value)


def test_every_variable_is_in_the_handbook():
    from pathlib import Path

    handbook = (Path(__file__).parents[2] / "docs" / "wechat.md").read_text("utf-8")
    assert [v for v in NAMES.values() if v not in handbook] == []
