import { Type, type Static } from '@sinclair/typebox';
import { MOST_MINOR } from './units.js';
import { PLAY_OUTCOMES } from './screens/proof.js';
import { ShownTemplate } from './screens/shown.js';
import { expects } from './words/expects.js';

/** The native dialect: what devices publish under `aisle/v1/devices/{deviceId}/`. Extra keys are allowed and ignored. */

/** Largest absolute coordinate (metres) and integer (safe in doubles) that a message may carry. */
const COORDINATE_LIMIT = 100_000;
export const Timestamp = Type.Integer({
  minimum: 0,
  maximum: 8_640_000_000_000_000,
  ...expects('epochMs'),
});
const Id = Type.String({ minLength: 1, maxLength: 128, ...expects('text1To128') });
/** Every character can be kept by every store: no NUL, no half of a pair of surrogates. Holds with and without the flag u. */
const KEEPABLE = '^(?:[^\\u0000\\ud800-\\udfff]|[\\ud800-\\udbff][\\udc00-\\udfff])*$';
const Kept = (most: number, least = 0) =>
  Type.String({ minLength: least, maxLength: most, pattern: KEEPABLE, ...expects('keptText', { least, most }) });
const Coordinate = Type.Number({
  minimum: -COORDINATE_LIMIT,
  maximum: COORDINATE_LIMIT,
  ...expects('metresOnFloor'),
});
const Money = Type.Number({
  minimum: -MOST_MINOR,
  maximum: MOST_MINOR,
  ...expects('decimal'),
});

export const DeviceState = Type.Object({
  state: Type.Union([Type.Literal('online'), Type.Literal('offline')], expects('onlineOrOffline')),
  model: Type.Optional(Type.String({ maxLength: 200 })),
  firmware: Type.Optional(Type.String({ maxLength: 200 })),
  battery: Type.Optional(Type.Number({ minimum: 0, maximum: 100, ...expects('percent') })),
  /** what it tells is made up */
  simulated: Type.Optional(Type.Boolean(expects('trueOrFalse'))),
  ts: Type.Optional(Timestamp),
});

export const CameraPositions = Type.Object({
  ts: Timestamp,
  people: Type.Array(Type.Object({ id: Id, x: Coordinate, y: Coordinate }), {
    maxItems: 2000,
    ...expects('people'),
  }),
});

const Pixels = Type.Number({ minimum: -100_000, maximum: 100_000, ...expects('pixelsOfPicture') });
export const CameraDetections = Type.Object({
  ts: Timestamp,
  width: Type.Integer({ minimum: 1, maximum: 20_000, ...expects('wholePixels') }),
  height: Type.Integer({ minimum: 1, maximum: 20_000, ...expects('wholePixels') }),
  boxes: Type.Array(
    Type.Object({
      x: Pixels,
      y: Pixels,
      w: Type.Number({ exclusiveMinimum: 0, maximum: 100_000, ...expects('pixelsAbove0') }),
      h: Type.Number({ exclusiveMinimum: 0, maximum: 100_000, ...expects('pixelsAbove0') }),
      score: Type.Number({ minimum: 0, maximum: 1, ...expects('score') }),
      /** where the person stands, in pixels; the middle of the lower edge when left out */
      foot: Type.Optional(Type.Tuple([Pixels, Pixels], expects('pointInPixels'))),
    }),
    { maxItems: 500, ...expects('boxes') },
  ),
});

export const CameraCrossings = Type.Object({
  ts: Timestamp,
  entrance: Id,
  direction: Type.Union([Type.Literal('in'), Type.Literal('out')], expects('inOrOut')),
  count: Type.Integer({ minimum: 1, maximum: 10_000, ...expects('wholePeople') }),
});

export const ShelfWeight = Type.Object({
  ts: Timestamp,
  slot: Id,
  grams: Type.Number({ minimum: -1e7, maximum: 1e7, ...expects('grossGrams') }),
});

export const SaleLine = Type.Object({
  gtin: Type.String({ minLength: 1, maxLength: 64, pattern: KEEPABLE, ...expects('gtin') }),
  quantity: Type.Number({ minimum: -1e6, maximum: 1e6, ...expects('signedUnits') }),
  net: Money,
  gross: Type.Optional(Money),
  discount: Type.Optional(Money),
  tax: Type.Optional(Money),
});

export const TillSale = Type.Object({
  ts: Timestamp,
  receipt: Kept(128, 1),
  lines: Type.Array(SaleLine, { minItems: 1, maxItems: 1000, ...expects('saleLines') }),
  channel: Type.Optional(Kept(64)),
  type: Type.Optional(Kept(64)),
  member: Type.Optional(Kept(128)),
  /** of a return: the receipt of the sale that it gives back, and that sale's store day where receipts begin anew each day */
  returnOf: Type.Optional(Kept(128, 1)),
  returnOfDay: Type.Optional(Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', ...expects('day') })),
});

export const ScreenShow = Type.Object({
  decisionId: Id,
  contentId: Id,
  url: Type.String(),
  reason: Type.String(),
  expiresTs: Timestamp,
  /** of a template: what it is filled with, at the prices of now; players from 0.3 on need not ask for it */
  filled: Type.Optional(ShownTemplate),
  /** which category and products it is about; left out where it is about none, and by agents before 0.3 */
  about: Type.Optional(
    Type.Object({ category: Type.Union([Type.String(), Type.Null()]), gtins: Type.Array(Type.String()) }),
  ),
  /** of a file of a campaign that shall be scanned: a short link, drawn over it as a QR code */
  link: Type.Optional(Type.String()),
});

export const ScreenPlay = Type.Object({
  ts: Timestamp,
  decisionId: Id,
  contentId: Id,
  startedTs: Timestamp,
  endedTs: Timestamp,
  completed: Type.Boolean(expects('trueOrFalse')),
  /** how it ended; left out while it plays, and by players before 0.3 */
  outcome: Type.Optional(
    Type.Union(
      PLAY_OUTCOMES.map((outcome) => Type.Literal(outcome)),
      expects('oneOf', { choices: PLAY_OUTCOMES.join(', ') }),
    ),
  ),
  /** of a failed one: why, as a code */
  trouble: Type.Optional(Type.String({ minLength: 1, maxLength: 40, ...expects('text1To128') })),
  /** the player's clock minus the agent's, ms, as far as it knows: its times are by its own clock */
  clockOffMs: Type.Optional(Type.Integer({ minimum: -1e14, maximum: 1e14 })),
});

export type DeviceState = Static<typeof DeviceState>;
export type CameraPositions = Static<typeof CameraPositions>;
export type CameraDetections = Static<typeof CameraDetections>;
export type CameraCrossings = Static<typeof CameraCrossings>;
export type ShelfWeight = Static<typeof ShelfWeight>;
export type SaleLine = Static<typeof SaleLine>;
export type TillSale = Static<typeof TillSale>;
export type ScreenShow = Static<typeof ScreenShow>;
export type ScreenPlay = Static<typeof ScreenPlay>;
