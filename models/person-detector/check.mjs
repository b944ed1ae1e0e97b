/**
 * Runs the exported detector over pictures and says how many people it finds: `node check.mjs FILE… [--threshold S]
 * [--png DIR] [--json FILE]`. FILE is a picture or an animated GIF; each frame is a line of counts. For looking and
 * counting; the agent has its own, faster reader of the same graph.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { parseArgs } from 'node:util';

const here = import.meta.dirname;
// both belong to the agent's workspace
const require = createRequire(path.join(here, '../../agent/package.json'));
const ort = require('onnxruntime-node');
const sharp = require('sharp');

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    threshold: { type: 'string' },
    png: { type: 'string' },
    json: { type: 'string' },
    every: { type: 'string' },
  },
});
const manifest = JSON.parse(readFileSync(path.join(here, 'manifest.json'), 'utf8'));
const { width, height, fill } = manifest.input;
const threshold = Number(values.threshold ?? manifest.scoreThreshold);
const session = await ort.InferenceSession.create(path.join(here, manifest.file), { intraOpNumThreads: 1 });

function overlap(a, b) {
  const w = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  const h = Math.min(a[4], b[4]) - Math.max(a[2], b[2]);
  if (w <= 0 || h <= 0) return 0;
  const area = (p) => (p[3] - p[1]) * (p[4] - p[2]);
  return (w * h) / (area(a) + area(b) - w * h);
}

/** Raw RGB of a frame → people in its pixels: [score, x1, y1, x2, y2, foot x, foot y]. */
async function detect(rgb, w, h) {
  const scale = Math.min(width / w, height / h);
  const inner = { width: Math.round(w * scale), height: Math.round(h * scale) };
  const { data } = await sharp(rgb, { raw: { width: w, height: h, channels: 3 } })
    .resize(inner.width, inner.height, { fit: 'fill' })
    .extend({ right: width - inner.width, bottom: height - inner.height, background: { r: fill, g: fill, b: fill } })
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { people } = await session.run({ image: new ort.Tensor('uint8', new Uint8Array(data), [1, height, width, 3]) });
  const found = [];
  for (let i = 0; i < people.data.length; i += 7) {
    if (people.data[i] < threshold) continue;
    const row = [...people.data.subarray(i, i + 7)];
    found.push(row.map((v, k) => (k === 0 ? v : v / scale)));
  }
  found.sort((a, b) => b[0] - a[0]);
  return found.filter((p, i) => found.every((q, k) => k >= i || overlap(p, q) <= manifest.iouThreshold));
}

const out = {};
for (const file of positionals) {
  const source = sharp(file, { animated: true });
  const { data, info } = await source.removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true });
  const h = info.pageHeight ?? info.height;
  const frames = info.height / h;
  const counts = [];
  for (let k = 0; k < frames; k++) {
    const rgb = data.subarray(k * h * info.width * 3, (k + 1) * h * info.width * 3);
    const people = await detect(rgb, info.width, h);
    counts.push(people.length);
    if (values.png && k % Number(values.every ?? 20) === 0) {
      mkdirSync(values.png, { recursive: true });
      const marks = people.map(
        ([s, x1, y1, x2, y2, fx, fy]) =>
          `<rect x="${x1}" y="${y1}" width="${x2 - x1}" height="${y2 - y1}" fill="none" stroke="lime" stroke-width="2"/>` +
          `<circle cx="${fx}" cy="${fy}" r="3" fill="red"/><text x="${x1}" y="${y1 - 2}" fill="yellow" font-size="12">${s.toFixed(2)}</text>`,
      );
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${info.width}" height="${h}">${marks.join('')}</svg>`;
      await sharp(rgb, { raw: { width: info.width, height: h, channels: 3 } })
        .composite([{ input: Buffer.from(svg) }])
        .png()
        .toFile(path.join(values.png, `${path.basename(file, path.extname(file))}-${String(k).padStart(4, '0')}.png`));
    }
  }
  const share = (n) => (counts.filter((c) => c === n).length / frames).toFixed(3);
  const most = Math.max(...counts);
  out[path.basename(file)] = { frames, counts };
  console.log(
    `${path.basename(file)}: ${frames} frames; people a frame: ` +
      Array.from({ length: most + 1 }, (_, n) => `${n}: ${share(n)}`).join(', '),
  );
}
if (values.json) writeFileSync(values.json, JSON.stringify(out));
