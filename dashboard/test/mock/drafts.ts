import type { ChangedDraftBody, DraftView, Drawing, NewDraft } from '@aisle/contracts';

/** Drafts as the cloud keeps them. */
export class MockDrafts {
  readonly #now: () => number;
  readonly #by: string;
  readonly #kept = new Map<string, DraftView>();
  #made = 0;

  constructor(now: () => number, by: string) {
    this.#now = now;
    this.#by = by;
  }

  get all(): readonly DraftView[] {
    return [...this.#kept.values()];
  }
  /** A colleague keeps something else in it. */
  changeElsewhere(name: string, change: (drawing: Drawing) => Drawing): void {
    const draft = this.all.find((one) => one.name === name);
    if (!draft) throw new Error(`no draft ${name}`);
    this.#keep({ ...draft, drawing: change(structuredClone(draft.drawing)) }, 'colleague@example.org');
  }

  /** undefined: no call of these */
  answer(method: string, call: string, body: string): { status: number; answer: unknown } | undefined {
    const found = /^drafts(?:\/(.+))?$/.exec(call);
    if (!found) return undefined;
    const draft = found[1] === undefined ? undefined : this.#kept.get(found[1]);
    if (found[1] !== undefined && !draft)
      return { status: 404, answer: { error: { code: 'notFound', message: 'no such draft' } } };
    if (method === 'POST') {
      const { name, basedOn, drawing } = JSON.parse(body) as NewDraft;
      const at = new Date(this.#now()).toISOString();
      const made = { draftId: `draft-${(this.#made += 1)}`, revision: 0, madeAt: at, madeBy: this.#by };
      return {
        status: 201,
        answer: this.#keep({ ...made, name, basedOn, drawing, changedAt: at, changedBy: this.#by }, this.#by),
      };
    }
    if (!draft) return { status: 200, answer: this.all.map(({ drawing: _drawing, ...row }) => row).reverse() };
    if (method === 'GET') return { status: 200, answer: draft };
    if (method === 'DELETE') return { status: 200, answer: (this.#kept.delete(draft.draftId), {}) };
    const { revision, ...changed } = JSON.parse(body) as ChangedDraftBody;
    if (revision !== draft.revision)
      return {
        status: 409,
        answer: { error: { code: 'changed', message: 'changed', field: 'revision' }, current: draft },
      };
    return { status: 200, answer: this.#keep({ ...draft, ...changed }, this.#by) };
  }

  #keep(draft: DraftView, by: string): DraftView {
    const kept = {
      ...draft,
      revision: draft.revision + 1,
      ...{ changedAt: new Date(this.#now()).toISOString(), changedBy: by },
    };
    this.#kept.set(kept.draftId, kept);
    return kept;
  }
}
