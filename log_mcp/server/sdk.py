"""Where the protocol library is bent, and nowhere else.

- Arguments are checked here, since the library's own check ignores unknown names, reads
  `null` in a search text as no text, and explains mistakes with a link.
- Schemas are made slim: no titles, and no `null` beside the type of an optional parameter.
- A known failure keeps its text, another one keeps it to itself: an exception's message
  may quote a log, which neither the assistant nor stderr should see.
"""

import json
import logging
import traceback
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from functools import partial
from typing import Any, Final, TypeVar

import anyio.from_thread
import anyio.to_thread
from anyio.lowlevel import RunVar
from mcp.server.mcpserver import Context
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.mcpserver.tools import Tool
from mcp.server.mcpserver.utilities.func_metadata import FuncMetadata
from mcp.shared.exceptions import MCPError
from mcp.types import ToolAnnotations
from pydantic import BaseModel, ValidationError

from log_mcp.beat import beating
from log_mcp.errors import LogMcpError, nearest
from log_mcp.render.fence import visible
from log_mcp.render.page import shorten
from log_mcp.turn import Turn

logger = logging.getLogger(__name__)

T = TypeVar("T")

STEP: Final = 0.001  # of progress, where a call begins something else
# That are worked on at once; the others wait in turn. One interpreter runs all of them, so
# more would only keep messages waiting: a ping behind 100 long searches took 38 s with 40
# of them, 9 with 16, 3 with 8.
QUESTIONS_MAX: Final = 8
LONG_MAX: Final = 7  # ... of those that may take long, so that short ones wait for none
# That a long one waits for short ones and for messages, all its beats together. Without
# that an overview that came with 200 of them was answered after 4.5 s.
YIELDS_S: Final = 1.0
ARGUMENTS_MAX: Final = 200_000  # characters of all arguments of a call
TEXT_MAX: Final = 10_000  # characters of one text
CURSOR_MAX: Final = 150_000  # of a cursor, which carries a whole question
TEXTS_MAX: Final = 200  # of one list
_ALL: Final = f"{ARGUMENTS_MAX:,} characters together with all others"
_MESSAGE: Final = 1500  # characters of an error; a value given may be quoted in it
_threads: Final[RunVar[anyio.CapacityLimiter]] = RunVar("questions")
_long: Final[RunVar[anyio.CapacityLimiter]] = RunVar("long questions")
SHORT: Final = Turn()  # of messages that come, and questions that are soon answered
READS: Final = ToolAnnotations(
    read_only_hint=True,
    destructive_hint=False,
    idempotent_hint=True,
    open_world_hint=False,
)
FORGETS: Final = ToolAnnotations(
    read_only_hint=False,
    destructive_hint=True,
    idempotent_hint=True,
    open_world_hint=False,
)
# What other tools call these parameters.
_SYNONYMS: Final = {
    "after": "since",
    "before": "until",
    "bucket_size": "bucket",
    "count": "limit",
    "end": "until",
    "end_time": "until",
    "error_id": "id",
    "filter": "where",
    "from": "since",
    "grep": "regex",
    "interval": "bucket",
    "lines": "limit",
    "log_level": "level",
    "max_results": "limit",
    "message": "query",
    "n": "limit",
    "pattern": "regex",
    "q": "query",
    "record_id": "id",
    "request_id": "trace",
    "search": "query",
    "service": "source",
    "severity": "level",
    "sort": "order",
    "start": "since",
    "start_time": "since",
    "tail": "limit",
    "text": "query",
    "to": "until",
    "trace_id": "trace",
}


