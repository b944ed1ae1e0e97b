import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { AisleError, problem, sentenceOf, type ContentView, type Problem } from '@aisle/contracts';
import type { ContentRecord, ContentRecords, ContentUseRecord, Clock, MediaEye, MediaStore } from '../ports/index.js';

/** A file cannot be taken, found or deleted; `status` is that of HTTP. */
export class ContentError extends AisleError {
  override readonly name = 'ContentError';
  readonly code = 'content';
  constructor(
    readonly status: 400 | 404 | 409 | 413 | 415,
    readonly problem: Problem,
    readonly usedBy: readonly ContentUseRecord[] = [],
  ) {
    super(sentenceOf(problem));
  }
}

/** characters of a SHA-256 that name a content: 128 bits, of which no two meet */
const ID_LENGTH = 32;
/** longest name that is kept */
const NAME_LENGTH = 200;

/** The files of every organisation: each kept once, told by its bytes. */
export class Library {
  /** by SHA-256: what is being put or removed, one after the other */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(
    private readonly parts: {
      records: ContentRecords;
      media: MediaStore;
      eye: MediaEye;
      clock: Pick<Clock, 'now'>;
      /** largest file, bytes */
      maxBytes: number;
    },
  ) {}

  get maxBytes(): number {
    return this.parts.maxBytes;
  }

  /**
   * Takes a file of this machine into the library; the caller removes it. `isNew` false: the same bytes are there already, under their first name.
   * @throws ContentError 400 empty, 413, 415
   */
  async add(
    given: { organisationId: string; by: string; name: string },
    file: string,
    bytes: number,
  ): Promise<{ content: ContentView; isNew: boolean }> {
    const name = tidyName(given.name);
    if (bytes === 0) throw new ContentError(400, problem('file', 'mediaEmpty', { name }));
    if (bytes > this.parts.maxBytes) throw tooLarge(name, this.parts.maxBytes);
    const sha256 = await hashOf(file);
    const contentId = sha256.slice(0, ID_LENGTH);
    const { records, media, eye, clock } = this.parts;
    const known = await records.content(given.organisationId, contentId);
    if (known) return { content: await this.#view(known), isNew: false };
    const looked = await eye.look(file, name);
    if (!looked.ok) throw new ContentError(looked.status, looked.problem);
    const record: ContentRecord = {
      ...{ organisationId: given.organisationId, contentId, sha256, name, bytes },
      ...looked.file,
      ...{ addedTs: clock.now(), addedBy: given.by },
    };
    const isNew = await this.#inTurn(sha256, async () => {
      // the bytes first: what the catalog names is there
      await media.put(sha256, file, bytes);
      return records.addContent(record);
    });
    return { content: await this.#view(record), isNew };
  }

  async list(organisationId: string): Promise<ContentView[]> {
    const uses = await this.parts.records.contentUses(organisationId);
    return (await this.parts.records.contents(organisationId)).map((record) =>
      viewOf(
        record,
        uses.filter(({ contentId }) => contentId === record.contentId),
      ),
    );
  }

  /** @throws ContentError 404 */
  async content(organisationId: string, contentId: string): Promise<ContentRecord> {
    const found = await this.parts.records.content(organisationId, contentId);
    if (!found) throw new ContentError(404, problem('', 'noSuch', { what: 'content' }));
    return found;
  }

  /** @throws ContentError 404, 409 with the campaigns that show it */
  async remove(organisationId: string, contentId: string): Promise<void> {
    const { records, media } = this.parts;
    const { sha256 } = await this.content(organisationId, contentId);
    await this.#inTurn(sha256, async () => {
      if (!(await records.deleteContent(organisationId, contentId))) {
        const usedBy = await records.contentUses(organisationId, contentId);
        throw new ContentError(409, problem('', 'contentInUse', { count: usedBy.length }), usedBy);
      }
      // other organisations may have the same bytes
      if (!(await records.isKept(sha256))) await media.remove(sha256);
    });
  }

  /** A file that a shop may fetch now. */
  fileFor(storeId: string, sha256: string): Promise<ContentRecord | undefined> {
    return this.parts.records.fileFor(storeId, sha256);
  }

  async #view(record: ContentRecord): Promise<ContentView> {
    return viewOf(record, await this.parts.records.contentUses(record.organisationId, record.contentId));
  }

  async #inTurn<T>(sha256: string, task: () => Promise<T>): Promise<T> {
    const before = this.#turns.get(sha256) ?? Promise.resolve();
    const mine = before.then(task, task);
    this.#turns.set(sha256, mine);
    try {
      return await mine;
    } finally {
      if (this.#turns.get(sha256) === mine) this.#turns.delete(sha256);
    }
  }
}

export const tooLarge = (name: string, maxBytes: number): ContentError =>
  new ContentError(413, problem('file', 'mediaTooLarge', { name, most: Math.floor(maxBytes / 1e6) }));

/** A name is words for people: no path, no control characters. */
export function tidyName(text: string): string {
  const last = text.split(/[/\\]/).at(-1) ?? '';
  const tidy = last
    .replace(/[\p{Cc}\p{Cf}\p{Cs}]/gu, '')
    .trim()
    .slice(0, NAME_LENGTH)
    // a character that was cut in half
    .replace(/\p{Cs}/gu, '');
  return tidy === '' ? 'file' : tidy;
}

async function hashOf(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

export const discard = (file: string): Promise<void> => rm(file, { force: true });

/** What was said of a campaign, not whether it has begun: one that is on is live here before its start, too. */
export const useOf = ({ campaignId, name, state }: ContentUseRecord): ContentView['usedBy'][number] => ({
  campaignId,
  name,
  state: state === 'on' ? 'live' : state,
});

function viewOf(record: ContentRecord, usedBy: readonly ContentUseRecord[]): ContentView {
  const { organisationId: _organisation, addedTs, addedBy, ...rest } = record;
  return {
    ...rest,
    ...{ addedAt: new Date(addedTs).toISOString(), addedBy },
    usedBy: usedBy.map(useOf),
  };
}
