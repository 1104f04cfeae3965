"""The really trained model with its actions, in this process."""
from __future__ import annotations

import asyncio
import logging
from typing import Callable, Iterator

import pytest
from rasa.core.agent import Agent, load_agent
from rasa.utils.log_utils import configure_structlog

from policy_kb import paths
from runtime.actions import InProcessActions
from runtime.validation import compile_action_schema
from tests.conversation.tester import Conversation, Loop


@pytest.fixture(scope="session")
def loop() -> Iterator[Loop]:
    """One event loop for all conversations: the agent's locks belong to it."""
    loop = asyncio.new_event_loop()
    yield loop
    loop.close()


@pytest.fixture(scope="session")
def agent(loop: Loop) -> Agent:
    """The trained bot, trackers in memory."""
    compile_action_schema()
    configure_structlog(logging.ERROR)
    found = loop.run_until_complete(load_agent(str(paths.var() / "models" / "bot.tar.gz")))
    found.action_endpoint = InProcessActions("actions")
    found.processor.action_endpoint = found.action_endpoint
    return found


@pytest.fixture
def citizen(agent: Agent, loop: Loop) -> Conversation:
    """Somebody who has not said anything yet."""
    return Conversation(agent, loop)


@pytest.fixture
def citizens(agent: Agent, loop: Loop) -> Callable[[], Conversation]:
    """New citizens at will."""
    return lambda: Conversation(agent, loop)
