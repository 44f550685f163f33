"""Data: found, read, refused, put in order, and made into batches."""

from collections.abc import Collection, Mapping
from typing import Literal, NamedTuple


class Taking(NamedTuple):
    """A word on how data are to be taken, which they do not say themselves."""

    help: str
    kind: Literal["files", "arrays", ""]
    """What it is said of; empty for both."""


TAKINGS: Mapping[str, Taking] = {
    "skip-broken": Taking("leave out files that cannot be read, on record", "files"),
    "upright": Taking("turn photos as their EXIF orientation says", "files"),
    "labels-from-1": Taking("the labels of arrays count from 1", "arrays"),
    "channels-first": Taking("arrays are count x channels x height x width", "arrays"),
    "stratified": Taking("hold the same share of every class back", ""),
}
"""By the flags of the command line."""

Takings = Collection[str]
