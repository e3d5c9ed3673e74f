"""How a stack trace goes on after its first line, as a table of rows.

The rows are all there is to know about a language here; `stacktrace` is the machine that
runs them. A new language is a mark (`tracemarks`), a few rows and a sample.

A rule leads from one state to the next. Of the rules of a state the first whose pattern
matches at the start of the line counts; if none does, the trace has ended. For patterns
the same holds as for marks.
"""

from typing import Final, NamedTuple

from log_mcp.formats.tracemarks import (
    ANY,
    BLANK,
    CARETS,
    CPP_FRAME,
    CSHARP_FILE_FRAME,
    CSHARP_FRAME,
    DART_FRAME,
    ELIXIR_HEAD,
    ERLANG_FRAME,
    GECKO_FRAME,
    GO_FILE,
    GROUP,
    INDENTED,
    JAVA_FRAME,
    JS_FRAME,
    NUMBERED,
    PHP_FRAME,
    RUBY_FRAME,
    STRONG,
    SWIFT_FRAME,
    TRACEBACK,
)

# How a rule takes its line.
KEEPS: Final = 0  # the line belongs to the trace
PROVES: Final = 1  # ... and shows that this is a trace and no prose
TRIAL: Final = 2  # the line belongs if a later one does: blank, or text of a message


class Rule(NamedTuple):
    """One step: in `state`, a line with `pattern` leads to the state `to`.

    An empty `to` ends the trace: the line belongs to something else.
    """

    state: str
    pattern: bytes
    to: str
    takes: int = KEEPS


_CHAIN: Final = (
    rb"(?:The above exception was the direct cause of the following|During handling of"
    rb" the above) exception"
)
_BOX: Final = rb"(?:\xe2[\x94\x95]|[|+])"
# What database drivers and their wrappers print below the message.
_PYTHON_TAIL: Final = (
    rb"\[(?:SQL|parameters|raw parameters|cached since)\b|\(Background on this error at"
    rb"|(?:DETAIL|HINT|CONTEXT|LINE \d+): |During task with name "
)
_AFTER_AT: Final = rb"[ \t]*at \S"
_CAUSED: Final = rb"[ \t]*(?:Caused by|Suppressed|Wrapped by|Also): *\S"
_JS_CAUSE: Final = rb"[ \t]*(?:\[?cause\]?|[Cc]aused by|\[errors\]): "

