"""`archc completion`: what shells propose, tried in shells."""

import shutil
import subprocess

import pytest

from archcompiler.cli import main
from archcompiler.cli.arguments import parser
from archcompiler.diagnostics import CODES
from archcompiler.language.loading.places import shipped_specs


@pytest.fixture
def script(capsys, request):
    assert main(["completion", request.param]) == 0
    return capsys.readouterr().out


def proposed(script, line):
    """Return what bash proposes behind a line whose last word is begun."""
    words = line.split(" ")
    quoted = " ".join(f"'{word}'" for word in words)
    ask = f"COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _archc\n"
    ask += 'printf "%s\\n" "${COMPREPLY[@]}"\n'
    command = ["bash", "--norc", "-c", script + ask]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout.split()


@pytest.mark.thorough
@pytest.mark.skipif(not shutil.which("bash"), reason="no bash")
@pytest.mark.parametrize("script", ["bash"], indirect=True)
def test_bash_completes_commands_options_choices_and_specs(script):
    assert set(parser()._subparsers._group_actions[0].choices) < set(
        proposed(script, "archc ")
    )
    assert proposed(script, "archc che") == ["check"]
    googlenets = [name for name in shipped_specs() if name.startswith("googlenet-")]
    assert sorted(proposed(script, "archc check googlenet-")) == sorted(googlenets)
    assert proposed(script, "archc check vgg16 --form") == ["--format"]
    assert proposed(script, "archc table vgg16 -f ma") == ["markdown"]
    assert proposed(script, "archc check --format ma") == []
    assert proposed(script, "archc list --sort p") == ["params"]
    assert proposed(script, "archc new x --like lenet") == ["lenet-5"]
    assert set(proposed(script, "archc explain ")) == set(CODES)
    assert proposed(script, "archc completion f") == ["fish"]
    assert proposed(script, "archc fmt zzz") == []


@pytest.mark.thorough
@pytest.mark.skipif(not shutil.which("bash"), reason="no bash")
@pytest.mark.parametrize("script", ["bash"], indirect=True)
def test_bash_keeps_the_blanks_of_a_file_and_parts_options_at_their_sign(
    script, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my spec *.yaml").write_text("")
    (tmp_path / "my other.yaml").write_text("")
    ask = "COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1)); _archc\n"
    ask += 'printf "%s\\n" "${{COMPREPLY[@]}}"\n'
    for words, found in (
        ("archc check my", ["my other.yaml", "my spec *.yaml"]),
        ("archc table vgg16 --format = ma", ["markdown"]),
        ("archc explain shape-", ["shape-mismatch"]),
    ):
        command = ["bash", "--norc", "-c", script + ask.format(words=words)]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert done.stderr == ""
        assert sorted(done.stdout.splitlines()) == found


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("fish"), reason="no fish")
@pytest.mark.parametrize("script", ["fish"], indirect=True)
@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("archc che", ["check"]),
        ("archc check lenet", ["lenet-5"]),
        ("archc table vgg16 --format ma", ["markdown"]),
        ("archc list --sort p", ["params"]),
        ("archc check --form", ["--format"]),
        ("archc explain size-", ["size-mismatch"]),
    ],
)
def test_fish_completes_them_too(script, line, words, tmp_path):
    ask = f"{script}\ncomplete -C '{line}'\n"
    home = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    done = subprocess.run(
        ["fish", "--no-config", "-c", ask],
        capture_output=True,
        text=True,
        check=True,
        env=home,
        cwd=tmp_path,
    )
    assert done.stderr == ""
    assert [each.split("\t")[0] for each in done.stdout.splitlines()] == words


ZSH = """\
zmodload zsh/zpty
zpty shell zsh -f -i
zpty -w shell 'PS1=; cd {folder}; source {folder}/archc.zsh; print RE''ADY'
zpty -r shell answer '*READY*'
zpty -w -n shell $'archc list --sort par\t;'
zpty -w shell ' : DONE'
zpty -r shell answer '*--sort params*'
print -r -- "$answer"
"""


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("zsh"), reason="no zsh")
@pytest.mark.parametrize("script", ["zsh"], indirect=True)
def test_zsh_completes_at_its_prompt(script, tmp_path):
    (tmp_path / "archc.zsh").write_text(script)
    done = subprocess.run(
        ["zsh", "-f", "-c", ZSH.format(folder=tmp_path)],
        capture_output=True,
        text=True,
        timeout=60,
        env={"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "TERM": "xterm"},
    )
    assert "archc list --sort params" in done.stdout, done
