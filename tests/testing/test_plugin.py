"""The plugin for pytest, in a pytest of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

pytestmark = pytest.mark.slow

SPEC = """\
name: small
input: 8x8x3
table:
  columns: [type, patch, filters, output size, params]
  rows:
  - conv: [Conv2D, 3x3, {filters}, 6x6x4, 112]
  - pool: {{type: GlobalAveragePooling2D, output size: 4}}
claims: {{params: {{counts: weights and biases}}}}
expect: {{parameters: <= 112, macs: 3888}}
variants:
  small-wide: {{cells: {{conv: {{filters: 6}}}}, expect: {{parameters: 168}}}}
"""


def run(folder: Path, *arguments: str) -> tuple[int, str]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTEST_ADDOPTS": ""},
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "small.yaml").write_text(SPEC.format(filters=4))
    (tmp_path / "other.yaml").write_text("services: [a, b]\n")
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    return tmp_path


def test_each_cell_total_and_variant_is_a_test(folder):
    status, output = run(folder, "--archc", "--collect-only", "-q")
    assert status == 0, output
    assert [line for line in output.splitlines() if "::" in line] == [
        "small.yaml::check",
        "small.yaml::small::builds",
        "small.yaml::small::conv output size",
        "small.yaml::small::conv params",
        "small.yaml::small::pool output size",
        "small.yaml::small::expect parameters",
        "small.yaml::small::expect macs",
        "small.yaml::small-wide::builds",
        "small.yaml::small-wide::expect parameters",
    ]
    assert run(folder, "--archc", "-q")[0] == 0


def test_without_the_option_nothing_is_collected(folder):
    assert run(folder, "-q")[0] == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_failure_shows_the_cell(folder):
    (folder / "small.yaml").write_text(SPEC.format(filters=5))
    status, output = run(folder, "--archc", "-q", "-n", "2", "--junitxml", "out.xml")
    assert status == 1
    assert re.search(r"small.yaml:6:\d+: error\[size-mismatch\].*\n +6 \| ", output)
    assert "^^^^^ computed 6x6x5" in output
    assert "Traceback" not in output
    assert "site-packages" not in output
    cases = ElementTree.parse(folder / "out.xml").iter("testcase")
    failed = {case.get("name") for case in cases if case.find("failure") is not None}
    assert failed == {
        "conv output size",
        "conv params",
        "pool output size",
        "expect parameters",
        "expect macs",
    }


def test_one_cell_runs_alone(folder):
    (folder / "small.yaml").write_text(SPEC.format(filters=5))
    for arguments in (["small.yaml::small::conv params"], ["-k", "conv and params"]):
        status, output = run(folder, "--archc", "-q", *arguments)
        assert status == 1
        assert "1 failed" in output
        assert "conv params" in output


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("table: {rows: [}\n", "yaml-syntax"),
        ("table: []\n", "missing-key"),
        (SPEC.format(filters=4).replace("3x3", "9x9"), "window-too-large"),
    ],
)
def test_a_spec_that_cannot_be_read_fails(folder, text, found):
    (folder / "small.yaml").write_text(text)
    status, output = run(folder, "--archc", "-q")
    assert status == 1
    assert f"error[{found}]" in output
    assert "INTERNALERROR" not in output


def test_a_file_that_is_named_is_a_spec_whatever_it_holds(folder):
    status, output = run(folder, "--archc", "-q", "other.yaml")
    assert status == 1
    assert "other.yaml:1:" in output


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ("name: größe\ntable: []\n".encode("latin-1"), "0xf6 is not UTF-8"),
        (b"\xef\xbb\xbftable: {}\n", "missing-key"),
        (SPEC.format(filters=4).encode() + b"\0", "control-character"),
    ],
)
def test_a_folder_leaves_no_spec_out_for_its_bytes(folder, data, found):
    (folder / "small.yaml").write_bytes(data)
    status, output = run(folder, "--archc", "-q")
    assert status == 1
    assert found in output


def test_a_test_that_goes_elsewhere_takes_no_spec_away(folder):
    (folder / "test_a.py").write_text("import os\ndef test_a(): os.chdir('/')\n")
    status, output = run(folder, "--archc", "-q", "test_a.py", "small.yaml")
    assert status == 0, output


@pytest.mark.parametrize("change", ["unlink()", "write_text('table: [')"])
def test_a_spec_that_changes_during_the_run_fails_its_check(folder, change):
    text = f"import pathlib\ndef test_a(): pathlib.Path('small.yaml').{change}\n"
    (folder / "test_a.py").write_text(text)
    status, output = run(folder, "--archc", "-q", "test_a.py", "small.yaml")
    assert status == 1
    assert "small.yaml::check" in output
    assert "1 failed, 9 passed" in output


def test_names_of_files_and_variants_are_any_text(folder):
    text = SPEC.format(filters=4).replace("small-wide:", '"a::b [ö]":')
    (folder / "small.yaml").unlink()
    (folder / "with blank [1] ö.yaml").write_text(text, "utf-8")
    status, output = run(folder, "--archc", "-q", "-n", "2", "--junitxml", "out.xml")
    assert status == 0, output
    names = [*ElementTree.parse(folder / "out.xml").iter("testcase")]
    assert len(names) == 9


def test_a_folder_without_specs_has_no_tests(folder):
    (folder / "small.yaml").unlink()
    assert run(folder, "--archc", "-q")[0] == pytest.ExitCode.NO_TESTS_COLLECTED
