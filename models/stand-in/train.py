"""Trains the stand-in: ECGFounder's network, small, on simulated ECGs only. See model-card.md.

python3 train.py --train DIR --validation DIR --output DIR [--leads 1] [--device cuda]

A DIR is a data set as dataset.py reads it. Needs PyTorch and NumPy, and the training set in the device's memory.
Writes stand-in.pth and training.log; evaluate.py then sets the thresholds.

Several networks learn the labels, each from other random weights; the stand-in learns what they say on average. A
student of many keeps less of what one network happened to make of the simulator (Hinton et al., arXiv:1503.02531).
"""

import argparse
import copy
import hashlib
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from as_recorded import RECORDERS, as_recorded
from dataset import CLASSES, LEADS, NOT_STATED, Dataset, z_score
from evaluate import UNTRAINED_BIAS
from net1d import Net1D, checkpoint

BASE, FILTERS, BLOCKS = 16, [16, 32, 64, 96, 160, 224, 256], [1, 2, 2, 2, 2, 2, 2]
BATCH, PEAK_RATE, WEIGHT_DECAY, CLIP = 64, 1.5e-3, 0.02, 1.0
WARM_UP_STEPS, EMA_DECAY, LOG_STEPS = 200, 0.998, 250
MAX_POSITIVE_WEIGHT = 5.0
# An output is trained where validation holds as many ECGs with the label, and without: enough to check it, and
# ten times as many to learn from. Validation also stands for the training set's share of each label.
MIN_CASES = 10

# Logits and labels of a batch, and its inputs, to the loss.
Objective = Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]


@dataclass(frozen=True)
class Outputs:
    """Which of the outputs are trained, and how much more a present label counts than an absent one."""

    trained: torch.Tensor
    weight: torch.Tensor


class Log:
    def __init__(self, path: Path) -> None:
        self.path = path
        path.write_text("")

    def __call__(self, text: str) -> None:
        line = f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {text}"
        print(line, flush=True)
        with self.path.open("a") as file:
            file.write(f"{line}\n")


class TrainingSet:
    """All of a data set on the device, as 16-bit numbers."""

    def __init__(self, directory: Path, leads: int, device: str) -> None:
        dataset = Dataset(directory, leads)
        self.inputs = torch.cat([torch.from_numpy(np.array(shard.inputs())).to(device) for shard in dataset.shards])
        self.labels = torch.from_numpy(dataset.labels).to(device)

    def batches(self, passes: int, order: torch.Generator) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
        for _ in range(passes):
            for indices in torch.randperm(len(self.labels), generator=order).split(BATCH):
                indices = indices.to(self.labels.device)
                yield self.inputs[indices].float(), self.labels[indices]


def main() -> None:
    arguments = parse_arguments()
    arguments.output.mkdir(parents=True, exist_ok=True)
    log = Log(arguments.output / "training.log")
    torch.backends.cudnn.benchmark = True
    device = arguments.device
    labels = Dataset(arguments.validation, arguments.leads).labels
    outputs = Outputs(trained_outputs(labels).to(device), positive_weights(labels).to(device))
    data = TrainingSet(arguments.train, arguments.leads, device)
    log(f"stop rule, fixed before training: {arguments.teachers} teachers see each ECG {arguments.teacher_passes} times, "
        f"the student {arguments.student_passes} times; the learning rate reaches 0 there; the moving average of the "
        "student's weights at that point is the model")
    log(f"options: {vars(arguments)}; batch {BATCH}, AdamW {PEAK_RATE}, weight decay {WEIGHT_DECAY}, "
        f"cosine after {WARM_UP_STEPS} steps, clip {CLIP}, EMA {EMA_DECAY}, positive weight at most "
        f"{MAX_POSITIVE_WEIGHT}, {RECORDERS}, bfloat16 autocast, torch {torch.__version__}, {device_name(device)}")
    log(f"{len(data.labels)} ECGs; {int(outputs.trained.sum())} of {CLASSES} outputs trained")

    def trained(name: str, objective: Objective, passes: int, seed: int) -> Net1D:
        torch.manual_seed(seed)
        log(f"{name}, seed {seed}")
        net = Net1D(arguments.leads, BASE, FILTERS, BLOCKS, CLASSES).to(device)
        batches = data.batches(passes, torch.Generator().manual_seed(seed))
        return train(net, batches, objective, math.ceil(len(data.labels) / BATCH) * passes, log)

    teachers = [
        trained(f"teacher {number}", labelled(outputs), arguments.teacher_passes, arguments.seed + number)
        for number in range(1, arguments.teachers + 1)
    ]
    student = trained("student", taught(teachers, outputs), arguments.student_passes, arguments.seed)
    log(f"{sum(p.numel() for p in student.parameters())} parameters")
    finish(student, outputs)
    path = arguments.output / "stand-in.pth"
    torch.save(checkpoint(student.cpu()), path)
    log(f"{path.name} SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--validation", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--leads", type=int, choices=[LEADS, 1], default=LEADS, help="1: lead I alone")
    parser.add_argument("--teachers", type=int, default=3)
    parser.add_argument("--teacher-passes", type=int, default=1)
    parser.add_argument("--student-passes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=20_261_127)
    parser.add_argument("--device", default="cpu")
    return parser.parse_args()


def train(
    net: Net1D, batches: Iterator[tuple[torch.Tensor, torch.Tensor]], objective: Objective, steps: int, log: Log
) -> Net1D:
    """Trains the network; gives the moving average of its weights."""
    optimizer = torch.optim.AdamW(net.parameters(), PEAK_RATE, weight_decay=WEIGHT_DECAY)
    average = copy.deepcopy(net)
    started = time.monotonic()
    for step, (inputs, labels) in enumerate(batches):
        rate = PEAK_RATE * min((step + 1) / WARM_UP_STEPS, (1 + math.cos(math.pi * step / steps)) / 2)
        for group in optimizer.param_groups:
            group["lr"] = rate
        recorded = z_score(as_recorded(z_score(inputs)))
        loss = objective(logits_of(net, recorded), labels, recorded)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), CLIP)
        optimizer.step()
        update_average(average, net, min(EMA_DECAY, (1 + step) / (10 + step)))
        if (step + 1) % LOG_STEPS == 0 or step + 1 == steps:
            log(f"step {step + 1} of {steps}, {time.monotonic() - started:.0f} s, loss {loss.item():.4f}")
    return average.eval()


