"""The command: output, exit codes, formats, and what a hostile shell does to it."""

import json
import re
import subprocess
import sys
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from archcompiler.cli import main
from archcompiler.cli.exits import MEANINGS
from archcompiler.language.loading.places import shipped_folder

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
COMMANDS = re.findall(r"`archc (\w+).*?` \|", README)
GOOD = """\
name: small
input: 8x8x3
parameters: {filters: 4}
table:
  columns: [name, type, patch, filters, output size]
  rows:
  - [conv, Conv2D, 3x3, <filters>, 6x6x4]
"""


@pytest.fixture
def archc(capsys):
    """Run a command in this process: exit code, stdout, stderr."""

    def run(*arguments):
        code = main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return run


# check ----------------------------------------------------------------------


def test_check_prints_a_line_for_a_good_spec(archc):
    code, out, err = archc("check", "googlenet")
    assert (code, err) == (0, "")
    assert out == (
        "googlenet: 6,998,552 parameters; 1,582,671,872 multiply-adds; depth 22; "
        "51 claims agree, 12 excused\n"
    )


@pytest.mark.thorough
def test_check_tells_how_many_configurations_and_variants_it_tried(archc):
    assert archc("check", "vgg")[1].endswith("; 6 configurations; 7 variants\n")


def test_check_writes_diagnostics_to_stderr_and_exits_with_1(archc, write_spec):
    bad = write_spec(GOOD.replace("Conv2D", "Conv2d"))
    code, out, err = archc("check", "inception-fer2013", bad)
    assert code == 1
    assert out.startswith("inception-fer2013: 83,760,487 parameters")
    assert out.count("\n") == 1
    assert err.startswith("small.yaml:7:12: error[unknown-op]: ")
    assert "did you mean `Conv2D`?" in err


def test_check_notes_that_a_column_is_not_read(archc, write_spec):
    block = (
        "conv: {columns: [filters, stride: 1], sequence: [Dense: {units: <filters>}]}"
    )
    text = f"name: unread\ninput: 8\nblocks:\n  {block}\n"
    text += "table: {columns: [type, filters, stride], rows: [[conv, 8, 2]]}\n"
    code, _, err = archc("check", write_spec(text))
    assert code == 0
    note = "the block `conv` has a column `stride` that nothing in it reads"
    assert err == f"unread: note: {note}\n"


def test_check_notes_a_block_that_neither_the_table_nor_a_variant_calls(
    archc, write_spec
):
    blocks = [
        f"  {name}: {{sequence: [relu]}}\n" for name in ("act", "act <n>", "more")
    ]
    text = "name: spare\ninput: 8\nblocks:\n" + "".join(blocks)
    text += "table: {columns: [type], rows: [act]}\n"
    text += "variants: {deeper: {insert after: {act: [[act 2]]}}}\n"
    code, _, err = archc("check", write_spec(text))
    assert code == 0
    assert err == "spare: note: nothing calls the block `more`\n"


def test_check_notes_that_claims_are_dropped(archc, write_spec):
    code, out, err = archc("check", write_spec(GOOD), "--set", "filters=8")
    assert code == 0
    assert out.startswith("small: 224 parameters")
    assert "small: note: printed claims are dropped, because of --set filters=8" in err


@pytest.mark.thorough
def test_check_shows_twenty_diagnostics_of_a_run(archc, write_spec):
    rows = "".join(f"- [row {n}, Conv2D, 3x3, 4, 9x9x9]\n  " for n in range(30))
    text = GOOD.replace("- [conv, Conv2D, 3x3, <filters>, 6x6x4]\n", rows)
    text = text.replace("8x8x3", "88x88x3").replace("parameters: {filters: 4}\n", "")
    code, _, err = archc("check", write_spec(text))
    assert code == 1
    assert err.count("error[size-mismatch]") == 20
    assert err.endswith("... and 10 more\n")


