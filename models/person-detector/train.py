"""Trains the network on rendered pictures.

The same seed, pictures, options and number of threads give the same weights, byte for byte; an interrupted run that
goes on from its last checkpoint does too.

    /usr/bin/python3 train.py --data DIR… --out DIR --epochs 20
    /usr/bin/python3 train.py --smoke --out DIR     a few steps on pictures made on the spot
"""
from __future__ import annotations

import argparse
import math
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from augment import augment
from dataset import Pictures, Targets, fake_folder, targets
from evaluate import measure
from network import STRIDE, PersonNet, Shape, decode, parameters


def heat_loss(logit: Tensor, wanted: Tensor, weight: Tensor) -> Tensor:
    """Focal loss that forgives cells near a centre, per centre."""
    p = torch.sigmoid(logit).clamp(1e-4, 1 - 1e-4)
    centre = (wanted == 1).float()
    hit = -torch.log(p) * (1 - p) ** 2 * centre
    miss = -torch.log(1 - p) * p**2 * (1 - wanted) ** 4 * (1 - centre)
    return ((hit + miss) * weight).sum() / centre.sum().clamp(min=1)


def overlap_loss(a: Tensor, b: Tensor) -> Tensor:
    """1 − generalised intersection over union of boxes [B, 4, …] → [B, …]."""
    area_a = (a[:, 2] - a[:, 0]) * (a[:, 3] - a[:, 1])
    area_b = (b[:, 2] - b[:, 0]) * (b[:, 3] - b[:, 1])
    low, high = torch.maximum(a[:, :2], b[:, :2]), torch.minimum(a[:, 2:], b[:, 2:])
    both = (high - low).clamp(min=0).prod(1)
    either = (area_a + area_b - both).clamp(min=1e-3)
    hull = (torch.maximum(a[:, 2:], b[:, 2:]) - torch.minimum(a[:, :2], b[:, :2])).prod(1).clamp(min=1e-3)
    return 1 - both / either + (hull - either) / hull


def losses(raw: Tensor, wanted: Targets) -> tuple[Tensor, Tensor, Tensor]:
    """Losses of heat, boxes and feet. Those of feet are relative to the person's size, so that far ones count alike."""
    boxes, feet = decode(raw)
    weight = wanted.value_weight
    total = weight.sum().clamp(min=1)
    box = (overlap_loss(boxes, wanted.values[:, :4]) * weight).sum() / total
    size = (wanted.values[:, 2:4] - wanted.values[:, :2]).amax(1)
    distance = F.smooth_l1_loss(feet, wanted.values[:, 4:], beta=1.0, reduction="none").sum(1)
    # where somebody's feet are beyond the picture's edge can only be guessed: it counts half
    rows, columns = raw.shape[2] * STRIDE, raw.shape[3] * STRIDE
    x, y = wanted.values[:, 4], wanted.values[:, 5]
    inside = ((x >= 0) & (x < columns) & (y >= 0) & (y < rows)).float()
    foot = (distance / (8 + size / 4) * weight * (0.5 + 0.5 * inside)).sum() / total
    return heat_loss(raw[:, 0], wanted.heat, wanted.heat_weight), box, foot


def make_batch(pictures: Pictures, indices: list[int], seed: int, epoch: int) -> tuple[Tensor, Targets]:
    """Augmented pictures and their maps. What happens to a picture depends on seed, epoch and its number only."""
    images, people = [], []
    for index in indices:
        picture, who, _ = pictures.at(index)
        image, who = augment(picture, who, np.random.default_rng((seed, epoch, index)))
        images.append(image)
        people.append(who)
    batch = torch.stack(images).contiguous(memory_format=torch.channels_last)
    return batch, targets(people, pictures.width, pictures.height)


