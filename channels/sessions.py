"""Sessions of the citizen page: ids that the server gives out and nobody can make up."""
from __future__ import annotations

import secrets
from dataclasses import dataclass

from itsdangerous import BadSignature, TimestampSigner

LONGEST = 30 * 24 * 3600                         # seconds that a session is taken
SHORTEST_SECRET = 32                             # characters


@dataclass(frozen=True)
class Session:
    """A conversation. `fresh`: its citizen does not know the token yet."""

    id: str
    token: str
    fresh: bool


class Sessions:
    """Signs session ids and reads them back."""

    def __init__(self, secret: str) -> None:
        """Raises ValueError for a secret that could be guessed."""
        if len(secret) < SHORTEST_SECRET:
            raise ValueError(
                f"web 通道的 secret 至少要 {SHORTEST_SECRET} 个字符；请设置环境变量 WEB_SECRET。"
            )
        self._signer = TimestampSigner(secret, salt="policy-session")

    def read(self, token: str) -> Session:
        """The session of a token; a new one for a forged, old or missing token."""
        try:
            name = self._signer.unsign(token, max_age=LONGEST).decode()
            return Session(name, token, fresh=False)
        except BadSignature:
            return self.new()

    def new(self) -> Session:
        """A session that nobody has."""
        name = f"web-{secrets.token_urlsafe(18)}"
        return Session(name, self._signer.sign(name).decode(), fresh=True)
