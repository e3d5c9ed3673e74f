"""The log-mcp command.

Every command explains bad input in a line or two on stderr and exits 2; a failure exits
1. What is imported depends on the command: `parse` and the questions load neither the
protocol library nor pydantic.
"""

import argparse
import atexit
import contextlib
import gc
import os
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from shutil import get_terminal_size
from typing import Any, Final, NoReturn

from log_mcp import __version__, arguments
from log_mcp.errors import ConfigError, LogMcpError, QueryError, nearest

LOAD_S: Final = 120.0  # a question from a shell waits for history this long
WHOLE_S: Final = 5.0  # ... and this long for a last line that was just begun
# Objects made before the first look for cycles. A start makes thirty thousand, none of them
# garbage, and the usual seven hundred would make looking a tenth of it.
GARBAGE_OBJECTS: Final = 50_000
PLACES_SHOWN: Final = 10  # that a path leads to, to whom trusts it
TOKENS_MIN: Final = 300  # of an answer, as for the tools
TOKENS_MAX: Final = 20_000


class _Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, with the nearest valid word."""

    def error(self, message: str) -> NoReturn:
        hint = ""
        word, _, rest = message.partition("unrecognized arguments: ")
        if rest and not word:
            given = rest.split()[0].partition("=")[0]
            known = [o for a in self._actions for o in a.option_strings]
            hint = nearest(given, known)
        self.exit(2, f"{self.prog}: {message}.{hint} See {self.prog} --help\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status."""
    gc.set_threshold(GARBAGE_OBJECTS)
    # The interpreter's last look for cycles would walk all that was ever imported.
    atexit.register(gc.freeze)
    words, program = list(sys.argv[1:] if argv is None else argv), []
    if words[:1] == ["run"] and "--" in words:
        at = words.index("--")
        words, program = words[:at], words[at + 1 :]
    parser = _arguments(words)
    options, rest = parser.parse_known_args(words)
    options.program = program
    if hasattr(options, "paths") and not any(word[:1] == "-" for word in rest):
        options.paths += rest  # PATHs on both sides of an option
    elif rest:
        options.parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if options.run is None:
        parser.print_help(sys.stderr)
        return 2
    try:
        return int(options.run(options))
    except (ConfigError, QueryError) as error:
        print(f"log-mcp {options.command}: {error}", file=sys.stderr)
        return 2
    except LogMcpError as error:
        print(f"log-mcp {options.command}: {error}", file=sys.stderr)
        return 1
    except BrokenPipeError:
        # The reader has seen enough. What is still buffered has nowhere to go.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130


# -- the words ------------------------------------------------------------------------


def _arguments(words: Sequence[str]) -> _Parser:
    """The commands; options only for those among the words, as each takes its time."""
    # Without `prog` and `width`, the help's layout is made anew for every argument.
    layout = partial(argparse.HelpFormatter, width=get_terminal_size().columns - 2)
    parser = _Parser(
        prog="log-mcp",
        description="Follow log files, and let an assistant ask what went wrong.",
        formatter_class=layout,
    )
    parser.add_argument("--version", action="version", version=__version__)
    parser.set_defaults(run=None, parser=parser)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", prog="log-mcp")
    for name, run, text, add_options in _COMMANDS:
        found = commands.add_parser(
            name,
            help=text,
            description=text,
            allow_abbrev=False,
            formatter_class=layout,
        )
        found.set_defaults(run=run, parser=found)
        if name in words:
            add_options(found)
    return parser


# -- the commands ---------------------------------------------------------------------


def _import_numpy() -> None:
    from log_mcp.numeric import import_numpy  # noqa: PLC0415 - `--help` needs none of it

    import_numpy()


def _config(options: Any, *, numpy: bool = True, trusting: bool = False) -> Any:
    if numpy:
        _import_numpy()
    from log_mcp.config import load  # noqa: PLC0415 - `--help` needs none of it

    return load(
        options.paths,
        config_file=options.config,
        max_memory=getattr(options, "max_memory", None),
        timezone=options.timezone,
        trusting=trusting,
    )


