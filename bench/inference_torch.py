"""CPU milliseconds per ECG of the eager PyTorch Net1D with random weights, one thread: the baseline of inference.ts.

Written from the published description of the ECGFounder network. Speaks lines on stdin and stdout: after "ready",
each "N" on stdin runs N times and answers the CPU milliseconds of every run, comma-separated.
"""

import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

CHANNELS = [64, 160, 160, 400, 400, 1024, 1024]
BLOCKS = [2, 2, 2, 3, 3, 4, 4]
KERNEL, STRIDE, GROUP_WIDTH, LEADS, CLASSES = 16, 2, 16, 12, 150


def pad_same(x, kernel, stride):
    out = (x.shape[-1] + stride - 1) // stride
    total = max(0, (out - 1) * stride + kernel - x.shape[-1])
    return F.pad(x, (total // 2, total - total // 2))


class SameConv(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride=1, groups=1):
        super().__init__()
        self.kernel, self.stride = kernel, stride
        self.conv = nn.Conv1d(inputs, outputs, kernel, stride, groups=groups)

    def forward(self, x):
        return self.conv(pad_same(x, self.kernel, self.stride))


class Block(nn.Module):
    def __init__(self, inputs, outputs, stride, first):
        super().__init__()
        self.stride, self.first = stride, first
        self.grow = outputs - inputs
        self.conv1 = SameConv(inputs, outputs, 1)
        self.conv2 = SameConv(outputs, outputs, KERNEL, stride, outputs // GROUP_WIDTH)
        self.conv3 = SameConv(outputs, outputs, 1)
        self.squeeze = nn.Linear(outputs, outputs // 2)
        self.excite = nn.Linear(outputs // 2, outputs)
        self.swish = lambda x: x * torch.sigmoid(x)

    def forward(self, x):
        shortcut = x
        out = x if self.first else self.swish(x)
        out = self.conv3(self.swish(self.conv2(self.swish(self.conv1(out)))))
        scale = torch.sigmoid(self.excite(self.swish(self.squeeze(out.mean(-1)))))
        out = torch.einsum("abc,ab->abc", out, scale)
        if self.stride > 1:
            # The authors pad by kernel - 1 whatever the length, then pool without padding.
            total = self.stride - 1
            shortcut = F.max_pool1d(F.pad(shortcut, (total // 2, total - total // 2)), self.stride, self.stride)
        if self.grow > 0:
            shortcut = F.pad(shortcut.transpose(-1, -2), (self.grow // 2, self.grow - self.grow // 2)).transpose(-1, -2)
        return out + shortcut


class Net1D(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = SameConv(LEADS, CHANNELS[0], KERNEL, STRIDE)
        blocks, inputs = [], CHANNELS[0]
        for outputs, count in zip(CHANNELS, BLOCKS):
            for index in range(count):
                blocks.append(Block(inputs, outputs, STRIDE if index == 0 else 1, not blocks))
                inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        self.dense = nn.Linear(inputs, CLASSES)

    def forward(self, x):
        out = self.stem(x)
        out = self.blocks(out * torch.sigmoid(out))
        return self.dense(out.mean(-1))


def main():
    torch.set_num_threads(1)
    network, ecg = Net1D().eval(), torch.randn(1, LEADS, 5000)
    with torch.inference_mode():
        network(ecg)
        print(f"ready {torch.__version__} {sum(p.numel() for p in network.parameters())}", flush=True)
        for line in sys.stdin:
            times = []
            for _ in range(int(line)):
                start = time.process_time()
                network(ecg)
                times.append((time.process_time() - start) * 1e3)
            print(",".join(f"{t:.3f}" for t in times), flush=True)


if __name__ == "__main__":
    main()
