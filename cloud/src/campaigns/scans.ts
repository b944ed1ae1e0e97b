import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { SCAN_TOKEN, scanLinkOf, type ScanKey, type ScanLink } from '@aisle/contracts';
import type { Inbox } from '../inbox/inbox.js';
import type { CampaignRecords, Clock, Random, ScanKeyRecord, ScanRecords, StoreVersion } from '../ports/index.js';
import type { Stores } from '../stores/stores.js';

/** Of links in one shop's codes: 36 random bits tell shops apart, and are no secret. */
const TAG_BYTES = 6;
const TAG_CHARACTERS = 8;
const KEY_BYTES = 32;
/** Beyond it nothing more is counted of a play: nobody's shop is that full, but one link can be asked for by a machine for ever. */
const MOST_PER_PLAY = 100;
/** Who has scanned what is forgotten once no link of that time is good any more, ms. */
const REMEMBERED_MS = 86_400_000;

export type Followed =
  | { status: 'unknown' }
  | { status: 'expired'; store: StoreVersion }
  | { status: 'known'; store: StoreVersion; tag: string; link: ScanLink; leadsTo: string | null };

/** Who asks, as far as it tells one browser from another. Nothing of it is kept but a hash that no other play shares. */
export interface Asker {
  /** what an earlier scan gave it */
  cookie: string | undefined;
  /** address and what the browser says of itself: for those that keep no cookie */
  traits: string;
  /** it looks ahead, for nobody */
  isPreview: boolean;
}

/** Short links of plays: where shops make them lead, what they are signed with, and who has followed one. */
export class Scans {
  constructor(
    private readonly parts: {
      records: ScanRecords;
      campaigns: Pick<CampaignRecords, 'campaigns'>;
      stores: Pick<Stores, 'current'>;
      inbox: Pick<Inbox, 'notify'>;
      clock: Clock;
      random: Pick<Random, 'secretBytes'>;
      /** where this cloud is for phones, without a slash at its end; undefined: nobody has said */
      at(): string | undefined;
    },
  ) {}

  /** What a shop is told when its agent is there; undefined where nobody has said by which name phones reach this cloud. */
  async keyFor(storeId: string): Promise<ScanKey | undefined> {
    const base = this.parts.at();
    if (base === undefined) return undefined;
    const { records, random } = this.parts;
    const { tag, key } = await records.scanKeyFor(storeId, {
      tag: Buffer.from(random.secretBytes(TAG_BYTES)).toString('base64url'),
      key: Buffer.from(random.secretBytes(KEY_BYTES)).toString('hex'),
    });
    return { at: `${base}/s/${tag}`, key };
  }

  /**
   * What stands behind the last part of a short link; counted for its play when this browser has not followed it before.
   * @param given the asker's name from now on, when it has none
   */
  async follow(code: string, asker: Asker, given: string): Promise<Followed> {
    const { records, stores, inbox, clock } = this.parts;
    const tag = code.slice(0, TAG_CHARACTERS);
    const known = await records.scanKeyOf(tag);
    const link = known && openToken(code.slice(TAG_CHARACTERS), known.key);
    const store = known && (await stores.current(known.storeId));
    if (!known || !link || !store) return { status: 'unknown' };
    const now = clock.now();
    if (now >= link.untilTs) return { status: 'expired', store };
    const { decisionId } = link;
    if (!asker.isPreview) {
      const nameOf = (text: string): string =>
        createHmac('sha256', known.key).update(`${decisionId}\n${text}`).digest('base64url').slice(0, 22);
      const names =
        asker.cookie === undefined
          ? [nameOf(`traits ${asker.traits}`), nameOf(`cookie ${given}`)]
          : [nameOf(`cookie ${asker.cookie}`)];
      const isNew = await records.addScan({ storeId: store.storeId, decisionId, ts: now }, names, MOST_PER_PLAY);
      if (isNew) await inbox.notify(store.storeId).catch(() => undefined);
    }
    return { status: 'known', store, tag, link, leadsTo: await this.#leadsTo(known, link) };
  }

  /** The shop behind a link's first part, for the page of a product. */
  async shopOf(tag: string): Promise<StoreVersion | undefined> {
    const known = await this.parts.records.scanKeyOf(tag);
    return known && this.parts.stores.current(known.storeId);
  }

  forget(): Promise<void> {
    return this.parts.records.forgetScans(this.parts.clock.now() - REMEMBERED_MS);
  }

  async #leadsTo({ storeId, organisationId }: ScanKeyRecord, link: ScanLink): Promise<string | null> {
    if (link.campaign === null) return null;
    for (const { campaignId, settings } of await this.parts.campaigns.campaigns(organisationId, storeId)) {
      const hash = createHash('sha256').update(campaignId).digest('hex').slice(0, 8);
      if (hash === link.campaign && typeof settings.link === 'string') return settings.link;
    }
    return null;
  }
}

/** What a token says; undefined where it is not signed with this key. */
function openToken(token: string, key: string): ScanLink | undefined {
  const bytes = Buffer.from(token, 'base64url');
  // base64url says some bytes in several ways: a link has one
  if (bytes.length !== SCAN_TOKEN.bytes || bytes.toString('base64url') !== token) return undefined;
  const signed = bytes.subarray(0, SCAN_TOKEN.signed);
  const mac = createHmac('sha256', Buffer.from(key, 'hex')).update(signed).digest().subarray(0, SCAN_TOKEN.macBytes);
  return timingSafeEqual(mac, bytes.subarray(SCAN_TOKEN.signed)) ? scanLinkOf(signed) : undefined;
}
