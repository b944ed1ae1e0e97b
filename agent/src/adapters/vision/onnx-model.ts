import { InferenceSession, Tensor } from 'onnxruntime-node';
import type { FoundModel } from '../../config/model-manifest.js';
import { Candidates } from '../../domain/detection/candidates.js';
import { headOf, type Head } from '../../domain/detection/heads.js';
import { peopleOf } from '../../domain/detection/people.js';
import { Suppression } from '../../domain/detection/suppression.js';
import type { Detections } from '../../ports/detector.js';
import { ModelError, type ModelErrorCode } from '../../ports/model-error.js';
import { InputTensor } from './input-tensor.js';
import type { ScaledPicture } from './picture.js';

type Shape = readonly (number | string | null)[];

/** An input of one size, and what comes out of it; allocated once. */
interface Lane {
  input: InputTensor;
  head: Head;
  output: Tensor;
  data: Float32Array;
  candidates: Candidates;
  suppression: Suppression;
}

/** Cameras of a shop have few sizes of pictures between them: of so many the memory is kept. */
const LANES_KEPT = 4;

/** A detector's ONNX session with its input and output, allocated once per size: for one picture at a time. */
export class OnnxModel {
  /** Key: width and height of the input. The one used last comes last. */
  private readonly lanes = new Map<string, Lane>();

  private constructor(
    private readonly found: FoundModel,
    private readonly session: InferenceSession,
  ) {}

  /**
   * Loads a model and checks that it is what its manifest says, lastly by running it on an empty picture.
   * @param threads of one inference; 1 leaves the other cores to the rest of the shop
   * @throws ModelError
   */
  static async load(found: FoundModel, threads: number): Promise<OnnxModel> {
    const { manifest, manifestFile } = found;
    const refuse = (code: ModelErrorCode, field: string, reason: string): never => {
      throw new ModelError(code, manifestFile, field, reason);
    };
    let session: InferenceSession;
    try {
      session = await InferenceSession.create(found.modelFile, {
        executionProviders: ['cpu'],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        executionMode: 'sequential',
        graphOptimizationLevel: 'all',
        logSeverityLevel: 3,
        // One block for all steps, kept: without it every picture's megabytes come from malloc, which never gives all back.
        enableCpuMemArena: true,
      });
    } catch (error) {
      return refuse('modelFile', 'file', `expected an ONNX model, found ${firstLine(error)}`);
    }
    try {
      const input = new InputTensor(manifest.input);
      const head = headOf(found.head);
      const inputs = session.inputMetadata;
      const outputs = session.outputMetadata;
      if (inputs.length !== 1 || inputs[0]?.name !== manifest.input.name)
        refuse('modelShape', 'input.name', `expected one input "${manifest.input.name}", found ${namesOf(inputs)}`);
      check('input', inputs[0] as InferenceSession.ValueMetadata, manifest.input.type, input.tensor.dims, refuse);
      const declared = outputs.find(({ name }) => name === manifest.output.name);
      if (!declared)
        return refuse('modelShape', 'output.name', `expected "${manifest.output.name}", found ${namesOf(outputs)}`);
      check('output', declared, 'float32', head.shape, refuse, found.head.classes);
      const model = new OnnxModel(found, session);
      await model.lane(manifest.input, (expected, type, dims) =>
        refuse('modelShape', 'output', `expected ${shown('float32', expected)}, found ${shown(type, dims)}`),
      );
      return model;
    } catch (error) {
      await session.release();
      if (error instanceof ModelError) throw error;
      return refuse('modelShape', 'file', `expected a model that runs on an empty picture, found ${firstLine(error)}`);
    }
  }

  /** Must not be called again before it has answered. */
  async people(picture: ScaledPicture): Promise<Detections> {
    const { manifest } = this.found;
    const { input, output, head, data, candidates, suppression } = await this.lane(picture.input);
    input.write(picture.pixels, picture.box);
    await this.session.run({ [manifest.input.name]: input.tensor }, { [manifest.output.name]: output });
    candidates.count = 0;
    head.decode(data, manifest.lowScoreThreshold, candidates);
    const kept = suppression.apply(candidates, manifest.iouThreshold);
    const { width, height } = picture;
    return { width, height, boxes: peopleOf(candidates, kept, picture.box, width, height) };
  }

  /** What is needed for an input of one size; the first of a size runs once on an empty picture. */
  private async lane(
    { width, height }: { width: number; height: number },
    refuse: (expected: Shape, type: string, dims: Shape) => never = (expected, type, dims) => {
      throw new Error(`expected ${shown('float32', expected)}, found ${shown(type, dims)}`);
    },
  ): Promise<Lane> {
    const key = `${width} × ${height}`;
    let lane = this.lanes.get(key);
    if (lane) {
      this.lanes.delete(key);
      this.lanes.set(key, lane);
      return lane;
    }
    const { manifest } = this.found;
    const input = new InputTensor({ ...manifest.input, width, height });
    const head = headOf({ ...this.found.head, inputWidth: width, inputHeight: height });
    const { name } = manifest.output;
    const output = (await this.session.run({ [manifest.input.name]: input.tensor }, [name]))[name] as Tensor;
    if (output.type !== 'float32' || !fits(head.shape, output.dims))
      return refuse(head.shape, output.type, output.dims);
    const data = new Float32Array((output.data as Float32Array).length);
    // Every style has fewer places than numbers, so that nothing is ever left out.
    const places = head.shape[1] === 7 ? data.length : Math.ceil(data.length / 5);
    lane = {
      ...{ input, head, data, output: new Tensor('float32', data, output.dims) },
      candidates: new Candidates(places),
      suppression: new Suppression(places),
    };
    this.lanes.set(key, lane);
    for (const oldest of this.lanes.keys()) if (this.lanes.size > LANES_KEPT) this.lanes.delete(oldest);
    return lane;
  }

  async release(): Promise<void> {
    await this.session.release();
  }
}

function check(
  field: 'input' | 'output',
  declared: InferenceSession.ValueMetadata,
  type: string,
  shape: Shape,
  refuse: (code: ModelErrorCode, field: string, reason: string) => never,
  classes?: number,
): void {
  const found = declared.isTensor ? shown(declared.type, declared.shape) : 'no tensor';
  const expected = shown(type, shape);
  if (!declared.isTensor || declared.type !== type || !fits(shape, declared.shape)) {
    const of = classes === undefined ? '' : ` (${classes} classes)`;
    refuse('modelShape', field, `expected ${expected}${of}, found ${found}`);
  }
}

/** A side that the model leaves open (a text) fits everything, and so does one that the style leaves open. */
const fits = (expected: Shape, found: Shape): boolean =>
  expected.length === found.length &&
  expected.every((side, i) => side === null || typeof found[i] !== 'number' || side === found[i]);

const shown = (type: string, shape: Shape): string => `${type} [${shape.map((side) => side ?? 'any').join(', ')}]`;
const namesOf = (values: readonly { name: string }[]): string => values.map(({ name }) => `"${name}"`).join(', ');
const firstLine = (error: unknown): string => (error as Error).message.split('\n', 1)[0] ?? '';
