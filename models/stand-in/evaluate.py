"""Scores a stand-in on simulated validation ECGs and sets its thresholds by them.

python3 evaluate.py CHECKPOINT.pth --validation DIR

Writes evaluation.json beside the checkpoint.
"""

import argparse
import json
import math
from pathlib import Path

import numpy as np
import torch
from scipy.stats import rankdata

from dataset import LABELS, Dataset
from net1d import Net1D, from_checkpoint

# Whatever else a reading says, it says these of most ECGs: (normal) sinus rhythm, normal or abnormal ECG.
FRAME = ("ABNORMAL ECG", "NORMAL SINUS RHYTHM", "NORMAL ECG", "SINUS RHYTHM")
FRAME_SPECIFICITY, FINDING_SPECIFICITY, ENOUGH_SENSITIVITY = 0.95, 0.99, 0.95
SCORE_STEP = 1e-6
THRESHOLD_RULE = (
    "halfway, in log odds, between the score that leaves 99 % specificity among the simulated validation ECGs without the "
    "label and the score that finds 95 % of those with it, but never below the former; for normal and abnormal ECG, sinus "
    "rhythm and normal sinus rhythm the higher of the score that finds 95 % and the one that leaves 95 % specificity"
)
UNTRAINED_BIAS = -12.0


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--validation", type=Path, required=True)
    parser.add_argument("--device", default="cpu")
    arguments = parser.parse_args()
    net = from_checkpoint(torch.load(arguments.checkpoint, weights_only=True))
    trained = (net.dense.bias != UNTRAINED_BIAS).numpy()
    evaluation = evaluate(net.to(arguments.device), Dataset(arguments.validation, net.first_conv.conv.in_channels), trained)
    path = arguments.checkpoint.with_name("evaluation.json")
    path.write_text(json.dumps(evaluation, indent=2) + "\n")
    print(f"macro AUROC {evaluation['macroAuroc']:.4f} over {trained.sum()} outputs")


@torch.no_grad()
def evaluate(net: Net1D, dataset: Dataset, trained: np.ndarray) -> dict:
    """AUROC and threshold of each trained output, by its index."""
    device = net.dense.bias.device
    logits = torch.cat([net(inputs.to(device)) for inputs in dataset.inputs(50)]).double()
    scores = torch.sigmoid(logits).cpu().numpy()
    outputs = {
        int(index): {
            "label": LABELS[index],
            **evaluate_output(scores[:, index], dataset.labels[:, index], LABELS[index] in FRAME),
        }
        for index in np.flatnonzero(trained)
    }
    return {
        "rule": THRESHOLD_RULE,
        "macroAuroc": round(float(np.mean([output["auroc"] for output in outputs.values()])), 4),
        "outputs": outputs,
    }


def evaluate_output(scores: np.ndarray, labels: np.ndarray, is_frame: bool) -> dict:
    positives, negatives = scores[labels == 1], scores[labels == 0]
    ranks = rankdata(np.concatenate([positives, negatives]))[: len(positives)].sum()
    auroc = (ranks / len(positives) - (len(positives) + 1) / 2) / len(negatives)
    specificity = FRAME_SPECIFICITY if is_frame else FINDING_SPECIFICITY
    specific = score_of(np.quantile(negatives, specificity, method="higher") + SCORE_STEP)
    sensitive = score_of(np.quantile(positives, 1 - ENOUGH_SENSITIVITY, method="lower"))
    # Other recordings than simulated ones score less clearly: a threshold in the gap is the farthest from both.
    higher = sensitive if is_frame else 1 / (1 + math.exp(-(log_odds(specific) + log_odds(sensitive)) / 2))
    threshold = max(specific, score_of(higher))
    return {
        "positives": len(positives),
        "negatives": len(negatives),
        "auroc": round(float(auroc), 4),
        "threshold": threshold,
        "sensitivity": round(float(np.mean(positives >= threshold)), 4),
        "specificity": round(float(np.mean(negatives < threshold)), 4),
    }


def score_of(score: float) -> float:
    """Within the bounds of a threshold, rounded down."""
    return round(math.floor(float(np.clip(score, SCORE_STEP, 1 - SCORE_STEP)) / SCORE_STEP) * SCORE_STEP, 6)


def log_odds(score: float) -> float:
    return math.log(score / (1 - score))


if __name__ == "__main__":
    main()
