"""The language server, spoken to by a client in another process."""

import gc
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from language_server import Client, between, edited

from archcompiler.architecture import Architecture
from archcompiler.checking.checking import check, load
from archcompiler.cli import main
from archcompiler.editor.documents import Document
from archcompiler.formatting import format_spec
from archcompiler.language.loading.places import shipped_folder
from archcompiler.language.text.files import read_source_file
from archcompiler.shapes import format_shape

INVALID = Path(__file__).parent.parent / "invalid"
GOOGLENET = shipped_folder() / "googlenet.yaml"


TYPED = ("conv", "[a, <b", "- x: {y", "]", "}", ": ", "\u00e9\t'")


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """Speak to one server; at the end it leaves as it should, without a word."""
    client = Client()
    yield client
    assert client.close() == ""


@pytest.fixture(scope="module")
def googlenet() -> Architecture:
    return load("googlenet")


@pytest.mark.thorough
def test_a_mistake_is_told_mended_and_gone(client: Client, tmp_path: Path) -> None:
    uri = (tmp_path / "mine.yaml").as_uri()
    text = GOOGLENET.read_text().replace("padding: same}]", "padding: sme}]", 1)
    client.open(uri, text)
    found = client.findings(uri)
    assert [each["code"] for each in found] == ["bad-value"]
    assert found[0]["message"].startswith("`padding` of `MaxPooling2D` cannot be")
    (mending,) = client.mendings(uri, found[0]["range"])
    assert mending["title"] == "Write `same`"
    (edit,) = mending["edit"]["changes"][uri]
    client.change(uri, {"range": edit["range"], "text": edit["newText"]})
    assert client.findings(uri) == []
    assert client.about("foldingRange", uri)
    client.shut(uri)


@pytest.mark.thorough
def test_hints_are_what_the_rows_come_to_also_while_the_text_is_broken(
    client: Client, googlenet: Architecture
) -> None:
    uri = GOOGLENET.as_uri()
    lines = GOOGLENET.read_text().split("\n")
    client.open(uri, "\n".join(lines))
    hints = client.hints(uri)
    labels = {hint["position"]["line"]: hint["label"] for hint in hints}
    for row in googlenet.rows:
        label = labels[row.row.at.line]
        assert format_shape(row.output.shape) in label
        parameters = googlenet.totals(row).parameters
        assert (f"{parameters:,} parameters" in label) == bool(parameters)
    at = next(n for n, line in enumerate(lines) if "(3a)" in line)
    column = lines[at].index("]")
    client.change(uri, {"range": between((at, column), (at, column + 1)), "text": ""})
    assert client.hints(uri) != []
    client.change(uri, {"range": between((at, 0), (at, 0)), "text": "# new\n  - [\n"})
    moved = {h["position"]["line"]: h["label"] for h in client.hints(uri)}
    last = googlenet.rows[-1].row.at.line
    assert moved[last + 2] == labels[last]
    client.shut(uri)


@pytest.mark.thorough
def test_a_document_counts_as_the_editor_holds_it_also_as_a_base(
    client: Client, tmp_path: Path
) -> None:
    base, variant = (tmp_path / "base.yaml").as_uri(), (tmp_path / "new.yaml").as_uri()
    client.open(base, GOOGLENET.read_text())  # neither is on the disk
    client.open(variant, "name: new\nextends: base\nparameters: {classes: 10}\n")
    assert client.findings(variant) == []
    (hint,) = client.hints(variant)
    expected = load("googlenet", classes=10).parameters
    assert f"{expected:,} parameters" in hint["label"]
    text = GOOGLENET.read_text().replace("classes", "kinds")
    client.change(base, {"text": text})
    client.diagnostics.clear()
    found = client.findings(variant)
    assert [each["code"] for each in found] == ["bad-variant"]
    client.shut(variant)
    client.shut(base)


