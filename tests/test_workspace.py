"""Workspace: the right file and its lines, and never anything outside."""

import os
import re
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_mcp.analysis import workspace as module
from log_mcp.analysis.workspace import FILE_BYTES_MAX, LINE_CHARACTERS_MAX, Workspace
from log_mcp.report import CodeLine

CANARY = "the canary sings"
FILES = {
    "main.py": "one\ntwo\nthree\n",
    "app/orders.py": "".join(f"line {n}\n" for n in range(1, 21)),
    "app/views/cart.py": "cart\n",
    "src/web/page.tsx": "page\n",
    "services/api/store/stock.go": "stock\n",
    "java/src/main/java/com/shop/OrderService.java": "class\n",
    "a/twice.py": "a\n",
    "b/twice.py": "b\n",
    "a/deep/same.py": "a\n",
    "b/deep/same.py": "b\n",
    "c/far/deep/same.py": "c\n",
    "node_modules/lib/only_here.js": "no\n",
    ".git/only_hooks.py": "no\n",
    "env/pyvenv.cfg": "home = /usr\n",
    "env/lib/only_venv.py": "no\n",
    ".env": "TOKEN=1\n",
    "etc/passwd": "inside\n",
    "with space/x y.py": "space\n",
}
FOUND = {
    "a path below the root": ("app/orders.py", "app/orders.py"),
    "a container's path": ("/srv/app/orders.py", "app/orders.py"),
    "a Windows path": (r"C:\build\app\orders.py", "app/orders.py"),
    "a dot before it": ("./app/orders.py", "app/orders.py"),
    "the longest end": ("/x/app/views/cart.py", "app/views/cart.py"),
    "the root of a container": ("/app/main.py", "main.py"),
    "a bundler's URL": ("webpack:///./src/web/page.tsx?1f2e", "src/web/page.tsx"),
    "a file URL": ("file:///C:/src/web/page.tsx", "src/web/page.tsx"),
    "a host's URL": ("http://localhost:3000/src/web/page.tsx#x", "src/web/page.tsx"),
    "a part of a larger checkout": (
        "/go/store/stock.go",
        "services/api/store/stock.go",
    ),
    "a bare name that is the only one": (
        "OrderService.java",
        "java/src/main/java/com/shop/OrderService.java",
    ),
    "the better of two that end like this": (
        "/x/far/deep/same.py",
        "c/far/deep/same.py",
    ),
    "a name with spaces": ("/srv/with space/x y.py", "with space/x y.py"),
    "a path map": ("/opt/site/page.tsx", "src/web/page.tsx"),
    "a path map without slashes": ("/opt/shop/orders.py", "app/orders.py"),
    "a path map of Windows": (r"D:\shop\orders.py", "app/orders.py"),
    "what looks like the system's": ("/etc/passwd", "etc/passwd"),
}
NOT_FOUND = {
    "nothing": "",
    "a folder": "app",
    "a URL without path": "http://localhost:3000",
    "a missing file": "/srv/app/missing.py",
    "a bare name that two files have": "twice.py",
    "an end that two files have": "/x/deep/same.py",
    "a bare name of a library": "only_here.js",
    "a bare name below .git": "only_hooks.py",
    "a bare name in a virtual environment": "only_venv.py",
    "a path below .git": "/srv/.git/only_hooks.py",
    "a file of keys": ".env",
    "a path with dots": "app/../main.py",
    "a path with dots of Windows": r"app\..\main.py",
    "a generated name": "<string>",
    "a NUL": "app/orders.py\0",
    "a control character": "app/\x1borders.py",
    "half a character": "app/\udc80.py",
    "a path that begins like a map": "/opt/shopping/main2.py",
    "a long path": "a/" * 3000 + "x.py",
    "a long name": "a" * 3000,
    "the kernel": "/proc/self/environ",
    "a device": "/dev/stdin",
}
SECRETS = (
    *(
        ".env",
        ".env.local",
        "prod.env",
        "server.pem",
        "tls.KEY",
        "id_rsa",
        "id_ed25519",
    ),
    *("id_rsa.bak", "store.jks", "credentials", "credentials.json", "secrets.yml"),
    *(
        "client_secret.json",
        "credentials.prod.json",
        "gcp-service-account.json",
        ".netrc",
        ".npmrc",
        "a.tfvars",
    ),
    *("kubeconfig", ".aws/config", ".ssh/known_hosts", ".git/config", ".GIT/config"),
)
SOURCES = (
    "secrets.py",
    "credentials.rb",
    "environment.py",
    "keys.py",
    "token.go",
    "env.js",
)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A checkout, and a canary outside of it."""
    outside = tmp_path_factory.mktemp("outside")
    root = outside / "shop"
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, "utf-8")
    (outside / "canary.py").write_text(CANARY, "utf-8")
    (outside / "nest").mkdir()
    (outside / "nest" / "canary.py").write_text(CANARY, "utf-8")
    (root / "link.py").symlink_to(outside / "canary.py")
    (root / "nest").symlink_to(outside / "nest")
    (root / "inner.py").symlink_to("app/orders.py")
    (root / "harmless.txt").symlink_to(".env")
    (root / "loop.py").symlink_to("loop.py")
    (root / "device.py").symlink_to("/dev/zero")
    return root


MAP = [("/opt/site/", "src/web"), ("/opt/shop", "app/"), ("D:\\shop\\", "app")]


@pytest.fixture
def shop(place):
    return Workspace(place, MAP, str)


@pytest.mark.parametrize(("file", "expected"), FOUND.values(), ids=FOUND)
def test_finds(shop, place, file, expected):
    """The file that a frame means, wherever the program ran."""
    assert place / expected == shop.find(file)


@pytest.mark.parametrize("file", NOT_FOUND.values(), ids=NOT_FOUND)
def test_does_not_find(shop, file):
    """None for what is not here, is not certain, or is nobody's business."""
    assert shop.find(file) is None
    assert shop.lines(file, 1) is None


