"""What the loggers of the world write as JSON, a record of each."""

import json

import pytest

from log_mcp.formats import Context, detect
from log_mcp.record import Level
from log_mcp.timestamp import iso

CONTEXT = Context(anchor_ns=1_790_000_000 * 10**9)
STAMP = "2026-03-04T05:06:07.123Z"
PYTHON = 'Traceback (most recent call last):\n  File "/srv/a.py", line 1, in f\n    g()\nValueError: none'
JAVA = "java.lang.IllegalStateException: none\n\tat shop.Cart.add(Cart.java:12)"
NODE = "TypeError: none\n    at add (/srv/cart.js:12:3)"
NET = "System.InvalidOperationException: none\n   at Shop.Cart.Add() in /srv/Cart.cs:line 12"
STATE = "java.lang.IllegalStateException"
FRAME = {"class": "shop.Cart", "method": "add", "file": "Cart.java", "line": 12}

# Fields, and the type of the exception; the message is `failed`, the level an error.
RECORDS = {
    "structlog": ({"event": "failed", "level": "error", "timestamp": STAMP, "exception": PYTHON},
                  "ValueError"),
    "structlog's dicts": ({"event": "failed", "level": "error", "timestamp": STAMP, "exception": [
        {"exc_type": "ValueError", "exc_value": "none", "frames": [
            {"filename": "a.py", "lineno": 1, "name": "f"}]}]}, "ValueError"),
    "python-json-logger": ({"asctime": "2026-03-04 05:06:07,123", "levelname": "ERROR",
                            "message": "failed", "exc_info": PYTHON}, "ValueError"),
    "a trace in a list": ({"timestamp": STAMP, "level": "ERROR", "message": "failed",
                           "exc_info": PYTHON.split("\n")}, "ValueError"),
    "Python's number": ({"timestamp": STAMP, "levelno": 40, "message": "failed"}, None),
    "loguru": ({"text": f"x - failed\n{PYTHON}\n", "record": {
        "exception": {"type": "ValueError", "value": "none", "traceback": True},
        "level": {"name": "ERROR", "no": 40}, "message": "failed", "name": "shop.cart",
        "time": {"repr": "2026-03-04 05:06:07.123000+00:00", "timestamp": 1772600767.123}}},
        "ValueError"),
    "pino": ({"level": 50, "time": 1772600767123, "err": {"type": "TypeError",
              "message": "none", "stack": NODE}, "msg": "failed"}, "TypeError"),
    "bunyan": ({"name": "shop", "level": 50, "err": {"message": "none", "name": "TypeError",
                "stack": NODE}, "msg": "failed", "time": STAMP, "v": 0}, "TypeError"),
    "winston": ({"level": "error", "message": "failed", "stack": NODE, "timestamp": STAMP},
                "TypeError"),
    "winston, coloured": ({"level": "\x1b[31merror\x1b[39m", "message": "\x1b[31mfailed\x1b[39m",
                           "timestamp": STAMP}, None),
    "winston's metadata": ({"level": "error", "message": "failed", "timestamp": STAMP,
                            "metadata": {"error": {"name": "TypeError", "stack": NODE}}},
                           "TypeError"),
    "zap": ({"level": "error", "ts": 1772600767.123, "msg": "failed", "error": "none",
             "stacktrace": "main.add\n\t/srv/cart.go:12"}, "error"),
    "zerolog": ({"level": "error", "error": "none", "time": 1772600767123, "message": "failed",
                 "stack": [{"func": "add", "line": "12", "source": "cart.go"}]}, ""),
    "logrus": ({"error": "none", "level": "error", "msg": "failed", "time": STAMP}, None),
    "slog": ({"time": STAMP, "level": "ERROR+2", "msg": "failed"}, None),
    "ECS, dotted": ({"@timestamp": STAMP, "log.level": "ERROR", "message": "failed",
                     "error.type": STATE, "error.stack_trace": JAVA}, STATE),
    "ECS, nested": ({"@timestamp": STAMP, "log": {"level": "error"}, "message": "failed",
                     "error": {"type": STATE, "stack_trace": JAVA}}, STATE),
    "ECS, a list": ({"@timestamp": STAMP, "log.level": "ERROR", "message": "failed",
                     "error.stack_trace": JAVA.split("\n")}, STATE),
    "GELF": ({"version": "1.1", "short_message": "failed", "full_message": JAVA,
              "timestamp": 1772600767.123, "level": 3}, STATE),
    "Serilog, compact": ({"@t": STAMP, "@mt": "{X}", "@m": "failed", "@l": "Error", "@x": NET},
                         "System.InvalidOperationException"),
    "Serilog": ({"Timestamp": STAMP, "Level": "Error", "MessageTemplate": "{X}",
                 "RenderedMessage": "failed", "Exception": NET},
                "System.InvalidOperationException"),
    "NLog": ({"time": "2026-03-04 05:06:07.123", "level": "ERROR", "message": "failed",
              "exception": NET}, "System.InvalidOperationException"),
    ".NET": ({"Timestamp": "2026-03-04 05:06:07.123 ", "LogLevel": "Error", "Message": "failed",
              "Category": "Shop.Cart"}, None),
    "log4j2": ({"instant": {"epochSecond": 1772600767, "nanoOfSecond": 123000000},
                "level": "ERROR", "message": "failed", "thrown": {"name": STATE,
                "message": "none", "extendedStackTrace": [FRAME]}}, STATE),
    "log4j2's template": ({"timestamp": STAMP, "level": "ERROR", "message": "failed",
                           "exception": {"exception_class": STATE, "exception_message": "none",
                                         "stacktrace": JAVA}}, STATE),
    "Logstash": ({"@timestamp": STAMP, "@version": "1", "message": "failed", "level": "ERROR",
                  "level_value": 40000, "stack_trace": JAVA}, STATE),
    "logback": ({"timestamp": 1772600767123, "level": "ERROR", "message": "{}",
                 "formattedMessage": "failed", "throwable": {"className": STATE,
                 "message": "none", "stepArray": [{"className": "shop.Cart",
                 "methodName": "add", "fileName": "Cart.java", "lineNumber": 12}]}}, STATE),
    "Quarkus": ({"timestamp": STAMP, "level": "ERROR", "message": "failed", "exception": {
        "refId": 1, "exceptionType": STATE, "message": "none", "frames": [FRAME]}}, STATE),
    "Google's export": ({"jsonPayload": {"message": "failed", "exception": PYTHON},
                         "timestamp": STAMP, "severity": "ERROR"}, "ValueError"),
    "Google's export without severity": ({"jsonPayload": {"message": "failed",
        "level": "error"}, "timestamp": STAMP, "severity": "DEFAULT"}, None),
    "Google's agent": ({"severity": "ERROR", "message": "failed",
                        "timestampSeconds": 1772600767, "timestampNanos": 123000000}, None),
    "a trace in the message": ({"severity": "ERROR", "message": f"failed\n{JAVA}",
                                "time": STAMP}, STATE),
    "AWS Lambda, Python": ({"timestamp": STAMP, "level": "ERROR", "message": "failed",
        "errorType": "ValueError", "errorMessage": "none",
        "stackTrace": ['  File "/var/task/a.py", line 1, in f\n    g()\n']}, "ValueError"),
    "AWS Lambda, Node": ({"timestamp": STAMP, "level": "ERROR", "message": {
        "errorType": "TypeError", "errorMessage": "failed", "stackTrace": NODE.split("\n")}},
        "TypeError"),
    "Azure": ({"time": STAMP, "level": "Error", "properties": {"message": "failed"}}, None),
    "OpenTelemetry, Python": ({"body": "failed", "severity_number": 17, "attributes": {
        "exception.type": "ValueError", "exception.stacktrace": PYTHON}, "timestamp": STAMP},
        "ValueError"),
    "OpenTelemetry, a table's row": ({"Timestamp": STAMP, "SeverityNumber": 17,
        "Body": "failed", "Attributes": {"exception.stacktrace": PYTHON}}, "ValueError"),
    "tracing": ({"timestamp": STAMP, "level": "ERROR", "fields": {"message": "failed"},
                 "target": "shop::cart"}, None),
    "Elixir": ({"time": STAMP, "severity": "error", "message": "failed",
                "metadata": {"request_id": "4f"}}, None),
    "Monolog": ({"message": "failed", "context": {"exception": {"class": "RuntimeException",
        "message": "none", "trace": ["/srv/index.php:3"]}}, "level": 400,
        "datetime": "2026-03-04T05:06:07.123000+00:00"}, "RuntimeException"),
    "Monolog of old": ({"message": "failed", "level": 400, "datetime": {
        "date": "2026-03-04 05:06:07.123000", "timezone_type": 3, "timezone": "UTC"}}, None),
    "Rails": ({"timestamp": STAMP, "level": "error", "message": "failed", "exception": {
        "name": "RuntimeError", "message": "none",
        "stack_trace": ["/srv/cart.rb:12:in `add'", "/srv/main.rb:3:in `main'"]}},
        "RuntimeError"),
    "Datadog": ({"timestamp": 1772600767123, "status": "error", "message": "failed",
                 "error": {"kind": "ValueError", "message": "none", "stack": PYTHON}},
                "ValueError"),
    "Datadog's export": ({"attributes": {"timestamp": STAMP, "status": "error",
        "message": "failed", "attributes": {"error": {"kind": "ValueError",
        "message": "none", "stack": PYTHON}}}}, "ValueError"),
    "Sentry": ({"timestamp": 1772600767.123, "level": "error", "message": "failed",
        "exception": {"values": [{"type": "ValueError", "value": "none", "stacktrace": {
            "frames": [{"filename": "a.py", "lineno": 1, "function": "f"}]}}]}},
        "ValueError"),
    "Elasticsearch": ({"timestamp": "2026-03-04T05:06:07,123Z", "level": "ERROR",
        "message": "failed", "stacktrace": [f"{STATE}: none", "at a.B.c(B.java:1) ~[?:?]"]},
        STATE),
    "log4js": ({"startTime": STAMP, "level": {"level": 40000, "levelStr": "ERROR"},
                "msg": "failed"}, None),
    "roarr": ({"context": {"logLevel": 50}, "message": "failed", "time": 1772600767123}, None),
    "PostgreSQL": ({"timestamp": "2026-03-04 05:06:07.123 UTC", "error_severity": "ERROR",
                    "message": "failed"}, None),
    "MySQL": ({"prio": 1, "label": "Error", "msg": "failed", "time": STAMP}, None),
    "macOS": ({"timestamp": "2026-03-04 05:06:07.123000+0000", "messageType": "Error",
               "eventMessage": "failed"}, None),
    "Windows": ({"TimeCreated": STAMP, "LevelDisplayName": "Error", "Message": "failed"}, None),
    "rsyslog": ({"timestamp": STAMP, "syslogseverity": "3", "msg": "failed"}, None),
    "Falco": ({"output": "failed", "priority": "Error", "time": STAMP}, None),
    "capitals": ({"TIME": STAMP, "LEVEL": "ERROR", "MESSAGE": "failed"}, None),
}  # fmt: skip


