"""Two periods: who broke what, on incidents of our own, and what else an answer says."""

import json
import re
from dataclasses import asdict, replace
from typing import Any

import pytest

from log_mcp import render
from log_mcp.analysis import columns, events
from log_mcp.errors import QueryError
from log_mcp.logbook import Logbook
from log_mcp.query.filter import Ask
from log_mcp.questions import gather
from log_mcp.timestamp import iso
from tests.books import config, reading, steps
from tests.feeding import NOON_NS, SECOND_NS, eventually
from tests.market import (
    BAD,
    BAD_NS,
    GOOD,
    GOOD_NS,
    MINUTE_NS,
    SPAN_NS,
    incident,
    records,
    write,
)

WHEN = Ask(since=BAD[0], until=BAD[1])
BEFORE: dict[str, Any] = {"baseline_since": GOOD[0], "baseline_until": GOOD[1]}


def asked(folder, ask=WHEN, **more):
    """The answer about a folder of JSON lines."""
    with reading(config(folder, "*.jsonl")) as book:
        return book.compare(ask, **{**BEFORE, **more})


# Each fault of the market: who is first, and what one of the reasons says.
FAULTS = {
    "refused": ("bank", "new error in 60 of 60, first trouble in 60: limit of account"),
    "slow shelf": ("stock", "ms where it was"),
    "slow network": ("payment", "waits"),
    "forgotten": ("stock", "left out in 59 of 59 traces"),  # the last one may go on
    "many queries": ("stock", "1 a trace before, 13 now: reserv"),
    "louder": ("stock", "error now, info before: in 60 of 60"),
}


@pytest.mark.parametrize(("fault", "told"), FAULTS.items(), ids=FAULTS)
def test_names_who_broke(tmp_path, fault, told):
    """First of all suspects, with the reason."""
    answer = asked(incident(tmp_path, fault))

    assert told[0] == answer.suspects[0].name
    assert any(told[1] in reason for reason in answer.suspects[0].reasons)
    assert "service" == answer.group_by
    assert [] == answer.view.notes


@pytest.mark.parametrize("fault", ["refused", "slow shelf", "forgotten"])
def test_a_fifth_of_the_work_is_enough(tmp_path, fault):
    """What most requests do not meet is found all the same."""
    answer = asked(incident(tmp_path, fault, share=0.2, count=100))

    assert FAULTS[fault][0] == answer.suspects[0].name


def test_who_fell_silent_is_named_by_who_called(tmp_path):
    """The bank logs nothing any more; the payment's error names it."""
    answer = asked(incident(tmp_path, "dead bank"))
    reasons = {one.name: " | ".join(one.reasons) for one in answer.suspects}

    assert "named by an error of payment" in reasons["bank"]
    assert "says nothing: 60 records before, none now" in reasons["bank"]
    assert {"payment", "bank"} == {one.name for one in answer.suspects[:2]}


def test_nothing_is_wrong(tmp_path):
    """Two periods of the same work, with other orders: nobody is suspected."""
    answer = asked(incident(tmp_path, ""))

    assert [] == answer.suspects
    assert ([], [], [], []) == (answer.steps, answer.gone, answer.new, answer.changed)


def test_more_work_is_no_news(tmp_path):
    """Three times as many requests are no reason to suspect anybody."""
    folder = write(tmp_path, [*records(GOOD_NS, count=30), *records(BAD_NS, count=90)])
    answer = asked(folder)

    assert [] == answer.suspects
    assert [] == answer.changed


def test_the_baseline_may_be_later(tmp_path):
    """What was gone is new, and the other way round."""
    folder = incident(tmp_path, "refused")
    after = asked(folder)
    with reading(config(folder, "*.jsonl")) as book:
        before = book.compare(
            Ask(since=GOOD[0], until=GOOD[1]),
            baseline_since=BAD[0],
            baseline_until=BAD[1],
        )

    def ids(rows):
        return sorted(one.id for one in rows)

    assert ids(after.gone) == ids(before.new) != []
    assert ids(after.new) == ids(before.gone) != []
    assert [] == before.suspects  # Nothing is worse than it was.