@pytest.mark.thorough
def test_what_is_asked_of_a_place_is_answered(client: Client, tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(GOOGLENET.read_text())
    uri, lines = path.as_uri(), path.read_text().split("\n")
    client.open(uri, "\n".join(lines))
    line = next(n for n, text in enumerate(lines) if "[inception (3a)" in text)
    at = {"line": line, "character": lines[line].index("3a")}
    assert "163,696" in client.about("hover", uri, position=at)["contents"]["value"]
    offered = client.about("completion", uri, position=at)["items"]
    assert "max pool" in [item["label"] for item in offered]
    start = {"line": line, "character": lines[line].index("ception")}
    (there,) = client.about("definition", uri, position=start)
    assert lines[there["range"]["start"]["line"]].startswith("  inception (<name>)")
    assert client.about("prepareRename", uri, position=at)["placeholder"] == "3a"
    renamed = client.about("rename", uri, position=at, newName="first")
    text = edited("\n".join(lines), renamed["changes"][uri])
    assert "[inception (first)," in text
    refused = client.error("rename", uri, position=at, newName="3b")
    assert refused["message"] == "there is a row `3b` already"
    client.shut(uri)


@pytest.mark.thorough
def test_a_base_that_changes_on_the_disk_is_read_again(
    client: Client, tmp_path: Path
) -> None:
    base, variant = tmp_path / "base.yaml", (tmp_path / "new.yaml").as_uri()
    base.write_text(GOOGLENET.read_text())
    client.open(variant, "name: new\nextends: base\n")
    assert client.findings(variant) == []
    base.write_text(GOOGLENET.read_text().replace("max pool,", "mux pool,", 1))
    client.diagnostics.clear()
    event = {"uri": base.as_uri(), "type": 2}
    client.tell("workspace/didChangeWatchedFiles", {"changes": [event]})
    (found,) = client.findings(variant)
    assert found["code"] == "unknown-op"
    assert found["range"] == between((1, 9), (1, 13))
    (other,) = found["relatedInformation"]
    assert other["location"]["uri"] == base.as_uri()
    client.shut(variant)


@pytest.mark.thorough
def test_pygls_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "pygls", None)
    for name in ("server", "protocol"):
        monkeypatch.delitem(sys.modules, f"archcompiler.editor.{name}", raising=False)
    enabled = gc.isenabled()
    assert main(["lsp"]) == 2
    assert "pip install 'archcompiler[lsp]'" in capsys.readouterr().err
    assert gc.isenabled() == enabled


@pytest.mark.thorough
def test_nothing_is_said_of_other_files(client: Client, tmp_path: Path) -> None:
    uri = (tmp_path / "workflow.yaml").as_uri()
    client.open(uri, "name: CI\non:   push\njobs: {a: {steps: [  ]}}\n")
    assert client.hints(uri) == []
    options = {"tabSize": 2, "insertSpaces": True}
    assert client.about("formatting", uri, options=options) == []
    assert client.about("hover", uri, position={"line": 1, "character": 1}) is None
    blocks = (tmp_path / "mine.yaml").as_uri()
    client.open(blocks, "blocks:\n  a:\n    sequence: [relu]\n")
    assert client.findings(blocks) == []
    assert (uri, 1) not in client.diagnostics
    client.shut(uri)
    client.shut(blocks)


@pytest.mark.thorough
def test_columns_are_counted_in_units_of_utf_16(client: Client) -> None:
    uri = "untitled:one"
    client.open(uri, "name: tiny  # \N{SMILING FACE WITH OPEN MOUTH} x\u2028y\n")
    client.change(uri, {"range": between((0, 17), (0, 18)), "text": "z"})
    text = "input: 8x8x3\ntable: {columns: [type], rows: [relu]}\n"
    text += "paper: {title: \N{SMILING FACE WITH OPEN MOUTH}, tabel: 1}\n"
    client.change(uri, {"range": between((1, 0), (1, 0)), "text": text})
    client.change(uri, {"range": between((0, 10), (0, 22)), "text": ""})
    found = client.findings(uri)
    place = next(f["range"] for f in found if "`tabel`" in f["message"])
    assert place == between((3, 19), (3, 24))
    client.shut(uri)