@pytest.mark.parametrize(("fields", "thrown"), RECORDS.values(), ids=RECORDS)
def test_a_record_of_each(fields, thrown):
    """Time, level and message are where that library has them, and its exception."""
    text = json.dumps(fields).encode()
    record = detect(text + b"\n", CONTEXT).parse(text)

    assert record.time_ns is not None
    assert STAMP == iso(record.time_ns)[:23] + "Z"
    assert Level.ERROR == record.level
    assert "failed" == record.message.partition("\n")[0]
    assert thrown == (record.exception.type if record.exception else None)


STATUS = {
    "Traefik": {"DownstreamStatus": 502, "RequestMethod": "GET"},
    "nginx": {"request": "GET /cart HTTP/1.1", "status": "502"},
    "Envoy": {"method": "GET", "response_code": 503},
    "HAProxy": {"http": {"method": "GET", "status_code": 503}},
    "Kubernetes": {"verb": "get", "responseStatus": {"code": 500}},
}


@pytest.mark.parametrize("fields", STATUS.values(), ids=STATUS)
def test_an_access_record_has_the_level_of_its_status(fields):
    """Inferred, as for a line of an access log."""
    text = json.dumps(fields).encode()
    record = detect(text + b"\n", CONTEXT).parse(text)

    assert (Level.ERROR, True) == (record.level, record.level_inferred)


NO_LEVEL = {
    "a status of a job": {"status": "failed"},
    "a status that is a number": {"status": 400},
    "a request that is no line": {"request": "refund", "status": 500},
    "a place": {"at": "cart.add"},
    "Python's number out of range": {"levelno": 7000},
    "a step of no level": {"level": "depth+4"},
}


@pytest.mark.parametrize("fields", NO_LEVEL.values(), ids=NO_LEVEL)
def test_what_is_no_level(fields):
    """Names that others use for something else."""
    text = json.dumps(fields).encode()

    assert Level.UNKNOWN == detect(text + b"\n", CONTEXT).parse(text).level


STEPS = {"DEBUG-4": Level.TRACE, "INFO+2": Level.INFO, "ERROR+4": Level.CRITICAL,
         "WARN-1": Level.WARNING}  # fmt: skip


@pytest.mark.parametrize(("word", "level"), STEPS.items())
def test_steps_between_the_levels_of_go(word, level):
    """Four make a level."""
    text = json.dumps({"level": word, "msg": "x"}).encode()

    assert level == detect(text + b"\n", CONTEXT).parse(text).level
