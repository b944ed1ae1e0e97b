import {
  AisleError,
  problem,
  type ChangedDraftBody,
  type DraftRow,
  type DraftView,
  type Drawing,
  type NewDraft,
  type Problem,
} from '@aisle/contracts';
import { storeTime } from '../insight/index.js';
import type { Clock, DraftRecord, DraftRecords, Random, StoreVersions } from '../ports/index.js';
import type { Stores } from '../stores/stores.js';

/** Of one shop at a time: more than anybody looks through, and few enough for one answer. */
export const MOST_DRAFTS = 100;

/** A draft cannot be kept as it was sent. */
export class RefusedDraft extends AisleError {
  readonly code = 'invalid';
  override readonly name = 'RefusedDraft';
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}
/** Somebody has changed the draft meanwhile: as it is now. */
export class DraftChanged extends AisleError {
  readonly code = 'changed';
  override readonly name = 'DraftChanged';
  constructor(readonly current: DraftView) {
    super(`the draft has changed meanwhile: its revision is ${current.revision}`);
  }
  get problem(): Problem {
    return problem('revision', 'draftChanged', { revision: this.current.revision });
  }
}

/** Drawings of a shop that are tried out: by name, seen and gone on with by everybody who may change the shop. */
export class Drafts {
  constructor(
    private readonly parts: {
      records: DraftRecords;
      versions: Pick<StoreVersions, 'versions'>;
      stores: Pick<Stores, 'current'>;
      clock: Pick<Clock, 'now'>;
      random: Pick<Random, 'secretBytes'>;
    },
  ) {}

  async list(storeId: string): Promise<DraftRow[]> {
    const time = await this.#time(storeId);
    return (await this.parts.records.drafts(storeId)).map((record) => rowOf(record, time));
  }

  /** undefined: there is none */
  async one(storeId: string, draftId: string): Promise<DraftView | undefined> {
    const record = await this.parts.records.draft(storeId, draftId);
    return record && this.#view(record);
  }

  /** @throws RefusedDraft */
  async make(storeId: string, { name, basedOn, drawing }: NewDraft, by: string): Promise<DraftView> {
    await this.#isMade(storeId, basedOn);
    const now = this.parts.clock.now();
    const record: DraftRecord = {
      ...{ storeId, draftId: Buffer.from(this.parts.random.secretBytes(12)).toString('base64url') },
      ...{ name: name.trim(), basedOn, revision: 1, drawing: JSON.stringify(drawing) },
      ...{ madeTs: now, madeBy: by, changedTs: now, changedBy: by },
    };
    if (!(await this.parts.records.addDraft(record, MOST_DRAFTS)))
      throw new RefusedDraft(problem('', 'tooManyDrafts', { most: MOST_DRAFTS }));
    return this.#view(record);
  }

  /** undefined: there is none. @throws RefusedDraft, DraftChanged */
  async change(storeId: string, draftId: string, body: ChangedDraftBody, by: string): Promise<DraftView | undefined> {
    await this.#isMade(storeId, body.basedOn);
    const known = await this.parts.records.draft(storeId, draftId);
    if (!known) return undefined;
    const record: DraftRecord = {
      ...known,
      ...{ name: body.name.trim(), basedOn: body.basedOn, revision: body.revision + 1 },
      ...{ changedTs: this.parts.clock.now(), changedBy: by, drawing: JSON.stringify(body.drawing) },
    };
    if (await this.parts.records.changeDraft(record)) return this.#view(record);
    const now = await this.parts.records.draft(storeId, draftId);
    if (now) throw new DraftChanged(await this.#view(now));
    return undefined;
  }

  remove(storeId: string, draftId: string): Promise<boolean> {
    return this.parts.records.removeDraft(storeId, draftId);
  }

  async #isMade(storeId: string, version: number): Promise<void> {
    const newest = (await this.parts.versions.versions(storeId)).at(-1)?.version ?? 0;
    if (version > newest) throw new RefusedDraft(problem('basedOn', 'notMadeYet', { version, newest }));
  }

  async #view(record: DraftRecord): Promise<DraftView> {
    const drawing = JSON.parse(record.drawing) as Drawing;
    return { ...rowOf(record, await this.#time(record.storeId)), drawing };
  }

  async #time(storeId: string) {
    return storeTime((await this.parts.stores.current(storeId))?.storeFile.store.timezone ?? 'UTC');
  }
}

const rowOf = (
  { draftId, name, basedOn, revision, madeTs, madeBy, changedTs, changedBy }: Omit<DraftRecord, 'drawing'>,
  time: ReturnType<typeof storeTime>,
): DraftRow => ({
  ...{ draftId, name, basedOn, revision, madeAt: time.iso(madeTs), madeBy },
  ...{ changedAt: time.iso(changedTs), changedBy },
});