def test_errors_of_both_periods_are_not_new(tmp_path):
    """They stand apart and speak against nobody."""
    folder = write(
        tmp_path,
        [
            *records(GOOD_NS, "refused", share=0.3),
            *records(BAD_NS, "refused", share=0.3),
        ],
    )
    answer = asked(folder)

    assert [] == [one for one in answer.new if one.level == "error"]
    titles = {one.pattern.template for one in answer.standing}
    assert "limit of account <num> exceeded" in titles
    assert not answer.suspects or answer.suspects[0].score < 0.1


def test_an_error_that_comes_oftener_counts(tmp_path):
    """Though it came before."""
    folder = write(
        tmp_path,
        [
            *records(GOOD_NS, "refused", share=0.05, count=200),
            *records(BAD_NS, "refused", share=0.6, count=200),
        ],
    )
    answer = asked(folder)

    assert "bank" == answer.suspects[0].name
    assert answer.suspects[0].reasons[0].startswith("error, ")


def test_figures_are_those_of_a_loop(tmp_path):
    """Counts, rates and shares of what is gone, new and changed."""
    folder = incident(tmp_path, "refused")
    answer = asked(folder, limit=50)
    good = [one for _, one in records(GOOD_NS)]
    bad = [one for _, one in records(BAD_NS, "refused")]

    rate = answer.error_rate
    assert (len(good), len(bad)) == (rate["before_records"], rate["after_records"])
    errors = sum(one["level"] == "error" for one in bad)
    assert (0, errors) == (rate["before_errors"], rate["after_errors"])
    assert rate["after_share"] == pytest.approx(errors / len(bad), abs=1e-6)
    assert rate["after_per_minute"] == pytest.approx(errors / 5, abs=1e-3)
    gone = {one.template: one for one in answer.gone}
    assert {
        "transfer of <num> EUR accepted",
        "charged <num> EUR",
        "order <num> placed",
    } <= gone.keys()
    one = gone["transfer of <num> EUR accepted"]
    assert (60, {"bank": 60}, "gone", "info") == (
        one.count,
        one.sources,
        one.status,
        one.level,
    )
    times = [r["time"] for r in good if "transfer" in r["message"]]
    assert (min(times), max(times)) == (one.first_seen, one.last_seen)


def test_steps_that_changed_are_shown_side_by_side(tmp_path):
    """After one message another one follows; a trace of each kind shows it."""
    answer = asked(incident(tmp_path, "forgotten"))
    step = answer.steps[0]

    assert "stock" == step.suspect
    assert "reserving <num> items" == step.after
    assert "reserved <num> items in shelf <num>" == step.usual
    assert (60, 60, 0, 59, None) == (
        step.before,
        step.before_of,
        step.now,
        step.now_of,
        step.instead,
    )
    assert "checkout: stock confirmed for <num>" == step.still
    before, now = step.passages
    assert any("reserved" in row for row in before.rows)
    assert not any("reserved" in row for row in now.rows)
    assert before.trace != now.trace


GROUPS = {
    "source": {"bank"},
    "service": {"bank"},
    "level": {"error"},
    "trace_id": None,
}


@pytest.mark.parametrize(("key", "names"), GROUPS.items(), ids=GROUPS)
def test_suspects_by_any_field(tmp_path, key, names):
    """A source, a service, a value of a field."""
    answer = asked(incident(tmp_path, "refused"), group_by=key)

    assert key == answer.group_by
    assert answer.suspects
    if names:
        assert answer.suspects[0].name in names


def test_a_field_that_nobody_has(tmp_path):
    """Is told with the nearest one."""
    answer = asked(incident(tmp_path, ""), group_by="servise")

    assert any(
        "'servise'" in note and "'service'" in note for note in answer.view.notes
    )


