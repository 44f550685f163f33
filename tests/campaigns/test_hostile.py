"""A few files of the campaign; `--campaign 20` reads more."""

from pathlib import Path

import hostile
import pytest


@pytest.mark.slow
def test_a_hostile_file_is_accepted_or_refused(tmp_path: Path, campaign: int) -> None:
    outcomes = hostile.campaign(200 * campaign, 0, tmp_path)
    assert set(outcomes) <= {"accepted", "refused"}
    assert outcomes["refused"] > outcomes["accepted"] > 0
