"""Tests of the training code; run by `/usr/bin/python3 -m unittest` in this folder. No renderer is needed."""
from __future__ import annotations

import hashlib
import json
import os
import tempfile
import unittest
from pathlib import Path

import numpy as np
import torch

import train
from augment import augment, mirror
from dataset import FOOT_X, FOOT_Y, HEAD_X, HEAD_Y, Pictures, clip, fake_folder, people_of, read_folder, targets
from evaluate import Result, measure, overlaps, suppress
from export import load, write_onnx
from network import STRIDE, Exported, PersonNet, decode


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def person(x: float, y: float, w: float, h: float, visible: float = 1.0) -> list[float]:
    return [x, y, w, h, x + w / 2, y + h, visible, x + w / 2, y + 2]


class Training(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.out = Path(self.folder.name)

    def tearDown(self) -> None:
        self.folder.cleanup()

    def smoke(self, name: str, *more: str) -> Path:
        train.main(["--smoke", "--smoke-steps", "6", "--out", str(self.out / name), *more])
        return self.out / name / "last.pt"

    def test_the_same_seed_gives_the_same_weights_byte_for_byte(self) -> None:
        self.assertEqual(digest(self.smoke("a")), digest(self.smoke("b")))

    def test_another_seed_gives_other_weights(self) -> None:
        self.assertNotEqual(digest(self.smoke("a")), digest(self.smoke("b", "--seed", "2")))

    def test_a_run_that_was_interrupted_ends_with_the_same_weights(self) -> None:
        whole = self.smoke("whole")
        options = train.options_of(["--smoke", "--smoke-steps", "6", "--out", str(self.out)])
        pictures = Pictures([fake_folder(12, 160, 96, 1)])
        first = train.Trainer(pictures, options)
        first.train_epoch()
        first.save(self.out / "half.pt")
        second = train.Trainer(pictures, options)
        second.resume(self.out / "half.pt", weights_only=False)
        second.train_epoch()
        second.save(self.out / "last.pt")
        wanted, got = torch.load(whole), torch.load(self.out / "last.pt")
        for part in ("net", "average"):
            for name, value in wanted[part].items():
                self.assertTrue(torch.equal(value, got[part][name]), f"{part} {name}")

    def test_a_few_steps_lower_the_losses(self) -> None:
        options = train.options_of(["--smoke", "--out", str(self.out)])
        pictures = Pictures([fake_folder(16, 160, 96, 3)])
        options.epochs = 8
        trainer = train.Trainer(pictures, options)
        images, wanted = train.make_batch(pictures, list(range(8)), 5, 0)

        def total() -> float:
            with torch.no_grad():
                return float(sum(train.losses(trainer.net.train()(images), wanted)))

        before = total()
        for _ in range(options.epochs):
            trainer.train_epoch()
        self.assertLess(total(), before * 0.5)

    def test_the_exported_graph_is_written_with_what_torch_answers(self) -> None:
        """Leaves model, picture and answer in AISLE_CHECK_DIR for a reader with ONNX Runtime."""
        out = Path(os.environ.get("AISLE_CHECK_DIR", str(self.out)))
        net, checkpoint = load(self.smoke("a"))
        width, height = checkpoint["size"]
        write_onnx(net, out / "smoke.onnx", width, height)
        picture = fake_folder(1, width, height, 9).images[0]
        with torch.no_grad():
            people = Exported(net).eval()(torch.from_numpy(picture)[None]).numpy()
        self.assertEqual(people.shape, (1, width // STRIDE * (height // STRIDE), 7))
        picture.tofile(out / "smoke.u8")
        people.astype("<f4").tofile(out / "smoke.f32")
        self.assertLess((out / "smoke.onnx").stat().st_size, 2_000_000)


class Data(unittest.TestCase):
    def test_a_rendered_folder_is_read_as_written(self) -> None:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            images = np.arange(2 * 16 * 32 * 3, dtype=np.uint8).reshape(2, 16, 32, 3)
            images.tofile(folder / "images.u8")
            (folder / "meta.json").write_text(json.dumps({"width": 32, "height": 16}))
            lines = [{"people": [{"box": [1, 2, 3, 4], "foot": [5, 6], "head": [2.5, 3], "visible": 0.5}], "degreesFromVertical": 50}, {"people": []}]
            (folder / "labels.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
            read = read_folder(folder)
            self.assertTrue((read.images == images).all())
            self.assertEqual([p.tolist() for p in read.people], [[[1, 2, 3, 4, 5, 6, 0.5, 2.5, 3]], []])
            self.assertEqual(read.views, ["oblique (over 40 degrees)", "any"])
            (folder / "labels.jsonl").write_text(json.dumps(lines[0]) + "\n")
            with self.assertRaisesRegex(SystemExit, "images.u8 holds"):
                read_folder(folder)

    def test_a_box_over_the_edge_is_cut_and_counts_as_seen_less(self) -> None:
        people = clip(np.asarray([person(-10, 4, 20, 8), person(40, 4, 8, 8)], np.float32), 32, 16)
        self.assertEqual(people.tolist(), [[0, 4, 10, 8, 0, 12, 0.5, 0, 6]])

    def test_maps_mark_centres_edges_and_feet(self) -> None:
        people = np.asarray([person(8, 8, 16, 24), person(44, 4, 8, 12, 0.05)], np.float32)
        wanted = targets([people], 64, 48)
        self.assertEqual(float(wanted.heat[0, 2, 4]), 1.0)
        self.assertEqual(wanted.values[0, :, 2, 4].tolist(), [8, 8, 24, 32, 16, 32])
        self.assertEqual(int((wanted.heat == 1).sum()), 1)
        self.assertEqual(float(wanted.heat_weight[0, 1, 12]), 0.0, "somebody hardly visible is left out")
        self.assertEqual(float(wanted.heat_weight[0, 2, 4]), 1.0)

    def test_one_behind_another_has_a_cell_of_their_own_where_the_head_is(self) -> None:
        front, behind = person(8, 12, 16, 32), person(9, 4, 16, 32, 0.15)
        wanted = targets([np.asarray([front, behind], np.float32)], 64, 48)
        self.assertEqual([float(wanted.heat[0, row, 4]) for row in (1, 3)], [1.0, 1.0])
        self.assertEqual([float(wanted.values[0, 1, row, 4]) for row in (1, 3)], [4, 12])

    def test_of_two_heads_in_one_cell_the_one_seen_better_is_learned(self) -> None:
        pair = [person(9, 8, 16, 30, 0.3), person(8, 9, 16, 24)]
        wanted = targets([np.asarray(pair, np.float32)], 64, 48)
        self.assertEqual(wanted.values[0, :4, 2, 4].tolist(), [8, 9, 24, 33])

    def test_whose_head_is_beyond_the_edge_is_looked_for_in_the_middle_of_what_is_within(self) -> None:
        people = clip(np.asarray([person(8, -12, 16, 24)], np.float32), 64, 48)
        self.assertEqual(float(targets([people], 64, 48).heat[0, 1, 4]), 1.0)

    def test_a_mirrored_picture_has_mirrored_people(self) -> None:
        class Always:
            def random(self) -> float:
                return 0.0

        image = torch.arange(8.0).expand(3, 4, 8).clone()
        people = np.asarray([[1, 0, 2, 3, 1.5, 3, 1, 2, 0.5]], np.float32)
        image, people = mirror(image, people, Always())  # type: ignore[arg-type]
        self.assertEqual(image[0, 0].tolist(), [7, 6, 5, 4, 3, 2, 1, 0])
        self.assertEqual(people[0].tolist(), [5, 0, 2, 3, 6.5, 3, 1, 6, 0.5])

    def test_changes_keep_bright_people_where_their_labels_say(self) -> None:
        folder = fake_folder(1, 96, 64, 4)
        picture = np.full_like(folder.images[0], 40)
        picture[20:44, 30:46] = 220
        bright = np.asarray([[30, 20, 16, 24, 38, 43, 1, 38, 22]], np.float32)
        for seed in range(40):
            image, people = augment(picture, bright.copy(), np.random.default_rng(seed))
            if not len(people) or people[0, 6] < 0.9:
                continue
            x, y, w, h = people[0, :4]
            inside = image[:, int(y + h * 0.2) : int(y + h * 0.8), int(x + w * 0.2) : int(x + w * 0.8)].mean()
            self.assertGreater(float(inside), float(image[:, : max(1, int(y) - 3), :].mean()) if y > 6 else -1)
            self.assertTrue(x - 0.01 <= people[0, FOOT_X] <= x + w + 0.01)
            self.assertTrue(y <= people[0, FOOT_Y] <= y + h + 0.01)


class Measuring(unittest.TestCase):
    def found(self, score: float, x: float, y: float, w: float, h: float, foot: tuple[float, float]) -> list[float]:
        return [score, x, y, x + w, y + h, *foot]

    def test_overlap_is_intersection_over_union(self) -> None:
        a = np.asarray([[0, 0, 2, 2]], np.float32)
        b = np.asarray([[1, 0, 3, 2], [5, 5, 6, 6]], np.float32)
        np.testing.assert_allclose(overlaps(a, b), [[1 / 3, 0]], atol=1e-6)

    def test_suppression_keeps_the_best_of_overlapping_boxes(self) -> None:
        rows = [self.found(0.6, 0, 0, 10, 10, (5, 9)), self.found(0.9, 1, 0, 10, 10, (6, 9)), self.found(0.5, 30, 0, 10, 10, (35, 9))]
        kept = suppress(np.asarray(rows, np.float32))
        self.assertEqual([round(float(s), 2) for s in kept[:, 0]], [0.9, 0.5])

    def test_figures_of_a_small_case_worked_by_hand(self) -> None:
        people = np.asarray([person(0, 0, 10, 20), person(50, 0, 10, 20), person(80, 0, 10, 20, 0.1)], np.float32)
        rows = [
            self.found(0.9, 0, 0, 10, 20, (5, 23)),  # right, foot 3 px off
            self.found(0.8, 20, 0, 10, 20, (25, 20)),  # nobody there
            self.found(0.7, 50, 0, 10, 20, (54, 20)),  # right, foot 1 px off
            self.found(0.6, 80, 0, 10, 20, (85, 20)),  # hardly visible: neither
        ]
        result = Result()
        result.add(np.asarray(rows, np.float32), people, "any", 320, 192)
        figures = result.figures(0.5)
        self.assertEqual((figures["people"], figures["recall"], figures["precision"]), (2, 1.0, 0.6667))
        self.assertEqual(figures["ap50"], round(0.5 + 0.5 * 2 / 3, 4))
        self.assertEqual(figures["footErrorMedian"], 2.0)
        self.assertEqual(result.figures(0.85)["recall"], 0.5)

    def test_a_network_is_measured_on_pictures(self) -> None:
        result = measure(PersonNet(), Pictures([fake_folder(2, 64, 48, 1)]))
        self.assertEqual(result.figures(0.5)["people"], len(result.wanted_sizes))
        self.assertGreater(len(result.wanted_sizes), 0)

    def test_raw_values_decode_to_pixels(self) -> None:
        raw = torch.zeros(1, 7, 2, 3)
        raw[0, 5, 1, 2], raw[0, 6, 1, 2] = 0.5, -0.25
        boxes, feet = decode(raw)
        self.assertEqual(boxes[0, :, 1, 2].tolist(), [10 - 16, 6 - 16, 10 + 16, 6 + 16])
        self.assertEqual(feet[0, :, 1, 2].tolist(), [10 + 8, 6 - 4])


class Labels(unittest.TestCase):
    def test_people_without_a_share_count_as_wholly_seen(self) -> None:
        self.assertEqual(people_of({"people": [{"box": [0, 0, 1, 1], "foot": [0, 1]}]})[0, 6], 1)
        self.assertEqual(people_of({"people": []}).shape, (0, 9))

    def test_a_head_that_the_labels_leave_out_is_on_the_other_side_of_the_middle_than_the_foot(self) -> None:
        row = people_of({"people": [{"box": [0, 0, 10, 20], "foot": [4, 20]}]})[0]
        np.testing.assert_allclose(row[[HEAD_X, HEAD_Y]], [5.8, 2], atol=1e-5)


if __name__ == "__main__":
    unittest.main()
