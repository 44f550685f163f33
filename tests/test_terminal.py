"""The terminal: streams that are closed or full, readers that go, and Ctrl-C."""

import ast
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ARCHC = [sys.executable, "-m", "archcompiler"]
PIPED = "name: piped\ninput: 8x8x3\ntable: {columns: [type], rows: [[relu]]}\n"
pytestmark = pytest.mark.slow


def archc(arguments, redirection="", **environment):
    """Run a command as a shell would, its own variables left as they are."""
    command = ["bash", "-c", f'"$0" -m archcompiler {arguments} {redirection}']
    return subprocess.run(
        [*command[:2], command[2], sys.executable],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, **environment},
    )


# Streams --------------------------------------------------------------------


@pytest.mark.parametrize("unbuffered", ["", "1"])
@pytest.mark.parametrize(
    ("arguments", "redirection", "code", "said"),
    [
        ("check googlenet", ">/dev/full", 74, "`standard output`: No space left"),
        ("list", ">/dev/full", 74, "`standard output`: No space left"),
        ("emit googlenet", ">/dev/full", 74, "`standard output`: No space left"),
        ("--help", ">/dev/full", 74, "`standard output`: No space left"),
        ("check googlenet", ">&-", 74, "`standard output`: it is closed"),
        ("schema", ">&-", 74, "`standard output`: it is closed"),
        ("check nothing", "2>/dev/full", 74, ""),
        ("check nothing", "2>&-", 1, ""),
        ("check googlenet", "2>&- <&-", 0, ""),
        ("check nothing", ">&- 2>&-", 74, ""),
        ("check", "2>&-", 2, ""),
        ("check -", "<&-", 1, "standard input is closed"),
        ("check -", "</dev/zero", 1, "`<stdin>` has more than"),
        ("check -", "</dev/null", 1, "<stdin> is empty"),
        ("check /dev/zero", "", 1, "is a device"),
        ("emit googlenet -o /proc/googlenet.py", "", 73, "`/proc/googlenet.py`"),
        ("emit googlenet -o /sys/googlenet.py", "", 73, "`/sys/googlenet.py`"),
        ("table googlenet -o /sys/table.md", "", 73, "`/sys/table.md`"),
    ],
)
def test_streams_and_places_that_fail(arguments, redirection, code, said, unbuffered):
    done = archc(arguments, redirection, PYTHONUNBUFFERED=unbuffered)
    assert done.returncode == code, done.stderr
    assert said in done.stderr
    assert done.stderr.count("error") == bool(said), done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", ["summary densenet201 --layers", "schema"])
def test_a_reader_that_goes_away_is_no_error_of_ours(arguments):
    done = archc(arguments, "| true; exit ${PIPESTATUS[0]}")
    assert (done.returncode, done.stderr) == (141, "")


@pytest.mark.parametrize(
    "command", ["check", "summary", "audit --no-explain", "table", "emit", "show"]
)
def test_a_spec_from_a_pipe_is_that_from_a_file(command, tmp_path):
    (tmp_path / "piped.yaml").write_text(PIPED)
    named = archc(f"{command} {tmp_path}/piped.yaml")
    assert named.returncode == 0, named.stderr
    assert "piped" in named.stdout
    standard = archc(f"{command} -", f"< {tmp_path}/piped.yaml")
    substituted = archc(f"{command} <(cat {tmp_path}/piped.yaml)")
    for other in (standard, substituted):
        assert other.returncode == 0, other.stderr
        lines = zip(named.stdout.splitlines(), other.stdout.splitlines(), strict=True)
        differing = [line for line, its in lines if line != its]
        assert all(line.startswith(("# ", "Emitted")) for line in differing)


