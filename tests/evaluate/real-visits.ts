import { existsSync, readFileSync } from 'node:fs';
import { Type, type Static } from '@sinclair/typebox';
import { compile } from '@aisle/contracts';

const Point = Type.Tuple([Type.Number(), Type.Number()]);
const Seconds = Type.Number({ minimum: 0 });
/** Who truly visited what in a clip: `CLIP.visits.json` beside it. Seconds from the first frame, pixels of the picture. */
export const Annotation = Type.Object(
  {
    /** of the floor, as if the camera looked straight down: a person of 1.7 m who is 170 pixels high has 0.01 */
    metresPerPixel: Type.Number({ exclusiveMinimum: 0 }),
    zones: Type.Array(Type.Object({ id: Type.String(), polygon: Type.Array(Point, { minItems: 3 }) })),
    visits: Type.Array(Type.Object({ zoneId: Type.String(), enterSeconds: Seconds, leaveSeconds: Seconds })),
  },
  { additionalProperties: false },
);
export type Annotation = Static<typeof Annotation>;
const checker = compile(Annotation);

const rectangle = (left: number, top: number, right: number, bottom: number): [number, number][] => [
  [left, top],
  [right, top],
  [right, bottom],
  [left, bottom],
];
const whole = { id: 'scene', polygon: rectangle(0, 0, 481, 271) };
const visit = (zoneId: string, enterSeconds: number, leaveSeconds: number) => ({ zoneId, enterSeconds, leaveSeconds });

/** Annotated by eye, frame by frame, before any detector was run over them in this command; a last frame is where a clip ends. */
const BY_EYE: Readonly<Record<string, Annotation>> = {
  'store-aisle-detection.gif': {
    metresPerPixel: 0.01,
    zones: [whole],
    // Two stand there throughout, a third walks in from below.
    visits: [visit('scene', 0, 4.4), visit('scene', 0, 4.4), visit('scene', 1.5, 4.4)],
  },
  'worker-zone-detection.gif': {
    metresPerPixel: 0.01,
    zones: [whole, { id: 'left', polygon: rectangle(0, 0, 160, 271) }],
    visits: [visit('scene', 0, 4.67), visit('left', 1.67, 4.67)],
  },
  'face-demographics-walking.gif': {
    metresPerPixel: 0.01,
    zones: [whole],
    visits: [visit('scene', 0, 2.83), visit('scene', 0, 2.83)],
  },
};

/** @throws Error naming the file and the field */
export function annotationOf(clip: string, name: string): Annotation | undefined {
  const file = `${clip}.visits.json`;
  if (!existsSync(file)) return BY_EYE[name];
  const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const [problem] = checker.problems(value, 1);
  if (problem) throw new Error(`${file}: ${problem.field} ${problem.message}`);
  return value as Annotation;
}
