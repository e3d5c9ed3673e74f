"""Twin of log_mcp/analysis/classify.py, advice.py, failures.py and mention.py."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.analysis.advice import known
from log_mcp.analysis.classify import Classifier
from log_mcp.analysis.failures import CLASSES
from log_mcp.analysis.mention import VALUES, values
from log_mcp.errors import ConfigError
from log_mcp.failure_class import SEVERITIES, FailureClass
from log_mcp.record import Exception_, Level, Record

PLACE = "shop/pay.py:3 in pay"
CLASSIFIER = Classifier()


def error(message="request failed", exception=None, **fields):
    return Record(
        None, Level.ERROR, message, message, exception=exception, fields=fields
    )


def told(record, classifier=CLASSIFIER):
    return classifier.tell(record, "api", PLACE)


def known_of(record, found):
    """What is known, where something is."""
    pattern, suggestions = known(record, found)
    assert pattern is not None
    return pattern, suggestions


def name(record):
    found = told(record)
    return found.of.name if found else None


@pytest.mark.parametrize("one", CLASSES, ids=lambda one: one.name)
def test_each_class_knows_its_sample(one):
    """As a bare message, and as the message of an exception."""
    type_, colon, message = one.sample.partition(": ")
    is_type = colon and re.fullmatch(r"[\w.]+", type_)
    thrown = Exception_(type_ if is_type else "AppError", message or one.sample, "")

    assert one.name == name(error(one.sample))
    if is_type:
        assert one.name == name(error(exception=thrown))
    else:
        assert one.name == name(error(exception=Exception_("E", one.sample, "")))


def test_types_stand_without_their_package():
    """As they are asked; one with its package would never be found."""
    assert [] == [one.name for one in CLASSES if re.search(r"::|\\\.", one.types)]


@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        ("Encoding::UndefinedConversionError", "encoding"),
        ("Gem::MissingSpecError", "missing-dependency"),
    ],
)
def test_types_of_a_module_are_known(type_, expected):
    """By what stands behind the module."""
    assert expected == name(error(exception=Exception_(type_, "no", "")))


@pytest.mark.parametrize("severity", ["err", "EMERGENCY", "severe", 3, "warn"])
def test_a_level_by_another_name_says_nothing_of_its_own(severity):
    """It is the record's level again."""
    record = error("no stock", severity=severity)

    assert (None, None) == (known(record, None)[0], name(record))


def test_the_table_is_in_order():
    """Names once each, severities that are some, suggestions that name what was seen."""
    names = [one.name for one in CLASSES]
    assert len(names) == len(set(names)) >= 40
    for one in CLASSES:
        assert re.fullmatch(r"[a-z]+(-[a-z]+)*", one.name)
        assert one.severity in SEVERITIES
        assert one.types or one.says
        valid = {*VALUES, "source", "place", *re.findall(r"\(\?P<(\w+)>", one.says)}
        for text in (*one.immediate, *one.preventive):
            named = set(re.findall(r"\{(\w+)\}", text))
            assert named
            assert named <= valid


MADE_UP = [
    "flux capacitor misaligned at sector 7",
    "the harvest moon refused to rise over lane 12",
    "order 1041 has no shipping lane",
    "WidgetError: the widget is not in the mood",
    "ParcelLost: parcel 77 left the belt between gate 3 and gate 4",
    "timeout setting of planet Vulcan is purple",
    "memory of the old king was exhausted by the bards",
    "permission slip for pupil 9 is green",
    "RuntimeError: boom",
    "ValueError: seven is not a colour",
    "Exception: nope",
    "job 12 ended badly",
    "cannot brew coffee: beans are shy",
    "IllegalStateException: door is neither open nor closed",
    "invoice 12 is denied by the committee",
    "the connection between sales and weather was not found",
    "certificate of excellence awarded to the wrong pupil",
    "key 7 of the piano is out of tune",
    "failed to convince the customer of plan B",
    "disk throwers' final cancelled because of rain",
]


@pytest.mark.parametrize("message", MADE_UP)
def test_nothing_is_said_of_what_is_not_known(message):
    """No class, and so no suggestion; as a message and as an exception."""
    type_, _, rest = message.rpartition(": ")
    record = error("x", exception=Exception_(type_ or "AppError", rest, ""))

    assert told(error(message)) is None
    assert told(record) is None
    assert (None, []) == (known(record, None)[0], known(record, None)[1].immediate)