def test_without_traces_errors_and_rates_tell(tmp_path):
    """Steps and waits cannot be compared, and the answer says so."""
    answer = asked(incident(tmp_path, "refused", traced=False))

    assert answer.suspects[0].name in {"bank", "checkout", "payment"}
    assert [] == answer.steps
    assert any("no trace ids" in note for note in answer.view.notes)
    reasons = " | ".join(r for one in answer.suspects for r in one.reasons)
    assert "none now: transfer of <num> EUR accepted" in reasons


def test_without_periods_the_end_of_the_log_is_compared(tmp_path):
    """Its last quarter, with as long a time before."""
    everything = [
        pair
        for number in range(8)
        for pair in records(NOON_NS - (9 - number) * SPAN_NS, seed=number)
    ]
    folder = write(tmp_path, [*everything, *records(NOON_NS - SPAN_NS, "refused")])
    with reading(config(folder, "*.jsonl")) as book:
        answer = book.compare(Ask())

    assert "bank" == answer.suspects[0].name
    assert answer.view.compared
    since, until = answer.baseline["since"], answer.baseline["until"]
    assert iso(NOON_NS - 9 * SPAN_NS) <= since < until < iso(NOON_NS - SPAN_NS)


def test_a_baseline_is_as_long_as_what_is_asked_for(tmp_path):
    """It ends where that begins; where no log is held of its begin, it begins later."""
    folder = incident(tmp_path, "refused")
    with reading(config(folder, "*.jsonl")) as book:
        near = book.compare(Ask(since=iso(BAD_NS + 2 * MINUTE_NS), until=BAD[1]))
        far = book.compare(Ask(since=iso(BAD_NS - 10 * MINUTE_NS), until=BAD[1]))
        ended = book.compare(WHEN, baseline_until=GOOD[1])
        begun = book.compare(WHEN, baseline_since=GOOD[0])
        later = book.compare(Ask(since=GOOD[0], until=GOOD[1]), baseline_since=BAD[0])

    assert iso(BAD_NS + 2 * MINUTE_NS - 1) == near.baseline["until"]
    assert iso(BAD_NS) <= near.baseline["since"]
    assert GOOD[0] <= far.baseline["since"] <= GOOD[1]
    assert GOOD[0] == ended.baseline["since"]
    assert iso(BAD_NS - 1) == begun.baseline["until"]
    assert BAD[0] == later.baseline["since"]


def test_a_filter_does_not_shorten_the_baseline(tmp_path):
    """It begins where the log does, not where the first record that answers is."""
    begin = NOON_NS - 120 * MINUTE_NS
    told = {"service": "bank", "level": "error"}
    lines = [
        {"time": iso(begin + minute * MINUTE_NS), "message": word, **told}
        for minute in range(120)
        for word in (("tick", "boom") if minute > 30 else ("tick",))
    ]
    hour = Ask(since=iso(NOON_NS - 60 * MINUTE_NS), query="boom")
    folder = write(tmp_path, enumerate(lines))
    with reading(config(folder, "*.jsonl")) as book:
        answer = book.compare(hour)
        short = book.compare(replace(hour, since=iso(begin + 50 * MINUTE_NS)))

    assert iso(begin + MINUTE_NS) == answer.baseline["since"]
    assert [(0.492, 1.017)] == [
        (one.before_per_minute, one.after_per_minute) for one in answer.standing
    ]
    assert iso(begin) == short.baseline["since"]  # The log has no more.


WRONG = {
    "overlap": ({"baseline_since": BAD[0], "baseline_until": GOOD[1]}, "after until"),
    "the same": ({"baseline_since": BAD[0], "baseline_until": BAD[1]}, "overlaps"),
    "no time": ({"baseline_since": "yesterdayish"}, "baseline: since: "),
    "last call": ({"baseline_since": "last_call"}, "last_call cannot be compared with"),
    "no name": ({"group_by": " "}, "group_by: the name of a field is empty"),
    "no rows": ({"limit": 0}, "limit: 0 is out of range"),
}


