"""Hostile files: `python -m tests.campaigns.hostile --files 20000 --seed 1`.

Each file goes through `check`; one that is accepted also through summary, audit, every
format of its table, the records and the emitted source. A worker of its own, in bounded
memory, reads many files; its parent kills it where it takes too long over one. A file
fails by an exception that is no SpecError, by seconds or bytes beyond the bounds, or by
a control character in what would be printed.
"""

import argparse
import json
import random
import re
import resource
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SECONDS = 30
"""Of processor time, for one file: a mutation may ask for 10,000 layers."""

BYTES = 3 * 2**30
EACH = 500
"""Files that one worker reads."""

CONTROL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
NUMBERS = (
    *("1e39", "-1e39", "1e-46", "1e999", "nan", "inf", "-0.0", "0", "-1", "010"),
    *("2147483647", "2147483648", "9223372036854775808", "9" * 5000, "0x10"),
    *("1" + "x1" * 40, "2147483647x2147483647x2147483647", "3x3/0", "1e6", "100000"),
)
TEXTS = (
    *(r'"\e[2J"', r'"\a"', r'"\x9b2J"', r'"a\nb"', r'"\u202eabc"', r'"\ud800"', "\x1b"),
    *("\u202e", "\x85", "\u2028", "\ufeff", "\0", "\t", "\r", "×", "\u200b", "é" * 500),
    *("&a x", "*a", "!!python/object:os.system x", "<<: {a: b}", "---", "...", "? a"),
    *(
        "%YAML 1.2",
        "|\n  a\n\n  b",
        ">\n  a",
        "'",
        '"',
        "[",
        "{",
        "[" * 200,
        "{a: " * 60,
    ),
    *(
        "=cmd|' /C calc'!A0",
        "@SUM(A1)",
        "+1+1",
        "<script>",
        "\\input{x}",
        "a" * 100_000,
    ),
    *("<1 / 0>", "<max(1; 2)>", "<" + "(" * 300, "<a.b.c>", "<in.channels * 1e18>"),
    *("<'" + "x" * 2000 + "'>", "null", "~", "on", "2014-01-01", "[]", "{}", "<<"),
)
_TOKEN = re.compile(r"[A-Za-z_][\w ]*|\d[\w.]*|[^\w\s]|\s+")


def hostile_text(seed: int, texts: list[str]) -> str:
    """Return the file of a seed: random bytes, or a spec with hostile edits."""
    chance = random.Random(seed)
    kind = chance.random()
    if kind < 0.05:
        data = chance.randbytes(chance.randrange(2000))
        return data.decode("utf-8", chance.choice(("replace", "ignore")))
    text = chance.choice(texts)
    if kind < 0.15:
        characters = list(text)
        for _ in range(chance.randrange(1, 30)):
            place = chance.randrange(len(characters))
            characters[place] = chr(
                chance.choice((chance.randrange(256), 0x202E, 0xD800))
            )
        return "".join(characters)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        text = _edit(text, chance)
    return text


def _edit(text: str, chance: random.Random) -> str:
    tokens = _TOKEN.findall(text)
    words = [at for at, token in enumerate(tokens) if token.strip()]
    numbers = [at for at in words if tokens[at][0].isdigit()]
    kind = chance.random()
    if kind < 0.45 and numbers:
        tokens[chance.choice(numbers)] = chance.choice(NUMBERS)
    elif kind < 0.8 and words:
        tokens[chance.choice(words)] = chance.choice(TEXTS)
    elif kind < 0.9:
        lines = text.splitlines(keepends=True)
        place = chance.randrange(len(lines))
        lines[place : place + 1] = [lines[place]] * chance.choice((2, 50, 3000))
        return "".join(lines)
    elif words:
        place = chance.choice(words)
        tokens[place] = tokens[place] * chance.choice((2, 100, 5000))
    return "".join(tokens)


