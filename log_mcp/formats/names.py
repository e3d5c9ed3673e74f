"""Under which names the JSON of the world keeps what every record has.

Each table is in order: of several names that a record has, the first with a value of the
right kind counts. A dot reads both ways: `log.level` is a key of that name, or `level`
inside an object `log`.

The tables cover structlog, python-json-logger, Pino, Winston, Bunyan, zap, zerolog,
logrus, slog, ECS, Logstash encoders, Serilog (both of its JSON formats), NLog, Monolog,
log4j2, logback, tracing (Rust), Elixir, Rails, MongoDB, journald, GELF, OpenTelemetry,
Datadog, Sentry, Google, Azure and AWS.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, Final

_SEEN_MAX: Final = 256  # sets of keys that a table remembers
_KEYS_CHARACTERS_MAX: Final = 1024  # of such a set


class Table(tuple[str, ...]):  # noqa: SLOT001 - its lookups are made once
    """Names in order, and which of them an object may hold, told by its keys.

    Args:
        names: The first one comes first.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._rank = {name: rank for rank, name in enumerate(self)}
        under: dict[str, list[str]] = {}
        for name in names:
            for key in {name, name.partition(".")[0]}:
                under.setdefault(key, []).append(name)
        self._under = under
        self._seen: dict[tuple[str, ...], Collection[str]] = {}

    def within(self, fields: Mapping[str, Any]) -> Collection[str]:
        """The names that an object may hold, in order.

        What a program writes has few sets of keys, so what one gave is remembered.
        """
        keys = tuple(fields)
        held = self._seen.get(keys)
        if held is None:
            held = self._look_up(fields)
            if sum(map(len, keys)) <= _KEYS_CHARACTERS_MAX:
                if len(self._seen) >= _SEEN_MAX:
                    self._seen.clear()
                self._seen[keys] = held
        return held

    def _look_up(self, fields: Mapping[str, Any]) -> Collection[str]:
        """The names that an object may hold, in order.

        An object has about ten keys and a table up to forty names, so its keys are
        looked up in the table and not the names in the object.
        """
        under = self._under
        keys = [key for key in fields if key in under]
        if not keys:
            return ()
        if len(keys) == 1:
            return under[keys[0]]
        held = {name for key in keys for name in under[key]}
        return sorted(held, key=self._rank.__getitem__)

    def whole_in(self, fields: Mapping[str, Any]) -> list[str]:
        """The names that are keys of an object."""
        rank = self._rank
        return [key for key in fields if key in rank]

    def ordered(self, names: Iterable[str]) -> list[str]:
        """Some of the names, each once, in order."""
        return sorted(set(names), key=self._rank.__getitem__)


def table(*names: str) -> Table:
    """A table of those names."""
    return Table(names)


