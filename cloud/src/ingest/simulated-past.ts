import {
  AisleError,
  MINUTE_MS,
  problem,
  sentenceOf,
  type Ack,
  type Problem,
  type SimulatedPastAnswer,
  type SimulatedPastBody,
} from '@aisle/contracts';
import type { Clock, SeriesStore, StoreRecord, StoreRecords } from '../ports/index.js';
import type { SimulatedPast } from '../ports/stores.js';
import { factsOf } from './batch-reader.js';
import type { WaitingBatch } from './committer.js';

/** Below every agent's: what agents say of a sale or an alert goes before what was simulated. */
export const PAST_EPOCH = 0;

/** A past that cannot be loaded as asked; HTTP 400 with `field`, 409 where the shop has another. */
export class PastError extends AisleError {
  override readonly name = 'PastError';
  constructor(
    readonly code: 'invalid' | 'conflict',
    readonly problem: Problem,
  ) {
    super(sentenceOf(problem));
  }
}

export interface SimulatedPastParts {
  stores: Pick<StoreRecords, 'store' | 'setSimulated'>;
  series: Pick<SeriesStore, 'span'>;
  clock: Pick<Clock, 'now' | 'monotonicMs'>;
  commit(batch: WaitingBatch): void;
  /** makes the rollups of what was loaded */
  roll(storeId: string): Promise<void>;
}

/**
 * Takes in a simulated past of a store, through the same checks and the same commit as an agent's facts, in an epoch below all
 * of theirs. Only a store without a past of its own before its end may have one, and only one: so nothing that was measured is
 * ever mixed with it, and the store says for good what is simulated.
 */
export class SimulatedPasts {
  constructor(private readonly parts: SimulatedPastParts) {}

  /** Resolves once the piece is on disk. @throws PastError */
  async take(storeId: string, body: SimulatedPastBody): Promise<SimulatedPastAnswer> {
    const past = await this.#past(storeId, body);
    if (past.complete) return { accepted: 0, refused: 0, complete: true };
    const { facts, refused, indexes } = factsOf(
      body.facts.map((fact) => (isWithin(fact, past) ? fact : { kind: 'outsideOfThePast' })),
    );
    const ack = facts.length === 0 ? undefined : await this.#commit(storeId, facts, indexes);
    const lost = refused.length + (ack?.refused.length ?? 0);
    if (body.complete === true || body.roll === true) await this.parts.roll(storeId);
    if (body.complete === true) {
      await this.parts.stores.setSimulated(storeId, { ...past, complete: true });
    }
    return { accepted: body.facts.length - lost, refused: lost, complete: body.complete === true };
  }

  async #past(storeId: string, { seed, fromTs, toTs }: SimulatedPastBody): Promise<SimulatedPast> {
    const { stores, series, clock } = this.parts;
    const wrong = (field: string, code: 'wholeMinute' | 'hasPassed'): never => {
      throw new PastError('invalid', problem(field, code));
    };
    if (fromTs % MINUTE_MS !== 0) wrong('fromTs', 'wholeMinute');
    if (toTs % MINUTE_MS !== 0) wrong('toTs', 'wholeMinute');
    if (toTs <= fromTs) throw new PastError('invalid', problem('toTs', 'laterThan', { other: 'fromTs' }));
    if (toTs > clock.now()) wrong('toTs', 'hasPassed');
    const { simulated } = (await stores.store(storeId)) as StoreRecord;
    if (simulated) {
      const isSame = simulated.seed === seed && simulated.fromTs === fromTs && simulated.toTs === toTs;
      if (!isSame) throw new PastError('conflict', problem('fromTs', 'anotherPast'));
      return simulated;
    }
    const own = await series.span(storeId);
    if (own && own.earliestTs < toTs) throw new PastError('conflict', problem('toTs', 'ownPast'));
    const past = { seed, fromTs, toTs, complete: false };
    await stores.setSimulated(storeId, past);
    return past;
  }

  #commit(storeId: string, facts: WaitingBatch['batch']['facts'], indexes: number[]): Promise<Ack> {
    const { clock, commit } = this.parts;
    return new Promise((done) => {
      const batch = { batchId: 'past', journalId: 'simulated', epoch: PAST_EPOCH, facts, refused: [], indexes };
      commit({ storeId, batch, arrivedMs: clock.monotonicMs(), done });
    });
  }
}

const isWithin = (fact: unknown, { fromTs, toTs }: SimulatedPast): boolean => {
  const ts = (fact as { ts?: unknown } | null)?.ts;
  return typeof ts === 'number' && ts >= fromTs && ts < toTs;
};
