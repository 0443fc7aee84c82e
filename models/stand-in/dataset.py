"""The data sets that `cardhook simulate --dataset DIR` writes.

A DIR holds shard-NNNNN.input.f16, [n, 12, 5000] network input (already filtered and z-scored by Cardhook),
shard-NNNNN.labels.u8, [n, 150] with 0, 1 or 255 for "not stated", and dataset.json, which says how it was made.
"""

import json
from pathlib import Path

import numpy as np
import torch

CODE_SYSTEM = Path(__file__).parents[2] / "mappings" / "ecgfounder.codesystem.json"
LABELS = [concept["display"] for concept in json.loads(CODE_SYSTEM.read_text())["concept"]]
LEADS, LENGTH, CLASSES = 12, 5000, len(LABELS)
NOT_STATED = 255


class Dataset:
    """Shards of one or more directories as one array, of 12 leads or of lead I alone; the input stays on disk."""

    def __init__(self, directories: list[Path], leads: int) -> None:
        self.leads = leads
        self.inputs, labels = [], []
        for directory in directories:
            for path in sorted(directory.glob("shard-*.labels.u8")):
                shard = np.fromfile(path, np.uint8).reshape(-1, CLASSES)
                source = path.with_name(path.name.replace(".labels.u8", ".input.f16"))
                self.inputs.append(np.memmap(source, np.float16, "r", shape=(len(shard), LEADS, LENGTH)))
                labels.append(shard)
        self.labels = np.concatenate(labels)
        self.starts = np.cumsum([0, *map(len, labels)])

    def __len__(self) -> int:
        return len(self.labels)

    def batch(self, indices: np.ndarray) -> tuple[torch.Tensor, torch.Tensor]:
        shards = np.searchsorted(self.starts, indices, "right") - 1
        rows = [self.inputs[shard][index - self.starts[shard]] for shard, index in zip(shards, indices)]
        inputs = torch.from_numpy(np.stack(rows)[:, : self.leads].astype(np.float32))
        return inputs if self.leads == LEADS else z_score(inputs), torch.from_numpy(self.labels[indices])


def z_score(inputs: torch.Tensor) -> torch.Tensor:
    """Over all leads and samples of an ECG together, as the recipe has it."""
    deviation, mean = torch.std_mean(inputs, (1, 2), correction=0, keepdim=True)
    return (inputs - mean) / (deviation + 1e-8)
