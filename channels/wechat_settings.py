"""Settings of the WeChat channel: from credentials.yml, else from the environment `WECHAT_…`."""
from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, Mapping, Sequence

from channels.wechat_api import URL
from channels.wechat_envelope import MODES, Account, decode_key

NAMES = {
    "token": "WECHAT_TOKEN", "appid": "WECHAT_APPID", "aes_key": "WECHAT_AES_KEY",
    "previous_aes_key": "WECHAT_PREVIOUS_AES_KEY", "mode": "WECHAT_MODE",
    "sender_key": "WECHAT_SENDER_KEY", "secret": "WECHAT_SECRET",
    "customer_service": "WECHAT_CUSTOMER_SERVICE", "choices": "WECHAT_CHOICES",
    "redis": "WECHAT_REDIS", "api_url": "WECHAT_API_URL", "trial": "WECHAT_TRIAL",
}
CHOICES = ("links", "numbers", "msgmenu")
SWITCH = ("yes", "true", "no", "false")     # YAML turns yes into true
SHORTEST_SENDER_KEY = 16


class SettingsError(ValueError):
    """A setting is missing or wrong; the message is a Chinese sentence."""


@dataclass(frozen=True)
class Settings:
    """A checked set. `secret` is empty if no API is used; `redis` is empty for one worker.

    `customer_service`: the account may send messages by itself. `trial`: test endpoints are open.
    """

    account: Account
    sender_key: str
    secret: str
    customer_service: bool
    choices: str
    redis: str
    api_url: str
    trial: bool


def read(credentials: Mapping[str, Any] | None,
         environment: Mapping[str, str] = os.environ) -> Settings | None:
    """The settings, or None when no token is set: then the channel is off. Raises SettingsError."""
    given = credentials or {}
    unknown = sorted(set(given) - set(NAMES))
    if unknown:
        raise SettingsError(f"credentials.yml 的微信部分有不认识的项：{'、'.join(unknown)}。")
    values = {
        name: str(given.get(name) or environment.get(variable, "")).strip()
        for name, variable in NAMES.items()
    }
    return _checked(values) if values["token"] else None


def _checked(values: dict[str, str]) -> Settings:
    mode = _one_of("mode", values["mode"] or "safe", MODES)
    choices = _one_of("choices", values["choices"] or "links", CHOICES)
    service = _switch(values, "customer_service")
    _require(values, ["appid", "sender_key"] + ["aes_key"] * (mode != "plain")
             + ["secret"] * service)
    if choices == "msgmenu" and not service:
        raise SettingsError(f"{NAMES['choices']}=msgmenu 要用客服接口，请同时设 "
                            f"{NAMES['customer_service']}=yes。")
    return Settings(
        Account(values["token"], values["appid"], _keys(values), mode), values["sender_key"],
        values["secret"], service, choices, values["redis"], values["api_url"] or URL,
        _switch(values, "trial"),
    )


def _require(values: Mapping[str, str], names: Sequence[str]) -> None:
    for name in names:
        if not values[name]:
            raise SettingsError(f"微信渠道缺少设置 {name}（环境变量 {NAMES[name]}）。")
    if len(values["sender_key"]) < SHORTEST_SENDER_KEY:
        raise SettingsError(f"{NAMES['sender_key']} 太短，至少 {SHORTEST_SENDER_KEY} 个字符。")


def _keys(values: Mapping[str, str]) -> tuple[bytes, ...]:
    found = []
    for name in ("aes_key", "previous_aes_key"):
        try:
            found += [decode_key(values[name])] if values[name] else []
        except ValueError as error:
            raise SettingsError(f"{NAMES[name]} 不对：{error}") from None
    return tuple(found)


def _switch(values: Mapping[str, str], name: str) -> bool:
    return _one_of(name, values[name].lower() or "no", SWITCH) in SWITCH[:2]


def _one_of(name: str, value: str, allowed: Sequence[str]) -> str:
    if value not in allowed:
        raise SettingsError(f"{NAMES[name]} 只能是 {'、'.join(allowed)}，现在是“{value}”。")
    return value
