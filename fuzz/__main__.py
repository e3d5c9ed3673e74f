"""`python -m fuzz TARGET`: mutate what is known until something must not happen.

Runs on nothing but the standard library; with `--atheris`, and that package installed, under
libFuzzer, which sees the branches of our code and finds more.
"""

import argparse
import random
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

if "--atheris" in sys.argv:  # Only what is imported now is watched, branch by branch.
    import atheris

    with atheris.instrument_imports(include=["log_mcp", "tomllib"]):
        import tomllib  # noqa: F401 - settings are read by its branches first

        from fuzz.targets import SIZE_MAX, TARGETS
else:
    from fuzz.targets import SIZE_MAX, TARGETS


def main(argv: Sequence[str] | None = None) -> int:
    """Fuzz one target, or each in turn; the number of findings."""
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("target", choices=[*TARGETS, "all"])
    parser.add_argument("--seconds", type=float, default=60.0, help="for each target")
    parser.add_argument("--seed", type=int, default=None, help="to repeat a run")
    parser.add_argument("--atheris", action="store_true", help="needs the package")
    parser.add_argument("--input", type=Path, help="run this file alone")
    options = parser.parse_args(argv)
    if options.input:
        TARGETS[options.target][0](options.input.read_bytes())
        return 0
    if options.atheris:
        return _guided(options.target, options.seconds)
    names = list(TARGETS) if options.target == "all" else [options.target]
    seed = random.randrange(1 << 32) if options.seed is None else options.seed
    return sum(_mutated(name, options.seconds, seed) for name in names)


def _mutated(name: str, seconds: float, seed: int) -> int:
    run, seeds = TARGETS[name]
    corpus, chance = seeds(), random.Random(seed)
    end, count, found = time.monotonic() + seconds, 0, 0
    known: set[str] = set()
    while time.monotonic() < end:
        data = mutation(chance, corpus)
        count += 1
        try:
            run(data)
        except Exception as error:  # noqa: BLE001 - any is a finding
            place = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{type(error).__name__} {place.filename}:{place.lineno}"
            if where in known:
                continue
            known.add(where)
            found += 1
            print(f"{name}: seed {seed}: {where}: {data!r}")
            traceback.print_exc(limit=-4)
    print(f"{name}: {count} inputs, {found} findings (seed {seed})")
    return found


def mutation(chance: random.Random, corpus: Sequence[bytes]) -> bytes:
    """One input: a known one, or two spliced, with some bytes changed.

    Args:
        chance: What decides.
        corpus: What is known.
    """
    data = bytearray(chance.choice(corpus))
    if chance.random() < 0.3:
        other = chance.choice(corpus)
        at = chance.randrange(len(data) + 1)
        data[at:] = other[chance.randrange(len(other) + 1) :]
    for _ in range(chance.choice((0, 1, 1, 2, 4, 8, 32))):
        at = chance.randrange(len(data) + 1)
        kind = chance.randrange(6)
        if kind == 0:
            data[at : at + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            data[at:at] = chance.choice(_TOKENS)
        elif kind == 2:
            del data[at : at + chance.randrange(1, 20)]
        elif kind == 3:
            data[at:at] = data[at : at + chance.randrange(1, 40)] * chance.randrange(
                1, 4
            )
        elif kind == 4:
            data[at : at + 2] = chance.choice(_TOKENS)
        else:
            data[at:at] = chr(chance.randrange(0x110000)).encode(errors="replace")
    return bytes(data[:SIZE_MAX])


_TOKENS = (
    *(
        b'"',
        b"'",
        b"\\",
        b"\\\\",
        b'\\"',
        b"{",
        b"}",
        b"[",
        b"]",
        b"(",
        b")",
        b",",
        b":",
    ),
    *(
        b"=",
        b" ",
        b"\t",
        b"\n",
        b"\r\n",
        b"\0",
        b"\xff",
        b"\xe2\x80\xae",
        b"\xf3\xa0\x81\x81",
    ),
    *(
        b"0",
        b"-1",
        b"1e999",
        b"99999999999999999999",
        b"null",
        b"true",
        b"NaN",
        b"\\u0000",
    ),
    *(
        b"2026-03-04T05:06:07Z",
        b"9999-99-99",
        b"error",
        b"Traceback (most recent call last):",
    ),
    *(
        b"%2e%2e%2f",
        b"%00",
        b"../",
        b"/",
        b"[[source]]\n",
        b"password=",
        b"-----BEGIN ",
    ),
)


def _guided(name: str, seconds: float) -> int:
    run: Any = TARGETS[name][0]
    folder = Path("build") / "fuzz" / name
    folder.mkdir(parents=True, exist_ok=True)
    for number, data in enumerate(TARGETS[name][1]()):
        (folder / f"seed-{number}").write_bytes(data)
    words = [sys.argv[0], f"-max_total_time={seconds:.0f}", f"-max_len={SIZE_MAX}"]
    atheris.Setup([*words, str(folder)], run)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
