"""Rendered pictures with their labels, and the maps that the network is trained towards.

A folder of pictures, as `npm run simulate -- render --format tensor` writes it, holds `images.u8` (count × H × W × 3,
RGB), `labels.jsonl` (one line per picture) and `meta.json`. It is read through a memory map: a hundred thousand
pictures cost no memory.
"""
from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Sequence

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from network import STRIDE

Array = npt.NDArray[np.float32]
X, Y, W, H, FOOT_X, FOOT_Y, VISIBLE, HEAD_X, HEAD_Y = range(9)
"""Columns of a picture's people: box (left, top, width, height) and foot in pixels, share that can be seen, head."""

IGNORED_BELOW = 0.25
"""When measuring: people of whom less is seen count neither for nor against the network."""
TAUGHT_FROM = 0.1
"""When training; less, for of somebody behind somebody else a camera sees little more than the head."""
SMALLEST = 8.0
"""Nor do those whose box is shorter than this in both directions, pixels."""
REGRESSED_FROM = 0.2
"""Share of the head's heat from which a cell also learns edges and foot; lower: more cells, less precise ones."""


@dataclass
class Folder:
    """One rendered folder."""

    images: npt.NDArray[np.uint8]
    people: list[Array]
    views: list[str]


def people_of(record: dict[str, Any]) -> Array:
    """One line of labels as an array [people, 9]."""
    rows = [[*p["box"], *p["foot"], p.get("visible", 1.0), *(p.get("head") or head_of(p["box"], p["foot"]))] for p in record["people"]]
    return np.asarray(rows, np.float32).reshape(-1, 9)


def head_of(box: Sequence[float], foot: Sequence[float]) -> tuple[float, float]:
    """Where the head about is, of labels that do not say: on the other side of the box's middle than the foot."""
    x, y, w, h = box
    middle_x, middle_y = x + w / 2, y + h / 2
    return middle_x + 0.8 * (middle_x - foot[0]), middle_y + 0.8 * (middle_y - foot[1])


def view_of(degrees_from_vertical: float | None) -> str:
    """A word for how a camera looks down."""
    if degrees_from_vertical is None:
        return "any"
    if degrees_from_vertical <= 15:
        return "overhead (to 15 degrees from vertical)"
    return "steep (16 to 40 degrees)" if degrees_from_vertical <= 40 else "oblique (over 40 degrees)"


def read_folder(path: Path) -> Folder:
    """Maps one folder; its size is what meta.json says, or follows from the labels' number."""
    meta = json.loads((path / "meta.json").read_text())
    records = [json.loads(line) for line in (path / "labels.jsonl").read_text().splitlines() if line]
    images = np.memmap(path / "images.u8", np.uint8, "r")
    width, height = int(meta["width"]), int(meta["height"])
    if images.size != len(records) * width * height * 3:
        raise SystemExit(f"{path}: images.u8 holds {images.size} bytes, not {len(records)} × {height} × {width} × 3")
    views = [view_of(r.get("degreesFromVertical")) for r in records]
    return Folder(images.reshape(len(records), height, width, 3), [people_of(r) for r in records], views)


def fake_folder(count: int, width: int, height: int, seed: int) -> Folder:
    """Pictures made on the spot (a grey floor, bodies as bright ovals), so that tests need no renderer."""
    rng = np.random.default_rng(seed)
    yy, xx = np.mgrid[0:height, 0:width].astype(np.float32)
    images = np.empty((count, height, width, 3), np.uint8)
    people: list[Array] = []
    for i in range(count):
        picture = rng.uniform(60, 120) + rng.normal(0, 6, (height, width, 3)).astype(np.float32)
        rows = []
        for _ in range(int(rng.integers(1, 6))):
            w, h = rng.uniform(12, 26), rng.uniform(22, 48)
            x, y = rng.uniform(0, width - w), rng.uniform(0, height - h)
            inside = ((xx - x - w / 2) / (w / 2)) ** 2 + ((yy - y - h / 2) / (h / 2)) ** 2 <= 1
            picture[inside] = rng.uniform(130, 255, 3)
            foot = (x + w / 2, y + h - 2)
            rows.append([x, y, w, h, *foot, 1.0, *head_of((x, y, w, h), foot)])
        images[i] = picture.clip(0, 255).astype(np.uint8)
        people.append(np.asarray(rows, np.float32))
    return Folder(images, people, ["fake"] * count)


class Pictures:
    """Several folders as one numbered set."""

    def __init__(self, folders: Sequence[Folder]) -> None:
        self.folders = list(folders)
        self.ends = np.cumsum([len(f.people) for f in folders])
        self.height, self.width = folders[0].images.shape[1:3]

    @staticmethod
    def read(paths: Sequence[Path]) -> "Pictures":
        return Pictures([read_folder(p) for p in paths])

    def __len__(self) -> int:
        return int(self.ends[-1])

    def at(self, index: int) -> tuple[npt.NDArray[np.uint8], Array, str]:
        """Picture [H, W, 3], its people [n, 9] (a copy), and the camera's view."""
        k = int(np.searchsorted(self.ends, index, side="right"))
        folder = self.folders[k]
        i = index - (int(self.ends[k - 1]) if k else 0)
        return folder.images[i], folder.people[i].copy(), folder.views[i]


