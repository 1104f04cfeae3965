"""Where the content is and where the program may write."""
import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def content() -> Path:
    """Folder of the office's YAML files; `POLICY_KB_CONTENT` moves it."""
    return Path(os.environ.get("POLICY_KB_CONTENT", Path(__file__).parent / "content"))


def var() -> Path:
    """Folder of everything the program writes; `POLICY_KB_VAR` moves it."""
    return Path(os.environ.get("POLICY_KB_VAR", ROOT / "var"))


def releases() -> Path:
    """Folder of the release files and the pointer to the current one."""
    return var() / "releases"


def receipts() -> Path:
    """SQLite file of the receipts."""
    return var() / "receipts.sqlite"