def test_the_root_cause_decides():
    """Not what it led to; and what led there, where the root says nothing."""
    root = Exception_("ConnectionRefusedError", "[Errno 111] Connection refused", "")
    outer = Exception_("ReadTimeout", "timed out", "", cause=root)
    vague = Exception_("PaymentFailed", "no", "", cause=Exception_("E", "x", ""))

    assert "connection-refused" == name(error("gateway timeout", exception=outer))
    assert "timeout" == name(error("gateway timeout", exception=vague))


FIELDS = {
    "a text of the error": (
        {"err": "dial tcp 10.0.0.9:80: connection refused"},
        "connection-refused",
    ),
    "its code": ({"code": "ECONNRESET"}, "connection-reset"),
    "a nested type": ({"error": {"type": "io.x.SocketTimeoutException"}}, "timeout"),
    "a status": ({"status": 429}, "rate-limited"),
    "a status as text": ({"http": {"status_code": "503"}}, "service-unavailable"),
    "a status that is none": ({"status": 200}, None),
    "a status that is a truth value": ({"status": True}, None),
}


@pytest.mark.parametrize(("fields", "expected"), FIELDS.values(), ids=FIELDS)
def test_fields_are_read_where_messages_say_nothing(fields, expected):
    """The texts of errors first, a status of HTTP last."""
    assert expected == name(error(**fields))


def test_suggestions_name_what_was_seen():
    """And those whose values were not seen are left out."""
    record = error("connect ECONNREFUSED 10.4.0.9:5432")
    pattern, found = known_of(record, told(record))
    bare = error("connection refused")

    assert ("connection-refused", "high", True, "table", "ECONNREFUSED") == (
        pattern.name,
        pattern.severity,
        pattern.is_retryable,
        pattern.told_by,
        pattern.evidence,
    )
    assert [
        "see whether anything listens on 10.4.0.9:5432, and whether it was restarted"
    ] == found.immediate
    assert [
        "let api wait and try again while 10.4.0.9:5432 restarts"
    ] == found.preventive
    assert [] == known(bare, told(bare))[1].immediate


def test_what_the_record_says_goes_first():
    """Its code, severity, whether to try again, suggestions and related errors."""
    record = error(
        "connect ECONNREFUSED 10.4.0.9:5432",
        error={
            "code": "DB_DOWN",
            "severity": "page",
            "is_retryable": "false",
            "suggestions": {
                "immediate": ["call the database team"],
                "documentation": "wiki",
            },
            "related_errors": ["DB_SLOW"],
        },
    )
    pattern, found = known_of(record, told(record))

    assert ("connection-refused", "page", False, "DB_DOWN", ["DB_SLOW"]) == (
        pattern.name,
        pattern.severity,
        pattern.is_retryable,
        pattern.code,
        pattern.related_errors,
    )
    assert [
        "code",
        "severity",
        "is_retryable",
        "suggestions",
        "related_errors",
    ] == pattern.said
    assert "call the database team" == found.immediate[0]
    assert found.immediate[1].startswith("see whether anything listens")
    assert ["wiki", "connect(2): ECONNREFUSED"] == found.documentation


def test_a_record_that_says_something_of_a_failure_unknown():
    """Its own words alone; a severity that is its level says nothing."""
    record = error(
        "no", code=17, severity="ERROR", suggestions=["ask Ada"], retryable=True
    )
    pattern, found = known_of(record, None)

    assert (None, None, True, "record", "17") == (
        pattern.name,
        pattern.severity,
        pattern.is_retryable,
        pattern.told_by,
        pattern.code,
    )
    assert (["ask Ada"], []) == (found.immediate, found.preventive)


OWN = FailureClass(
    "ledger-closed",
    "medium",
    False,
    types="LedgerClosed",
    says=r"ledger (?P<ledger>\w+) is closed",
    immediate=("open ledger {ledger} in {source}",),
)