@pytest.mark.slow
def test_a_client_that_can_is_asked_to_watch_files_and_to_renew_hints(
    tmp_path: Path,
) -> None:
    client = Client(
        workspace={
            "didChangeWatchedFiles": {"dynamicRegistration": True},
            "inlayHint": {"refreshSupport": True},
            "workspaceEdit": {"documentChanges": True},
        }
    )
    base, variant = (tmp_path / "base.yaml").as_uri(), (tmp_path / "new.yaml").as_uri()
    client.open(base, GOOGLENET.read_text().replace("max pool,", "mux pool,", 1))
    client.open(variant, "name: new\nextends: base\n")
    (found,) = client.findings(base)
    client.findings(variant)
    wanted = {"client/registerCapability", "workspace/inlayHint/refresh"}
    assert wanted <= {*client.requested}
    (mending,) = client.mendings(base, found["range"])
    (change,) = mending["edit"]["documentChanges"]
    assert change["textDocument"] == {"uri": base, "version": 1}
    assert client.close() == ""


@pytest.mark.slow
def test_documents_are_laid_out_as_archc_fmt_does(client: Client) -> None:
    for path in sorted(shipped_folder().glob("*.yaml")):
        source = read_source_file(path)
        texts = source.text, source.text.rstrip("\n"), source.text + "\n\n"
        for text in (texts[0], *texts):
            client.open(path.as_uri(), text.replace("  ", "   "))
            options = {"tabSize": 2, "insertSpaces": True}
            edits = client.about("formatting", path.as_uri(), options=options)
            client.shut(path.as_uri())
            laid_out = edited(text.replace("  ", "   "), edits)
            try:
                expected = format_spec(
                    type(source)(source.name, text.replace("  ", "   "))
                )
            except ValueError:
                assert edits == []
            else:
                assert laid_out == expected


@pytest.mark.slow
def test_every_quick_fix_of_the_invalid_specs_mends_what_it_says(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(INVALID)
    mended, others = 0, []
    for path in sorted(INVALID.glob("*.yaml")):
        try:
            text, uri = path.read_text("utf-8"), path.as_uri()
        except UnicodeDecodeError:
            continue  # no editor holds it
        if not Document(uri, path, text).is_ours:
            others.append(path.stem)
            continue
        client.open(uri, text)
        expected = check(path).diagnostics
        found = client.findings(uri, [each.code for each in expected])
        for mending in client.mendings(uri, found[0]["range"])[:1]:
            edits = mending["edit"]["changes"].get(uri)
            if edits is None or mending["diagnostics"] != found[:1]:
                continue
            client.change(uri, {"text": edited(text, edits)})
            after = client.findings(uri)
            assert not any(_is_still(found[0], each) for each in after), path.name
            mended += 1
        client.shut(uri)
    assert mended >= 60
    assert len(others) < 10, others


def _is_still(first: dict[str, Any], found: dict[str, Any]) -> bool:
    """Whether a finding is the same again, and not the next of its kind."""
    before, now = (each["range"]["start"] for each in (first, found))
    is_later = (now["line"], now["character"]) > (before["line"], before["character"])
    return found["message"] == first["message"] and not is_later


@pytest.mark.slow
def test_whatever_is_typed_the_server_answers(client: Client, campaign: int) -> None:
    chance = random.Random(7)
    paths = sorted(shipped_folder().glob("*.yaml"))
    for path in chance.choices(paths, k=6 * campaign):
        uri, lines = path.as_uri(), path.read_text().split("\n")
        client.open(uri, "\n".join(lines))
        for _ in range(40):
            _type(client, uri, lines, chance)
        client.findings(uri)
        client.shut(uri)


def _type(client: Client, uri: str, lines: list[str], chance: random.Random) -> None:
    """Type something somewhere, letter by letter, and ask for everything."""
    line = chance.randrange(len(lines))
    column = chance.randint(0, len(lines[line]))
    gone = min(len(lines[line]), column + chance.choice([0, 0, 1, 4]))
    client.change(uri, {"range": between((line, column), (line, gone)), "text": ""})
    lines[line] = lines[line][:column] + lines[line][gone:]
    for letter in chance.choice(TYPED):
        place = between((line, column), (line, column))
        client.change(uri, {"range": place, "text": letter})
        lines[line] = lines[line][:column] + letter + lines[line][column:]
        column += 1
        client.hints(uri)
    client.about("documentSymbol", uri)
    client.about("foldingRange", uri)
    client.mendings(uri, between((line, 0), (line, column)))
