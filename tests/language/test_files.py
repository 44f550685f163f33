"""SPEC as people give it: files that are none, bases that are not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from tiny_specs import table

from archcompiler.checking.checking import check
from archcompiler.diagnostics import SpecError
from archcompiler.graph.expansion import expand
from archcompiler.language.files import LARGEST_FILE
from archcompiler.language.loading import load_program

TINY = table("act: relu")


@contextmanager
def refused(expected: str) -> Iterator[None]:
    """Expect exactly this text."""
    with pytest.raises(SpecError) as error:
        yield
    assert str(error.value) == expected


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


# Files ----------------------------------------------------------------------


def test_a_missing_file() -> None:
    with refused(
        "error[unreadable-file]: there is no file `missing.yaml`\n"
        "  help: `archc list` shows the specs that ship"
    ):
        load_program("missing.yaml")


def test_a_misspelled_name() -> None:
    with refused(
        "error[unreadable-file]: `googlnet` is neither a file nor the name of a "
        "shipped spec\n  help: did you mean `googlenet`?"
    ):
        load_program("googlnet")


def test_an_empty_name() -> None:
    with refused(
        "error[unreadable-file]: `` is neither a file nor the name of a shipped spec\n"
        "  help: `archc list` shows the specs that ship"
    ):
        load_program("")


def test_an_endless_name() -> None:
    with pytest.raises(SpecError, match="neither a file nor the name"):
        load_program("x" * 100_000)


def test_a_directory(folder: Path) -> None:
    (folder / "specs").mkdir()
    with refused(
        "error[unreadable-file]: `specs` is a directory\n"
        "  help: name the YAML file in it"
    ):
        load_program("specs")


def test_a_device() -> None:
    with refused("error[unreadable-file]: `/dev/zero` is a device, no file or pipe"):
        load_program("/dev/zero")


def test_a_pipe_is_read_once(folder: Path) -> None:
    os.mkfifo(folder / "pipe.yaml")
    variants = TINY + "variants: {other: {}, third: {}}\n"
    writer = Thread(target=(folder / "pipe.yaml").write_text, args=(variants,))
    writer.start()
    checked = check("pipe.yaml")
    writer.join()
    assert checked.ok
    assert checked.variants == 2


def test_a_text_is_a_spec() -> None:
    assert load_program(TINY).name == "tiny"
    assert check(TINY + "variants: {other: {}}\n").variants == 1


def test_a_text_extends_what_is_in_the_current_folder(folder: Path) -> None:
    (folder / "tiny.yaml").write_text(TINY)
    assert load_program("name: more\nextends: tiny\n").name == "more"


def test_a_mistake_in_a_text_has_its_place() -> None:
    with pytest.raises(SpecError, match=r"^<text>:2:8: error\[bad-value\]"):
        expand(load_program(TINY.replace("8x8x3", "8x8x0")))


def test_a_nul_in_the_path() -> None:
    with refused("error[unreadable-file]: a path holds no NUL character"):
        load_program("tiny\0.yaml")


def test_a_dangling_link(folder: Path) -> None:
    (folder / "link.yaml").symlink_to("nowhere.yaml")
    with refused(
        "error[unreadable-file]: cannot read `link.yaml`: no such file or directory"
    ):
        load_program("link.yaml")


def test_a_huge_file(folder: Path) -> None:
    with (folder / "huge.yaml").open("wb") as file:
        file.truncate(LARGEST_FILE + 1)
    with refused(
        "error[unreadable-file]: `huge.yaml` has more than 8 MiB: no table is so large"
    ):
        load_program("huge.yaml")


def test_bytes_that_are_not_utf_8(folder: Path) -> None:
    (folder / "tiny.yaml").write_bytes(b"name: tiny\ninput: \xff\n")
    with refused(
        "tiny.yaml:2:8: error[unreadable-file]: byte 0xff is not UTF-8\n"
        "    2 | input: \n"
        "      |        ^\n"
        "  help: save the file as UTF-8"
    ):
        load_program("tiny.yaml")


def test_control_characters_do_not_reach_the_terminal(folder: Path) -> None:
    (folder / "tiny.yaml").write_text('name: "\\e[31m"\ninput: 8x8x3\ntable: 3\n')
    with pytest.raises(SpecError) as error:
        load_program("tiny.yaml")
    assert "\033" not in str(error.value)
    (folder / "tiny.yaml").write_text("name: \033[31m\n")
    with pytest.raises(SpecError, match=r"U\+001B") as error:
        load_program("tiny.yaml")
    assert "\033" not in str(error.value)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_any_usual_line_end_and_a_byte_order_mark(folder: Path, end: str) -> None:
    text = "\ufeff" + TINY.replace("\n", end)
    (folder / "tiny.yaml").write_bytes(text.encode())
    assert load_program("tiny.yaml").name == "tiny"


def test_a_path_a_name_or_a_variant(folder: Path) -> None:
    (folder / "tiny.yaml").write_text(TINY + "variants: {other: {remove: []}}\n")
    assert load_program("tiny.yaml").name == "tiny"
    assert load_program(folder / "tiny.yaml").name == "tiny"
    assert load_program("tiny.yaml:other").name == "other"
    assert load_program("googlenet").name == "googlenet"
    assert load_program("vgg16").name == "vgg16"


def test_an_unknown_variant(folder: Path) -> None:
    (folder / "tiny.yaml").write_text(TINY + "variants: {other: {remove: []}}\n")
    with refused(
        "tiny.yaml:1:7: error[bad-variant]: `tiny` has no variant `othr`\n"
        "    1 | name: tiny\n"
        "      |       ^^^^\n"
        "  help: did you mean `other`?"
    ):
        load_program("tiny.yaml:othr")


# Bases ----------------------------------------------------------------------


def extending(name: str, base: str) -> str:
    path = Path(f"{name}.yaml")
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"name: {path.stem}\nextends: {base}\n")
    return str(path)


def test_a_base_beside_the_file(folder: Path) -> None:
    (folder / "tiny.yaml").write_text(TINY)
    extending("mid", "tiny")
    program = load_program(extending("top", "mid"))
    assert (program.name, len(program.files)) == ("top", 3)


def test_a_base_below_the_file(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "tiny.yaml").write_text(TINY)
    assert load_program(extending("top", "sub/tiny")).name == "top"


def test_a_variant_as_a_base() -> None:
    program = load_program(extending("top", "vgg:vgg16"))
    assert program.parameters["configuration"].text == "D"
    assert load_program(extending("top", "vgg19")).name == "top"


def test_a_missing_base() -> None:
    with refused(
        "top.yaml:2:10: error[bad-variant]: `extends` names `gogglenet`, which is "
        "neither here nor shipped\n"
        "    2 | extends: gogglenet\n"
        "      |          ^^^^^^^^^\n"
        "  help: did you mean `googlenet`?"
    ):
        load_program(extending("top", "gogglenet"))


def test_a_circle_of_bases() -> None:
    extending("a", "b")
    extending("b", "c")
    with refused(
        "b.yaml:2:10: error[bad-variant]: `extends` goes round in a circle: "
        "c -> a -> b -> c\n"
        "    2 | extends: c\n"
        "      |          ^"
    ):
        load_program(extending("c", "a"))


def test_a_spec_that_extends_itself() -> None:
    with refused(
        "a.yaml:2:10: error[bad-variant]: `extends` goes round in a circle: a -> a\n"
        "    2 | extends: a\n"
        "      |          ^"
    ):
        load_program(extending("a", "a"))


@pytest.mark.parametrize("base", ["../tiny", "/etc/passwd", "sub/../../tiny", "a\\b"])
def test_a_base_that_leaves_the_folder(base: str) -> None:
    with refused(
        f"top.yaml:2:10: error[bad-variant]: `extends: {base}` leaves the folder of "
        f"the spec\n"
        f"    2 | extends: {base}\n"
        f"      |          {'^' * len(base)}\n"
        "  help: name a spec beside this one, or a shipped one"
    ):
        load_program(extending("top", base))


def test_a_link_that_leads_out_of_the_folder(folder: Path) -> None:
    (folder / "tiny.yaml").write_text(TINY)
    (folder / "inner").mkdir()
    (folder / "inner" / "link.yaml").symlink_to(folder / "tiny.yaml")
    with refused(
        "inner/top.yaml:2:10: error[bad-variant]: `extends: link` is a link out of "
        "the spec's folder\n"
        "    2 | extends: link\n"
        "      |          ^^^^\n"
        "  help: name a spec beside this one, or a shipped one"
    ):
        load_program(extending("inner/top", "link"))


def test_an_endless_chain_of_bases(folder: Path) -> None:
    (folder / "v0.yaml").write_text(TINY)
    for number in range(1, 40):
        extending(f"v{number}", f"v{number - 1}")
    with pytest.raises(SpecError, match="leads through more than 20 files"):
        load_program("v39.yaml")


def test_a_mistake_in_the_base_is_shown_in_the_base(folder: Path) -> None:
    (folder / "tiny.yaml").write_text(TINY.replace("relu", "rely"))
    with pytest.raises(SpecError, match=r"^tiny.yaml:6:10: error\[unknown-op\]"):
        expand(load_program(extending("top", "tiny")))