@pytest.mark.parametrize(("given", "said"), WRONG.values(), ids=WRONG)
def test_says_what_is_wrong(tmp_path, given, said):
    """And what instead."""
    folder = incident(tmp_path, "")
    with reading(config(folder, "*.jsonl")) as book, pytest.raises(QueryError) as told:
        book.compare(WHEN, **given)

    assert said in str(told.value)


def test_since_the_last_call(tmp_path):
    """What arrived since is held against all that was there before."""
    folder = write(tmp_path, [*records(GOOD_NS)])
    with reading(config(folder, "*.jsonl")) as book:
        book.overview()
        for name in ("bank", "checkout", "gate", "payment", "stock"):
            own = [r for _, r in records(BAD_NS, "refused") if r["service"] == name]
            with (folder / f"{name}.jsonl").open("a", encoding="utf-8") as file:
                file.writelines(f"{json.dumps(one)}\n" for one in own)
        wait_until_held(book, 60 * 11 * 2)
        answer = book.compare(Ask(since="last_call"))
        with pytest.raises(QueryError, match="leave"):
            book.compare(Ask(since="last_call"), baseline_since=GOOD[0])

    assert 60 * 11 == answer.error_rate["before_records"]
    assert 60 * 11 == answer.error_rate["after_records"]
    assert "bank" == answer.suspects[0].name


def wait_until_held(book: Logbook, count: int) -> None:
    eventually(
        lambda: sum(len(s) for h in book.ring.snapshot() for s in h.segments) >= count
    )


def test_a_filter_narrows_both_periods(tmp_path):
    """Here to one source, and to what is no error."""
    folder = incident(tmp_path, "refused")
    answer = asked(folder, Ask(since=BAD[0], until=BAD[1], source=("payment", "bank")))

    assert {"payment", "bank"} >= {one.name for one in answer.suspects}
    assert 60 * 3 == answer.error_rate["after_records"]


def test_nothing_in_a_period(tmp_path):
    """The answer says so, and suspects nobody for sure."""
    folder = incident(tmp_path, "refused")
    early = iso(GOOD_NS - 60 * MINUTE_NS)
    answer = asked(folder, baseline_since=early, baseline_until=iso(GOOD_NS - 1))

    assert any("no record of the baseline" in note for note in answer.view.notes)
    assert 0 == answer.error_rate["before_records"]
    empty = asked(folder, Ask(since=iso(NOON_NS - SECOND_NS), until=iso(NOON_NS)))
    assert any("no record of the window" in note for note in empty.view.notes)
    assert [] == empty.suspects


def test_time_that_is_over_is_told(tmp_path):
    """The answer is partial, and the next one goes on."""
    folder = incident(tmp_path, "refused", count=400)
    with reading(config(folder, "*.jsonl"), pace=steps(1)) as book:
        answer = book.compare(WHEN, **BEFORE)

    assert answer.view.partial
    assert answer.view.notes


def test_the_disk_is_read_where_memory_ends(tmp_path):
    """The same answer from a ring that holds hardly anything."""
    folder = incident(tmp_path, "refused", count=400)
    whole = asked(folder)
    with reading(config(folder, "*.jsonl", memory=60_000)) as book:
        assert book.ring.snapshot()[0].evicted or book.feed.remaining_bytes()
        answer = book.compare(WHEN, **BEFORE)

    assert asdict(whole)["suspects"] == asdict(answer)["suspects"]
    assert whole.error_rate == answer.error_rate


def test_memory_is_counted_and_given_back(tmp_path):
    """The ring counts what is remembered of traces; forgetting it changes no answer."""
    folder = incident(tmp_path, "refused")
    with reading(config(folder, "*.jsonl")) as book:
        first = book.compare(WHEN, **BEFORE)
        traces = book._comparing._traces
        held = traces.nbytes
        traces.forget()
        again = book.compare(WHEN, **BEFORE)

        assert held > 0
        assert traces.nbytes == held
    assert first.suspects == again.suspects