def _serve(options: Any) -> NoReturn:
    config = _config(options, numpy=False)  # the first reply does not wait for it
    if options.http is not None:
        _serve_http(options, config)
    if options.http_token_file is not None:
        raise ConfigError("--http-token-file means nothing without --http [HOST:]PORT.")
    from log_mcp.server.serve import serve  # noqa: PLC0415 - the protocol library

    serve(config, structured=options.structured)


def _serve_http(options: Any, config: Any) -> NoReturn:
    from log_mcp.server.access import TOKEN  # noqa: PLC0415 - stdio needs none of it
    from log_mcp.server.http import Web  # noqa: PLC0415 - likewise
    from log_mcp.server.serve import serve  # noqa: PLC0415 - the protocol library

    web = Web(options.http, options.http_token_file, os.environ)
    os.environ.pop(TOKEN, None)  # for no program that is started from here
    serve(config, structured=options.structured, web=web)


def _run(options: Any) -> int:
    if os.name != "posix":
        raise ConfigError("run needs the terminals and signals of a POSIX system.")
    from log_mcp.run import run  # noqa: PLC0415 - no other command needs it

    return run(options.program, options.name, Path.cwd())


def _init(_: Any) -> int:
    _import_numpy()
    from log_mcp.config import Config  # noqa: PLC0415 - no other command needs it bare
    from log_mcp.starter import init  # noqa: PLC0415 - starts the heavy imports

    return init(Config(), Path.cwd())


def _trust(options: Any) -> int:
    config = _config(options, trusting=True)
    from log_mcp.redact import Redactor  # noqa: PLC0415 - `--help` needs none of it
    from log_mcp.trust import trust  # noqa: PLC0415 - no other command needs it
    from log_mcp.unseen import visible  # noqa: PLC0415 - likewise

    if config.file is None:
        raise ConfigError("there is no log-mcp.toml here; name it: --config FILE.")
    trust(config.file, os.environ, config.content)
    # The file itself does not decide what of it is shown.
    redactor = Redactor(replace(config.redact, enabled=True, allow=(), off=()))
    for line in _allowed(config):
        print(visible(redactor.text(line)))
    print(f"{config.file} is trusted as it is now; trust it anew when it has changed")
    return 0


def _allowed(config: Any) -> Iterator[str]:
    """What a trusted file may do that a strange one may not: what the user agrees to."""
    from log_mcp.config import is_within  # noqa: PLC0415 - `--help` needs none of it

    for source in config.sources:
        if source.command:
            yield f"{source.name}: {shlex.join(source.command)}"
        for path in source.paths:
            outside = list(_led_out(path, config.file.parent))
            for one in outside[:PLACES_SHOWN]:
                yield f"{source.name or 'logs'}: reads {one}"
            if (more := len(outside) - PLACES_SHOWN) > 0:
                yield f"{source.name or 'logs'}: reads {more} more files outside"
    if not is_within(config.project_root, config.file.parent):
        where = _place(str(config.project_root))
        yield f"project_root: reads code and logs below {where}"
    if not config.redact.enabled:
        yield "redact.enabled = false: nothing is hidden"
    for text in config.redact.allow:
        yield f"redact.allow: shows what matches {text}"
    if config.redact.off:
        yield f"redact.off: does not hide {', '.join(config.redact.off)}"


def _led_out(path: str, folder: Path) -> Iterator[str]:
    """What a path, a folder or a pattern of settings means outside their folder."""
    from log_mcp.config import is_within  # noqa: PLC0415 - as above
    from log_mcp.ingest.discover import expand  # noqa: PLC0415 - likewise

    if not is_within(Path(path), folder):
        yield _place(path)
        return
    for file in expand(path).files:
        if not is_within(file, folder):
            yield _place(str(file))


