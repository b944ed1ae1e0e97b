import {
  RECEIPT_DIGEST,
  TillSale,
  compile,
  formerReceiptContent,
  receiptContent,
  receiptLines,
  type Checked,
  type SaleEvent,
} from '@aisle/contracts';
import { createHash } from 'node:crypto';
import type { DecodeContext, Dialect, MemberHash } from '../decode.js';
import { nativeDialect, type NativeDecoded } from '../native.js';
import { refused } from '../wire/reading.js';

const schema = compile(TillSale);

/** `till/sale`: one receipt. */
export function saleEvent(value: unknown, context: DecodeContext): NativeDecoded<SaleEvent> {
  const checked = schema.check(value);
  if (!checked.ok) return refused(checked.problem);
  const { digest, receivedTs, device, store, memberHash } = context;
  const sale = saleOf(checked.value, {
    deviceId: device.id,
    source: 'till',
    receivedTs,
    digest,
    digitsAt: (ts) => store.digitsAt(ts),
    memberHash,
  });
  if (!sale.ok) return refused(sale.problem);
  return { ok: true, event: sale.value };
}

/** A checked sale in our words: money in minor units, quantities in millionths. */
export function saleOf(
  sale: TillSale,
  from: {
    deviceId: string;
    source: SaleEvent['source'];
    receivedTs: number;
    digest: string;
    digitsAt: (ts: number) => number;
    memberHash: MemberHash | undefined;
  },
): Checked<SaleEvent> {
  const read = receiptLines(sale, from.digitsAt(sale.ts));
  if (!read.ok) return read;
  const lines = read.value;
  // What the receipt means, not how it was written: the same sale by MQTT and by REST is one.
  const contentDigest = digestOf(receiptContent(sale.ts, lines));
  const formerDigest = digestOf(formerReceiptContent(sale.ts, lines));
  const value: SaleEvent = {
    kind: 'sale',
    deviceId: from.deviceId,
    ts: sale.ts,
    receivedTs: from.receivedTs,
    digest: from.digest,
    source: from.source,
    receipt: sale.receipt,
    lines,
    contentDigest,
    ...(sale.member !== undefined &&
      sale.member.trim() !== '' &&
      from.memberHash && { member: from.memberHash(sale.member) }),
    ...(formerDigest !== contentDigest && { formerDigest }),
    ...(sale.returnOf !== undefined && {
      returnOf: { receipt: sale.returnOf, ...(sale.returnOfDay !== undefined && { storeDay: sale.returnOfDay }) },
    }),
  };
  return { ok: true, value };
}

const digestOf = (content: string): string =>
  createHash(RECEIPT_DIGEST.algorithm).update(content).digest('hex').slice(0, RECEIPT_DIGEST.hexDigits);

export const tillDialect: Dialect = nativeDialect('till', new Map([['till/sale', saleEvent]]));
