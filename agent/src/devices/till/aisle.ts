import { RECEIPT_DIGEST, TillSale, compile, receiptContent, receiptLines, type SaleEvent } from '@aisle/contracts';
import { createHash } from 'node:crypto';
import type { DecodeContext, Dialect } from '../decode.js';
import { refuse } from '../refusal.js';
import { nativeDialect, type NativeDecoded } from '../native.js';

const schema = compile(TillSale);

/** `till/sale`: one receipt. */
export function saleEvent(value: unknown, context: DecodeContext): NativeDecoded<SaleEvent> {
  const checked = schema.check(value);
  if (!checked.ok) return refuse('malformed', checked.problem.field, checked.problem.message);
  const { digest, receivedTs, device, store } = context;
  return {
    ok: true,
    event: saleOf(checked.value, { deviceId: device.id, source: 'till', receivedTs, digest, digits: store.digits }),
  };
}

/** A checked sale in our words: money in minor units, quantities in millionths. */
export function saleOf(
  sale: TillSale,
  from: { deviceId: string; source: SaleEvent['source']; receivedTs: number; digest: string; digits: number },
): SaleEvent {
  const lines = receiptLines(sale, from.digits);
  // What the receipt means, not how it was written: the same sale by MQTT and by REST is one.
  const meaning = createHash(RECEIPT_DIGEST.algorithm).update(receiptContent(sale.ts, lines)).digest('hex');
  return {
    kind: 'sale',
    deviceId: from.deviceId,
    ts: sale.ts,
    receivedTs: from.receivedTs,
    digest: from.digest,
    source: from.source,
    receipt: sale.receipt,
    lines,
    contentDigest: meaning.slice(0, RECEIPT_DIGEST.hexDigits),
  };
}

export const tillDialect: Dialect = nativeDialect('till', new Map([['till/sale', saleEvent]]));
