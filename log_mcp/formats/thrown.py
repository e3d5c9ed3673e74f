"""The exception in a JSON record: a stack trace in a string, an object, or a list.

- a string is a stack trace if it has lines or names an exception: `"stack": "prod"` is
  the name of something else, and so is `"error": "refused"`;
- an object is an exception if it has a type and a message or a stack: Pino, Winston,
  Bunyan (`{"name", "message", "stack"}`), ECS (`{"type", "message", "stack_trace"}`),
  Monolog (`{"class", "message", "trace"}`), log4j2 (`{"name", "extendedStackTrace"}`);
- a list is structlog's, of objects with `exc_type`, or frames of ECS layouts, or the
  lines of a stack trace;
- a message that goes on with a stack trace is one, too.
"""

from typing import Any, Final

from log_mcp.formats import names
from log_mcp.formats.exception import exception
from log_mcp.formats.frames import frame
from log_mcp.lazy import lazy
from log_mcp.record import Exception_, Frame

_TYPED: Final = lazy(
    r"(?:Uncaught )?(?:[\w$]+[.:\\]+)*[A-Za-z_$][\w$]*(?:Error|Exception|Exit|Interrupt"
    r"|Throwable|Failure|Warning|Timeout)\b"
)
_CAUSES_MAX: Final = 20

_TYPE: Final = (
    "exc_type",
    "type",
    "class",
    "name",
    "kind",
    "Type",
    "ClassName",
    "className",
    "exceptionType",
    "exception_class",
    "errorType",
    "typeName",
)
_TEXT: Final = (
    "exc_value",
    "message",
    "msg",
    "Message",
    "localizedMessage",
    "value",
    "exception_message",
    "errorMessage",
)
_STACK: Final = (
    "stack",
    "stack_trace",
    "stackTrace",
    "stacktrace",
    "trace",
    "backtrace",
    "frames",
    "extendedStackTrace",
    "StackTrace",
    "StackTraceString",
    "stepArray",
)
_CAUSE: Final = ("cause", "inner", "InnerException", "previous", "inner_exception")
_FILE: Final = ("filename", "file", "file.name", "fileName", "path", "source")
_LINE: Final = ("lineno", "line", "file.line", "lineNumber")
_NAME: Final = ("name", "function", "method", "func", "methodName")
# What stands beside a stack, in the record.
_ERROR_TYPE: Final = names.table("error.type")
_ERROR_TEXT: Final = names.table("error.message", "error", "message")
_TYPE_BESIDE: Final = names.table(
    "error.type",
    "err.type",
    "error.name",
    "err.name",
    "error.kind",
    "error.class",
    "errorType",
    "message.errorType",
    "exception.type",
    "exception_type",
    "exception_name",
    "exception.exception_class",
    "attributes.exception.type",
    "Attributes.exception.type",
)
_TEXT_BESIDE: Final = names.table(
    "error.message",
    "err.message",
    "errorMessage",
    "message.errorMessage",
    "exception.message",
    "exception_message",
    "exception.exception_message",
    "attributes.exception.message",
    "Attributes.exception.message",
    "error",
    "err",
)
_NOT_STACKS: Final = frozenset({"error", "err"})  # usually a message alone
_NEVER_TEXT: Final = frozenset({"trace"})  # but an id
_PYTHON_FRAMES: Final = '  File "'
_HEADER: Final = "Traceback (most recent call last):\n"
_MESSAGES: Final = names.table(
    "message",
    "msg",
    "event",
    "full_message",
    "MESSAGE",
    "textPayload",
    "log",
    "text",
    "body",
)


def _first(value: dict[str, Any], keys: tuple[str, ...]) -> Any:
    return next((value[key] for key in keys if value.get(key)), None)


def _is_exception(name: str, value: Any) -> bool:
    if isinstance(value, str):
        return _is_text(name, value)
    if isinstance(value, list):
        return bool(value) and (isinstance(value[0], dict) or _is_trace(value))
    if not isinstance(value, dict):
        return False
    if isinstance(value.get("values"), list):
        return any(isinstance(one, dict) and "type" in one for one in value["values"])
    kind = _first(value, _TYPE)
    return isinstance(kind, str) and bool(_first(value, _TEXT) or _first(value, _STACK))


def _is_text(name: str, value: str) -> bool:
    """Whether a text is a stack trace, or names an exception."""
    lines = "\n" in value
    if name in _NEVER_TEXT:
        return False
    if name in _NOT_STACKS:
        return lines and exception(value) is not None
    return lines or bool(_TYPED.match(value))


