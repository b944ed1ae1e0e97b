import { drawingOf, withDrawing, type DraftRow, type DraftView, type StoreFile } from '@aisle/contracts';
import type { VersionRow } from '../api/generated/schema.js';
import { ApiError, type ApiClient } from '../api/client.js';
import { mergeFiles } from '../figures/floor-merge.js';
import type { Ref } from '../figures/floor.js';
import type { Clash } from '../figures/planogram.js';
import { Loaded } from './loaded.svelte.js';

export interface Newest {
  /** all versions, the newest first */
  rows: readonly VersionRow[];
  version: number;
  file: StoreFile;
}
/** What a board draws of a file, and how it is put back into one. */
export interface Drawing<D> {
  begin(file: StoreFile): D;
  /** the whole file with what is drawn now */
  whole(draft: D, onto: StoreFile): StoreFile;
  /** another basis, with what was drawn on it as a step that can be undone */
  rebase(draft: D, base: StoreFile, next: StoreFile): void;
}

/**
 * One shop on a drawing board: loaded from its newest version, also where that is planned; saved by the board; put together with what
 * others made meanwhile; kept as a draft and opened from one. Nothing that was drawn is lost by any of it.
 */
export class BoardSession<D> {
  readonly loaded = new Loaded<Newest>();
  #draft = $state.raw<D | null>(null);
  #basedOn = $state(0);
  #clashes = $state.raw<readonly Ref[]>([]);
  #slotClashes = $state.raw<readonly Clash[]>([]);
  #opened = $state.raw<DraftView | null>(null);
  #meanwhile = $state.raw<DraftView | null>(null);
  /** the version that the drawing differs from */
  #base: StoreFile | null = null;
  /** what the draft's floor adds to it, where the board itself draws goods only */
  #carrier = $state.raw<StoreFile | null>(null);

  constructor(
    private readonly parts: Drawing<D> & {
      api: Pick<ApiClient, 'version' | 'versions' | 'plans'>;
      storeId: () => string;
      /** the shop as others see it is to be loaded anew */
      onmade: () => Promise<void>;
    },
  ) {}

  get draft(): D | null {
    return this.#draft;
  }
  /** the newest version that the drawing knows of */
  get basedOn(): number {
    return this.#basedOn;
  }
  get clashes(): readonly Ref[] {
    return this.#clashes;
  }
  get slotClashes(): readonly Clash[] {
    return this.#slotClashes;
  }
  get rows(): readonly VersionRow[] {
    return this.loaded.data?.rows ?? [];
  }
  /** the draft that is open, as it was when it was opened or kept last */
  get opened(): DraftView | null {
    return this.#opened;
  }
  /** the open draft as somebody else has kept it meanwhile */
  get meanwhile(): DraftView | null {
    return this.#meanwhile;
  }
  /** the file with all that is drawn; undefined while it loads */
  get whole(): StoreFile | undefined {
    return this.#carrier && this.#draft ? this.parts.whole(this.#draft, this.#carrier) : undefined;
  }

