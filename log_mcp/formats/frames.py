"""One line of a stack trace -> a `Frame`, and whose code it is.

Whose code it is can only be told by where it lies: a table names the places of libraries
and runtimes per language, and everything else is the application's own. A frame that
names no place is told by its function.
"""

from functools import lru_cache
from typing import Final

from log_mcp.lazy import lazy
from log_mcp.record import Frame

LINE_CHARS_MAX: Final = 2000  # of one line that is read; longer ones are data, not code
KEPT_CHARS_MAX: Final = 300  # of a frame whose verdict is remembered

# Places that are not the application's, with forward slashes; searched in the file.
_LIBRARY_FILE: Final = {
    "python": r"(?:^|/)(?:site-packages|dist-packages|python\d+(?:\.zip|_lib)|bin)/"
    r"|(?i:/lib(?:64)?/python[\d.]*(?:/|$)|python\d+/lib/)|^<(?:frozen|attrs|decorator|__)",
    "java": r"^<generated>",
    "javascript": r"(?:^|/)node_modules/|^node:|^internal/|^(?:webpack|native)\b.*bootstrap"
    r"|^<|^\[native|^native$|^(?:chrome|moz|safari-web)-extension:|^(?:bootstrap_)?node\.js$"
    r"|^(?:module|timers|events|net|fs|vm|_http_\w+|_stream_\w+|domain)\.js$",
    "csharp": r"^/_/|(?i:/dotnet/)|^<filename unknown>",
    "go": r"(?:^|/)(?:usr/(?:local|lib|share)/go[^/]*|go[\d.]+|libexec|pkg/mod|vendor"
    r"|hostedtoolcache|runtime)/|(?:^|/)go/src/[a-z]\w*/[^.]*$|^_testmain|\.s$"
    r"|(?:^|/)go/src/(?:appengine\w*|net|reflect|runtime|testing|sync|os|io|database)/",
    "php": r"/vendor/|^\[internal",
    "ruby": r"/gems?/|/lib/ruby/|^<internal:|/rubygems/|/bundler/|/bin/|^\(eval",
    "rust": r"/rustc/|/\.cargo/|/registry/src/|/rustlib/|^library/|/sysdeps/",
    "dart": r"^dart:|^package:(?:flutter|http|async|dio|bloc|test)\b",
    "elixir": r"^\((?:stdlib|elixir|kernel|mix|iex|ex_unit|logger|phoenix\w*|plug\w*|ecto\w*"
    r"|cowboy\w*|db_connection|bandit|thousand_island|absinthe|oban) ",
    "erlang": r"^(?:gen(?:_\w+)?|proc_lib|supervisor|lists|maps|ets|erl_\w+|escript|init|timer"
    r"|application\w*|erlang|io\w*|file)\.erl$|/lib/(?:stdlib|kernel|erts)-",
    "swift": r"^Swift/|^(?:lib\S+\.(?:so|dylib)[.\d]*|dyld|\?\?\?|CoreFoundation|Foundation|UIKit\w*"
    r"|SwiftUI|GraphicsServices|CFNetwork)$",
    "lua": r"^\[C\]|/usr/(?:local/)?(?:share|lib)/lua|/resty/",
    "perl": r"/perl5?/|/usr/(?:share|lib)/",
    "cpp": r"^\.\./|/sysdeps/|libsanitizer|^/?usr/(?:include|lib|src)/|/c\+\+/|\.so[.\d]*$",
}
_LIBRARY_FUNCTION: Final = {
    "java": r"(?:java|javax|jdk|sun|com\.sun|jakarta|kotlin|kotlinx|scala|akka|groovy"
    r"|org\.(?:springframework|apache|hibernate|eclipse|jboss|junit|codehaus|gradle|h2"
    r"|glassfish|aspectj|mockito|postgresql|slf4j|elasticsearch|opensearch|xnio|mariadb"
    r"|quartz|jetbrains|mybatis|ehcache|redisson|flywaydb|liquibase|wildfly|reactivestreams)"
    r"|io\.(?:netty|vertx|reactivex|micronaut|quarkus|grpc|undertow|projectreactor|ktor"
    r"|lettuce|micrometer|opentelemetry|smallrye)|reactor|feign|rx|okhttp3|retrofit2|play"
    r"|com\.(?:zaxxer|google\.(?:common|inject|protobuf)|fasterxml|mysql|mongodb|netflix"
    r"|oracle|microsoft\.sqlserver|android|ibm\.(?:ws|io))|ch\.qos|android|androidx|dalvik"
    r"|clojure|redis\.clients|_COROUTINE|net\.sf\.cglib|brave|zio|cats)\."
    r"|.*\$\$(?:FastClass|Enhancer|SpringCGLIB|Lambda)|com\.sun\.proxy|jdk\.proxy|\$Proxy",
    "javascript": r"(?:process\.(?:process|_tick)|Module\.(?:_compile|_extensions|load)"
    r"|node:)",
    "csharp": r"(?:System|Microsoft|Mono|MS|Newtonsoft|Npgsql|MySql|Dapper|Castle|Autofac"
    r"|MediatR|AutoMapper|Serilog|Polly|StackExchange|RabbitMQ|Grpc|Xunit|NUnit|NHibernate"
    r"|lambda_method|Hangfire|MassTransit|Swashbuckle|FluentValidation)[.+(]",
    "go": r"(?:runtime|net|sync|reflect|testing|os|io|bufio|bytes|strings|strconv|errors|fmt"
    r"|context|encoding|database|crypto|time|sort|log|syscall|internal|panic|appengine\w*)"
    r"(?:/[\w/]+)?(?:\.|$)",
    "php": r"(?:Illuminate|Symfony|Doctrine|Composer|PHPUnit|GuzzleHttp|Laravel)\\|\{main\}",
    "rust": r"<?&?(?:std|core|alloc|tokio|rayon|hyper|futures|tower|axum|actix\w*|backtrace"
    r"|anyhow|__rust\w*|rust_begin_unwind|__libc_\w+|_start|clone3?|start_thread|main$)"
    r"(?:::|$)|_?_?rust_|<unknown>|<?(?:alloc|core|std)::|__rustc::",
    "elixir": r":(?:gen_server|proc_lib|erlang|gen|gen_statem|supervisor|lists|maps|ets|elixir"
    r"|elixir_\w+)\.|(?:GenServer|Enum|Task|Supervisor|Agent|Plug|Ecto|Phoenix|Stream)\.",
    "erlang": r"(?:gen(?:_\w+)?|proc_lib|supervisor|lists|maps|ets|erl_\w+|erlang):",
    "swift": r"(?:_?swift_|_assertionFailure|__|_start$|<unavailable>|specialized _)",
    "cpp": r"(?:std::|__|operator (?:new|delete)|_start$|malloc|free$|calloc|raise|abort|clone)",
    "dart": r"(?:_startIsolate|_RawReceivePortImpl|_\w+Error\._throwNew)",
}
_FILE: Final = {name: lazy(source) for name, source in _LIBRARY_FILE.items()}
_FUNCTION: Final = {name: lazy(text) for name, text in _LIBRARY_FUNCTION.items()}

