"""The options of each command.

Each function adds some to a parser; those of a command are added only where it is called,
as each option takes its time.
"""

import argparse
from typing import Final


def common(command: argparse.ArgumentParser) -> None:
    """What to read."""
    command.add_argument("paths", nargs="*", metavar="PATH", help=PATH)
    command.add_argument("--config", metavar="FILE", help="settings file")
    command.add_argument(
        "--timezone", metavar="ZONE", help="for times that carry no zone"
    )


def serving(serve: argparse.ArgumentParser) -> None:
    """Of `serve`."""
    common(serve)
    memory(serve)
    serve.add_argument(
        "--structured",
        action="store_true",
        help="add structured content and output schemas to every tool",
    )
    serve.add_argument(
        "--http",
        metavar="[HOST:]PORT",
        help="over HTTP instead of stdio; of this machine alone without HOST",
    )
    serve.add_argument(
        "--http-token-file",
        metavar="FILE",
        help="holds the bearer token that clients show; needed for other hosts",
    )


def checking(check: argparse.ArgumentParser) -> None:
    """Of `check`."""
    common(check)
    json(check)
    check.add_argument(
        "--redaction",
        action="store_true",
        help="say what is hidden as a secret or as personal data, by kind",
    )


def parsing(parse: argparse.ArgumentParser) -> None:
    """Of `parse`."""
    common(parse)
    parse.add_argument("--format", metavar="NAME", help="instead of recognising it")
    parse.add_argument(
        "--patterns",
        action="store_true",
        help="say which message shape each record has",
    )


def nothing(_: argparse.ArgumentParser) -> None:
    """No options."""


def running(run: argparse.ArgumentParser) -> None:
    """Of `run`."""
    run.usage = "log-mcp run [--name NAME] -- CMD ..."
    run.add_argument("--name", metavar="NAME", help="of the source; CMD's without it")


def question_options(command: argparse.ArgumentParser) -> None:
    """Of every question."""
    memory(command)
    json(command)
    command.add_argument("--max-tokens", type=int, metavar="N", help="of the answer")


PATH: Final = "file, folder or glob; without any, the project's own logs are found"


def overviewing(overview: argparse.ArgumentParser) -> None:
    """Of `overview`."""
    common(overview)
    overview.add_argument("--since", metavar="TIME", help=SINCE)
    question_options(overview)


def searching(search: argparse.ArgumentParser) -> None:
    """Of `search`."""
    common(search)
    filters(search)
    search.add_argument("--order", default="newest", help="newest or oldest first")
    search.add_argument("--context", type=int, default=0, help="records around each")
    search.add_argument("--limit", type=int, default=50, help="records on a page")
    search.add_argument("--fields", action="append", metavar="NAME", help="to show")
    search.add_argument("--cursor", help="of the page before")
    question_options(search)


def naming(error: argparse.ArgumentParser) -> None:
    """Of `error`."""
    common(error)
    error.add_argument("--id", required=True, help=ID)
    question_options(error)


def trending(trends: argparse.ArgumentParser) -> None:
    """Of `trends`."""
    common(trends)
    filters(trends)
    trends.add_argument("--bucket", metavar="SPAN", help="such as 5m")
    trends.add_argument(
        "--group-by", action="append", metavar="KEY", help="group, type, source, field"
    )
    trends.add_argument("--baseline", metavar="SPAN", help="before since")
    trends.add_argument("--limit", type=int, default=20, help="groups to show")
    question_options(trends)


def patterning(patterns: argparse.ArgumentParser) -> None:
    """Of `patterns`."""
    common(patterns)
    filters(patterns)
    patterns.add_argument("--show", default="common", help="common, rare or new")
    patterns.add_argument("--limit", type=int, default=20, help="patterns to show")
    question_options(patterns)


def explaining(explain: argparse.ArgumentParser) -> None:
    """Of `explain`."""
    common(explain)
    explain.add_argument("--id", help=f"{ID}; the most important error without it")
    filters(explain)
    question_options(explain)


def aggregating(aggregate: argparse.ArgumentParser) -> None:
    """Of `aggregate`."""
    common(aggregate)
    filters(aggregate)
    aggregate.add_argument(
        "--metrics",
        action="append",
        metavar="METRIC",
        help="count, avg(F), sum(F), min(F), max(F), p50(F) to p99(F), distinct(F), "
        "share(CONDITION)",
    )
    aggregate.add_argument(
        "--group-by", action="append", metavar="FIELD", help="a field"
    )
    aggregate.add_argument("--bucket", metavar="SPAN", help="such as 1h")
    aggregate.add_argument("--limit", type=int, default=20, help="groups to show")
    question_options(aggregate)


def comparing(compare: argparse.ArgumentParser) -> None:
    """Of `compare`."""
    common(compare)
    filters(compare)
    compare.add_argument("--baseline-since", metavar="TIME", help="compared with this")
    compare.add_argument("--baseline-until", metavar="TIME", help="up to this")
    compare.add_argument(
        "--group-by", metavar="KEY", help="suspects: source, service or a field"
    )
    compare.add_argument("--limit", type=int, default=10, help="rows of each kind")
    question_options(compare)


def waiting(wait: argparse.ArgumentParser) -> None:
    """Of `wait`."""
    common(wait)
    narrowing(wait)
    wait.add_argument(
        "--stop-on", default="match", metavar="WHAT", help="match, new_error or quiet"
    )
    wait.add_argument(
        "--timeout-s", type=float, metavar="SECONDS", help="at most; 30 without it"
    )
    wait.add_argument(
        "--quiet-s", type=float, metavar="SECONDS", help="silence that ends quiet"
    )
    question_options(wait)


def watching(watch: argparse.ArgumentParser) -> None:
    """Of `watch`."""
    common(watch)
    narrowing(watch)
    memory(watch)
    watch.add_argument(
        "--new-errors", action="store_true", help="new kinds of errors alone, no alerts"
    )


SINCE: Final = "15m, 2h, ISO 8601, restart, git:HEAD or a record id"
ID: Final = "of a record, a group, an application's error or a trace"


def filters(parser: argparse.ArgumentParser) -> None:
    """The filter."""
    narrowing(parser)
    parser.add_argument("--since", metavar="TIME", help=SINCE)
    parser.add_argument("--until", metavar="TIME", help="likewise")


def narrowing(parser: argparse.ArgumentParser) -> None:
    """The filter without its times."""
    add = parser.add_argument
    add("--query", metavar="TEXT", help="literal text, ASCII case folded")
    add("--regex", metavar="RE2", help="expression over the same text")
    add("--exclude", action="append", metavar="TEXT", help="leave these out")
    add("--level", metavar="LEVEL", help="at least this one")
    add("--source", action="append", metavar="NAME", help="name or glob")
    add("--where", action="append", metavar="CONDITION", help="FIELD OP VALUE")
    add("--trace", metavar="ID", help="a correlation value in any id field")
    add("--group", metavar="ID", help="records of this group")


def memory(parser: argparse.ArgumentParser) -> None:
    """How much the ring holds."""
    parser.add_argument("--max-memory", metavar="SIZE", help="of the ring: 256MB")


def json(parser: argparse.ArgumentParser) -> None:
    """How the answer is printed."""
    parser.add_argument("--json", action="store_true", help="as JSON")
