import { Type, type Static } from '@sinclair/typebox';

/** A simulated past of a store, loaded piece by piece under `/api/v1/stores/{id}/simulated-past`. */
const Ts = Type.Integer({ minimum: 0, maximum: 9_000_000_000_000 });

/** Which past it is: the same in every piece. Epoch ms, whole minutes; `toTs` is not included. */
export const SimulatedSpan = Type.Object({
  seed: Type.Integer({ minimum: 0 }),
  fromTs: Ts,
  toTs: Ts,
});
export const MOST_PAST_FACTS = 20_000;
export const SimulatedPastBody = Type.Object(
  {
    ...SimulatedSpan.properties,
    /** as agents state them (AsyncAPI, `facts`) */
    facts: Type.Array(Type.Unknown(), { maxItems: MOST_PAST_FACTS }),
    /** what has come so far may be read: it is made ready for that */
    roll: Type.Optional(Type.Boolean()),
    /** with `roll`: from when on all has come; what has come of before is told to nobody yet. Left out: all that came may be read */
    readyFromTs: Type.Optional(Ts),
    /** it was the last piece */
    complete: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
/** What a piece that comes line by line says in its address; its facts, JSON, one a line, are its body. */
export const SimulatedLinesQuery = Type.Object({
  ...SimulatedSpan.properties,
  roll: SimulatedPastBody.properties.roll,
  readyFromTs: SimulatedPastBody.properties.readyFromTs,
  complete: SimulatedPastBody.properties.complete,
});
export const SimulatedPastAnswer = Type.Object({
  accepted: Type.Integer(),
  /** not as described: left out */
  refused: Type.Integer(),
  complete: Type.Boolean(),
});
/** Of a store whose figures are partly simulated. */
export const SimulatedView = Type.Object({
  from: Type.String({ description: 'ISO 8601 in store time' }),
  to: Type.String({ description: 'ISO 8601 in store time; not included' }),
  complete: Type.Boolean(),
  readyFrom: Type.Optional(
    Type.String({ description: 'while it is being loaded: from when on figures tell of it; ISO 8601 in store time' }),
  ),
});

export type SimulatedSpan = Static<typeof SimulatedSpan>;
export type SimulatedPastBody = Static<typeof SimulatedPastBody>;
export type SimulatedLinesQuery = Static<typeof SimulatedLinesQuery>;
export type SimulatedPastAnswer = Static<typeof SimulatedPastAnswer>;
