/** Writes tiny TensorFlow.js graph models: `model.json` and its weights, as the converter reads them. */
export type Attribute = string | string[] | number | number[] | boolean | { float: number } | { type: string };

export interface TinyNode {
  name: string;
  op: string;
  inputs?: string[];
  attributes?: Record<string, Attribute>;
}

export interface TinyConstant {
  dims: number[];
  values: number[];
  /** as numbers are kept in the weights; float32 or int32 when left out */
  kept?: 'float16' | 'uint8' | 'uint16';
  whole?: boolean;
}

export function tinyGraph(
  nodes: readonly TinyNode[],
  constants: Readonly<Record<string, TinyConstant>>,
): { model: unknown; weights: Uint8Array } {
  const parts: Uint8Array[] = [];
  const entries = Object.entries(constants).map(([name, constant]) => {
    const [bytes, entry] = kept(constant);
    parts.push(bytes);
    return { name, shape: constant.dims, ...entry };
  });
  const written = [
    ...Object.keys(constants).map((name) => ({ name, op: 'Const', input: [], attr: {} })),
    ...nodes.map(({ name, op, inputs = [], attributes = {} }) => ({
      ...{ name, op, input: inputs },
      attr: Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, attribute(value)])),
    })),
  ];
  return {
    model: {
      format: 'graph-model',
      modelTopology: { node: written },
      weightsManifest: [{ paths: ['w.bin'], weights: entries }],
    },
    weights: Buffer.concat(parts),
  };
}

function attribute(value: Attribute): unknown {
  const text = (one: string) => Buffer.from(one).toString('base64');
  if (typeof value === 'string') return { s: text(value) };
  if (typeof value === 'boolean') return { b: value };
  if (typeof value === 'number') return { i: String(value) };
  if (Array.isArray(value))
    return typeof value[0] === 'string'
      ? { list: { s: (value as string[]).map(text) } }
      : { list: { i: (value as number[]).map(String) } };
  return 'float' in value ? { f: value.float } : { type: value.type };
}

function kept({ values, kept: how, whole }: TinyConstant): [Uint8Array, Record<string, unknown>] {
  if (how === 'float16') {
    const bytes = Buffer.alloc(values.length * 2);
    values.forEach((value, at) => bytes.writeUInt16LE(half(value), at * 2));
    return [bytes, { dtype: 'float32', quantization: { dtype: 'float16', original_dtype: 'float32' } }];
  }
  if (how) {
    const [least, most] = [Math.min(...values), Math.max(...values)];
    const scale = (most - least) / (how === 'uint8' ? 255 : 65_535) || 1;
    const steps = values.map((value) => Math.round((value - least) / scale));
    const bytes = how === 'uint8' ? Uint8Array.from(steps) : new Uint8Array(Uint16Array.from(steps).buffer);
    return [bytes, { dtype: 'float32', quantization: { dtype: how, scale, min: least, original_dtype: 'float32' } }];
  }
  const array = whole === true ? Int32Array.from(values) : Float32Array.from(values);
  return [new Uint8Array(array.buffer), { dtype: whole === true ? 'int32' : 'float32' }];
}

/** Nearest binary16 of numbers that have one without rounding: tests use such. */
function half(value: number): number {
  if (value === 0) return 0;
  const sign = value < 0 ? 0x8000 : 0;
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(value))));
  const fraction = Math.abs(value) / 2 ** exponent;
  if (fraction < 1) return sign | Math.round(fraction * 1024);
  return sign | ((exponent + 15) << 10) | Math.round((fraction - 1) * 1024);
}
