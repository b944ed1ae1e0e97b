import type { PlayLogRow, OpenRtbPlay } from '@aisle/contracts';
import type { Static } from '@sinclair/typebox';
import type { StoredFact } from '../../ports/index.js';

/** A play as the shop's log has it. */
export const logRow = ({ value, epoch }: StoredFact<'play'>): PlayLogRow => ({
  screenId: value.screenId,
  decisionId: value.decisionId,
  contentId: value.contentId,
  campaignId: value.campaignId ?? null,
  arm: value.arm ?? null,
  startedTs: value.startedTs,
  endedTs: value.endedTs,
  outcome: value.outcome ?? (value.completed ? 'completed' : 'cut'),
  trouble: value.trouble ?? null,
  opportunities: value.opportunities ?? null,
  watchers: value.watchers ?? null,
  verifiedImpressions: value.verifiedImpressions ?? null,
  scans: value.scans ?? null,
  epoch,
  link: value.link ?? null,
});

const COLUMNS = [
  ...(['screenId', 'decisionId', 'contentId', 'campaignId', 'arm', 'started', 'ended', 'outcome', 'trouble'] as const),
  ...([
    'opportunities',
    'watchers',
    'verifiedImpressions',
    'scans',
    'epoch',
    'n',
    'previous',
    'hash',
    'replaces',
  ] as const),
];

/** CSV (RFC 4180). What is not known is empty, never 0. @param iso a moment in store time */
export function playsCsv(rows: readonly PlayLogRow[], iso: (ts: number) => string): string {
  const lines = rows.map((row) => {
    const replaces = row.link?.replaces?.map(({ n, hash }) => `${n}:${hash}`).join(' ');
    const cells = { ...row, ...row.link, replaces, started: iso(row.startedTs), ended: iso(row.endedTs) };
    return COLUMNS.map((column) => cell((cells as Partial<Record<string, string | number | null>>)[column]));
  });
  return [COLUMNS, ...lines].map((line) => `${line.join(',')}\r\n`).join('');
}

function cell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  // a spreadsheet would reckon what begins like a formula
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** DOOH multiplier measurement source: measured by a vendor (AdCOM 1.0, "DOOH Multiplier Measurement Source Types"). */
const MEASURED = 1;

/** Plays whose impressions were verified, in the quantities of OpenRTB 2.6; a play that nothing could measure has none. */
export const openRtb = (rows: readonly PlayLogRow[], storeId: string): Static<typeof OpenRtbPlay>[] =>
  rows.flatMap((row) =>
    row.outcome === 'failed' || row.verifiedImpressions === null
      ? []
      : [
          {
            id: `${row.decisionId}@${row.startedTs}`,
            dooh: { id: storeId },
            imp: {
              tagid: row.screenId,
              qty: { multiplier: row.verifiedImpressions, sourcetype: MEASURED, vendor: 'aisle' },
              dt: row.startedTs,
            },
            crid: row.contentId,
            cid: row.campaignId,
            seconds: Math.max(0, row.endedTs - row.startedTs) / 1000,
          },
        ],
  );