TIME: Final = table(
    "@timestamp",
    "timestamp",
    "time",
    "ts",
    "@t",
    "datetime",
    "asctime",
    "date",
    "Timestamp",
    "eventTime",
    "event_time",
    "logTime",
    "log_time",
    "logged_at",
    "t",
    "timestamp_ns",
    "timeUnixNano",
    "instant",
    "timeMillis",
    "__REALTIME_TIMESTAMP",
    "_time",
    "start_time",
    "EdgeEndTimestamp",
    "EdgeStartTimestamp",
    "requestReceivedTimestamp",
    "created_at",
    "createdAt",
    "created",
    "unixTime",
    "calendarTime",
    "observed_timestamp",
    "receiveTimestamp",
    "time_iso8601",
    "time_local",
    "timestamp_ms",
    "ts_ms",
    "timestampSeconds",
    "Time",
    "TIME",
    "DATE",
    "dateTime",
    "DateTime",
    "TimeGenerated",
    "TimeCreated",
    "utc_time",
    "unix_time",
    "epoch",
    "logTimestamp",
    "log_timestamp",
    "startTime",
    "StartUTC",
    "StartLocal",
    "published",
    "record.time.timestamp",
    "record.time.repr",
    "attributes.timestamp",
    "observedTimeUnixNano",
    "stageTimestamp",
)
LEVEL: Final = table(
    "level",
    "log.level",
    "levelname",
    "level_name",
    "severity",
    "lvl",
    "loglevel",
    "log_level",
    "logLevel",
    "severityText",
    "severity_text",
    "@l",
    "Level",
    "LogLevel",
    "@level",
    "severityNumber",
    "severity_number",
    "levelno",
    "PRIORITY",
    "priority",
    "syslog_level",
    "s",
    "Severity",
    "SEVERITY",
    "SeverityText",
    "SeverityNumber",
    "LEVEL",
    "Lvl",
    "levelName",
    "level.name",
    "level.levelStr",
    "level.no",
    "record.level.name",
    "error_severity",
    "LevelDisplayName",
    "messageType",
    "logger.level",
    "log_severity",
    "severity_label",
    "syslogseverity",
    "label",
    "context.logLevel",
    "jsonPayload.severity",
    "jsonPayload.level",
    "fields.level",
    "metadata.level",
    "attributes.status",
    "status",
    "at",
)
MESSAGE: Final = table(
    "formattedMessage",
    "message",
    "msg",
    "event",
    "@m",
    "@mt",
    "@message",
    "body",
    "Message",
    "RenderedMessage",
    "MessageTemplate",
    "fields.message",
    "short_message",
    "MESSAGE",
    "textPayload",
    "log",
    "record.message",
    "text",
    "error.message",
    "err.message",
    "Msg",
    "Body",
    "eventMessage",
    "log_message",
    "logMessage",
    "user_message",
    "jsonPayload.message",
    "jsonPayload.msg",
    "attributes.message",
    "properties.message",
    "data.message",
    "resultDescription",
    "output",
    "full_message",
    "errorMessage",
    "error_message",
    "eventName",
    "error",
)
LOGGER: Final = table(
    "logger",
    "logger_name",
    "log.logger",
    "loggerName",
    "SourceContext",
    "Properties.SourceContext",
    "target",
    "channel",
    "component",
    "scope_name",
    "name",
    "c",
    "log.name",
    "logger.name",
    "record.name",
    "_logger",
    "Category",
    "categoryName",
    "category",
    "jsonPayload.logger",
    "@module",
)
SERVICE: Final = table(
    "service.name",
    "service",
    "service_name",
    "serviceName",
    "serviceContext.service",
    "app",
    "application",
    "appname",
    "app_name",
    "resource.service.name",
    "SYSLOG_IDENTIFIER",
    "resource.attributes.service.name",
    "Resource.service.name",
    "ResourceAttributes.service.name",
    "dd.service",
    "attributes.service",
    "ServiceName",
    "programname",
    "PROGRAM",
)
# A string below these is a stack trace, an object an exception.
EXCEPTION: Final = table(
    "exception",
    "exc_info",
    "exc_text",
    "error.stack_trace",
    "stack_trace",
    "stackTrace",
    "stacktrace",
    "stack",
    "error.stack",
    "err.stack",
    "error",
    "err",
    "traceback",
    "backtrace",
    "thrown",
    "Exception",
    "@x",
    "exc",
    "throwable",
    "exception.stacktrace",
    "exception.stack_trace",
    "attributes.exception.stacktrace",
    "Attributes.exception.stacktrace",
    "context.exception",
    "metadata.error",
    "metadata.stack",
    "jsonPayload.exception",
    "jsonPayload.stack_trace",
    "jsonPayload.error",
    "record.exception",
    "attributes.attributes.error",
    "message.stackTrace",
    "errorVerbose",
    "trace",
)


def _at(fields: dict[str, Any], name: str) -> Any:
    """The value of a name; None if there is none."""
    value = fields.get(name)
    if value is not None or "." not in name:
        return value
    outer, _, inner = name.partition(".")
    inside = fields.get(outer)
    return _at(inside, inner) if isinstance(inside, dict) else None


def found(fields: dict[str, Any], names: Table) -> Iterator[tuple[str, Any]]:
    """The names that a record has, with their values, in the order of the table."""
    for name in names.within(fields):
        value = _at(fields, name)
        if value is not None:
            yield name, value


def text(fields: dict[str, Any], names: Table) -> str | None:
    """The first value that is a text and not empty; None if there is none."""
    for name in names.within(fields):
        value = _at(fields, name)
        if isinstance(value, str) and value:
            return value
    return None


def without(fields: dict[str, Any], names: set[str]) -> dict[str, Any]:
    """The fields without those of the given names, which may have dots."""
    kept = {key: value for key, value in fields.items() if key not in names}
    for name in names:
        outer, dot, inner = name.partition(".")
        if (
            dot
            and outer in kept
            and name not in fields
            and isinstance(kept[outer], dict)
        ):
            kept[outer] = without(kept[outer], {inner})
            if not kept[outer]:
                del kept[outer]
    return kept
