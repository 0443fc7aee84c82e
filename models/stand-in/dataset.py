"""The data sets that `cardhook simulate --dataset DIR` writes.

A DIR holds shard-NNNNN.input.f16, [n, 12, 5000] network input (already filtered and z-scored by Cardhook),
shard-NNNNN.labels.u8, [n, 150] with 0, 1 or 255 for "not stated", and dataset.json, which says how it was made.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

CODE_SYSTEM = Path(__file__).parents[2] / "mappings" / "ecgfounder.codesystem.json"
LABELS = [concept["display"] for concept in json.loads(CODE_SYSTEM.read_text())["concept"]]
LEADS, LENGTH, RATE, CLASSES = 12, 5000, 500, len(LABELS)
NOT_STATED = 255


class Dataset:
    """The ECGs of a directory with 12 leads or with lead I alone."""

    def __init__(self, directory: Path, leads: int) -> None:
        shards = [Shard(directory, number, leads) for number in range(len(list(directory.glob("*.labels.u8"))))]
        self.shards, self.labels = shards, np.concatenate([shard.labels for shard in shards])

    def select(self, indices: list[int]) -> tuple[torch.Tensor, torch.Tensor]:
        """Some of the ECGs, as stored, and their labels."""
        places = [divmod(index, len(self.shards[0].labels)) for index in indices]
        inputs = np.stack([self.shards[shard].inputs(row, 1)[0] for shard, row in places])
        return torch.from_numpy(inputs), torch.from_numpy(self.labels[indices])

    def inputs(self, size: int) -> Iterator[torch.Tensor]:
        for shard in self.shards:
            for start in range(0, len(shard.labels), size):
                inputs = torch.from_numpy(shard.inputs(start, size).astype(np.float32))
                yield inputs if shard.leads == LEADS else z_score(inputs)


class Shard:
    """One of the files of a directory; the input stays on disk."""

    def __init__(self, directory: Path, number: int, leads: int) -> None:
        self.leads = leads
        labels = directory / f"shard-{number:05}.labels.u8"
        self.labels = np.fromfile(labels, np.uint8).reshape(-1, CLASSES)
        shape = (len(self.labels), LEADS, LENGTH)
        self.stored = np.memmap(directory / f"shard-{number:05}.input.f16", np.float16, "r", shape=shape)

    def inputs(self, start: int = 0, size: int | None = None) -> np.ndarray:
        """As stored; those of lead I alone still as a twelfth of their ECG, not z-scored."""
        return self.stored[start : None if size is None else start + size, : self.leads]


def z_score(inputs: torch.Tensor) -> torch.Tensor:
    """Over all leads and samples of an ECG together, as the recipe has it."""
    deviation, mean = torch.std_mean(inputs, (1, 2), correction=0, keepdim=True)
    return (inputs - mean) / (deviation + 1e-8)