def base_texts() -> list[str]:
    """Return the texts that are edited: shipped specs, and one mistake each."""
    from archcompiler.language.loading.places import shipped_folder

    invalid = sorted((ROOT / "tests/invalid").glob("*.yaml"))
    shipped = sorted(shipped_folder().glob("*.yaml"))
    often = shipped * (2 * len(invalid) // len(shipped))
    data = [path.read_bytes() for path in (*invalid, *often)]
    return [one.decode("utf-8", "replace") for one in data if one]


# Worker ---------------------------------------------------------------------


def read_files(first: int, last: int, folder: Path) -> None:
    """Print a line of JSON for each file: what became of it."""
    resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
    texts, path = base_texts(), folder / "hostile.yaml"
    for seed in range(first, last):
        data = hostile_text(seed, texts).encode("utf-8", "surrogatepass")
        path.write_bytes(data)
        print(json.dumps({"begun": seed}), flush=True)
        started = time.process_time()
        record = {"seed": seed, "outcome": _outcome(path)}
        record["seconds"] = round(time.process_time() - started, 3)
        print(json.dumps(record), flush=True)


def _outcome(path: Path) -> str:
    from archcompiler.diagnostics import SpecError

    try:
        printed, outcome = everything_printed(path)
    except SpecError as error:
        printed, outcome = str(error), "refused"
    except Exception as error:
        return f"FAILED: {type(error).__name__}: {error}"[:300]
    found = CONTROL.search(printed)
    return f"FAILED: prints U+{ord(found[0]):04X}" if found else outcome


def everything_printed(path: Path) -> tuple[str, str]:
    """Return all that commands would print of a file, and what `check` says of it."""
    from archcompiler.auditing.auditing import audit_fully
    from archcompiler.checking.checking import check, examine
    from archcompiler.diagnostics import render
    from archcompiler.reports.audit_report import audit_report
    from archcompiler.reports.records import check_record
    from archcompiler.reports.summary import summary_report
    from archcompiler.reports.tables.assembly import paper_table
    from archcompiler.reports.tables.formats import format_table
    from archcompiler.tabular.report import report_markdown, report_text

    checked = check(path)
    parts = [render(checked.diagnostics), json.dumps(check_record(checked))]
    if not checked.ok:
        return "\n".join(parts), "refused"
    examined = examine(path)
    architecture, audit = examined.architecture, examined.audit
    assert architecture is not None
    assert audit is not None
    parts += [
        report_text(summary_report(architecture, audit)),
        *architecture.notes,
        architecture.name,
    ]
    table = paper_table(architecture, audit)
    for form in ("text", "markdown", "csv", "latex", "json"):
        parts.append(format_table(table, form))
    full = audit_fully(path, explaining=False)
    audited = audit_report(full)
    parts += [report_text(audited), report_markdown(audited)]
    if len(architecture.graph) < 1000:
        parts.append(architecture.to_source())
    return "\n".join(parts), "accepted"


# Campaign -------------------------------------------------------------------


def campaign(files: int, seed: int, folder: Path) -> Counter[str]:
    """Run a campaign and return how often each outcome came, failures in full."""
    outcomes: Counter[str] = Counter()
    first, last = seed * 1_000_000, seed * 1_000_000 + files
    while first < last:
        first = _run_worker(first, min(first + EACH, last), folder, outcomes)
    return outcomes


def _run_worker(first: int, last: int, folder: Path, outcomes: Counter[str]) -> int:
    """Read files in a process of its own; return the seed at which to go on."""
    command = [sys.executable, "-m", "tests.campaigns.hostile", "--worker"]
    command += [str(first), str(last), str(folder)]
    limit = SECONDS + (last - first) * 2
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=limit, cwd=ROOT
        )
        out, end = done.stdout, f"ended with {done.returncode}: {done.stderr[-200:]}"
    except subprocess.TimeoutExpired as error:
        out, end = (error.stdout or b"").decode(), f"took {limit} seconds"
    begun = first - 1
    read = set()
    for line in out.splitlines():
        record = json.loads(line)
        begun = record.get("begun", begun)
        if "seed" in record:
            read.add(record["seed"])
            told = record["outcome"]
            if record["seconds"] > SECONDS:
                told = f"FAILED: {record['seconds']} s"
            failed = told.startswith("FAILED")
            outcomes[f"{told} (seed {record['seed']})" if failed else told] += 1
    if begun not in read:
        outcomes[f"FAILED: {end} (seed {begun})"] += 1
    return begun + 1


def main() -> int:
    """Run a campaign, or be one of its workers."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--worker", nargs=3)
    options = parser.parse_args()
    if options.worker:
        first, last, folder = options.worker
        read_files(int(first), int(last), Path(folder))
        return 0
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        outcomes = campaign(options.files, options.seed, Path(folder))
    for outcome, times in sorted(outcomes.items()):
        print(f"{times:,} {outcome}")
    return any(outcome.startswith("FAILED") for outcome in outcomes)


if __name__ == "__main__":
    sys.exit(main())
