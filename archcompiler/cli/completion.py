"""`archc completion`: what a shell proposes, derived from the commands' own parsers."""

import shlex
import sys
from argparse import Action, ArgumentParser
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from archcompiler.cli.commands import add_command
from archcompiler.diagnostics import CODES

_SPECS = {"SPEC", "BASE", "VARIANT"}
"""How arguments that take a spec are called in helps."""


def add_completion(commands: Any) -> None:
    """Add the command."""
    help = "print what completes commands, options and specs in a shell"
    examples = (
        "bash > ~/.local/share/bash-completion/completions/archc",
        "zsh >> ~/.zshrc",
        "fish > ~/.config/fish/completions/archc.fish",
    )
    command = add_command(commands, "completion", help, examples)
    command.add_argument("shell", metavar="SHELL", choices=_WRITERS, help=_SHELLS)
    command.set_defaults(commands=commands.choices)  # those of archc, itself included


def run(options: Any) -> int:
    """Print the script of a shell."""
    from archcompiler.language.loading.places import shipped_specs

    specs = " ".join(sorted(shipped_specs()))
    lines = _WRITERS[options.shell](options.commands, specs)
    sys.stdout.write("\n".join(lines) + "\n")
    return 0


def _words(action: Action) -> str:
    """Return what an argument may be; `$specs` for the name of a spec."""
    if action.metavar in _SPECS:
        return "$specs"
    if action.metavar == "CODE":
        return " ".join(CODES)
    return " ".join(map(str, action.choices or ()))


def _positional(command: ArgumentParser) -> str:
    """Return what the arguments of a command that are no options may be."""
    found = (_words(a) for a in command._actions if not a.option_strings)
    return next(filter(None, found), "")


def _options(command: ArgumentParser) -> list[Action]:
    return [action for action in command._actions if action.option_strings]


def _bash(commands: Mapping[str, ArgumentParser], specs: str) -> Iterator[str]:
    yield "_archc() {"
    yield f"  local specs={shlex.quote(specs)}"
    yield '  local word="${COMP_WORDS[COMP_CWORD]}"'
    yield '  local before="${COMP_WORDS[COMP_CWORD-1]}" words="" IFS=$\' \\t\\n\''
    # bash parts `--format=csv` at its sign
    yield '  if [ "$word" = "=" ]; then word=""'
    yield '  elif [ "$before" = "=" ]; then before="${COMP_WORDS[COMP_CWORD-2]}"; fi'
    yield '  case "$COMP_CWORD ${COMP_WORDS[1]} $before $word" in'
    yield f'    1\\ *) words="{" ".join(commands)} --help --version";;'
    for name, command in commands.items():
        for option in _options(command):
            if option.nargs != 0:
                cases = "|".join(f"*\\ {name}\\ {o}\\ *" for o in option.option_strings)
                yield f'    {cases}) words="{_words(option)}";;'
        every = [o for option in _options(command) for o in option.option_strings]
        yield f'    *\\ {name}\\ *\\ -*) words="{" ".join(every)}";;'
        yield f'    *\\ {name}\\ *) words="{_positional(command)}";;'
    yield "  esac"
    yield '  COMPREPLY=($(compgen -W "$words" -- "$word"))'
    yield '  [ "$words" = "$specs" ] || return 0'
    yield "  IFS=$'\\n'"  # a file's name may hold blanks, which readline then quotes
    yield '  COMPREPLY+=($(compgen -f -- "$word"))'
    yield "  compopt -o filenames 2> /dev/null || true"
    yield "}"
    yield "complete -o default -F _archc archc"


def _zsh(commands: Mapping[str, ArgumentParser], specs: str) -> Iterator[str]:
    yield "autoload -U +X compinit && compinit -u"
    yield "autoload -U +X bashcompinit && bashcompinit"
    yield from _bash(commands, specs)


def _fish(commands: Mapping[str, ArgumentParser], specs: str) -> Iterator[str]:
    yield f"set -l specs {specs}"
    for name, command in commands.items():
        told = (command.description or "").rstrip(".")
        begins = f"complete -c archc -n __fish_use_subcommand -f -a {name}"
        yield f"{begins} -d {_quoted(told)}"
        seen = f"complete -c archc -n '__fish_seen_subcommand_from {name}'"
        if words := _positional(command):
            yield f"{seen} -a {_of_fish(words)}"
        for option in _options(command):
            flags = [_fish_flag(each) for each in option.option_strings]
            given = f"-r -a {_of_fish(_words(option))}" if option.nargs != 0 else ""
            help = f"-d {_quoted((option.help or '').replace('%%', '%'))}"
            yield " ".join(filter(None, [seen, *flags, given, help]))


def _fish_flag(option: str) -> str:
    return f"-l {option[2:]}" if option.startswith("--") else f"-s {option[1:]}"


def _of_fish(words: str) -> str:
    return f'"{words}"'


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


_WRITERS: dict[str, Callable[[Mapping[str, ArgumentParser], str], Iterator[str]]] = {
    "bash": _bash,
    "zsh": _zsh,
    "fish": _fish,
}
_SHELLS = ", ".join(_WRITERS)
