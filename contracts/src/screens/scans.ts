import { Type, type Static } from '@sinclair/typebox';

/**
 * The short link that a screen draws as a QR code: `AT` of the shop's key, then TOKEN, base64url of
 * version 1 · 16 bytes decision (UUID) · 4 bytes minute of its end · 4 bytes of the campaign's SHA-256 · 6 bytes GTIN · 10 bytes HMAC-SHA256
 * of all that, by the shop's key. Numbers are big-endian; a campaign or product that there is none of is 0.
 */
export const SCAN_TOKEN = { version: 1, bytes: 41, signed: 31, macBytes: 10 } as const;
/** A link is good for so long after the choice that it belongs to, ms: a phone is taken out, a queue is waited for. */
export const SCAN_LINK_MS = 30 * 60_000;

/** What a link says. */
export interface ScanLink {
  /** a UUID */
  decisionId: string;
  /** epoch ms, a whole minute */
  untilTs: number;
  /** hex of the first 4 bytes of SHA-256 of the campaign's id; null: of none */
  campaign: string | null;
  /** digits, without leading zeros; null: of no product */
  gtin: string | null;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The bytes that are signed; undefined where the decision has no name of the kind that agents give, or the product no number. */
export function scanBytes({ decisionId, untilTs, campaign, gtin }: ScanLink): Uint8Array | undefined {
  if (!UUID.test(decisionId) || !/^\d{1,14}$/.test(gtin ?? '0')) return undefined;
  const hex = [
    SCAN_TOKEN.version.toString(16).padStart(2, '0'),
    decisionId.replaceAll('-', ''),
    Math.floor(untilTs / 60_000)
      .toString(16)
      .padStart(8, '0'),
    campaign ?? '00000000',
    Number(gtin ?? '0')
      .toString(16)
      .padStart(12, '0'),
  ].join('');
  return Uint8Array.from(hex.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
}

/** What signed bytes say; undefined where they are of another version or length. */
export function scanLinkOf(bytes: Uint8Array): ScanLink | undefined {
  if (bytes.length !== SCAN_TOKEN.signed || bytes[0] !== SCAN_TOKEN.version) return undefined;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  const part = (from: number, count: number): string => hex.slice(from * 2, (from + count) * 2);
  const id = part(1, 16);
  const campaign = part(21, 4);
  const gtin = Number.parseInt(part(25, 6), 16);
  return {
    decisionId: [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join('-'),
    untilTs: Number.parseInt(part(17, 4), 16) * 60_000,
    campaign: campaign === '00000000' ? null : campaign,
    gtin: gtin === 0 ? null : String(gtin),
  };
}

/** Of the welcome: where this shop's short links lead, and what they are signed with; the newest holds. */
export const ScanKey = Type.Object({
  /** the beginning of every link, http or https: the token follows at once */
  at: Type.String({ minLength: 8, maxLength: 300 }),
  /** hex */
  key: Type.String({ pattern: '^[0-9a-f]{64}$' }),
});
export type ScanKey = Static<typeof ScanKey>;

/** Inbox command `scan`: a phone has followed the link of a play, for the first time in its browser. */
export const Scan = Type.Object({
  decisionId: Type.String({ minLength: 1, maxLength: 128 }),
  /** epoch ms */
  ts: Type.Integer({ minimum: 0 }),
});
export type Scan = Static<typeof Scan>;