# Languages whose frames are worth nothing without a place in a file.
_NEEDS_FILE: Final = frozenset({"javascript", "php", "dart", "cpp", "lua"})


def in_app(language: str, file: str | None, function: str | None) -> bool:
    """Whether a frame is the application's own code.

    Args:
        language: As in `Exception_.language`.
        file: As printed.
        function: As printed.
    """
    if len(file or "") + len(function or "") > KEPT_CHARS_MAX:
        return in_app_short.__wrapped__(language, file, function)
    return in_app_short(language, file, function)


@lru_cache(512)  # the frames of a program repeat in all its traces
def in_app_short(language: str, file: str | None, function: str | None) -> bool:
    """`in_app`, remembered; for 300 characters at most."""
    if file is None and (function is None or language in _NEEDS_FILE):
        return False
    place, name = _FILE.get(language), _FUNCTION.get(language)
    if place and file and place.search(file.replace("\\", "/")):
        return False
    return not (name and function and name.match(function))


def frame(
    language: str, file: str | None, line: str | int | None, function: str | None
) -> Frame:
    """A frame of what a trace prints; empty text counts as absent."""
    file, function = file or None, function or None
    # No file has a thousand million lines; int() refuses far longer numbers.
    number = int(line) if line and len(str(line)) < 10 else None
    own = in_app(language, file, function)
    if language == "elixir" and file:
        file = file.rpartition(") ")[
            2
        ]  # after the application: `(shop 0.1.0) lib/a.ex`
    return Frame(file, number, function, own)


_PLACE: Final = lazy(r":(\d+)(?::\d+)?$")


def _java(text: str) -> Frame:
    function, _, rest = text.partition("(")
    function = function.rpartition("/")[2]  # after the module: `java.base/java.lang`
    file, _, line = rest.partition(")")[0].partition(":")
    place = file if "." in file or file == "SourceFile" else ""
    return frame("java", place, line if line.isdecimal() else None, function)


def _javascript(text: str) -> Frame:
    text = text.rstrip(" ,{").removeprefix("async ").removeprefix("new ")
    function, paren, place = text.partition(" (")
    if not paren:  # React Native leaves the space out
        function, paren, place = text.partition("(")
    if not paren or not text.endswith(")"):
        function, place = "", text
        if not _PLACE.search(text) and text != "<anonymous>":
            return frame("javascript", None, None, text)
    place = place.removesuffix(")").rpartition(", ")[2]
    found = _PLACE.search(place)
    file = place[: found.start()] if found else place
    return frame(
        "javascript", file.removeprefix("file://"), found and found[1], function
    )


def _csharp(text: str) -> Frame:
    function, _, place = text.partition(" in ")
    file, _, line = place.rpartition(":line ")
    if not file:  # Mono: `[0x00000] in <filename unknown>:0`
        file, _, line = place.rpartition(":")
        if line == "0":
            line = ""
    name = function.partition(" [0x")[0].partition("(")[0].rstrip()
    return frame("csharp", file, line if line.isdecimal() else None, name)


_AT: Final = {"java": _java, "javascript": _javascript, "csharp": _csharp}


def at_frame(language: str, line: str) -> Frame | None:
    """A frame of a language that writes `at function (place)`, or of Gecko and WebKit.

    Args:
        language: `java`, `javascript` or `csharp`.
        line: As printed, with its indentation.

    Returns:
        The frame, or None if the line is none.
    """
    text = line[:LINE_CHARS_MAX].strip()
    if text.startswith("at "):
        return _AT[language](text[3:].strip())
    function, at, place = text.partition("@")
    if language == "javascript" and at and " " not in text:
        found = _PLACE.search(place)
        if found:
            return frame(language, place[: found.start()], found[1], function)
    return None
