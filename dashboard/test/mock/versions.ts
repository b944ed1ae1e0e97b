import {
  type StoreFileError,
  changesOf,
  parseStoreFile,
  problem,
  checkStoreFile,
  storeFileText,
  type NewVersion,
  type StoreFile,
  type VersionRow,
} from '@aisle/contracts';

interface Kept {
  row: Omit<VersionRow, 'state' | 'changes' | 'changesLeftOut' | 'sections'>;
  file: StoreFile;
  ts: number;
}
const DAY = 86_400_000;

/** The time line of the mock shop: five versions, one of them planned, and whatever is made in a test. */
export class MockVersions {
  readonly #shop: { file: StoreFile };
  readonly #now: () => number;
  readonly #kept: Kept[] = [];

  constructor(shop: { file: StoreFile }, now: () => number) {
    this.#shop = shop;
    this.#now = now;
    const at = now();
    const file = shop.file;
    const priced = (from: StoreFile, price: number): StoreFile => ({
      ...from,
      products: from.products?.map((product, index) => (index === 0 ? { ...product, price } : product)),
    });
    const older: StoreFile = {
      ...file,
      devices: file.devices?.filter(({ id }) => id !== 'cam-3'),
      zones: file.zones?.map((zone, index) => (index === 0 ? { ...zone, engagedAfterSeconds: 12 } : zone)),
    };
    this.#keep(older, at - 41 * DAY, { origin: 'import' });
    this.#keep({ ...older, devices: file.devices }, at - 12 * DAY, {
      author: 'installer@example.org',
      reason: { code: 'deviceAdded', values: { device: 'cam-3' } },
    });
    this.#keep(priced(file, 9.9), at - 2 * DAY, { author: 'token:erp', note: 'Weekend prices' });
    this.#keep(file, at - 5 * 3_600_000, { author: 'manager@example.org', note: 'Back to the usual prices' });
    this.#keep(
      priced(file, 10.9),
      at + 2 * DAY,
      { author: 'manager@example.org', note: 'Summer offer' },
      at - 3_600_000,
    );
  }

  /** Somebody else makes a version, now. */
  makeElsewhere(change: (file: StoreFile) => StoreFile): void {
    this.#keep(change(structuredClone(this.#kept.at(-1)!.file)), this.#now(), { author: 'colleague@example.org' });
  }

  /** What holds, or is planned to hold, at a moment. */
  at(ts: number): { version: number; file: StoreFile; ts: number } {
    const kept = this.#before(Infinity, ts) ?? this.#kept[0]!;
    return { version: kept.row.version, file: kept.file, ts: kept.ts };
  }
  kept(version: number): { ts: number } | undefined {
    return this.#kept.find(({ row }) => row.version === version);
  }
  get newest(): { version: number; file: StoreFile } {
    const { row, file } = this.#kept.at(-1)!;
    return { version: row.version, file };
  }
  /** What was planned is in force once its time has come. */
  follow(): void {
    this.#shop.file = this.#before(Infinity, this.#now())!.file;
  }

  answer(
    method: string,
    call: string,
    query: URLSearchParams,
    body: string,
  ): { status: number; answer: unknown } | null {
    const found = /^versions(?:\/(\d+))?$/.exec(call);
    if (!found) return null;
    if (method === 'POST') return this.make(JSON.parse(body) as NewVersion, query.get('dryRun') === 'true');
    const about = query.get('about')?.split(',');
    if (found[1] === undefined && about)
      return {
        status: 200,
        answer: this.#kept
          .map((kept) => this.#row(kept, 500))
          .map((row) => ({ ...row, changes: row.changes.filter(({ id }) => about.includes(id)), changesLeftOut: 0 }))
          .filter(({ changes }) => changes.length > 0)
          .reverse(),
      };
    if (found[1] === undefined) return { status: 200, answer: this.#kept.map((kept) => this.#row(kept, 3)).reverse() };
    const kept = this.#kept.find(({ row }) => row.version === Number(found[1]));
    if (!kept) return { status: 404, answer: { error: { code: 'notFound', message: 'no such version' } } };
    if (query.get('format') === 'yaml') return { status: 200, answer: storeFileText(kept.file, kept.row.version) };
    return { status: 200, answer: { ...this.#row(kept, 500), storeId: 'demo', storeFile: kept.file } };
  }

  make(body: NewVersion, dryRun: boolean): { status: number; answer: unknown } {
    const newest = this.#kept.at(-1)!;
    let file: StoreFile;
    try {
      file =
        body.storeFileYaml === undefined
          ? checkStoreFile(body.storeFile, 'storeFile')
          : parseStoreFile(body.storeFileYaml, 'storeFileYaml');
    } catch (error) {
      const problems = (error as StoreFileError).problems.map((wrong) => ({
        ...wrong,
        field: `storeFileYaml${wrong.field ? `.${wrong.field}` : ''}`,
      }));
      return { status: 400, answer: { error: { code: 'invalid', message: 'not a store file', problems } } };
    }
    if (body.basedOn > newest.row.version) {
      const problems = [problem('basedOn', 'notMadeYet', { version: body.basedOn, newest: newest.row.version })];
      return { status: 400, answer: { error: { code: 'invalid', message: 'basedOn', field: 'basedOn', problems } } };
    }
    if (body.basedOn !== newest.row.version) {
      const basis = this.#kept.find(({ row }) => row.version === body.basedOn);
      const current = { ...this.#row(newest, 0), changes: changesOf(basis?.file, newest.file), changesLeftOut: 0 };
      return { status: 409, answer: { error: { code: 'changed', message: 'changed', field: 'basedOn' }, current } };
    }
    const ts = Math.max(this.#now(), body.validFrom ? Date.parse(body.validFrom) : 0);
    const cancels = this.#kept.filter((kept) => this.#state(kept) === 'planned' && kept.ts >= ts);
    const made = {
      validFrom: new Date(ts).toISOString(),
      changes: changesOf(this.#before(newest.row.version + 1, ts)?.file, file),
      changesLeftOut: 0,
      cancels: cancels.map(({ row }) => row.version),
    };
    if (dryRun) return { status: 200, answer: { basedOn: body.basedOn, ...made } };
    const version = this.#keep(file, ts, { author: 'manager@example.org', note: body.note ?? null });
    if (ts <= this.#now()) this.#shop.file = file;
    return { status: 201, answer: { version, ...made } };
  }

  #keep(file: StoreFile, ts: number, words: Partial<Kept['row']>, madeTs = Math.min(ts, this.#now())): number {
    const version = this.#kept.length + 1;
    const row: Kept['row'] = {
      version,
      validFrom: new Date(ts).toISOString(),
      madeAt: new Date(madeTs).toISOString(),
      author: null,
      note: null,
      reason: null,
      origin: 'dashboard',
      basedOn: version > 1 ? version - 1 : null,
      ...words,
    };
    this.#kept.push({ row, file, ts });
    return version;
  }

  get inForce(): number {
    return this.#before(Infinity, this.#now())!.row.version;
  }
  #before(version: number, ts: number): Kept | undefined {
    return this.#kept.filter((kept) => kept.row.version < version && kept.ts <= ts).at(-1);
  }
  #state(kept: Kept): VersionRow['state'] {
    if (kept.row.version === this.inForce) return 'inForce';
    if (kept.ts <= this.#now()) return 'past';
    const replaced = this.#kept.some(({ row, ts }) => row.version > kept.row.version && ts <= kept.ts);
    return replaced ? 'cancelled' : 'planned';
  }
  #row(kept: Kept, most: number): VersionRow {
    const before = this.#before(kept.row.version, kept.ts);
    const changes = before ? changesOf(before.file, kept.file) : [];
    return {
      ...kept.row,
      state: this.#state(kept),
      sections: [...new Set(changes.map(({ section }) => section))],
      changes: changes.slice(0, most),
      changesLeftOut: Math.max(0, changes.length - most),
    };
  }
}
