"""Trains the stand-in: ECGFounder's network, small, on simulated ECGs only. See model-card.md.

python3 train.py --train DIR --validation DIR --output DIR [--start FILE] [--teacher FILE]... [--leads 1] [--device cuda]

A DIR is a data set as dataset.py reads it. A FILE is a stand-in.pth that this wrote, or a packaged ONNX file. Needs
PyTorch and NumPy, and a C++ compiler for --compile. Writes stand-in.pth and training.log; evaluate.py then sets the
thresholds. Starts from random weights, or from those of --start.

With teachers, half of what is learnt is what they say on average: a student keeps less of what one network happened to
make of the simulator (Hinton et al., arXiv:1503.02531).
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
from net1d import Net1D, checkpoint, from_checkpoint
from onnx_weights import onnx_weights

BASE, FILTERS, BLOCKS = 16, [16, 32, 64, 96, 160, 224, 256], [1, 2, 2, 2, 2, 2, 2]
WEIGHT_DECAY, CLIP = 0.02, 1.0
WARM_UP_STEPS, EMA_DECAY, LOG_STEPS = 200, 0.998, 100
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


def batches(dataset: Dataset, size: int, device: str) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """All ECGs in a random order, again and again, each time in another."""
    while True:
        for indices in torch.randperm(len(dataset.labels)).split(size):
            inputs, labels = dataset.select(indices.tolist())
            yield inputs.to(device).float(), labels.to(device)


def main() -> None:
    arguments = parse_arguments()
    arguments.output.mkdir(parents=True, exist_ok=True)
    log = Log(arguments.output / "training.log")
    torch.manual_seed(arguments.seed)
    torch.backends.cudnn.benchmark = True
    device = arguments.device
    labels = Dataset(arguments.validation, arguments.leads).labels
    outputs = Outputs(trained_outputs(labels).to(device), positive_weights(labels).to(device))
    data = Dataset(arguments.train, arguments.leads)
    log(f"stop rule, fixed before training: {arguments.visits} visits of {len(data.labels)} ECGs, or {arguments.minutes} "
        "minutes, whichever comes first; the learning rate reaches 0 there; the moving average of the weights at that "
        "point is the model")
    log(f"options: {vars(arguments)}; AdamW, weight decay {WEIGHT_DECAY}, cosine after {WARM_UP_STEPS} steps, "
        f"clip {CLIP}, EMA {EMA_DECAY}, positive weight at most {MAX_POSITIVE_WEIGHT}, {RECORDERS}, "
        f"bfloat16 autocast, torch {torch.__version__}, {device_name(device)}")
    for role, files in {"starts from": [arguments.start] if arguments.start else [], "taught by": arguments.teacher}.items():
        for file in files:
            log(f"{role} {file.name} SHA-256 {sha256(file)}")
    net = initial_net(arguments, outputs).to(device)
    log(f"{int(outputs.trained.sum())} of {CLASSES} outputs trained; {sum(p.numel() for p in net.parameters())} parameters")
    teachers = [stored_net(file).to(device).eval() for file in arguments.teacher]
    average = train(net, data, taught(teachers, outputs) if teachers else labelled(outputs), arguments, log)
    finish(average, outputs)
    path = arguments.output / "stand-in.pth"
    torch.save(checkpoint(average.cpu()), path)
    log(f"{path.name} SHA-256 {sha256(path)}")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--validation", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="a stand-in of as many leads")
    parser.add_argument("--teacher", type=Path, action="append", default=[], help="another; may be given again")
    parser.add_argument("--leads", type=int, choices=[LEADS, 1], default=LEADS, help="1: lead I alone")
    parser.add_argument("--visits", type=int, default=400_000, help="of ECGs of the training set")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--rate", type=float, default=1.5e-3, help="the highest learning rate")
    parser.add_argument("--seed", type=int, default=20_261_127)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--compile", action="store_true", help="compile the network first")
    return parser.parse_args()


def stored_net(file: Path) -> Net1D:
    return from_checkpoint(onnx_weights(file) if file.suffix == ".onnx" else torch.load(file, weights_only=True))


@torch.no_grad()
def initial_net(arguments: argparse.Namespace, outputs: Outputs) -> Net1D:
    if arguments.start is None:
        return Net1D(arguments.leads, BASE, FILTERS, BLOCKS, CLASSES)
    net = stored_net(arguments.start)
    net.dense.bias += outputs.weight.log().cpu()  # which `finish` had taken away
    return net


def train(net: Net1D, data: Dataset, objective: Objective, arguments: argparse.Namespace, log: Log) -> Net1D:
    """Gives the moving average of the network's weights."""
    optimizer = torch.optim.AdamW(net.parameters(), arguments.rate, weight_decay=WEIGHT_DECAY)
    average = copy.deepcopy(net)
    forward = torch.compile(net) if arguments.compile else net
    started, step, visits, progress = time.monotonic(), 0, 0, 0.0
    for inputs, labels in batches(data, arguments.batch, arguments.device):
        for group in optimizer.param_groups:
            group["lr"] = arguments.rate * min((step + 1) / WARM_UP_STEPS, (1 + math.cos(math.pi * progress)) / 2)
        recorded = z_score(as_recorded(z_score(inputs)))
        loss = objective(logits_of(forward, recorded), labels, recorded)
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), CLIP)
        optimizer.step()
        step, visits = step + 1, visits + len(labels)
        update_average(average, net, min(EMA_DECAY, (1 + step) / (10 + step)))
        minutes = (time.monotonic() - started) / 60
        progress = max(visits / arguments.visits, minutes / arguments.minutes)
        if step % LOG_STEPS == 0:
            log(f"{visits} visits, {minutes:.1f} min, loss {loss.item():.4f}")
        if progress >= 1:
            break
    log(f"stopped after {visits} visits and {minutes:.1f} minutes")
    return average.eval()


def logits_of(net: Callable[[torch.Tensor], torch.Tensor], inputs: torch.Tensor) -> torch.Tensor:
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
            said = torch.stack([torch.sigmoid(logits_of(net, inputs)) for net in teachers]).mean(0)
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


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def device_name(device: str) -> str:
    return torch.cuda.get_device_name() if device == "cuda" else f"{torch.get_num_threads()} CPU threads"


if __name__ == "__main__":
    main()