def _place(path: str) -> str:
    """A path, and where it leads if that is elsewhere."""
    real = os.path.realpath(path)
    return path if real == path else f"{path}, which is {real}"


def _demo(options: Any) -> int:
    from log_mcp.demo import demo  # noqa: PLC0415 - the protocol library

    return demo(as_json=options.json)


def _parse(options: Any) -> int:
    config = _config(options)
    from log_mcp.listing import parse  # noqa: PLC0415 - starts the heavy imports

    return parse(config, options.format, patterns=options.patterns)


def _check(options: Any) -> int:
    config = _config(options)
    from log_mcp.verdict import check  # noqa: PLC0415 - starts the heavy imports

    return check(config, as_json=options.json, redaction=options.redaction)


def _overview(options: Any) -> int:
    return _ask(options, lambda book: book.overview(since=options.since), "overview")


def _search(options: Any) -> int:
    fields = tuple(options.fields) if options.fields else None

    def run(book: Any) -> Any:
        return book.search(
            _question(options),
            order=options.order,
            context=options.context,
            limit=options.limit,
            fields=fields,
            cursor=options.cursor,
        )

    return _ask(options, run, "search")


def _error(options: Any) -> int:
    return _ask(options, lambda book: book.error(options.id), "error")


def _trends(options: Any) -> int:
    def run(book: Any) -> Any:
        return book.trends(
            _question(options),
            bucket=options.bucket,
            group_by=tuple(options.group_by or ()),
            baseline=options.baseline,
            limit=options.limit,
        )

    return _ask(options, run, "trends")


def _explain(options: Any) -> int:
    return _ask(
        options,
        lambda book: book.explain(options.id, _question(options)),
        "explanation",
    )


def _patterns(options: Any) -> int:
    def run(book: Any) -> Any:
        return book.patterns(_question(options), show=options.show, limit=options.limit)

    return _ask(options, run, "patterns")


def _aggregate(options: Any) -> int:
    def run(book: Any) -> Any:
        return book.aggregate(
            _question(options),
            metrics=tuple(options.metrics or ()),
            group_by=tuple(options.group_by or ()),
            bucket=options.bucket,
            limit=options.limit,
        )

    return _ask(options, run, "aggregates")


def _compare(options: Any) -> int:
    def run(book: Any) -> Any:
        return book.compare(
            _question(options),
            baseline_since=options.baseline_since,
            baseline_until=options.baseline_until,
            group_by=options.group_by,
            limit=options.limit,
        )

    return _ask(options, run, "comparison")


def _wait(options: Any) -> int:
    given = {"timeout_s": options.timeout_s, "quiet_s": options.quiet_s}

    def run(book: Any) -> Any:
        wait = book.waiting(
            _question(options),
            stop_on=options.stop_on,
            **{name: value for name, value in given.items() if value is not None},
        )
        return book.wait(wait)

    return _ask(options, run, "waited")


def _watch(options: Any) -> int:
    config = _config(options)
    from log_mcp.follow import watch  # noqa: PLC0415 - starts the heavy imports

    return watch(config, _question(options), alerts=not options.new_errors)


def _question(options: Any) -> Any:
    from log_mcp.query.filter import Ask  # noqa: PLC0415 - `--help` needs none of it

    return Ask(
        query=options.query,
        regex=options.regex,
        exclude=tuple(options.exclude or ()),
        level=options.level,
        source=tuple(options.source or ()),
        where=tuple(options.where or ()),
        trace=options.trace,
        group=options.group,
        since=getattr(options, "since", None),
        until=getattr(options, "until", None),
    )


def _budget(options: Any, config: Any) -> int:
    """Tokens of the answer.

    Raises:
        QueryError: `--max-tokens` is out of range.
    """
    tokens = options.max_tokens
    if tokens is None:
        return int(config.answer_tokens)
    if not TOKENS_MIN <= tokens <= TOKENS_MAX:
        raise QueryError(
            f"max_tokens: {tokens} is out of range. Valid: {TOKENS_MIN} to "
            f"{TOKENS_MAX}."
        )
    return int(tokens)