  ask(): void {
    void this.loaded.run(this.parts.storeId(), async (signal) => {
      const found = await this.#newest(signal);
      this.begin(found);
      return found;
    });
  }
  stop(): void {
    this.loaded.stop();
  }
  /** Everything as it is, nothing changed. */
  begin({ file, version }: Newest): void {
    this.#draft = this.parts.begin(file);
    [this.#base, this.#carrier] = [file, file];
    this.#basedOn = version;
    [this.#clashes, this.#slotClashes] = [[], []];
    [this.#opened, this.#meanwhile] = [null, null];
  }

  /** What was drawn has become a version. */
  async made(version: number): Promise<void> {
    this.#basedOn = version;
    this.#base = this.whole ?? this.#base;
    [this.#clashes, this.#slotClashes] = [[], []];
    const found = await this.#again(version);
    if (found) [this.#base, this.#carrier] = [found.file, found.file];
    await this.parts.onmade();
  }

  /** Somebody's newer version becomes the basis, with what is drawn here on it; false: it could not be had. */
  async takeTheirs(version: number): Promise<boolean> {
    const [base, mine] = [this.#base, this.whole];
    const found = await this.#again(version);
    if (!found || !base || !mine) return false;
    this.#onto(found, base, mine);
    return true;
  }

  /** A draft, put together with the newest version. @throws ApiError */
  async open(row: DraftRow): Promise<void> {
    const { api } = this.parts;
    const view = await api.plans.draft(this.parts.storeId(), row.draftId);
    const found = await this.#again(`${view.draftId} ${view.revision}`);
    if (!found) return;
    const basis = view.basedOn === found.version ? found.file : await this.#file(view.basedOn);
    this.#onto(found, basis, withDrawing(basis, view.drawing));
    [this.#opened, this.#meanwhile] = [view, null];
  }
  /** Back to the newest version; the draft stays as it was kept last. */
  close(): void {
    if (this.loaded.data) this.begin(this.loaded.data);
  }
  /** The draft is no more; what is drawn stays. */
  forget(): void {
    [this.#opened, this.#meanwhile] = [null, null];
  }
  /** Keeps what is drawn, under this name. @throws ApiError; 409 is told by `meanwhile` */
  async keep(name: string, another: boolean): Promise<DraftView | null> {
    const { api, storeId } = this.parts;
    const file = this.whole;
    if (!file) return null;
    const body = { name, basedOn: this.#basedOn, drawing: drawingOf(file) };
    const open = another ? null : this.#opened;
    try {
      const kept = open
        ? await api.plans.changeDraft(storeId(), open.draftId, { ...body, revision: open.revision })
        : await api.plans.makeDraft(storeId(), body);
      [this.#opened, this.#meanwhile] = [kept, null];
      return kept;
    } catch (error) {
      const current = error instanceof ApiError && error.status === 409 ? currentOf(error) : undefined;
      if (!current) throw error;
      this.#meanwhile = current;
      return null;
    }
  }
  /** What somebody else kept in the draft, with what is drawn here on it. */
  async takeDraft(): Promise<void> {
    const [theirs, opened, mine, found] = [this.#meanwhile, this.#opened, this.whole, this.loaded.data];
    if (!theirs || !opened || !mine || !found) return;
    const basis = theirs.basedOn === found.version ? found.file : await this.#file(theirs.basedOn);
    const was = opened.basedOn === found.version ? found.file : await this.#file(opened.basedOn);
    // first both drafts, then the newest version
    const both = mergeFiles(withDrawing(was, opened.drawing), mine, withDrawing(basis, theirs.drawing));
    this.#onto(found, basis, both.file, both);
    [this.#opened, this.#meanwhile] = [theirs, null];
  }

  #onto(found: Newest, base: StoreFile, mine: StoreFile, before?: { clashes: Ref[]; slots: Clash[] }): void {
    const merged = mergeFiles(base, mine, found.file);
    [this.#base, this.#carrier] = [found.file, merged.file];
    this.#draft ??= this.parts.begin(found.file);
    this.parts.rebase(this.#draft, found.file, merged.file);
    this.#basedOn = found.version;
    this.#clashes = [...(before?.clashes ?? []), ...merged.clashes];
    this.#slotClashes = [...(before?.slots ?? []), ...merged.slots];
  }
  async #again(key: number | string): Promise<Newest | null> {
    await this.loaded.run(`${this.parts.storeId()} ${key}`, (signal) => this.#newest(signal));
    return this.loaded.data;
  }
  async #newest(signal?: AbortSignal): Promise<Newest> {
    const { api, storeId } = this.parts;
    const rows = await api.versions(storeId(), signal);
    const version = rows[0]?.version ?? 1;
    const { storeFile } = await api.version(storeId(), version, signal);
    return { rows, version, file: storeFile as StoreFile };
  }
  async #file(version: number): Promise<StoreFile> {
    return (await this.parts.api.version(this.parts.storeId(), version)).storeFile as StoreFile;
  }
}

const currentOf = ({ body }: ApiError): DraftView | undefined => (body as { current?: DraftView }).current;
