"""How a stack trace begins, as a table of rows; `tracerules` says how it goes on.

`START` marks stand at the start of a line; `WITHIN` marks may follow a logging header on
the same line, and the leftmost one counts. The state that a mark leads to is named
`language.place`; `any` is a trace whose head (`SomeError: text`) could be of several
languages: its first frame decides.

Patterns see one line without its end. They hold no look-around and no capturing group
(all marks together are one expression for RE2), and repetition inside repetition only
where a text can be read in one way: lines are hostile.
"""

from typing import Final, NamedTuple


class Mark(NamedTuple):
    """How a trace may begin: the state after a line with this pattern.

    `bare`: at the start of a line, only a crash that nobody caught prints this.
    """

    pattern: bytes
    state: str
    bare: bool = False


# Words of several rows.
BLANK: Final = rb"[ \t]*$"
INDENTED: Final = rb"[ \t]+\S"
ANY: Final = rb""
PATH: Final = rb"[^\s:]+"
CARETS: Final = rb"[ \t]*[~^]+[ \t]*$"
TRACEBACK: Final = rb"Traceback \((?:most recent call last|innermost last)\)"
GROUP: Final = rb"Exception Group Traceback \(most recent call last\):$"
# What no message of another exception holds at the start of a line.
STRONG: Final = (
    TRACEBACK
    + rb"|[ ]*\+ Exception Group Traceback|Exception in thread |panic: |goroutine \d"
    rb"|thread '.*?' (?:\(\d+\) )?panicked at |PHP Fatal |Unhandled [Ee]xception[.:]"
)

# Frames. Java's parentheses hold a source file, JavaScript's a position in one, those of
# C# the types of the arguments.
JAVA_FRAME: Final = (
    rb"[ \t]*at [^\s()]+\((?:[\w$+. -]+\.(?:java|kts?|scala|sc|groovy|clj[cs]?|jspx?)\b"
    rb"|Native Method|Unknown Source|Unknown:|SourceFile|<generated>|[\w$]+(?::\d+)?\)$)"
)
CSHARP_FILE_FRAME: Final = rb"[ \t]*at .*?(?::line \d|\) \[0x[0-9a-f]+\] in )"
CSHARP_FRAME: Final = rb"[ \t]+at [\w.<>`+|\[\],&$=-]+ ?\([\w.<>`+\[\],&* ]*\)$"
JS_FRAME: Final = (
    rb"[ \t]*at (?:[^:\n]*<anonymous>\)?$|[^:\n]*\((?:native|index \d+)\)$"
    rb"|.*?:\d+:\d+|native$)"
)
GECKO_FRAME: Final = (
    rb"[^\s@]*@(?:\S+?(?: line \d+ > [^:\n]*)?:\d+(?::\d+)?|\[native code\])$"
    rb"|\[native code\]$"
)
RUBY_FRAME: Final = rb"[ \t]*(?:from )?(?:[A-Za-z]:)?[^\s:][^:\n]*:\d+:in [`']"
GO_FILE: Final = rb"[ \t]+\S+\.(?:go|s):\d+"
NUMBERED: Final = rb"[ \t]*#\d+ "
DART_FRAME: Final = NUMBERED + rb".*\((?:[a-z]+:|package:)\S*\)$"
PHP_FRAME: Final = (
    NUMBERED + rb"(?:\{main\}|\[internal function\]|.*?\(\d+\): |.+\.php:\d)"
)
CPP_FRAME: Final = NUMBERED + rb" *0x[0-9a-f]+ "
ELIXIR_HEAD: Final = rb"[ \t]*\*\* \((?:[\w.]+|EXIT from [^)\n]+)\)"
ERLANG_FRAME: Final = rb"[ \t]+in (?:function|call from) +\S"
# `3 [ra] 0x55f1 total() + 8 in shop`, and with a library before the address.
SWIFT_FRAME: Final = rb"[ \t]*\d+ +(?:\[\w+\] )*(?:[^\s\[]\S* +)?0x[0-9a-f]+ "

