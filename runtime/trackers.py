"""Conversations in SQL that report failure and can be deleted.

Rasa wraps every tracker store in one that, when the database fails, answers as if the citizen
were new and keeps the conversation in memory; and one odd character in a sender id ends the
process. Here a failure is an error, which the channels turn into 系统繁忙 and the hotline.
endpoints.yml: `tracker_store: {type: runtime.trackers.SqlTrackers, dialect: sqlite, db: …}`.
"""
from __future__ import annotations

import logging
from contextlib import contextmanager
from typing import Any, Generator

import sqlalchemy as sa
from rasa.core.agent import Agent
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import (
    FailSafeTrackerStore, InMemoryTrackerStore, SQLTrackerStore, TrackerStore,
    create_engine_kwargs, validate_port,
)
from rasa.shared.core.domain import Domain
from rasa.shared.exceptions import RasaException
from sqlalchemy.orm import Session, sessionmaker

log = logging.getLogger(__name__)

LONGEST_SENDER = 255        # characters that the column holds
INDEX = "create index if not exists events_session on events (sender_id, type_name, timestamp)"


class TrackersUnavailable(RasaException):
    """The conversation cannot be read or stored now. Says what failed, never a citizen's words."""


class SqlTrackers(SQLTrackerStore):
    """Rasa's SQL store without its ways of failing silently."""

    def __init__(self, domain: Domain | None = None, dialect: str = "sqlite",
                 host: str | None = None, port: int | None = None, db: str = "rasa.db",
                 username: str | None = None, password: str | None = None,
                 event_broker: EventBroker | None = None, query: dict[str, Any] | None = None,
                 **kwargs: Any) -> None:
        """Open the store; the tables are made. Raises TrackersUnavailable."""
        url = self.get_db_url(dialect, host, validate_port(port), db, username, password,
                              query=query)
        # A connection that the database has dropped meanwhile is replaced, not tried.
        self.engine = sa.create_engine(url, pool_pre_ping=True, **create_engine_kwargs(url))
        if self.engine.dialect.name == "sqlite":
            sa.event.listen(self.engine, "connect", _tune_sqlite)
        self.sessionmaker = sessionmaker(bind=self.engine)
        with reported():
            self.Base.metadata.create_all(self.engine)
            with self.engine.begin() as connection:
                connection.execute(sa.text(INDEX))
        TrackerStore.__init__(self, domain, event_broker, **kwargs)

    @contextmanager
    def session_scope(self) -> Generator[Session, None, None]:
        """A session that is rolled back and reported when something fails."""
        with reported(), self.sessionmaker() as session:
            yield session

    async def retrieve(self, sender_id: str):
        """Conversation of the present session, or None. Raises TrackersUnavailable."""
        return await super().retrieve(checked(sender_id))

    async def delete(self, sender_id: str) -> int:
        """Delete all sessions of a conversation; the number of events that are gone.

        Raises TrackersUnavailable.
        """
        with self.session_scope() as session:
            rows = session.query(self.SQLEvent).filter(self.SQLEvent.sender_id == sender_id)
            count = rows.delete(synchronize_session=False)
            session.commit()
        return count


def _tune_sqlite(connection: Any, _: Any) -> None:
    for pragma in ("journal_mode = wal", "synchronous = normal", "busy_timeout = 3000"):
        connection.execute(f"pragma {pragma}")


def checked(sender_id: str) -> str:
    """The sender id, if a database can hold it. Raises TrackersUnavailable."""
    if not sender_id or len(sender_id) > LONGEST_SENDER or not sender_id.isprintable():
        raise TrackersUnavailable("unusable sender id")
    return sender_id


@contextmanager
def reported() -> Generator[None, None, None]:
    """Turn errors of the database into TrackersUnavailable, without parameters in the text."""
    try:
        yield
    except (sa.exc.SQLAlchemyError, ValueError) as error:
        log.error("tracker store failed: %s", type(error).__name__)
        raise TrackersUnavailable(type(error).__name__) from None


def inner(store: TrackerStore) -> TrackerStore:
    """The store inside Rasa's wrappers."""
    while hasattr(store, "_tracker_store"):
        store = store._tracker_store
    return store


def report_failures(agent: Agent) -> None:
    """Take Rasa's wrapper off an agent whose store reports failure; any other stays as it is."""
    store = inner(agent.tracker_store)
    if isinstance(store, SqlTrackers) and isinstance(agent.tracker_store, FailSafeTrackerStore):
        agent.tracker_store = store
        if agent.processor:
            agent.processor.tracker_store = store


async def delete_conversation(agent: Agent, sender_id: str) -> None:
    """Delete everything that is stored of a conversation, after the turn that may be running.

    Raises TrackersUnavailable if it cannot be done, also for a kind of store that cannot delete.
    """
    store = inner(agent.tracker_store)
    async with agent.lock_store.lock(sender_id):
        if isinstance(store, SQLTrackerStore):
            await SqlTrackers.delete(store, sender_id)
        elif isinstance(store, InMemoryTrackerStore):
            store.store.pop(sender_id, None)
        else:
            raise TrackersUnavailable(f"{type(store).__name__} cannot delete")
