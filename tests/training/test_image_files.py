"""Images in files: read as Pillow reads them, and named where they cannot be read."""

import io
import json
import shutil

import numpy as np
import pytest
from PIL import Image

from archcompiler.cli import main

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore:__array__ implementation"),  # of TensorFlow's
]

SMALL = """\
name: small
input: 8x8x1
table:
  columns: [name, type, units, activation]
  rows:
  - [flat, Flatten]
  - [out, Dense, 2, softmax]
training:
  optimizer: Adam
  losses: categorical crossentropy
  batch size: 8
  epochs: 2
"""


def shades():
    """Return an image that lossy formats keep almost as it is."""
    rows, columns = np.mgrid[0:16, 0:24]
    return np.stack([8 * rows, 9 * columns, 255 - 8 * rows], -1).astype(np.uint8)


@pytest.mark.parametrize(
    ("form", "mode", "options"),
    [
        ("png", "L", {}),
        ("png", "P", {}),
        ("png", "RGBA", {}),
        ("jpeg", "RGB", {}),
        ("jpeg", "RGB", {"progressive": True}),
        ("jpeg", "CMYK", {}),
        ("bmp", "RGB", {}),
        ("gif", "RGB", {}),
        ("webp", "RGB", {"lossless": True}),
        ("webp", "RGBA", {"lossless": True}),
        ("tiff", "RGB", {}),
        ("tiff", "CMYK", {}),
    ],
)
def test_images_of_many_kinds_are_read(keras, tmp_path, form, mode, options):
    del keras
    from archcompiler.training.data.reading import read_image

    Image.fromarray(shades()).convert(mode).save(tmp_path / "some", form, **options)
    with Image.open(tmp_path / "some") as image:
        wanted = np.asarray(image.convert("RGB"), np.float32)
    found = read_image(str(tmp_path / "some"), 3).numpy()
    assert np.abs(found - wanted).mean() < 2  # another decoder of JPEG
    assert np.ptp(found) > 100


def test_16_bits_become_8_and_of_a_moving_image_the_first_counts(keras, tmp_path):
    del keras
    from archcompiler.training.data.reading import read_image

    grey = shades()[..., 1]
    Image.fromarray(grey.astype(np.uint16) * 256 + 255).save(tmp_path / "deep.png")
    deep = read_image(str(tmp_path / "deep.png"), 1).numpy()
    np.testing.assert_array_equal(deep[..., 0], grey)
    frames = [Image.fromarray(np.full((4, 4), value, np.uint8)) for value in (9, 99)]
    frames[0].save(tmp_path / "moves.gif", save_all=True, append_images=frames[1:])
    moves = read_image(str(tmp_path / "moves.gif"), 3).numpy()
    np.testing.assert_array_equal(moves, np.full((4, 4, 3), 9))


@pytest.mark.parametrize("form", ["bmp", "gif", "webp", "tiff"])
def test_what_tensorflow_reads_in_colour_is_read_in_grey(keras, tmp_path, form):
    del keras
    from archcompiler.training.data.reading import read_image

    grey = Image.fromarray(shades()).convert("L")
    grey.save(tmp_path / "some", form, **({"lossless": True} if form == "webp" else {}))
    found = read_image(str(tmp_path / "some"), 1).numpy()
    assert found.shape == (16, 24, 1)
    assert np.abs(found[..., 0] - np.asarray(grey, np.float32)).mean() < 2


def test_16_bits_of_a_tiff_become_8(keras, tmp_path):
    del keras
    from archcompiler.training.data.reading import read_image

    grey = shades()[..., 1]
    Image.fromarray(grey.astype(np.uint16) * 256 + 255).save(tmp_path / "deep.tif")
    deep = read_image(str(tmp_path / "deep.tif"), 1).numpy()
    np.testing.assert_array_equal(deep[..., 0], grey)


def test_a_photo_is_turned_where_that_is_asked(keras, tmp_path):
    del keras
    from archcompiler.training.data.reading import read_image

    exif = Image.Exif()
    exif[0x112] = 6  # the camera was turned to the right
    Image.fromarray(shades()).save(tmp_path / "side.png", exif=exif)
    path = str(tmp_path / "side.png")
    np.testing.assert_array_equal(read_image(path, 3), shades())
    turned = read_image(path, 3, upright=True).numpy()
    np.testing.assert_array_equal(turned, np.rot90(shades(), -1))


@pytest.fixture(scope="module")
def photos(tmp_path_factory):
    """Write folders with two classes of images, and a small spec beside them."""
    folder = tmp_path_factory.mktemp("photos")
    (folder / "small.yaml").write_text(SMALL)
    random = np.random.default_rng(0)
    for part, count in (("train", 16), ("validation", 6)):
        for name in ("cats", "dogs"):
            place = folder / "images" / part / name
            place.mkdir(parents=True)
            for number in range(count):
                pixels = random.integers(0, 256, (8, 8), np.uint8)
                Image.fromarray(pixels).save(place / f"{number}.png")
    return folder


def cut(content):
    return content[:50]


def in_cmyk(content):
    del content
    file = io.BytesIO()
    Image.fromarray(shades()).convert("CMYK").save(file, "jpeg")
    return file.getvalue()


@pytest.mark.parametrize(
    ("place", "spoil", "reason"),
    [
        ("train/dogs/11.png", cut, "Invalid PNG data, size 50"),
        ("validation/cats/5.png", in_cmyk, "jpeg::Uncompress failed. Invalid JPEG"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    keras, photos, tmp_path, capsys, place, spoil, reason
):
    del keras
    images = shutil.copytree(photos / "images", tmp_path / "images")
    file = images / place
    file.write_bytes(spoil(file.read_bytes()))
    spec, run = str(photos / "small.yaml"), str(tmp_path / "run")
    assert main(["train", spec, "--data", str(images), "--run", run]) == 1
    said = capsys.readouterr().err
    start = f"archc: error: `{file}` cannot be read as an image of 1 channel ({reason}"
    assert said.startswith(start)
    assert said.endswith("): mend or remove it, and begin anew\n")


def test_a_run_goes_on_without_broken_files_and_records_them(
    keras, photos, tmp_path, capsys
):
    del keras
    images = shutil.copytree(photos / "images", tmp_path / "images")
    file = images / "train" / "dogs" / "11.png"
    file.write_bytes(cut(file.read_bytes()))
    (images / "train" / "cats" / "0.png").rename(images / "train" / "cats" / "0.txt")
    Image.fromarray(shades()).save(images / "train" / "cats" / "0", "webp")
    spec, run = str(photos / "small.yaml"), tmp_path / "run"
    train = ["train", spec, "--data", str(images), "--skip-broken", "--upright"]
    assert main([*train, "--run", str(run)]) == 0
    assert ": 32 images, 12 held back" in capsys.readouterr().out.replace("\n", " ")
    record = json.loads((run / "run.json").read_text())
    assert record["data"]["images"] == {"training": 32, "validation": 12}
    (broken,) = record["data"]["broken"]
    assert broken["path"] == str(file)
    assert record["request"]["takings"] == ["skip-broken", "upright"]
    assert main(["predict", str(run), str(images / "train" / "cats" / "0")]) == 0
