"""The arrows of the house point one way; where one turns round, this says so in words."""
from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FORBIDDEN = {
    "policy_kb": {"rasa", "rasa_sdk", "django", "wagtail", "actions", "channels", "runtime",
                  "components", "office", "tuning"},
    "components": {"actions", "channels", "runtime", "office", "tuning"},
    "actions": {"rasa", "channels", "runtime", "components", "office", "tuning"},
    "channels": {"actions", "components", "office", "policy_kb.release", "tuning"},
}
OUTSIDE = {"pathlib", "io", "os", "time", "sqlite3"}
PURE = ["policy_kb/eligibility.py", "policy_kb/reply.py", "policy_kb/interview.py",
        *(f"policy_kb/quantities/{p.name}" for p in (ROOT / "policy_kb/quantities").glob("*.py"))]


def imports(path: Path) -> set[str]:
    """Dotted names that a file imports, at any depth."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def crosses(names: set[str], forbidden: set[str]) -> set[str]:
    return {n for n in names for f in forbidden if n == f or n.startswith(f + ".")}


def test_no_arrow_turns_round():
    wrong = [
        f"{path.relative_to(ROOT)} imports {', '.join(sorted(found))}, which {part} must not know"
        for part, forbidden in FORBIDDEN.items()
        for path in sorted((ROOT / part).rglob("*.py"))
        if (found := crosses(imports(path), forbidden))
    ]
    assert not wrong, "\n".join(wrong)


def test_pure_modules_open_no_file_and_read_no_clock():
    for name in PURE:
        text = (ROOT / name).read_text("utf-8")
        assert not crosses(imports(ROOT / name), OUTSIDE), name
        for call in ("open(", ".today()", ".now()"):
            assert call not in text, f"{name} uses {call}"


def test_nothing_in_the_repository_names_a_registry_or_a_machine():
    hosts = ("pypi" + ".org", "npmjs" + ".org", "pythonhosted" + ".org", "deb.debian" + ".org")
    for folder in ("requirements", "runtime", "web", "docs", ".ci"):
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and path.suffix in {".txt", ".in", ".md", ".json", ".py", ".sh", ""}:
                text = path.read_text("utf-8", errors="ignore")
                assert not any(host in text for host in hosts), path
