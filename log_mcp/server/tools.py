"""What an assistant may do. Each tool is thin: take, ask the logbook, render.

The parameters are the contract's; their order here is the order in which they are
published. A docstring is what the assistant reads.
"""

from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple

from mcp.server.mcpserver import Context
from mcp.server.mcpserver.tools import Tool
from mcp.types import CallToolResult, TextContent, ToolAnnotations
from pydantic import Field

from log_mcp import render
from log_mcp.answer import (
    Aggregates,
    Clearance,
    Comparison,
    ErrorReport,
    Overview,
    Patterns,
    SearchPage,
    Trends,
    Waited,
)
from log_mcp.pace import QUIET_S, WAIT_S, WAIT_S_MAX
from log_mcp.report import Explanation
from log_mcp.server.parameters import (
    MaxTokens,
    Since,
    Source,
    Texts,
    asking,
    asking_from_now,
    several,
)
from log_mcp.server.sdk import FORGETS, READS, Question, pulse
from log_mcp.server.waiting import waited_for

if TYPE_CHECKING:
    from log_mcp.logbook import Logbook
    from log_mcp.query.filter import Ask


class Answering:
    """How an answer goes out: as text within its budget, and as data where it is published.

    Args:
        structured: Whether it is.
    """

    def __init__(self, *, structured: bool) -> None:
        self._structured = structured

    def __call__(
        self,
        shown: Callable[[Any, int], str],
        answer: Any,
        logbook: "Logbook",
        max_tokens: int | None = None,
    ) -> CallToolResult:
        """The answer, as `shown` writes it within the budget asked for, or the usual one."""
        budget = max_tokens or logbook.config.answer_tokens
        return self.as_said(shown(answer, budget), answer, budget)

    def as_said(
        self, text: str, answer: Any, budget: int, **more: Any
    ) -> CallToolResult:
        """The answer as it was written; `budget` and `more` are for the data."""
        data = render.fenced(answer, budget, **more) if self._structured else None
        content: list[Any] = [TextContent(type="text", text=text)]
        return CallToolResult(content=content, structured_content=data)


class Offered(NamedTuple):
    """A tool: what it does, its title for people, what it answers with, its hints, and if it is short."""

    function: Callable[..., Any]
    title: str
    answer: type
    annotations: ToolAnnotations = READS
    short: bool = False


def tools(
    book: "Callable[[], Logbook]", *, structured: bool, names: Collection[str]
) -> list[Tool]:
    """The tools, in a stable order.

    Args:
        book: Gives the logbook; may wait, and raise `LogMcpError`.
        structured: Whether they publish output schemas and answer with data too.
        names: Which of them; `default` means all but `clear_logs`.
    """
    answered = Answering(structured=structured)
    offered = [
        *_of_records(book, answered),
        *_of_errors(book, answered),
        *_of_shapes(book, answered),
        *_of_what_comes(book, answered),
    ]
    return [
        Question.of(
            one.function,
            title=one.title,
            answer=one.answer if structured else None,
            annotations=one.annotations,
            short=one.short,
        )
        for one in offered
        if one.function.__name__ in names
        or ("default" in names and one.annotations is READS)
    ]


