"""The weights in an ONNX file that Cardhook packaged, under the official names.

Reads just enough of the format (protocol buffers, github.com/onnx/onnx/blob/main/onnx/onnx.proto) to do without a library.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

GRAPH, INITIALIZER = 7, 5
DIMS, DATA_TYPE, NAME, RAW_DATA = 1, 2, 8, 9
FLOAT = 1
VARINT, BYTES = 0, 2


def onnx_weights(path: Path) -> dict[str, torch.Tensor]:
    """Those of the layers, as `from_checkpoint` takes them."""
    [graph] = [value for field, value in fields(path.read_bytes()) if field == GRAPH]
    tensors = dict(tensor(value) for field, value in fields(graph) if field == INITIALIZER)
    return {name: value for name, value in tensors.items() if name.endswith((".weight", ".bias"))}


def tensor(message: bytes) -> tuple[str, torch.Tensor]:
    parts = list(fields(message))
    shape = [size for field, value in parts if field == DIMS for size in sizes(value)]
    of = dict(parts)
    values = torch.from_numpy(np.frombuffer(of[RAW_DATA], np.float32 if of[DATA_TYPE] == FLOAT else np.int64).copy())
    # Convolutions are two-dimensional there, with height 1.
    return of[NAME].decode(), values.reshape(shape).squeeze(2) if len(shape) == 4 else values.reshape(shape)


def sizes(value: int | bytes) -> list[int]:
    if isinstance(value, int):
        return [value]
    found, at = [], 0
    while at < len(value):
        size, at = varint(value, at)
        found.append(size)
    return found


def fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    at = 0
    while at < len(message):
        key, at = varint(message, at)
        if key & 7 == VARINT:
            value, at = varint(message, at)
        elif key & 7 == BYTES:
            size, at = varint(message, at)
            value, at = message[at : at + size], at + size
        else:
            raise ValueError("not an ONNX file that Cardhook wrote")
        yield key >> 3, value


def varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        value, shift, at = value | (byte & 0x7F) << shift, shift + 7, at + 1
        if byte < 0x80:
            return value, at