def logits_of(net: Net1D, inputs: torch.Tensor) -> torch.Tensor:
    with torch.autocast(inputs.device.type, torch.bfloat16):
        return net(inputs).float()


def labelled(outputs: Outputs) -> Objective:
    """Binary cross-entropy with the labels; what is a matter of opinion does not count."""

    def objective(logits: torch.Tensor, labels: torch.Tensor, _: torch.Tensor) -> torch.Tensor:
        counts = (labels != NOT_STATED) & outputs.trained
        return cross_entropy(logits, (labels == 1).float(), counts, outputs)

    return objective


def taught(teachers: list[Net1D], outputs: Outputs) -> Objective:
    """Half the labels, half what the teachers say of the same input, also where the label is a matter of opinion."""
    by_label = labelled(outputs)

    def objective(logits: torch.Tensor, labels: torch.Tensor, inputs: torch.Tensor) -> torch.Tensor:
        with torch.no_grad():
            said = torch.stack([torch.sigmoid(logits_of(net, inputs) - outputs.weight.log()) for net in teachers]).mean(0)
        by_teachers = cross_entropy(logits, said, outputs.trained.expand_as(said), outputs)
        return (by_label(logits, labels, inputs) + by_teachers) / 2

    return objective


def cross_entropy(logits: torch.Tensor, wanted: torch.Tensor, counts: torch.Tensor, outputs: Outputs) -> torch.Tensor:
    loss = F.binary_cross_entropy_with_logits(logits, wanted, pos_weight=outputs.weight, reduction="none")
    return (loss * counts).sum() / counts.sum().clamp(min=1)


@torch.no_grad()
def update_average(average: Net1D, net: Net1D, decay: float) -> None:
    torch._foreach_lerp_(list(average.parameters()), list(net.parameters()), 1 - decay)


def trained_outputs(labels: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.logical_and.reduce([(labels == value).sum(0) >= MIN_CASES for value in (0, 1)]))


def positive_weights(labels: np.ndarray) -> torch.Tensor:
    """Mild: the square root of what would balance a label."""
    positives, negatives = (labels == 1).sum(0), (labels == 0).sum(0)
    return torch.from_numpy(np.sqrt(negatives / np.maximum(positives, 1)).clip(1, MAX_POSITIVE_WEIGHT)).float()


@torch.no_grad()
def finish(net: Net1D, outputs: Outputs) -> None:
    """Takes the positive weights out of the biases and silences what was not trained."""
    net.dense.bias -= outputs.weight.log()
    net.dense.weight[~outputs.trained] = 0
    net.dense.bias[~outputs.trained] = UNTRAINED_BIAS


def device_name(device: str) -> str:
    return torch.cuda.get_device_name() if device == "cuda" else f"{torch.get_num_threads()} CPU threads"


if __name__ == "__main__":
    main()
