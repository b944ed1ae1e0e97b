import { Type, type Static } from '@sinclair/typebox';
import { SECTIONS } from './store/sections.js';

/**
 * What one side understands, told at every connection (`hello`, `welcome`). Nothing that the other side does not speak is sent:
 * it is kept, shown, and sent once the other side is newer.
 */
const Versions = Type.Record(Type.String({ minLength: 1, maxLength: 64 }), Type.Integer({ minimum: 1 }));
export const Speaks = Type.Object({
  /** of the conversation itself; sides of another protocol do not talk */
  protocol: Type.Integer({ minimum: 1 }),
  /** kinds of inbox commands → the newest version of each that is understood */
  commands: Versions,
  /** kinds of facts → the newest version of each that is understood */
  facts: Versions,
  /** sections of the store file */
  sections: Type.Array(Type.String()),
});
export type Speaks = Static<typeof Speaks>;

export const PROTOCOL = 1;

const once = (kinds: readonly string[]): Record<string, number> => Object.fromEntries(kinds.map((kind) => [kind, 1]));

/** A side that says nothing is of version 0.1. */
export const SPEAKS_0_1: Speaks = {
  protocol: 1,
  commands: once(['storeFile', 'sale', 'credential', 'tare']),
  facts: once(['crossings', 'zone', 'heat', 'slot', 'coverage', 'sale', 'decision', 'play', 'incident']),
  sections: [...SECTIONS],
};

/**
 * What this version speaks. A store file of version 2 may hold what is only drawn: walls, and where devices hang. Minute facts of
 * version 2 are keyed by configVersion and have a generation.
 */
export const SPEAKS: Speaks = {
  protocol: PROTOCOL,
  commands: {
    ...SPEAKS_0_1.commands,
    storeFile: 2,
    sale: 2,
    planned: 1,
    recompute: 1,
    heldSale: 1,
    campaign: 1,
    screenOrder: 1,
    scan: 1,
    prior: 1,
  },
  facts: { ...SPEAKS_0_1.facts, crossings: 2, zone: 2, heat: 2, slot: 2, coverage: 2, inForce: 1, block: 1 },
  sections: [...SECTIONS],
};

/**
 * The least version of each kind that a cloud must speak to read today's facts. One of 0.1 reads minute facts of version 2 by keys
 * without a configVersion: right, but for a minute in which the store file changes, of which it counts one version only.
 */
export const FACTS_NEED: Readonly<Record<string, number>> = { ...SPEAKS_0_1.facts, inForce: 1, block: 1 };

/** The version of its kind that a command must be understood in: a sale that names its till means less to those who overlook it. */
export const commandVersion = ({ kind, till }: { kind: string; till?: unknown }): number =>
  kind === 'sale' && till !== undefined ? 2 : 1;

/** Whether a side that speaks so understands a kind in the version that it would be sent in. */
export const understands = (spoken: Readonly<Record<string, number>>, kind: string, version = 1): boolean =>
  (spoken[kind] ?? 0) >= version;
