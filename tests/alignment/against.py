"""A model against a table, as the command does it."""

import json
from argparse import Namespace
from typing import Any

from archcompiler.cli.audit import audit_against

NINE = ("3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b")


def against(capsys: Any, spec: str, model: str, **settings: Any) -> tuple[int, Any]:
    """Return the exit code and the record that the command prints."""
    code = audit_against(_options(spec, model, "json", settings))
    return code, json.loads(capsys.readouterr().out)


def printed(capsys: Any, spec: str, model: str, format: str = "text") -> str:
    """Return what the command prints for people."""
    audit_against(_options(spec, model, format, {}))
    return str(capsys.readouterr().out)


def _options(spec: str, model: str, format: str, settings: Any) -> Namespace:
    parts = {"against": str(model), "format": format, "strict": False}
    return Namespace(spec=spec, settings=settings, **parts)


def cells(record: Any) -> list[tuple[str, str, str, str]]:
    """Return row, what, table and model of each finding."""
    return [(f["row"], f["what"], f["table"], f["model"]) for f in record["findings"]]