def test_finds_an_absolute_path_below_the_root(shop, place):
    """A program that runs right here names the file itself."""
    assert place / "a/twice.py" == shop.find(str(place / "a/twice.py"))


def test_follows_a_link_that_stays_inside(shop, place):
    """A link to another file of the checkout is that file."""
    assert place / "app/orders.py" == shop.find("/x/inner.py")


@pytest.mark.parametrize(
    "file",
    ["link.py", "/x/link.py", "nest/canary.py", "loop.py", "device.py", "harmless.txt"],
)
def test_refuses_a_link_that_leads_away(shop, file):
    """Outside, to a device, in a circle, to a file of keys: all the same."""
    assert shop.find(file) is None
    assert shop.lines(file, 1) is None


def test_a_root_behind_a_link_is_that_root(place, tmp_path):
    """The root itself may be a link."""
    (tmp_path / "current").symlink_to(place)

    shop = Workspace(tmp_path / "current", [], str)

    assert place / "main.py" == shop.find(str(tmp_path / "current/main.py"))


@pytest.mark.parametrize("name", SECRETS)
def test_refuses_files_of_keys(tmp_path, name):
    """A name that says keys is never opened, whatever it holds."""
    file = tmp_path / "conf" / name
    file.parent.mkdir(parents=True)
    file.write_text("x = 1\n")
    shop = Workspace(tmp_path, [("/srv", "conf")], str)

    assert [None] * 3 == [shop.find(f) for f in (name, f"/srv/{name}", f"/conf/{name}")]


@pytest.mark.parametrize("name", SOURCES)
def test_shows_source_that_speaks_of_keys(tmp_path, name):
    """A program's file is source, even if it is about secrets."""
    (tmp_path / name).write_text("x = 1\n")

    assert tmp_path / name == Workspace(tmp_path, [], str).find(name)


