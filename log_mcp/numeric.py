"""The first import of numpy, which takes longer than all else that is imported here."""

import importlib
import os
from typing import Final

_THREADS: Final = "OPENBLAS_NUM_THREADS"


def import_numpy() -> None:
    """Import numpy without the threads of its linear algebra, which nothing here uses.

    They would take a processor for a tenth of a second. The setting must not reach the
    programs that are started from here, so it is taken back.
    """
    given = os.environ.get(_THREADS)
    os.environ[_THREADS] = "1"
    importlib.import_module("numpy")
    if given is None:
        del os.environ[_THREADS]
    else:
        os.environ[_THREADS] = given
