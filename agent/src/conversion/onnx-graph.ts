import { Message } from './protobuf.js';

/** Types of elements, by their number in onnx.proto (https://onnx.ai/onnx/repo-docs/IR.html). */
export const ELEMENT = { float: 1, int32: 6, int64: 7, bool: 9 } as const;
export type Element = keyof typeof ELEMENT;

/** An attribute: a text, a list of whole numbers, or one number; `{ float }` for one that is no whole number. */
export type Attribute = string | number | readonly number[] | { float: number };

export interface Declared {
  name: string;
  type: Element;
  /** a name where the side may be of any length */
  dims: readonly (number | string)[];
}

interface Step {
  type: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes: Readonly<Record<string, Attribute>>;
}

/** A graph of ONNX operators (set 13), written step by step. What no output needs is left out in the end. */
export class OnnxGraph {
  private readonly steps: Step[] = [];
  /** Key: name. */
  private readonly constants = new Map<string, Message>();
  private readonly taken = new Set<string>();

  /** @returns the names of its outputs */
  add(
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    outputs = 1,
  ): string[] {
    const names = Array.from({ length: outputs }, () => this.name(type.toLowerCase()));
    this.steps.push({ type, inputs, outputs: names, attributes });
    return names;
  }

  /** As `add`, of a step with one output. */
  one(type: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    return this.add(type, inputs, attributes)[0] as string;
  }

  /** Gives a value the name that it is known by outside. */
  call(name: string, value: string): void {
    this.steps.push({ type: 'Identity', inputs: [value], outputs: [name], attributes: {} });
  }

  /** @param values whole numbers become int64 or int32, as `type` says */
  constant(type: Exclude<Element, 'bool'>, dims: readonly number[], values: ArrayLike<number>): string {
    const name = this.name('constant');
    const message = new Message();
    for (const side of dims) message.integer(1, side);
    message.integer(2, ELEMENT[type]).text(8, name).raw(9, bytesOf(type, values));
    this.constants.set(name, message);
    return name;
  }

  private name(stem: string): string {
    const name = `${stem}-${this.taken.size}`;
    this.taken.add(name);
    return name;
  }

  /** The whole file. */
  finish(name: string, inputs: readonly Declared[], outputs: readonly Declared[]): Uint8Array {
    const needed = new Set(outputs.map((output) => output.name));
    const kept: Step[] = [];
    for (const step of [...this.steps].reverse()) {
      if (!step.outputs.some((output) => needed.has(output))) continue;
      for (const input of step.inputs) needed.add(input);
      kept.unshift(step);
    }
    const graph = new Message();
    for (const step of kept) graph.message(1, stepMessage(step));
    graph.text(2, name);
    for (const [constant, message] of this.constants) if (needed.has(constant)) graph.message(5, message);
    for (const input of inputs) graph.message(11, declaration(input));
    for (const output of outputs) graph.message(12, declaration(output));
    // IR version 8 and operator set 13: read by every ONNX Runtime since 1.10.
    return new Message()
      .integer(1, 8)
      .text(2, 'aisle')
      .message(7, graph)
      .message(8, new Message().text(1, '').integer(2, 13))
      .finish();
  }
}

function stepMessage({ type, inputs, outputs, attributes }: Step): Message {
  const message = new Message();
  for (const input of inputs) message.text(1, input);
  for (const output of outputs) message.text(2, output);
  message.text(3, outputs[0] as string).text(4, type);
  for (const [name, value] of Object.entries(attributes)) message.message(5, attributeMessage(name, value));
  return message;
}

function attributeMessage(name: string, value: Attribute): Message {
  const message = new Message().text(1, name);
  if (typeof value === 'string') return message.text(4, value).integer(20, 3);
  if (typeof value === 'number') return message.integer(3, value).integer(20, 2);
  if ('float' in value) return message.float(2, value.float).integer(20, 1);
  for (const one of value) message.integer(8, one);
  return message.integer(20, 7);
}

function declaration({ name, type, dims }: Declared): Message {
  const shape = new Message();
  for (const side of dims)
    shape.message(1, typeof side === 'string' ? new Message().text(2, side) : new Message().integer(1, side));
  const tensor = new Message().integer(1, ELEMENT[type]).message(2, shape);
  return new Message().text(1, name).message(2, new Message().message(1, tensor));
}

/** Little endian, as ONNX wants it. */
function bytesOf(type: Exclude<Element, 'bool'>, values: ArrayLike<number>): Uint8Array {
  const size = type === 'int64' ? 8 : 4;
  const bytes = new Uint8Array(values.length * size);
  const view = new DataView(bytes.buffer);
  for (let at = 0; at < values.length; at += 1) {
    const value = values[at] as number;
    if (type === 'float') view.setFloat32(at * 4, value, true);
    else if (type === 'int32') view.setInt32(at * 4, value, true);
    else view.setBigInt64(at * 8, BigInt(value), true);
  }
  return bytes;
}
