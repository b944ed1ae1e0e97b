import type { RefusalReason } from '@aisle/contracts';
import type { Refusal } from '../devices/refusal.js';
import type { SalesFile } from '../devices/till/sales-file.js';
import { reasonProblem } from '../domain/core/refusals.js';
import type { DroppedFile } from '../ports/drop-folder.js';

/** A receipt that was read and does not count (again). */
export interface NotCounted {
  receipt: string;
  reason: RefusalReason;
}

export interface Taken {
  file: DroppedFile;
  dialect: string;
  /** epoch ms */
  receivedTs: number;
  content: SalesFile | Refusal;
  /** sales that count from now on */
  counted: number;
  /** receipts among them that an earlier file had told otherwise */
  replaced: readonly string[];
  notCounted: readonly NotCounted[];
}

const MOST_LISTED = 1000;

/** What became of a file, as JSON for people: `NAME.report.json`. */
export function reportOf({ file, dialect, receivedTs, content, counted, replaced, notCounted }: Taken): string {
  const head = {
    file: file.name,
    device: file.deviceId,
    dialect,
    bytes: file.bytes,
    takenAt: new Date(receivedTs).toISOString(),
  };
  if (!content.ok) {
    const { reason, field, message } = content;
    return text({ ...head, sales: 0, error: { reason, ...(field && { field }), message } });
  }
  const known = notCounted.filter(({ reason }) => reason === 'duplicate').length;
  const others = notCounted.filter(({ reason }) => reason !== 'duplicate');
  return text({
    ...head,
    [dialect === 'csv' ? 'rows' : 'transactions']: content.rows,
    sales: counted,
    /** receipts that had come before with the same content: these change nothing */
    alreadyKnown: known,
    /** receipts that count as this file says, and no longer as an earlier one did */
    replaced: replaced.length,
    notCounted: others.length,
    refusedRows: content.refusedRows,
    skippedRows: content.skippedRows,
    ...(content.read && { read: content.read }),
    ...(replaced.length > 0 && { replacedReceipts: replaced.slice(0, MOST_LISTED) }),
    ...(others.length > 0 && {
      notCountedReceipts: others
        .slice(0, MOST_LISTED)
        .map((one) => ({ ...one, meaning: reasonProblem(one.reason).message })),
    }),
    ...(content.refused.length > 0 && {
      refused: content.refused,
    }),
    ...(content.skipped.length > 0 && { skipped: content.skipped }),
  });
}

const text = (report: unknown): string => `${JSON.stringify(report, null, 2)}\n`;
