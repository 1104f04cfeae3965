"""The menu of the official account: checked, turned into WeChat's form, published.

`python -m channels.wechat_menu [--dry-run] [--file FILE]`
"""
from __future__ import annotations

import argparse
import asyncio
import json
import sys
from pathlib import Path
from typing import Any, Iterator, Mapping, Sequence

from ruamel.yaml import YAML, YAMLError

from channels import wechat_settings
from channels.wechat_api import ApiError, WeChatApi

FILE = Path(__file__).with_suffix(".yml")
MOST = (3, 5)               # buttons of the bar, and under one of them
LONGEST = (4, 8)            # Chinese characters of a name on either level
LONGEST_KEY = 128           # bytes

Button = Mapping[str, Any]


class MenuError(ValueError):
    """The menu file is wrong; the message is a Chinese sentence."""


def load(path: Path = FILE) -> list[dict[str, Any]]:
    """The checked buttons of a menu file. Raises MenuError."""
    try:
        raw = YAML(typ="safe").load(path.read_text("utf-8"))
        buttons = raw["菜单"]
    except (OSError, UnicodeDecodeError, YAMLError, KeyError, TypeError):
        raise MenuError(f"{path.name}：读不出菜单，请检查文件是否存在、开头是否是“菜单:”。") from None
    try:
        _check_row(buttons, 0)
        _check_keys(buttons)
    except MenuError as error:
        raise MenuError(f"{path.name}：{error}") from None
    return buttons


def sayings(buttons: Sequence[Button]) -> dict[str, str]:
    """What each key means when it is clicked."""
    return {b["键"]: b["说"] for b in _leaves(buttons) if "键" in b}


def wechat_form(buttons: Sequence[Button]) -> dict[str, Any]:
    """The body of menu/create."""
    return {"button": [_form(b) for b in buttons]}


def _leaves(buttons: Sequence[Button]) -> Iterator[Button]:
    for button in buttons:
        yield from _leaves(button["下级"]) if "下级" in button else (button,)


def _form(button: Button) -> dict[str, Any]:
    if "下级" in button:
        return {"name": button["名称"], "sub_button": [_form(b) for b in button["下级"]]}
    if "链接" in button:
        return {"type": "view", "name": button["名称"], "url": button["链接"]}
    return {"type": "click", "name": button["名称"], "key": button["键"]}


def _check_row(buttons: Any, level: int) -> None:
    if not isinstance(buttons, list) or not 0 < len(buttons) <= MOST[level]:
        raise MenuError(f"{('一级', '二级')[level]}菜单应当有 1 到 {MOST[level]} 个。")
    for button in buttons:
        _check_button(button, level)


def _check_button(button: Any, level: int) -> None:
    name = button.get("名称") if isinstance(button, dict) else None
    if not isinstance(name, str) or not 0 < len(name) <= LONGEST[level]:
        raise MenuError(f"菜单名称“{name}”应当有 1 到 {LONGEST[level]} 个字。")
    kinds = [kind for kind in ({"下级"}, {"链接"}, {"键", "说"}) if kind <= set(button)]
    if len(kinds) != 1 or set(button) != kinds[0] | {"名称"} or (level and "下级" in button):
        raise MenuError(f"菜单“{name}”应当写“键”和“说”，或“链接”，或（一级）“下级”，只能写一样。")
    if "下级" in button:
        return _check_row(button["下级"], level + 1)
    if not all(isinstance(v, str) and v for v in button.values()):
        raise MenuError(f"菜单“{name}”有空着的项。")
    if len(button.get("键", "").encode()) > LONGEST_KEY:
        raise MenuError(f"菜单“{name}”的键太长，最多 {LONGEST_KEY} 个字节。")


def _check_keys(buttons: Sequence[Button]) -> None:
    keys = [b["键"] for b in _leaves(buttons) if "键" in b]
    twice = sorted({k for k in keys if keys.count(k) > 1})
    if twice:
        raise MenuError(f"键重复了：{'、'.join(twice)}。")


async def publish(form: dict[str, Any], settings: wechat_settings.Settings) -> None:
    """Send the menu to WeChat. Raises ApiError."""
    api = WeChatApi(settings.account.appid, settings.secret, settings.api_url)
    try:
        await api.create_menu(form)
    finally:
        await api.close()


def _run(arguments: argparse.Namespace) -> str:
    form = wechat_form(load(arguments.file))
    if arguments.dry_run:
        return json.dumps(form, ensure_ascii=False, indent=2)
    settings = wechat_settings.read(None)
    if settings is None or not settings.secret:
        raise MenuError("发布菜单需要 WECHAT_TOKEN、WECHAT_APPID、WECHAT_SECRET 等环境变量，见 docs/wechat.md。")
    asyncio.run(publish(form, settings))
    return "菜单已发布，市民的手机上约5分钟后更新。"


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point; 0, or 1 with one sentence on stderr."""
    parser = argparse.ArgumentParser(prog="python -m channels.wechat_menu",
                                     description="检查并发布公众号菜单。")
    parser.add_argument("--dry-run", action="store_true", help="只检查并打印，不发布")
    parser.add_argument("--file", type=Path, default=FILE, help="菜单文件")
    try:
        print(_run(parser.parse_args(argv)))
        return 0
    except (MenuError, wechat_settings.SettingsError, ApiError) as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
