"""Docs that cannot lie: what they name exists, and what exists is named."""
from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from policy_kb.__main__ import _parser

ROOT = Path(__file__).resolve().parent.parent
TRACKED = subprocess.run(
    ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
).stdout.decode().split("\0")[:-1]
DOCS = [name for name in TRACKED if name.endswith(".md")]
LINK = re.compile(r"\]\(([^)#]+?)(?:#[^)]*)?\)")


@pytest.mark.parametrize("doc", DOCS)
def test_links_of_a_document_lead_somewhere(doc: str) -> None:
    for target in LINK.findall((ROOT / doc).read_text("utf-8")):
        if "://" not in target:
            assert (ROOT / doc).parent.joinpath(target).exists(), f"{doc} links to {target}"


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_readme_names_every_make_target(readme: str) -> None:
    targets = re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text("utf-8"), re.M)
    text = (ROOT / readme).read_text("utf-8")
    for target in set(targets) - {"help", "setup", "clean"}:
        assert f"make {target}" in text, f"{readme} does not name make {target}"


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_readme_names_only_make_targets_that_exist(readme: str) -> None:
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M)
    for named in re.findall(r"`?make ([a-z-]+)", (ROOT / readme).read_text("utf-8")):
        assert named in targets, f"{readme} names make {named}"


@pytest.mark.parametrize("readme", ["README.md", "README.zh-CN.md"])
def test_the_map_of_the_house_names_folders_that_exist(readme: str) -> None:
    block = (ROOT / readme).read_text("utf-8").split("```")[3]
    folders = re.findall(r"^ *([a-z_/]+)/(?= )", block, re.M)
    assert len(folders) > 8
    for folder in folders:
        assert (ROOT / folder).is_dir() or (ROOT / "policy_kb" / folder).is_dir(), folder


def test_every_command_is_in_the_office_handbook_or_the_readme() -> None:
    actions = next(a for a in _parser()._actions if a.dest == "command")
    text = "".join((ROOT / d).read_text("utf-8") for d in ("README.md", "docs/office.md"))
    for command in actions.choices:
        assert command in text, f"python -m policy_kb {command} is not documented"


def test_every_dependency_has_its_reason() -> None:
    reasons = (ROOT / "docs/dependencies.md").read_text("utf-8").lower()
    for file in ("bot", "dev", "tools"):
        for line in (ROOT / f"requirements/{file}.in").read_text("utf-8").splitlines():
            name = re.match(r"[A-Za-z0-9_-]+", line)
            if name:
                assert name[0].lower() in reasons, f"docs/dependencies.md says nothing of {name[0]}"


def test_locked_requirements_carry_hashes() -> None:
    for file in ("bot", "dev", "tools"):
        text = (ROOT / f"requirements/{file}.txt").read_text("utf-8")
        pins = re.findall(r"^[a-zA-Z0-9_.\[\]-]+==\S+ \\$", text, re.M)
        assert pins and text.count("--hash=sha256:") >= len(pins)
