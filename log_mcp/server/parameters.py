"""What a tool's parameters are called, what they take and what is said of them.

Most tools take the same filters. Each is published with all of them, one by one, and is
given them as one `Ask`.
"""

import inspect
from collections.abc import Callable, Collection, Mapping
from functools import partial, wraps
from typing import TYPE_CHECKING, Annotated, Any, Final

from pydantic import BeforeValidator, Field

from log_mcp.server.sdk import texts

if TYPE_CHECKING:
    from log_mcp.query.filter import Ask

Texts = Annotated[list[str] | None, BeforeValidator(texts)]
Query = Annotated[
    str | None, Field(description="Literal text, ignores the case of ASCII letters")
]
Regex = Annotated[
    str | None, Field(description="RE2 over the same text, (?i) ignores case")
]
Exclude = Annotated[
    Texts, Field(description="Leave out records with any of these texts")
]
Level = Annotated[
    str | None,
    Field(description="At least: trace, debug, info, warning, error, critical"),
]
Source = Annotated[
    str | list[str] | None, BeforeValidator(texts), Field(description="Names or globs")
]
Where = Annotated[
    Texts,
    Field(
        description="Conditions, all must hold: FIELD OP VALUE, OP one of = != > >= < <= ~ !~,"
        " in (A, B), not in (A, B), exists, missing"
    ),
]
Trace = Annotated[str | None, Field(description="Trace, correlation or request id")]
Grouped = Annotated[str | None, Field(description="Group id")]
Since = Annotated[
    str | None,
    Field(description="15m, 2h, ISO 8601, restart, last_call, git:HEAD or a record id"),
]
Until = Annotated[str | None, Field(description="As since")]
MaxTokens = Annotated[
    int | None,
    Field(description="Budget of the answer", ge=300, le=20_000),
]

FILTERS: Final[Mapping[str, Any]] = {
    "query": Query,
    "regex": Regex,
    "exclude": Exclude,
    "level": Level,
    "source": Source,
    "where": Where,
    "trace": Trace,
    "group": Grouped,
    "since": Since,
    "until": Until,
}


def asking(
    function: Callable[..., Any], names: Collection[str] = tuple(FILTERS)
) -> Callable[..., Any]:
    """A function that takes filters one by one, of one that takes them as `ask`.

    Its other parameters, their order and what it returns stay.
    """
    own = inspect.signature(function)

    @wraps(function)
    def asked(*args: Any, **given: Any) -> Any:
        filters = {name: given.pop(name, None) for name in names}
        return function(*args, ask=_ask(filters), **given)

    @wraps(function)
    async def waiting(*args: Any, **given: Any) -> Any:
        return await asked(*args, **given)

    found = waiting if inspect.iscoroutinefunction(function) else asked
    filters = [
        inspect.Parameter(
            name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=FILTERS[name]
        )
        for name in names
    ]
    parameters: list[inspect.Parameter] = []
    for one in own.parameters.values():
        parameters += filters if one.name == "ask" else [one]
    # What the protocol library makes its schema of.
    vars(found)["__signature__"] = own.replace(parameters=parameters)
    found.__annotations__ = {one.name: one.annotation for one in parameters}
    return found


asking_from_now: Final = partial(
    asking, names=[name for name in FILTERS if name not in {"since", "until"}]
)


def several(source: str | list[str] | None) -> tuple[str, ...]:
    """Names of sources, however they were given."""
    return (source,) if isinstance(source, str) else tuple(source or ())


def _ask(given: Mapping[str, Any]) -> "Ask":
    """The filters as the logbook takes them."""
    from log_mcp.query.filter import Ask  # noqa: PLC0415 - imports the text search

    lists = {name: tuple(given[name] or ()) for name in ("exclude", "where")}
    return Ask(**{**given, **lists, "source": several(given["source"])})