def test_reads_in_one_go(tmp_path):
    """Within 2,000 tokens: who, why, what follows now, what is gone, what is new."""
    answer = asked(incident(tmp_path, "refused"))
    text = render.comparison(answer, render.COMPARISON_TOKENS)

    assert render.tokens(text) <= 2000
    lines = text.split("\n")
    assert lines[0].startswith("1 suspect by service | ")
    assert "compared with" in lines[0]
    assert "bank: new error in 60 of 60, first trouble in 60: limit" in lines[3]
    assert text.index("gone, there before") < text.index("new, not there before")
    assert "transfer of <num> EUR accepted" in text
    assert "instead: order <num> failed (error)" in text


def logfmt(folder):
    """The same incident in one file of pairs, which cannot be read at once."""
    told = sorted(
        (at, one)
        for period in (records(GOOD_NS), records(BAD_NS, "refused"))
        for at, one in ((at, json.dumps(one)) for at, one in period)
    )
    lines = []
    for _, text in told:
        one = json.loads(text)
        message = one.pop("message")
        pairs = " ".join(f"{name}={value}" for name, value in one.items())
        lines.append(f'{pairs} msg="{message}"\n')
    (folder / "all.log").write_text("".join(lines), "utf-8")
    return folder


def test_services_of_text_are_read_where_they_are_asked_for(tmp_path):
    """One by one, as far as time goes; without being asked, sources are compared."""
    with reading(config(logfmt(tmp_path), "*.log")) as book:
        chosen = book.compare(WHEN, **BEFORE)
        services = book.compare(WHEN, group_by="service", **BEFORE)

    assert ("source", "all") == (chosen.group_by, chosen.suspects[0].name)
    assert "bank" == services.suspects[0].name
    assert not services.view.partial


def test_services_that_are_not_read_in_time_are_counted(tmp_path, monkeypatch):
    """The answer is partial, and says of how many records nothing is known."""
    monkeypatch.setattr(columns, "READ", 50)
    with reading(config(logfmt(tmp_path), "*.log"), pace=steps(6)) as book:
        answer = book.compare(WHEN, group_by="service", **BEFORE)

    assert answer.view.partial
    assert any("not counted" in note for note in answer.view.notes)


def test_a_service_that_the_settings_give(tmp_path):
    """Counts without being asked for."""
    settings = config(logfmt(tmp_path), "*.log")
    source = replace(settings.sources[0], service="shop")
    with reading(replace(settings, sources=(source,))) as book:
        answer = book.compare(WHEN, **BEFORE)

    assert "service" == answer.group_by


def test_too_many_suspects_are_one(tmp_path, monkeypatch):
    """What comes beyond the limit counts together."""
    monkeypatch.setattr(gather, "NAMES_MAX", 2)
    answer = asked(incident(tmp_path, "refused"), group_by="service")

    named = {one.name for one in answer.suspects}
    assert "(others)" in named
    assert len(named) <= 3


def test_more_records_than_fit(tmp_path, monkeypatch):
    """The answer is partial, and says so."""
    monkeypatch.setattr(events, "RECORDS_MAX", 100)
    answer = asked(incident(tmp_path, "refused"))

    assert answer.view.partial
    assert any("more records than fit" in note for note in answer.view.notes)


def test_traces_that_a_filter_leaves_out_need_no_room(tmp_path, monkeypatch):
    """Only those of the records that are compared count."""
    told = {"service": "bank", "message": "paid"}
    lines = [
        {"time": iso(at + n * SECOND_NS), "level": level, "trace_id": f"t{n}", **told}
        for at in (GOOD_NS, BAD_NS)
        for n, level in enumerate(["info"] * 60 + ["error"] * 6)
    ]
    monkeypatch.setattr(events, "TRACES_MAX", 20)
    folder = write(tmp_path, enumerate(lines))
    answer = asked(folder, replace(WHEN, level="error"))

    assert [] == answer.view.notes
    assert 6 == answer.error_rate["before_records"]
    assert 6 == answer.error_rate["after_records"]


