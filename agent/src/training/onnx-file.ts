import { FEATURE_COUNT, FEATURES_VERSION } from '../domain/interest/features.js';
import { CUT, INPUTS, type Layer, type Network } from './network.js';
import { Message, readMessage, type Field } from '../conversion/protobuf.js';

/**
 * A network as an ONNX file (https://onnx.ai/onnx/repo-docs/IR.html; field numbers from its onnx.proto): input `features`
 * [N, FEATURE_COUNT] raw, output `probability` [N, 1] calibrated. Standardisation and calibration are in the graph.
 */
export function onnxFile(network: Network): Uint8Array {
  const graph = new Message();
  const node = (type: string, inputs: readonly string[], output: string, attribute?: Message) => {
    const message = new Message();
    for (const input of inputs) message.text(1, input);
    message.text(2, output).text(3, output).text(4, type);
    if (attribute) message.message(5, attribute);
    graph.message(1, message);
  };
  const constants: Message[] = [];
  const constant = (name: string, dims: readonly number[], values: ArrayLike<number>): string => {
    const message = new Message();
    for (const dim of dims) message.integer(1, dim);
    // 1: float32, little endian as ONNX wants it
    const bytes = new Uint8Array(values.length * 4);
    const view = new DataView(bytes.buffer);
    for (let at = 0; at < values.length; at += 1) view.setFloat32(at * 4, values[at] as number, true);
    constants.push(message.integer(2, 1).text(8, name).raw(9, bytes));
    return name;
  };

  const { standard, layers, scale, offset } = network;
  const row = (name: string, values: Float64Array) => constant(name, [1, FEATURE_COUNT], values);
  node('Sub', ['features', row('mean', standard.mean)], 'centred');
  node('Div', ['centred', row('deviation', standard.deviation)], 'standard');
  node('Abs', ['features'], 'size');
  node('Add', ['size', constant('one', [], [1])], 'from-one');
  node('Log', ['from-one'], 'log');
  node('Sub', ['log', row('log-mean', standard.logMean)], 'log-centred');
  node('Div', ['log-centred', row('log-deviation', standard.logDeviation)], 'log-standard');
  node('Concat', ['standard', 'log-standard'], 'both', new Message().text(1, 'axis').integer(3, 1).integer(20, 2));
  node('Clip', ['both', constant('least', [], [-CUT]), constant('most', [], [CUT])], 'inputs');
  let value = 'inputs';
  layers.forEach(({ inputs, outputs, weights, biases }, at) => {
    const weight = constant(`weight-${at}`, [inputs, outputs], weights);
    const bias = constant(`bias-${at}`, [outputs], biases);
    node('Gemm', [value, weight, bias], `layer-${at}`);
    value = `layer-${at}`;
    if (at === layers.length - 1) return;
    node('Relu', [value], `rectified-${at}`);
    value = `rectified-${at}`;
  });
  node('Mul', [value, constant('scale', [], [scale])], 'scaled');
  node('Add', ['scaled', constant('offset', [], [offset])], 'logit');
  node('Sigmoid', ['logit'], 'probability');

  graph.text(2, 'interest');
  for (const message of constants) graph.message(5, message);
  graph.message(11, tensor('features', FEATURE_COUNT)).message(12, tensor('probability', 1));
  // IR version 8 and operator set 13: read by every ONNX Runtime since 1.10.
  return new Message()
    .integer(1, 8)
    .text(2, 'aisle')
    .integer(5, FEATURES_VERSION)
    .message(7, graph)
    .message(8, new Message().text(1, '').integer(2, 13))
    .finish();
}

/** float32 [N, columns] */
function tensor(name: string, columns: number): Message {
  const shape = new Message().message(1, new Message().text(2, 'N')).message(1, new Message().integer(1, columns));
  return new Message()
    .text(1, name)
    .message(2, new Message().message(1, new Message().integer(1, 1).message(2, shape)));
}

/**
 * The network in a file that `onnxFile` has written; undefined for any other: a graph of another making is not taken for one that
 * merely resembles it. What was read, written again, must be the file.
 */
export function networkIn(file: Uint8Array): Network | undefined {
  try {
    const constants = constantsOf(file);
    const values = (name: string): Float64Array => {
      const found = constants.get(name);
      if (!found) throw new RangeError(`no ${name}`);
      return found;
    };
    const layers: Layer[] = [];
    while (constants.has(`weight-${layers.length}`)) {
      const [weights, biases] = [values(`weight-${layers.length}`), values(`bias-${layers.length}`)];
      layers.push({ inputs: weights.length / biases.length, outputs: biases.length, weights, biases });
    }
    const network: Network = {
      standard: {
        mean: values('mean'),
        deviation: values('deviation'),
        logMean: values('log-mean'),
        logDeviation: values('log-deviation'),
      },
      layers,
      scale: values('scale')[0] as number,
      offset: values('offset')[0] as number,
    };
    if (!isSound(network)) return undefined;
    return Buffer.from(onnxFile(network)).equals(file) ? network : undefined;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Float32 constants of a graph, by name. @throws RangeError */
function constantsOf(file: Uint8Array): Map<string, Float64Array> {
  const bytesOf = (field: Field | undefined): Uint8Array => {
    if (field instanceof Uint8Array) return field;
    throw new RangeError('no graph');
  };
  const [graph] = readMessage(file).get(7) ?? [];
  return new Map(
    (readMessage(bytesOf(graph)).get(5) ?? []).map((constant) => {
      const fields = readMessage(bytesOf(constant));
      const raw = bytesOf(fields.get(9)?.[0]);
      const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
      const values = Float64Array.from({ length: raw.length / 4 }, (_, at) => view.getFloat32(at * 4, true));
      return [new TextDecoder().decode(bytesOf(fields.get(8)?.[0])), values];
    }),
  );
}

/** Each layer takes what the one before it gives. */
function isSound({ standard, layers }: Network): boolean {
  const given = [INPUTS, ...layers.map(({ outputs }) => outputs)];
  return (
    layers.length > 0 &&
    given.at(-1) === 1 &&
    layers.every(({ inputs }, at) => inputs === given[at]) &&
    Object.values(standard).every((row) => row.length === FEATURE_COUNT)
  );
}
