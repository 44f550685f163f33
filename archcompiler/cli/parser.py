"""The parser of every command: what it takes for a SPEC, what it says of a mistake."""

import argparse
from collections.abc import Iterator, Sequence
from typing import Any

from archcompiler.diagnostics import suggest
from archcompiler.language.text.files import STANDARD_INPUT


class Parser(argparse.ArgumentParser):
    """Takes `-:VARIANT` for a SPEC, and says which word a mistyped one may be."""

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Read arguments; a mistyped option is told before one that is missing.

        Raises:
            SystemExit: with 2 for arguments that the command does not have.
        """
        self._refuse([word for word in self._options(args) if self._is_unknown(word)])
        options, unknown = super().parse_known_args(args, namespace)
        self._refuse(unknown)
        return options, []

    def _options(self, words: Sequence[str]) -> Iterator[str]:
        """Yield the words that are this parser's options, not those of a command."""
        for word in words:
            if word == "--" or (self._subparsers and not word.startswith("-")):
                return
            if word.startswith("--"):
                yield word

    def _is_unknown(self, option: str) -> bool:
        name = option.partition("=")[0]
        return name not in self._option_string_actions and " " not in name

    def _refuse(self, unknown: Sequence[str]) -> None:
        if not unknown:
            return
        names = [word.partition("=")[0] for word in unknown if word.startswith("-")]
        known = self._option_string_actions
        near = next(filter(None, (suggest(name, known) for name in names)), "")
        message = f"unrecognized arguments: {' '.join(unknown)}"
        self.error("; ".join(filter(None, [message, near])))

    def _check_value(self, action: argparse.Action, value: Any) -> None:
        if action.choices is None or value in action.choices:
            return
        known = [str(choice) for choice in action.choices]
        help = suggest(str(value), known) or f"choose from {', '.join(known)}"
        raise argparse.ArgumentError(action, f"there is no {value!r}; {help}")

    def _parse_optional(self, arg_string: str) -> Any:
        if arg_string.startswith(f"{STANDARD_INPUT}:"):
            return None
        return super()._parse_optional(arg_string)


class Version(argparse.Action):
    """Prints the version, which is looked up only then."""

    def __init__(self, option_strings: Any, dest: str, **_: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, help="show the version")

    def __call__(self, parser: Any, *_: Any, **__: Any) -> None:
        """Print it and end."""
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("archcompiler")
        except PackageNotFoundError:  # run from a checkout that is not installed
            found = "(not installed)"
        print(f"archc {found}")
        parser.exit()
