"""How long after an edit an editor has its hints: `python -m benchmarks.editor [SPEC]`.

A client types into a spec, letter by letter, takes some of it back, and asks for hints
after each. What it waits is told in milliseconds, and what the server computes of it.
"""

import random
import sys
import time
from pathlib import Path
from typing import Any

from archcompiler.language.loading.places import find_spec

sys.path.append(str(Path(__file__).parent.parent / "tests"))

from language_server import Client, between

EDITS = 250
TYPED = ("12", "conv", "3x3", ", ~", "<classes>", "[", "x: {", "  - ", "#")


def main(spec: str = "googlenet") -> None:
    """Print the percentiles of waiting and of computing."""
    path = find_spec(spec).path
    waited, computed = _measure(path.as_uri(), path.read_text("utf-8").split("\n"))
    print(f"{spec}: {len(waited)} edits, from the edit to the hints of the file")
    for name, found in (("waited", waited), ("computed", computed)):
        found.sort()
        shares = [(f"{share}%", found[len(found) * share // 100]) for share in (50, 95)]
        told = ", ".join(f"{share} within {ms:.1f} ms" for share, ms in shares)
        print(f"  {name}: {told}, all within {found[-1]:.1f} ms")


def _measure(uri: str, lines: list[str]) -> tuple[list[float], list[float]]:
    """Return the milliseconds that each edit took: waited, and of the processor."""
    client, chance = Client(), random.Random(1)
    client.open(uri, "\n".join(lines))
    client.hints(uri)
    waited, computed = [], []
    while len(waited) < EDITS:
        line = chance.randrange(len(lines))
        column = chance.randint(0, len(lines[line]))
        for change in _typing(line, column, chance.choice(TYPED)):
            before, began = _processor(client), time.monotonic()
            client.change(uri, change)
            client.hints(uri)
            waited.append(1000 * (time.monotonic() - began))
            computed.append(_processor(client) - before)
            time.sleep(chance.choice([0, 0, 0.2]))  # a thought, in which is checked
    client.close()
    return waited, computed


def _typing(line: int, column: int, text: str) -> list[dict[str, Any]]:
    """Return the edits that type a text and, from its end, delete it again."""
    places = [(line, column + at) for at in range(len(text) + 1)]
    typed = [
        {"range": between(place, place), "text": letter}
        for place, letter in zip(places, text, strict=False)
    ]
    gone = [
        {"range": between(places[at], places[at + 1]), "text": ""}
        for at in reversed(range(len(text)))
    ]
    return [*typed, *gone]


def _processor(client: Client) -> float:
    """Return the milliseconds of the processor that the server had so far."""
    stat = Path(f"/proc/{client.process.pid}/schedstat").read_text()
    return int(stat.split()[0]) / 1e6


if __name__ == "__main__":
    main(*sys.argv[1:])