def test_what_extends_comes_from_the_current_folder(tmp_path):
    (tmp_path / "piped.yaml").write_text(PIPED)
    variant = "name: wide\nextends: piped\ninput: 9x9x3\n"
    done = subprocess.run(
        [*ARCHC, "check", "-"],
        input=variant,
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert done.stdout.startswith("wide: 0 parameters"), done.stderr


@pytest.mark.parametrize(
    ("command", "said"),
    [("check -:wide", "wide: 0 parameters"), ("check {pipe}:wide", "wide: 0 para")],
)
def test_a_variant_comes_from_a_pipe_too(command, said, tmp_path):
    (tmp_path / "piped.yaml").write_text(PIPED + "variants: {wide: {input: 9x9x3}}\n")
    pipe = f"<(cat {tmp_path}/piped.yaml)"
    if "{pipe}" in command:  # the shell gives no name to put `:wide` behind
        os.mkfifo(tmp_path / "fifo")
        command = f"{command.format(pipe=tmp_path / 'fifo')} & cat "
        pipe = f"{tmp_path}/piped.yaml > {tmp_path}/fifo; wait $!"
    done = archc(command, pipe if "fifo" in pipe else f"< {tmp_path}/piped.yaml")
    assert done.stdout.startswith(said), done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("spec", ["-", "-:wide", "<(echo)"])
@pytest.mark.parametrize("command", ["train", "rates", "sweep --train"])
def test_what_is_read_once_is_not_trained(command, spec):
    done = archc(f"{command} {spec}", "</dev/null")
    assert done.returncode == 2, done.stderr
    assert "write it to one and name that" in done.stderr


def test_memory_that_is_not_there_is_told_by_a_code_of_its_own(tmp_path):
    rows = ",".join(["[relu]"] * 90_000)
    (tmp_path / "long.yaml").write_text(PIPED.replace("[relu]", rows))
    limited = f"ulimit -v 120000; exec {sys.executable} -m archcompiler check long.yaml"
    done = subprocess.run(
        ["bash", "-c", limited],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    said = "archc: error: this process gets no more memory\n"
    assert (done.returncode, done.stderr) == (71, said)


# Escapes --------------------------------------------------------------------

ESCAPE = "\x1b[2J"


@pytest.mark.parametrize(
    "arguments",
    [
        [ESCAPE],
        ["check", ESCAPE],
        ["check", "googlenet", f"--{ESCAPE}"],
        ["check", "googlenet", "--set", ESCAPE],
        ["summary", "googlenet", "--batch", ESCAPE],
        ["audit", "googlenet", "--against", f"{ESCAPE}.keras"],
        ["build", "googlenet", "-o", f"{ESCAPE}.keras"],
        ["train", "googlenet-digits", "--data", "{folder}"],
        ["train", "googlenet-digits", "--run", ESCAPE],
        ["train", "--resume", ESCAPE],
        ["sweep", "googlenet-digits", "--train", "--folder", ESCAPE],
        ["sweep", "--resume", ESCAPE],
    ],
)
def test_no_escape_reaches_the_terminal(arguments, tmp_path):
    for name in ("one", f"two{ESCAPE}"):
        (tmp_path / "data" / "train" / name).mkdir(parents=True)
    (tmp_path / "data" / "train" / "one" / "1.png").write_bytes(b"no image")
    given = [text.format(folder=tmp_path / "data") for text in arguments]
    done = subprocess.run(
        [*ARCHC, *given],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={**os.environ, "COLUMNS": "nonsense"},
    )
    assert done.returncode in (1, 2)
    assert "error" in done.stderr
    assert "\x1b" not in done.stdout + done.stderr


def test_other_libraries_say_nothing_among_our_lines(tmp_path):
    (tmp_path / "piped.yaml").write_text(PIPED)
    done = archc(f"build {tmp_path}/piped.yaml -o {tmp_path}/piped.keras")
    assert done.returncode == 0, done.stderr
    first = [line.split()[0].rstrip(":") for line in done.stderr.splitlines()]
    assert first == ["importing", "building", "verifying", "saving"], done.stderr
    assert done.stdout == f"{tmp_path}/piped.keras: piped, 0 parameters\n"


# Ctrl-C ---------------------------------------------------------------------

BUSY = ("check googlenet", "list", "audit googlenet", "sweep googlenet-digits")
WITH_KERAS = (
    "build googlenet -o {folder}/model.keras",
    "audit mobilenet-v1 --against MobileNet",
    "train googlenet-digits --run {folder}/run",
)
START = """\
import os, sys
from archcompiler.ending import end_at_interrupts
end_at_interrupts()
os.write(3, b"here")
from archcompiler.__main__ import run
run()
"""
"""As `archc`, whose first line this is; Python's own start before it is not ours."""


def interrupted(arguments, seconds):
    """Run a command, press Ctrl-C so many seconds after its first line."""
    reader, writer = os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-c", START.replace("3,", f"{writer},"), *arguments.split()],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        pass_fds=[writer],
        start_new_session=True,
    )
    os.close(writer)
    assert os.read(reader, 4) == b"here"
    os.close(reader)
    time.sleep(seconds)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate()
    return process.returncode, out, err


def press_at_random_moments(commands, times, longest, folder, seed=1):
    """Return how often each exit code came; a traceback or a leftover fails."""
    moments, codes = random.Random(seed), Counter()
    for number in range(times):
        arguments = commands[number % len(commands)].format(folder=folder)
        seconds = longest * moments.random()
        code, _, err = interrupted(arguments, seconds)
        assert "Traceback" not in err, (arguments, seconds, err)
        # At its very end Python lets the signal kill it: shells say 130 of that, too.
        assert code in (0, 1, 2, 130, -signal.SIGINT), (arguments, seconds, code, err)
        codes[code] += 1
    assert not list(folder.glob(".archc-*"))
    return codes


def test_the_first_lines_of_ours_see_to_ctrl_c_and_import_nothing_before():
    first = ast.parse((ROOT / "archcompiler" / "__main__.py").read_text()).body[1:3]
    imported, called = map(ast.unparse, first)
    assert imported == "from archcompiler.ending import end_at_interrupts"
    assert called == "end_at_interrupts()"
    program = "import os, sys; before = {*sys.modules}; import archcompiler.ending; "
    program += "print(sorted({*sys.modules} - before))"
    done = subprocess.run(
        [sys.executable, "-S", "-c", program], capture_output=True, text=True, cwd=ROOT
    )
    assert done.stdout == "['archcompiler', 'archcompiler.ending']\n", done.stderr


def test_ctrl_c_at_random_moments_shows_no_traceback(tmp_path, campaign):
    codes = press_at_random_moments(BUSY, 40 * campaign, 0.5, tmp_path)
    print(codes)
    assert codes[130] >= 10 * campaign


def test_ctrl_c_while_a_framework_is_imported_or_works(tmp_path, campaign):
    codes = press_at_random_moments(WITH_KERAS, 6 * campaign, 12, tmp_path)
    print(codes)
    assert codes[130]
