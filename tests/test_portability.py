"""Other systems: what core and command use is what Windows and macOS have, too.

There is no Windows here. Its types are: mypy holds the whole package against what the
standard library has there. And a process from which that is taken away which Windows
lacks checks, summarises, emits and prints.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
pytestmark = pytest.mark.slow

UNIX_MODULES = ("fcntl", "resource", "termios", "pwd", "grp", "pty", "tty", "syslog")
UNIX_OS = (
    *("fork", "forkpty", "O_DIRECTORY", "mkfifo", "killpg", "getuid", "geteuid"),
    *("sysconf", "setsid", "getpgid", "fchown", "chown", "wait", "statvfs", "uname"),
)
WINDOWS = f"""
import sys, os, signal, types
import argparse, ast, gzip, hashlib, inspect, json, selectors, shutil, subprocess
import sysconfig, tempfile, threading, zipfile, zoneinfo
import jinja2, networkx, pydantic, yaml
sysconfig.get_config_vars()  # these look at the system themselves: not held here
pydantic.create_model("Form", number=(int, pydantic.Field(ge=0)))
import fcntl as held

def locking(descriptor, mode, size):
    held.flock(descriptor, held.LOCK_EX | held.LOCK_NB)

sys.modules["msvcrt"] = types.SimpleNamespace(LK_NBLCK=2, locking=locking)
for name in {UNIX_MODULES}:
    sys.modules[name] = None
for name in {UNIX_OS}:
    delattr(os, name)
for name in [name for name in dir(signal) if name.startswith("SIG")]:
    if name not in ("SIGABRT", "SIGFPE", "SIGILL", "SIGINT", "SIGSEGV", "SIGTERM",
                    "SIG_DFL", "SIG_IGN"):
        delattr(signal, name)
real_open = os.open

def open_(path, flags, *mode, **more):
    if os.path.isdir(path):
        raise PermissionError(13, "Permission denied", path)
    return real_open(path, flags, *mode, **more)

os.open = open_
shutil._use_fd_functions = False  # there, folders are never opened
sys.platform = "win32"
"""
"""`os.name` stays: by it the standard library would choose other modules of its own."""

IMPORT_ALL = """\
from pathlib import Path
import archcompiler
sys.modules["keras"] = sys.modules["tensorflow"] = None
package = Path(archcompiler.__file__).parent
rooms = ("auditing", "cli", "graph", "language", "ops", "reports", "backends")
files = list(package.glob("*.py"))
for room in rooms:
    files += package.glob(f"{room}/**/*.py")
count = 0
for file in files:
    parts = file.relative_to(package.parent).with_suffix("").parts
    if parts[-1] in ("layers", "supervised") or parts[-1].startswith("__"):
        continue
    try:
        __import__(".".join(parts))
    except ModuleNotFoundError as error:
        assert error.name in ("keras", "tensorflow"), error
    count += 1
assert count > 150, count
"""
COMMANDS = """
import sys
from archcompiler.cli import main
for arguments in (
    ["check", "googlenet", "resnet"],
    ["summary", "googlenet"],
    ["emit", "googlenet", "-o", "googlenet.py"],
    ["emit", "googlenet", "-o", "googlenet.py", "--force"],
    ["table", "googlenet", "-o", "googlenet.md"],
    ["diff", "googlenet", "googlenet"],
):
    assert main(arguments) == 0, arguments
assert main(["sweep", "small.yaml", "--train"]) == 2
assert main(["train", "small.yaml", "--backend", "jax", "--processes", "2"]) == 2
"""
SWEPT = """\
name: small
input: 8x8x3
parameters: {filters: 4}
table: {columns: [type, patch, filters], rows: [[Conv2D, 3x3, <filters>]]}
sweep: {grid: {parameters: {filters: [2, 4]}}}
"""


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_the_types_of_other_systems_agree(system, tmp_path):
    mypy = [sys.executable, "-m", "mypy", "--platform", system]
    done = subprocess.run(
        [*mypy, "--cache-dir", tmp_path / system],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    wrong = [line for line in done.stdout.splitlines() if "unused-ignore" not in line]
    assert not [line for line in wrong if ": error:" in line], done.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="this is the real one")
def test_without_what_windows_lacks_all_of_core_and_command_is_imported(tmp_path):
    run(IMPORT_ALL, tmp_path)


@pytest.mark.skipif(sys.platform == "win32", reason="this is the real one")
def test_without_what_windows_lacks_the_commands_work(tmp_path):
    (tmp_path / "small.yaml").write_text(SWEPT)
    (tmp_path / ".archc-left").mkdir()
    said = run(COMMANDS, tmp_path)
    assert "googlenet: 6,998,552 parameters" in said.stdout
    assert said.stderr.count("needs Linux or macOS") == 2, said.stderr
    expected = (ROOT / "generated" / "googlenet.py").read_bytes()
    assert (tmp_path / "googlenet.py").read_bytes() == expected
    assert sorted(os.listdir(tmp_path)) == [
        *("googlenet.md", "googlenet.py", "small.yaml"),
    ]


def run(program, folder):
    """Run a program as on Windows, as far as that can be had here."""
    done = subprocess.run(
        [sys.executable, "-c", WINDOWS + program],
        capture_output=True,
        text=True,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stderr
    return done
