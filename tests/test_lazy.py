"""Expressions that wait for their first use."""

import ast
import re

import pytest

from log_mcp.lazy import lazy
from tests.test_layers import PACKAGE, SOURCES


def test_is_compiled_at_its_first_use():
    """What is wrong with it shows no sooner."""
    wrong = lazy("(")

    with pytest.raises(re.error):
        wrong.match("")


METHODS = {
    "match": lambda it: it.match(b"B1").span(),
    "fullmatch": lambda it: it.fullmatch(b"B2").span(),
    "search": lambda it: it.search(b"b1_b3", 1)["n"],
    "findall": lambda it: it.findall(b"b1 B2 c3"),
    "finditer": lambda it: [found.span() for found in it.finditer(b"b1 B2")],
    "sub": lambda it: it.sub(rb"<\1>", b"b1 B2"),
    "split": lambda it: it.split(b"xb1y"),
    "groupindex": lambda it: dict(it.groupindex),
    "pattern": lambda it: it.pattern,
}


@pytest.mark.parametrize("use", METHODS.values(), ids=METHODS)
def test_is_the_pattern_otherwise(use):
    """Every use gives what the compiled pattern gives, the first time and again."""
    late = lazy(rb"b(?P<n>\d)", re.IGNORECASE)
    expected = use(re.compile(rb"b(?P<n>\d)", re.IGNORECASE))

    assert expected == use(late)
    assert expected == use(late)


def compiled_at_import(path):
    """Lines of a file where an expression is compiled as it is imported."""
    tree = ast.parse(path.read_text())
    inside = {
        id(node)
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.Lambda)
        for node in ast.walk(function)
    }
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and id(node) not in inside
        and ast.unparse(node.func) == "re.compile"
    ]


@pytest.mark.parametrize(
    "path", SOURCES, ids=[str(p.relative_to(PACKAGE)) for p in SOURCES]
)
def test_no_module_compiles_at_its_import(path):
    """A command would pay for the expressions of all others."""
    assert [] == compiled_at_import(path)
