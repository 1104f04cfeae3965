"""The launcher as its operators meet it: a process that starts, answers, and stops."""
from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import urllib.request
from pathlib import Path
from typing import Iterator

import pytest

from policy_kb import paths
from tests.runtime.launched import Launched, command, launched, prepare, start
from tests.services import free_port

pytestmark = pytest.mark.slow
QUESTION = "有居住证能落户吗"
SECRET = "a-secret-of-the-tests-and-nothing-else"


@pytest.fixture(scope="module")
def bot(tmp_path_factory) -> Iterator[Launched]:
    with launched(tmp_path_factory.mktemp("bot"), "--dev") as running:
        yield running


def ask(bot: Launched, text: str) -> list[dict]:
    return bot.get("/webhooks/rest/webhook", {"sender": "tester", "message": text})[1]


def refused(folder: Path, *arguments: str, **environment: str) -> str:
    """What a launcher says that does not start. It must not take its time either."""
    ended = subprocess.run(
        command(folder, free_port(), *arguments), cwd=paths.ROOT, capture_output=True, text=True,
        env={**prepare(folder), **environment}, timeout=120)
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    return ended.stderr.strip().splitlines()[-1]


def test_it_is_healthy_and_names_the_release(bot):
    status, body = bot.get("/health")
    current = json.loads((paths.releases() / "current.json").read_text("utf-8"))
    assert status == 200 and body == {"status": "ok", "release": current["number"]}


def test_the_first_answer_comes_within_half_a_minute(bot):
    assert ask(bot, QUESTION)[0]["text"]
    assert min(bot.seconds, bot.cpu) < 30


def test_an_answer_rests_on_a_clause(bot):
    found = [m["custom"] for m in ask(bot, QUESTION) if "custom" in m][0]
    assert found["type"] == "policy_answer" and found["entry"] == "4-1"
    assert found["quotes"][0]["clause"] == 4


def test_the_page_comes_with_a_strict_policy(bot):
    with urllib.request.urlopen(f"{bot.base}/citizen/") as answer:
        policy = answer.headers["content-security-policy"]
        assert "<policy-chat" in answer.read().decode()
    assert "default-src 'none'" in policy and "unsafe" not in policy


def test_nothing_that_a_citizen_wrote_is_logged(bot):
    ask(bot, "我叫张某某能落户吗")
    log = (bot.folder / "log.txt").read_text("utf-8")
    assert "张某某" not in log and "tester" not in log


def test_a_taken_port_is_said_before_anything_is_loaded(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        said = refused(tmp_path, "--dev", "--port", str(taken.getsockname()[1]))
    assert "--port" in said


def test_without_a_release_it_says_how_to_make_one(tmp_path):
    said = refused(tmp_path, "--dev", POLICY_KB_VAR=str(tmp_path / "empty"))
    assert "python -m policy_kb build" in said


@pytest.mark.parametrize("content", [None, b"not a model"], ids=ascii)
def test_without_a_whole_model_it_says_how_to_train_one(tmp_path, content):
    models = tmp_path / "models"
    models.mkdir()
    if content:
        (models / "bot.tar.gz").write_bytes(content)
    assert "make train" in refused(tmp_path, "--dev", "--models", str(models))


def test_in_production_a_missing_secret_is_said(tmp_path):
    assert "WEB_SECRET" in refused(tmp_path, WEB_SECRET="")


def test_in_production_there_is_neither_rest_nor_page_and_a_signal_ends_it(tmp_path):
    with launched(tmp_path, WEB_SECRET=SECRET) as bot:
        assert bot.get("/webhooks/rest/webhook", {"sender": "a", "message": QUESTION})[0] == 404
        assert bot.get("/citizen/")[0] == 404
        assert bot.get("/")[0] == 404
        assert bot.get("/webhooks/web/messages", {"text": QUESTION})[0] == 200
        bot.process.send_signal(signal.SIGTERM)
        assert bot.process.wait(20) == 0


def test_ctrl_c_stops_it_and_leaves_nothing_running(tmp_path):
    bot = start(tmp_path, "--dev")
    os.killpg(bot.process.pid, signal.SIGINT)
    assert bot.process.wait(20) == 0
    with pytest.raises(ProcessLookupError):
        os.killpg(bot.process.pid, 0)
