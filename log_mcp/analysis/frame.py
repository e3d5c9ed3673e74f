r"""A stack frame, reduced to what outlives an edit, a build and a machine.

A file keeps its last two parts: `/srv/app/x.py`, `/home/me/app/x.py` and `C:\app\x.py` are one.
A function loses its arguments and what compilers count: `lambda$place$0` is
`lambda$place`, `Order$1.run` is `Order$.run`. Line numbers and addresses never count.
"""

import re
from functools import lru_cache
from typing import Final, NamedTuple

from log_mcp.lazy import lazy


class Rule(NamedTuple):
    """Something in a name that changes though the code does not.

    Attributes:
        pattern: What is replaced, wherever it stands.
        by: What stands there instead.
        sample: A name that holds it.
        kept: What is left of that name.
    """

    pattern: str
    by: str
    sample: str
    kept: str


FUNCTIONS: Final = (
    Rule(r" \[as [^\]]*\]", "", "Cart.add [as handler]", "Cart.add"),
    Rule(
        r"^(?:(?:async|new|static|(?:block|rescue|ensure)(?: \(\d+ levels?\))? in) )+",
        "",
        "block (2 levels) in Shop#open",
        "Shop#open",
    ),
    Rule(r"^anonymous fn/\d+ in ", "", "anonymous fn/1 in Shop.open/2", "Shop.open/2"),
    Rule(
        r"(?<=[\w>\]}])\((?!\*).*$",
        "",
        "main.(*Shop).Open(0xc0001, 0x2)",
        "main.(*Shop).Open",
    ),
    Rule(r"(?:\+|\b)0x[0-9a-fA-F]+", "", "open+0x1f", "open"),
    Rule(r"::h[0-9a-f]{16}$", "", "shop::open::h0123456789abcdef", "shop::open"),
    Rule(r"\$\$[\w$/]+", "", "Shop$$EnhancerBySpringCGLIB$$1f2e.open", "Shop.open"),
    Rule(r"\$?\$anonfun\$(\w+?)\$\d+", r".\1", "Shop.$anonfun$open$2", "Shop..open"),
    Rule(
        r"lambda\$(\w+?)\$\d+", r"lambda$\1", "Shop.lambda$open$0", "Shop.lambda$open"
    ),
    Rule(
        r"(Accessor|Proxy)\d+",
        r"\1",
        "jdk.proxy2.$Proxy45.open",
        "jdk.proxy2.$Proxy.open",
    ),
    Rule(r"(?:\$\d+)+", "$", "Order$1$2.run", "Order$.run"),
    Rule(
        r"__DisplayClass\d+_\d+", "", "Shop.<>c__DisplayClass3_0.Open", "Shop.<>c.Open"
    ),
    Rule(
        r"(?<=>)([a-z])__(\w*?)\|?\d+(?:_\d+)*",
        r"\1\2",
        "Shop.<Open>d__12.MoveNext",
        "Shop.<Open>d.MoveNext",
    ),
    Rule(
        r"(?:\.(?:func|gowrap)\d+(?:\.\d+)*)+",
        ".func",
        "main.open.func2.1",
        "main.open.func",
    ),
    Rule(r"\[\.\.\.\]", "", "main.Open[...]", "main.Open"),
    Rule(r"(?:::)?\{+closure[^{}]*\}+", "", "shop::open::{{closure}}", "shop::open"),
    Rule(r"-fun-\d+-", "-fun-", "-open/1-fun-0-", "-open/1-fun-"),
    Rule(r"_callee\d*\$", "_callee", "_callee2$", "_callee"),
    Rule(
        r"(?<![A-Za-z0-9])(?=[a-f]*[0-9])[0-9a-f]{8,}(?![A-Za-z0-9])",
        "*",
        "Shop@1f2e3d4c.open",
        "Shop@*.open",
    ),
)
FILES: Final = (
    Rule(r"[?#].*$", "", "app.js?v=12", "app.js"),
    Rule(r"\\", "/", r"app\x.py", "app/x.py"),
    Rule(
        r"^[A-Za-z][A-Za-z-]+:(?://[^/]*)?/*",
        "",
        "http://localhost:3000/src/cart.js",
        "src/cart.js",
    ),
    Rule(r"^[A-Za-z]:", "", "C:/app/x.py", "/app/x.py"),
    Rule(r"@v?\d[^/]*", "", "shop/cart@v1.2.3/cart.go", "shop/cart/cart.go"),
    Rule(r"(?<=/)(?:\.|\([^/]*\))/", "", "a/./(rsc)/b.js", "a/b.js"),
    Rule(
        r"(^|/)(?:\d+(?:\.\d+)*|(?=[a-z]*\d)[0-9a-f]{7,})(?=[/.])",
        r"\1*",
        "releases/20260102/cart.rb",
        "releases/*/cart.rb",
    ),
    Rule(r"[.-](?=[a-f]*\d)[0-9a-f]{6,32}(?=\.)", "", "main.3f2a1b9c.js", "main.js"),
    Rule(
        r"[.-](?=[\w-]{0,7}[0-9A-Z])[\w-]{8}(?=\.(?:chunk\.)?[cm]?js$)",
        "",
        "index-DfGk_kQa.js",
        "index.js",
    ),
)
_NO_PLACE: Final = lazy(
    r"""(?:(?:Object|Module|Function|global|globalThis|window|self|eval)\b)?[.:#\s-]*
    (?:<?\(?[Aa]nonymous(?:[ ]function)?\)?>?|<lambda>|<listcomp>|<dictcomp>|<setcomp>|<genexpr>|<unknown>
      |lambda|closure|\?+|\*|)[.$\s]*""",
    re.VERBOSE,
)
# Helpers that fail for whoever calls them: where they stand says nothing.
_RAISES: Final = lazy(
    r"(?:^|[.:#>/\\])_*(?:(?:raise|throw|abort|fail|panic|die|must|bail|assert)"
    r"(?:[A-Z_]\w*)?|unwrap|expect)!?$"
)
_FUNCTIONS: Final = tuple((lazy(rule.pattern), rule.by) for rule in FUNCTIONS)
_FILES: Final = tuple((lazy(rule.pattern), rule.by) for rule in FILES)
_NAME_MAX: Final = 400  # characters; the caches below hold 1,024 names of it at most


