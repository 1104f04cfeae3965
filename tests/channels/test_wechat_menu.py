"""The menu file is checked, shown, and published."""
import asyncio
import json
import sys

import pytest

from channels import wechat_menu
from channels.wechat_menu import MenuError, load, main, sayings, wechat_form
from tests.channels.wechat_api_server import SECRET, fake_api

KEY = {"名称": "问", "键": "a", "说": "问一问"}


def written(tmp_path, menu) -> object:
    path = tmp_path / "menu.yml"
    path.write_text(json.dumps({"菜单": menu}, ensure_ascii=False), "utf-8")
    return path


def test_the_menu_that_ships_is_accepted_by_wechats_own_limits():
    form = wechat_form(load())
    assert 1 <= len(form["button"]) <= 3
    for button in form["button"]:
        assert len(button["name"].encode()) <= 16 and len(button.get("sub_button", [])) <= 5
        for sub in button.get("sub_button", []):
            assert len(sub["name"].encode()) <= 60 and len(sub["key"].encode()) <= 128


def test_every_key_says_something_and_no_command():
    assert all(words and not words.startswith("/") for words in sayings(load()).values())


def test_a_link_becomes_a_view_button(tmp_path):
    path = written(tmp_path, [{"名称": "网页", "链接": "https://www.example.gov.cn/"}])
    assert wechat_form(load(path))["button"] == [
        {"type": "view", "name": "网页", "url": "https://www.example.gov.cn/"}]


@pytest.mark.parametrize("menu, told", [
    ([], "1 到 3"), ([KEY] * 4, "1 到 3"), ([{**KEY, "名称": "五个字的名"}], "1 到 4"),
    ([{"名称": "问", "下级": [KEY] * 6}], "1 到 5"), ([{"名称": "问", "下级": [{**KEY, "名称": "九" * 9}]}], "1 到 8"),
    ([{"名称": "问"}], "只能写一样"), ([{**KEY, "链接": "https://a"}], "只能写一样"), ([{"名称": "问", "键": "a"}], "只能写一样"),
    ([{"名称": "问", "下级": [{"名称": "问", "下级": [KEY]}]}], "只能写一样"), ([{**KEY, "说": ""}], "空着"),
    ([{**KEY, "键": "键" * 43}], "太长"), ([KEY, {**KEY, "名称": "再问"}], "重复"), ("落户", "1 到 3"), ([None], "名称"),
])
def test_a_wrong_menu_is_refused_in_words(tmp_path, menu, told):
    with pytest.raises(MenuError, match=told):
        load(written(tmp_path, menu))


@pytest.mark.parametrize("text", ["", "菜单", "[1", "别的: 1"])
def test_a_file_that_is_no_menu_is_refused_in_words(tmp_path, text):
    path = tmp_path / "menu.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(MenuError, match="menu.yml"):
        load(path)
    with pytest.raises(MenuError, match="none.yml"):
        load(tmp_path / "none.yml")


def test_a_dry_run_prints_and_needs_no_account(capsys, monkeypatch):
    monkeypatch.delenv("WECHAT_TOKEN", raising=False)
    assert main(["--dry-run"]) == 0
    assert json.loads(capsys.readouterr().out) == wechat_form(load())


def test_without_an_account_publishing_says_what_is_missing(capsys, monkeypatch):
    monkeypatch.delenv("WECHAT_TOKEN", raising=False)
    assert main([]) == 1
    assert "WECHAT_TOKEN" in capsys.readouterr().err


ACCOUNT = {"WECHAT_TOKEN": "t", "WECHAT_APPID": "wx1", "WECHAT_AES_KEY": "a" * 42 + "A",
           "WECHAT_SENDER_KEY": "0123456789abcdef", "WECHAT_SECRET": SECRET}


async def published(url: str) -> tuple[int, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "channels.wechat_menu", cwd=wechat_menu.FILE.parent.parent,
        env={"PATH": "", **ACCOUNT, "WECHAT_API_URL": url},
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
    out, errors = await process.communicate()
    return process.returncode, (out + errors).decode()


async def test_the_command_publishes_the_menu():
    async with fake_api() as api:
        code, told = await published(api.url)
    assert code == 0 and "已发布" in told and api.sent == [wechat_form(load())]


async def test_an_account_without_permission_is_told_so():
    async with fake_api(errors=[48001]) as api:
        code, told = await published(api.url)
    assert code == 1 and "48001" in told and "没有这个接口的权限" in told
