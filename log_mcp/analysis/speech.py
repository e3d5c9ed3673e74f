"""Words that carry the meaning of a message, and words after which a name stands.

`session opened` and `session closed` differ in one word, as `user root` and `user mysql`
do. Only the first pair is two messages. No statistic of positions tells them apart, as
both words are always in the same place; what the words are does.
"""

import re
from typing import Final

from log_mcp.lazy import lazy

_MEANING: Final = """
a an and any all are as at be been before after again begin bad block by can cannot
cause client close commit complete connect consumer create critical current data debug
default delete deny disable disconnect done down drop empty enable end error exit
external fail failure false fatal file finish first for free from full get good grant
hard high hit host idle if in info init input insert internal is it its join kill last
leave left less load local lock log login logout lost low master max memory min miss
more new next no node none normal not null of off offline ok old on online only open or
out output over pass peer pending permit previous primary producer put read ready
receive refuse reject release remote remove request reset response restart resume retry
right ring run save secondary send server set shutdown skip slave sleep soft start
startup state status stop submit success suspend take than that the then this timeout to
too trace true try unavailable unknown unlock unset until up update valid via wait wake
warn warning was were when while will with without write yes
"""
MEANING: Final = frozenset(_MEANING.split())
"""Of these and of participles, none is taken for a value."""

_ROLES: Final = """
argument class command daemon device directory driver file filename filesystem folder
group host hostname interface job key module package partition path process program
queue service session source table target task thread topic type user username users
volume worker
"""
ROLES: Final = frozenset(_ROLES.split())
"""What is named by the word after it."""

OWNERS: Final = frozenset({"user", "username"})
"""After these stands what is a name wherever else it stands."""

_BEGINS: Final = """
accept accepted acquire acquired acquiring began begin beginning begins booting call
calling connect connected connecting dequeued enter entered entering execute executing
fetching handle handling incoming invoke invoking launch launched launching loading open
opened opening picked process processing receive received receiving request requesting run
running sending spawn spawned start started starting starts submit submitted try trying
"""
BEGINS: Final = frozenset(_BEGINS.split())
"""What messages say that are written when work starts."""

_ENDS: Final = """
aborted answered close closed closing committed complete completed completes completion
delivered disconnect disconnected done elapsed end ended ending ends executed exit exited
exiting failed failure fetched finish finished finishes finishing handled left loaded
logout ok processed release released responded response responding returned returning
returns sent stop stopped success successful successfully succeeded terminated took
"""
ENDS: Final = frozenset(_ENDS.split())
"""What they say when it is over."""

_WORDS: Final = lazy(r"[A-Z]?[a-z]{2,}|[A-Z]{2,}")
_INFLECTED: Final = lazy(r"[a-z]{3,}(?:ed|ing|ly)|[A-Z][a-z]{2,}(?:ed|ing|ly)")
_CAMEL: Final = lazy(r"[A-Za-z]*[a-z][A-Z][A-Za-z]*")
_BUILT: Final = lazy(r".*[_./$@\\\d-].*|.*[a-z][A-Z].*", re.DOTALL)


def has_meaning(word: str) -> bool:
    """Whether a message with another word in its place is another message."""
    return word.lower() in MEANING or _INFLECTED.fullmatch(word) is not None


def direction(text: str) -> int:
    """Whether a message says that work starts (1) or is over (-1); 0 if neither, or both."""
    words = {word.lower() for word in _WORDS.findall(text)}
    return int(not words.isdisjoint(BEGINS)) - int(not words.isdisjoint(ENDS))


def is_camel(word: str) -> bool:
    """Whether it is written as programs write names of their own: `initCache`."""
    return _CAMEL.fullmatch(word) is not None


def is_built(word: str) -> bool:
    """Whether it is no word of a language: `genfs_contexts`, `sm-client`, `TaskType`."""
    return _BUILT.fullmatch(word) is not None