def test_classes_of_the_configuration_go_first():
    """By type or message, with their own groups."""
    own = Classifier([OWN])
    found = told(error("timed out: Ledger North is closed"), own)

    assert ("ledger-closed", "configuration") == (found.of.name, found.by)
    assert ["open ledger North in api"] == known(error("x"), found)[1].immediate
    assert "timeout" == told(error("timed out"), own).of.name
    thrown = error(exception=Exception_("shop.LedgerClosed", "no", ""))
    assert "ledger-closed" == told(thrown, own).of.name


BAD = {
    "no expression": ({"types": "", "says": ""}, "'type' or 'message' is missing"),
    "no RE2": ({"says": "("}, "message: not an RE2 expression"),
    "fits all": ({"says": "x*"}, "message: matches the empty text"),
    "no severity": ({"severity": "awful"}, "severity 'awful' is none of low, medium"),
    "no such value": (
        {"immediate": ("look at {ledgre}",)},
        r"nothing is known of \{ledgre\}. Valid: command",
    ),
}


@pytest.mark.parametrize(("changed", "message"), BAD.values(), ids=BAD)
def test_a_class_that_cannot_mean_what_it_says_is_refused(changed, message):
    """With its name, and what would be valid."""
    with pytest.raises(ConfigError, match=f"failure_class 'ledger-closed': {message}"):
        Classifier([OWN._replace(**changed)])


SEEN = {
    "a url": (
        "GET https://api.maps.example:8443/v1?q=1 failed",
        {
            "peer": "api.maps.example:8443",
            "url": "https://api.maps.example:8443/v1?q=1",
        },
    ),
    "a url with a user": (
        "postgres://shop:<x>@db.internal/shop",
        {"host": "db.internal"},
    ),
    "python's pool": (
        "HTTPConnectionPool(host='stock', port=80): read timeout=5",
        {"peer": "stock:80", "duration": "5 s"},
    ),
    "libpq": (
        'connection to server at "db1" (10.0.0.3), port 5432 failed',
        {"peer": "db1:5432"},
    ),
    "the far end": (
        "read tcp 10.0.0.4:51422->10.0.0.9:6379: reset",
        {"peer": "10.0.0.9:6379"},
    ),
    "a bare name": ("could not connect to cache:6379", {"peer": "cache:6379"}),
    "an address alone": ("no route to host 10.1.2.3", {"host": "10.1.2.3"}),
    "a line of code": ("failed at shop/db.py:25 in main.go:9", {}),
    "a time of day": ("failed at 12:30:45", {}),
    "a file in quotes": (
        "No such file: '/srv/my shop/x.csv'",
        {"file": "/srv/my shop/x.csv"},
    ),
    "a file": ("cannot write /var/lib/x/y.db today", {"file": "/var/lib/x/y.db"}),
    "a killed process": (
        "Killed process 41 (java) total-vm",
        {"pid": "41", "command": "java"},
    ),
    "a table and a user": (
        'role "shop" may not read relation "orders"',
        {"table": "orders", "user": "shop"},
    ),
    "milliseconds": ("no answer within 250ms", {"duration": "250 ms"}),
    "a size": ("body of 4096 bytes refused", {"size": "4096 bytes"}),
}


@pytest.mark.parametrize(("text", "expected"), SEEN.values(), ids=SEEN)
def test_values_that_a_text_names(text, expected):
    """All of them, and none that is something else."""
    found = values([text], {})

    assert expected.items() <= found.items()
    if not expected:
        assert {} == found


def test_values_of_fields():
    """Whom it talked to and the file, where no text says so; never its own host."""
    fields = {"host": "web-3", "upstream": "10.0.0.8:9000", "file": "/srv/in/7.csv"}

    assert {
        "host": "10.0.0.8",
        "port": "9000",
        "peer": "10.0.0.8:9000",
        "file": "/srv/in/7.csv",
    } == values(["failed"], fields)
    assert "peer" not in values(["failed"], {"host": "web-3.internal"})


@given(st.text(), st.text(), st.dictionaries(st.text(), st.text() | st.integers()))
def test_any_record_is_told_or_not(message, type_, fields):
    """Never an error, whatever it holds."""
    record = error(
        message,
        Exception_(type_, message, ""),
        **{"suggestions": [message], **{f"f{k}": v for k, v in fields.items()}},
    )
    found = told(record)
    pattern, suggestions = known(record, found)

    assert (pattern is None) == (found is None and not suggestions.immediate)
