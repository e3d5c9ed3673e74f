"""How a file is read, told by its content."""

from datetime import UTC

import pytest

from log_mcp.errors import ConfigError
from log_mcp.ingest.family import family_of
from log_mcp.ingest.file import SAMPLE_BYTES, LogFile
from log_mcp.ingest.reading import Settings, tell
from log_mcp.redact import Redactor
from tests.feeding import NOON_NS, SETTINGS, docker_record, json_record, python_record


def told(path, settings=SETTINGS):
    file = LogFile(path, family_of(path))
    try:
        return tell(file, file.read(0, SAMPLE_BYTES), settings, NOON_NS)
    finally:
        file.close()


def many(record, count=20):
    return "".join(record(n, "x", trace=False) + "\n" for n in range(count))


NAMES = {
    "JSON lines": (many(json_record).encode(), "jsonl"),
    "Docker around text": (many(docker_record).encode(), "docker+text:iso"),
    "UTF-16": (many(json_record).encode("utf-16"), "utf-16-le+jsonl"),
    "prose": (b"once upon a time\n", "plain"),
}


@pytest.mark.parametrize(("data", "expected"), NAMES.values(), ids=NAMES)
def test_a_reading_says_its_name(tmp_path, data, expected):
    """Encoding, envelope and format, as far as they are not the usual."""
    (tmp_path / "shop.log").write_bytes(data)

    assert expected.split(":")[0] == told(tmp_path / "shop.log").name.split(":")[0]


def test_a_setting_overrules_what_is_told(tmp_path):
    """The user knows better."""
    (tmp_path / "shop.log").write_text(many(json_record))
    settings = Settings(UTC, Redactor(), format="plain")

    assert "plain" == told(tmp_path / "shop.log", settings).name


def test_a_format_that_is_none_is_an_error(tmp_path):
    """It names the nearest one."""
    (tmp_path / "shop.log").write_text("x\n")
    with pytest.raises(ConfigError, match="Did you mean 'jsonl'"):
        told(tmp_path / "shop.log", Settings(UTC, Redactor(), format="jsnol"))


@pytest.mark.parametrize("late", [many(python_record, 8000), "x" * 5 * SAMPLE_BYTES])
def test_a_big_file_is_told_by_its_end_too(tmp_path, late):
    """A head may be all banner; an end may be one long line."""
    banner = "welcome to the shop\n" * (SAMPLE_BYTES // 20 + 1)
    (tmp_path / "shop.log").write_text(banner + late)

    assert (late[0] == "x") == (told(tmp_path / "shop.log").name == "plain")