def clip(people: Array, width: int, height: int) -> Array:
    """Boxes cut at the picture's edge; what is cut off is no longer visible; who is outside goes. Feet may lie outside."""
    x1, y1 = people[:, X].clip(0, width), people[:, Y].clip(0, height)
    x2 = (people[:, X] + people[:, W]).clip(0, width)
    y2 = (people[:, Y] + people[:, H]).clip(0, height)
    whole = np.maximum(people[:, W] * people[:, H], 1e-3)
    out = people.copy()
    out[:, X], out[:, Y], out[:, W], out[:, H] = x1, y1, x2 - x1, y2 - y1
    out[:, VISIBLE] *= (x2 - x1) * (y2 - y1) / whole
    return out[(out[:, W] >= 2) & (out[:, H] >= 2)]


def counts(people: Array, least: float = IGNORED_BELOW) -> npt.NDArray[np.bool_]:
    """Which of the people [n, 9] the network is asked to find: those of whom some share is seen."""
    large = np.maximum(people[:, W], people[:, H]) >= SMALLEST
    return np.asarray((people[:, VISIBLE] >= least) & large)


@dataclass
class Targets:
    """Maps for a batch, each [B, …, rows, columns]."""

    heat: Tensor
    """1 at the cell of somebody's head (of the box's middle where the head is outside), falling off around it."""
    heat_weight: Tensor
    """0 where somebody hardly visible may be."""
    values: Tensor
    """x1, y1, x2, y2, foot x, foot y in pixels, of the person a cell belongs to."""
    value_weight: Tensor
    """How much a cell's values count."""


def targets(batch: Sequence[Array], width: int, height: int) -> Targets:
    """Maps of a batch of people lists; the boxes must be clipped already."""
    rows, columns = height // STRIDE, width // STRIDE
    heat = np.zeros((len(batch), rows, columns), np.float32)
    heat_weight = np.ones_like(heat)
    values = np.zeros((len(batch), 6, rows, columns), np.float32)
    value_weight = np.zeros_like(heat)
    for i, people in enumerate(batch):
        nearness = np.zeros((rows, columns), np.float32)
        # of two heads in one cell, the network learns the one that is seen better
        people = people[np.argsort(-people[:, VISIBLE], kind="stable")]
        for (x, y, w, h, foot_x, foot_y, visible, head_x, head_y), wanted in zip(people, counts(people, TAUGHT_FROM)):
            at_x, at_y = head_x / STRIDE, head_y / STRIDE
            if not (0 <= head_x < width and 0 <= head_y < height):
                # whose head is beyond the picture's edge is looked for in the middle of what is within
                at_x, at_y = (x + w / 2) / STRIDE, (y + h / 2) / STRIDE
            column, row = min(int(at_x), columns - 1), min(int(at_y), rows - 1)
            size = max(w, h) / STRIDE
            if not wanted:
                reach = max(1, round(0.12 * size))
                heat_weight[i, max(0, row - reach) : row + reach + 1, max(0, column - reach) : column + reach + 1] = 0
                continue
            spread = max(0.55, 0.05 * size)
            reach = max(2, int(3 * spread))
            left, right = max(0, column - reach), min(columns, column + reach + 1)
            top, bottom = max(0, row - reach), min(rows, row + reach + 1)
            # from the head itself, not from its cell's middle: where it lies between two cells, both are nearly right
            fall_x = np.exp(-0.5 * ((np.arange(left, right) + 0.5 - at_x) / spread) ** 2)
            fall_y = np.exp(-0.5 * ((np.arange(top, bottom) + 0.5 - at_y) / spread) ** 2)
            bell = (fall_y[:, None] * fall_x[None, :]).astype(np.float32)
            bell[row - top, column - left] = 1
            here = (i, slice(top, bottom), slice(left, right))
            np.maximum(heat[here], bell, out=heat[here])
            near = nearness[top:bottom, left:right]
            # a cell learns from the one person whose head it is nearest to
            mine = (bell > near) & (bell >= REGRESSED_FROM)
            near[mine] = bell[mine]
            value_weight[here][mine] = bell[mine] * min(1.0, 0.25 + visible)
            for k, value in enumerate((x, y, x + w, y + h, foot_x, foot_y)):
                values[i, k, top:bottom, left:right][mine] = value
        # somebody visible always counts, even in front of somebody hidden
        heat_weight[i][heat[i] >= 0.5] = 1
    return Targets(
        torch.from_numpy(heat), torch.from_numpy(heat_weight), torch.from_numpy(values), torch.from_numpy(value_weight)
    )