@pytest.mark.thorough
def test_check_as_json_has_everything_that_was_found(archc, write_spec):
    bad = write_spec(GOOD.replace("6x6x4", "6x6x5"))
    code, out, err = archc("check", "googlenet", bad, "nothing", "--format", "json")
    assert (code, err) == (1, "")
    googlenet, small, nothing = json.loads(out)
    assert googlenet["name"] == "googlenet"
    assert googlenet["ok"] is True
    assert googlenet["parameters"] == {
        "total": 6998552,
        "trainable": 6998552,
        "non_trainable": 0,
    }
    assert (googlenet["macs"], googlenet["depth"]) == (1582671872, 22)
    assert len(googlenet["rows"]) == 19
    assert (
        googlenet["rows"][4]
        | {
            "name": "3a",
            "type": "inception (3a)",
            "output_shape": [28, 28, 256],
            "parameters": 163696,
            "macs": 128049152,
        }
        == googlenet["rows"][4]
    )
    assert len(googlenet["layers"]) == 87
    assert googlenet["layers"][0]["op"] == "InputLayer"
    assert (
        googlenet["layers"][1]
        | {
            "name": "conv1_conv",
            "op": "Conv2D",
            "row": "conv1",
            "output_shape": [112, 112, 64],
            "parameters": 9472,
            "macs": 118013952,
            "weights": [
                {"name": "kernel", "shape": [7, 7, 3, 64], "trainable": True},
                {"name": "bias", "shape": [64], "trainable": True},
            ],
        }
        == googlenet["layers"][1]
    )
    assert googlenet["diagnostics"] == []
    assert small["ok"] is False
    assert small["parameters"]["total"] == 112
    (found,) = small["diagnostics"]
    assert (found["code"], found["file"]) == ("size-mismatch", "small.yaml")
    assert (found["line"], found["column"]) == (7, 36)
    assert "6x6x5" in found["message"]
    assert found["help"]
    assert (nothing["name"], nothing["ok"]) == ("nothing", False)
    assert nothing["parameters"]["total"] is None
    assert nothing["rows"] == nothing["layers"] == []
    assert nothing["diagnostics"][0]["line"] is None


def test_check_annotates_for_github(archc, write_spec):
    bad = write_spec(GOOD.replace("6x6x4", "6x6x5"), "a,b.yaml")
    code, out, err = archc("check", bad, "--format", "github")
    assert (code, err) == (1, "")
    assert out.startswith(
        "::error file=a%2Cb.yaml,line=7,col=36,endColumn=40,title=size-mismatch::"
        "`output size` of row `conv`: printed 6x6x5, computed 6x6x4%0Ahelp: "
    )
    assert out.count("\n") == 1


@pytest.mark.thorough
def test_check_writes_sarif(archc, write_spec):
    text = GOOD.replace("6x6x4", "6x6x5")
    bad = write_spec(f"{text}expect: {{parameters: 113}}\nclims: {{}}\n", "a b.yaml")
    code, out, err = archc("check", bad, "nothing", "--format", "sarif")
    assert (code, err) == (1, "")
    (run,) = json.loads(out)["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["unknown-key", "unreadable-file"]
    first, second = run["results"]
    assert [rules[each["ruleIndex"]] for each in (first, second)] == rules
    (place,) = first["locations"]
    assert place["physicalLocation"] == {
        "artifactLocation": {"uri": "a%20b.yaml"},
        "region": {"startLine": 9, "startColumn": 1, "endLine": 9, "endColumn": 6},
    }
    (fix,) = first["fixes"]
    (change,) = fix["artifactChanges"]
    (replacement,) = change["replacements"]
    assert replacement["insertedContent"] == {"text": "claims"}
    assert second["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "nothing"}}}
    ]


@pytest.mark.thorough
def test_check_runs_as_a_module_and_imports_nothing_that_it_does_not_use():
    python = [sys.executable, "-X", "importtime"]
    command = [*python, "-m", "archcompiler", "check", "googlenet"]
    found = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert found.returncode == 0
    assert found.stdout.startswith("googlenet: 6,998,552 parameters")
    lines = found.stderr.splitlines()
    assert all(line.startswith("import time:") for line in lines), found.stderr
    imported = {line.split("|")[-1].strip() for line in lines}
    assert "pydantic" in imported
    unused = {"keras", "tensorflow", "networkx", "jinja2", "rich", "difflib"}
    assert not imported & unused


# Usage ----------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("chekc", "googlenet"),
        ("check",),
        ("check", "googlenet", "--format", "xml"),
        ("check", "googlenet", "--set", "classes"),
        ("check", "googlenet", "--set", "=10"),
        ("check", "googlenet", "--set", "classes=1", "--set", "classes=2"),
        ("check", "googlenet", "--form", "json"),
        ("summary", "googlenet", "--batch", "0"),
        ("summary", "googlenet", "--batch", "1e3"),
        ("diff", "googlenet"),
        ("build", "googlenet"),
        ("build", "googlenet", "-o", "model.h5"),
        ("build", "googlenet", "-o", "no/such/folder/model.keras"),
        ("emit", "googlenet", "-o", "/"),
        ("emit", "googlenet", "-o", "no/such/folder/model.py"),
        ("emit", "googlenet", "--check", "--force"),
    ],
)
def test_bad_usage_exits_with_2(archc, arguments):
    code, out, err = archc(*arguments)
    assert (code, out) == (2, "")
    assert "error: " in err
    assert "Traceback" not in err


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_has_examples(archc, command):
    code, out, err = archc(command, "--help")
    assert (code, err) == (0, "")
    assert f"examples:\n  archc {command}" in out


