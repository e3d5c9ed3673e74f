"""What a question cost, counted in things done: it is the same on every machine."""

from dataclasses import dataclass


@dataclass(slots=True)
class Work:
    """What was done for a question.

    Attributes:
        segments: Whose text was looked into.
        opened: Stretches of compressed text that were opened.
        text_bytes: Of text that were searched, each as often as it was.
        records: That were looked at alone: decoded, matched or parsed.
    """

    segments: int = 0
    opened: int = 0
    text_bytes: int = 0
    records: int = 0
