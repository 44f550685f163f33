"""What the documents tell a contributor to run is there, and installs from the lock."""

import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
PROJECT, TOOLS = PYPROJECT["project"], PYPROJECT["tool"]
REQUIREMENTS = [
    Requirement(text)
    for text in sum(PROJECT["optional-dependencies"].values(), PROJECT["dependencies"])
]
PROGRAMS = {"python", "python3", "pip", "pytest", "bash", "pre-commit"}
MARKERS = {line.split(":")[0] for line in TOOLS["pytest"]["ini_options"]["markers"]}
TREES = {path.name for path in ROOT.iterdir() if path.is_dir()} | {".ci"}


def commands(path: Path) -> Iterator[list[str]]:
    """Return the words of each command of ours that a document tells to run."""
    blocks = re.split(
        r"^```(\w*)\n(.*?)^```$", path.read_text("utf-8"), flags=re.M | re.S
    )
    prose, languages, fenced = blocks[::3], blocks[1::3], blocks[2::3]
    spans = [span for text in prose for span in re.findall(r"`([^`]+)`", text)]
    lines = [span.replace("\n", " ") for span in spans]
    for language, text in zip(languages, fenced, strict=True):
        lines += text.splitlines() if language == "sh" else []
    for command in (part for line in lines for part in line.split(" && ")):
        if command.split()[0].removeprefix(".venv/bin/") in PROGRAMS:
            yield shlex.split(command.removeprefix(".venv/bin/"), comments=True)


HOOKS = ROOT / ".pre-commit-config.yaml"
COMMANDS = [(path, words) for path in DOCUMENTS for words in commands(path)]
COMMANDS += [
    (HOOKS, shlex.split(hook["entry"].removeprefix(".venv/bin/")))
    for hook in yaml.safe_load(HOOKS.read_text("utf-8"))["repos"][0]["hooks"]
]


def test_commands_are_found():
    assert {words[0] for _, words in COMMANDS} >= {
        "pytest",
        "bash",
        "pip",
        "pre-commit",
    }


@pytest.mark.parametrize(
    ("path", "words"), COMMANDS, ids=lambda each: getattr(each, "name", str(each)[:40])
)
def test_what_a_command_names_is_there(path, words):
    del path
    if words[0].startswith("python"):
        assert words[1] == "-m"
        words = words[2:]
        module = Path(*words[0].split(".")).with_suffix(".py")
        assert (ROOT / module).exists() or find_spec(words[0])
    for place in words[1:]:
        if place.split("/")[0] in TREES:
            assert (ROOT / place.split("::")[0]).exists(), f"there is no {place}"
    if words[0] == "pytest" and "-m" in words:
        names = set(re.findall(r"\w+", words[words.index("-m") + 1]))
        assert names - {"not", "and", "or"} <= MARKERS


def test_every_file_that_a_document_names_is_there():
    for path in DOCUMENTS:
        for place in re.findall(r"`([^`\s*]+/[^`\s*]*)`", path.read_text("utf-8")):
            if place.split("/")[0] in TREES:
                found = any(ROOT.glob(place.replace("NAME", "*")))
                assert found, f"{path.name}: there is no {place}"


def test_every_installation_of_a_document_is_from_the_lock():
    ours = [words for _, words in COMMANDS if "pip" in words[0] and ".[" in words[-1]]
    assert len(ours) >= 3
    for words in ours:
        assert "-c lock.txt" in " ".join(words)


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=str)
def test_the_lock_holds_a_release_that_is_allowed(requirement):
    pins = [
        Requirement(line)
        for line in (ROOT / "lock.txt").read_text("utf-8").splitlines()
        if not line.startswith("#")
    ]
    held = [pin for pin in pins if pin.name == requirement.name.lower()]
    assert held, f"bash .ci/lock: it does not hold {requirement.name}"
    for pin in held:
        (release,) = pin.specifier
        assert requirement.specifier.contains(release.version), "bash .ci/lock"


@pytest.fixture(scope="module")
def clone(tmp_path_factory):
    """Return a repository with the files of this one, set up as CONTRIBUTING says."""
    place = tmp_path_factory.mktemp("clone") / "archcompiler"
    for name in git(ROOT, "ls-files").splitlines():
        if (ROOT / name).is_file():
            (place / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, place / name)
    (place / ".venv").symlink_to(sys.prefix)
    git(place, "init", "-q")
    git(place, "add", ".")
    subprocess.run(
        [".venv/bin/python", "-m", "pre_commit", "install"], cwd=place, check=True
    )
    return place


def git(place, *words, code=0):
    """Run git from a shell in which no environment is active."""
    outside = {
        "PATH": f"{Path(shutil.which('git')).parent}:/usr/bin:/bin",
        "HOME": str(place.parent),
        "PRE_COMMIT_HOME": str(place.parent / "pre-commit"),
        "MYPY_CACHE_DIR": str(ROOT / ".mypy_cache"),
        "PYTEST_ADDOPTS": "tests/test_layers.py",  # of the fast tests, which run anyway
    }
    who = ("-c", "user.name=A", "-c", "user.email=a@example.org")
    done = subprocess.run(
        ["git", *who, *words], cwd=place, env=outside, capture_output=True, text=True
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow
def test_hooks_let_pass_what_is_right_and_refuse_what_is_wrong(clone):
    """A commit meets the linters, a push fast tests, with no environment active."""
    git(clone, "commit", "-m", "all that is here")
    git(clone, "init", "-q", "--bare", "../elsewhere")
    git(clone, "push", "-q", "../elsewhere", "HEAD:main")
    (clone / "tests" / "test_wrong.py").write_text("import os\n")
    git(clone, "add", "tests/test_wrong.py")
    git(clone, "commit", "-m", "an import that nobody uses", code=1)
