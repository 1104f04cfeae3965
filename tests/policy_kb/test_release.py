"""Releases are deterministic, whole or absent, and followed without a restart."""
from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from policy_kb.entries import ContentError
from policy_kb.release import Releases, ReleaseError, build, export
from tests.policy_kb.conftest import write_content


def edit(root: Path, name: str, old: str, new: str) -> None:
    path = root / name
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    monkeypatch.setenv("POLICY_KB_VAR", str(tmp_path / "var"))
    return tmp_path / "releases"


def test_the_same_content_gives_the_same_file_wherever_it_is_built(content, folder, tmp_path):
    first = build(content, folder)
    again = build(write_content(tmp_path / "copy"), tmp_path / "elsewhere")
    assert (first.content_hash, first.sha256) == (again.content_hash, again.sha256)


def test_building_unchanged_content_makes_no_new_release(content, folder):
    assert build(content, folder).number == build(content, folder).number == 1
    assert len(Releases(folder).list()) == 1


def test_changed_content_gets_the_next_number_and_readers_follow(content, folder):
    build(content, folder)
    reader = Releases(folder)
    before = reader.current()
    edit(content, "clauses/04.yml", "农业人口住满2年以上", "农业人口只要住满2年以上")
    assert build(content, folder).number == 2
    assert reader.current().number == 2
    assert "只要" in reader.current().entries["4-1"].answer
    assert "只要" not in before.entries["4-1"].answer


def test_faulty_content_is_refused_and_the_old_release_stays(content, folder):
    build(content, folder)
    edit(content, "clauses/04.yml", "原文: 农业人口满2年", "原文: 农业人口满9年")
    with pytest.raises(ContentError):
        build(content, folder)
    assert Releases(folder).current().number == 1


def test_rollback_moves_the_pointer_back_and_keeps_the_newer_release(content, folder):
    build(content, folder)
    edit(content, "clauses/04.yml", "农业人口住满2年以上", "农业人口只要住满2年以上")
    build(content, folder)
    releases = Releases(folder)
    releases.rollback(1)
    assert releases.current().number == 1
    assert [info.number for info in releases.list()] == [1, 2]


def test_rollback_to_nothing_says_what_to_do(content, folder):
    build(content, folder)
    with pytest.raises(ReleaseError, match="没有第 9 版.*releases"):
        Releases(folder).rollback(9)


def test_before_the_first_release_the_way_out_is_named(folder):
    with pytest.raises(ReleaseError, match="policy_kb build"):
        Releases(folder).current()


def test_a_release_that_was_tampered_with_is_refused(content, folder):
    info = build(content, folder)
    with (folder / info.file).open("r+b") as file:
        file.seek(4000)
        file.write(b"x")
    with pytest.raises(ReleaseError, match="被改动过"):
        Releases(folder).current()


def test_a_release_cannot_be_written(content, folder):
    build(content, folder)
    with pytest.raises(Exception, match="readonly"):
        Releases(folder).current().connection.execute("delete from entry")


def test_entries_come_back_as_they_were(content, folder):
    from policy_kb.entries import load_content

    build(content, folder)
    entries = load_content(content).entries
    assert tuple(Releases(folder).current().entries.values()) == entries


def test_export_then_build_changes_nothing(content, folder, tmp_path):
    info = build(content, folder)
    export(Releases(folder).current(), tmp_path / "out")
    assert build(tmp_path / "out", folder) == info


def test_export_refuses_a_folder_that_holds_something(content, folder, tmp_path):
    build(content, folder)
    (tmp_path / "full").mkdir()
    (tmp_path / "full/mine.txt").write_text("x")
    with pytest.raises(ReleaseError, match="空的文件夹"):
        export(Releases(folder).current(), tmp_path / "full")
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["mine.txt"]


def test_arrays_are_read_one_by_one(content, folder):
    build(content, folder)
    arrays = Releases(folder).current().arrays
    assert len(arrays) == len(list(arrays)) > 0
    assert all(arrays[name].size for name in arrays if name.endswith(".coef"))
    assert "unheard of" not in arrays


def test_no_pickle_is_stored(content, folder):
    build(content, folder)
    rows = Releases(folder).current().connection.execute("select dtype from array").fetchall()
    assert rows and not any("O" in dtype for (dtype,) in rows)


def test_a_build_killed_at_any_moment_leaves_the_old_release_current(content, folder, tmp_path):
    started = time.monotonic()
    build(content, folder)
    whole = time.monotonic() - started
    edit(content, "clauses/04.yml", "农业人口住满2年以上", "农业人口只要住满2年以上")
    command = [
        sys.executable, "-c",
        "import sys, pathlib; from policy_kb.release import build;"
        "build(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))", str(content), str(folder),
    ]
    chance = random.Random(7)
    for _ in range(8):
        process = subprocess.Popen(command, env=os.environ, cwd=Path(__file__).parents[2])
        time.sleep(chance.uniform(0.3, 2 + whole))
        process.send_signal(signal.SIGKILL)
        process.wait()
        current = Releases(folder).current()
        assert current.number in (1, 2) and len(current.entries) == 21
    assert build(content, folder).number == 2
    assert not list(folder.glob(".building*"))
    assert len(list(folder.glob("*.sqlite"))) == 2
