import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  AisleError,
  StoreFileError,
  atField,
  changesOf,
  checkStoreFile,
  decodeText,
  problem,
  sentenceOf,
  type ImportPreview,
  type ImportRefusal,
  type MadeVersion,
  type NewPlanogram,
  type PlanogramFormat,
  type Problem,
  type StoreFile,
} from '@aisle/contracts';
import type { Clock, MediaStore, PlanogramRecords, StoreVersion, StoreVersions } from '../ports/index.js';
import { InvalidEdit } from '../versions/edit.js';
import { inForceAt } from '../versions/time-line.js';
import type { Versions } from '../versions/versions.js';
import { csvPlan, planCsv } from './csv-plan.js';
import { withSlots } from './placing.js';
import { psaPlan, type Plan } from './psa-plan.js';
import { newPsa, psaAsNow } from './psa-write.js';

/** Lines of a file are refused: nothing was made. */
export class RefusedPlanogram extends AisleError {
  readonly code = 'refused';
  override readonly name = 'RefusedPlanogram';
  constructor(readonly preview: ImportPreview) {
    super(`${preview.refused.length} lines are refused`);
  }
  get problem(): Problem {
    return problem('', 'linesRefused', { count: this.preview.refused.length });
  }
}

export interface ImportWishes {
  format: PlanogramFormat;
  /** the fixture that a PSA file with one planogram is of */
  fixtureId?: string | undefined;
  basedOn?: number | undefined;
  validFrom?: string | null | undefined;
  note?: string | null | undefined;
  /** take the rest of a file of which lines are refused */
  skipRefused?: boolean | undefined;
}
export type Imported =
  | { outcome: 'unchanged' | 'preview'; preview: ImportPreview }
  | { outcome: 'made'; made: MadeVersion; refused: ImportRefusal[] };

const MOST_CHANGES = 500;
/** of what is refused in an answer: nobody corrects more by hand */
const MOST_REFUSED = 1000;

/** What stands where: made into versions of the store file, from a page or from a file, and written into files again. */
export class Planograms {
  constructor(
    private readonly parts: {
      versions: Pick<Versions, 'make' | 'preview'>;
      records: StoreVersions;
      planograms: PlanogramRecords;
      media: MediaStore;
      clock: Pick<Clock, 'now'>;
      /** for files on their way */
      incomingDir: string;
    },
  ) {}

  /** The version in force at a moment, the newest one made so far among those that hold by then. */
  async at(storeId: string, ts: number): Promise<StoreVersion | undefined> {
    const record = inForceAt(await this.parts.records.versions(storeId), ts);
    return record && this.parts.records.version(storeId, record.version);
  }

  /** @throws InvalidEdit with paths in what was sent, ChangedMeanwhile */
  async put(storeId: string, body: NewPlanogram, author: string): Promise<MadeVersion> {
    const basis = await this.#basis(storeId, body.basedOn);
    const { fixtures, basedOn, validFrom, note } = body;
    const own = placesIn(basis, fixtures);
    const storeFile = withSlots(basis, new Map(fixtures.map(({ id, slots }) => [id, slots])));
    try {
      return await this.parts.versions.make(storeId, { storeFile, basedOn, ...said(validFrom, note) }, author);
    } catch (error) {
      if (!(error instanceof InvalidEdit)) throw error;
      const sent = new Map(fixtures.map(({ id }, at) => [own.get(id), at]));
      throw new InvalidEdit(error.problems.map((found) => asSent(found, sent)));
    }
  }

  /** A file with other slots in some fixtures, which nobody makes a version of. @throws InvalidEdit with paths in what was sent */
  draft(file: StoreFile, fixtures: NewPlanogram['fixtures']): StoreFile {
    const own = placesIn(file, fixtures);
    try {
      return checkStoreFile(withSlots(file, new Map(fixtures.map(({ id, slots }) => [id, slots]))), 'storeFile');
    } catch (error) {
      if (!(error instanceof StoreFileError)) throw error;
      const sent = new Map(fixtures.map(({ id }, at) => [own.get(id), at]));
      throw new InvalidEdit(error.problems.map((found) => asSent(atField(`storeFile.${found.field}`, found), sent)));
    }
  }

