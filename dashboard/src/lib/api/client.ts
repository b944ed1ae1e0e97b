import type { Device } from '@aisle/contracts';
import { addressOf, asker, caller, type Call, type CallOptions, type Fetch } from './call.js';
import type {
  MadeVersion,
  NewTokenBody,
  NewUserBody,
  NewVersion,
  RetentionDays,
  UserChangeBody,
  VersionPreview,
  WalkTestBody,
} from './generated/schema.js';

import { PlansApi } from './plans.js';
import { ScreensApi } from './screens.js';

export { ApiError } from './call.js';

export type Bucket = 'minute' | 'hour' | 'day';
/** `all`: one row for each entrance, also where nobody came */
export type FootfallBucket = Bucket | 'all';
export type PagePart = 'zones' | 'entrances' | 'products' | 'heatmap';
/** Epoch milliseconds, whole minutes; `toMs` is not included. */
export interface Span {
  fromMs: number;
  toMs: number;
}

const iso = (ms: number): string => new Date(ms).toISOString();
const period = (span: Span) => ({ from: iso(span.fromMs), to: iso(span.toMs) });
const QUIET: CallOptions = { quiet: true };

/** The cloud's REST calls as the pages ask for them. @throws ApiError */
export class ApiClient {
  readonly #call: Call;
  /** content, campaigns, and what people want of screens */
  readonly signage: ScreensApi;
  /** planograms, funnels, what a change was worth */
  readonly plans: PlansApi;

