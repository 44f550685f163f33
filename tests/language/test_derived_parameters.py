"""Parameters that follow from others: in what order, how deep, and what is set."""

import pytest
from tiny_specs import expand_text, program_of, table

from archcompiler.diagnostics import SpecError


def _text(rule: str) -> str:
    rows = "a: {type: Conv2D, patch: <patch>, filters: <wide>}"
    return table(rows).replace("table:", f"parameters: {rule}\ntable:")


RULE = "{wide: <4 * width>, width: <power(2; phi)>, phi: 1, patch: <phi>x<phi>}"


def test_a_parameter_follows_from_others_wherever_they_stand() -> None:
    assert program_of(_text(RULE)).values == {
        "wide": 8,
        "width": 2,
        "phi": 1,
        "patch": "1x1",
    }
    assert expand_text(_text(RULE), phi=2).outputs[0].shape[-1] == 16
    assert expand_text(_text(RULE), width=5).outputs[0].shape[-1] == 20


@pytest.mark.thorough
def test_a_chain_of_parameters_is_bounded() -> None:
    rule = ", ".join(f"p{n}: <p{n + 1}>" for n in range(1000))
    rule = f"{{patch: 1x1, wide: <p0>, {rule}, p1000: 4}}"
    with pytest.raises(SpecError, match="more than 40 deep"):
        expand_text(_text(rule))