  /**
   * RefusedPlanogram
   */
  async import(
    storeId: string,
    bytes: Uint8Array,
    wishes: ImportWishes,
    author: string,
    dryRun: boolean,
  ): Promise<Imported> {
    const { records, versions, media, planograms, clock } = this.parts;
    const basedOn = wishes.basedOn ?? (await records.versions(storeId)).at(-1)?.version ?? 0;
    const basis = await this.#basis(storeId, basedOn);
    const plan = planOf(bytes, basis, wishes);
    const storeFile = withSlots(basis, plan.slots);
    const body = { basedOn, storeFile, ...said(wishes.validFrom, wishes.note) };
    const { warnings } = await versions.preview(storeId, body);
    const changes = changesOf(basis, storeFile);
    const refused = plan.refused.slice(0, MOST_REFUSED).map(told);
    const preview: ImportPreview = {
      basedOn,
      changes: changes.slice(0, MOST_CHANGES),
      changesLeftOut: Math.max(0, changes.length - MOST_CHANGES),
      refused,
      ...(warnings && { warnings }),
    };
    if (dryRun) return { outcome: 'preview', preview };
    if (refused.length > 0 && !wishes.skipRefused) throw new RefusedPlanogram(preview);
    // the bytes first: what the catalog names is there
    const sha256 = wishes.format === 'psa' && plan.fixtures.length > 0 ? await this.#stored(bytes) : undefined;
    const made = changes.length > 0 ? await versions.make(storeId, body, author) : undefined;
    if (sha256 !== undefined) {
      const gone = await planograms.keepPlanogram({
        ...{ storeId, sha256, takenTs: clock.now() },
        fixtureIds: plan.fixtures.map(([, id]) => id),
        places: { fixtures: plan.fixtures, slots: plan.places },
      });
      for (const old of gone) await media.remove(old);
    }
    return made ? { outcome: 'made', made, refused } : { outcome: 'unchanged', preview };
  }

  /**
   * The planogram as a file: a PSA file as it was last imported, with what has changed since; of fixtures that came from none, a new one.
   */
  async export({ storeId, storeFile }: StoreVersion, format: PlanogramFormat, fixtureId?: string): Promise<Uint8Array> {
    if (format === 'csv') return new TextEncoder().encode(`\ufeff${planCsv(onlyOf(storeFile, fixtureId))}`);
    const kept = await this.parts.planograms.keptPlanogram(storeId, fixtureId);
    const stream = kept && (await this.parts.media.read(kept.sha256));
    return kept && stream ? psaAsNow(await buffer(stream), kept.places, storeFile) : newPsa(storeFile, fixtureId);
  }

  /** The file of the newest version. @throws ChangedMeanwhile where another one is named */
  async #basis(storeId: string, version: number): Promise<StoreFile> {
    const { records, versions } = this.parts;
    const newest = (await records.versions(storeId)).at(-1)?.version ?? 0;
    const found = await records.version(storeId, newest);
    if (!found) throw new InvalidEdit([problem('', 'noStoreFile')]);
    if (version !== newest) await versions.preview(storeId, { basedOn: version, storeFile: found.storeFile });
    return found.storeFile;
  }

  async #stored(bytes: Uint8Array): Promise<string> {
    const { media, incomingDir } = this.parts;
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    await mkdir(incomingDir, { recursive: true, mode: 0o700 });
    const folder = await mkdtemp(path.join(incomingDir, 'planogram-'));
    try {
      const file = path.join(folder, 'file');
      await writeFile(file, bytes, { mode: 0o600 });
      await media.put(sha256, file, bytes.length);
      return sha256;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** At which place of a file each of its fixtures is. @throws InvalidEdit for one that is named twice or is not there */
function placesIn(file: StoreFile, fixtures: NewPlanogram['fixtures']): ReadonlyMap<string, number> {
  const twice = fixtures.findIndex(({ id }, at) => fixtures.some((other, before) => before < at && other.id === id));
  if (twice >= 0) throw new InvalidEdit([problem(`fixtures[${twice}].id`, 'twice')]);
  const own = new Map((file.fixtures ?? []).map(({ id }, at) => [id, at]));
  const strangers = fixtures.flatMap(({ id }, at) =>
    own.has(id) ? [] : [problem(`fixtures[${at}].id`, 'namesNo', { what: 'fixture', id })],
  );
  if (strangers.length > 0) throw new InvalidEdit(strangers);
  return own;
}

const said = (validFrom: string | null | undefined, note: string | null | undefined) => ({
  ...(validFrom !== undefined && { validFrom }),
  ...(note !== undefined && { note }),
});

const NOTHING: Plan = { slots: new Map(), refused: [], places: [], fixtures: [] };

function planOf(bytes: Uint8Array, file: StoreFile, { format, fixtureId }: ImportWishes): Plan {
  if (format === 'psa') return psaPlan(bytes, file, fixtureId);
  const decoded = decodeText(bytes, undefined, { words: ['fixture', 'slot'], timezone: file.store.timezone });
  if (!decoded) return { ...NOTHING, refused: [{ line: 1, column: null, problem: problem('', 'unreadableText') }] };
  return csvPlan(decoded.text, file);
}

const onlyOf = (file: StoreFile, fixtureId: string | undefined): StoreFile =>
  fixtureId === undefined ? file : { ...file, fixtures: (file.fixtures ?? []).filter(({ id }) => id === fixtureId) };

const told = ({ line, column, problem: found }: Plan['refused'][number]): ImportRefusal => ({
  ...{ line, column, message: sentenceOf(found), code: found.code, values: found.values },
});

/** `storeFile.fixtures[7].slots[0].gtin` → the same place in what was sent. */
function asSent(found: Problem, sent: ReadonlyMap<number | undefined, number>): Problem {
  const inFixture = /^storeFile\.fixtures\[(\d+)\](.*)$/.exec(found.field);
  const at = inFixture && sent.get(Number(inFixture[1]));
  return inFixture && at !== undefined ? atField(`fixtures[${at}]${inFixture[2]}`, found) : found;
}
