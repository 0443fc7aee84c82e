"""Trains the stand-in: ECGFounder's network, small, on simulated ECGs only. See model-card.md.

python3 train.py --train DIR --validation DIR --output DIR [--leads 1] [--start FORMER.onnx]

A DIR is a data set as dataset.py reads it. Needs PyTorch, NumPy and SciPy. Writes stand-in.pth and training.log;
evaluate.py then sets the thresholds. Starts from random weights, or from those of a packaged stand-in.
"""

import argparse
import copy
import hashlib
import itertools
import math
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from torch.nn import functional as F

from dataset import CLASSES, LEADS, LENGTH, NOT_STATED, RATE, Dataset, Shard, z_score
from evaluate import UNTRAINED_BIAS
from net1d import Net1D, checkpoint, from_checkpoint
from onnx_weights import onnx_weights

BASE, FILTERS, BLOCKS = 16, [16, 32, 48, 64, 96, 160, 192], [1, 2, 2, 2, 2, 2, 2]
BATCH, PEAK_RATE, WEIGHT_DECAY, CLIP = 25, 1e-3, 0.01, 1.0
WARM_UP_STEPS, EMA_DECAY = 100, 0.998
GAIN_JITTER = 0.12
# Hz; the bands that recorders leave of an ECG before it comes here.
LOW_PASS, LOW_PASS_ORDER, HIGH_PASS = (25, 150), 3, (0.01, 0.5)
MAX_POSITIVE_WEIGHT = 5.0
# An output is trained where validation holds as many ECGs with the label, and without: enough to check it, and
# ten times as many to learn from. Validation also stands for the training set's share of each label.
MIN_CASES = 10


class Log:
    def __init__(self, path: Path) -> None:
        self.path = path
        path.write_text("")

    def __call__(self, text: str) -> None:
        line = f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {text}"
        print(line, flush=True)
        with self.path.open("a") as file:
            file.write(f"{line}\n")


def main() -> None:
    arguments = parse_arguments()
    arguments.output.mkdir(parents=True, exist_ok=True)
    log = Log(arguments.output / "training.log")
    torch.manual_seed(arguments.seed)
    torch.set_num_threads(arguments.threads)
    labels = Dataset(arguments.validation, arguments.leads).labels
    trained, weight = trained_outputs(labels), positive_weights(labels)
    net = initial_net(arguments, weight)
    log(f"stop rule, fixed before training: {arguments.visits} ECGs, each once and in order, or {arguments.minutes} "
        "minutes, whichever comes first; the learning rate reaches 0 there; the moving average of the weights at that "
        "point is the model")
    log(f"options: {vars(arguments)}; batch {BATCH}, AdamW {PEAK_RATE}, weight decay {WEIGHT_DECAY}, "
        f"cosine after {WARM_UP_STEPS} steps, clip {CLIP}, EMA {EMA_DECAY}, lead gain jitter {GAIN_JITTER}, "
        f"low pass {LOW_PASS} Hz and high pass {HIGH_PASS} Hz drawn for each ECG, "
        f"positive weight at most {MAX_POSITIVE_WEIGHT}, bfloat16 autocast, torch {torch.__version__}")
    if arguments.start is not None:
        log(f"starts from {arguments.start.name} SHA-256 {sha256(arguments.start)}")
    log(f"{trained.sum()} of {CLASSES} outputs trained; {sum(p.numel() for p in net.parameters())} parameters")
    average = train(net, trained, weight, arguments, log)
    finish(average, trained, weight)
    path = arguments.output / "stand-in.pth"
    torch.save(checkpoint(average), path)
    log(f"{path.name} SHA-256 {sha256(path)}")


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--validation", type=Path, required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--start", type=Path, help="ONNX file of a stand-in of as many leads")
    parser.add_argument("--leads", type=int, choices=[LEADS, 1], default=LEADS, help="1: lead I alone")
    parser.add_argument("--visits", type=int, default=40_000)
    parser.add_argument("--minutes", type=float, default=26)
    parser.add_argument("--seed", type=int, default=20_261_126)
    parser.add_argument("--threads", type=int, default=1)
    return parser.parse_args()