  /** `onSignedOut` is called when an answer says that the session has ended. */
  constructor(fetch: Fetch, onSignedOut: () => void) {
    this.#call = caller(fetch, onSignedOut);
    const ask = asker(fetch, onSignedOut);
    this.signage = new ScreensApi(ask, onSignedOut);
    this.plans = new PlansApi(this.#call, ask, fetch, onSignedOut);
  }

  session = () => this.#call('getSession', {}, QUIET);
  signIn = (email: string, password: string) => this.#call('signIn', { body: { email, password } }, QUIET);
  signOut = () => this.#call('signOut', {}, QUIET);

  stores = (signal?: AbortSignal) => this.#call('listStores', {}, { signal });
  storeFile = (storeId: string, signal?: AbortSignal) => this.#call('getStoreFile', { path: { storeId } }, { signal });
  versions = (storeId: string, signal?: AbortSignal) => this.#call('listVersions', { path: { storeId } }, { signal });
  /** Only those that changed one of these things, with what they changed of it. */
  versionsAbout = (storeId: string, ids: readonly string[], signal?: AbortSignal) =>
    this.#call('listVersions', { path: { storeId }, query: { about: ids.join(',') } }, { signal });
  version = (storeId: string, version: number, signal?: AbortSignal) =>
    this.#call('getVersion', { path: { storeId, version } }, { signal });
  /** Where a browser fetches a version as a YAML file. */
  versionAddress = (storeId: string, version: number): string =>
    addressOf('getVersion', { path: { storeId, version }, query: { format: 'yaml' } });
  /** What a version would change; nothing is made. */
  previewVersion = async (storeId: string, body: NewVersion): Promise<VersionPreview> =>
    (await this.#call('makeVersion', { path: { storeId }, query: { dryRun: true }, body })) as VersionPreview;
  makeVersion = async (storeId: string, body: NewVersion): Promise<MadeVersion> =>
    (await this.#call('makeVersion', { path: { storeId }, body })) as MadeVersion;
  setRegion = (storeId: string, region: string | null) =>
    this.#call('changeStore', { path: { storeId }, body: { region } });
  /** How long the facts of a store are kept. */
  retention = (storeId: string) => this.#call('getRetention', { path: { storeId } });
  /** What such days would delete; nothing is set. */
  previewRetention = (storeId: string, days: RetentionDays) =>
    this.#call('setRetention', { path: { storeId }, query: { dryRun: true }, body: days });
  setRetention = (storeId: string, days: RetentionDays) =>
    this.#call('setRetention', { path: { storeId }, body: days });
  /** People and programs of the organisation, for its owners. */
  users = (signal?: AbortSignal) => this.#call('listUsers', {}, { signal });
  addUser = (body: NewUserBody) => this.#call('addUser', { body });
  changeUser = (userId: number, body: UserChangeBody) => this.#call('changeUser', { path: { userId }, body });
  deleteUser = (userId: number) => this.#call('deleteUser', { path: { userId } });
  tokens = (signal?: AbortSignal) => this.#call('listTokens', {}, { signal });
  /** The answer holds the token, which is shown this once. */
  addToken = (body: NewTokenBody) => this.#call('addToken', { body });
  deleteToken = (tokenId: number) => this.#call('deleteToken', { path: { tokenId } });
  changePassword = (password: string, newPassword: string) =>
    this.#call('changeOwnPassword', { body: { password, newPassword } });
  devices = (storeId: string, signal?: AbortSignal) => this.#call('listDevices', { path: { storeId } }, { signal });
  /** A new device; the answer holds its password, which is shown this once. */
  enrol = (storeId: string, device: Device) => this.#call('enrolDevice', { path: { storeId }, body: device });
  /** A new password for a known device; `replaced`: other hardware takes its place. */
  renew = (storeId: string, deviceId: string, replaced: boolean) =>
    this.#call('renewCredential', { path: { storeId, deviceId }, body: replaced ? { replaced } : {} });
  revoke = (storeId: string, deviceId: string) => this.#call('revokeCredential', { path: { storeId, deviceId } });
  heldSales = (storeId: string, signal?: AbortSignal) => this.#call('listHeldSales', { path: { storeId } }, { signal });
  /** What becomes of a sale that was kept apart; one that is accepted counts when it came. */
  decideHeldSale = (storeId: string, heldId: string, action: 'accept' | 'drop') =>
    this.#call('decideHeldSale', { path: { storeId, heldId }, body: { action } });
  knocks = (storeId: string, signal?: AbortSignal) => this.#call('listKnocks', { path: { storeId } }, { signal });
  tare = (storeId: string, slotId: string, knownGrams: number) =>
    this.#call('tareSlot', { path: { storeId, slotId }, body: { knownGrams } });
  walkTests = (storeId: string, signal?: AbortSignal) => this.#call('listWalkTests', { path: { storeId } }, { signal });
  keepWalkTest = (storeId: string, body: WalkTestBody) => this.#call('keepWalkTest', { path: { storeId }, body });
  handover = (storeId: string, signal?: AbortSignal) => this.#call('getHandover', { path: { storeId } }, { signal });
  screens = (storeId: string, signal?: AbortSignal) => this.#call('listScreens', { path: { storeId } }, { signal });

  /** All that a page shows of a period, and of the one to compare with: it begins at `beforeMs`. */
  page = (
    storeId: string,
    span: Span,
    { bucket, beforeMs, parts }: { bucket: Bucket; beforeMs: number | null; parts: readonly PagePart[] },
    signal?: AbortSignal,
  ) =>
    this.#call(
      'getPage',
      {
        path: { storeId },
        query: {
          ...period(span),
          bucket,
          begin: 'sensed',
          ...(beforeMs !== null && { before: iso(beforeMs) }),
          ...(parts.length > 0 && { parts: parts.join(',') }),
        },
      },
      { signal },
    );
  footfall = (storeId: string, span: Span, bucket: FootfallBucket, signal?: AbortSignal) =>
    this.#call('getFootfall', { path: { storeId }, query: { ...period(span), bucket } }, { signal });
  sales = (storeId: string, span: Span, bucket: Bucket, signal?: AbortSignal) =>
    this.#call('getSales', { path: { storeId }, query: { ...period(span), bucket } }, { signal });
  zones = (storeId: string, span: Span, signal?: AbortSignal) =>
    this.#call('getZoneMetrics', { path: { storeId }, query: { ...period(span), bucket: 'all' } }, { signal });
  /** One zone's rows, also those in which nothing happened. */
  zone = (storeId: string, zoneId: string, span: Span, bucket: Bucket, signal?: AbortSignal) =>
    this.#call('getZoneMetrics', { path: { storeId }, query: { ...period(span), bucket, zoneId } }, { signal });
  dwell = (storeId: string, zoneId: string, span: Span, signal?: AbortSignal) =>
    this.#call('getDwell', { path: { storeId, zoneId }, query: period(span) }, { signal });
  availability = (storeId: string, span: Span, signal?: AbortSignal) =>
    this.#call('getAvailability', { path: { storeId }, query: period(span) }, { signal });
  slots = (storeId: string, span: Span, signal?: AbortSignal) =>
    this.#call('getSlotMetrics', { path: { storeId }, query: { ...period(span), bucket: 'all' } }, { signal });
  /** The shop as a whole, also of hours in which nobody came. */
  shoppersOverTime = (storeId: string, span: Span, bucket: Bucket, signal?: AbortSignal) =>
    this.#call('getShoppersOverTime', { path: { storeId }, query: { ...period(span), bucket } }, { signal });
  /** One product's rows, also those in which nothing happened. */
  product = (storeId: string, gtin: string, span: Span, bucket: Bucket | 'all', signal?: AbortSignal) =>
    this.#call('getProductMetrics', { path: { storeId }, query: { ...period(span), bucket, gtin } }, { signal });
  shoppers = (storeId: string, span: Span, signal?: AbortSignal) =>
    this.#call('getShopperMetrics', { path: { storeId }, query: period(span) }, { signal });
  products = (storeId: string, span: Span, signal?: AbortSignal) =>
    this.#call('getProductMetrics', { path: { storeId }, query: period(span) }, { signal });
  unjoined = (storeId: string, signal?: AbortSignal) => this.#call('getUnjoined', { path: { storeId } }, { signal });
  heatmap = (storeId: string, span: Span, signal?: AbortSignal) =>
    this.#call('getHeatmap', { path: { storeId }, query: period(span) }, { signal });
  plays = (storeId: string, deviceId: string, span: Span, signal?: AbortSignal) =>
    this.#call('listPlays', { path: { storeId, deviceId }, query: period(span) }, { signal });
}
