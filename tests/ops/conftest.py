"""Keras, imported only by the tests that ask for it."""

import os
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def keras() -> ModuleType:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    return pytest.importorskip("keras")
