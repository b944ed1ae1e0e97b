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

/** A detector's ONNX session with its input and output, allocated once: for one picture at a time. */
export class OnnxModel {
  private readonly candidates: Candidates;
  private readonly suppression: Suppression;

  private constructor(
    private readonly found: FoundModel,
    private readonly session: InferenceSession,
    private readonly head: Head,
    private readonly input: InputTensor,
    private readonly output: Tensor,
    private readonly outputData: Float32Array,
  ) {
    // Every style has fewer places than numbers, so that nothing is ever left out.
    const places = head.shape[1] === 7 ? outputData.length : Math.ceil(outputData.length / 5);
    this.candidates = new Candidates(places);
    this.suppression = new Suppression(places);
  }

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
      const feeds = { [manifest.input.name]: input.tensor };
      const output = (await session.run(feeds, [manifest.output.name]))[manifest.output.name] as Tensor;
      if (output.type !== 'float32' || !fits(head.shape, output.dims))
        refuse(
          'modelShape',
          'output',
          `expected ${shown('float32', head.shape)}, found ${shown(output.type, output.dims)}`,
        );
      const data = new Float32Array((output.data as Float32Array).length);
      const tensor = new Tensor('float32', data, output.dims);
      return new OnnxModel(found, session, head, input, tensor, data);
    } catch (error) {
      await session.release();
      if (error instanceof ModelError) throw error;
      return refuse('modelShape', 'file', `expected a model that runs on an empty picture, found ${firstLine(error)}`);
    }
  }

  /** Must not be called again before it has answered. */
  async people(picture: ScaledPicture): Promise<Detections> {
    const { manifest } = this.found;
    this.input.write(picture.pixels, picture.box);
    await this.session.run({ [manifest.input.name]: this.input.tensor }, { [manifest.output.name]: this.output });
    this.candidates.count = 0;
    this.head.decode(this.outputData, manifest.lowScoreThreshold, this.candidates);
    const kept = this.suppression.apply(this.candidates, manifest.iouThreshold);
    const { width, height } = picture;
    return { width, height, boxes: peopleOf(this.candidates, kept, picture.box, width, height) };
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
