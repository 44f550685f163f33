"""docs/json.md and its schema: what commands print as JSON is what they describe."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from archcompiler.cli import main
from archcompiler.tabular.record import VERSION

DOCS = Path(__file__).parents[2] / "docs"
SCHEMA = json.loads((DOCS / "json.schema.json").read_text("utf-8"))
PAGE = (DOCS / "json.md").read_text("utf-8")

PRINTED = {
    "check": ("check lenet-5 nosuch",),
    "summary": ("summary googlenet", "summary lenet-5 --layers --counting thop"),
    "totals": ("summary vgg16 lenet-5",),
    "audit": ("audit googlenet",),
    "diff": ("diff vgg16 vgg19", "diff vgg16 vgg16"),
    "table": ("table googlenet --columns all", "table vgg16"),
    "list": ("list lenet* vgg1?",),
    "sweep": ("sweep googlenet-digits",),
}
TRAINED = {"against", "leaderboard", "data", "rates", "evaluation", "prediction"}
"""Forms of commands that need a framework or images: other tests print them."""


def closed(part: Any) -> Any:
    """Return a schema in which no object has a key that is not described."""
    if isinstance(part, list):
        return [closed(each) for each in part]
    if not isinstance(part, dict):
        return part
    found = {key: closed(value) for key, value in part.items()}
    if "properties" in part:
        found["additionalProperties"] = False
    return found


@pytest.mark.thorough
@pytest.mark.parametrize(
    "form",
    [f if f != "audit" else pytest.param(f, marks=pytest.mark.slow) for f in PRINTED],
)
def test_what_is_printed_has_the_described_form_and_no_other_key(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    schema = {**closed(SCHEMA), "$ref": f"#/$defs/{form}"}
    for command in PRINTED[form]:
        main([*command.split(), "--json"])
        jsonschema.Draft202012Validator(schema).validate(
            json.loads(capsys.readouterr().out)
        )


@pytest.mark.thorough
def test_the_schema_is_one_and_of_this_version() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    versions = [found["const"] for found in _versions(SCHEMA)]
    assert versions == [VERSION] * len([*PRINTED, *TRAINED])


def _versions(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if "version" in part:
            yield part["version"]
        for value in part.values():
            yield from _versions(value)


def test_the_page_names_every_form_and_its_command() -> None:
    rows = dict(re.findall(r"^\| `(archc .*?)` \| `(\w+)` \|", PAGE, re.MULTILINE))
    assert sorted(rows.values()) == sorted([*PRINTED, *TRAINED])
    assert f"The version is {VERSION}." in PAGE
