"""The alerts of the configuration: what they are about, which fire, what became of them.

Each is told of once when it fires and once when it is over. The rules are in
`analysis.rules`, what keeps an alert from flapping is in `analysis.alarm`.
"""

from collections import deque
from collections.abc import Sequence
from typing import Final, NamedTuple

from log_mcp.analysis.aggregate import check_keys
from log_mcp.analysis.alarm import Alarm
from log_mcp.analysis.annotate import Annotator
from log_mcp.analysis.beats import Skipped
from log_mcp.analysis.columns import Columns
from log_mcp.analysis.fresh import Fresh
from log_mcp.analysis.keys import Key
from log_mcp.analysis.pick import Pick, pick
from log_mcp.analysis.rules import Above, Limit, NewGroup, Rule, Silent, Told
from log_mcp.answer import Alert, RuleRow
from log_mcp.config_file import AlertConfig
from log_mcp.errors import ConfigError, QueryError, nearest
from log_mcp.phrase import counted
from log_mcp.query.filter import Ask
from log_mcp.query.metric import Metric, parse
from log_mcp.query.quantity import quantity
from log_mcp.span import MINUTE
from log_mcp.timestamp import age, iso

KEEP_NS_MAX: Final = 5 * MINUTE  # that an alert fires on, unless it is said
NEW_NS: Final = 10 * MINUTE  # ... of a group that is new
RESOLVED_NS: Final = 60 * MINUTE  # that an alert is shown after it is over
CHANGES_MAX: Final = 1_000  # that are remembered for whoever asks what changed
FIRING_MAX: Final = 1_000  # of one alert at once; more are one trouble
_EMPTY: Final = Told((), 0, holds=False, example="")


class _One(NamedTuple):
    """One alert of the configuration."""

    settings: AlertConfig
    pick: Pick
    rule: Rule
    words: str
    unit: str
    fields: tuple[str, ...]
    keep_ns: int


class _Held(NamedTuple):
    """What is known of one group of an alert."""

    alarm: Alarm
    told: Told
    fired_ns: int


class Alerts:
    """All alerts. Used by one thread at a time.

    Args:
        settings: Of each.
        columns: What records hold.
        errors: Tells the groups of errors.
        label: Names the file of settings, for messages.

    Raises:
        ConfigError: A filter, a metric or a field of one means nothing.
    """

    def __init__(
        self,
        settings: Sequence[AlertConfig],
        columns: Columns,
        errors: Annotator,
        label: str = "",
    ) -> None:
        self._all = [_made(one, columns, errors, label) for one in settings]
        self._held: list[dict[Key, _Held]] = [{} for _ in self._all]
        self._over: deque[tuple[int, Alert]] = deque(maxlen=CHANGES_MAX)
        self._changes: deque[Alert] = deque(maxlen=CHANGES_MAX)
        self.changed = 0

    def __len__(self) -> int:
        return len(self._all)

    def skip(self, skipped: Skipped) -> None:
        """Have it told what of a span of the clock is no silence."""
        for one in self._all:
            if isinstance(one.rule, Silent):
                one.rule.skipped = skipped

    @property
    def learning(self) -> list[NewGroup]:
        """Rules that do not know yet which groups were there before."""
        rules = [one.rule for one in self._all]
        return [one for one in rules if isinstance(one, NewGroup) and not one.knows]

    def oldest_ns(self, now_ns: int) -> int:
        """Records before count for none."""
        return min(one.rule.oldest_ns(now_ns) for one in self._all)

    def take(self, fresh: Fresh, now_ns: int) -> None:
        """Take in records that were not looked at before."""
        for one in self._all:
            one.rule.take(fresh, now_ns)

    def forget(self) -> None:
        """Forget all records, and what was over; what is still held comes again."""
        for one in self._all:
            one.rule.forget()
        self._over.clear()

    def tell(self, now_ns: int) -> bool:
        """See what is so now; whether an alert fired or was over."""
        before = self.changed
        for one, held in zip(self._all, self._held, strict=True):
            told = {item.key: item for item in one.rule.told(now_ns)}
            for key in [*told, *(key for key in held if key not in told)]:
                self._tell(one, held, told.get(key, _EMPTY._replace(key=key)), now_ns)
        while self._over and now_ns - self._over[0][0] > RESOLVED_NS:
            self._over.popleft()
        return self.changed != before

    def _tell(self, one: _One, held: dict[Key, _Held], told: Told, now_ns: int) -> None:
        key = told.key
        known = held.get(key)
        if known is None:
            if not told.holds or len(held) >= FIRING_MAX:
                return
            known = _Held(Alarm(one.settings.for_, one.keep_ns), told, now_ns)
        change = known.alarm.tell(told.value, now_ns, holds=told.holds)
        if told.holds:
            known = known._replace(told=told)
        if change == "firing":
            known = known._replace(fired_ns=now_ns)
        held[key] = known
        if change is not None:
            self.changed += 1
            self._changes.append(_row(one, known))
        if known.alarm.state == "quiet":
            del held[key]
            if change is not None:
                self._over.append((now_ns, self._changes[-1]))

    def since(self, number: int) -> list[Alert]:
        """What fired or was over since `changed` was this number, oldest first."""
        count = min(self.changed - number, len(self._changes))
        return list(self._changes)[len(self._changes) - count :]

    def rows(self) -> list[Alert]:
        """What fires, what may fire soon, what was over in the last hour.

        Of each the latest first.
        """
        rows = [
            _row(one, known)
            for one, held in zip(self._all, self._held, strict=True)
            for known in held.values()
        ]
        rows.sort(key=lambda row: row.since, reverse=True)
        rows.sort(key=lambda row: row.state)  # `firing` stands before `pending`
        return [*rows, *(row for _, row in reversed(self._over))]

    def rules(self) -> list[RuleRow]:
        """All alerts, and how many groups of each fire."""
        return [
            RuleRow(
                one.settings.name,
                one.words,
                sum(known.alarm.state == "firing" for known in held.values()),
            )
            for one, held in zip(self._all, self._held, strict=True)
        ]

    def notes(self, sources: Sequence[str]) -> list[str]:
        """What keeps alerts from firing.

        Args:
            sources: Names of those that there are.
        """
        found = []
        for one, held in zip(self._all, self._held, strict=True):
            name = f"alert {one.settings.name!r}"
            folded = one.rule.folded
            if folded and isinstance(one.rule, Silent):
                found.append(
                    f"{name} never fires: {' and '.join(one.fields)} has too many values"
                )
            elif folded:
                found.append(
                    f"{name}: {counted(folded, 'record')} did not count, as "
                    f"{' and '.join(one.fields)} has too many values"
                )
            if len(held) >= FIRING_MAX:
                found.append(
                    f"{name}: more than {FIRING_MAX} fire; others are not told"
                )
            if sources and not any(map(one.pick.takes, sources)):
                hint = nearest(one.settings.source[0], sources)
                found.append(
                    f"{name} can never fire: there is no source "
                    f"{', '.join(one.settings.source)}.{hint}"
                )
        return found


