"""An ONNX file without its weights: the numbers of large arrays are left unread.

A protobuf is a row of fields, each with its number and its length. What makes a file
large is stepped over; onnx parses what is left.
"""

from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, NamedTuple

from archcompiler.models.errors import ModelError

MOST_BYTES = 8192
"""A field up to this length is kept as it is; the numbers of shapes are shorter."""

DEEPEST = 100
"""How deep messages may lie in each other: protobuf itself reads no more."""

NUMBERS = frozenset(
    {
        "raw_data",
        "float_data",
        "double_data",
        "int32_data",
        "int64_data",
        "uint64_data",
        "string_data",
    }
)
"""The fields of a tensor that hold its elements."""

_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5


class _Field(NamedTuple):
    """Where a field lies: its head, what it holds, and its end."""

    number: int
    head: int
    inside: int
    end: int


def read_structure(path: Path) -> Any:
    """Return the model in a file, without the numbers of its large arrays.

    Raises:
        ModelError: for a file that holds no ONNX model.
    """
    import onnx
    from google.protobuf.message import DecodeError

    try:
        with (
            path.open("rb") as file,
            mmap(file.fileno(), 0, access=ACCESS_READ) as data,
        ):
            light = b"".join(_light(data, 0, len(data), onnx.ModelProto.DESCRIPTOR))
        return onnx.ModelProto.FromString(light)
    except (DecodeError, ValueError, IndexError) as error:
        raise ModelError(f"`{path}` is no ONNX model, or damaged: {error}") from None


def _light(
    data: mmap, start: int, end: int, message: Any, depth: int = 0
) -> Iterator[bytes]:
    """Yield a message in pieces, without the numbers of large arrays."""
    if depth > DEEPEST:
        raise ValueError("messages lie too deep in each other")
    for field in _fields(data, start, end):
        known = message.fields_by_number.get(field.number)
        if field.end - field.inside <= MOST_BYTES or known is None:
            yield data[field.head : field.end]
        elif known.message_type is not None:
            inner = _light(data, field.inside, field.end, known.message_type, depth + 1)
            held = b"".join(inner)
            yield _varint(field.number << 3 | _LENGTH) + _varint(len(held)) + held
        elif message.name != "TensorProto" or known.name not in NUMBERS:
            yield data[field.head : field.end]


def _fields(data: mmap, start: int, end: int) -> Iterator[_Field]:
    """Yield the fields of a message."""
    while start < end:
        tag, inside = _number(data, start)
        kind, stop = tag & 7, inside
        if kind == _VARINT:
            _, stop = _number(data, inside)
        elif kind == _LENGTH:
            length, inside = _number(data, inside)
            stop = inside + length
        elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
            stop = inside + (8 if kind == _EIGHT_BYTES else 4)
        else:
            raise ValueError(f"a field of an unknown kind at byte {start}")
        if stop > end:
            raise ValueError(f"the field at byte {start} goes beyond its end")
        yield _Field(tag >> 3, start, inside, stop)
        start = stop


def _number(data: mmap, at: int) -> tuple[int, int]:
    """Return a number, of which each byte holds seven bits, and where it ends."""
    value = 0
    for place in range(10):
        byte = data[at + place]
        value |= (byte & 127) << (7 * place)
        if byte < 128:
            return value, at + place + 1
    raise ValueError(f"a number without end at byte {at}")


def _varint(value: int) -> bytes:
    """Write a number, seven bits in each byte."""
    written = bytearray()
    while value > 127:
        written.append(value & 127 | 128)
        value >>= 7
    return bytes([*written, value])
