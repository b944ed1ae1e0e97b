import type {
  BlockRow,
  CampaignBody,
  CampaignStateBody,
  CampaignView,
  ContentView,
  LiftView,
  ReplayPolicy,
  ReplayView,
} from '@aisle/contracts';
import type { Ask, CallOptions } from './call.js';
import { upload, type Sending } from './upload.js';

/** What was asked of a screen; `waits`: the shop's software is too old to take it. */
export interface Ordered {
  waits: boolean;
}

const at = (...path: readonly string[]): string => `/api/v1/${path.map(encodeURIComponent).join('/')}`;
const iso = (ms: number): string => new Date(ms).toISOString();
const period = (span: { fromMs: number; toMs: number }): string =>
  `?${new URLSearchParams({ from: iso(span.fromMs), to: iso(span.toMs) }).toString()}`;

/** Content, campaigns and screens as the pages ask for them. @throws ApiError */
export class ScreensApi {
  readonly #ask: Ask;
  readonly #onSignedOut: () => void;

  constructor(ask: Ask, onSignedOut: () => void) {
    this.#ask = ask;
    this.#onSignedOut = onSignedOut;
  }
  #get = async <T>(address: string, signal?: AbortSignal): Promise<T> =>
    (await this.#ask('GET', address, undefined, { signal })) as T;
  #send = async <T>(method: string, address: string, body?: unknown, options?: CallOptions): Promise<T> =>
    (await this.#ask(method, address, body, options)) as T;

  content = (signal?: AbortSignal) => this.#get<ContentView[]>(at('content'), signal);
  /** Where a browser fetches a file of the library. */
  fileAddress = (contentId: string): string => at('content', contentId, 'file');
  /** A still of it, so many pixels wide at least. */
  previewAddress = (contentId: string, width: number): string =>
    `${at('content', contentId, 'preview')}?width=${width}`;
  /** `isNew`: false where the library had the very same bytes already. */
  upload = async (file: File, sending: Sending): Promise<{ content: ContentView; isNew: boolean }> => {
    const { status, body } = await upload(at('content'), file, sending, this.#onSignedOut);
    return { content: body as ContentView, isNew: status === 201 };
  };
  /** @throws ApiError 409 while a campaign uses it */
  deleteContent = (contentId: string) => this.#send<unknown>('DELETE', at('content', contentId));

  campaigns = (signal?: AbortSignal) => this.#get<CampaignView[]>(at('campaigns'), signal);
  campaign = (campaignId: string, signal?: AbortSignal) => this.#get<CampaignView>(at('campaigns', campaignId), signal);
  makeCampaign = (body: CampaignBody) => this.#send<CampaignView>('POST', at('campaigns'), body);
  changeCampaign = (campaignId: string, body: CampaignBody) =>
    this.#send<CampaignView>('PUT', at('campaigns', campaignId), body);
  setCampaign = (campaignId: string, state: CampaignStateBody['state']) =>
    this.#send<CampaignView>('POST', at('campaigns', campaignId, 'state'), { state });
  /** Of one store. */
  lift = (storeId: string, campaignId: string, signal?: AbortSignal) =>
    this.#get<LiftView>(at('stores', storeId, 'campaigns', campaignId, 'lift'), signal);
  replay = (campaignId: string, policy: ReplayPolicy, signal?: AbortSignal) =>
    this.#get<ReplayView>(`${at('campaigns', campaignId, 'replay')}?policy=${policy}`, signal);
  blocks = (storeId: string, deviceId: string, span: { fromMs: number; toMs: number }, signal?: AbortSignal) =>
    this.#get<BlockRow[]>(`${at('stores', storeId, 'screens', deviceId, 'blocks')}${period(span)}`, signal);

  /** `minutes`: null until somebody lets it go on. */
  pin = (storeId: string, deviceId: string, contentId: string, minutes: number | null) =>
    this.#send<Ordered>('POST', at('stores', storeId, 'screens', deviceId, 'pin'), { contentId, minutes });
  pause = (storeId: string, deviceId: string, minutes: number | null) =>
    this.#send<Ordered>('POST', at('stores', storeId, 'screens', deviceId, 'pause'), { minutes });
  resume = (storeId: string, deviceId: string) =>
    this.#send<Ordered>('POST', at('stores', storeId, 'screens', deviceId, 'resume'), {});
}
