"""Measures a trained network on pictures that it has never seen: average precision, recall, precision, foot error.

    /usr/bin/python3 evaluate.py --checkpoint last.pt --data DIR… [--json FILE]
"""
from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable

import numpy as np
import numpy.typing as npt
import torch

from dataset import FOOT_X, FOOT_Y, Array, H, Pictures, W, X, Y, clip, counts
from network import Exported, PersonNet

LOWEST = 0.05
"""Score below which nothing is looked at."""


def overlaps(a: Array, b: Array) -> Array:
    """Intersection over union of boxes [n, 4] and [m, 4] given by corners → [n, m]."""
    low = np.maximum(a[:, None, :2], b[None, :, :2])
    high = np.minimum(a[:, None, 2:], b[None, :, 2:])
    both = (high - low).clip(0).prod(2)
    area_a, area_b = (a[:, 2:] - a[:, :2]).prod(1), (b[:, 2:] - b[:, :2]).prod(1)
    return np.asarray(both / np.maximum(area_a[:, None] + area_b[None] - both, 1e-6), np.float32)


def suppress(people: Array, most: float = 0.8) -> Array:
    """Greedy non-maximum suppression of [n, 7] (score, corners, foot), best first."""
    people = people[np.argsort(-people[:, 0], kind="stable")]
    kept: list[int] = []
    same = overlaps(people[:, 1:5], people[:, 1:5])
    for i in range(len(people)):
        if all(same[i, k] <= most for k in kept):
            kept.append(i)
    return people[kept]


@dataclass
class Result:
    """Every detection and every person of a set of pictures, matched at an overlap of a half."""

    scores: list[float] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    foot_errors: list[float] = field(default_factory=list)
    """pixels; of the right ones whose feet are within the picture, not a number else"""
    sizes: list[float] = field(default_factory=list)
    """longer side of the person's box, pixels; of the detection's own where it is wrong"""
    views: list[str] = field(default_factory=list)
    wanted_sizes: list[float] = field(default_factory=list)
    wanted_views: list[str] = field(default_factory=list)

    def add(self, found: Array, people: Array, view: str, width: int, height: int) -> None:
        """One picture of a width and height: detections [n, 7] best first, people clipped."""
        corners = people[:, [X, Y, X, Y]].copy()
        corners[:, 2] += people[:, W]
        corners[:, 3] += people[:, H]
        seen = counts(people)
        size = np.maximum(people[:, W], people[:, H])
        self.wanted_sizes += [float(s) for s in size[seen]]
        self.wanted_views += [view] * int(seen.sum())
        free = np.ones(len(people), bool)
        same = overlaps(found[:, 1:5], corners) if len(people) else np.zeros((len(found), 0), np.float32)
        for row, overlap in zip(found, same):
            candidates = np.where(free & seen, overlap, 0)
            best = int(candidates.argmax()) if len(people) else -1
            right = best >= 0 and bool(candidates[best] >= 0.5)
            if right:
                free[best] = False
                x, y = float(people[best, FOOT_X]), float(people[best, FOOT_Y])
                error = float(np.hypot(row[5] - x, row[6] - y))
                if not (0 <= x < width and 0 <= y < height):
                    error = float("nan")  # beyond the edge it can only be guessed
                own = float(size[best])
            else:
                # who is hardly visible may be found or not
                if len(people) and bool((overlap[~seen] >= 0.3).any()):
                    continue
                error, own = float("nan"), float(max(row[3] - row[1], row[4] - row[2]))
            self.scores.append(float(row[0]))
            self.right.append(right)
            self.foot_errors.append(error)
            self.sizes.append(own)
            self.views.append(view)

    def part(self, keep: Callable[[float, str], bool]) -> "Result":
        """Only people (and detections) of some sizes or views."""
        out = Result()
        for i, (size, view) in enumerate(zip(self.sizes, self.views)):
            if keep(size, view):
                out.scores.append(self.scores[i])
                out.right.append(self.right[i])
                out.foot_errors.append(self.foot_errors[i])
                out.sizes.append(size)
                out.views.append(view)
        for size, view in zip(self.wanted_sizes, self.wanted_views):
            if keep(size, view):
                out.wanted_sizes.append(size)
                out.wanted_views.append(view)
        return out

    def curve(self) -> tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]:
        """Scores from high to low, with recall and precision down to each."""
        order = np.argsort(-np.asarray(self.scores), kind="stable")
        right = np.asarray(self.right, float)[order]
        hits = right.cumsum()
        recall = hits / max(1, len(self.wanted_sizes))
        return np.asarray(self.scores)[order], recall, hits / np.arange(1, len(order) + 1)

    def average_precision(self) -> float:
        """Area under precision over recall, every point used."""
        _, recall, precision = self.curve()
        if not len(recall):
            return 0.0
        envelope = np.maximum.accumulate(precision[::-1])[::-1]
        return float((np.diff(recall, prepend=0) * envelope).sum())

    def best_threshold(self) -> float:
        """Score at which precision and recall together (F1) are best."""
        scores, recall, precision = self.curve()
        f1 = 2 * recall * precision / np.maximum(recall + precision, 1e-9)
        return float(scores[int(f1.argmax())]) if len(scores) else 0.4

    def figures(self, threshold: float) -> dict[str, float | int | None]:
        """All figures at one threshold; foot errors in pixels of the network's input."""
        scores = np.asarray(self.scores)
        right = np.asarray(self.right, bool)
        above = scores >= threshold
        errors = np.asarray(self.foot_errors)[above & right]
        errors = errors[~np.isnan(errors)]
        hits = int((above & right).sum())

        def quantile(q: float) -> float | None:
            return round(float(np.quantile(errors, q)), 3) if len(errors) else None

        return {
            "people": len(self.wanted_sizes),
            "ap50": round(self.average_precision(), 4),
            "recall": round(hits / max(1, len(self.wanted_sizes)), 4),
            "precision": round(hits / max(1, int(above.sum())), 4),
            "footErrorMedian": quantile(0.5),
            "footErrorP90": quantile(0.9),
            "footErrorP99": quantile(0.99),
        }

    def summary(self) -> str:
        """One line."""
        best = self.best_threshold()
        f = self.figures(best)
        return (
            f"AP50 {f['ap50']} at {best:.2f}: recall {f['recall']} precision {f['precision']}"
            f" foot median {f['footErrorMedian']} p90 {f['footErrorP90']} p99 {f['footErrorP99']} px"
        )


