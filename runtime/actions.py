"""Custom actions inside the bot's own process.

Rasa calls an action server through `EndpointConfig.request` and nothing else, so an endpoint
that runs the SDK's executor in place of HTTP is all it takes. The body goes through JSON, as it
would over HTTP, so an action cannot change the tracker behind Rasa's back.
"""
from __future__ import annotations

import json
from typing import Any

from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection


class InProcessActions(EndpointConfig):
    """An action endpoint that runs the actions of a Python package."""

    def __init__(self, package: str) -> None:
        super().__init__(url=f"inprocess:{package}")
        self._executor = ActionExecutor()
        self._executor.register_package(package)

    async def request(self, *args: Any, **kwargs: Any) -> Any:
        """Run the action that the body names.

        Raises ClientResponseError 400 when the action rejects, as the action server would answer.
        """
        body = json.loads(json.dumps(kwargs["json"]))
        try:
            return await self._executor.run(body)
        except ActionExecutionRejection as rejection:
            answer = {"error": str(rejection), "action_name": rejection.action_name}
            raise ClientResponseError(400, "rejected", json.dumps(answer)) from rejection
