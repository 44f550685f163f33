"""Checkpoints: two whole ones are kept, and a corrupt one is in nobody's way."""

import numpy as np
import pytest

from archcompiler.training.checkpoints import Progress, load_checkpoint, save_checkpoint

DIGEST = "0" * 64


@pytest.fixture
def save(tmp_path):
    """Return what saves a checkpoint after a step of the first epoch."""

    def save(step):
        place = tmp_path / f"epoch-00000-{step}"
        state = {"weight": np.full(3, step)}
        save_checkpoint(place, DIGEST, Progress(step=step), state)
        return place

    return save


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def corrupt(place):
    (place / "state.npz").write_bytes(b"")


def test_two_checkpoints_are_kept(tmp_path, save):
    for step in (1, 2, 3):
        save(step)
    assert names(tmp_path) == ["epoch-00000-2", "epoch-00000-3"]


def test_a_corrupt_checkpoint_gives_way_to_those_that_are_written_after_it(
    tmp_path, save
):
    save(4)
    corrupt(save(8))
    found, _ = load_checkpoint(tmp_path, DIGEST)
    assert found.progress.step == 4
    save(5)  # another `--save-every`
    assert names(tmp_path) == ["epoch-00000-4", "epoch-00000-5"]
    assert load_checkpoint(tmp_path, DIGEST)[1] == []


def test_a_checkpoint_takes_the_place_of_one_of_the_same_name(tmp_path, save):
    save(4)
    corrupt(save(8))
    save(8)
    found, notes = load_checkpoint(tmp_path, DIGEST)
    assert (found.progress.step, notes) == (8, [])
    assert names(tmp_path) == ["epoch-00000-4", "epoch-00000-8"]