def _of_records(book: "Callable[[], Logbook]", answered: Answering) -> list[Offered]:
    def log_overview(
        ctx: Context,
        *,
        since: Since = None,
        max_tokens: MaxTokens = None,
    ) -> CallToolResult:
        """What is in the logs and what is wrong now?

        Sources with their state, records per level, the top errors with their ids.
        Call it first; for single records use search_logs, for errors over time
        error_trends.
        """
        logbook = book()
        answer = logbook.overview(since=since, pulse=pulse(ctx))
        return answered(render.overview, answer, logbook, max_tokens)

    @asking
    def search_logs(
        ctx: Context,
        *,
        ask: "Ask",
        order: Literal["newest", "oldest"] = "newest",
        context: Annotated[
            int,
            Field(
                description="Records of the same source before and after", ge=0, le=20
            ),
        ] = 0,
        limit: Annotated[int, Field(ge=1, le=500)] = 50,
        fields: Annotated[Texts, Field(description="Show only these fields")] = None,
        max_tokens: MaxTokens = None,
        cursor: Annotated[
            str | None, Field(description="From the last answer; carries its question")
        ] = None,
    ) -> CallToolResult:
        """Which log records match?

        Newest first, exact count, any filters together, all sources at once. A row's
        id goes to get_error for the whole record; zero matches says which filter to
        relax. To count errors over time use error_trends; to understand one error use
        explain_error_context.
        """
        logbook = book()
        page = logbook.search(
            ask,
            order=order,
            context=context,
            limit=limit,
            fields=None if fields is None else tuple(fields),
            cursor=cursor,
            pulse=pulse(ctx),
        )
        budget = max_tokens or logbook.config.answer_tokens
        after = partial(logbook.cursor_after, page)
        text = render.search(
            page, budget, after, seek=render.seek(ask.query, ask.regex)
        )
        return answered.as_said(text, page, budget, cursor_after=after)

    def get_error(
        ctx: Context,
        *,
        id: Annotated[  # noqa: A002 - the contract's name
            str,
            Field(
                description="Of a record, a group, an application's own error or a trace"
            ),
        ],
        max_tokens: MaxTokens = None,
    ) -> CallToolResult:
        """What exactly does this record say?

        One record whole: fields, exception with root cause and in-app frames first,
        its group, the raw text. For what happened around it and why, use
        explain_error_context.
        """
        logbook = book()
        report = logbook.error(id, pulse=pulse(ctx))
        return answered(render.error, report, logbook, max_tokens)

    return [
        Offered(log_overview, "Log overview", Overview, short=True),
        Offered(search_logs, "Search logs", SearchPage),
        Offered(get_error, "Get one error", ErrorReport),
    ]


def _of_errors(book: "Callable[[], Logbook]", answered: Answering) -> list[Offered]:
    @asking
    def error_trends(
        ctx: Context,
        *,
        ask: "Ask",
        bucket: Annotated[
            str | None, Field(description="Span such as 1m, 1h; chosen if not given")
        ] = None,
        group_by: Annotated[
            Texts, Field(description="group (default), type, source, or a field")
        ] = None,
        baseline: Annotated[
            str | None, Field(description="Span before since to compare with")
        ] = None,
        limit: Annotated[int, Field(description="Groups", ge=1, le=500)] = 20,
        max_tokens: MaxTokens = None,
    ) -> CallToolResult:
        """Which errors are new, rising or gone, and since when?

        Errors per time bucket and per group against a baseline, and which groups rise
        together. For the records themselves use search_logs with a group id.
        """
        logbook = book()
        answer = logbook.trends(
            ask,
            bucket=bucket,
            group_by=tuple(group_by or ()),
            baseline=baseline,
            limit=limit,
            pulse=pulse(ctx),
        )
        return answered(render.trends, answer, logbook, max_tokens)

    @asking
    def explain_error_context(
        ctx: Context,
        *,
        id: Annotated[  # noqa: A002 - the contract's name
            str | None,
            Field(
                description="As in get_error; else the newest error of the top group"
            ),
        ] = None,
        ask: "Ask",
        max_tokens: MaxTokens = None,
    ) -> CallToolResult:
        """Why did this error happen?

        Root cause, code around in-app frames, what changed and what failed just
        before, the same request across all sources, values that failed records share,
        the class of failure and what may help, and what to ask next, in one call. For
        the raw record alone use get_error.
        """
        logbook = book()
        answer = logbook.explain(
            id,
            ask,
            pulse=pulse(ctx),
        )
        return answered(render.explanation, answer, logbook, max_tokens)

    return [
        Offered(error_trends, "Error trends", Trends),
        Offered(explain_error_context, "Explain an error", Explanation),
    ]


