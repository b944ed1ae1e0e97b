import { ConversionError } from './conversion-error.js';
import { OnnxGraph } from './onnx-graph.js';
import { Conversion, fixed, type Dims, type Operand, type Tensor } from './operands.js';
import { LAYERS, type Convert } from './operators-layers.js';
import { SHAPES } from './operators-shape.js';
import { VALUES } from './operators-values.js';
import type { TfGraph } from './tfjs-graph.js';

const OPERATORS: Readonly<Record<string, Convert>> = { ...LAYERS, ...VALUES, ...SHAPES };
/** TensorFlow's operators that can be converted. */
export const CONVERTIBLE: readonly string[] = ['Placeholder', 'Const', ...Object.keys(OPERATORS)].sort();

/** Where a graph is entered: at a node's output, which need not be the graph's own input. */
export interface Entry {
  /** name of the ONNX input */
  name: string;
  type: 'float' | 'int32';
  /** as TensorFlow counts them; null where the side may be of any length */
  dims: Dims;
  /** a picture that comes as [n, c, h, w], though it is [n, h, w, c] to TensorFlow */
  channelsFirst?: boolean;
}

/** A node may wait once for each node that needs it: longer lists are circles. */
const MOST_OPEN = 16;

/** A graph being converted: values are asked for by TensorFlow's names, and finished with steps of one's own. */
export class GraphConversion {
  readonly onnx = new OnnxGraph();
  readonly to = new Conversion(this.onnx);
  /** Key: TensorFlow's name of a node. */
  private readonly known = new Map<string, Operand[]>();
  private readonly declared: { name: string; entry: Entry }[] = [];

  /** @param entries Key: name of a TensorFlow node that is replaced by an input */
  constructor(
    private readonly graph: TfGraph,
    entries: Readonly<Record<string, Entry>>,
  ) {
    for (const [node, entry] of Object.entries(entries)) {
      if (!graph.nodes.has(node)) throw new ConversionError(`the graph has no node "${node}"`);
      const like = { type: entry.type, turned: entry.channelsFirst === true };
      this.known.set(node, [this.to.tensor(entry.name, entry.dims, like)]);
      this.declared.push({ name: entry.name, entry });
    }
  }

  /**
   * A value by TensorFlow's name, `:n` for a further output; what it rests on is converted on the way.
   * @throws ConversionError naming the node
   */
  value(reference: string): Operand {
    const [name, output] = splitReference(reference);
    this.convert(name);
    const value = this.known.get(name)?.[output];
    if (!value) throw new ConversionError(`node "${name}" has no output ${output}`);
    return value;
  }

  /** As `value`, of what is not constant. */
  tensor(reference: string): Tensor {
    const value = this.value(reference);
    if (value.kind === 'fixed') throw new ConversionError(`"${reference}" is constant`);
    return value;
  }

  /** @param outputs what has been called by these names */
  finish(name: string, outputs: readonly { name: string; dims: readonly (number | string)[] }[]): Uint8Array {
    const inputs = this.declared.map(({ name: input, entry }) => {
      const { dims, channelsFirst, type } = entry;
      const order = channelsFirst === true ? [0, 3, 1, 2] : dims.map((_side, at) => at);
      return { name: input, type, dims: order.map((side) => dims[side] ?? `${input}-${side}`) };
    });
    return this.onnx.finish(
      name,
      inputs,
      outputs.map((output) => ({ ...output, type: 'float' as const })),
    );
  }

  /** Without recursion: a deep network is deeper than a stack. */
  private convert(first: string): void {
    const open = [first];
    while (open.length > 0) {
      const name = open.at(-1) as string;
      if (this.known.has(name)) {
        open.pop();
        continue;
      }
      const node = this.graph.nodes.get(name);
      if (!node) throw new ConversionError(`the graph has no node "${name}"`);
      const constant = this.graph.constants.get(name);
      if (constant) {
        this.known.set(name, [fixed(constant.dims, constant.data)]);
        continue;
      }
      const lacking = node.inputs.map((input) => splitReference(input)[0]).filter((input) => !this.known.has(input));
      if (lacking.length > 0) {
        if (open.length > MOST_OPEN * (this.graph.nodes.size + 1))
          throw new ConversionError(`node "${name}" rests on itself`);
        open.push(...lacking);
        continue;
      }
      const operator = Object.hasOwn(OPERATORS, node.op) ? OPERATORS[node.op] : undefined;
      if (!operator) throw new ConversionError(`${node.op} "${name}" is not supported`);
      this.known.set(
        name,
        operator(
          node,
          node.inputs.map((input) => this.converted(input)),
          this.to,
        ),
      );
      open.pop();
    }
  }

  private converted(reference: string): Operand | undefined {
    const [name, output] = splitReference(reference);
    return this.known.get(name)?.[output];
  }
}

/** "node:1" → its second output. */
function splitReference(reference: string): [name: string, output: number] {
  const found = /^(.*):(\d+)$/.exec(reference);
  return found ? [found[1] as string, Number(found[2])] : [reference, 0];
}
