"""Changes to pictures while training, so that the network does not learn the renderer's habits.

Mirroring, zoom and shift, light, contrast, colour cast, grey, blur, noise, covered patches. People are moved and
hidden accordingly.
"""
from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F

from dataset import FOOT_X, FOOT_Y, HEAD_X, HEAD_Y, VISIBLE, Array, H, W, X, Y, clip
from network import FILL

BLUR = torch.tensor([[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]).div(16).expand(3, 1, 3, 3).contiguous()


def augment(picture: npt.NDArray[np.uint8], people: Array, rng: np.random.Generator) -> tuple[Tensor, Array]:
    """One picture [H, W, 3] → [3, H, W] floats 0 … 255, and its people, clipped to it."""
    image = torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1))).float()
    image, people = mirror(image, people, rng)
    image, people = move(image, people, rng)
    people = clip(people, image.shape[2], image.shape[1])
    image, people = cover(image, people, rng)
    return light(image, rng), people


def mirror(image: Tensor, people: Array, rng: np.random.Generator) -> tuple[Tensor, Array]:
    """Half of the pictures left to right."""
    if rng.random() < 0.5:
        width = image.shape[2]
        image = image.flip(2)
        people[:, X] = width - people[:, X] - people[:, W]
        people[:, [FOOT_X, HEAD_X]] = width - people[:, [FOOT_X, HEAD_X]]
    return image, people


def move(image: Tensor, people: Array, rng: np.random.Generator) -> tuple[Tensor, Array]:
    """A third zoomed by 0.7 to 1.4, the others shifted by up to 10 pixels."""
    _, height, width = image.shape
    zoom = float(np.exp(rng.uniform(np.log(0.7), np.log(1.4)))) if rng.random() < 0.35 else 1.0
    if zoom == 1.0:
        dx, dy = (int(v) for v in rng.integers(-10, 11, 2))
    else:
        new_height, new_width = round(height * zoom), round(width * zoom)
        image = F.interpolate(image[None], (new_height, new_width), mode="bilinear", align_corners=False)[0]
        dx, dy = int(rng.uniform(0, 1) * (width - new_width)), int(rng.uniform(0, 1) * (height - new_height))
        people[:, [X, W, FOOT_X, HEAD_X]] *= new_width / width
        people[:, [Y, H, FOOT_Y, HEAD_Y]] *= new_height / height
    people[:, [X, FOOT_X, HEAD_X]] += dx
    people[:, [Y, FOOT_Y, HEAD_Y]] += dy
    out = torch.full((3, height, width), FILL)
    top, left = max(0, dy), max(0, dx)
    bottom, right = min(height, dy + image.shape[1]), min(width, dx + image.shape[2])
    out[:, top:bottom, left:right] = image[:, top - dy : bottom - dy, left - dx : right - dx]
    return out, people


def cover(image: Tensor, people: Array, rng: np.random.Generator) -> tuple[Tensor, Array]:
    """A fifth get one or two patches of one colour; who is behind them is seen less."""
    if rng.random() < 0.2:
        _, height, width = image.shape
        for _ in range(int(rng.integers(1, 3))):
            w, h = rng.uniform(8, 60), rng.uniform(8, 60)
            x, y = rng.uniform(-w / 2, width - w / 2), rng.uniform(-h / 2, height - h / 2)
            x1, y1 = max(0, int(x)), max(0, int(y))
            x2, y2 = int(x + w), int(y + h)
            image[:, y1:y2, x1:x2] = torch.from_numpy(rng.uniform(0, 255, (3, 1, 1)).astype(np.float32))
            over_x = np.minimum(people[:, X] + people[:, W], x2) - np.maximum(people[:, X], x1)
            over_y = np.minimum(people[:, Y] + people[:, H], y2) - np.maximum(people[:, Y], y1)
            area = np.maximum(people[:, W] * people[:, H], 1)
            people[:, VISIBLE] *= 1 - (over_x.clip(0) * over_y.clip(0) / area).clip(0, 1)
    return image, people


def light(image: Tensor, rng: np.random.Generator) -> Tensor:
    """Brightness, contrast, colour cast, grey, blur, noise."""
    if rng.random() < 0.6:
        gain = rng.uniform(0.65, 1.35) * rng.uniform(0.88, 1.12, (3, 1, 1))
        image = (image - 128) * torch.from_numpy(gain.astype(np.float32)) + float(128 + rng.uniform(-35, 35))
    if rng.random() < 0.1:
        image = image.mean(0, keepdim=True).expand(3, -1, -1)
    if rng.random() < 0.2:
        image = F.conv2d(image[None], BLUR, padding=1, groups=3)[0]
    if rng.random() < 0.4:
        image = image + torch.from_numpy(rng.standard_normal(image.shape, np.float32)) * float(rng.uniform(2, 12))
    return image.clamp(0, 255)