def _of_shapes(book: "Callable[[], Logbook]", answered: Answering) -> list[Offered]:
    @asking
    def log_patterns(
        ctx: Context,
        *,
        ask: "Ask",
        show: Annotated[
            Literal["common", "rare", "new"],
            Field(description="new: not seen before since (the last hour without it)"),
        ] = "common",
        limit: Annotated[int, Field(description="Patterns", ge=1, le=500)] = 20,
        max_tokens: MaxTokens = None,
    ) -> CallToolResult:
        """What kinds of message are there, and which are rare or new?

        Records folded by message shape, with counts: what a log is made of, what
        hardly ever happens, or what was never seen before since, errors or not. For
        errors alone over time use error_trends; an example's id goes to get_error.
        """
        logbook = book()
        answer = logbook.patterns(
            ask,
            show=show,
            limit=limit,
            pulse=pulse(ctx),
        )
        return answered(render.patterns, answer, logbook, max_tokens)

    @asking
    def aggregate_logs(
        ctx: Context,
        *,
        ask: "Ask",
        metrics: Annotated[
            Texts,
            Field(
                description="count (default), avg(f), sum(f), min(f), max(f), p50(f) to "
                "p99(f), distinct(f), share(CONDITION)"
            ),
        ] = None,
        group_by: Annotated[Texts, Field(description="Fields")] = None,
        bucket: Annotated[
            str | None, Field(description="Span such as 1h; no series if not given")
        ] = None,
        limit: Annotated[
            int, Field(description="Groups, largest first metric first", ge=1, le=500)
        ] = 20,
        max_tokens: MaxTokens = None,
    ) -> CallToolResult:
        """How many, how slow, how much?

        Numbers over any field, by group and over time: avg(duration_ms) by service,
        sum(cost_usd) per hour, share(status >= 500). Numbers with units (250ms) count.
        For error counts use error_trends, for the records search_logs.
        """
        logbook = book()
        answer = logbook.aggregate(
            ask,
            metrics=tuple(metrics or ()),
            group_by=tuple(group_by or ()),
            bucket=bucket,
            limit=limit,
            pulse=pulse(ctx),
        )
        return answered(render.aggregates, answer, logbook, max_tokens)

    @asking
    def compare_logs(
        ctx: Context,
        *,
        ask: "Ask",
        baseline_since: Annotated[
            str | None,
            Field(description="Good period, before or after; else just before since"),
        ] = None,
        baseline_until: Annotated[str | None, Field(description="Its end")] = None,
        group_by: Annotated[
            str | None, Field(description="Suspects: source, service or a field")
        ] = None,
        limit: Annotated[int, Field(description="Of each kind", ge=1, le=500)] = 10,
        max_tokens: MaxTokens = None,
    ) -> CallToolResult:
        """What changed between two periods, and who caused it?

        Suspects ranked with reasons: new errors and where traces first fail, steps that
        vanished, waits that grew, rates that moved; message shapes new, gone, changed.
        Give since and until of the bad period; for one error use explain_error_context,
        for counts over time error_trends.
        """
        logbook = book()
        answer = logbook.compare(
            ask,
            baseline_since=baseline_since,
            baseline_until=baseline_until,
            group_by=group_by,
            limit=limit,
            pulse=pulse(ctx),
        )
        whole = max_tokens or logbook.config.answer_tokens
        budget = max_tokens or min(whole, render.COMPARISON_TOKENS)
        return answered.as_said(render.comparison(answer, budget), answer, whole)

    return [
        Offered(log_patterns, "Message patterns", Patterns),
        Offered(aggregate_logs, "Aggregate logs", Aggregates),
        Offered(compare_logs, "Compare two periods", Comparison),
    ]


def _of_what_comes(book: "Callable[[], Logbook]", answered: Answering) -> list[Offered]:
    @asking_from_now
    async def wait_for_log(
        ctx: Context,
        *,
        ask: "Ask",
        stop_on: Literal["match", "new_error", "quiet"] = "match",
        timeout_s: Annotated[
            float,
            Field(
                description="To 55; with a progress token to 300",
                gt=0,
                le=WAIT_S_MAX,
            ),
        ] = WAIT_S,
        quiet_s: Annotated[
            float,
            Field(description="Silence that ends quiet", gt=0, le=WAIT_S_MAX),
        ] = QUIET_S,
        max_tokens: MaxTokens = None,
    ) -> CallToolResult:
        """What happens next in the logs?

        Waits until a record that matches is written (match), an error of a kind not seen
        before (new_error), or nothing for quiet_s seconds (quiet), and returns only what
        arrived meanwhile. Start it after triggering something; for what is already there
        use search_logs.
        """
        logbook, answer = await waited_for(ctx, book, ask, stop_on, timeout_s, quiet_s)
        return answered(render.waited, answer, logbook, max_tokens)

    def clear_logs(
        ctx: Context,
        *,
        source: Source = None,
    ) -> CallToolResult:
        """Forget the log records read so far?

        Empties what the server holds, of all sources or some, and says how many records
        that were. Files are never touched; what is written from now on is read as usual.
        Until the server restarts, no tool answers with what was forgotten, not from disk
        either. To leave older records out of one answer, use since in search_logs.
        """
        logbook = book()
        answer = logbook.clear(several(source), pulse=pulse(ctx))
        return answered(render.cleared, answer, logbook)

    return [
        Offered(wait_for_log, "Wait for a record", Waited),
        Offered(clear_logs, "Clear logs", Clearance, FORGETS),
    ]
