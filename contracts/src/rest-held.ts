import { Type, type Static } from '@sinclair/typebox';
import { maybe, means } from './json-schema.js';

/** A sale of a till that does not count, since its time is impossible: a person says when it was made, or that it was none. */
export const HeldSaleRow = Type.Object({
  heldId: Type.String(),
  till: Type.String(),
  receipt: Type.String(),
  /** as the till said, ISO 8601 in store time; null where no calendar has such a time */
  ts: Type.Union([Type.String(), Type.Null()]),
  /** when it came, ISO 8601 in store time: the best guess of when it was made */
  receivedTs: Type.String(),
  reason: Type.String({ description: 'future: more than 24 h ahead; tooOld: years back, or 35 days behind the till' }),
  lines: Type.Integer(),
  net: Type.Number({ description: "in the store's currency" }),
});
/** Body of `POST sales/held/{heldId}`. */
export const HeldSaleDecision = Type.Object(
  {
    action: means(
      'accept: it counts at `ts`; drop: it does not count, and is kept no longer.',
      Type.Union([Type.Literal('accept'), Type.Literal('drop')], { description: '"accept" or "drop"' }),
    ),
    ts: maybe(
      'When it was made, epoch milliseconds; when it came where this is left out.',
      Type.Integer({ minimum: 0, description: 'epoch milliseconds' }),
    ),
  },
  { additionalProperties: false },
);
export const HeldSaleAnswer = Type.Object({
  heldId: Type.String(),
  action: Type.String(),
  /** the shop's agent is older and does not understand it yet: it waits */
  waits: Type.Boolean(),
});
export type HeldSaleRow = Static<typeof HeldSaleRow>;
export type HeldSaleDecision = Static<typeof HeldSaleDecision>;
export type HeldSaleAnswer = Static<typeof HeldSaleAnswer>;
