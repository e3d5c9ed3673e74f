"""An alert of one group: quiet, pending, firing, quiet again.

It fires once what it is about has been so for as long as is asked for, and it is over once
that has not been so for a while: a value that goes up and down around its limit fires once.
"""

from dataclasses import dataclass
from typing import Literal

State = Literal["quiet", "pending", "firing"]
Change = Literal["firing", "resolved"]


@dataclass(slots=True)
class Alarm:
    """One state machine.

    Attributes:
        for_ns: How long it must be so before it fires.
        keep_ns: How long it must not be so before it is over.
        state: Where it is now.
        since_ns: When that began; for `quiet`, when it was over.
        value: As last seen while it was so.
    """

    for_ns: int
    keep_ns: int
    state: State = "quiet"
    since_ns: int = 0
    value: float | None = None
    _calm_ns: int | None = None

    def tell(self, value: float | None, now_ns: int, *, holds: bool) -> Change | None:
        """What became of it, now that one looks; None if nothing did.

        Args:
            value: What is so, as a number.
            now_ns: The time; where it went back, what lasts begins to last anew.
            holds: Whether it is so.
        """
        self.since_ns = min(self.since_ns, now_ns)
        if self._calm_ns is not None:
            self._calm_ns = min(self._calm_ns, now_ns)
        if holds:
            self.value, self._calm_ns = value, None
            if self.state == "quiet":
                self.state, self.since_ns = "pending", now_ns
            if self.state == "pending" and now_ns - self.since_ns >= self.for_ns:
                self.state, self.since_ns = "firing", now_ns
                return "firing"
            return None
        if self.state == "pending":
            self.state, self.since_ns = "quiet", now_ns
        if self.state != "firing":
            return None
        if self._calm_ns is None:
            self._calm_ns = now_ns
        if now_ns - self._calm_ns < self.keep_ns:
            return None
        self.state, self.since_ns = "quiet", now_ns
        return "resolved"
