/**
 * Writes the smallest ONNX models there can be: whatever goes in, a fixed answer comes out. Enough to see how the agent
 * takes a model of any declared shape, without anybody's weights.
 */
export interface TinyModel {
  input: { name: string; type: 'float32' | 'uint8'; shape: (number | string)[] };
  output: { name: string; shape: number[]; values: ArrayLike<number> };
}

const ELEMENT = { float32: 1, uint8: 2 };
const IR_VERSION = 8;
const OPSET = 13;

export function tinyOnnx({ input, output }: TinyModel): Buffer {
  const answer = Buffer.concat([
    ...output.shape.map((side) => number(1, side)),
    number(2, ELEMENT.float32),
    text(8, 'answer'),
    bytes(9, Buffer.from(Float32Array.from(output.values).buffer)),
  ]);
  const node = Buffer.concat([text(1, 'answer'), text(2, output.name), text(4, 'Identity')]);
  const graph = Buffer.concat([
    bytes(1, node),
    text(2, 'tiny'),
    bytes(5, answer),
    bytes(11, valueInfo(input.name, ELEMENT[input.type], input.shape)),
    bytes(12, valueInfo(output.name, ELEMENT.float32, output.shape)),
  ]);
  return Buffer.concat([number(1, IR_VERSION), bytes(7, graph), bytes(8, number(2, OPSET))]);
}

function valueInfo(name: string, element: number, shape: readonly (number | string)[]): Buffer {
  const sides = shape.map((side) => bytes(1, typeof side === 'number' ? number(1, side) : text(2, side)));
  const tensor = Buffer.concat([number(1, element), bytes(2, Buffer.concat(sides))]);
  return Buffer.concat([text(1, name), bytes(2, bytes(1, tensor))]);
}

/** Protocol buffers: a field's key is its number and how its value is written. */
const number = (field: number, value: number): Buffer => Buffer.from([...varint(field * 8), ...varint(value)]);
const text = (field: number, value: string): Buffer => bytes(field, Buffer.from(value));
const bytes = (field: number, value: Buffer): Buffer =>
  Buffer.concat([Buffer.from([...varint(field * 8 + 2), ...varint(value.length)]), value]);

function varint(value: number): number[] {
  const out: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...out, rest];
    out.push((rest % 128) + 128);
  }
}
