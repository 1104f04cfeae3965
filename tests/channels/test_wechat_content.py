"""Every entry and every rule of the real content, as WeChat shows it."""
import datetime as dt
import re

import pytest

from channels.wechat_text import CONTINUED, LIMIT, page, render, size
from policy_kb import reply, verdicts
from tests.channels.replies import message, words
from tests.rules import shipped

DAY = dt.date(2026, 11, 23)


def read(one: reply.Reply) -> str:
    """What a citizen has read after all pages, without the links around the options."""
    rest, seen = render([message(one)]), []
    while rest:
        shown, rest = page(rest)
        assert size(shown) <= LIMIT
        seen.append(shown.removesuffix(CONTINUED))
    return re.sub(r"<[^>]*>", "", "\n".join(seen))


def missing(one: reply.Reply, shown: str) -> list[str]:
    """Words of a reply object that were not shown; a text may be broken by a page."""
    flat = re.sub(r"\s", "", shown)
    return [w for w in words(one) if re.sub(r"\s", "", w) not in flat]


@pytest.mark.parametrize("entry", shipped.held().entries.values(), ids=lambda e: e.id)
def test_an_entry_is_shown_whole(entry):
    one = reply.entry_reply(shipped.held(), entry, "ABCDE-FGHJK", DAY)
    # The name of the entry itself stands in lists; its answer says the same in a sentence.
    assert set(missing(one, read(one))) <= {one.get("title"), one.get("topic")}


@pytest.mark.parametrize("rule", shipped.rules())
def test_a_verdict_is_shown_whole(rule):
    one = verdicts.issue(shipped.held(), rule, {}, DAY, lambda *_: "ABCDE-FGHJK", "您母亲")
    one["changed"] = "已改：居住时间。"
    for row in one["rules"]:        # named nowhere on the page either: the conditions quote it
        del row["case"], row["basis"]
    assert missing(one, read(one)) == []