def _ask(options: Any, run: Callable[[Any], Any], kind: str) -> int:
    """Load everything, ask one question, print the answer."""
    config = _config(options)
    from log_mcp import render  # noqa: PLC0415 - starts the heavy imports
    from log_mcp.logbook import Logbook  # noqa: PLC0415 - likewise
    from log_mcp.pace import QUESTION_S, Pace  # noqa: PLC0415 - likewise

    budget = _budget(options, config)
    if getattr(options, "since", None) == "last_call":
        raise QueryError(
            "since: last_call means nothing in a shell, where each question is the "
            "first. Use a span such as 15m, or the id of the newest record you know."
        )
    # Nobody can ask again in a moment, so all is waited for; half of two periods would
    # be held against the whole of the other one.
    pace = partial(Pace, limit_s=LOAD_S if kind == "comparison" else QUESTION_S)
    with contextlib.closing(Logbook(config, pace=pace, tell_s=LOAD_S)) as book:
        since = getattr(options, "since", None)
        book.reach_back(None if kind == "comparison" else since)
        book.start()
        book.wait_loaded(LOAD_S)
        book.wait_finished(LOAD_S)
        book.feed.wait_whole(WHOLE_S)
        if kind in _WHOLE_KINDS:
            book.wait_rested(LOAD_S)
        answer = run(book)

        def cursor_after(count: int) -> str:
            return str(book.cursor_after(answer, count))

        if options.json:
            import orjson  # noqa: PLC0415 - likewise

            go_on = cursor_after if kind == "search" else None
            sys.stdout.buffer.write(orjson.dumps(render.fenced(answer, budget, go_on)))
            print()
        elif kind == "search":
            print(render.search(answer, budget, cursor_after))
        elif kind == "comparison" and options.max_tokens is None:
            print(render.comparison(answer, min(budget, render.COMPARISON_TOKENS)))
        else:
            print(getattr(render, kind)(answer, budget))
    return 0


_WHOLE_KINDS: Final = ("overview", "explanation")  # ... that tell of open work
_COMMANDS: Final = (
    (
        "serve",
        _serve,
        "Serve the logs to an assistant over stdio or HTTP.",
        arguments.serving,
    ),
    ("check", _check, "What would be read, and how.", arguments.checking),
    (
        "parse",
        _parse,
        "Any log as JSON lines, one a record, redacted.",
        arguments.parsing,
    ),
    (
        "overview",
        _overview,
        "What there is, and what is wrong now.",
        arguments.overviewing,
    ),
    ("search", _search, "Records that answer a filter.", arguments.searching),
    ("error", _error, "One error whole: --id names it.", arguments.naming),
    ("trends", _trends, "Errors over time, by group.", arguments.trending),
    ("explain", _explain, "Why an error happened, and where.", arguments.explaining),
    ("patterns", _patterns, "Records by message shape.", arguments.patterning),
    ("aggregate", _aggregate, "Numbers over any field.", arguments.aggregating),
    (
        "compare",
        _compare,
        "Two periods, and who is suspected of the change.",
        arguments.comparing,
    ),
    (
        "wait",
        _wait,
        "Wait for a record, a new kind of error, or quiet.",
        arguments.waiting,
    ),
    (
        "watch",
        _watch,
        "One line per new kind of error, and per alert, as it appears.",
        arguments.watching,
    ),
    (
        "run",
        _run,
        "Run a program as usual and keep its output for serve.",
        arguments.running,
    ),
    ("init", _init, "Write a log-mcp.toml for what is found here.", arguments.nothing),
    (
        "trust",
        _trust,
        "Let this project's log-mcp.toml start commands, reach outside it and hide less.",
        arguments.common,
    ),
    (
        "demo",
        _demo,
        "Serve sample logs to a real client over stdio and show the conversation.",
        arguments.json,
    ),
)
