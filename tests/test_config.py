"""Settings from the file, the environment and the command line."""

import re
import tomllib
from datetime import UTC
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from log_mcp import config, config_file
from log_mcp.config import Config, load
from log_mcp.config_file import AlertConfig, PathMap, SourceConfig
from log_mcp.errors import ConfigError
from log_mcp.failure_class import FailureClass
from log_mcp.formats import NAMES
from log_mcp.redact import Rules

DOCUMENTATION = Path(__file__).parent.parent / "docs" / "configuration.md"
ALL = """
max_memory = "1GiB"
max_age = "7d"
timezone = "Europe/Berlin"
project_root = "code"
answer_tokens = 900
tools = ["get_error"]

[[source]]
name = "api"
paths = ["logs/api/*.jsonl", "/var/log/api"]
format = "jsonl"
timezone = "UTC"
service = "shop"
[[source]]
paths = ["db.log"]

[redact]
enabled = true
allow = ["build-[0-9a-f]{40}"]
off = ["email"]
on = "ip"
[[redact.rule]]
name = "customer-number"
pattern = "CUST-[0-9]{8}"

[[path_map]]
from = "/app/"
to = "src/"

[health]
group_by = "worker_id"

[[alert]]
name = "error storm"
where = ["level >= error"]
rate_above = "5/m"
group_by = "channel_id"
[[alert]]
name = "spend"
metric = "sum(cost_usd)"
above = 1.0
per = "1h"
[[alert]]
name = "slow"
metric = "p95(duration)"
above = "250 ms"
per = "5m"
for = "2m"
keep_firing_for = "10m"
[[alert]]
name = "quiet"
silent_for = "auto"
source = ["api"]
[[alert]]
name = "stuck"
silent_for = "10m"
[[alert]]
name = "new"
new_group = true

[[failure_class]]
name = "ledger-closed"
type = "LedgerClosed"
message = "ledger (?P<ledger>x+) is closed"
severity = "medium"
is_retryable = false
immediate = "open {ledger}, soon"
preventive = ["ask first", "ask again"]
documentation = ["runbook"]
"""
MINUTE = 60 * 10**9
ALERTS = (
    AlertConfig(
        "error storm",
        where=("level >= error",),
        rate_above=(5.0, MINUTE),
        group_by=("channel_id",),
    ),
    AlertConfig("spend", metric="sum(cost_usd)", above=(1.0, ""), per=60 * MINUTE),
    AlertConfig(
        "slow",
        metric="p95(duration)",
        above=(250.0, "ms"),
        per=5 * MINUTE,
        for_=2 * MINUTE,
        keep_firing_for=10 * MINUTE,
    ),
    AlertConfig("quiet", silent_for=0, source=("api",)),
    AlertConfig("stuck", silent_for=10 * MINUTE),
    AlertConfig("new", new_group=True),
)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project's folder, in a home folder of its own; its file is written on call."""
    monkeypatch.setenv("HOME", str(tmp_path))
    folder: Path = tmp_path / "project"
    (folder / "code").mkdir(parents=True)

    def write(text: str) -> Path:
        (folder / "log-mcp.toml").write_text(text)
        return folder

    return write


def test_every_key_is_read(project):
    """The file of the documentation's kind, key by key."""
    folder = project(ALL)
    expected = Config(
        sources=(
            SourceConfig(
                paths=(f"{folder}/logs/api/*.jsonl", "/var/log/api"),
                name="api",
                format="jsonl",
                timezone=UTC,
                service="shop",
            ),
            SourceConfig(paths=(f"{folder}/db.log",)),
        ),
        max_memory=1024**3,
        max_age=7 * 86_400 * 10**9,
        timezone=ZoneInfo("Europe/Berlin"),
        project_root=folder / "code",
        answer_tokens=900,
        tools=("get_error",),
        redact=Rules(
            enabled=True,
            allow=("build-[0-9a-f]{40}",),
            off=("email",),
            on=("ip",),
            extra=(("customer-number", "CUST-[0-9]{8}"),),
        ),
        path_map=(PathMap("/app/", "src/"),),
        alerts=ALERTS,
        health_group_by="worker_id",
        failure_classes=(
            FailureClass(
                "ledger-closed",
                "medium",
                False,
                types="LedgerClosed",
                says="ledger (?P<ledger>x+) is closed",
                immediate=("open {ledger}, soon",),
                preventive=("ask first", "ask again"),
                documentation=("runbook",),
            ),
        ),
        file=folder / "log-mcp.toml",
        trusted=True,
    )

    assert expected == load(cwd=folder, environ={}, trusting=True)


