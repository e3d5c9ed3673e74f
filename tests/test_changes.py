"""Twin of log_mcp/analysis/changes.py: what stood just before a group began."""

import pytest

from log_mcp.query.filter import Ask
from tests.books import Told, telling


def events(folder, *records, **sources):
    """Why and message of what is told before the error that ends some records."""
    api: Told = [(5000, "info", "calm", {}), *records, (100, "error", "lost", {})]
    with telling(folder, api=api, **sources) as book:
        found = book.explain(None, Ask(query="lost")).changes.events
    return [(one.why, one.record.message) for one in found]


SAID = {
    "a start": ("info", "server started on :8080", "restart"),
    "a setting": ("info", "settings reloaded: pool=5", "configuration"),
    "what it was": ("info", "catch_up=true (was false)", "configuration"),
    "a release": ("info", "deployed shop 2.1", "configuration"),
    "a flag": ("info", "feature flag new_cart enabled for all", "configuration"),
    "a scale": ("info", "workers raised from 4 to 40", "configuration"),
    "a schedule": ("info", "schedule changed to every hour", "configuration"),
    "an end": ("info", "received SIGTERM", "trouble"),
    "a warning": ("warn", "disk nearly used up", "new warning"),
    "trouble without a level": ("", "disk is 97 % full", "trouble"),
}


@pytest.mark.parametrize(("level", "message", "why"), SAID.values(), ids=SAID)
def test_lines_that_tell_of_a_change(tmp_path, level, message, why):
    """Of any source, and why each counts."""
    other: Told = [(4000, "info", "calm", {}), (160, level, message, {})]

    assert [(why, message)] == events(tmp_path, other=other)


NOT_SAID = {
    "an ordinary line": ("info", "order 4411 paid"),
    "another error": ("error", "cart lost its way"),
    "trouble at a level": ("info", "retry failed"),
    "a connection that is released": ("info", "released connection 4"),
}


@pytest.mark.parametrize(("level", "message"), NOT_SAID.values(), ids=NOT_SAID)
def test_lines_that_do_not(tmp_path, level, message):
    """They are found in other ways, if they matter."""
    assert [] == events(tmp_path, (160, level, message, {}))


def test_what_is_said_again_and_again_is_no_change(tmp_path):
    """Neither a setting nor a warning; but a start is one, however often."""
    often: Told = [
        (back, level, message, {})
        for back in range(4900, 120, -300)
        for level, message in (
            ("warn", "cache nearly full"),
            ("info", "config loaded from disk"),
        )
    ]
    starts: Told = [
        (back, "info", "server started on :80", {}) for back in (4000, 2000, 150)
    ]

    assert [("restart", "server started on :80")] == events(
        tmp_path, *sorted([*often, *starts], reverse=True)
    )


CHATTER = {
    "settings": ("info", "pool size set from 4 to {n}"),
    "warnings": ("warn", "queue grows, {n} waiting"),
    "errors": ("error", "cart {n} lost its way"),
}


@pytest.mark.parametrize(("level", "text"), CHATTER.values(), ids=CHATTER)
def test_chatter_hides_nothing(tmp_path, level, text):
    """Hundreds of lines that differ in numbers alone are one."""
    other: Told = [
        (300, "info", "deployed shop 2.1", {}),
        (290, "warn", "disk nearly used up", {}),
        *((280, level, text.format(n=n), {}) for n in range(400)),
    ]
    found = events(tmp_path, other=[(4000, "info", "calm", {}), *other])

    assert ("configuration", "deployed shop 2.1") in found
    assert ("new warning", "disk nearly used up") in found


def test_only_what_is_before_it_counts(tmp_path):
    """Not what came after it began, nor what was long before, nor the error itself."""
    assert [] == events(
        tmp_path,
        (4999, "info", "deployed shop 2.0", {}),
        other=[(90, "info", "deployed shop 2.1", {})],
    )


def test_the_latest_start_of_a_source_and_the_earliest_warning(tmp_path):
    """In the order of time, with how long before it began."""
    api: Told = [
        (5000, "info", "calm", {}),
        (400, "info", "server started on :80", {}),
        (300, "warn", "queue grows, 5 waiting", {}),
        (250, "warn", "queue grows, 9 waiting", {}),
        (200, "info", "server started on :80", {}),
        (100, "error", "lost", {}),
        (50, "error", "lost", {}),
    ]
    with telling(tmp_path, api=api) as book:
        found = book.explain(None, Ask()).changes.events

    assert [
        ("new warning", "queue grows, 5 waiting", 200.0),
        ("restart", "server started on :80", 100.0),
    ] == [(one.why, one.record.message, one.lag_seconds) for one in found]


def test_where_much_is_written_the_span_is_shorter(tmp_path):
    """What is looked through is bounded."""
    much: Told = [(3000 - n * 0.4, "info", "order paid", {}) for n in range(7000)]
    early: Told = [(2500, "info", "deployed shop 2.1", {})]

    assert [] == events(tmp_path, *much, other=early)


def test_words_too_short_to_tell_are_taken_as_new(tmp_path):
    """A warning of one short word."""
    assert [("new warning", "hot 7")] == events(tmp_path, (150, "warn", "hot 7", {}))
