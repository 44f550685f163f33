"""`archc mcp`: the protocol's own client asks a process of its own."""

import sys
from pathlib import Path

import anyio
import pytest

from archcompiler.assistants.tools import TOOLS, answering

pytestmark = pytest.mark.slow

BAD = """\
name: small
input: 8x8x3
table:
  columns: [type, patch, filters, output size]
  rows:
  - conv: [Conv2D, 3x3, 4, 6x6x5]
"""


def ask(folder: Path, *calls: tuple[str, dict]) -> tuple[list, list[dict]]:
    """Return the tools that a server has, and what it answers."""
    from mcp.client.session import ClientSession
    from mcp.client.stdio import StdioServerParameters, stdio_client

    async def talk():
        command = StdioServerParameters(
            command=sys.executable, args=["-m", "archcompiler", "mcp", str(folder)]
        )
        async with (
            stdio_client(command) as (reader, writer),
            ClientSession(reader, writer) as session,
        ):
            await session.initialize()
            listed = await session.list_tools()
            answers = [await session.call_tool(*call) for call in calls]
            return listed.tools, [each.structured_content for each in answers]

    return anyio.run(talk)


def test_an_assistant_mends_a_spec(tmp_path):
    (tmp_path / "mine.yaml").write_text(BAD)
    tools, answers = ask(
        tmp_path,
        ("check", {"spec": "mine.yaml"}),
        ("check", {"spec": BAD.replace("6x6x5", "6x6x4")}),
        ("summary", {"spec": "googlenet", "settings": {"classes": 10}}),
        ("audit", {"spec": "googlenet"}),
        ("diff", {"base": "vgg16", "variant": "vgg19"}),
        ("emit", {"spec": "mine.yaml"}),
        ("emit", {"spec": "lenet-5"}),
        ("check", {"spec": "../elsewhere.yaml"}),
    )
    assert {tool.name for tool in tools} == set(TOOLS)
    assert all("spec" in str(tool.input_schema) for tool in tools)
    check, mended, summary, audit, diff, refused, source, outside = answers
    (found,) = check["diagnostics"]
    assert (found["code"], found["line"]) == ("size-mismatch", 6)
    assert found["help"]
    assert mended["ok"]
    assert mended["parameters"]["total"] == 112
    assert "5,983,802" in summary["text"]  # 6,998,552 - 990 x 1,025
    assert audit["ok"]
    assert "conv3" in diff["text"]
    assert not refused["ok"]
    assert "import keras" in source["source"]
    assert outside["diagnostics"][0]["code"] == "unreadable-file"


def test_arguments_that_a_tool_has_not_are_refused(tmp_path):
    tools, answers = ask(
        tmp_path,
        ("check", {"spec": "vgg16", "setting": {"classes": 10}}),
        ("check", {"specs": "vgg16"}),
        ("diff", {"base": "vgg16"}),
        ("check", {"spec": "vgg16", "settings": ["classes"]}),
        ("nothing", {}),
        ("check", {"spec": "vgg16"}),
    )
    assert all(not tool.input_schema["additionalProperties"] for tool in tools)
    assert [bool(answer) for answer in answers] == [False] * 5 + [True]


@pytest.mark.parametrize("name", [name for name in TOOLS if name != "diff"])
@pytest.mark.parametrize(
    ("setting", "value"),
    [
        *[(name, 1) for name in ("spec", "settings", "", "a b", "\ud800", "<x>")],
        *[("classes", v) for v in (True, float("nan"), float("inf"), -1, "\0", "")],
    ],
)
def test_whatever_is_set_is_answered(name, setting, value):
    answer = answering(TOOLS[name])("lenet-5", {setting: value})
    assert not answer["ok"]
    assert answer["diagnostics"][0]["message"]


def test_what_is_true_or_false_can_be_set():
    text = """\
name: small
input: 8x8x3
parameters: {biased: true}
table:
  columns: [type, patch, filters, use_bias]
  rows:
  - conv: [Conv2D, 1x1, 4, <biased>]
"""
    for biased, total in ((True, 16), (False, 12)):
        answer = answering(TOOLS["check"])(text, {"biased": biased})
        assert answer["parameters"]["total"] == total, answer


@pytest.mark.parametrize("name", TOOLS)
@pytest.mark.parametrize(
    "spec",
    [
        *("", " ", ":", "a" * 300, "a" * 5000 + ".yaml", "a/" * 3000 + "x", "x\0y"),
        *("a" * 300 + ":b", "\ud800", "~/x.yaml", "C:\\x\\y.yaml", "file.yaml/x"),
        *("\n", "\ud800\n", "table: " + "[" * 5000 + "\n", "#" + "x" * 10**6 + "\n"),
    ],
)
def test_whatever_is_asked_for_is_answered(tmp_path, monkeypatch, name, spec):
    monkeypatch.chdir(tmp_path)
    Path("file.yaml").write_text(BAD)
    answer = answering(TOOLS[name])(*[spec] * (2 if name == "diff" else 1))
    assert not answer["ok"]
    assert answer["diagnostics"][0]["message"]


@pytest.mark.parametrize(
    "spec", ["-", "-:a", "/etc/passwd", "../x.yaml", "link.yaml", ".", "pipe.yaml"]
)
def test_nothing_outside_of_the_folder_is_read(tmp_path, monkeypatch, spec):
    folder = tmp_path / "folder"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (tmp_path / "x.yaml").write_text(BAD)
    (folder / "link.yaml").symlink_to(tmp_path / "x.yaml")
    for name in TOOLS:
        given = [spec] * (2 if name == "diff" else 1)
        answer = answering(TOOLS[name])(*given)
        assert not answer["ok"]
        assert answer["diagnostics"][0]["code"] in ("unreadable-file",), name
        assert "conv" not in str(answer)
