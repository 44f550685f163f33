"""Files that are written: whole, never over what is read, and after a kill."""

import os
import signal
import subprocess
import sys
from argparse import ArgumentParser, _SubParsersAction
from pathlib import Path

import pytest

from archcompiler.cli import main
from archcompiler.cli.arguments import parser
from archcompiler.writing import UNFINISHED, WriteError, remove_unfinished, replacing

SPEC = """\
name: small
input: 8x8x3
table: {columns: [type, patch, filters], rows: [[Conv2D, 3x3, 4]]}
"""
VARIANT = "name: wide\nextends: small\ncells: {Conv2D: {filters: 8}}\n"
WRITING = """\
import sys
from pathlib import Path
from archcompiler.writing import replacing
with replacing(Path(sys.argv[1])) as unfinished:
    unfinished.write_text("half")
    print(flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(place, text="new"):
    with replacing(place) as unfinished:
        unfinished.write_text(text)


def names():
    return sorted(os.listdir())


# Links ----------------------------------------------------------------------


def test_what_a_link_leads_to_is_replaced(folder):
    (folder / "far").mkdir()
    (folder / "far" / "file").write_text("old")
    (folder / "near").symlink_to("far/file")
    (folder / "link").symlink_to("near")
    write(Path("link"))
    assert (folder / "far" / "file").read_text() == "new"
    assert (folder / "link").readlink() == Path("near")
    assert (folder / "near").readlink() == Path("far/file")
    assert [names(), os.listdir("far")] == [["far", "link", "near"], ["file"]]


def test_a_dangling_link_gets_its_file(folder):
    (folder / "link").symlink_to("file")
    write(Path("link"))
    assert names() == ["file", "link"]
    assert (folder / "file").read_text() == "new"


def test_what_cannot_be_written_is_named_as_it_was_meant(folder):
    (folder / "loop").symlink_to("loop")
    (folder / "place").mkdir()
    for place in ("loop", "place", "none/file", "place/loop/file"):
        with pytest.raises(WriteError) as error:
            write(Path(place))
        assert error.value.filename == Path(place)
    assert names() == ["loop", "place"]


def test_permissions_stay_and_new_files_get_the_usual_ones(folder):
    (folder / "secret").write_text("old")
    (folder / "secret").chmod(0o400)
    write(Path("secret"))
    write(Path("fresh"))
    before = os.umask(0)
    os.umask(before)
    assert Path("secret").stat().st_mode & 0o777 == 0o400
    assert Path("fresh").stat().st_mode & 0o777 == 0o666 & ~before


# Killed processes -----------------------------------------------------------


def writer(place):
    """Begin a process that has written half of a file."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITING, place],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    process.stdout.readline()
    return process


@pytest.mark.slow
def test_what_a_killed_process_left_goes_and_what_a_living_one_writes_stays():
    living, killed = writer("living"), writer("killed")
    assert len(names()) == 2
    killed.send_signal(signal.SIGKILL)
    killed.communicate()
    assert len(names()) == 2
    write(Path("mine"))
    left, mine = names()
    assert left.startswith(UNFINISHED)
    assert mine == "mine"
    living.communicate()
    assert living.returncode == 0
    assert Path("living").read_text() == "half"
    assert names() == ["living", "mine"]


def test_only_what_is_ours_is_removed(folder):
    (folder / f"{UNFINISHED}notes").mkdir()
    (folder / f"{UNFINISHED}notes" / "diary").write_text("mine")
    (folder / "elsewhere").mkdir()
    (folder / "elsewhere" / ".archc-lock").write_text("")
    (folder / f"{UNFINISHED}link").symlink_to("elsewhere")
    (folder / f"{UNFINISHED}file").write_text("mine")
    (folder / f"{UNFINISHED}empty").mkdir()
    remove_unfinished(folder)
    assert names() == [
        *(f"{UNFINISHED}{name}" for name in ("file", "link", "notes")),
        "elsewhere",
    ]
    assert Path("elsewhere", ".archc-lock").exists()


def test_a_folder_that_was_taken_for_a_dead_one_s_is_made_anew(folder, monkeypatch):
    """As if another process had cleaned up between its making and its locking."""
    from archcompiler import writing

    take, taken = writing.take, []

    def take_late(file):
        if not taken:
            taken.append(file.name)
            remove_unfinished(folder)
        return take(file)

    monkeypatch.setattr(writing, "take", take_late)
    write(Path("file"))
    assert taken
    assert names() == ["file"]


# Inputs ---------------------------------------------------------------------


def commands_that_write():
    """Return every command of a spec with `-o`; runs are folders, not written over."""
    (actions,) = (
        action for action in parser()._actions if isinstance(action, _SubParsersAction)
    )
    return [name for name, command in actions.choices.items() if writes(command)]


def writes(command: ArgumentParser):
    actions = command._actions
    takes_run = any(action.dest == "run_folder" for action in actions)
    written = any("-o" in action.option_strings for action in actions)
    return written and not takes_run


def test_several_commands_write():
    assert {"build", "emit", "table"} <= set(commands_that_write())


@pytest.mark.parametrize("command", commands_that_write())
@pytest.mark.parametrize("by", ["name", "base", "symbolic link", "hard link"])
def test_what_is_read_is_never_written_over(folder, command, by, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", None)  # nothing may be built first
    (folder / "small.yaml").write_text(SPEC)
    (folder / "wide.yaml").write_text(VARIANT)
    output = {"name": "wide.yaml", "base": "./small.yaml"}.get(by, "out.keras")
    if by == "symbolic link":
        (folder / "out.keras").symlink_to("wide.yaml")
    elif by == "hard link":
        (folder / "out.keras").hardlink_to("small.yaml")
    before = names()
    force = ["--force"] if command == "emit" else []
    assert main([command, "wide.yaml", "-o", output, *force]) == 2
    ending = command == "build" and ".yaml" in output
    refusal = " ends in " if ending else "is read"
    assert refusal in capsys.readouterr().err
    assert (folder / "small.yaml").read_text() == SPEC
    assert (folder / "wide.yaml").read_text() == VARIANT
    assert names() == before