def test_refuses_pipes_and_large_and_binary_files(tmp_path):
    """Nothing that would hang, flood or garble an answer; a pipe is not even opened."""
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "large.py").write_bytes(b"x\n" * (FILE_BYTES_MAX // 2 + 1))
    (tmp_path / "binary.py").write_bytes(b"x = 1\n\0")
    shop = Workspace(tmp_path, [], str)

    assert [None] * 3 == [shop.lines(f"{n}.py", 1) for n in ("pipe", "large", "binary")]
    assert [None, None] == [shop.find(f"/x/{n}.py") for n in ("pipe", "large")]


def test_lines_around_a_frame(shop):
    """The line itself is marked, and those around it are as wanted."""
    block = shop.lines("/srv/app/orders.py", 10, around=1)

    assert block is not None
    assert ("app/orders.py", 10, None) == (block.file, block.line, block.function)
    assert [
        CodeLine(9, "line 9", here=False),
        CodeLine(10, "line 10", here=True),
        CodeLine(11, "line 11", here=False),
    ] == block.lines


@pytest.mark.parametrize(
    ("line", "around", "numbers"),
    [
        (1, 3, [1, 2, 3, 4]),
        (20, 3, [17, 18, 19, 20]),
        (10, 0, [10]),
        (10, -5, [10]),
        (10, 999, [*range(1, 21)]),
    ],
)
def test_lines_end_with_the_file(shop, line, around, numbers):
    """Neither end is passed."""
    block = shop.lines("app/orders.py", line, around)

    assert block is not None
    assert numbers == [row.number for row in block.lines]


@pytest.mark.parametrize("line", [0, -1, 22, 10**9])
def test_a_line_that_is_not_there(shop, line):
    """The file changed since: nothing is better than something wrong."""
    assert shop.lines("app/orders.py", line) is None


def test_lines_are_redacted_as_a_whole(tmp_path):
    """A secret is gone even where its begin is above the lines shown."""
    text = "KEY = '''\nBEGIN\nsecret one\nsecret two\nEND\n'''\nuse(KEY)\n"
    (tmp_path / "x.py").write_text(text)

    def redact(whole):
        return re.sub(
            r"(?s)(?<=BEGIN\n).*(?=\nEND)", lambda m: re.sub(r".+", "-", m[0]), whole
        )

    block = Workspace(tmp_path, [], redact).lines("x.py", 4, around=1)

    assert block is not None
    assert ["-", "-", "END"] == [row.text for row in block.lines]


def test_no_lines_if_redaction_moves_them(tmp_path):
    """Lines that cannot be told apart are not shown."""
    (tmp_path / "x.py").write_text("a\nb\n")

    assert Workspace(tmp_path, [], lambda text: text[2:]).lines("x.py", 1) is None


def test_lines_of_other_systems_and_encodings(tmp_path):
    """Windows' line ends go, other encodings are shown as far as they can be."""
    (tmp_path / "x.py").write_bytes(b"a\r\n\xff\r\n" + b"z" * 9000)

    block = Workspace(tmp_path, [], str).lines("x.py", 2)

    assert block is not None
    assert ["a", "\ufffd", "z" * (LINE_CHARACTERS_MAX - 1) + "…"] == [
        row.text for row in block.lines
    ]


def test_the_list_is_made_anew_after_a_while(tmp_path):
    """A new file is found by its bare name within a minute."""
    now = [0.0]
    shop = Workspace(tmp_path, [], str, lambda: now[0])
    before = shop.find("new.py")
    (tmp_path / "app").mkdir()
    (tmp_path / "app/new.py").write_text("x\n")
    soon = shop.find("new.py")
    now[0] = 61.0
    later = shop.find("new.py")

    assert [None, None, tmp_path / "app/new.py"] == [before, soon, later]


def test_in_a_huge_checkout_nothing_is_the_only_one(tmp_path, monkeypatch):
    """Beyond the bound a bare name is not looked for; a path still is."""
    monkeypatch.setattr(module, "LISTED_MAX", 2)
    for name in ("one.py", "two.py", "app/three.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x\n")
    shop = Workspace(tmp_path, [], str)

    assert shop.find("three.py") is None
    assert tmp_path / "app/three.py" == shop.find("/srv/app/three.py")


def test_a_missing_root_holds_nothing(tmp_path):
    """A checkout that is not there is no error."""
    assert Workspace(tmp_path / "gone", [], str).lines("x.py", 1) is None


def test_a_file_swapped_meanwhile_is_not_read(shop, place):
    """What became a link, a folder or nothing after it was found is refused."""
    (place / "swap").mkdir(exist_ok=True)
    swapped = place / "swap" / "s.py"
    for kind in ("link", "folder", "nothing", "large"):
        if kind == "link":
            swapped.symlink_to(place.parent / "canary.py")
        elif kind == "folder":
            swapped.mkdir()
        elif kind == "large":
            swapped.write_bytes(b"x" * (FILE_BYTES_MAX + 1))

        assert shop._text(swapped) is None
        if kind == "folder":
            swapped.rmdir()
        else:
            swapped.unlink(missing_ok=True)
    (place / "swap").rmdir()
    (place / "swap").symlink_to(place.parent / "nest")

    assert shop._text(place / "swap" / "canary.py") is None
    (place / "swap").unlink()


def test_reads_where_folders_cannot_be_opened(shop, monkeypatch):
    """Windows opens by path alone."""
    monkeypatch.setattr(module, "_PARTWISE", False)

    assert shop.lines("app/orders.py", 1) is not None


def test_a_map_cannot_lead_outside(place):
    """Not even the configuration opens what lies outside."""
    shop = Workspace(place, [("/srv/", "../"), ("/abs/", str(place.parent))], str)

    assert shop.find("/srv/canary.py") is None
    assert shop.find("/abs/canary.py") is None


PREFIXES = (
    *(
        "",
        "/",
        "./",
        "../",
        "../../",
        "/../",
        "//",
        "app/../../",
        "app/./../..//",
        "..\\",
    ),
    *("app\\..\\..\\", "C:\\..\\", "C:/../", "file://", "file:///", "file:///..", "~/"),
    *(
        "/proc/self/cwd/../",
        "/proc/self/root/",
        "/dev/fd/../../",
        "nest/",
        "nest/../",
        "link.py/",
    ),
    *(
        "%2e%2e/",
        "..%2f",
        "....//",
        "\uff0e\uff0e/",
        "\u2024\u2024/",
        "app/nest/../../nest/",
        "http://h/../",
    ),
    *(
        "webpack:///../",
        "/srv/",
        "/opt/shop/../",
        "\\\\?\\",
        "\\\\host\\share\\",
        " ../",
        "../ ",
    ),
)
TARGETS = (
    *(
        "canary.py",
        "nest/canary.py",
        "link.py",
        "device.py",
        "loop.py",
        "canary.py\0",
        "canary.py/",
    ),
    *(
        "canary.py\n",
        "./canary.py",
        "{outside}/canary.py",
        "{root}/../canary.py",
        "{root}/nest/canary.py",
    ),
)
HOSTILE = [prefix + target for prefix in PREFIXES for target in TARGETS]


class Opened:
    """Every path that this process opens, while it listens."""

    def __init__(self):
        self.paths: list[str] | None = None
        sys.addaudithook(self._hear)

    def _hear(self, event, arguments):
        if self.paths is not None and event in {"open", "os.listdir", "os.scandir"}:
            self.paths.append(str(arguments[0]))


OPENED = Opened()


def canary_sings(shop, place, file):
    """Whether looking a file up opened anything outside, or read the canary."""
    OPENED.paths = []
    try:
        block = shop.lines(file, 1)
    finally:
        heard, OPENED.paths = OPENED.paths, None
    outside = [
        p for p in heard if p.startswith("/") and not Path(p).is_relative_to(place)
    ]
    return outside or (block is not None and CANARY in str(block))


def test_there_are_many_hostile_names():
    """Enough of them to mean something."""
    assert len(set(HOSTILE)) >= 300


@pytest.mark.parametrize("target", TARGETS)
def test_nothing_outside_is_ever_opened(place, target):
    """No spelling of a way out leads to the canary, or opens anything outside."""
    shop = Workspace(place, [("/srv/", "../"), *MAP], str)
    for prefix in PREFIXES:
        file = (prefix + target).format(outside=place.parent, root=place)

        assert not canary_sings(shop, place, file), file


@settings(max_examples=120)
@given(
    st.lists(st.sampled_from([*PREFIXES, *TARGETS, "/", "app", "a", ":"]), max_size=6)
    | st.text()
)
def test_no_mixture_leads_outside(place, parts):
    """Nor does any mixture of those, or any text at all."""
    shop = Workspace(place, [("a", "../")], str)

    assert not canary_sings(shop, place, "".join(parts))


def test_a_file_with_a_second_name_is_not_shown(tmp_path):
    """A hard link: nobody sees where else it lies."""
    root = tmp_path / "shop"
    root.mkdir()
    (tmp_path / "canary.py").write_text(CANARY)
    os.link(tmp_path / "canary.py", root / "pay.py")

    assert None is Workspace(root, [], str).lines("/srv/pay.py", 1)


def test_a_key_under_a_harmless_name_is_not_shown(tmp_path):
    """It begins as one."""
    (tmp_path / "pay.py").write_text(
        "-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----\n"
    )

    assert None is Workspace(tmp_path, [], str).lines("/srv/pay.py", 2)
