"""The network: a small convolutional backbone with a light feature pyramid back to stride 4.

Every cell of the finest map says whether a person's box is centred there, how far the box's four edges lie from the
cell's middle, and where that person stands on the floor. Plain 3 × 3 convolutions with batch normalisation and ReLU
only: these are what CPUs run fastest, and the normalisation folds into the weights on export.
"""
from __future__ import annotations

import math
from dataclasses import asdict, dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

STRIDE = 4
"""Input pixels per cell of the output."""
FILL = 114.0
"""Grey level of the letterbox; also what the network takes as zero, so that its own padding looks the same."""
CHANNELS = 7
"""Of the raw output: heat logit; left, top, right, bottom (log of distance ÷ unit); foot x, foot y (÷ unit)."""
UNIT = 16.0
"""Pixels per unit of a distance in the raw output."""


@dataclass(frozen=True)
class Shape:
    """Widths (channels) at strides 2, 4, 8, 16, of the pyramid and of the head; how many blocks at 8 and 16."""

    stem: int = 16
    s4: int = 32
    s8: int = 48
    s16: int = 64
    blocks8: int = 2
    blocks16: int = 3
    pyramid8: int = 48
    pyramid4: int = 32
    head: int = 48

    def to_dict(self) -> dict[str, int]:
        return asdict(self)


def conv(inputs: int, outputs: int, kernel: int = 3, stride: int = 1) -> nn.Sequential:
    """Convolution, batch normalisation, ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, bias=False),
        nn.BatchNorm2d(outputs, momentum=0.03),
        nn.ReLU(inplace=True),
    )


class Residual(nn.Module):
    """Two 3 × 3 convolutions around a shortcut."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = conv(channels, channels)
        self.second = nn.Sequential(
            nn.Conv2d(channels, channels, 3, 1, 1, bias=False), nn.BatchNorm2d(channels, momentum=0.03)
        )

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.second(self.first(x)), inplace=True)


class PersonNet(nn.Module):
    """Pictures [B, 3, H, W] (0 … 255) → raw map [B, 7, H/4, W/4]. H and W are multiples of 16."""

    def __init__(self, shape: Shape = Shape()) -> None:
        super().__init__()
        self.shape = shape
        self.stem = conv(3, shape.stem, 3, 2)
        self.down4 = conv(shape.stem, shape.s4, 3, 2)
        self.block4 = conv(shape.s4, shape.s4)
        self.down8 = conv(shape.s4, shape.s8, 3, 2)
        self.block8 = nn.Sequential(*[Residual(shape.s8) for _ in range(shape.blocks8)])
        self.down16 = conv(shape.s8, shape.s16, 3, 2)
        self.block16 = nn.Sequential(*[Residual(shape.s16) for _ in range(shape.blocks16)])
        self.top16 = conv(shape.s16, shape.pyramid8, 1)
        self.side8 = conv(shape.s8, shape.pyramid8, 1)
        self.merge8 = conv(shape.pyramid8, shape.pyramid8)
        self.top8 = conv(shape.pyramid8, shape.pyramid4, 1)
        self.side4 = conv(shape.s4, shape.pyramid4, 1)
        self.merge4 = conv(shape.pyramid4, shape.head)
        self.out = nn.Conv2d(shape.head, CHANNELS, 1)
        self._start()

    def _start(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        nn.init.normal_(self.out.weight, std=0.01)
        with torch.no_grad():
            assert self.out.bias is not None
            self.out.bias.zero_()
            self.out.bias[0] = -math.log(99.0)  # people are rare: begin by expecting one cell in a hundred

    def forward(self, x: Tensor) -> Tensor:
        x = (x - FILL) / 64.0
        x4 = self.block4(self.down4(self.stem(x)))
        x8 = self.block8(self.down8(x4))
        x16 = self.block16(self.down16(x8))
        y8 = self.merge8(self.side8(x8) + F.interpolate(self.top16(x16), scale_factor=2.0, mode="nearest"))
        y4 = self.merge4(self.side4(x4) + F.interpolate(self.top8(y8), scale_factor=2.0, mode="nearest"))
        with torch.cpu.amp.autocast(enabled=False):  # pixels want all their digits
            return self.out(y4.float())


def cell_middles(rows: int, columns: int, like: Tensor) -> tuple[Tensor, Tensor]:
    """Input pixels of the middles of all cells: x [1, columns], y [rows, 1]."""
    x = (torch.arange(columns, dtype=like.dtype, device=like.device) + 0.5) * STRIDE
    y = (torch.arange(rows, dtype=like.dtype, device=like.device) + 0.5) * STRIDE
    return x[None, :], y[:, None]


def decode(raw: Tensor) -> tuple[Tensor, Tensor]:
    """Raw map → boxes [B, 4, rows, columns] (x1, y1, x2, y2) and feet [B, 2, rows, columns], in input pixels."""
    x, y = cell_middles(raw.shape[2], raw.shape[3], raw)
    distance = torch.exp(raw[:, 1:5].clamp(-5.0, 3.5)) * UNIT
    foot = raw[:, 5:7] * UNIT
    boxes = torch.stack((x - distance[:, 0], y - distance[:, 1], x + distance[:, 2], y + distance[:, 3]), 1)
    return boxes, torch.stack((x + foot[:, 0], y + foot[:, 1]), 1)


class Exported(nn.Module):
    """What the exported graph computes: uint8 [1, H, W, 3] → people [1, cells, 7], row by row.

    A cell's score is kept only where it is the greatest of its 3 × 3 neighbourhood, so that a reader need only compare
    with a threshold. Its box and foot are the mean of what the neighbourhood says, by score: nine opinions err less than
    one.
    """

    def __init__(self, net: PersonNet) -> None:
        super().__init__()
        self.net = net

    def forward(self, image: Tensor) -> Tensor:
        raw = self.net(image.to(torch.float32).permute(0, 3, 1, 2))
        heat = torch.sigmoid(raw[:, :1])
        peak = (heat == F.max_pool2d(heat, 3, 1, 1)).to(torch.float32)
        weight = heat.clamp(min=1e-4) ** 2
        places = torch.cat(decode(raw), 1)
        places = F.avg_pool2d(places * weight, 3, 1, 1) / F.avg_pool2d(weight, 3, 1, 1)
        people = torch.cat((heat * peak, places), 1)
        return people.flatten(2).transpose(1, 2)


def parameters(net: nn.Module) -> int:
    """How many numbers are trained."""
    return sum(p.numel() for p in net.parameters())


def multiplications(net: PersonNet, height: int, width: int) -> int:
    """Multiply-adds of one picture, convolutions only."""
    total = 0

    def count(module: nn.Module, _inputs: object, output: Tensor) -> None:
        nonlocal total
        assert isinstance(module, nn.Conv2d)
        total += output.shape[2] * output.shape[3] * module.weight.numel()

    hooks = [m.register_forward_hook(count) for m in net.modules() if isinstance(m, nn.Conv2d)]
    training = net.training
    net.eval()
    with torch.no_grad():
        net(torch.zeros(1, 3, height, width))
    net.train(training)
    for hook in hooks:
        hook.remove()
    return total