class Question(Tool):
    """A tool that gets checked arguments; it runs in a worker thread if it is not async.

    Attributes:
        short: Whether it is soon answered, so that it waits for none that takes long.
    """

    short: bool = False

    @classmethod
    def of(
        cls,
        function: Callable[..., Any],
        *,
        title: str,
        answer: type | None,
        annotations: ToolAnnotations = READS,
        short: bool = False,
    ) -> Tool:
        """A tool named and described as its function is.

        Args:
            function: Takes the `Context` first; returns a `CallToolResult`.
            title: For people.
            answer: What `structuredContent` holds and its schema is made from; None to
                answer with text alone.
            annotations: What it does to the world.
            short: Whether it is soon answered.
        """
        text = " ".join((function.__doc__ or "").split())
        tool = cls.from_function(
            function, title=title, description=text, annotations=annotations
        )
        tool.parameters = {**slim(tool.parameters), "additionalProperties": False}
        assert isinstance(tool, Question)
        tool.short = short
        if answer is not None:
            made = FuncMetadata(
                arg_model=tool.fn_metadata.arg_model, output_model=answer
            )
            made.output_schema = _without_titles(made.output_schema)
            tool.fn_metadata = made
        return tool

    async def run(
        self,
        arguments: dict[str, Any],
        context: Context[Any, Any],
        convert_result: bool = False,
    ) -> Any:
        """Answers one call.

        Args:
            arguments: As the client sent them.
            context: Of the request.
            convert_result: Whether the caller wants the result checked against the schema.

        Raises:
            ToolError: With a text for the assistant.
        """
        given = checked(self.name, self.fn_metadata.arg_model, arguments)
        work = partial(self.fn, context, **given)
        try:
            if self.is_async:  # It waits more than it works.
                result = await work()
            else:
                async with nullcontext() if self.short else long_limiter():
                    result = await anyio.to_thread.run_sync(
                        partial(cancellable, work, short=self.short), limiter=limiter()
                    )
            return self.fn_metadata.convert_result(result) if convert_result else result
        except LogMcpError as error:
            raise ToolError(said(error)) from error
        except (MCPError, ToolError):
            raise
        except Exception as error:  # noqa: BLE001 - the edge: report it, keep serving
            raise ToolError(reported(self.name, error)) from None


def limiter() -> anyio.CapacityLimiter:
    """Room for `QUESTIONS_MAX` questions; messages need threads, too, and wait for none."""
    return _of_loop(_threads, QUESTIONS_MAX)


def long_limiter() -> anyio.CapacityLimiter:
    """Room for `LONG_MAX` questions that may take long, taken before that among all."""
    return _of_loop(_long, LONG_MAX)


def _of_loop(kept: RunVar[anyio.CapacityLimiter], most: int) -> anyio.CapacityLimiter:
    try:
        return kept.get()
    except LookupError:
        kept.set(anyio.CapacityLimiter(most))
        return kept.get()


def checked(
    tool: str, model: type[BaseModel], arguments: Mapping[str, Any]
) -> dict[str, Any]:
    """The arguments as the function takes them; a `null` is one that is not given.

    Raises:
        ToolError: Naming the parameter and what it may be, never the value given.
    """
    names = list(model.model_fields)
    for name in arguments:
        if name not in names:
            raise ToolError(_unknown(tool, name, names))
    if characters(arguments) > ARGUMENTS_MAX:
        longest = max(arguments, key=lambda name: characters(arguments[name]))
        most = _over(longest, arguments[longest])
        raise ToolError(_too_long(tool, longest, most or _ALL))
    given = {
        name: value
        for name, value in arguments.items()
        if value is not None or model.model_fields[name].is_required()
    }
    try:
        valid = model.model_validate(given)
    except ValidationError as error:
        wrong = error.errors(
            include_url=False, include_context=False, include_input=False
        )
        said_ = "; ".join(
            f"parameter '{one['loc'][0]}' of {tool}: {_mended(one['msg'])}"
            for one in wrong
        )
        raise ToolError(shorten(said_, _MESSAGE)) from None
    taken = {name: getattr(valid, name) for name in names}
    for name, value in taken.items():
        if (most := _over(name, value)) is not None:
            raise ToolError(_too_long(tool, name, most))
    return taken


def _too_long(tool: str, name: str, most: str) -> str:
    return f"parameter '{name}' of {tool}: at most {most}"


