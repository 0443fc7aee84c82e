"""Averages the weights of stand-ins that were trained from the same one.

python3 average.py OUTPUT.pth FILE...

The mean of such networks was found to hold up better than each of them on data unlike those of training (Rame et al.,
NeurIPS 2022, arXiv:2205.09739); here that was not compared.
"""

import argparse
from pathlib import Path

import torch

from net1d import Net1D, checkpoint
from train import sha256, stored_net


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("output", type=Path, metavar="OUTPUT.pth")
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    arguments = parser.parse_args()
    for file in arguments.files:
        print(f"{file} SHA-256 {sha256(file)}")
    torch.save(checkpoint(averaged([stored_net(file) for file in arguments.files])), arguments.output)
    print(f"{arguments.output} SHA-256 {sha256(arguments.output)}")


@torch.no_grad()
def averaged(nets: list[Net1D]) -> Net1D:
    """The first of them, with the mean of all their weights."""
    mean, *others = nets
    for count, net in enumerate(others, start=2):
        torch._foreach_lerp_(list(mean.parameters()), list(net.parameters()), 1 / count)
    return mean


if __name__ == "__main__":
    main()