class Trainer:
    """Network, its running average, optimiser and schedule."""

    def __init__(self, pictures: Pictures, options: argparse.Namespace) -> None:
        torch.manual_seed(options.seed)
        torch.use_deterministic_algorithms(True)
        torch.set_num_threads(options.threads)
        self.options = options
        self.pictures = pictures
        self.net = PersonNet(Shape()).to(memory_format=torch.channels_last)
        self.average = {k: v.clone() for k, v in self.net.state_dict().items()}
        decayed = [p for p in self.net.parameters() if p.ndim > 1]
        plain = [p for p in self.net.parameters() if p.ndim <= 1]
        groups = [{"params": decayed, "weight_decay": 0.02}, {"params": plain, "weight_decay": 0.0}]
        self.optimiser = torch.optim.AdamW(groups, lr=options.rate)
        self.step = 0
        self.epoch = 0
        self.steps_per_epoch = len(pictures) // options.batch
        if options.per_epoch:
            self.steps_per_epoch = min(self.steps_per_epoch, options.per_epoch // options.batch)
        self.steps = self.steps_per_epoch * options.epochs

    def rate(self) -> float:
        """Learning rate: a short rise, then half a cosine down to a hundredth."""
        rise = min(300, self.steps // 10 + 1)
        if self.step < rise:
            return float(self.options.rate) * (self.step + 1) / rise
        share = (self.step - rise) / max(1, self.steps - rise)
        return float(self.options.rate) * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * share)))

    def update_average(self) -> None:
        """Exponential average of weights and statistics; short memory at first."""
        keep = min(0.998, (1 + self.step) / (10 + self.step))
        for name, value in self.net.state_dict().items():
            if value.dtype.is_floating_point:
                self.average[name].mul_(keep).add_(value, alpha=1 - keep)
            else:
                self.average[name].copy_(value)

    def train_epoch(self) -> None:
        """One pass over the pictures (or `--per-epoch` of them), in an order that depends on seed and epoch."""
        options = self.options
        order = np.random.default_rng((options.seed, self.epoch)).permutation(len(self.pictures))
        self.net.train()
        sums, began = np.zeros(3), time.monotonic()
        for k in range(self.steps_per_epoch):
            indices = [int(i) for i in order[k * options.batch : (k + 1) * options.batch]]
            images, wanted = make_batch(self.pictures, indices, options.seed, self.epoch)
            for group in self.optimiser.param_groups:
                group["lr"] = self.rate()
            with torch.cpu.amp.autocast(enabled=options.bf16, dtype=torch.bfloat16):
                raw = self.net(images)
            heat, box, foot = losses(raw.float(), wanted)
            self.optimiser.zero_grad(set_to_none=True)
            (heat + 1.5 * box + 3.0 * foot).backward()
            torch.nn.utils.clip_grad_norm_(self.net.parameters(), 20.0)
            self.optimiser.step()
            self.step += 1
            self.update_average()
            sums += [heat.item(), box.item(), foot.item()]
            if (k + 1) % options.report == 0 or k + 1 == self.steps_per_epoch:
                n = (k % options.report) + 1
                speed = (k + 1) * options.batch / (time.monotonic() - began)
                print(
                    f"epoch {self.epoch} step {k + 1}/{self.steps_per_epoch} heat {sums[0] / n:.4f} box {sums[1] / n:.4f}"
                    f" foot {sums[2] / n:.4f} rate {self.rate():.2e} {speed:.0f} pictures/s",
                    flush=True,
                )
                sums[:] = 0
        self.epoch += 1

    def averaged(self) -> PersonNet:
        """A network with the averaged weights, for use."""
        net = PersonNet(Shape())
        net.load_state_dict(self.average)
        return net.eval()

    def save(self, path: Path) -> None:
        """Writes all that a later run needs to go on; never leaves half a file."""
        state: dict[str, Any] = {
            "shape": Shape().to_dict(),
            "size": [self.pictures.width, self.pictures.height],
            "net": self.net.state_dict(),
            "average": self.average,
            "optimiser": self.optimiser.state_dict(),
            "epoch": self.epoch,
            "step": self.step,
            "seed": self.options.seed,
        }
        partial = path.with_suffix(".part")
        torch.save(state, partial)
        partial.replace(path)

    def resume(self, path: Path, weights_only: bool) -> None:
        """Goes on from a checkpoint, or begins anew from its averaged weights."""
        state = torch.load(path, map_location="cpu")
        if weights_only:
            self.net.load_state_dict(state["average"])
            self.average = {k: v.clone() for k, v in state["average"].items()}
            return
        self.net.load_state_dict(state["net"])
        self.average = state["average"]
        self.optimiser.load_state_dict(state["optimiser"])
        self.epoch, self.step = state["epoch"], state["step"]


def options_of(arguments: list[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Trains the person detector.")
    parser.add_argument("--data", type=Path, nargs="*", default=[], help="rendered folders to train on")
    parser.add_argument("--held-out", type=Path, nargs="*", default=[], help="rendered folders to measure on")
    parser.add_argument("--out", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--stop-after", type=int, help="end after this epoch although the schedule is for more")
    parser.add_argument("--per-epoch", type=int, default=0, help="pictures an epoch at most; 0: all")
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=2e-3)
    parser.add_argument("--threads", type=int, default=1, help="another number gives other weights")
    parser.add_argument("--bf16", action="store_true", help="half the precision in training; 1.5 times as fast on CPUs that have it")
    parser.add_argument("--report", type=int, default=50, help="steps between lines of progress")
    parser.add_argument("--measure-every", type=int, default=2, help="epochs between measurements")
    parser.add_argument("--resume", type=Path, help="checkpoint to go on from")
    parser.add_argument("--begin-with", type=Path, help="checkpoint whose weights a new run begins with")
    parser.add_argument("--smoke", action="store_true", help="a few steps on pictures made on the spot")
    parser.add_argument("--smoke-steps", type=int, default=12)
    options = parser.parse_args(arguments)
    if options.smoke:
        options.epochs, options.batch, options.report = 2, 4, 4
    elif not options.data:
        parser.error("--data is needed (or --smoke)")
    return options


def main(arguments: list[str] | None = None) -> None:
    options = options_of(arguments)
    if options.smoke:
        pictures = Pictures([fake_folder(options.smoke_steps * options.batch // 2, 160, 96, options.seed)])
        held_out = None
    else:
        pictures = Pictures.read(options.data)
        held_out = Pictures.read(options.held_out) if options.held_out else None
    options.out.mkdir(parents=True, exist_ok=True)
    trainer = Trainer(pictures, options)
    if options.begin_with and not options.resume:
        trainer.resume(options.begin_with, weights_only=True)
    if options.resume:
        trainer.resume(options.resume, weights_only=False)
    print(f"{len(pictures)} pictures, {trainer.steps} steps, {parameters(trainer.net)} parameters", flush=True)
    while trainer.epoch < (options.stop_after or options.epochs):
        trainer.train_epoch()
        trainer.save(options.out / "last.pt")
        if held_out and trainer.epoch % options.measure_every == 0:
            print(f"epoch {trainer.epoch}: {measure(trainer.averaged(), held_out, limit=400).summary()}", flush=True)


if __name__ == "__main__":
    main()
