"""ECGFounder's Net1D (Li et al., NEJM AI 2025) in PyTorch, without its unused batch norm.

Convolutions are 2-D with height 1: oneDNN has fast channels-last kernels for those and slow ones for 1-D.
`checkpoint` gives the tensors back under the official names and shapes.
"""

import torch
from torch import nn
from torch.nn import functional as F

KERNEL = 16
GROUP_WIDTH = 16
STRIDE = 2


class SameConv(nn.Module):
    """Convolution over time with as many zeros around it that the output has ceil(length / stride) samples."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int, stride: int, groups: int) -> None:
        super().__init__()
        self.kernel, self.stride = kernel, stride
        self.conv = nn.Conv2d(channels_in, channels_out, (1, kernel), (1, stride), groups=groups)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        length = x.shape[-1]
        pad = max(0, (-(-length // self.stride) - 1) * self.stride + self.kernel - length)
        return self.conv(F.pad(x, (pad // 2, pad - pad // 2)) if pad else x)


class Block(nn.Module):
    """Bottleneck with a grouped convolution and squeeze-excitation around a shortcut."""

    def __init__(self, channels_in: int, channels_out: int, stride: int, is_first: bool) -> None:
        super().__init__()
        self.stride, self.is_first = stride, is_first
        self.growth = channels_out - channels_in
        self.conv1 = SameConv(channels_in, channels_out, 1, 1, 1)
        self.conv2 = SameConv(channels_out, channels_out, KERNEL, stride, channels_out // GROUP_WIDTH)
        self.conv3 = SameConv(channels_out, channels_out, 1, 1, 1)
        self.se_fc1 = nn.Linear(channels_out, channels_out // 2)
        self.se_fc2 = nn.Linear(channels_out // 2, channels_out)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        out = self.conv1(x if self.is_first else F.silu(x))
        out = self.conv3(F.silu(self.conv2(F.silu(out))))
        gate = torch.sigmoid(self.se_fc2(F.silu(self.se_fc1(out.mean((2, 3))))))
        return out * gate[:, :, None, None] + self.shortcut(x)

    def shortcut(self, x: torch.Tensor) -> torch.Tensor:
        if self.stride > 1:
            # The official padding of the pool is 0, not -inf; it is seen where the length is odd.
            x = F.max_pool2d(F.pad(x, (0, x.shape[-1] % self.stride)), (1, self.stride))
        before = self.growth // 2
        return F.pad(x, (0, 0, 0, 0, before, self.growth - before)) if self.growth else x


class Stage(nn.Module):
    def __init__(self, channels_in: int, channels_out: int, blocks: int, is_first: bool) -> None:
        super().__init__()
        self.block_list = nn.ModuleList(
            Block(channels_out if index else channels_in, channels_out, 1 if index else STRIDE, is_first and index == 0)
            for index in range(blocks)
        )

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for block in self.block_list:
            x = block(x)
        return x


class Net1D(nn.Module):
    """[batch, leads, samples] to [batch, classes] logits."""

    def __init__(self, leads: int, base: int, filters: list[int], blocks: list[int], classes: int) -> None:
        super().__init__()
        self.first_conv = SameConv(leads, base, KERNEL, STRIDE, 1)
        inputs = [base, *filters[:-1]]
        self.stage_list = nn.ModuleList(
            Stage(before, after, count, index == 0)
            for index, (before, after, count) in enumerate(zip(inputs, filters, blocks, strict=True))
        )
        self.dense = nn.Linear(filters[-1], classes)
        self.to(memory_format=torch.channels_last)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = F.silu(self.first_conv(x[:, :, None, :]))
        for stage in self.stage_list:
            x = stage(x)
        return self.dense(x.mean((2, 3)))


def checkpoint(net: Net1D) -> dict[str, torch.Tensor]:
    """The network's tensors as the official code names and shapes them."""
    return {
        name: (tensor.squeeze(2) if tensor.dim() == 4 else tensor).detach().float().contiguous().clone()
        for name, tensor in net.state_dict().items()
    }


@torch.no_grad()
def from_checkpoint(tensors: dict[str, torch.Tensor]) -> Net1D:
    """The network of tensors under the official names; its shape follows from theirs."""
    base, leads, _ = tensors["first_conv.conv.weight"].shape
    filters, blocks = [], []
    while f"stage_list.{len(filters)}.block_list.0.conv3.conv.bias" in tensors:
        stage = f"stage_list.{len(filters)}.block_list"
        filters.append(len(tensors[f"{stage}.0.conv3.conv.bias"]))
        blocks.append(sum(f"{stage}.{block}.conv3.conv.bias" in tensors for block in range(64)))
    net = Net1D(leads, base, filters, blocks, len(tensors["dense.bias"]))
    for name, tensor in net.state_dict().items():
        tensor.copy_(tensors[name].reshape(tensor.shape))
    return net
