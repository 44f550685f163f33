"""The schema in the language server for YAML that editors use."""

import os
import re
import shutil
import subprocess

import pytest
from docs.examples import LANGUAGE, read_examples
from language_server import Client

from archcompiler.language.loading.places import shipped_folder
from archcompiler.language.spec.schema import schema_text

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (shutil.which("npm") or os.environ.get("CI")), reason="npm is not installed"
    ),
]

SERVER = "yaml-language-server@1.25.0"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    installed = tmp_path_factory.mktemp("server")
    command = ["npm", "install", "--silent", "--prefix", str(installed), SERVER]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    folder = tmp_path_factory.mktemp("specs")
    (folder / "schema.json").write_text(schema_text())
    server = installed / "node_modules/.bin/yaml-language-server"
    shows = {"publishDiagnostics": {}}
    client = Client([str(server), "--stdio"], folder, textDocument=shows)
    yield client
    client.close()


def told(client, name, text):
    line = "# yaml-language-server: $schema=schema.json\n"
    uri = client.uri(name)
    client.open(uri, line + text.removeprefix(line))
    return [found["message"] for found in client.findings(uri)]


def test_no_spec_that_ships_has_an_error(client):
    for path in sorted(shipped_folder().glob("*.yaml")):
        assert told(client, path.name, path.read_text()) == [], path.name


def test_no_right_spec_of_the_reference_has_an_error(client):
    specs = [
        example
        for page in sorted(LANGUAGE.glob("*.md"))
        for example in read_examples(page.read_text())
        if example.kind == "yaml" and not example.is_mistake
        if re.search(r"^(table|extends|blocks):", example.text, re.MULTILINE)
    ]
    assert len(specs) > 15
    for number, example in enumerate(specs):
        assert told(client, f"example{number}.yaml", example.text) == [], example.text


SPEC = """\
name: small
input: 8x8x3
blocks:
  conv:
    columns: [filters]
    sequence: [Conv2D: {patch: 3x3, filters: <filters>, padding: same}, relu]
table:
  columns: [type, filters]
  rows:
  - [conv, 8]
"""


@pytest.mark.parametrize(
    ("right", "wrong", "expected"),
    [
        ("padding: same", "padding: sane", "same"),
        ("padding: same", "paddling: same", "paddling"),
        ("filters: <filters>,", "filters: 0,", "1"),
        ("patch: 3x3", "kernel_size: 3 x 3", "Incorrect type"),
        ("padding: same", "use_bias: nope", "boolean"),
    ],
)
def test_a_wrong_argument_of_an_op_is_marked(client, right, wrong, expected):
    found = told(client, f"{abs(hash(wrong))}.yaml", SPEC.replace(right, wrong))
    assert found, wrong
    assert expected in " ".join(found)


def test_hover_tells_what_an_argument_sets(client):
    assert told(client, "hover.yaml", SPEC) == []
    line = SPEC.splitlines().index(
        "    sequence: [Conv2D: {patch: 3x3, filters: <filters>, padding: same}, relu]"
    )
    text = SPEC.splitlines()[line]
    for word, sentence in (
        ("Conv2D", "2D convolution of one"),
        ("filters:", "Number of channels that come out"),
        ("padding", "adds zeros"),
    ):
        place = {"line": line + 1, "character": text.index(word) + 1}
        shown = client.about("hover", client.uri("hover.yaml"), position=place)
        assert sentence in str(shown["contents"]), word


def test_completion_knows_arguments_and_choices(client):
    steps = "\n    - Conv2D:\n        filters: 4\n        p\n    - relu"
    text = re.sub(r" \[Conv2D.*", steps, SPEC)
    told(client, "completion.yaml", text)
    line = text.splitlines().index("        p")
    place = {"line": line + 1, "character": 9}
    found = client.about("completion", client.uri("completion.yaml"), position=place)
    labels = {item["label"] for item in found["items"]}
    assert {"padding", "strides", "dilation_rate", "name", "when"} <= labels, labels
    assert "filters" not in labels
