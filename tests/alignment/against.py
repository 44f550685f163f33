"""A model against a table, as the command does it."""

import json
from argparse import Namespace
from typing import Any

from archcompiler.cli.audit_against import audit_against

NINE = ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b")


def against(capsys: Any, spec: str, model: str, **settings: Any) -> tuple[int, Any]:
    """Return the exit code and the record that the command prints."""
    options = Namespace(spec=spec, settings=settings, against=str(model), format="json")
    code = audit_against(options)
    return code, json.loads(capsys.readouterr().out)


def printed(capsys: Any, spec: str, model: str, format: str = "text") -> str:
    """Return what the command prints for people."""
    audit_against(Namespace(spec=spec, settings={}, against=str(model), format=format))
    return str(capsys.readouterr().out)


def cells(record: Any) -> list[tuple[str, str, str, str]]:
    """Return row, what, table and model of each finding."""
    return [(f["row"], f["what"], f["table"], f["model"]) for f in record["findings"]]
