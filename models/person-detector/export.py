"""Writes a trained network as ONNX, and the manifest beside it."""
from __future__ import annotations

import argparse
import hashlib
import json
import re
import warnings
from pathlib import Path
from typing import Any

import torch

from network import STRIDE, Exported, PersonNet, Shape

OPSET = 16


def load(path: Path) -> tuple[PersonNet, dict[str, Any]]:
    """A checkpoint's averaged weights in a network ready to use, and the checkpoint itself."""
    checkpoint = torch.load(path, map_location="cpu")
    net = PersonNet(Shape(**checkpoint["shape"]))
    net.load_state_dict(checkpoint["average"])
    return net.eval(), checkpoint


def write_onnx(net: PersonNet, path: Path, width: int, height: int) -> None:
    """The graph with normalisation folded into the weights, decoding and peak search included."""
    with warnings.catch_warnings():
        # torch remarks on shapes that it cannot infer; all of ours are fixed by the example
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Exported(net).eval(),
            (torch.zeros(1, height, width, 3, dtype=torch.uint8),),
            str(path),
            opset_version=OPSET,
            do_constant_folding=True,
            input_names=["image"],
            output_names=["people"],
        )


def manifest(path: Path, width: int, height: int, threshold: float, figures: dict[str, Any]) -> dict[str, Any]:
    """What the agent needs to know to run the file."""
    return {
        "name": "person-detector",
        "file": path.name,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
        "input": {
            "name": "image",
            "width": width,
            "height": height,
            "type": "uint8",
            "layout": "nhwc",
            "channels": "rgb",
            "scale": 1,
            "mean": [0, 0, 0],
            "std": [1, 1, 1],
            "fit": "top-left",
            "fill": 114,
        },
        "output": {"name": "people", "style": "aisle", "strides": [STRIDE]},
        "classes": ["person"],
        "person": 0,
        "scoreThreshold": threshold,
        "lowScoreThreshold": 0.2,
        "iouThreshold": 0.8,
        "licence": "Apache-2.0",
        "source": "Trained from scratch by models/person-detector on rendered pictures; "
        f"scores are of {figures.get('dataset', 'no pictures yet')}, foot errors in pixels of the input",
        "scores": {k: v for k, v in figures.items() if isinstance(v, (int, float))},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent, help="folder for model and manifest")
    parser.add_argument("--threshold", type=float, default=0.4, help="score from which a person is reported")
    parser.add_argument("--scores", type=Path, help="JSON of evaluate.py, to state in the manifest")
    args = parser.parse_args()
    net, checkpoint = load(args.checkpoint)
    width, height = checkpoint["size"]
    path = args.out / "person-detector.onnx"
    write_onnx(net, path, width, height)
    scores = json.loads(args.scores.read_text())["manifest"] if args.scores else {}
    text = json.dumps(manifest(path, width, height, args.threshold, scores), indent=2)
    # lists of plain values on one line, as the repository's formatter has them
    text = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda m: "[" + re.sub(r",\s+", ", ", m[1]) + "]", text)
    (args.out / "manifest.json").write_text(text + "\n")
    print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
