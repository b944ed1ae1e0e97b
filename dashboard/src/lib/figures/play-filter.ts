import type { BlockRow } from '@aisle/contracts';
import type { PlayRow } from '../api/generated/schema.js';

export const OUTCOMES = ['completed', 'cut', 'failed'] as const;
export const SIDES = ['treated', 'heldOut'] as const;
/** Of no campaign: by the store file's own rule. */
export const OWN = '-';

export interface PlayFilter {
  campaign: string | undefined;
  outcome: string | undefined;
  arm: string | undefined;
}

export const filtered = (plays: readonly PlayRow[], { campaign, outcome, arm }: PlayFilter): PlayRow[] =>
  plays.filter(
    (play) =>
      (campaign === undefined || (play.campaignId ?? OWN) === campaign) &&
      (outcome === undefined || play.outcome === outcome) &&
      (arm === undefined || play.arm === arm),
  );

/** The blocks that lie in an hour, with the part of the hour that each covers. */
export function blocksIn<B extends BlockRow>(
  blocks: readonly B[],
  startMs: number,
): { block: B; from: number; to: number }[] {
  return blocks.flatMap((block) => {
    const from = Math.max(0, (Date.parse(block.from) - startMs) / 1000);
    const to = Math.min(3600, (Date.parse(block.to) - startMs) / 1000);
    return to > from ? [{ block, from, to }] : [];
  });
}

const COLUMNS = [
  ...([
    'decisionId',
    'contentId',
    'campaignId',
    'started',
    'ended',
    'outcome',
    'trouble',
    'arm',
    'probability',
  ] as const),
  ...(['reason', 'opportunities', 'watchers', 'verifiedImpressions', 'scans'] as const),
];
/** Plays as a table for spreadsheets: what is not known stands empty, times are ISO 8601 in UTC. */
export function playsCsv(plays: readonly PlayRow[]): string {
  const rows = plays.map((play) => ({
    ...play,
    started: new Date(play.startedTs).toISOString(),
    ended: new Date(play.endedTs).toISOString(),
    reason: play.reason?.code,
  }));
  return (
    [COLUMNS.join(','), ...rows.map((row) => COLUMNS.map((name) => cell(row[name])).join(','))].join('\r\n') + '\r\n'
  );
}
function cell(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number') return String(value);
  // a spreadsheet would take it for a formula
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