def test_without_a_file_all_is_default(tmp_path, monkeypatch):
    """No file and no paths: the project's own logs, the system's zone."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    expected = Config(
        sources=(),
        max_memory=256_000_000,
        max_age=None,
        timezone=ZoneInfo("Asia/Tokyo"),
        project_root=tmp_path,
        answer_tokens=6000,
        tools=("default",),
        redact=Rules(),
    )

    assert expected == Config() == load(environ={"TZ": "Asia/Tokyo"}) == load()


def test_flags_go_before_the_environment_and_that_before_the_file(project):
    """Each setting comes from the first place that names it."""
    folder = project('max_memory = "1MB"\nmax_age = "1d"\ntimezone = "UTC"')
    environ = {"LOG_MCP_MAX_MEMORY": "2MB", "LOG_MCP_TIMEZONE": "Asia/Tokyo"}
    by_file = load(cwd=folder, environ={})
    by_environ = load(cwd=folder, environ=environ)
    by_flag = load(
        cwd=folder, environ=environ, max_memory="3MB", timezone="Asia/Kolkata"
    )

    assert (1_000_000, UTC) == (by_file.max_memory, by_file.timezone)
    assert (2_000_000, ZoneInfo("Asia/Tokyo")) == (
        by_environ.max_memory,
        by_environ.timezone,
    )
    assert (3_000_000, ZoneInfo("Asia/Kolkata")) == (
        by_flag.max_memory,
        by_flag.timezone,
    )
    assert by_file.max_age == by_environ.max_age == by_flag.max_age


def test_every_scalar_key_is_in_the_environment(project):
    """Lists are separated by commas there, paths are relative to the working folder."""
    folder = project('project_root = "."\n[redact]\nallow = ["x+"]')
    environ = {
        "LOG_MCP_MAX_AGE": "2h",
        "LOG_MCP_PROJECT_ROOT": "../code/.",
        "LOG_MCP_ANSWER_TOKENS": "500",
        "LOG_MCP_TOOLS": "get_error,search_logs",
        "LOG_MCP_REDACT_ENABLED": "false",
        "LOG_MCP_MAX_MEMORY": "",
        "PATH": "/bin",
    }
    read = load(cwd=folder / "code", environ=environ, trusting=True)

    assert 7200 * 10**9 == read.max_age
    assert folder / "code" == read.project_root
    assert ("get_error", "search_logs") == read.tools
    assert (500, 256_000_000) == (read.answer_tokens, read.max_memory)
    assert Rules(enabled=False, allow=("x+",)) == read.redact


def test_the_file_is_found_upwards(project):
    """The nearest one counts, up to the home folder and no further."""
    folder = project('max_memory = "2MB"')
    home = folder.parent
    (folder / "code/log-mcp.toml").mkdir()
    above = load(cwd=folder / "code", environ={})
    (home / "log-mcp.toml").write_text('max_memory = "3MB"')

    assert (2_000_000, folder) == (above.max_memory, above.project_root)
    assert 3_000_000 == load(cwd=home, environ={}).max_memory
    assert 256_000_000 == load(cwd=Path("/"), environ={}).max_memory


def test_the_file_can_be_named(project):
    """`--config` goes before `LOG_MCP_CONFIG`, and both before what would be found."""
    folder = project('max_memory = "2MB"')
    (folder / "three.toml").write_bytes(b'\xef\xbb\xbfmax_memory = "3MB"')
    (folder / "code/four.toml").write_text(
        'max_memory = "4MB"\n[[source]]\npaths = "a.log"'
    )
    environ = {"LOG_MCP_CONFIG": "three.toml"}
    named = load(cwd=folder, environ=environ, config_file="~/project/code/four.toml")

    assert 3_000_000 == load(cwd=folder, environ=environ).max_memory
    assert 2_000_000 == load(cwd=folder, environ={"LOG_MCP_CONFIG": ""}).max_memory
    assert 4_000_000 == named.max_memory
    assert (f"{folder}/code/a.log",) == named.sources[0].paths


WRONG = {
    "an unknown key": (
        'max_memroy = "1GB"',
        "{file}: unknown key 'max_memroy'. Did you mean 'max_memory'?",
    ),
    "an alert without a name": (
        "[[alert]]\nrate_above = '5/m'",
        "{file}: alert 1: 'name' is missing.",
    ),
    "an alert that says not when": (
        "[[alert]]\nname = 'storm'",
        (
            "{file}: alert 'storm': says not when. One of these says when it fires: "
            'rate_above = "5/m", metric = "sum(cost_usd)", silent_for = "auto", '
            "new_group = true."
        ),
    ),
    "an alert of two kinds": (
        "[[alert]]\nname = 'storm'\nrate_above = '5/m'\nsilent_for = 'auto'",
        (
            "{file}: alert 'storm': has 'rate_above' and 'silent_for'. One of these says "
            'when it fires: rate_above = "5/m", metric = "sum(cost_usd)", silent_for = '
            '"auto", new_group = true.'
        ),
    ),
    "an alert's unknown key": (
        "[[alert]]\nname = 'storm'\nrate_abov = '5/m'",
        "{file}: alert 'storm': unknown key 'rate_abov'. Did you mean 'rate_above'?",
    ),
    "a rate without a span": (
        "[[alert]]\nname = 'storm'\nrate_above = 5",
        (
            "{file}: alert 'storm': rate_above = 5 is not a count and a span, such as "
            '"5/m" or "100/15m".'
        ),
    ),
    "a rate per nothing": (
        "[[alert]]\nname = 'storm'\nrate_above = '5/0m'",
        (
            "{file}: alert 'storm': rate_above = '5/0m' is not a count and a span, such as "
            '"5/m" or "100/15m".'
        ),
    ),
    "a metric without a limit": (
        "[[alert]]\nname = 'spend'\nmetric = 'sum(x)'\nper = '1h'",
        (
            "{file}: alert 'spend': 'above' is missing, which a metric needs, such as "
            "above = 1.5."
        ),
    ),
    "a metric without a span": (
        "[[alert]]\nname = 'spend'\nmetric = 'sum(x)'\nabove = 1",
        (
            "{file}: alert 'spend': 'per' is missing, which a metric needs, such as "
            'per = "1h".'
        ),
    ),
    "a limit without a metric": (
        "[[alert]]\nname = 'storm'\nrate_above = '5/m'\nabove = 1",
        "{file}: alert 'storm': 'above' belongs to a metric, and not to 'rate_above'.",
    ),
    "a limit that is none": (
        "[[alert]]\nname = 'spend'\nmetric = 'sum(x)'\nabove = true\nper = '1h'",
        (
            "{file}: alert 'spend': above = True is not a number, or one with a unit, such "
            'as 1.5 or "250ms".'
        ),
    ),
    "a silence that is none": (
        "[[alert]]\nname = 'quiet'\nsilent_for = 'long'",
        (
            "{file}: alert 'quiet': silent_for = 'long' is not \"auto\" (longer than its habit) or a span of time "
            'such as "10m".'
        ),
    ),
    "a new group by value": (
        "[[alert]]\nname = 'new'\nnew_group = true\ngroup_by = 'user'",
        (
            "{file}: alert 'new': 'group_by' means nothing with 'new_group': each group is "
            "on its own, and new once."
        ),
    ),
    "two alerts of a name": (
        "[[alert]]\nname = 'new'\nnew_group = true\n" * 2,
        "{file}: alert 'new': two alerts have this name.",
    ),
    "an unknown key of health": (
        "[health]\ngroup = 'worker_id'",
        "{file}: health: unknown key 'group'. Did you mean 'group_by'?",
    ),
    "a source's key of a later version": (
        "[[source]]\nloki = 'http://127.0.0.1:3100'",
        "{file}: source 1: 'loki' is not supported by this version.",
    ),
    "an unknown key of a rule": (
        "[[redact.rule]]\nname = 'x'\nregex = 'y'",
        "{file}: redact.rule 1: unknown key 'regex'. Known keys: name, pattern.",
    ),
    "an unknown key of redact": (
        "[redact]\nrules = []",
        "{file}: redact: unknown key 'rules'. Did you mean 'rule'?",
    ),
    "a source without paths": (
        "[[source]]\nname = 'api'",
        "{file}: source 'api': 'paths' is missing, or 'command'.",
    ),
    "two sources of one name": (
        "[[source]]\nname = 'api'\npaths = 'a'\n[[source]]\nname = 'api'\npaths = 'b'",
        "{file}: source 'api': two sources have this name.",
    ),
    "a table where a list belongs": (
        "[source]\npaths = 'a'",
        (
            "{file}: source = {{'paths': 'a'}} is not a list of tables: "
            "write its name in double brackets."
        ),
    ),
    "a failure class without a name": (
        "[[failure_class]]\ntype = 'X'",
        "{file}: failure_class 1: 'name' is missing.",
    ),
    "suggestions that are no texts": (
        "[[failure_class]]\nname = 'x'\nimmediate = [1]",
        (
            "{file}: failure_class 1: immediate = [1] is not a text or a list of texts, "
            'such as ["one", "two"].'
        ),
    ),
    "half a path map": (
        "[[path_map]]\nfrom = '/app'",
        "{file}: path_map 1: 'to' is missing.",
    ),
    "a bad size": (
        'max_memory = "lots"',
        (
            "{file}: max_memory = 'lots' is not a size of at least 1MB, "
            'such as "256MB" or "1GiB".'
        ),
    ),
    "a bad zone of a source": (
        "[[source]]\npaths = 'a'\ntimezone = 'Moon/Base'",
        (
            "{file}: source 1: timezone = 'Moon/Base' is not a time zone such as "
            '"local", "UTC", "Europe/Berlin" or "+02:00".'
        ),
    ),
    "a bad format of a source": (
        "[[source]]\npaths = 'a'\nformat = 'jsnl'",
        (
            "{file}: source 1: format = 'jsnl' is not the name of a format. Did you mean "
            f"'jsonl'? Valid: {', '.join(NAMES)}."
        ),
    ),
    "no TOML": (
        "max_memory 256MB",
        (
            "{file}: is not TOML: Expected '=' after a key in a key/value pair "
            "(at line 1, column 12)."
        ),
    ),
}


@pytest.mark.parametrize(("text", "expected"), WRONG.values(), ids=WRONG)
def test_mistakes_in_the_file_are_named(project, text, expected):
    """What, where, and what instead; nothing is silently ignored."""
    folder = project(text)
    with pytest.raises(ConfigError) as refused:
        load(cwd=folder, environ={})

    assert expected.format(file=folder / "log-mcp.toml") == str(refused.value)


WRONG_ENVIRONMENT = {
    "LOG_MCP_MAX_MEMORY": ("lots", "LOG_MCP_MAX_MEMORY = 'lots' is not a size of"),
    "LOG_MCP_MAX_AGE": ("7", "LOG_MCP_MAX_AGE = '7' is not a span of time"),
    "LOG_MCP_TIME_ZONE": (
        "UTC",
        "environment: unknown key 'LOG_MCP_TIME_ZONE'. Did you mean 'LOG_MCP_TIMEZONE'?",
    ),
    "LOG_MCP_HEALTH": (
        "x",
        "environment: unknown key 'LOG_MCP_HEALTH'. Did you mean",
    ),
}


@pytest.mark.parametrize(
    ("name", "case"), WRONG_ENVIRONMENT.items(), ids=WRONG_ENVIRONMENT
)
def test_mistakes_in_the_environment_are_named(tmp_path, name, case):
    """The message names the variable."""
    value, expected = case
    with pytest.raises(ConfigError, match="LOG_MCP") as refused:
        load(["a.log"], cwd=tmp_path, environ={name: value})

    assert str(refused.value).startswith(expected)


def test_mistakes_on_the_command_line_are_named(tmp_path):
    """The message names the flag."""
    with pytest.raises(ConfigError, match=r"^--max-memory = '1' is not a size"):
        load(cwd=tmp_path, environ={}, max_memory="1")
    with pytest.raises(ConfigError, match=r"^--timezone = '' is not a time zone"):
        load(cwd=tmp_path, environ={}, timezone="")
    with pytest.raises(ConfigError, match=r"^PATH = '' is not a path or a pattern"):
        load([""], cwd=tmp_path, environ={})


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    """Missing, a folder, no text, too long: each in words."""
    (tmp_path / "latin.toml").write_bytes(b'name = "\xe9"')
    (tmp_path / "deep.toml").write_text("a = " + "[" * 100_000)
    (tmp_path / "long.toml").write_text("# settings\n" * 100_000)
    expected = {
        "absent.toml": "no such file or directory. Name a log-mcp.toml that exists.",
        "": "is a directory. Name a log-mcp.toml that exists.",
        "latin.toml": "is not UTF-8 text.",
        "deep.toml": "is not TOML",
        "long.toml": "is longer than 1 MiB, so it holds no settings.",
    }
    for name, reason in expected.items():
        with pytest.raises(ConfigError, match=re.escape(reason)) as refused:
            load(cwd=tmp_path, environ={}, config_file=name)
        assert str(tmp_path / name) in str(refused.value)


SOURCES = """
[[source]]
name = "api"
paths = ["logs/api/*.jsonl"]
[[source]]
name = "db"
paths = ["logs/db.log", "/var/log/postgresql"]
[[source]]
name = "all"
paths = ["deep/**/x.log"]
"""
NAMED = {
    "a file of a source": (["logs/db.log"], {"db": ["logs/db.log"]}),
    "a file of a pattern": (["logs/api/a.jsonl"], {"api": ["logs/api/a.jsonl"]}),
    "two of them": (
        ["logs/api/a.jsonl", "logs/api/b.jsonl"],
        {"api": ["logs/api/a.jsonl", "logs/api/b.jsonl"]},
    ),
    "the pattern itself": (["logs/api/*.jsonl"], {"api": ["logs/api/*.jsonl"]}),
    "a file in a folder": (
        ["/var/log/postgresql/a.log"],
        {"db": ["/var/log/postgresql/a.log"]},
    ),
    "a file in any folder": (["deep/a/b/x.log"], {"all": ["deep/a/b/x.log"]}),
    "another file": (["logs/api/a.log"], {None: ["logs/api/a.log"]}),
    "a folder above": (
        ["logs"],
        {"api": ["logs/api/*.jsonl"], "db": ["logs/db.log"], None: ["logs"]},
    ),
    "a path twice": (["a.log", "./a.log"], {None: ["a.log"]}),
}


@pytest.mark.parametrize(("paths", "expected"), NAMED.values(), ids=NAMED)
def test_paths_replace_the_sources_and_keep_their_settings(project, paths, expected):
    """Only what is named is read, as the file says where it says something of it."""
    folder = project(SOURCES)
    read = load(paths, cwd=folder, environ={})
    found = {
        source.name: [path.removeprefix(f"{folder}/") for path in source.paths]
        for source in read.sources
    }

    assert expected == found


@pytest.mark.timeout(10)
def test_patterns_of_many_stars_are_no_burden(project):
    """Comparing a path with a pattern takes no longer for each further `**`."""
    folder = project(f"[[source]]\npaths = ['{'/**/a' * 30}/b']")
    read = load(["/a" * 60], cwd=folder, environ={})

    assert 1 == len(read.sources)


def test_the_documentation_names_every_key_and_its_example_is_valid(project):
    """docs/configuration.md and the code say the same."""
    text = DOCUMENTATION.read_text()
    keys = {
        *config_file.KEYS,
        *config_file.SOURCE_KEYS,
        *config_file.TABLES,
        *config_file.REDACT_KEYS,
    }
    keys |= {
        *config_file.PATH_MAP_KEYS,
        *config_file.RULE_KEYS,
        *config_file.FAILURE_CLASS_KEYS,
    }
    keys |= {*config_file.ALERT_KEYS, *config_file.HEALTH_KEYS}
    variables = {f"LOG_MCP_{key.upper()}" for key in config.ENVIRON_KEYS}
    examples = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)

    assert not {key for key in keys if f"`{key}`" not in text}
    assert not {name for name in variables if f"`{name}`" not in text}
    assert examples
    for example in examples:
        load(cwd=project(example), environ={})


TOML = st.recursive(
    st.one_of(st.text(max_size=5), st.integers(), st.booleans()),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["name", "paths", "rule", "from", "x"]), inner),
    ),
    max_leaves=6,
)


@settings(max_examples=30)
@given(st.sampled_from([*config_file.KEYS, *config_file.TABLES]), TOML)
def test_any_value_is_read_or_refused(tmp_path_factory, key, value):
    """Nothing in a file raises anything but ConfigError."""
    folder = tmp_path_factory.getbasetemp()
    written = f"{key} = {_toml(value)}"
    tomllib.loads(written)
    (folder / "any.toml").write_text(written)

    try:
        load(cwd=folder, environ={}, config_file="any.toml")
    except ConfigError as refused:
        assert "any.toml" in str(refused)  # noqa: PT017  both ends are right


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(char):08x}" for char in value) + '"'
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    if isinstance(value, dict):
        return (
            "{" + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + "}"
        )
    return str(value)


@pytest.mark.parametrize("name", [*NAMES, "postgres"])
def test_every_format_is_a_setting(project, name):
    """Also a row of the table without `text:`."""
    folder = project(f"[[source]]\npaths = 'a'\nformat = '{name}'")

    assert [name] == [one.format for one in load(cwd=folder, environ={}).sources]


def test_a_strange_file_stays_in_its_folder(project, tmp_path):
    """Its root, by path or by link; not one that is named or trusted."""
    folder = tmp_path / "project"
    (folder / "out").symlink_to(tmp_path)
    for root in ("..", "/", "~", "out"):
        project(f'project_root = "{root}"\n')
        with pytest.raises(ConfigError, match="project_root leads outside"):
            load(cwd=folder, environ={})
        file = str(folder / "log-mcp.toml")
        for more in ({"config_file": file}, {"trusting": True}):
            assert load(cwd=folder, environ={}, **more).trusted
        assert load(cwd=folder, environ={"LOG_MCP_CONFIG": file}).trusted
    assert folder == load(cwd=project('project_root = "."'), environ={}).project_root


def test_a_file_that_is_a_link_to_elsewhere_is_not_read(project, tmp_path):
    """A checkout could lead to any file; inside it a link is no harm."""
    folder = project("")
    file = folder / "log-mcp.toml"
    file.rename(folder / "code/settings.toml")
    file.symlink_to(folder / "code/settings.toml")
    assert file == load(cwd=folder, environ={}).file
    file.unlink()
    (tmp_path / "far.toml").write_text("")
    file.symlink_to(tmp_path / "far.toml")
    with pytest.raises(ConfigError, match="leads out of its folder"):
        load(cwd=folder, environ={})
    assert file == load(cwd=folder, environ={}, config_file=str(file)).file


def test_what_the_user_names_may_lie_anywhere(project, tmp_path):
    """Also where a strange file says how it is read."""
    folder = project('[[source]]\nname = "all"\npaths = ["~/**/*.log"]\n')
    paths = [str(tmp_path / "x.log"), "/var/log/y.log"]

    both = load(paths, cwd=folder, environ={}).sources

    assert [None, None] == [source.within for source in both]


def test_what_the_user_names_frees_nothing_else(project):
    """Beside a path of his, those of a strange file stay in its folder."""
    folder = project('[[source]]\nname = "all"\npaths = ["a/*.log", "*/x.log"]\n')
    named = str(folder / "a")

    paths = [named, str(folder / "b/x.log")]
    source = load(paths, cwd=folder, environ={}).sources[0]

    assert str(folder / "a/*.log") in source.paths
    assert (str(folder), str(folder / "b/x.log")) == source.within
