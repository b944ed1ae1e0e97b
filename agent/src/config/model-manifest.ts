import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Type, type Static } from '@sinclair/typebox';
import { compile } from '@aisle/contracts';
import { headOf, type HeadSpec } from '../domain/detection/heads.js';
import { ModelError } from '../ports/model-error.js';

const strict = { additionalProperties: false } as const;
const Name = Type.String({ minLength: 1, maxLength: 128, description: 'a text of 1 to 128 characters' });
const Side = Type.Integer({ minimum: 16, maximum: 4096, description: 'a whole number of pixels, 16 to 4096' });
const Share = Type.Number({ minimum: 0, maximum: 1, description: 'a number, 0 to 1' });
const Triple = (description: string) => Type.Tuple([Type.Number(), Type.Number(), Type.Number()], { description });
const oneOf = <T extends string>(...names: T[]) =>
  Type.Union(
    names.map((name) => Type.Literal(name)),
    { description: `one of ${names.map((name) => `"${name}"`).join(', ')}` },
  );

/** `models/NAME/manifest.json`: everything that is needed to run somebody's person detector. */
export const ModelManifest = Type.Object(
  {
    name: Name,
    /** name of the ONNX file, looked for beside the manifest and then in the folders of AISLE_MODELS */
    file: Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: '^[^/\\\\]+$',
      description: 'a file name without folders',
    }),
    /** of the file, hex: another file is refused */
    sha256: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'a SHA-256, 64 lower-case hex digits' }),
    input: Type.Object(
      {
        name: Name,
        /** pixels; more finds smaller people and takes longer, as the model allows */
        width: Side,
        height: Side,
        /**
         * The model takes any size in multiples of this: each picture gets one of its own proportions, with about as many pixels
         * as `width` × `height`
         */
        multiple: Type.Optional(
          Type.Integer({ minimum: 1, maximum: 512, description: 'a whole number of pixels, 1 to 512' }),
        ),
        type: oneOf('float32', 'uint8'),
        layout: oneOf('nchw', 'nhwc'),
        channels: oneOf('rgb', 'bgr'),
        /** what a byte of the picture becomes: (byte × scale − mean) ÷ std, mean and std in the order of `channels` */
        scale: Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'a number, more than 0 up to 1' }),
        mean: Triple('three numbers, one per channel'),
        std: Type.Tuple(
          [0, 1, 2].map(() => Type.Number({ exclusiveMinimum: 0 })) as [
            ReturnType<typeof Type.Number>,
            ReturnType<typeof Type.Number>,
            ReturnType<typeof Type.Number>,
          ],
          { description: 'three numbers more than 0, one per channel' },
        ),
        /** how a picture of other proportions is put into the input */
        fit: oneOf('top-left', 'centre', 'stretch'),
        /** grey of what the picture leaves free */
        fill: Type.Integer({ minimum: 0, maximum: 255, description: 'a byte, 0 to 255' }),
      },
      strict,
    ),
    output: Type.Object(
      {
        name: Name,
        style: oneOf('yolox', 'yolov8', 'fastestdet', 'movenet', 'nanodet', 'aisle'),
        /** pixels of the input per cell, for each grid in the order of the output */
        strides: Type.Optional(
          Type.Array(Type.Integer({ minimum: 1, maximum: 512 }), {
            maxItems: 8,
            description: 'a list of at most 8 whole numbers',
          }),
        ),
      },
      strict,
    ),
    /** their names in the model's order, or only how many */
    classes: Type.Union(
      [Type.Array(Name, { minItems: 1, maxItems: 10_000 }), Type.Integer({ minimum: 1, maximum: 10_000 })],
      { description: 'the names of the classes, or their number' },
    ),
    /** index of the class that is a person */
    person: Type.Integer({ minimum: 0, maximum: 9_999, description: 'the index of a class' }),
    /** from this score on a box may begin a track; lower finds more people and more coats on hangers */
    scoreThreshold: Share,
    /** from this score on a box may still carry on a track that was begun; at most `scoreThreshold` */
    lowScoreThreshold: Share,
    /** overlap (intersection over union) above which two boxes are one person */
    iouThreshold: Share,
    licence: Name,
    /** where it comes from */
    source: Type.Optional(Type.String({ maxLength: 1000, description: 'a text of at most 1000 characters' })),
    /** what was measured, by name, such as {"cocoMap": 0.258} */
    scores: Type.Record(Type.String(), Type.Number(), { description: 'numbers by name' }),
  },
  strict,
);
export type ModelManifest = Static<typeof ModelManifest>;