RULES: Final[tuple[Rule, ...]] = (
    # Python: frames, then the last line, then perhaps a chain to the next traceback.
    Rule("python.head", TRACEBACK, "python.frames"),
    Rule("python.head", rb'"""$', "python.head"),
    Rule("python.head", rb"[ ]*\+ " + GROUP, "python.group"),
    Rule("python.frames", rb"[ \t]+\d+: from ", "ruby.reverse", PROVES),
    Rule("python.frames", rb'(?:[ \t]*|> )File "', "python.frames", PROVES),
    Rule("python.frames", INDENTED, "python.frames"),
    Rule("python.frames", BLANK, "python.frames", TRIAL),
    Rule("python.frames", rb".*?:\d+:in [`']", "ruby.head", PROVES),
    Rule(
        "python.frames",
        rb"[\w.]+: \d+ validation errors? for ",
        "python.fields",
        PROVES,
    ),
    Rule("python.frames", TRACEBACK, ""),
    Rule("python.frames", _CHAIN, "python.chain"),
    Rule("python.frames", rb"[\w.<>\x80-\xff]+(?::|$)", "python.last", PROVES),
    Rule("python.last", _CHAIN, "python.chain"),
    Rule("python.last", INDENTED, "python.last"),
    Rule("python.last", BLANK, "python.gap", TRIAL),
    Rule("python.last", rb'"""$', "python.last"),
    Rule("python.last", _PYTHON_TAIL, "python.last"),
    Rule("python.last", rb"Stack \(most recent call last\):$", "python.last"),
    Rule("python.fields", INDENTED, "python.fields"),
    Rule("python.fields", _CHAIN, "python.chain"),
    Rule("python.fields", rb"[\w.\[\]`-]+$", "python.fields", TRIAL),
    Rule("python.fields", BLANK, "python.gap", TRIAL),
    Rule("python.gap", _CHAIN, "python.chain"),
    Rule("python.gap", BLANK, "python.gap", TRIAL),
    Rule("python.gap", rb'"""$', "python.last"),
    Rule("python.gap", _PYTHON_TAIL, "python.last"),
    Rule("python.chain", BLANK, "python.chain", TRIAL),
    Rule("python.chain", TRACEBACK + rb":$", "python.frames"),
    Rule("python.chain", _BOX, "python.rich"),
    Rule("python.chain", rb"[ ]*\+ " + GROUP, "python.group"),
    Rule("python.chain", rb"[\w.]*_?RemoteTraceback: *$", "python.head"),
    Rule("python.chain", rb'[ \t]+File "', "python.frames", PROVES),
    Rule("python.group", rb"[ ]*[|+]", "python.group", PROVES),
    Rule("python.group", BLANK, "python.gap", TRIAL),
    Rule("python.group", _CHAIN, "python.chain"),
    Rule("python.rich", rb"[ ]*" + _BOX, "python.rich"),
    Rule("python.rich", rb"[\w.<>\x80-\xff]+(?::|$)", "python.last", PROVES),
    Rule("python.fatal", rb'[ \t]+File "', "python.fatal", PROVES),
    Rule("python.fatal", INDENTED, "python.fatal"),
    Rule("python.fatal", BLANK, "python.fatal", TRIAL),
    Rule(
        "python.fatal", rb"(?:Current t|T)hread |Python runtime state", "python.fatal"
    ),
    Rule("python.fatal", rb"Extension modules: |<no Python frame>", "python.fatal"),
    Rule("python.stack", INDENTED, "python.stack"),  # shows where, not what failed
    # A head of many languages: its message may go on for lines before the first frame.
    Rule("any.head", STRONG, ""),
    Rule("any.head", JAVA_FRAME, "java.frames", PROVES),
    Rule("any.head", CSHARP_FILE_FRAME, "csharp.frames", PROVES),
    Rule("any.head", rb"[ \t]*at .*\{$", "javascript.object", PROVES),
    Rule("any.head", JS_FRAME, "javascript.frames", PROVES),
    Rule("any.head", CSHARP_FRAME, "csharp.frames", PROVES),
    Rule("any.head", rb"[ \t]+---> ", "csharp.head", PROVES),
    Rule("any.head", RUBY_FRAME, "ruby.frames", PROVES),
    Rule("any.head", GO_FILE + rb"(?: \+0x[0-9a-f]+)?$", "go.frames", PROVES),
    Rule("any.head", rb"Stack trace:$|\[stacktrace\]$", "php.frames", PROVES),
    Rule("any.head", CPP_FRAME, "cpp.report", PROVES),
    Rule("any.head", PHP_FRAME, "php.frames", PROVES),
    Rule("any.head", DART_FRAME, "dart.frames", PROVES),
    Rule("any.head", GECKO_FRAME, "javascript.frames", PROVES),
    Rule("any.head", rb"Caused by:$", "rust.causes", PROVES),
    Rule("any.head", rb"[Ss]tack backtrace:$", "rust.frames", PROVES),
    Rule("any.head", rb"stack traceback:$", "lua.frames", PROVES),
    Rule("any.head", _CAUSED, "java.head", PROVES),
    Rule("any.head", ANY, "any.head", TRIAL),
    # Java, Kotlin, Scala.
    Rule("java.frames", _AFTER_AT, "java.frames", PROVES),
    Rule("java.frames", _CAUSED, "java.head", PROVES),
    Rule("java.frames", rb"[ \t]*\.\.\. \d+ ", "java.frames", PROVES),
    Rule("java.frames", rb"[ \t]*(?:\[CIRCULAR|\(Coroutine|<\d+ )", "java.frames"),
    Rule("java.frames", rb"[ \t]+- (?:locked|waiting|parking) ", "java.frames"),
    Rule("java.frames", rb"[ \t]*Original Stack Trace:$", "java.frames"),
    Rule("java.frames", BLANK, "java.gap", TRIAL),
    Rule("java.gap", _AFTER_AT, "java.frames"),
    Rule("java.gap", _CAUSED, "java.head"),
    Rule("java.gap", BLANK, "java.gap", TRIAL),
    Rule("java.head", STRONG, ""),
    Rule("java.head", _AFTER_AT, "java.frames", PROVES),
    Rule("java.head", rb"[ \t]*\.\.\. \d+ ", "java.frames", PROVES),
    Rule("java.head", _CAUSED, "java.head", PROVES),
    Rule("java.head", ANY, "java.head", TRIAL),
    Rule("java.dump", rb"[ \t]+(?:at|-) ", "java.dump"),  # a thread at rest
    # JavaScript: the crash block of Node is file, source, caret, blank, error.
    Rule("javascript.file", TRACEBACK, ""),
    Rule("javascript.file", ANY, "javascript.source", TRIAL),
    Rule("javascript.source", CARETS, "javascript.caret", PROVES),
    Rule("javascript.source", INDENTED, "javascript.source", TRIAL),
    Rule("javascript.caret", TRACEBACK, ""),
    Rule("javascript.caret", BLANK, "javascript.caret", TRIAL),
    Rule("javascript.caret", rb".*\{$", "javascript.object"),
    Rule("javascript.caret", ANY, "javascript.head"),
    Rule("javascript.head", STRONG, ""),
    Rule("javascript.head", rb"[ \t]*at .*\{$", "javascript.object", PROVES),
    Rule("javascript.head", _AFTER_AT, "javascript.frames", PROVES),
    Rule("javascript.head", GECKO_FRAME, "javascript.frames", PROVES),
    Rule("javascript.head", rb"Node\.js v\d", "javascript.gap"),
    Rule("javascript.head", ANY, "javascript.head", TRIAL),
    Rule("javascript.frames", _AFTER_AT + rb".*\{$", "javascript.object", PROVES),
    Rule("javascript.frames", _AFTER_AT, "javascript.frames", PROVES),
    Rule("javascript.frames", GECKO_FRAME, "javascript.frames", PROVES),
    Rule("javascript.frames", rb"[ \t]*\.\.\. \d+ ", "javascript.frames"),
    Rule("javascript.frames", _JS_CAUSE, "javascript.head"),
    Rule("javascript.frames", rb"[ \t]+[\w$]+: .*[,}{]$", "javascript.object"),
    Rule("javascript.frames", rb"(?:From previous |Emitted )", "javascript.frames"),
    Rule("javascript.frames", rb"[ \t]*[}\])]+,?$", "javascript.frames"),
    Rule("javascript.frames", BLANK, "javascript.gap", TRIAL),
    Rule("javascript.object", _AFTER_AT, "javascript.object", PROVES),
    Rule("javascript.object", INDENTED, "javascript.object"),
    Rule("javascript.object", rb"[}\])]+,?$", "javascript.gap"),
    Rule("javascript.object", BLANK, "javascript.object", TRIAL),
    Rule("javascript.gap", rb"Node\.js v\d", "javascript.gap"),
    Rule("javascript.gap", rb"Emitted |Thrown at:|From previous ", "javascript.frames"),
    Rule("javascript.gap", _JS_CAUSE, "javascript.head"),
    Rule("javascript.gap", rb"[ \t]+at \S", "javascript.frames"),
    Rule("javascript.gap", BLANK, "javascript.gap", TRIAL),
    # C# and its kin.
    Rule("csharp.frames", _AFTER_AT, "csharp.frames", PROVES),
    Rule("csharp.frames", rb"[ \t]*---> ", "csharp.head", PROVES),
    Rule("csharp.frames", rb"[ \t]*--- ", "csharp.frames"),
    Rule("csharp.frames", rb"[ \t]*(?:---|\(Inner Exception #)", "csharp.head"),
    Rule("csharp.frames", rb"[ \t]*(?:<---|Data:)", "csharp.frames"),
    Rule("csharp.frames", BLANK, "csharp.gap", TRIAL),
    Rule("csharp.gap", rb"[ \t]*---> ", "csharp.head"),
    Rule("csharp.gap", rb"[ \t]*--- |[ \t]+at \S", "csharp.frames"),
    Rule("csharp.gap", BLANK, "csharp.gap", TRIAL),
    Rule("csharp.head", STRONG, ""),
    Rule("csharp.head", _AFTER_AT, "csharp.frames", PROVES),
    Rule("csharp.head", rb"[ \t]*---> ", "csharp.head", PROVES),
    Rule("csharp.head", rb"[ \t]*--- ", "csharp.frames"),
    Rule("csharp.head", ANY, "csharp.head", TRIAL),
    # Go.
    Rule("go.head", rb"goroutine \d+ ", "go.frames", PROVES),
    Rule("go.head", rb"\[signal |\t+panic: ", "go.head", PROVES),
    Rule("go.head", rb"runtime stack:$|PC=0x", "go.frames", PROVES),
    Rule("go.head", GO_FILE, "go.frames", PROVES),
    Rule("go.head", STRONG, ""),
    Rule("go.head", ANY, "go.head", TRIAL),
    Rule("go.frames", GO_FILE, "go.frames", PROVES),
    Rule("go.frames", INDENTED, "go.frames"),
    Rule("go.frames", rb"[^\s(]+\(.*\)$|created by |[^\s.]+\.\S+$", "go.frames"),
    Rule("go.frames", rb"goroutine |exit status \d|\.\.\.", "go.frames"),
    Rule("go.frames", rb"r\w{1,5} +0x|[cfg]s +0x|PC=0x|sigcode=", "go.frames"),
    Rule("go.frames", BLANK, "go.gap", TRIAL),
    Rule("go.gap", rb"goroutine \d+ |rax +0x|exit status \d", "go.frames"),
    Rule("go.gap", rb"runtime stack:$", "go.frames"),
    Rule("go.gap", BLANK, "go.gap", TRIAL),
    # PHP.
    Rule("php.head", rb"(?:Stack trace|\[stacktrace\])", "php.frames", PROVES),
    Rule("php.head", rb"PHP Stack trace:$", "php.frames", PROVES),
    Rule("php.head", NUMBERED, "php.frames", PROVES),
    Rule("php.head", rb"  thrown in ", "php.frames", PROVES),
    Rule("php.head", STRONG, ""),
    Rule("php.head", ANY, "php.head", TRIAL),
    Rule("php.frames", NUMBERED, "php.frames", PROVES),
    Rule("php.frames", rb"PHP +\d+\. ", "php.frames", PROVES),
    Rule("php.frames", rb"Stack trace:|\[stacktrace\]", "php.frames"),
    Rule("php.frames", rb"  thrown in |\"\}", "php.frames"),
    Rule("php.frames", rb"Next |\[previous exception\]", "php.head"),
    Rule("php.frames", BLANK, "php.gap", TRIAL),
    Rule("php.gap", rb"Next |\[previous exception\]", "php.head"),
    Rule("php.gap", rb"  thrown in |\"\}", "php.frames"),
    # Ruby: a head with its position, or frames alone below a message.
    Rule("ruby.head", rb"[ \t]+from ", "ruby.frames", PROVES),
    Rule("ruby.head", RUBY_FRAME, "ruby.frames", PROVES),
    Rule("ruby.head", CARETS, "ruby.snippet", PROVES),
    Rule("ruby.head", rb"Did you mean\?", "ruby.snippet", PROVES),
    Rule("ruby.head", STRONG, ""),
    Rule("ruby.head", ANY, "ruby.head", TRIAL),
    Rule("ruby.snippet", rb"[ \t]+from ", "ruby.frames"),
    Rule("ruby.snippet", INDENTED, "ruby.snippet"),
    Rule("ruby.snippet", rb"Did you mean\?", "ruby.snippet"),
    Rule("ruby.snippet", BLANK, "ruby.snippet", TRIAL),
    Rule("ruby.frames", rb"[ \t]+from ", "ruby.frames", PROVES),
    Rule("ruby.frames", RUBY_FRAME, "ruby.frames", PROVES),
    Rule("ruby.frames", rb"[ \t]*\.\.\. \d+ levels\.\.\.", "ruby.frames"),
    Rule("ruby.reverse", rb"[ \t]+\d+: from ", "ruby.reverse", PROVES),
    Rule("ruby.reverse", rb"[ \t]*\.\.\. \d+ levels\.\.\.", "ruby.reverse"),
    Rule("ruby.reverse", RUBY_FRAME, "ruby.last"),
    Rule("ruby.last", INDENTED, "ruby.last"),
    Rule("ruby.last", rb"Did you mean\?", "ruby.last"),
    # Rust: panics, and errors that print their causes.
    Rule(
        "rust.head",
        rb"(?:stack backtrace|note|Location|Message):",
        "rust.frames",
        PROVES,
    ),
    Rule("rust.head", STRONG, ""),
    Rule("rust.head", ANY, "rust.message", PROVES),
    Rule("rust.message", rb"stack backtrace:|note: |Location:", "rust.frames", PROVES),
    Rule("rust.message", STRONG, ""),
    Rule("rust.message", ANY, "rust.message", TRIAL),
    Rule("rust.frames", INDENTED, "rust.frames"),
    Rule(
        "rust.frames", rb"(?:stack backtrace|note|Location|Run with):?", "rust.frames"
    ),
    Rule("rust.frames", rb"fatal runtime error: |Backtrace omitted", "rust.frames"),
    Rule("rust.frames", BLANK, "rust.gap", TRIAL),
    Rule("rust.gap", rb"[Ss]tack backtrace:$|note: |Backtrace ", "rust.frames"),
    Rule("rust.causes", INDENTED, "rust.causes"),
    Rule("rust.causes", rb"[Ss]tack backtrace:$|Location:$", "rust.frames"),
    Rule("rust.causes", BLANK, "rust.gap", TRIAL),
    # Dart.
    Rule("dart.head", NUMBERED, "dart.frames", PROVES),
    Rule("dart.head", STRONG, ""),
    Rule("dart.head", ANY, "dart.head", TRIAL),
    Rule("dart.frames", NUMBERED, "dart.frames", PROVES),
    Rule("dart.frames", rb"<asynchronous suspension>|\.\.\. *$", "dart.frames"),
    Rule("dart.frames", rb"[ \t]*\(elided \d+ frames? ", "dart.frames"),
    Rule("dart.frames", BLANK, "dart.gap", TRIAL),
    Rule("dart.gap", rb"(?:\xe2\x95\x90){10,}$", "dart.frames"),  # Flutter's lower bar
    # Elixir: everything below is indented, but what the process knew.
    Rule("elixir.head", ELIXIR_HEAD, "elixir.frames", PROVES),
    Rule("elixir.head", INDENTED, "elixir.frames", PROVES),
    Rule("elixir.head", BLANK, "elixir.head", TRIAL),
    Rule("elixir.head", rb"The following arguments ", "elixir.frames", PROVES),
    Rule("elixir.frames", INDENTED, "elixir.frames"),
    Rule("elixir.frames", ELIXIR_HEAD, "elixir.frames"),
    Rule(
        "elixir.frames",
        rb"(?:Last message|State|Client|Function|Queue|Initial Call|Ancestors|Message"
        rb"|Parent|Args|Start Call|Neighbours|Process|Callers|Label)\b",
        "elixir.frames",
    ),
    Rule("elixir.frames", rb"The following arguments ", "elixir.frames"),
    Rule("elixir.frames", BLANK, "elixir.gap", TRIAL),
    Rule("elixir.gap", INDENTED, "elixir.frames"),
    Rule("elixir.gap", BLANK, "elixir.gap", TRIAL),
    # Erlang: what a shell or a crash report says, and terms as they are printed.
    Rule("erlang.head", ERLANG_FRAME, "erlang.frames", PROVES),
    Rule("erlang.head", INDENTED, "erlang.head", TRIAL),
    Rule("erlang.frames", INDENTED, "erlang.frames"),
    Rule("erlang.report", rb"[ \t]+exception \w+: ", "erlang.report", PROVES),
    Rule("erlang.report", INDENTED, "erlang.report"),
    Rule("erlang.term", rb"[ \t]*\{", "erlang.term", PROVES),
    Rule("erlang.term", INDENTED, "erlang.term"),
    Rule("erlang.server", rb".*\[\{\w+,", "erlang.server", PROVES),
    Rule("erlang.server", rb"\*\* (?:Last|When|Reason) ", "erlang.server", PROVES),
    Rule("erlang.server", rb"\*\* ", "erlang.server"),
    Rule("erlang.server", INDENTED, "erlang.server"),
    # Swift: what the runtime says, and two ways to print where; Objective-C beneath it.
    Rule("swift.head", rb"Current stack trace:$", "swift.frames", PROVES),
    Rule("swift.head", rb"\*\*\* Program crashed: ", "swift.crash", PROVES),
    Rule("swift.head", STRONG, ""),
    Rule("swift.head", ANY, "swift.head", TRIAL),
    Rule("swift.frames", SWIFT_FRAME, "swift.frames", PROVES),
    Rule("swift.crash", SWIFT_FRAME, "swift.crash", PROVES),
    Rule("swift.crash", rb"Thread \d+.*:$", "swift.crash", PROVES),
    Rule("swift.crash", rb"Registers:|Images \(|Backtrace took", "swift.crash"),
    Rule("swift.crash", rb"\w{2,6} +0x[0-9a-f]+ |0x[0-9a-f]+", "swift.crash"),
    Rule("swift.crash", INDENTED, "swift.crash"),
    Rule("swift.crash", BLANK, "swift.crash", TRIAL),
    Rule("swift.thrown", rb"\*\*\* First throw call stack:", "swift.stack", PROVES),
    Rule("swift.thrown", STRONG, ""),
    Rule("swift.thrown", ANY, "swift.thrown", TRIAL),
    Rule("swift.stack", SWIFT_FRAME, "swift.stack", PROVES),
    Rule("swift.stack", rb"[ \t]*(?:[()]$|\(?0x[0-9a-f]+)", "swift.stack"),
    Rule("swift.stack", rb"libc\+\+abi", "swift.stack"),
    # Lua.
    Rule("lua.head", rb"stack traceback:$", "lua.frames", PROVES),
    Rule("lua.head", STRONG, ""),
    Rule("lua.head", ANY, "lua.head", TRIAL),
    Rule("lua.frames", rb"\t", "lua.frames", PROVES),
    Rule("lua.frames", rb"coroutine \d+:$", "lua.frames"),
    # Perl: `confess` prints its callers.
    Rule("perl.head", rb"[ \t].*? called at \S+ line \d", "perl.frames", PROVES),
    Rule("perl.head", rb"[ \t]+(?:eval|require) .* line \d+", "perl.frames", PROVES),
    Rule("perl.frames", rb"[ \t].* line \d+", "perl.frames"),
    Rule("perl.frames", rb".* line \d+\.$", "perl.frames"),
    # C and C++: `std::terminate`, the sanitizers, valgrind.
    Rule("cpp.abort", rb"  what\(\): ", "cpp.what", PROVES),
    Rule("cpp.abort", rb"Abort", "cpp.what", PROVES),
    Rule("cpp.what", rb"Aborted", "cpp.what"),
    Rule("cpp.what", INDENTED, "cpp.what"),
    Rule("cpp.bar", rb"==\d+==(?:ERROR|WARNING): ", "cpp.report"),
    Rule("cpp.bar", rb"WARNING: (?:ThreadSanitizer|DATA RACE)", "cpp.report"),
    Rule("cpp.report", rb"(?:READ|WRITE|Read|Write) (?:of|at) ", "cpp.report", PROVES),
    Rule("cpp.report", CPP_FRAME, "cpp.report", PROVES),
    Rule("cpp.report", rb"SUMMARY: |==\d+== ", "cpp.report", PROVES),
    Rule("cpp.report", rb"==\d+==|={10,}$|Shadow |=>|0x[0-9a-f]+ ", "cpp.report"),
    Rule("cpp.report", STRONG, ""),
    Rule("cpp.report", INDENTED, "cpp.report"),
    Rule("cpp.report", ANY, "cpp.report", TRIAL),
)
