"""Colours: on a terminal, unless it or the user says otherwise; none in a pipe."""

import io
import subprocess
import sys

import pytest
from pseudo_terminal import ROOT, plain, screen

from archcompiler.cli.colours import embolden, takes_colour
from archcompiler.diagnostics import Diagnostic, Source, Span, Style


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):  # noqa: D102
        return True


VARIABLES = ("NO_COLOR", "FORCE_COLOR", "TERM")


@pytest.mark.parametrize(
    ("variables", "on_a_terminal", "in_a_pipe"),
    [
        ({"TERM": "xterm"}, True, False),
        ({"TERM": "xterm", "NO_COLOR": ""}, True, False),
        ({"TERM": "xterm", "NO_COLOR": "1"}, False, False),
        ({"TERM": "dumb"}, False, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
        ({"TERM": "xterm", "FORCE_COLOR": "0"}, False, False),
        ({"TERM": "xterm", "FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
    ],
)
def test_who_says_whether_there_are_colours(
    monkeypatch, variables, on_a_terminal, in_a_pipe
):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert takes_colour(Terminal()) is on_a_terminal
    assert takes_colour(io.StringIO()) is in_a_pipe


@pytest.mark.parametrize("knowing", ["", "WT_SESSION", "ANSICON", "ConEmuANSI"])
def test_windows_gets_colours_where_its_terminal_says_that_it_obeys(
    monkeypatch, knowing
):
    for name in (*VARIABLES, "WT_SESSION", "ANSICON", "ConEmuANSI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    if knowing:
        monkeypatch.setenv(knowing, "ON")
    assert takes_colour(Terminal()) is bool(knowing)


def test_a_title_is_bold_all_of_it_and_nothing_else(monkeypatch):
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert embolden("a\nb", io.StringIO()) == "a\nb"
    assert embolden("a\nb", Terminal()) == "\x1b[1ma\x1b[0m\nb"
    assert embolden("a\nb\n\nc", Terminal()) == "\x1b[1ma\nb\x1b[0m\n\nc"


def test_a_style_changes_nothing_but_colours():
    class Bracketed(Style):
        error = place = gutter = help = lambda _, text: f"\x1b[1m{text}\x1b[0m"

    source = Source("a.yaml", "one: two")
    found = Diagnostic("bad-value", "no", Span(source, 1, 6, 9), "here", "write 2")
    shown = "\n".join(found.lines(Bracketed()))
    assert shown != str(found)
    assert plain(shown) == str(found)


WRONG = "name: wrong\ninput: 8x8x3\ntable: {columns: [type], rows: [[rule]]}\n"


@pytest.mark.slow
def test_errors_are_coloured_on_a_terminal_and_the_same_text_in_a_pipe(tmp_path):
    (tmp_path / "wrong.yaml").write_text(WRONG)
    path = str(tmp_path / "wrong.yaml")
    shown, code = screen(["check", path], 200)
    assert code == 1
    assert "\x1b[1;31merror[unknown-op]\x1b[0m" in shown
    assert f"\x1b[1m{path}:3:34\x1b[0m" in shown
    assert "\x1b[1;34m    3 |\x1b[0m" in shown
    done = subprocess.run(
        [sys.executable, "-m", "archcompiler", "check", path],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    told = done.stderr + "`archc explain unknown-op` tells more, with an example\n"
    assert plain(shown) == told
    assert screen(["check", path], 200, NO_COLOR="1")[0] == told
    assert screen(["check", path], 200, TERM="dumb")[0] == told


@pytest.mark.slow
def test_no_escape_of_a_file_or_a_name_is_obeyed_among_the_colours(tmp_path):
    escape = "\x1b[2J"
    (tmp_path / f"{escape}.yaml").write_text(WRONG)
    for spec in (f"{tmp_path}/{escape}.yaml", f"{escape}:{escape}", f"{escape}.yml"):
        shown, code = screen(["check", spec], 200)
        assert code == 1
        assert escape not in shown
    usage, code = screen(["summary", "vgg16", "vgg19", "--layers"], 80)
    assert (code, plain(usage)) == (2, "archc: error: --layers is of one SPEC\n")
    assert "\x1b[1;31merror\x1b[0m" in usage
