import {
  AisleError,
  MINUTE_MS,
  problem,
  sentenceOf,
  type Ack,
  type Problem,
  type SimulatedLinesQuery,
  type SimulatedPastAnswer,
  type SimulatedPastBody,
  type SimulatedSpan,
} from '@aisle/contracts';
import type { Clock, SeriesStore, StoreRecord, StoreRecords } from '../ports/index.js';
import type { SimulatedPast } from '../ports/stores.js';
import { factsOf } from './batch-reader.js';
import type { WaitingBatch } from './committer.js';
import { PAST_EPOCH, PastLines, isWithin, type LoadedPiece } from './past-lines.js';

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
  series: Pick<SeriesStore, 'span' | 'load'>;
  clock: Pick<Clock, 'now' | 'monotonicMs' | 'after'>;
  commit(batch: WaitingBatch): void;
  /** what else is to be known of a piece that lies on the disk now */
  loaded(piece: LoadedPiece): Promise<void>;
  /** a piece has come */
  loading(storeId: string): void;
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
    this.parts.loading(storeId);
    const { facts, refused, indexes } = factsOf(
      body.facts.map((fact) => (isWithin(fact, past) ? fact : { kind: 'outsideOfThePast' })),
    );
    const ack = facts.length === 0 ? undefined : await this.#commit(storeId, facts, indexes);
    const lost = refused.length + (ack?.refused.length ?? 0);
    await this.#end(storeId, past, body);
    return { accepted: body.facts.length - lost, refused: lost, complete: body.complete === true };
  }

  /** The same of a piece whose facts are lines. Resolves once it is on disk. @throws PastError */
  async takeLines(storeId: string, asked: SimulatedLinesQuery, lines: Buffer): Promise<SimulatedPastAnswer> {
    const past = await this.#past(storeId, asked);
    if (past.complete) return { accepted: 0, refused: 0, complete: true };
    this.parts.loading(storeId);
    const piece = new PastLines(storeId, past, lines, this.parts.clock);
    const lost = lines.length === 0 ? 0 : await this.parts.series.load(piece.rows());
    await this.parts.loaded(piece);
    await this.#end(storeId, past, asked);
    return {
      accepted: piece.accepted - lost,
      refused: piece.refused + lost,
      complete: asked.complete === true,
    };
  }

  async #end(
    storeId: string,
    { seed, fromTs, toTs }: SimulatedPast,
    { roll, complete, readyFromTs = fromTs }: Pick<SimulatedPastBody, 'roll' | 'complete' | 'readyFromTs'>,
  ): Promise<void> {
    if (complete !== true && roll !== true) return;
    await this.parts.roll(storeId);
    const past = { seed, fromTs, toTs };
    await this.parts.stores.setSimulated(
      storeId,
      complete === true ? { ...past, complete } : { ...past, complete: false, readyFromTs },
    );
  }

  async #past(storeId: string, { seed, fromTs, toTs }: SimulatedSpan): Promise<SimulatedPast> {
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
    const past = { seed, fromTs, toTs, complete: false, readyFromTs: toTs };
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
