"""What `ansible-playbook` prints: banners, and what each host says to each task.

A record is a banner (`TASK [install] ****`), a host's result with the lines below it, a
warning, or a host's line of the recap. Tasks are no records: their hosts answer one by
one, and one may fail where others do not. The level is the result's: failed and
unreachable are errors, a retry is a warning, all else that is no banner is information.
The object behind `=>` gives fields, on one line or over several.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from log_mcp.beat import beat
from log_mcp.formats import jsonl, pairs, thrown
from log_mcp.formats.columns import Kind
from log_mcp.formats.reader import Head, Heads, Text
from log_mcp.lazy import lazy
from log_mcp.record import EXCEPTION, NO_TIME, Exception_, Failure, Level, Record

NAME: Final = "ansible"
_SHARE: Final = 0.4  # of the lines of a head that are not indented
_HEAD: Final = lazy(
    rb"(?P<banner>(?:PLAY|TASK|HANDLER|RUNNING HANDLER|PLAY RECAP|GATHERING FACTS"
    rb"|NO MORE HOSTS LEFT)\b[^\n]*?) ?\*{3,}\s*$"
    rb"|(?P<result>ok|changed|skipping|included|rescued|ignored|fatal|failed|unreachable"
    rb"|FAILED - RETRYING): \[(?P<host>[^\]\n]+)\]:?(?: |$)"
    rb"|(?P<note>\[(?:DEPRECATION )?WARNING\]|\[ERROR\]|ERROR!|WARNING!):? "
    rb"|(?P<recap>[^\s:]+) +: (?=ok=[0-9]+ +changed=[0-9]+ +unreachable=(?P<lost>[0-9]+)"
    rb" +failed=(?P<failed>[0-9]+))"
)
_LEVELS: Final = {
    b"fatal": Level.ERROR,
    b"failed": Level.ERROR,
    b"unreachable": Level.ERROR,
    b"FAILED - RETRYING": Level.WARNING,
}
_ARROW: Final = " => {"


def is_output(lines: Sequence[bytes]) -> bool:
    """Whether a head is such output: most lines, and one of them a banner."""
    found = [match for line in lines if (match := _HEAD.match(line))]
    own = sum(line[:1] not in b" \t" for line in lines)
    banners = sum(match["banner"] is not None for match in found)
    return banners > 0 and len(found) >= max(2, _SHARE * own)


class AnsibleReader:
    """Reads the lines with which the records begin."""

    firsts = b""

    def heads(self, text: Text) -> Heads:
        """See `Reader`."""
        heads = Heads.none(len(text.ends))
        firsts = np.frombuffer(text.data, np.uint8)[text.starts]
        for line in np.flatnonzero(~np.isin(firsts, (9, 10, 32))).tolist():
            beat()
            if head := self.head(text.line(line)):
                heads.put(line, head)
        return heads

    def head(self, line: bytes) -> Head | None:
        """See `Reader`."""
        opening = self.opening(line)
        return opening.head if opening else None

    def rest(self, line: bytes) -> bytes | None:
        """See `Reader`."""
        opening = self.opening(line)
        return opening.rest if opening else None

    def opening(self, line: bytes) -> "AnsibleOpening | None":
        """See `Reader`."""
        found = _HEAD.match(line)
        if found is None:
            return None
        level = Level.UNKNOWN
        if result := found["result"]:
            level = _LEVELS.get(result, Level.INFO)
        elif note := found["note"]:
            level = Level.ERROR if b"ERROR" in note else Level.WARNING
        elif found["recap"]:
            bad = found["lost"].strip(b"0") or found["failed"].strip(b"0")
            level = Level.ERROR if bad else Level.INFO
        groups = {"result": result, "host": found["host"] or found["recap"]}
        fields = {
            name: value.decode(errors="replace")
            for name, value in groups.items()
            if value
        }
        end = 0 if found["banner"] else found.end()
        message = found["banner"] or (line if result else line[end:])
        return AnsibleOpening(line[end:], message, level, fields)


@dataclass(slots=True)
class AnsibleOpening:
    """A banner, a result, a warning or a line of the recap; see `Opening`."""

    rest: bytes
    message: bytes
    level: Level
    fields: dict[str, str]

    @property
    def kind(self) -> Kind:
        """See `Opening`."""
        return Kind.HEADED

    @property
    def head(self) -> Head:
        """See `Reader`."""
        found = thrown.thrown(self._object(""))
        return Head(Kind.HEADED, NO_TIME, self.level, EXCEPTION if found else 0)

    def _object(self, below: str) -> dict[str, Any]:
        """The object behind the arrow; empty if there is none."""
        text = f"{self.rest.decode(errors='replace')}\n{below}"
        _, arrow, value = text.partition(_ARROW)
        if value.startswith("\n"):  # over several lines, the last one is not indented
            value = value.partition("\n}")[0] + "}"
        return (jsonl.object_in(f"{{{value}".encode()) or {}) if arrow else {}

    def _said(self, text: str) -> tuple[str, dict[str, Any]]:
        """The message, and the fields."""
        below = text.partition("\n")[2]
        first = self.message.decode(errors="replace")
        fields = self.fields | pairs.pairs(first) | self._object(below)
        return f"{first}\n{below}".rstrip("\n"), fields

    def record(self, text: str, head: Head, trace: Exception_ | None) -> Record:
        """See `Opening`."""
        message, fields = self._said(text)
        return Record(
            time_ns=None,
            level=Level(head.level),
            message=message,
            text=text,
            trace=pairs.trace(fields),
            fields=fields,
            exception=self._thrown() or trace,
        )

    def failure(self, text: str, flags: int, trace: Exception_ | None) -> Failure:
        """See `Opening`."""
        message, fields = self._said(text)
        return Failure(
            message=message,
            text=text,
            level_inferred=False,
            trace=pairs.trace(fields),
            fields=fields,
            exception=self._thrown() or (trace if flags & EXCEPTION else None),
        )

    def _thrown(self) -> Exception_ | None:
        fields = self._object("")
        found = thrown.thrown(fields)
        return thrown.read(found[1], fields) if found else None