def _row(one: _One, known: _Held) -> Alert:
    alarm, told = known.alarm, known.told
    state = {"quiet": "resolved"}.get(alarm.state, alarm.state)
    value = alarm.value or 0.0
    return Alert(
        name=one.settings.name,
        state=state,
        rule=one.words,
        since=iso(alarm.since_ns),
        value=int(value) if float(value).is_integer() else value,
        unit=one.unit,
        key={
            name: word or "" for name, word in zip(one.fields, told.key, strict=False)
        },
        fired=None if state == "pending" else iso(known.fired_ns),
        title=told.title or None,
        example=told.example or None,
    )


# -- from the settings ----------------------------------------------------------------


def _made(
    settings: AlertConfig, columns: Columns, errors: Annotator, label: str
) -> _One:
    try:
        return _rule(settings, columns, errors)
    except QueryError as error:
        raise ConfigError(f"{label}alert {settings.name!r}: {error}") from None


def _rule(settings: AlertConfig, columns: Columns, errors: Annotator) -> _One:
    """An alert, with the rule and the words that its settings mean."""
    fields, which = check_keys(settings.group_by), _which(settings)
    ask = Ask(
        query=settings.query,
        regex=settings.regex,
        exclude=settings.exclude,
        level=settings.level,
        source=settings.source,
        where=settings.where,
        group=settings.group,
    )
    rule: Rule
    keep = settings.keep_firing_for
    if settings.silent_for is not None:
        span = age(settings.silent_for) if settings.silent_for else "its habit"
        picked = pick(ask, (), fields)
        rule = Silent(picked, settings.silent_for, fields, columns, errors)
        words = f"silent for longer than {span}{which}"
        fields = fields or ("source",)
        return _One(settings, picked, rule, words, "s", fields, keep or 0)
    if settings.new_group:
        picked = pick(ask)
        rule = NewGroup(picked, columns, errors, keep or NEW_NS)
        words = f"an error of a group that was not there before{which}"
        # The rule itself keeps it: an alert that is over is a group no longer new.
        return _One(settings, picked, rule, words, "errors", ("group",), 0)
    limit, words = _limit(settings)
    metric = limit.metric
    asked = [metric.field] if metric.field else []
    asked += [metric.condition.field] if metric.condition else []
    picked = pick(ask, asked, fields)
    rule = Above(picked, limit, fields, columns, errors)
    keep = keep or min(limit.span_ns, KEEP_NS_MAX)
    words += which
    unit = limit.unit or ("records" if metric.kind == "count" else "")
    return _One(settings, picked, rule, words, unit, fields, keep)


def _limit(settings: AlertConfig) -> tuple[Limit, str]:
    """What a number is to exceed, and that in words."""
    if settings.rate_above is not None:
        most, span_ns = settings.rate_above
        words = f"more than {most:g} records in {age(span_ns)}"
        return Limit(Metric("count", "count"), most, "", span_ns), words
    assert settings.metric is not None
    assert settings.above is not None
    assert settings.per is not None
    most, unit = settings.above
    metric = parse(settings.metric)
    words = f"{metric.name} above {most:g}{unit} in {age(settings.per)}"
    if unit == "%" and metric.kind == "share":
        most, unit = most / 100, ""
    if unit and quantity(f"1{unit}") is None:
        raise QueryError(f"above: unknown unit {unit!r}. Valid: ms, s, min, h, KB, MB.")
    if unit and not metric.reads_number:
        raise QueryError(f"above: {metric.name} has no unit, so leave out {unit!r}.")
    return Limit(metric, most, unit, settings.per), words


def _which(settings: AlertConfig) -> str:
    """The filter in words."""
    words = {
        "query": "text {!r}",
        "regex": "regex {!r}",
        "level": "level >= {}",
        "group": "group = {}",
    }
    values = {name: getattr(settings, name) for name in words}
    parts = [words[name].format(value) for name, value in values.items() if value]
    parts += [f"without {text!r}" for text in settings.exclude]
    parts += [f"source in ({', '.join(settings.source)})"] if settings.source else []
    parts += settings.where
    return f" where {' and '.join(parts)}" if parts else ""