START: Final[tuple[Mark, ...]] = (
    Mark(rb'[ \t]*File "[^"\n]+", line \d+', "python.frames"),
    Mark(rb"[ ]+\| " + GROUP, "python.group"),
    Mark(
        rb"(?:The above exception was the direct cause of the following|During handling"
        rb" of the above) exception",
        "python.chain",
    ),
    Mark(
        rb"Stack \(most recent call last\):$|(?:Current t|T)hread 0x[0-9a-f]+ ",
        "python.stack",
    ),
    Mark(rb"[ \t]+java\.lang\.Thread\.State: ", "java.dump"),
    Mark(rb"Exception ignored (?:in|while)", "python.head", bare=True),
    Mark(rb"[\w.]*RemoteTraceback: *$", "python.head", bare=True),
    Mark(rb"Uncaught (?:\(in promise\) )?[A-Z][\w.$]+: ", "any.head", bare=True),
    Mark(GECKO_FRAME, "javascript.frames"),
    Mark(
        rb"(?:\S+\.[cm]?[jt]sx?|node:\S+|internal/\S+|evalmachine\.<anonymous>"
        rb"|\[eval\]|\[stdin\]):\d+$",
        "javascript.file",
        bare=True,
    ),
    Mark(JAVA_FRAME, "java.frames"),
    Mark(CSHARP_FILE_FRAME, "csharp.frames"),
    Mark(rb"[ \t]+at (?:.*?:\d+:\d+|.*\(<anonymous>\)$)", "javascript.frames"),
    Mark(CSHARP_FRAME, "csharp.frames"),
    Mark(rb"[ \t]*Caused by: [\w$.]+[A-Z]", "java.head"),
    Mark(RUBY_FRAME, "ruby.head"),
    Mark(rb"(?:[A-Z]\w*::)+[A-Z]\w* \(.*\):$", "ruby.head"),  # Rails
    Mark(rb"PHP Stack trace:$", "php.frames"),
    Mark(rb"[ \t]*#0 ", "any.head"),
    Mark(rb"lua(?:jit|[\d.]*): ", "lua.head", bare=True),
    Mark(
        rb"SIG[A-Z]+: |runtime: goroutine stack exceeds|unexpected fault address",
        "go.head",
        bare=True,
    ),
    Mark(rb"The application panicked", "rust.head", bare=True),
    Mark(rb"={10,}$", "cpp.bar"),
    Mark(rb"WARNING: (?:ThreadSanitizer: |DATA RACE$)", "cpp.report", bare=True),
    Mark(rb"[ \t]+crasher:$", "erlang.report"),
    Mark(rb"==\d+== (?:Invalid|Conditional|Use of|Process term)", "cpp.report"),
    # Exceptions without a telling name: `OrderRejected: text`, `main.serve` (Go).
    Mark(rb"(?:[\w$]+[.\\])*[A-Z][\w$]*: ", "any.head"),
    Mark(rb"[\w$~/@-]+\.[\w$~/@.()*\[\]-]+$", "any.head"),
)

WITHIN: Final[tuple[Mark, ...]] = (
    Mark(GROUP, "python.group", bare=True),
    Mark(TRACEBACK + rb":$", "python.frames", bare=True),
    Mark(TRACEBACK + rb" [^\w\s]", "python.rich", bare=True),
    Mark(rb"Fatal Python error: ", "python.fatal", bare=True),
    Mark(rb"RemoteTraceback: *$", "python.head"),
    Mark(rb'File "[^"\n]+", line \d+$', "python.frames"),
    Mark(rb"\.[cm]?[jt]sx?:\d+$|\bnode:[\w/]+:\d+$", "javascript.file"),
    Mark(rb'Exception in thread "', "any.head", bare=True),
    Mark(rb"Exception in thread [^\"\n]+:$", "python.head", bare=True),
    Mark(rb"goroutine \d+ (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[", "go.frames", bare=True),
    Mark(rb"panic: |fatal error: |panic serving ", "go.head", bare=True),
    Mark(
        rb"thread '[^'\n]*' (?:\(\d+\) )?panicked at " + PATH + rb":\d+:\d+:$",
        "rust.head",
        bare=True,
    ),
    Mark(
        rb"thread '[^'\n]*' (?:\(\d+\) )?(?:panicked at |has overflowed its stack)",
        "rust.message",
        bare=True,
    ),
    Mark(rb"Fatal error: +Uncaught |PHP Fatal error: ", "php.head", bare=True),
    Mark(rb"exception '[\w\\]+' with message '", "php.head"),
    Mark(rb"Fatal error: ", "swift.head"),
    Mark(rb"\*\*\* Program crashed: ", "swift.crash", bare=True),
    Mark(
        rb"\*\*\* Terminating app due to uncaught exception '",
        "swift.thrown",
        bare=True,
    ),
    Mark(rb"exception (?:error|exit|throw): ", "erlang.head"),
    Mark(rb"Error in process <[\d.]+> .*exit value:$", "erlang.term", bare=True),
    Mark(rb"\*\* (?:Generic s|S)tate machine \S+ terminating", "erlang.server"),
    Mark(rb"\*\* Generic (?:server|event handler) \S+ ", "erlang.server"),
    Mark(rb"\[object\] \([\w\\]+\(code: ", "php.head"),
    Mark(ELIXIR_HEAD.removeprefix(rb"[ \t]*"), "elixir.head", bare=True),
    Mark(rb"Unhandled exception:$", "dart.head", bare=True),
    Mark(rb"Unhandled [Ee]xception[.:] ", "any.head", bare=True),
    Mark(rb"\xe2\x95\xa1 EXCEPTION CAUGHT BY ", "dart.head", bare=True),
    Mark(rb"terminate called ", "cpp.abort", bare=True),
    Mark(rb"==\d+==(?:ERROR|WARNING): \w+Sanitizer: ", "cpp.report", bare=True),
    Mark(rb"WARNING: (?:ThreadSanitizer: |DATA RACE$)", "cpp.report", bare=True),
    Mark(rb":\d+: runtime error: ", "cpp.report"),
    Mark(rb"stack traceback:$", "lua.frames"),
    Mark(rb"\.(?:rb|erb|rake|ru):\d+:in [`']", "ruby.head"),
    Mark(rb" at " + PATH + rb" line \d+(?:, <\w+> line \d+)?\.$", "perl.head"),
    Mark(
        rb"(?:Error|Exception|Throwable|Failure)"
        rb"(?:: |:?$|\[| \(| \[\w+\]: |\]|\):?$)",
        "any.head",
    ),
)