def measure(net: PersonNet, pictures: Pictures, limit: int = 0) -> Result:
    """Runs the network over the pictures (evenly chosen ones where limited)."""
    model = Exported(net).eval()
    result = Result()
    indices = range(len(pictures))
    if limit and limit < len(pictures):
        indices = range(0, len(pictures), len(pictures) // limit)
    for index in indices:
        picture, people, view = pictures.at(index)
        with torch.no_grad():
            output = model(torch.from_numpy(np.array(picture))[None])[0].numpy()
        found = suppress(output[output[:, 0] >= LOWEST])
        result.add(found, clip(people, pictures.width, pictures.height), view, pictures.width, pictures.height)
    return result


def report(result: Result, threshold: float) -> dict[str, Any]:
    """Figures of all, by view and by size of the person."""
    sizes = {"under 24 px": (0, 24), "24 to 48 px": (24, 48), "48 to 96 px": (48, 96), "over 96 px": (96, 1e9)}
    out: dict[str, Any] = {"threshold": round(threshold, 3), "all": result.figures(threshold), "views": {}, "sizes": {}}
    for view in sorted(set(result.wanted_views)):
        out["views"][view] = result.part(lambda _s, v, view=view: v == view).figures(threshold)  # type: ignore[misc]
    for name, (low, high) in sizes.items():
        part = result.part(lambda s, _v, low=low, high=high: low <= s < high)  # type: ignore[misc]
        if part.wanted_sizes:
            out["sizes"][name] = part.figures(threshold)
    return out


def main() -> None:
    from export import load

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--data", type=Path, nargs="+", required=True)
    parser.add_argument("--threshold", type=float, help="score; without it, the one with the best F1")
    parser.add_argument("--name", default="held-out renders", help="what the pictures are called in the manifest")
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    net, _ = load(args.checkpoint)
    result = measure(net, Pictures.read(args.data))
    best = result.best_threshold()
    out = report(result, args.threshold or best)
    out["bestF1Threshold"] = round(best, 3)
    out["manifest"] = {k: out["all"][k] for k in ("ap50", "recall", "precision", "footErrorMedian", "footErrorP90")}
    out["manifest"]["dataset"] = args.name
    text = json.dumps(out, indent=2)
    print(text)
    if args.json:
        args.json.write_text(text + "\n")


if __name__ == "__main__":
    main()
