"""What can be said of the page's files without a browser."""
from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

WEB = Path(__file__).resolve().parents[2] / "web"
SCRIPT = (WEB / "widget.js").read_text("utf-8")


def test_the_widget_is_at_most_ten_kilobytes():
    packed = sum(len(gzip.compress((WEB / name).read_bytes()))
                 for name in ("widget.js", "widget.css"))
    assert packed <= 10 * 1024


@pytest.mark.parametrize("word", [
    "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function",
    "DOMParser", ".cssText", '"style"',
])
def test_no_answer_is_read_as_markup_code_or_style(word):
    assert word not in SCRIPT


@pytest.mark.parametrize("syntax", [r"\?\.[a-zA-Z\[(]", r"\?\?", r"\|\|=", r"#\w+\s*[=(]", r"\.at\("])
def test_it_is_written_for_browsers_of_2018(syntax):
    assert not re.search(syntax, SCRIPT)


def test_nothing_comes_from_a_third_host():
    for path in WEB.iterdir():
        hosts = set(re.findall(r"https?://([^/\"'\s>]+)", path.read_text("utf-8")))
        assert hosts <= {"www.w3.org", "host"}, path.name


def test_the_page_embeds_the_widget_with_one_script_tag_and_nothing_inline():
    page = (WEB / "index.html").read_text("utf-8")
    assert re.findall(r"<script[^>]*>", page) == ['<script src="widget.js" defer>']
    assert "style=" not in page and "<style" not in page and "onclick" not in page
