"""`archc check`: every check of every SPEC."""

import sys
from typing import Any

from archcompiler.checking.checking import Checked, check, notes_of
from archcompiler.cli.colours import print_diagnostics


def run(options: Any) -> int:
    """Check each spec and report; return 1 when one is bad, never where it watches.

    Raises:
        UsageError: for what cannot be watched.
    """
    if options.watch:
        from archcompiler.cli.watching import refuse_unwatchable, watch

        refuse_unwatchable(options)
        watch(options.specs, lambda: _check(options))
    return 0 if all(checked.ok for checked in _check(options)) else 1


def _check(options: Any) -> list[Checked]:
    results = []
    for spec in options.specs:
        checked = check(spec, options.settings)
        results.append(checked)
        if options.format in ("text", "github") and checked.ok:
            print(_line(checked), flush=True)
    if options.format == "json":
        _print_records(results)
    elif options.format == "sarif":
        _print_sarif(results)
    elif options.format == "github":
        _print_annotations(results)
    else:
        _explain(results)
    return results


def _line(checked: Checked) -> str:
    """Return what is good about a spec: totals, claims, what else was checked."""
    architecture, audit = checked.architecture, checked.audit
    assert architecture is not None
    assert audit is not None
    facts = [
        f"{architecture.parameters:,} parameters",
        f"{architecture.macs:,} multiply-adds",
        f"depth {architecture.depth}",
    ]
    if audit.verdicts:
        excused, unstated = audit.count("excused"), audit.count("unstated")
        agreeing = audit.count("agrees")
        claims = f"{_count(agreeing, 'claim')} agree{'s' if agreeing == 1 else ''}"
        claims += f", {excused} excused" if excused else ""
        claims += f", {unstated} not judged" if unstated else ""
        facts.append(claims)
    if checked.configurations > 1:
        facts.append(_count(checked.configurations, "configuration"))
    if checked.variants:
        facts.append(_count(checked.variants, "variant"))
    if checked.swept:
        facts.append(f"a sweep of {checked.swept:,}")
    return f"{checked.name}: {'; '.join(facts)}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _explain(results: list[Checked]) -> None:
    """Write notes and the first diagnostics of the run to stderr."""
    for checked in results:
        if checked.ok and checked.architecture is not None:
            for note in notes_of(checked.architecture):
                print(f"{checked.name}: note: {note}", file=sys.stderr)
    found = [diagnostic for checked in results for diagnostic in checked.diagnostics]
    if found:
        print_diagnostics(found)


def _print_records(results: list[Checked]) -> None:
    from archcompiler.reports.records import check_record
    from archcompiler.tabular.record import json_text

    sys.stdout.write(json_text([check_record(checked) for checked in results]))


def _print_sarif(results: list[Checked]) -> None:
    import json

    from archcompiler.reports.sarif import sarif_record

    print(json.dumps(sarif_record(results), indent=2))


def _print_annotations(results: list[Checked]) -> None:
    from archcompiler.cli.github import annotation

    for checked in results:
        for diagnostic in checked.diagnostics:
            print(annotation(diagnostic, checked.spec))
