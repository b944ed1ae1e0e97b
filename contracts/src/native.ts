import { Type, type Static } from '@sinclair/typebox';
import { MOST_MINOR } from './units.js';

/** The native dialect: what devices publish under `aisle/v1/devices/{deviceId}/`. Extra keys are allowed and ignored. */

/** Largest absolute coordinate (metres) and integer (safe in doubles) that a message may carry. */
const COORDINATE_LIMIT = 100_000;
export const Timestamp = Type.Integer({
  minimum: 0,
  maximum: 8_640_000_000_000_000,
  description: 'an integer, epoch milliseconds UTC',
});
const Id = Type.String({ minLength: 1, maxLength: 128, description: 'a text of 1 to 128 characters' });
const Coordinate = Type.Number({
  minimum: -COORDINATE_LIMIT,
  maximum: COORDINATE_LIMIT,
  description: 'a number, in metres on the floor',
});
const Money = Type.Number({
  minimum: -MOST_MINOR,
  maximum: MOST_MINOR,
  description: 'a decimal number in the currency of the store',
});

export const DeviceState = Type.Object({
  state: Type.Union([Type.Literal('online'), Type.Literal('offline')], { description: '"online" or "offline"' }),
  model: Type.Optional(Type.String({ maxLength: 200 })),
  firmware: Type.Optional(Type.String({ maxLength: 200 })),
  battery: Type.Optional(Type.Number({ minimum: 0, maximum: 100, description: 'percent, 0 to 100' })),
  ts: Type.Optional(Timestamp),
});

export const CameraPositions = Type.Object({
  ts: Timestamp,
  people: Type.Array(Type.Object({ id: Id, x: Coordinate, y: Coordinate }), {
    maxItems: 2000,
    description: 'a list of people',
  }),
});

const Pixels = Type.Number({ minimum: -100_000, maximum: 100_000, description: 'a number of pixels of the picture' });
export const CameraDetections = Type.Object({
  ts: Timestamp,
  width: Type.Integer({ minimum: 1, maximum: 20_000, description: 'a whole number of pixels' }),
  height: Type.Integer({ minimum: 1, maximum: 20_000, description: 'a whole number of pixels' }),
  boxes: Type.Array(
    Type.Object({
      x: Pixels,
      y: Pixels,
      w: Type.Number({ exclusiveMinimum: 0, maximum: 100_000, description: 'a number of pixels, more than 0' }),
      h: Type.Number({ exclusiveMinimum: 0, maximum: 100_000, description: 'a number of pixels, more than 0' }),
      score: Type.Number({ minimum: 0, maximum: 1, description: 'a score, 0 to 1' }),
      /** where the person stands, in pixels; the middle of the lower edge when left out */
      foot: Type.Optional(Type.Tuple([Pixels, Pixels], { description: 'a point [x, y] in pixels' })),
    }),
    { maxItems: 500, description: 'a list of boxes' },
  ),
});

export const CameraCrossings = Type.Object({
  ts: Timestamp,
  entrance: Id,
  direction: Type.Union([Type.Literal('in'), Type.Literal('out')], { description: '"in" or "out"' }),
  count: Type.Integer({ minimum: 1, maximum: 10_000, description: 'a whole number of people, 1 to 10000' }),
});

export const ShelfWeight = Type.Object({
  ts: Timestamp,
  slot: Id,
  grams: Type.Number({ minimum: -1e7, maximum: 1e7, description: 'a number, gross grams on the slot' }),
});

export const SaleLine = Type.Object({
  gtin: Type.String({ minLength: 1, maxLength: 64, description: 'a GTIN as text' }),
  quantity: Type.Number({ minimum: -1e6, maximum: 1e6, description: 'a number of units, negative for a return' }),
  net: Money,
  gross: Type.Optional(Money),
  discount: Type.Optional(Money),
  tax: Type.Optional(Money),
});

export const TillSale = Type.Object({
  ts: Timestamp,
  receipt: Id,
  lines: Type.Array(SaleLine, { minItems: 1, maxItems: 1000, description: 'a list of 1 to 1000 sale lines' }),
  channel: Type.Optional(Type.String({ maxLength: 64 })),
  type: Type.Optional(Type.String({ maxLength: 64 })),
  member: Type.Optional(Type.String({ maxLength: 128 })),
  /** of a return: the receipt of the sale that it gives back, and that sale's store day where receipts begin anew each day */
  returnOf: Type.Optional(Id),
  returnOfDay: Type.Optional(
    Type.String({ pattern: '^\\d{4}-\\d{2}-\\d{2}$', description: 'a day such as "2026-03-01"' }),
  ),
});

export const ScreenShow = Type.Object({
  decisionId: Id,
  contentId: Id,
  url: Type.String(),
  reason: Type.String(),
  expiresTs: Timestamp,
});

export const ScreenPlay = Type.Object({
  ts: Timestamp,
  decisionId: Id,
  contentId: Id,
  startedTs: Timestamp,
  endedTs: Timestamp,
  completed: Type.Boolean({ description: 'true or false' }),
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
