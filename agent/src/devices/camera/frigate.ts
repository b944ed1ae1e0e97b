import { Type, type Static } from '@sinclair/typebox';
import { expects, compile } from '@aisle/contracts';
import { refuse } from '../refusal.js';
import { readJson } from '../wire/json.js';
import { malformed, reading, refused, type Reading } from '../wire/reading.js';

/**
 * Frigate NVR: `PREFIX/events` carries each tracked object while it is seen: `{"type":"new"|"update"|"end","before","after"}`.
 * Times are epoch seconds with decimals; boxes are [left, top, right, bottom] in pixels of the detect stream, or parts
 * of the picture where all four lie between 0 and 1. The words are those of 0.12 to 0.17; what newer ones add is passed over.
 * Source: github.com/blakeblackshear/frigate, docs/docs/integrations/mqtt.md and frigate/track/tracked_object.py.
 */
export interface FrigateEvent {
  type: 'new' | 'update' | 'end';
  /** epoch ms of the frame */
  ts: number;
  /** Frigate's own id of the tracked object */
  id: string;
  camera: string;
  /** `person`, `car`, … */
  label: string;
  /** left, top, right, bottom */
  box: [number, number, number, number];
  /** where it stands: the middle of the lower edge */
  foot: [number, number];
  unit: 'pixels' | 'picture';
  /** 0 to 1, of this frame; null where it is not sent */
  score: number | null;
  /** Frigate itself is not sure of it yet, or has changed its mind */
  falsePositive: boolean;
  stationary: boolean;
  startedTs: number;
  /** null while it is still followed */
  endedTs: number | null;
  /** Frigate's zones in which it stands now */
  zones: string[];
  /** those in which it has stood at any time */
  zonesBefore: string[];
}

const MAX_SECONDS = 8_640_000_000_000;
const Seconds = Type.Number({ minimum: 0, maximum: MAX_SECONDS, ...expects('epochSeconds') });
const Edge = Type.Number({ minimum: -100_000, maximum: 100_000, ...expects('pixels') });
const Zones = Type.Union(
  [Type.Array(Type.String({ maxLength: 128 }), { maxItems: 200 }), Type.Null()],
  expects('list'),
);
const Tracked = Type.Object(
  {
    id: Type.String({ minLength: 1, maxLength: 128, ...expects('text1To128') }),
    camera: Type.String({ minLength: 1, maxLength: 128, ...expects('text1To128') }),
    frame_time: Seconds,
    label: Type.String({ minLength: 1, maxLength: 64, ...expects('text1To64') }),
    box: Type.Tuple([Edge, Edge, Edge, Edge], expects('box')),
    score: Type.Optional(Type.Union([Type.Number({ minimum: 0, maximum: 1 }), Type.Null()])),
    false_positive: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
    stationary: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
    start_time: Seconds,
    end_time: Type.Optional(Type.Union([Seconds, Type.Null()], expects('epochSecondsOrNull'))),
    current_zones: Type.Optional(Zones),
    entered_zones: Type.Optional(Zones),
  },
  expects('trackedObject'),
);
const Message = Type.Object({
  type: Type.Union([Type.Literal('new'), Type.Literal('update'), Type.Literal('end')], expects('frigateType')),
  after: Tracked,
});
const schema = compile(Message);
/** Whom a message is about: what it says of others need not be understood. */
const subject = compile(
  Type.Object({
    after: Type.Object({ camera: Type.String({ minLength: 1 }), label: Type.String({ minLength: 1 }) }),
  }),
);
const toMs = (seconds: number): number => Math.round(seconds * 1000);

/** Camera and kind of object that a message of `PREFIX/events` is about. */
export function subjectOf(message: unknown): Reading<{ camera: string; label: string }> {
  const checked = subject.check(message);
  return checked.ok ? reading(checked.value.after) : refused(checked.problem);
}

/** One message of `PREFIX/events`: where the object is now (`after`). */
export function decodeFrigate(topic: string, bytes: Uint8Array, prefix = 'frigate'): Reading<FrigateEvent> {
  if (topic !== `${prefix}/events`) return refuse('topic', '', 'otherTopic', { topic: `${prefix}/events` });
  const json = readJson(bytes);
  return json.ok ? readFrigate(json.value) : json;
}

export function readFrigate(message: unknown): Reading<FrigateEvent> {
  const checked = schema.check(message);
  if (!checked.ok) return refused(checked.problem);
  const { type, after } = checked.value;
  const [left, top, right, bottom] = after.box;
  if (right < left || bottom < top) return malformed('after.box', 'boxOrder');
  return reading(eventOf(type, after));
}

function eventOf(type: FrigateEvent['type'], after: Static<typeof Tracked>): FrigateEvent {
  const [left, top, right, bottom] = after.box;
  const ended = after.end_time ?? null;
  return {
    type,
    ts: toMs(after.frame_time),
    id: after.id,
    camera: after.camera,
    label: after.label,
    box: [left, top, right, bottom],
    foot: [(left + right) / 2, bottom],
    // A box of whole pixels within the first one is no person.
    unit: after.box.every((edge) => edge >= 0 && edge <= 1) ? 'picture' : 'pixels',
    score: after.score ?? null,
    falsePositive: after.false_positive ?? false,
    stationary: after.stationary ?? false,
    startedTs: toMs(after.start_time),
    endedTs: ended === null ? null : toMs(ended),
    zones: after.current_zones ?? [],
    zonesBefore: after.entered_zones ?? [],
  };
}