def train(net: Net1D, trained: np.ndarray, weight: torch.Tensor, arguments: argparse.Namespace, log: Log) -> Net1D:
    optimizer = torch.optim.AdamW(net.parameters(), PEAK_RATE, weight_decay=WEIGHT_DECAY)
    average = copy.deepcopy(net)
    columns = torch.from_numpy(np.flatnonzero(trained))
    started, step, visits, progress = time.monotonic(), 0, 0, 0.0
    for inputs, labels in batches(arguments):
        for group in optimizer.param_groups:
            group["lr"] = PEAK_RATE * min((step + 1) / WARM_UP_STEPS, (1 + math.cos(math.pi * progress)) / 2)
        with torch.autocast("cpu", torch.bfloat16):
            logits = net(as_recorded(inputs))
        loss = masked_loss(logits.float()[:, columns], labels[:, columns], weight[columns])
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), CLIP)
        optimizer.step()
        step, visits = step + 1, visits + len(inputs)
        update_average(average, net, min(EMA_DECAY, (1 + step) / (10 + step)))
        minutes = (time.monotonic() - started) / 60
        progress = max(visits / arguments.visits, minutes / arguments.minutes)
        if step % 100 == 0:
            log(f"{visits} ECGs, {minutes:.1f} min, loss {loss.item():.4f}")
        if progress >= 1:
            break
    log(f"stopped after {visits} ECGs and {minutes:.1f} minutes")
    return average


@torch.no_grad()
def initial_net(arguments: argparse.Namespace, weight: torch.Tensor) -> Net1D:
    if arguments.start is None:
        return Net1D(arguments.leads, BASE, FILTERS, BLOCKS, CLASSES)
    net = from_checkpoint(onnx_weights(arguments.start))
    net.dense.bias += weight.log()  # which `finish` had taken away
    return net


def batches(arguments: argparse.Namespace) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    """ECGs in the order in which they were simulated, which is as random as any."""
    for number in itertools.count():
        shard = Shard(arguments.train, number, arguments.leads)
        for start in range(0, len(shard.labels), BATCH):
            yield shard.batch(start, BATCH)


def as_recorded(inputs: torch.Tensor) -> torch.Tensor:
    """As another recorder would have it: its band, with the ST shift of an analogue high pass, and each lead's gain."""
    count = len(inputs)
    frequency = torch.fft.rfftfreq(LENGTH, 1 / RATE)
    low, high = (drawn_cutoffs(count, *band) for band in (LOW_PASS, HIGH_PASS))
    band = (1 + (frequency / low) ** (2 * LOW_PASS_ORDER)) ** -0.5 / (1 + 1j * high / frequency.clamp(min=1e-3))
    recorded = torch.fft.irfft(torch.fft.rfft(inputs) * band[:, None], LENGTH)
    return z_score(recorded * torch.exp(GAIN_JITTER * torch.randn(*inputs.shape[:2], 1)))


def drawn_cutoffs(count: int, lowest: float, highest: float) -> torch.Tensor:
    return lowest * (highest / lowest) ** torch.rand(count, 1)


def masked_loss(logits: torch.Tensor, labels: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    stated = labels != NOT_STATED
    loss = F.binary_cross_entropy_with_logits(logits, (labels == 1).float(), pos_weight=weight, reduction="none")
    return (loss * stated).sum() / stated.sum().clamp(min=1)


@torch.no_grad()
def update_average(average: Net1D, net: Net1D, decay: float) -> None:
    for mean, value in zip(average.parameters(), net.parameters()):
        mean.lerp_(value, 1 - decay)


def trained_outputs(labels: np.ndarray) -> np.ndarray:
    return np.logical_and.reduce([(labels == value).sum(0) >= MIN_CASES for value in (0, 1)])


def positive_weights(labels: np.ndarray) -> torch.Tensor:
    """Mild: the square root of what would balance a label."""
    positives, negatives = (labels == 1).sum(0), (labels == 0).sum(0)
    return torch.from_numpy(np.sqrt(negatives / np.maximum(positives, 1)).clip(1, MAX_POSITIVE_WEIGHT)).float()


@torch.no_grad()
def finish(net: Net1D, trained: np.ndarray, weight: torch.Tensor) -> None:
    """Takes the positive weights out of the biases and silences what was not trained."""
    net.dense.bias -= weight.log()
    untrained = torch.from_numpy(np.flatnonzero(~trained))
    net.dense.weight[untrained] = 0
    net.dense.bias[untrained] = UNTRAINED_BIAS


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    main()
