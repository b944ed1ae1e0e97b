import { ConversionError } from './conversion-error.js';

/**
 * Reads TensorFlow.js graph models: `model.json` with the graph and a manifest of the weights, and the weights' bytes. The
 * format: https://www.tensorflow.org/js/guide/save_load, and `io/types.ts` of tfjs-core for the manifest. A constant's values
 * lie one after another in the weights, quantised where its entry says so.
 */
export interface TfGraph {
  /** Key: the node's name. */
  nodes: ReadonlyMap<string, TfNode>;
  /** Key: the constant's name. */
  constants: ReadonlyMap<string, Constant>;
}

export interface TfNode {
  name: string;
  op: string;
  /** name of a node, `:n` for its further outputs; control inputs are left out */
  inputs: readonly string[];
  attributes: Attributes;
}

/** Values of a constant, row by row. */
export interface Constant {
  dims: readonly number[];
  data: Float32Array | Int32Array;
}

type Raw = Record<string, unknown>;
const isRaw = (value: unknown): value is Raw => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Attributes of a node. Asking for one that is not there gives what TensorFlow takes then. */
export class Attributes {
  constructor(private readonly values: Raw) {}

  text(name: string, otherwise = ''): string {
    const value = this.of(name)?.['s'];
    return value === undefined ? otherwise : textOf(value);
  }

  texts(name: string): string[] {
    return this.list(name, 's').map(textOf);
  }

  number(name: string, otherwise = 0): number {
    const value = this.of(name);
    return Number(value?.['i'] ?? value?.['f'] ?? otherwise);
  }

  numbers(name: string): number[] {
    return this.list(name, 'i').map(Number);
  }

  flag(name: string): boolean {
    return this.of(name)?.['b'] === true;
  }

  /** "DT_FLOAT" and the like. */
  type(name: string): string {
    return String(this.of(name)?.['type'] ?? '');
  }

  private of(name: string): Raw | undefined {
    const value = this.values[name];
    return isRaw(value) ? value : undefined;
  }

  private list(name: string, kind: string): unknown[] {
    const list = this.of(name)?.['list'];
    const values = isRaw(list) ? list[kind] : undefined;
    return Array.isArray(values) ? values : [];
  }
}

/** Bytes as base64, or one by one in older files. */
const textOf = (value: unknown): string =>
  Array.isArray(value) ? String.fromCharCode(...(value as number[])) : atob(String(value));

/**
 * @param model the contents of `model.json`
 * @param weights all weight files of its manifest, one behind the other
 * @throws ConversionError
 */
export function readTfjsGraph(model: unknown, weights: Uint8Array): TfGraph {
  const topology = isRaw(model) ? model['modelTopology'] : undefined;
  const listed = isRaw(topology) ? topology['node'] : undefined;
  const manifest = isRaw(model) ? model['weightsManifest'] : undefined;
  if (!Array.isArray(listed) || !Array.isArray(manifest))
    throw new ConversionError('expected a TensorFlow.js graph model with modelTopology.node and weightsManifest');
  const nodes = new Map<string, TfNode>();
  for (const raw of listed as Raw[]) {
    const [name, op] = [String(raw['name']), String(raw['op'])];
    const inputs = Array.isArray(raw['input']) ? (raw['input'] as string[]) : [];
    const attributes = new Attributes(isRaw(raw['attr']) ? raw['attr'] : {});
    nodes.set(name, { name, op, inputs: inputs.filter((input) => !input.startsWith('^')), attributes });
  }
  const constants = new Map<string, Constant>();
  let at = 0;
  for (const entry of (manifest as Raw[]).flatMap((group) => group['weights'] as Raw[])) {
    const name = String(entry['name']);
    const dims = entry['shape'] as number[];
    const [data, bytes] = valuesOf(name, entry, dims, weights, at);
    constants.set(name, { dims, data });
    at += bytes;
  }
  if (at !== weights.length)
    throw new ConversionError(`expected ${at} bytes of weights, as the manifest says, found ${weights.length}`);
  return { nodes, constants };
}

/** The values of one constant, and how many bytes they take. */
function valuesOf(
  name: string,
  entry: Raw,
  dims: readonly number[],
  weights: Uint8Array,
  at: number,
): [Float32Array | Int32Array, number] {
  const count = dims.reduce((product, side) => product * side, 1);
  const stored = isRaw(entry['quantization']) ? entry['quantization'] : undefined;
  const kept = String(stored?.['dtype'] ?? entry['dtype']);
  const size = { float32: 4, int32: 4, float16: 2, uint16: 2, uint8: 1, bool: 1 }[kept];
  if (size === undefined) throw new ConversionError(`weights of "${name}": ${kept} is not supported`);
  if (at + count * size > weights.length)
    throw new ConversionError(
      `weights of "${name}": the file ends ${at + count * size - weights.length} bytes too soon`,
    );
  const view = new DataView(weights.buffer, weights.byteOffset + at, count * size);
  const read: Record<string, (index: number) => number> = {
    float32: (index) => view.getFloat32(index * 4, true),
    int32: (index) => view.getInt32(index * 4, true),
    float16: (index) => halfOf(view.getUint16(index * 2, true)),
    uint16: (index) => view.getUint16(index * 2, true),
    uint8: (index) => view.getUint8(index),
    bool: (index) => view.getUint8(index),
  };
  const isWhole = entry['dtype'] === 'int32' || entry['dtype'] === 'bool';
  const values = isWhole ? new Int32Array(count) : new Float32Array(count);
  // Affine quantisation: value × scale + min.
  const affine = stored && kept !== 'float16';
  const [scale, least] = affine ? [Number(stored['scale']), Number(stored['min'])] : [1, 0];
  const one = read[kept] as (index: number) => number;
  for (let index = 0; index < count; index += 1) values[index] = one(index) * scale + least;
  return [values, count * size];
}

/** IEEE 754 binary16: sign, 5 bits of exponent, 10 bits of fraction. */
export function halfOf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
