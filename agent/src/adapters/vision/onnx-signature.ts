import { InferenceSession } from 'onnxruntime-node';
import { ModelError } from '../../ports/model-error.js';

/** One input or output of a model: a side that it leaves open is a text. */
export interface Port {
  name: string;
  /** `float32`, `uint8` …; empty for what is no tensor */
  type: string;
  shape: readonly (number | string)[];
}

/** What goes into an ONNX file and what comes out. @throws ModelError */
export async function signatureOf(file: string): Promise<{ inputs: Port[]; outputs: Port[] }> {
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(file, {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'disabled',
      logSeverityLevel: 3,
    });
  } catch (error) {
    const [line = ''] = (error as Error).message.split('\n', 1);
    throw new ModelError('modelFile', file, 'file', `expected an ONNX model, found ${line}`);
  }
  try {
    return { inputs: session.inputMetadata.map(portOf), outputs: session.outputMetadata.map(portOf) };
  } finally {
    await session.release();
  }
}

const portOf = (port: InferenceSession.ValueMetadata): Port =>
  port.isTensor ? { name: port.name, type: port.type, shape: port.shape } : { name: port.name, type: '', shape: [] };