def place_of(file: str | None, function: str | None) -> str:
    """What says where a frame is, whatever the line, the machine and the build.

    Args:
        file: As the trace prints it.
        function: Likewise.

    Returns:
        `app/x.py:place`; empty if the frame says nothing but an address.
    """
    where = short_file(file[-_NAME_MAX:]) if file else ""
    name = short_function(function[:_NAME_MAX]) if function else ""
    return f"{where}:{name}" if where or name else ""


def says_where(function: str | None) -> bool:
    """Whether the name of a function tells it from others in its file.

    Args:
        function: As the trace prints it; None, `<lambda>`, `Object.<anonymous>` and
            `raise_for_status` do not.
    """
    return _says_where(function[:_NAME_MAX]) if function else False


@lru_cache(1024)
def _says_where(function: str) -> bool:
    name = short_function(function)
    return not _NO_PLACE.fullmatch(name) and not _RAISES.search(name)


@lru_cache(1024)
def short_function(name: str) -> str:
    """A function's name without what its compiler counts.

    Args:
        name: As the trace prints it.
    """
    for pattern, by in _FUNCTIONS:
        name = pattern.sub(by, name)
    return name.strip()


@lru_cache(1024)
def short_file(path: str) -> str:
    """The last two parts of a path, without what a build adds to them.

    Args:
        path: As the trace prints it, of any system, or a URL.
    """
    if path.startswith("<"):
        return path  # `<frozen importlib._bootstrap>`
    for pattern, by in _FILES:
        path = pattern.sub(by, path)
    parts = [part for part in path.split("/") if part not in {"", ".", ".."}]
    return "/".join(parts[-2:])