@pytest.mark.untraced
def test_shapes_that_are_not_told_in_time_are_counted(tmp_path):
    """Most of a long file; the next question goes on."""
    folder = incident(tmp_path, "refused", count=1200)
    with reading(config(folder, "checkout.jsonl"), pace=steps(3)) as book:
        first = last = book.compare(WHEN, **BEFORE)
        for _ in range(20):
            last = book.compare(WHEN, **BEFORE)

    assert any("not sorted by shape yet" in note for note in first.view.notes)
    assert last.error_rate["after_records"] > first.error_rate["after_records"]


def test_work_that_is_new_is_one_row_a_source(tmp_path):
    """Neither errors nor warnings; and a rate that moved is shown with both."""
    extra = []
    for at, one in records(BAD_NS, count=40):
        extra.append((at, one))
        if one["service"] == "bank":
            extra += [
                (at + n, one | {"message": f"audit of {word} began"})
                for n, word in enumerate(("ledgers", "limits", "loans"))
            ]
        if one["service"] == "stock" and "reserving" in one["message"]:
            extra += [(at + n, one) for n in range(1, 30)]
    answer = asked(write(tmp_path, [*records(GOOD_NS, count=40), *extra]))
    text = render.comparison(answer, 4000)

    assert "bank: 3 shapes, 120 records, neither errors nor warnings, as p" in text
    assert re.search(r"8 -> 240 info reserving <num> items \| stock", text)
    few = render.comparison(answer, 400)
    assert render.tokens(few) <= 400
    assert "suspects" in few


def test_a_new_shape_counts_once_for_each_source(tmp_path):
    """However many suspects of it have the shape, and whoever wrote it first."""
    extra = [
        (
            at + n,
            {
                "time": iso(at + n),
                "level": "info",
                "service": name,
                "message": "audit",
                "worker": worker,
            },
        )
        for at in range(BAD_NS, BAD_NS + 10 * SECOND_NS, SECOND_NS)
        for n, (name, worker) in enumerate(
            [("bank", "w1"), ("bank", "w2"), ("stock", "w1"), ("stock", "w2")]
        )
    ]
    every = [*records(GOOD_NS), *records(BAD_NS), *extra]
    answer = asked(write(tmp_path, every), group_by="worker")

    assert {"bank": (1, 20), "stock": (1, 20)} == answer.view.fresh


def test_large_numbers_are_written_in_full(tmp_path):
    """All records are errors, thousands a minute; and half a percent of many."""
    told = {"service": "bank", "message": "refused"}

    def lines(at, count, every=1):
        return [
            {
                "time": iso(at + n * SPAN_NS // count),
                "level": "info" if n % every else "error",
                **told,
            }
            for n in range(count)
        ]

    folder = write(tmp_path, enumerate(lines(GOOD_NS, 600, 200) + lines(BAD_NS, 6200)))
    text = render.comparison(asked(folder), 2000)

    assert "6200 records, errors 1240/min (100%)" in text
    assert "600 records, errors 0.6/min (0.5%)" in text
    assert "120 -> 1240 error refused" in text
    assert not re.search(r"\de\+\d", text)


def test_no_errors_are_no_percent(tmp_path):
    """And fewer than one in a thousand are few."""
    answer = asked(incident(tmp_path, ""))
    few = {**answer.error_rate, "after_share": 0.0, "after_errors": 1}

    assert "errors 0/min (0%)" in render.comparison(answer, 2000)
    assert "(<0.1%)" in render.comparison(replace(answer, error_rate=few), 2000)