def test_the_readme_names_every_command_and_exit_code(archc):
    code, out, _ = archc("--help")
    assert code == 0
    commands, _, codes = out.partition("\nexit codes:\n")
    assert sorted(COMMANDS) == sorted(re.findall(r"^    (\w+)(?: |$)", commands, re.M))
    told = dict(re.findall(r"^ +(\d+)  (.*)$", codes, re.MULTILINE))
    assert told == dict(re.findall(r"^\| (\d+) \| (.*) \|$", README, re.MULTILINE))
    assert told == {str(code): what for code, what in MEANINGS.items()}


def test_version(archc):
    code, out, _ = archc("--version")
    assert code == 0
    assert out.startswith("archc ")


PIPED = """\
name: piped
input: 8x8x3
table: {columns: [type], rows: [[relu]]}
variants: {other: {}}
"""

# Hostile input --------------------------------------------------------------


def weird_specs(folder):
    (folder / "latin.yaml").write_bytes(b"name: caf\xe9\n")
    (folder / "empty.yaml").write_text("")
    (folder / "dangling.yaml").symlink_to(folder / "nowhere")
    return {
        "a directory": folder,
        "a device": "/dev/zero",
        "a missing file": folder / "missing.yaml",
        "a missing name": "googlenett",
        "a missing variant": f"{shipped_folder() / 'vgg.yaml'}:vgg7",
        "an empty text": "",
        "other bytes": folder / "latin.yaml",
        "an empty file": folder / "empty.yaml",
        "a dangling link": folder / "dangling.yaml",
        "a long name": "x" * 5000,
        "a name of odd characters": "\x1b[31m\n",
    }


@pytest.mark.thorough
@pytest.mark.parametrize("command", ["check", "summary", "emit", "diff"])
def test_a_spec_that_is_none_gives_an_error(archc, tmp_path, command):
    bad = 2 if command == "diff" else 1
    for what, spec in weird_specs(tmp_path).items():
        more = ("googlenet",) if command == "diff" else ()
        code, out, err = archc(command, spec, *more)
        assert (code, out) == (bad, ""), what
        assert "error[" in err, what
        assert "\x1b" not in err, what


