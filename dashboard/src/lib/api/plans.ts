import type { ChangedDraftBody, DraftRow, DraftView, EffectView, NewDraft, SlotFunnelRow } from '@aisle/contracts';
import type { ImportPreview, MadeImport, MadeVersion, NewPlanogram, PlanogramView } from './generated/schema.js';
import { ApiError, addressOf, errorOf, type Ask, type Call, type Fetch } from './call.js';

export interface ImportWish {
  format: 'psa' | 'csv';
  basedOn: number;
  /** ISO 8601; null: at once */
  validFrom: string | null;
  note: string | null;
  skipRefused: boolean;
}

/** Planograms, what stands behind a facing, and what a change was worth. @throws ApiError */
export class PlansApi {
  constructor(
    private readonly call: Call,
    private readonly ask: Ask,
    private readonly fetch: Fetch,
    private readonly onSignedOut: () => void,
  ) {}

  /** `at`: ISO 8601; left out: what holds now. */
  planogram = (storeId: string, at?: string, signal?: AbortSignal): Promise<PlanogramView> =>
    this.call('getPlanogram', { path: { storeId }, query: at === undefined ? {} : { at } }, { signal });
  putPlanogram = (storeId: string, body: NewPlanogram): Promise<MadeVersion> =>
    this.call('putPlanogram', { path: { storeId }, body });
  drafts = async (storeId: string, signal?: AbortSignal): Promise<DraftRow[]> =>
    this.call('listDrafts', { path: { storeId } }, { signal });
  draft = async (storeId: string, draftId: string): Promise<DraftView> =>
    (await this.call('getDraft', { path: { storeId, draftId } })) as DraftView;
  makeDraft = async (storeId: string, body: NewDraft): Promise<DraftView> =>
    (await this.call('makeDraft', { path: { storeId }, body } as never)) as DraftView;
  changeDraft = async (storeId: string, draftId: string, body: ChangedDraftBody): Promise<DraftView> =>
    (await this.call('changeDraft', { path: { storeId, draftId }, body } as never)) as DraftView;
  removeDraft = async (storeId: string, draftId: string): Promise<void> => {
    await this.call('removeDraft', { path: { storeId, draftId } });
  };
  exportAddress = (storeId: string, format: 'psa' | 'csv', fixture?: string): string =>
    addressOf('exportPlanogram', {
      path: { storeId },
      query: { format, ...(fixture !== undefined && { fixture }) },
    });
  previewImport = async (storeId: string, file: Blob, wish: ImportWish): Promise<ImportPreview> =>
    (await this.#import(storeId, file, wish, true)) as ImportPreview;
  /** Where nothing of the file changes anything, what a preview would say. */
  import = async (storeId: string, file: Blob, wish: ImportWish): Promise<MadeImport | ImportPreview> =>
    (await this.#import(storeId, file, wish, false)) as MadeImport | ImportPreview;

  funnel = async (storeId: string, span: { fromMs: number; toMs: number }, signal?: AbortSignal) => {
    const period = new URLSearchParams({
      from: new Date(span.fromMs).toISOString(),
      to: new Date(span.toMs).toISOString(),
    });
    const address = `/api/v1/stores/${encodeURIComponent(storeId)}/slots/funnel?${period.toString()}`;
    return (await this.ask('GET', address, undefined, { signal })) as SlotFunnelRow[];
  };
  effect = async (storeId: string, version: number, signal?: AbortSignal): Promise<EffectView> => {
    const address = `/api/v1/stores/${encodeURIComponent(storeId)}/versions/${version}/effect`;
    return (await this.ask('GET', address, undefined, { signal })) as EffectView;
  };

  /** The bytes as they are: a body that is no JSON. */
  async #import(storeId: string, file: Blob, wish: ImportWish, dryRun: boolean): Promise<unknown> {
    const query = {
      ...{ format: wish.format, dryRun, basedOn: wish.basedOn, skipRefused: wish.skipRefused },
      ...(wish.validFrom !== null && { validFrom: wish.validFrom }),
      ...(wish.note !== null && { note: wish.note }),
    };
    let response: Response;
    try {
      response = await this.fetch(addressOf('importPlanogram', { path: { storeId }, query } as never), {
        method: 'POST',
        credentials: 'same-origin',
        headers: { 'content-type': 'application/octet-stream' },
        body: file,
      });
    } catch {
      throw new ApiError(0, 'network', 'the server could not be reached');
    }
    if (response.status === 401) this.onSignedOut();
    if (!response.ok) throw errorOf(response.status, await response.text(), response.statusText);
    return response.json();
  }
}
