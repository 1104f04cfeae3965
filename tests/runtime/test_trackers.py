"""Conversations are kept, failures are reported, and a conversation can be deleted."""
import pytest

pytest.importorskip("rasa")
import sqlalchemy as sa  # noqa: E402
from rasa.core.agent import Agent  # noqa: E402
from rasa.core.tracker_store import InMemoryTrackerStore, TrackerStore  # noqa: E402
from rasa.shared.core.domain import Domain  # noqa: E402
from rasa.shared.core.events import SessionStarted, SlotSet, UserUttered  # noqa: E402
from rasa.shared.core.trackers import DialogueStateTracker  # noqa: E402
from rasa.utils.endpoints import EndpointConfig  # noqa: E402

from runtime.trackers import (  # noqa: E402
    SqlTrackers, TrackersUnavailable, delete_conversation, inner, report_failures,
)
from tests.services import postgres_server  # noqa: E402

pytestmark = pytest.mark.slow
DOMAIN = Domain.from_dict(
    {"slots": {"interview": {"type": "any", "mappings": [{"type": "custom"}]}}})


@pytest.fixture(scope="module")
def postgres():
    with postgres_server() as port:
        yield port


@pytest.fixture(params=["sqlite", "postgresql"])
def options(request, tmp_path):
    if request.param == "sqlite":
        return {"dialect": "sqlite", "db": str(tmp_path / "trackers.sqlite")}
    return {"dialect": "postgresql", "url": "127.0.0.1", "db": "postgres", "username": "postgres",
            "port": request.getfixturevalue("postgres")}


@pytest.fixture
def store(options):
    config = EndpointConfig(type="runtime.trackers.SqlTrackers", **options)
    store = inner(TrackerStore.create(config, DOMAIN))
    assert isinstance(store, SqlTrackers)
    return store


def conversation(sender: str) -> DialogueStateTracker:
    tracker = DialogueStateTracker(sender, DOMAIN.slots)
    for event in (SessionStarted(1.0), UserUttered("住满两年了"), SlotSet("interview", {"at": 3})):
        tracker.update(event)
    return tracker


async def test_a_conversation_goes_on_in_a_new_process(store, options):
    await store.save(conversation("a"))
    config = EndpointConfig(type="runtime.trackers.SqlTrackers", **options)
    again = await inner(TrackerStore.create(config, DOMAIN)).retrieve("a")
    assert again.get_slot("interview") == {"at": 3}


async def test_deleting_leaves_no_row_of_that_citizen_and_all_of_the_others(store):
    await store.save(conversation("gone"))
    await store.save(conversation("kept"))
    await delete_conversation(Agent(domain=DOMAIN, tracker_store=store), "gone")
    assert await store.retrieve_full_tracker("gone") is None
    assert (await store.retrieve("kept")).get_slot("interview") == {"at": 3}
    with store.engine.connect() as connection:
        rows = connection.execute(sa.text("select count(*) from events where sender_id = 'gone'"))
        assert rows.scalar() == 0


async def test_deleting_works_on_the_memory_store_too():
    store = InMemoryTrackerStore(DOMAIN)
    await store.save(conversation("gone"))
    await delete_conversation(Agent(domain=DOMAIN, tracker_store=store), "gone")
    assert await store.retrieve("gone") is None


async def test_a_store_that_cannot_delete_says_so():
    class Other(TrackerStore):
        pass
    with pytest.raises(TrackersUnavailable):
        await delete_conversation(Agent(domain=DOMAIN, tracker_store=Other(DOMAIN)), "a")


@pytest.mark.parametrize("sender", ["x\0y", "", "x" * 256, "a\nb"])
async def test_an_unusable_sender_is_refused_and_the_process_lives(store, sender):
    with pytest.raises(TrackersUnavailable):
        await store.retrieve(sender)
    assert await store.retrieve("somebody") is None


async def test_a_broken_database_is_an_error_after_the_wrapper_is_off(tmp_path):
    store = SqlTrackers(DOMAIN, db=str(tmp_path / "trackers.sqlite"))
    agent = Agent(domain=DOMAIN, tracker_store=store)
    assert await agent.tracker_store.retrieve("a") is None      # Rasa: as if the citizen were new
    with store.engine.begin() as connection:
        connection.execute(sa.text("drop table events"))
    assert await agent.tracker_store.retrieve("a") is None      # Rasa hides the failure
    report_failures(agent)
    with pytest.raises(TrackersUnavailable):
        await agent.tracker_store.retrieve("a")
    with pytest.raises(TrackersUnavailable):
        await agent.tracker_store.save(conversation("a"))


async def test_the_error_and_the_log_hold_no_words_of_the_citizen(tmp_path, caplog):
    store = SqlTrackers(DOMAIN, db=str(tmp_path / "trackers.sqlite"))
    with store.engine.begin() as connection:
        connection.execute(sa.text("drop table events"))
    with pytest.raises(TrackersUnavailable) as error:
        await store.save(conversation("wx-secret"))
    assert "住满" not in str(error.value) + caplog.text
    assert "wx-secret" not in str(error.value) + caplog.text


def test_a_database_that_cannot_be_opened_is_an_error_not_an_endless_wait(tmp_path):
    with pytest.raises(TrackersUnavailable):
        SqlTrackers(DOMAIN, db=str(tmp_path / "no" / "folder" / "trackers.sqlite"))


def test_other_stores_keep_their_wrapper():
    agent = Agent(domain=DOMAIN, tracker_store=InMemoryTrackerStore(DOMAIN))
    wrapper = agent.tracker_store
    report_failures(agent)
    assert agent.tracker_store is wrapper
