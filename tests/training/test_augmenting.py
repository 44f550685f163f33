"""Augmentation: what each change does to images, and that a script does the same."""

import runpy
from inspect import signature

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageOps

import archcompiler
from archcompiler.cli import main
from archcompiler.diagnostics import SpecError
from archcompiler.language.recipe.augmentation import AUGMENTATIONS
from archcompiler.training.recipe import read_recipe

CALLS = {
    "resizing": "{to: 20}",
    "flip": "{axis: vertical}",
    "crop": "{pad: 3}",
    "resized crop": "{area: 0.3}",
    "rotation": "{degrees: 30}",
    "zoom": "{by: 0.2}",
    "translation": "{by: 0.2}",
    "brightness": "{by: 0.2}",
    "contrast": "{by: 0.4}",
    "saturation": "{by: 0.4}",
    "hue": "{by: 0.1}",
    "erasing": "{rate: 0.9}",
    "rand augment": "{operations: 3, magnitude: 15}",
    "mixup": "{alpha: 0.4}",
    "cutmix": "{}",
}
MIXING = [name for name, kind in AUGMENTATIONS.items() if kind.of_labels]
SPEC = """\
name: coloured
input: 24x24x3
table:
  columns: [name, type, units]
  rows: [[flat, Flatten], [fc, Dense, 10], [out, softmax]]
training:
  data: cifar10
  optimizer: SGD
  losses: categorical crossentropy
  batch size: 16
  epochs: 1
  seed: 3
  augmentation: [%s]
"""


def with_augmentation(write_spec, *calls):
    return write_spec(SPEC % ", ".join(calls))


def test_every_augmentation_is_tried_here():
    assert CALLS.keys() == AUGMENTATIONS.keys()