@pytest.mark.slow
def test_standard_input_is_a_spec(write_spec):
    """Also where variants are checked, which read it again."""
    path = write_spec(PIPED)
    check = [sys.executable, "-m", "archcompiler", "check", "-"]
    with open(path) as file:
        done = subprocess.run(check, stdin=file, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "1 variant" in done.stdout


def test_a_terminal_without_unicode_still_gets_the_report(write_spec, monkeypatch):
    spec = write_spec(GOOD.replace("name: small", "name: café"))
    monkeypatch.setattr(sys, "stdout", TextIOWrapper(BytesIO(), "ascii"))
    assert main(["check", spec]) == 0
    assert sys.stdout.buffer.getvalue().startswith(b"caf\\xe9: 112 parameters")


# list, diff -----------------------------------------------------------------


@pytest.mark.slow
def test_list_shows_every_shipped_spec_with_its_totals(archc):
    code, out, err = archc("list")
    assert (code, err) == (0, "")
    lines = {line.split()[0]: line.split() for line in out.splitlines() if line}
    assert lines["googlenet"][1:5] == ["6,998,552", "1,582,671,872", "22", "1409.4842"]


@pytest.mark.thorough
def test_list_as_json(archc):
    names = ("googlenet*", "resnet50", "vgg16", "inception-fer2013")
    code, out, _ = archc("list", *names, "--format", "json")
    assert code == 0
    entries = {entry["name"]: entry for entry in json.loads(out)}
    assert entries["googlenet"]["parameters"] == 6998552
    assert entries["googlenet-training"]["macs"] == 1591044096
    assert entries["resnet50"]["trainable"] == 25583592
    assert entries["resnet50"]["depth"] == 50
    assert entries["vgg16"]["variant"] == "vgg16"
    assert entries["vgg16"]["paper"]["arxiv"] == "1409.1556"
    assert entries["inception-fer2013"]["paper"] is None
    assert Path(entries["vgg16"]["path"]).name == "vgg.yaml"
    assert Path(entries["vgg16"]["path"]).is_file()


def listed(archc, *arguments):
    code, out, err = archc("list", *arguments, "--json")
    assert (code, err) == (0, "")
    return [(entry["name"], entry) for entry in json.loads(out)]


@pytest.mark.thorough
def test_list_chooses_by_names_and_sorts(archc):
    """The years are those in which the networks were published."""
    names = ("VGG1?", "lenet*", "resnet18", "googlenet")
    found = dict(listed(archc, *names))
    assert [*found] == ["googlenet", "lenet-5", "resnet18", "vgg16", "vgg19"]
    for by, key in (("params", "parameters"), ("macs", "macs"), ("depth", "depth")):
        numbers = [entry[key] for _, entry in listed(archc, *names, "--sort", by)]
        assert numbers == sorted(numbers)
        assert len(numbers) == 5
    for headed, by in (("parameters", "params"), ("multiply-adds", "macs")):
        assert listed(archc, *names, "--sort", headed) == listed(
            archc, *names, "--sort", by
        )
    years = [(e["year"], n) for n, e in listed(archc, *names, "--sort", "year")]
    assert years[0] == (1998, "lenet-5")
    assert years[1:] == sorted(years[1:])
    assert {found["googlenet"]["year"], found["vgg16"]["year"]} == {2014}
    assert found["resnet18"]["year"] == 2015


@pytest.mark.thorough
def test_list_indents_a_variant_below_its_own_spec_alone(archc):
    lines = archc("list", "resnet18", "vgg*")[1].splitlines()
    indented = {line.split()[0] for line in lines if line.startswith("  ")}
    assert "resnet18" not in indented
    assert {"vgg16", "vgg19"} <= indented


def test_list_refuses_names_that_no_spec_has(archc):
    code, out, err = archc("list", "lenet")
    assert (code, out) == (2, "")
    assert "no spec that ships is called `lenet`; did you mean `lenet-5`?" in err


@pytest.mark.thorough
def test_show_prints_the_file_as_it_was_written(archc):
    """What is printed is a spec again, whichever of its variants was asked for."""
    text = (shipped_folder() / "resnet.yaml").read_text()
    assert archc("show", "resnet") == (0, text, "")
    assert archc("show", "resnet50") == (0, text, "")
    code, out, err = archc("show", "resnet:resnet51")
    assert (code, out) == (1, "")
    assert "`resnet` has no variant `resnet51`" in err


@pytest.mark.thorough
def test_diff_exits_with_1_when_architectures_differ_and_2_when_nobody_can_say(archc):
    assert archc("diff", "vgg16", "vgg91")[0] == 2
    assert archc("diff", "vgg16")[0] == 2
    assert archc("diff", "vgg16", "vgg")[0] == 0
    code, out, _ = archc("diff", "vgg16", "vgg19")
    assert code == 1
    assert out.startswith("vgg16 -> vgg19\n")


# emit -----------------------------------------------------------------------


@pytest.mark.thorough
def test_emit_prints_source_that_parses(archc):
    code, out, err = archc("emit", "googlenet")
    assert (code, err) == (0, "")
    compile(out, "googlenet.py", "exec")


@pytest.mark.thorough
def test_emit_says_which_parameters_it_wrote_out(archc):
    code, out, err = archc("emit", "efficientnet-b0")
    note = "`depth` is written out: what the row `2` runs depends on it"
    assert (code, err) == (0, f"efficientnet-b0: note: {note}\n")
    compile(out, "efficientnet_b0.py", "exec")


@pytest.mark.thorough
def test_emit_writes_a_file_and_knows_when_it_is_up_to_date(archc, write_spec):
    spec = write_spec(GOOD)
    assert archc("emit", spec, "-o", "small.py")[:2] == (0, "small.py: written\n")
    assert archc("emit", spec, "-o", "small.py")[:2] == (0, "small.py: up to date\n")
    assert Path("small.py").read_text() == archc("emit", spec)[1]
    assert sorted(path.name for path in Path().iterdir()) == ["small.py", "small.yaml"]


@pytest.mark.thorough
def test_emit_overwrites_what_it_wrote_when_the_spec_changes(archc, write_spec):
    spec = write_spec(GOOD)
    archc("emit", spec, "-o", "small.py")
    write_spec(GOOD.replace("8x8x3", "9x9x3").replace("6x6x4", "7x7x4"))
    assert archc("emit", spec, "-o", "small.py")[:2] == (0, "small.py: written\n")


@pytest.mark.thorough
@pytest.mark.parametrize("text", ["print('mine')\n", None])
def test_emit_never_overwrites_an_edited_file_without_force(archc, write_spec, text):
    spec = write_spec(GOOD)
    archc("emit", spec, "-o", "small.py")
    edited = text or Path("small.py").read_text() + "# mine\n"
    Path("small.py").write_text(edited)
    code, out, err = archc("emit", spec, "-o", "small.py")
    assert (code, out) == (1, "")
    assert "error[edited-source]" in err
    assert Path("small.py").read_text() == edited
    assert archc("emit", spec, "-o", "small.py", "--force")[0] == 0
    assert Path("small.py").read_text() == archc("emit", spec)[1]


@pytest.mark.thorough
def test_emit_check_tells_whether_a_file_is_stale(archc, write_spec):
    spec = write_spec(GOOD)
    assert archc("emit", spec, "--check", "-o", "small.py")[0] == 1
    archc("emit", spec, "-o", "small.py")
    assert archc("emit", spec, "--check", "-o", "small.py")[0] == 0
    write_spec(GOOD.replace("3x3", "3x3/1"))
    code, out, err = archc("emit", spec, "--check", "-o", "small.py")
    assert (code, out) == (1, "")
    assert "error[stale-source]: `small.py` is not what the spec emits now" in err
    Path("small.py").write_text("mine\n")
    code, out, err = archc("emit", spec, "--check", "-o", "small.py")
    assert (code, out) == (1, "")
    assert "error[stale-source]: `small.py` was edited by hand" in err
    assert Path("small.py").read_text() == "mine\n"


@pytest.mark.thorough
def test_emit_check_looks_into_the_folder_generated(archc, write_spec):
    spec = write_spec(GOOD)
    code, _, err = archc("emit", spec, "--check")
    assert code == 1
    assert "there is no `generated/small.py`" in err
    Path("generated").mkdir()
    archc("emit", spec, "-o", "generated/small.py")
    assert archc("emit", spec, "--check")[0] == 0


def test_a_bad_spec_emits_nothing(archc, write_spec):
    spec = write_spec(GOOD.replace("6x6x4", "6x6x5"))
    code, out, _ = archc("emit", spec, "-o", "small.py")
    assert (code, out) == (1, "")
    assert not Path("small.py").exists()
