"""SPEC as people give it: files that are none, bases that are not there."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest
from tiny_specs import table

from archcompiler.architecture import Architecture
from archcompiler.checking.checking import check
from archcompiler.diagnostics import SpecError
from archcompiler.graph.expansion import expand
from archcompiler.language.loading.loading import load_program
from archcompiler.language.text.files import LARGEST_FILE

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


@pytest.mark.thorough
def test_a_misspelled_name() -> None:
    with refused(
        "error[unreadable-file]: `googlnet` is neither a file nor the name of a "
        "shipped spec\n  help: did you mean `googlenet`?"
    ):
        load_program("googlnet")


@pytest.mark.parametrize(
    ("name", "help"),
    [
        ("nasnet", "those that ship are nasnet-mobile, nasnet-large"),
        ("drn-c-26", "`drn` ships: `archc show drn` tells what `--set` can set"),
        ("drn-d-105", "`drn` ships: `archc show drn` tells what `--set` can set"),
        ("resnet-50", "did you mean `resnet50`?"),
    ],
)
def test_a_name_of_a_shipped_family(name: str, help: str) -> None:
    with pytest.raises(SpecError) as caught:
        load_program(name)
    assert caught.value.diagnostics[0].help == help


@pytest.mark.thorough
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
        "error[unreadable-file]: `huge.yaml` has more than 64 MiB: no table is so large"
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


@pytest.mark.parametrize(
    ("spec", "message", "help"),
    [
        ("drn:", "nothing stands behind the colon", "it has no variants"),
        ("googlenet:nope", "`googlenet` has no variant `nope`", "it has no variants"),
        ("resnet:", "nothing stands behind the colon", "its variants are resnet18, "),
    ],
)
def test_a_variant_where_there_is_none(spec: str, message: str, help: str) -> None:
    with pytest.raises(SpecError) as caught:
        load_program(spec)
    (found,) = caught.value.diagnostics
    assert found.message == message
    assert found.help.startswith(help)


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


@pytest.mark.thorough
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


# Files of blocks ------------------------------------------------------------

CONV = (
    "blocks: {conv: {columns: [n], sequence: [Conv2D: {patch: 1x1, filters: <n>}]}}\n"
)


def using(uses: str, rest: str = "") -> str:
    """Write a spec that uses files, and return its path."""
    Path("top.yaml").write_text(
        f"name: top\nuse: [{uses}]\n{rest}input: 8x8x3\n"
        "table: {columns: [type, n], rows: [[conv, 4]]}\n"
    )
    return "top.yaml"


def test_blocks_of_a_file_are_those_of_the_spec(folder: Path) -> None:
    (folder / "mine.yaml").write_text(CONV)
    shared = Architecture(expand(load_program(using("mine"))))
    own = Architecture(expand(load_program(using("", CONV))))
    assert shared.to_source().count("\n") == own.to_source().count("\n")
    assert shared.macs == own.macs == 768
    assert not shared.notes


def test_a_file_of_blocks_that_nothing_calls_is_noted(folder: Path) -> None:
    (folder / "mine.yaml").write_text(CONV)
    (folder / "other.yaml").write_text(CONV.replace("conv:", "dense:"))
    (note,) = Architecture(expand(load_program(using("mine, other")))).notes
    assert note == "nothing calls a block of `other`, which `use` names"


@pytest.mark.parametrize("name", ["../mine", "/mine", "sub/../../mine", "link"])
def test_a_file_of_blocks_beyond_the_folder(folder: Path, name: str) -> None:
    (folder / "mine.yaml").write_text(CONV)
    (folder / "inner").mkdir()
    (folder / "inner" / "link.yaml").symlink_to(folder / "mine.yaml")
    (folder / "inner" / "top.yaml").write_text(Path(using(name)).read_text())
    leads = "is a link out of the spec's" if name == "link" else "leaves the"
    said = rf"top.yaml:2:7: error\[bad-reference\]: `use: \[{name}\]` {leads} folder"
    with pytest.raises(SpecError, match=said):
        load_program("inner/top.yaml")


def test_a_file_of_blocks_is_told_from_a_spec(folder: Path) -> None:
    (folder / "tiny.yaml").write_text(TINY)
    with refused(
        "top.yaml:2:7: error[bad-reference]: `tiny` is a spec, and `use` names files "
        "of blocks\n    2 | use: [tiny]\n      |       ^^^^\n"
        "  help: put the blocks that both need into a file that has `blocks:` alone"
    ):
        load_program(using("tiny"))
    (folder / "mine.yaml").write_text(CONV)
    with pytest.raises(SpecError, match="this is a file of blocks, not a spec"):
        load_program("mine.yaml")


def test_a_block_that_two_files_bring(folder: Path) -> None:
    for name in ("mine", "yours"):
        (folder / f"{name}.yaml").write_text(CONV)
    with refused(
        "top.yaml:2:13: error[duplicate-name]: two blocks are called `conv`\n"
        "    2 | use: [mine, yours]\n"
        "      |             ^^^^^ the first is on line 1 of mine.yaml\n"
        "  help: give it another name; a variant may replace one of its base"
    ):
        load_program(using("mine, yours"))
    with pytest.raises(SpecError, match="`use` names `mine` twice"):
        load_program(using("mine, mine"))


def test_a_variant_replaces_blocks_by_those_of_a_file(folder: Path) -> None:
    (folder / "mine.yaml").write_text(CONV)
    (folder / "wide.yaml").write_text(CONV.replace("<n>", "<2 * n>"))
    using("mine")
    (folder / "v.yaml").write_text("name: v\nextends: top\nuse: [wide]\n")
    program = load_program("v.yaml")
    assert expand(program).outputs[0].shape == (8, 8, 8)
    assert program.edited == "`use`"
    assert [used.name.text for used in program.used] == ["mine", "wide"]
