"""The bot is killed in the middle of interviews and started again: everybody goes on where they were."""
import asyncio
import os
import random
import signal
import subprocess
import urllib.error

import pytest

pytest.importorskip("rasa")
from policy_kb import paths  # noqa: E402
from tests.channels.wechat_citizen import Citizen  # noqa: E402
from tests.channels.wechat_server import Account, WeChat  # noqa: E402
from tests.runtime.launched import command, fetch, prepare  # noqa: E402
from tests.services import free_port, stop, wait_for  # noqa: E402

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
CITIZENS = 12
SEED = 5
ACCOUNT = Account()
ENVIRONMENT = {
    "WECHAT_TOKEN": ACCOUNT.token, "WECHAT_APPID": ACCOUNT.appid, "WECHAT_AES_KEY": ACCOUNT.aes_key,
    "WECHAT_SENDER_KEY": "a-key-of-the-tests",
}


class Bot:
    """A launcher on one port that can be killed and started again on the same data."""

    def __init__(self, folder) -> None:
        self.folder, self.port = folder, free_port()
        self.environment = {**prepare(folder), **ENVIRONMENT}
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhooks/wechat/webhook"

    def start(self) -> None:
        with open(self.folder / "log.txt", "ab") as log:
            self.process = subprocess.Popen(
                command(self.folder, self.port, "--dev"), env=self.environment, cwd=paths.ROOT,
                stdout=log, stderr=log)
        wait_for(self._healthy, "the bot", patience=120)

    def _healthy(self) -> bool:
        assert self.process.poll() is None, (self.folder / "log.txt").read_text("utf-8")
        try:
            return fetch(f"http://127.0.0.1:{self.port}/health")[0] == 200
        except (urllib.error.URLError, ConnectionError):
            return False

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def bot(tmp_path):
    bot = Bot(tmp_path)
    bot.start()
    yield bot
    stop(bot.process)


async def until_it_answers(citizen: Citizen) -> None:
    """One step; what the killed bot leaves unanswered is said again, as people do."""
    await citizen.next()
    while not citizen.read[-1]:
        del citizen.said[-1], citizen.read[-1]
        await asyncio.sleep(1)
        await citizen.next()


async def whole_interview(citizen: Citizen, pause: float) -> None:
    while not citizen.finished:
        await until_it_answers(citizen)
        await asyncio.sleep(random.uniform(0, pause))


async def test_interviews_go_on_after_a_sigkill(bot):
    random.seed(SEED)
    async with WeChat([bot.url], ACCOUNT) as wechat:
        undisturbed = Citizen("o-undisturbed", wechat)
        await undisturbed.interview()
        citizens = [Citizen(f"o-{n}", wechat) for n in range(CITIZENS)]
        talks = [asyncio.ensure_future(whole_interview(c, 2)) for c in citizens]
        await asyncio.sleep(2)
        assert not any(c.finished for c in citizens) and all(c.said for c in citizens)
        bot.kill()
        await asyncio.to_thread(bot.start)
        await asyncio.gather(*talks)
    for citizen in citizens:
        assert citizen.read == undisturbed.read, citizen.openid