def _is_trace(items: list[Any]) -> bool:
    """Whether a list holds the lines of a stack trace."""
    return all(isinstance(item, str) for item in items) and (
        len(items) > 1 or items[0].startswith(_PYTHON_FRAMES)
    )


def thrown(fields: dict[str, Any]) -> tuple[str, Any] | None:
    """The name and value of a record's exception; None if it has none."""
    for name, value in names.found(fields, names.EXCEPTION):
        if _is_exception(name, value):
            return name, value
    for name, value in names.found(fields, _MESSAGES):
        if isinstance(value, str) and "\n" in value and exception(value):
            return name, value
    return None


def _frame(item: dict[str, Any], language: str) -> Frame:
    file, line, name = (_first(item, keys) for keys in (_FILE, _LINE, _NAME))
    owner = item.get("class") or item.get("className")
    if isinstance(line, str) and line.isdecimal():
        line = int(line[:9])
    if isinstance(owner, str) and name:
        name = f"{owner}.{name}"
    return frame(
        language,
        file if isinstance(file, str) else None,
        line if isinstance(line, int) and line > 0 else None,
        name if isinstance(name, str) else None,
    )


def _frames(value: Any, language: str) -> tuple[Frame, ...]:
    if not isinstance(value, list):
        return ()
    return tuple(_frame(item, language) for item in value if isinstance(item, dict))


def _of_dict(value: dict[str, Any], depth: int = 0) -> Exception_:
    values = value.get("values")
    if isinstance(values, list):  # Sentry's, the last one is what was finally thrown
        value = next(one for one in reversed(values) if isinstance(one, dict))
    stack = _first(value, _STACK)
    if isinstance(stack, dict):
        stack = stack.get("frames")
    kind, text = str(_first(value, _TYPE) or ""), str(_first(value, _TEXT) or "")
    if isinstance(stack, list) and stack and isinstance(stack[0], str):
        stack = "\n".join(map(str, stack))
    read = exception(stack) if isinstance(stack, str) else None
    if read is not None:
        return (
            read
            if read.type
            else Exception_(kind, text, read.language, read.frames, read.cause)
        )
    python = "exc_type" in value or isinstance(values, list)
    frames = _frames(stack, "python" if python else "java")
    cause = _first(value, _CAUSE)
    return Exception_(
        type=kind,
        message=text,
        language="python" if python else "",
        frames=frames[::-1] if python else frames,
        cause=_of_dict(cause, depth + 1)
        if isinstance(cause, dict) and depth < _CAUSES_MAX
        else None,
    )


def _of_list(items: list[Any], fields: dict[str, Any]) -> Exception_:
    first = items[0]
    if isinstance(first, str):
        return _of_text("\n".join(map(str, items)), fields)
    if "exc_type" not in first:
        kind = names.text(fields, _ERROR_TYPE) or ""
        text = names.text(fields, _ERROR_TEXT) or ""
        return Exception_(kind, text, "java", _frames(items, "java"))
    link: Exception_ | None = None
    for item in reversed(items[:_CAUSES_MAX]):
        if isinstance(item, dict):
            one = _of_dict(item)
            link = Exception_(one.type, one.message, one.language, one.frames, link)
    assert link is not None
    return link


def _of_text(text: str, fields: dict[str, Any]) -> Exception_:
    if text.startswith(_PYTHON_FRAMES):  # the frames alone
        kind, message = _beside(fields)
        text = f"{_HEADER}{text.rstrip()}\n{kind or 'Error'}: {message or ''}"
    read = exception(text)
    if read is not None and read.type:
        return read
    kind, message = _beside(fields)
    typed = _TYPED.match(text)
    first = text.strip().partition("\n")[0]
    head, _, rest = first.partition(": ")
    return Exception_(
        type=kind or (head if typed else ""),
        message=message or (rest if typed else first),
        language=read.language if read else "",
        frames=read.frames if read else (),
        cause=read.cause if read else None,
    )


def _beside(fields: dict[str, Any]) -> tuple[str | None, str | None]:
    """Type and message that a record states beside a stack."""
    return names.text(fields, _TYPE_BESIDE), names.text(fields, _TEXT_BESIDE)


def read(value: Any, fields: dict[str, Any]) -> Exception_:
    """The exception that `thrown` found, taken apart.

    Args:
        value: Its second item.
        fields: Of the record: its type or message may stand beside the stack.
    """
    if isinstance(value, str):
        return _of_text(value, fields)
    if isinstance(value, dict) and value.get("traceback") is True:  # loguru's
        text = fields.get("text")
        if isinstance(text, str) and (found := exception(text)):
            return found
    return _of_list(value, fields) if isinstance(value, list) else _of_dict(value)