const checker = compile(ModelManifest);

export interface FoundModel {
  /** path of the manifest */
  manifestFile: string;
  manifest: ModelManifest;
  head: HeadSpec;
  /** path of the ONNX file, whose hash has been checked */
  modelFile: string;
}

/** The folders that AISLE_MODELS names, in order, separated as in PATH. */
export const modelFolders = (env: string | undefined): string[] =>
  (env ?? '').split(path.delimiter).filter((folder) => folder !== '');

/**
 * Reads a manifest and finds its model.
 * @param folders where to look for the model besides the manifest's own folder
 * @throws ModelError
 */
export function findModel(manifestFile: string, folders: readonly string[]): FoundModel {
  const manifest = readManifest(manifestFile);
  const head = checkHead(manifestFile, manifest);
  const places = [path.dirname(path.resolve(manifestFile)), ...folders];
  let other: string | undefined;
  for (const place of places) {
    const modelFile = path.join(place, manifest.file);
    let hash: string;
    try {
      hash = createHash('sha256').update(readFileSync(modelFile)).digest('hex');
    } catch {
      continue;
    }
    if (hash === manifest.sha256) return { manifestFile, manifest, head, modelFile };
    other ??= `expected ${manifest.sha256}, found ${hash} in ${modelFile}`;
  }
  if (other !== undefined) throw new ModelError('modelHash', manifestFile, 'sha256', other);
  const reason = `expected ${manifest.file} in ${places.join(' or ')} (AISLE_MODELS names more folders), found none`;
  throw new ModelError('modelFile', manifestFile, 'file', reason);
}

function readManifest(file: string): ModelManifest {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const reason =
      error instanceof SyntaxError
        ? `is not JSON (${error.message})`
        : `cannot be read (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`;
    throw new ModelError('manifest', file, '', reason);
  }
  const [first, ...more] = checker.problems(value, 3);
  if (first) {
    const rest = more.map(({ field, message }) => `; ${field} ${message}`).join('');
    throw new ModelError('manifest', file, first.field, `${first.message}${rest}`);
  }
  return value as ModelManifest;
}

/** What the schema cannot say: how the parts of a manifest fit each other. */
function checkHead(file: string, manifest: ModelManifest): HeadSpec {
  const { input, output } = manifest;
  const refuse = (code: 'manifest' | 'modelClasses', field: string, reason: string): never => {
    throw new ModelError(code, file, field, reason);
  };
  const names = typeof manifest.classes === 'number' ? undefined : manifest.classes;
  const classes = typeof manifest.classes === 'number' ? manifest.classes : manifest.classes.length;
  if (manifest.person >= classes)
    refuse('modelClasses', 'person', `expected an index below ${classes} (classes), found ${manifest.person}`);
  const named = names?.[manifest.person];
  if (named !== 'person' && names?.includes('person'))
    refuse(
      'modelClasses',
      'person',
      `expected ${names.indexOf('person')} ("person"), found ${manifest.person} ("${named}")`,
    );
  if (manifest.lowScoreThreshold > manifest.scoreThreshold)
    refuse(
      'manifest',
      'lowScoreThreshold',
      `expected at most scoreThreshold (${manifest.scoreThreshold}), found ${manifest.lowScoreThreshold}`,
    );
  if (input.type === 'uint8') {
    const plain = input.scale === 1 && input.mean.every((x) => x === 0) && input.std.every((x) => x === 1);
    if (!plain)
      refuse(
        'manifest',
        'input.scale',
        'expected scale 1, mean 0 and std 1 with type uint8: such a model scales by itself',
      );
  }
  const { multiple } = input;
  if (multiple !== undefined && (input.width % multiple !== 0 || input.height % multiple !== 0))
    refuse('manifest', 'input.multiple', `expected a divisor of ${input.width} and ${input.height}, found ${multiple}`);
  const head: HeadSpec = {
    style: output.style as HeadSpec['style'],
    inputWidth: input.width,
    inputHeight: input.height,
    strides: output.strides ?? [],
    classes,
    person: manifest.person,
  };
  try {
    headOf(head);
  } catch (error) {
    refuse('manifest', 'output.strides', (error as Error).message);
  }
  return head;
}
