"""Frames: what a build, an edit or a machine changes does not count."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_mcp.analysis.frame import (
    FILES,
    FUNCTIONS,
    place_of,
    says_where,
    short_file,
    short_function,
)

SAME_FILE = {
    "three machines": (
        "/srv/app/x.py",
        "/home/me/app/x.py",
        r"C:\app\x.py",
        "app/x.py",
    ),
    "a dot before it": ("./app/x.py", "app/x.py", "../app/x.py"),
    "two releases": ("/srv/releases/20260102/x.rb", "/srv/releases/20260305/x.rb"),
    "two builds": (
        "http://h:3000/js/main.3f2a1b9c.js",
        "https://cdn/js/main.77ab01e2.js",
    ),
    "a bundler's path": (
        "webpack:///./src/a.js?1f2e",
        "webpack-internal:///(rsc)/./src/a.js",
    ),
    "a module's version": ("/go/pkg/mod/shop/cart@v1.2.3/a.go", "/x/cart@v1.3.0/a.go"),
    "two hosts": ("http://localhost:3000/file.js:", "https://cdn.example/file.js:"),
    "two versions": ("/base/1.378705/x.py", "/base/2.41/x.py"),
    "a numbered chunk": ("/chunks/4821.js", "/chunks/17.js"),
    "a file URL": ("file:///srv/app/x.mjs", "/srv/app/x.mjs"),
}
OTHER_FILE = {
    "two names": ("/srv/app/x.py", "/srv/app/y.py"),
    "two packages": ("/srv/orders/views.py", "/srv/users/views.py"),
    "a number in a name": ("/srv/app/step1.py", "/srv/app/step2.py"),
    "generated code": ("<string>", "<frozen importlib._bootstrap>"),
}
SAME_FUNCTION = {
    "a lambda's number": ("Shop.lambda$open$0", "Shop.lambda$open$7"),
    "an inner class's number": ("Shop$1.run", "Shop$2.run"),
    "arguments": ("main.open(0xc01, 0x2)", "main.open(0xc99, 0x3)", "main.open(...)"),
    "a proxy": ("Shop$$SpringCGLIB$$0.open", "Shop$$SpringCGLIB$$3.open", "Shop.open"),
    "a state machine": ("Shop.<Open>d__12.MoveNext()", "Shop.<Open>d__3.MoveNext()"),
    "a closure in Go": ("main.open.func1", "main.open.func2.1"),
    "a closure in Rust": (
        "shop::open::{{closure}}",
        "shop::open::{closure#2}",
        "shop::open",
    ),
    "a block in Ruby": ("block in open", "block (2 levels) in open", "open"),
    "an await": ("async open", "open"),
    "an offset": ("open+0x1f", "open+0x2e", "open"),
}
NOWHERE = (
    *("<lambda>", "<anonymous>", "Object.<anonymous>", "<listcomp>", "{closure}", "?"),
    *(
        "anonymous",
        "Anonymous function",
        "raise_for_status",
        "throwIf",
        "api.fail",
        "Cart.assertOpen",
        "core::option::unwrap",
        "Shop#abort!",
    ),
)
SOMEWHERE = (
    *(
        "place",
        "Shop.open",
        "main.(*Shop).Open",
        "<module>",
        "shop::open",
        "Shop.lambda$open$0",
    ),
    *(
        "failover",
        "assertions",
        "Cart.mustardSeed",
        "expected",
        "main.open.func1",
        "raised",
    ),
)


@pytest.mark.parametrize("rule", FUNCTIONS, ids=[rule.sample for rule in FUNCTIONS])
def test_every_function_rule_has_a_sample(rule):
    """A rule leaves of its sample what the table says."""
    assert rule.kept == re.sub(rule.pattern, rule.by, rule.sample)


@pytest.mark.parametrize("rule", FILES, ids=[rule.sample for rule in FILES])
def test_every_file_rule_has_a_sample(rule):
    """A rule leaves of its sample what the table says."""
    assert rule.kept == re.sub(rule.pattern, rule.by, rule.sample)


@pytest.mark.parametrize("files", SAME_FILE.values(), ids=SAME_FILE)
def test_is_the_same_file(files):
    """One file, however its path begins and whatever its build was called."""
    assert 1 == len({short_file(file) for file in files})


@pytest.mark.parametrize("files", OTHER_FILE.values(), ids=OTHER_FILE)
def test_is_another_file(files):
    """Two files stay two."""
    assert len(files) == len({short_file(file) for file in files})


@pytest.mark.parametrize("names", SAME_FUNCTION.values(), ids=SAME_FUNCTION)
def test_is_the_same_function(names):
    """One function, whatever number its compiler gave it."""
    assert 1 == len({short_function(name) for name in names})


@pytest.mark.parametrize("name", [None, "", "0x7f00", *NOWHERE])
def test_does_not_say_where(name):
    """A name that many places share, or none, is no place."""
    assert not says_where(name)


@pytest.mark.parametrize("name", SOMEWHERE)
def test_says_where(name):
    """A name of its own is a place."""
    assert says_where(name)


def test_place_needs_something_to_say():
    """A frame of an address alone is nowhere; one of a file alone is that file."""
    assert "" == place_of(None, "0x7f001122")
    assert "" == place_of(None, None)
    assert "app/x.py:" == place_of("/srv/app/x.py", None)
    assert ":open" == place_of(None, "open")


@given(st.text(max_size=2000) | st.none(), st.text(max_size=2000) | st.none())
def test_never_raises(file, function):
    """Any text is some place or none."""
    assert isinstance(place_of(file, function), str)
    assert isinstance(says_where(function), bool)
