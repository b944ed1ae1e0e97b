import { Type, type Static, type TProperties } from '@sinclair/typebox';
import { AisleError, compile, type FieldMessage, parseYaml } from '@aisle/contracts';
import { lookAt, type CameraPose } from './camera.js';

/** Where a shop's simulated cameras hang: `simulators/shops/cameras.yaml` explains each key. */
const strict = <P extends TProperties>(properties: P) => Type.Object(properties, { additionalProperties: false });
const within = (minimum: number, maximum: number, unit: string) =>
  Type.Number({ minimum, maximum, description: `${unit}, ${minimum} to ${maximum}` });
const Metres = within(-1000, 1000, 'metres');
const Pixels = Type.Integer({ minimum: 16, maximum: 4096, description: 'whole pixels, 16 to 4096' });

const CameraEntry = strict({
  position: Type.Tuple([Metres, Metres, within(0.5, 30, 'metres')], {
    description: 'three numbers [x, y, z] in metres',
  }),
  target: Type.Optional(Type.Tuple([Metres, Metres], { description: 'a floor point [x, y] in metres' })),
  yawDegrees: Type.Optional(within(-360, 360, 'degrees')),
  pitchDegrees: Type.Optional(within(-20, 90, 'degrees')),
  rollDegrees: Type.Optional(within(-180, 180, 'degrees')),
  fovDegrees: within(10, 150, 'degrees'),
  resolution: Type.Tuple([Pixels, Pixels], { description: 'width and height in pixels' }),
  jpegQuality: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, description: 'a whole number, 1 to 100' })),
});
const CameraFile = strict({
  cameras: Type.Record(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$' }), CameraEntry, {
    additionalProperties: false,
    description: 'cameras by device id',
  }),
});

export interface SimulatedCamera {
  readonly deviceId: string;
  readonly pose: CameraPose;
  /** strength of the JPEG coding, 1 (small) to 100 (exact) */
  readonly jpegQuality: number;
}

const DEFAULT_JPEG_QUALITY = 75;

export class CameraFileError extends AisleError {
  override readonly name = 'CameraFileError';
  readonly code = 'cameraFile';
  constructor(
    readonly source: string,
    readonly problems: FieldMessage[],
  ) {
    super(
      `${source}: ${problems.map((problem) => (problem.field ? `${problem.field} ${problem.message}` : problem.message)).join('; ')}`,
    );
  }
}

const checker = compile(CameraFile);

/** YAML text → cameras in the file's order. @throws CameraFileError naming every key's path */
export function parseCameras(text: string, source: string): SimulatedCamera[] {
  const read = parseYaml(text);
  if (!read.ok) throw new CameraFileError(source, [read.problem]);
  const raw = read.value;
  const problems = checker.problems(raw);
  if (problems.length > 0) throw new CameraFileError(source, problems);
  const { cameras } = raw as Static<typeof CameraFile>;
  return Object.entries(cameras).map(([deviceId, entry]) => {
    const [turned, aimed] = [entry.yawDegrees !== undefined && entry.pitchDegrees !== undefined, entry.target];
    if (turned === (aimed !== undefined) || (aimed && (entry.yawDegrees ?? entry.pitchDegrees) !== undefined))
      throw new CameraFileError(source, [
        { field: `cameras.${deviceId}`, message: 'expected either target, or yawDegrees and pitchDegrees' },
      ]);
    const direction = aimed
      ? lookAt(entry.position, aimed)
      : { yawDegrees: entry.yawDegrees ?? 0, pitchDegrees: entry.pitchDegrees ?? 0 };
    return {
      deviceId,
      pose: {
        position: entry.position,
        ...direction,
        rollDegrees: entry.rollDegrees ?? 0,
        fovDegrees: entry.fovDegrees,
        width: entry.resolution[0],
        height: entry.resolution[1],
      },
      jpegQuality: entry.jpegQuality ?? DEFAULT_JPEG_QUALITY,
    };
  });
}