@pytest.mark.parametrize(
    ("call", "place", "said"),
    [
        ("rotation", "13:18", "needs the key `degrees`"),
        ("rotation: {degrees: 181}", "13:38", "`degrees` of `rotation`"),
        ("zoom: {by: 1}", "13:29", "`by` of `zoom`"),
        ("hue: {by: 0.6}", "13:28", "`by` of `hue`"),
        ("resized crop: {area: 0}", "13:39", "`area` of `resized crop`"),
        ("resized crop: {ratio: 0.5}", "13:40", "`ratio` of `resized crop`"),
        ("erasing: {area: 1}", "13:34", "`area` of `erasing`"),
        ("flip, resizing: {to: 20}", "13:24", "`resizing` comes first"),
        ("resized_crop", "13:18", "did you mean `resized crop`"),
        ("mixup, flip", "13:18", "`mixup` comes last"),
        ("mixup, cutmix: {alpha: 1}", "13:18", "`mixup` comes last"),
        ("mixup: {alpha: 0}", "13:33", "`alpha` of `mixup`"),
        ("rand_augment", "13:18", "did you mean `rand augment`"),
        ("RandAugment", "13:18", "did you mean `rand augment`"),
        ("rand augment: {operations: 0}", "13:45", "`operations` of `rand augment`"),
        ("rand augment: {operations: 15}", "13:45", "at most 14"),
        ("rand augment: {operations: 2.5}", "13:45", "a whole number"),
        ("rand augment: {magnitude: 31}", "13:44", "at most 30"),
        ("rand augment: {magnitude: -1}", "13:44", "`magnitude` of `rand augment`"),
        ("rand augment: {num_ops: 2}", "13:33", "no key `num_ops`"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(write_spec, capsys, call, place, said):
    assert main(["check", with_augmentation(write_spec, call)]) == 1
    told = capsys.readouterr().err
    assert f":{place}: error" in told
    assert said in told


@pytest.mark.parametrize("name", ["hue", "saturation"])
def test_colours_need_three_channels(write_spec, capsys, name):
    spec = with_augmentation(write_spec, f"flip, {name}: {CALLS[name]}")
    text = (SPEC % f"flip, {name}: {CALLS[name]}").replace("24x24x3", "24x24x1")
    assert main(["check", write_spec(text, "grey.yaml")]) == 1
    assert f"`{name}` needs images of three channels" in capsys.readouterr().err
    assert main(["check", spec]) == 0


def changed(images, name, *numbers, **arguments):
    """Return images changed with numbers in the place of what is drawn."""
    from archcompiler.training.data.augmenting import FUNCTIONS

    count = len(images)
    drawn = np.repeat(np.array(numbers, np.float32)[:, None], count, axis=1)
    drawn = drawn[0] if len(numbers) == 1 else drawn
    return np.asarray(FUNCTIONS[name](images, lambda *_: drawn, **arguments))


def photos():
    from sklearn.datasets import load_sample_images

    whole = np.stack(load_sample_images().images).astype(np.float32)
    return whole[:, 100:148, 200:264]


@pytest.mark.parametrize(
    ("name", "number", "arguments", "layer", "told"),
    [
        ("rotation", 0.5, {"degrees": 60.0}, "RandomRotation", 30 / 360),
        ("rotation", -1.0, {"degrees": 45.0}, "RandomRotation", -45 / 360),
        ("zoom", 0.8, {"by": 0.2}, "RandomZoom", 1 / 0.8 - 1),
        ("zoom", 1.25, {"by": 0.25}, "RandomZoom", 1 / 1.25 - 1),
    ],
)
@pytest.mark.slow
def test_images_are_moved_as_keras_layers_move_them(
    keras, name, number, arguments, layer, told
):
    images = photos()
    make = getattr(keras.layers, layer)
    theirs = make(
        (told, told), fill_mode="reflect", seed=1, data_format="channels_last"
    )
    expected = np.asarray(theirs(images, training=True))
    found = changed(images, name, number, **arguments)
    assert np.abs(found - expected).mean() < 0.05
    assert np.abs(found - images).mean() > 1


@pytest.mark.slow
def test_a_translation_is_that_of_numpy(keras):
    del keras
    images = photos()
    found = changed(images, "translation", 8 / 64, 6 / 48, by=0.2)
    np.testing.assert_allclose(found[:, :-6, :-8], images[:, 6:, 8:], atol=0.02)


@pytest.mark.slow
def test_a_resized_crop_shows_one_part_whole(keras):
    del keras
    high, wide = np.mgrid[0:40, 0:60].astype(np.float32)
    images = np.stack([high, wide], axis=-1)[None]
    seen = changed(images, "resized crop", 0.0, 0.5, 1.0, 0.0, area=0.25, ratio=2.0)[0]
    assert seen[..., 1].max() == pytest.approx(59, abs=0.6)  # the right edge
    assert seen[..., 0].min() == pytest.approx(0, abs=0.6)  # the upper one
    assert np.ptp(seen[..., 1]) == pytest.approx(29.5, abs=0.3)
    assert np.ptp(seen[..., 0]) == pytest.approx(19.5, abs=0.3)
    whole = changed(images, "resized crop", 1.0, 0.5, 0.5, 0.5, area=0.25, ratio=2.0)
    np.testing.assert_allclose(whole, images, atol=1e-4)


@pytest.mark.slow
def test_colours_change_as_other_libraries_change_them(keras):
    del keras
    import tensorflow as tf

    images = photos().astype(np.uint8)
    enhanced = [ImageEnhance.Color(Image.fromarray(one)).enhance(0.6) for one in images]
    found = changed(images.astype(np.float32), "saturation", 0.6, by=0.4)
    assert np.abs(found - np.stack([np.asarray(one) for one in enhanced])).max() < 2
    turned = tf.image.adjust_hue(images.astype(np.float32), 0.3)
    found = changed(images.astype(np.float32), "hue", 0.3, by=0.5)
    np.testing.assert_allclose(found, turned, atol=0.01)


def enhanced(kind):
    return lambda image, by: kind(image).enhance(1 + 0.9 * by)


def affine(*rows):
    """Return what takes pixels of 48x64 from where a matrix has them."""
    x, y = 32, 24

    def move(image, by):
        a, b, c, d, e, f = (by * row for row in rows)
        matrix = (1 + a, b, c - b * y, d, 1 + e, f - d * x)
        return image.transform(
            image.size, Image.Transform.AFFINE, matrix, Image.Resampling.BILINEAR
        )

    return move


PILLOWS = {
    "auto_contrasted": lambda image, _: ImageOps.autocontrast(image),
    "equalized": lambda image, _: ImageOps.equalize(image),
    "solarized": lambda image, by: ImageOps.solarize(image, 256 * (1 - abs(by))),
    "posterized": lambda image, by: ImageOps.posterize(image, 8 - round(4 * abs(by))),
    "coloured": enhanced(ImageEnhance.Color),
    "contrasted": enhanced(ImageEnhance.Contrast),
    "brightened": enhanced(ImageEnhance.Brightness),
    "sharpened": enhanced(ImageEnhance.Sharpness),
    "turned": lambda image, by: image.rotate(30 * by, Image.Resampling.BILINEAR),
    "sheared_along": affine(0, 0.3, 0, 0, 0, 0),
    "sheared_down": affine(0, 0, 0, 0.3, 0, 0),
    "moved_along": affine(0, 0, 150 / 331 * 64, 0, 0, 0),
    "moved_down": affine(0, 0, 0, 0, 0, 150 / 331 * 48),
}
"""What RandAugment draws from, as Pillow does it."""


@pytest.mark.slow
@pytest.mark.parametrize("name", PILLOWS)
@pytest.mark.parametrize("strength", [-1.0, 0.3, 1.0])
def test_an_operation_of_rand_augment_is_that_of_pillow(keras, name, strength):
    del keras
    from archcompiler.training.data import rand_augment

    images, operation = photos(), getattr(rand_augment, name)
    moves = name in list(PILLOWS)[-5:]
    strengths = [np.full(2, strength, np.float32)] * len(
        signature(operation).parameters
    )
    found = np.asarray(operation(images, *strengths[1:]))
    for image, one in zip(images.astype(np.uint8), found, strict=True):
        pillows = PILLOWS[name](Image.fromarray(image), strength)
        expected = np.asarray(pillows).astype(float)
        # Pillow is black beyond a border, and smooths none
        inside = (expected > 0).all(-1) if moves else np.s_[1:-1, 1:-1]
        assert np.abs(one - expected)[inside].mean() < 0.6
    assert np.abs(found - images).mean() > 0.4


@pytest.mark.slow
@pytest.mark.parametrize(("channels", "kinds"), [(1, 21), (2, 21), (3, 23)])
def test_rand_augment_draws_each_operation_within_one_batch(keras, channels, kinds):
    del keras
    from archcompiler.training.data.augmenting import FUNCTIONS, draw_of

    images = (0.8 * photos()[:1, ..., :channels] + 20).repeat(300, 0)
    draw = draw_of(0, np.int64(5), 300, 1)
    found = FUNCTIONS["rand augment"](images, draw, operations=1, magnitude=30)
    found = np.asarray(found)
    # nine are done either way, of which colours need three channels
    assert len({image.tobytes() for image in found}) == kinds
    assert found.min() >= 0
    assert found.max() <= 255


@pytest.mark.slow
def test_rand_augment_without_magnitude_leaves_what_has_a_strength(keras):
    del keras
    from archcompiler.training.data.augmenting import FUNCTIONS, draw_of

    images = photos()[:1].repeat(300, 0)
    draw = draw_of(0, np.int64(5), 300, 1)
    found = FUNCTIONS["rand augment"](images, draw, operations=1, magnitude=0)
    rounded = {image.tobytes() for image in np.asarray(found).round(2) + 0.0}
    assert len(rounded) == 3  # as it is, auto contrast and equalized


@pytest.mark.slow
def test_what_is_erased_is_one_part_of_some_images(keras):
    del keras
    from archcompiler.training.data.augmenting import FUNCTIONS, draw_of

    images = np.random.default_rng(0).uniform(0, 255, (400, 30, 30, 1))
    images = images.astype(np.float32)
    draw = draw_of(0, np.int64(5), 400, 1)
    found = np.asarray(FUNCTIONS["erasing"](images, draw, area=0.4, rate=0.25))
    lost = (found != images)[..., 0]
    shares = lost.mean(axis=(1, 2))
    assert 0.17 < (shares > 0).mean() < 0.33
    assert shares.max() < 0.45
    for part in lost[shares > 0]:
        rows, columns = np.flatnonzero(part.any(1)), np.flatnonzero(part.any(0))
        assert part[np.ix_(rows, columns)].all()
        assert part.sum() == len(rows) * len(columns)


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in AUGMENTATIONS if n not in MIXING])
def test_a_change_is_drawn_for_each_image_and_step(keras, name):
    del keras
    from archcompiler.training.data.augmenting import Draws, augment

    images = photos()[[0, 0, 0, 0]]
    calls = dict(enumerate(called(name)))
    one, again, later = (
        np.asarray(augment(images, calls, 7, Draws(np.int64(step), range(4), 4)))
        for step in (3, 3, 4)
    )
    np.testing.assert_array_equal(one, again)
    share = Draws(np.int64(3), [1, 3], 4)
    np.testing.assert_array_equal(augment(images[[1, 3]], calls, 7, share), one[[1, 3]])
    if name != "resizing":
        assert len({image.tobytes() for image in [*one, *later]}) > 1


def called(name):
    from archcompiler.diagnostics import Source
    from archcompiler.language.recipe.augmentation import read_augmentation
    from archcompiler.language.text.document import read_document

    text = f"a: [{name}: {CALLS[name]}]\n"
    return read_augmentation(read_document(Source("s.yaml", text)).entries["a"][1])


@pytest.mark.slow
@pytest.mark.parametrize("without", ["", "resizing"])
@pytest.mark.parametrize("last", ["", *MIXING])
def test_a_script_changes_images_as_training_does(keras, write_spec, without, last):
    del keras
    from archcompiler.training.data.images import ImageSet
    from archcompiler.training.data.pipeline import training_batches

    left_out = {without, *MIXING} - {last}
    calls = [f"{name}: {CALLS[name]}" for name in CALLS if name not in left_out]
    spec = with_augmentation(write_spec, *calls)
    assert main(["emit", spec, "--training", "-o", "script.py"]) == 0
    random = np.random.default_rng(1)
    images = random.integers(0, 256, (40, 32, 32, 3), np.uint8)
    labels = random.integers(0, 10, 40)
    recipe = read_recipe(archcompiler.load(spec))
    ours = training_batches(ImageSet(images, labels), recipe, 0, 3)
    theirs = runpy.run_path("script.py")["training_batches"](images, labels, 1)
    for (one, its), (other, others) in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(its, others)


def test_classes_are_not_weighed_where_images_have_two(write_spec, capsys):
    weights = f"  class weights: {[1] * 10}\n"
    spec = write_spec(SPEC % "cutmix" + weights)
    assert main(["check", spec]) == 1
    assert "`cutmix` gives an image two classes" in capsys.readouterr().err


def test_a_batch_of_one_has_nothing_to_mix(write_spec, capsys):
    spec = write_spec((SPEC % "mixup").replace("batch size: 16", "batch size: 1"))
    assert main(["check", spec]) == 1
    told = capsys.readouterr().err
    assert "small.yaml:10:15: error[bad-value]: `mixup` mixes the images" in told


def mixed(name, parts, numbers):
    """Return images, targets and both mixed, with numbers in the place of draws."""
    from archcompiler.training.data.augmenting import MIXING as FUNCTIONS

    images = np.random.default_rng(2).uniform(0, 255, (3, 20, 30, 1)).astype(np.float32)
    targets = np.eye(3, dtype=np.float32)
    drawn = np.array(numbers, np.float32)
    parts = np.array(parts, np.float32)
    found = FUNCTIONS[name](images, targets, lambda *_: drawn, parts)
    return images, targets, *map(np.asarray, found)


@pytest.mark.slow
def test_mixup_blends_images_and_their_targets(keras):
    del keras
    images, targets, found, labels = mixed("mixup", [1, 0.5, 0.25], [0.9, 0.1, 0.5])
    others = [1, 2, 0]  # as the numbers rise
    parts = np.array([1, 0.5, 0.25])
    for array, result in ((images, found), (targets, labels)):
        own = parts.reshape(3, *[1] * (array.ndim - 1))
        expected = own * array + (1 - own) * array[others]
        np.testing.assert_allclose(result, expected, rtol=1e-5)


@pytest.mark.slow
def test_cutmix_pastes_a_part_and_its_share_of_the_target(keras):
    del keras
    numbers = [[0.9, 0.1, 0.5], [0.5, 0.0, 0.5], [0.5, 0.5, 0.5]]
    images, targets, found, labels = mixed("cutmix", [0.75, 0.75, 1], numbers)
    pasted = [(found == images[[1, 2, 0]])[..., 0], (found == images)[..., 0]]
    np.testing.assert_array_equal(pasted[0], ~pasted[1])
    assert pasted[0].mean(axis=(1, 2)) == pytest.approx([0.25, 0.125, 0], abs=0.03)
    shares = pasted[1].mean(axis=(1, 2))[:, None]
    expected = shares * targets + (1 - shares) * targets[[1, 2, 0]]
    np.testing.assert_allclose(labels, expected, atol=1e-6)


@pytest.mark.slow
@pytest.mark.parametrize("alpha", [0.2, 1.0, 4.0])
def test_parts_are_of_a_beta_distribution(keras, alpha):
    del keras
    from archcompiler.training.data.augmenting import parts_of

    found = np.asarray(parts_of(0, np.int64(1), 20_000, alpha, 5))
    assert found.mean() == pytest.approx(0.5, abs=0.01)
    assert found.var() == pytest.approx(1 / (4 * (2 * alpha + 1)), rel=0.05)


@pytest.mark.slow
def test_a_batch_is_mixed_by_one_device_alone(keras, write_spec):
    del keras
    from archcompiler.training.data.images import ImageSet
    from archcompiler.training.data.pipeline import training_batches
    from archcompiler.training.devices.share import Share

    recipe = read_recipe(archcompiler.load(with_augmentation(write_spec, "mixup")))
    images = ImageSet(np.zeros((8, 24, 24, 3), np.uint8), np.zeros(8, int))
    with pytest.raises(SpecError, match=r":\d+:\d+: .*`mixup` mixes the"):
        training_batches(images, recipe, 0, 1, Share(0, 2, 2))