def _over(name: str, value: Any) -> str | None:
    """What a value may be at most, if it is more."""
    limit = CURSOR_MAX if name == "cursor" else TEXT_MAX
    if isinstance(value, list) and len(value) > TEXTS_MAX:
        return f"{TEXTS_MAX} texts of {limit:,} characters"
    if any(
        isinstance(text, str) and len(text) > limit
        for text in (value if isinstance(value, list) else [value])
    ):
        return f"{limit:,} characters"
    return None


def _unknown(tool: str, name: str, names: list[str]) -> str:
    synonym = _SYNONYMS.get(name.lower())
    close = (
        f" Did you mean '{synonym}'?" if synonym in names else nearest(name[:60], names)
    )
    shown = shorten(visible(name), 60)
    return f"unknown parameter '{shown}' of {tool}.{close} It takes: {', '.join(names)}"


def characters(value: Any) -> int:
    """How much text a JSON value holds, its numbers and marks as one each."""
    count, left = 0, [value]
    while left:
        one = left.pop()
        if isinstance(one, str):
            count += len(one)
        elif isinstance(one, dict):
            count += sum(map(len, one))
            left += one.values()
        elif isinstance(one, list):
            left += one
        count += 1
    return count


def _mended(message: str) -> str:
    """A validator's sentence, as one about a parameter."""
    return message.removeprefix("Value error, ").replace("Input should", "should", 1)


def slim(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema of parameters without what costs tokens and says nothing.

    `null` goes too: a client that sends it all the same is understood.
    """
    slimmed: dict[str, Any] = _without_titles(schema)
    for name, parameter in slimmed.get("properties", {}).items():
        if parameter.get("default", ...) is None:
            del parameter["default"]
        kinds = [
            kind for kind in parameter.get("anyOf", []) if kind != {"type": "null"}
        ]
        if len(kinds) == 1:
            del parameter["anyOf"]
            slimmed["properties"][name] = {**kinds[0], **parameter}
        elif kinds:
            parameter["anyOf"] = kinds
    return slimmed


def _without_titles(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {
            key: _without_titles(value)
            for key, value in schema.items()
            if not (key == "title" and isinstance(value, str))
        }
    if isinstance(schema, list):
        return [_without_titles(item) for item in schema]
    return schema


def texts(value: Any) -> Any:
    """A list of strings, also where a client sends one string, or the list as JSON text."""
    if not isinstance(value, str):
        return value
    if value.startswith("["):
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return [value]
    return [value]


def pulse(context: Context[Any, Any]) -> Callable[[float, str], None]:
    """What a long question calls now and then, from the worker thread it runs in.

    It raises if the client has cancelled the call or gone, and tells it how far the work is
    if it asked for that.
    """
    reached, told = -1.0, ""

    def beat(share: float, what: str) -> None:
        nonlocal reached, told
        anyio.from_thread.check_cancelled()
        if share <= reached and what != told:  # Other work; progress may not go back.
            share = reached + min(STEP, (1.0 - reached) / 2)
        if share > reached:
            reached, told = share, what
            anyio.from_thread.run(context.report_progress, share, 1.0, what)

    return beat


def cancellable(work: Callable[[], T], *, short: bool = False) -> T:
    """Does work in a worker thread, which ends it if the client has cancelled or gone.

    Args:
        work: The question.
        short: Whether it is soon answered; others stand still at their beats meanwhile.
    """
    way = SHORT.asking() if short else SHORT.yielding(YIELDS_S)
    with beating(anyio.from_thread.check_cancelled), way:
        return work()


def said(error: LogMcpError) -> str:
    """The text of a known failure, on one line and of bounded length."""
    return shorten(visible(str(error)), _MESSAGE)


def reported(name: str, error: Exception) -> str:
    """Writes to stderr where an unknown failure happened; what the client is told of it.

    The places only: the exception's own text may hold a part of a log.
    """
    frames = traceback.extract_tb(error.__traceback__)
    places = " < ".join(f"{frame.filename}:{frame.lineno}" for frame in frames[:-7:-1])
    logger.error("%s failed: %s at %s", name, type(error).__name__, places)
    kind = type(error).__name__
    return f"{name} failed inside log-mcp ({kind}). Its stderr says where; please report it."
