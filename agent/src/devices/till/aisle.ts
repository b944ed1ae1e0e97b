import { MICRO, TillSale, compile, toMinor, type SaleEvent } from '@aisle/contracts';
import { createHash } from 'node:crypto';
import { refuse, type DecodeContext, type Decoded, type Dialect } from '../decode.js';

const schema = compile(TillSale);

/** `till/sale`: one receipt. */
export function saleEvent(value: unknown, context: DecodeContext): Decoded<SaleEvent> {
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
  const lines = sale.lines.map(({ gtin, quantity, net }) => ({
    gtin,
    quantityMicro: Math.round(quantity * MICRO),
    netMinor: toMinor(net, from.digits),
  }));
  // What the receipt means, not how it was written: the same sale by MQTT and by REST is one.
  const meaning = JSON.stringify([sale.ts, lines.map((line) => [line.gtin, line.quantityMicro, line.netMinor])]);
  return {
    kind: 'sale',
    deviceId: from.deviceId,
    ts: sale.ts,
    receivedTs: from.receivedTs,
    digest: from.digest,
    source: from.source,
    receipt: sale.receipt,
    lines,
    contentDigest: createHash('sha1').update(meaning).digest('hex').slice(0, 16),
  };
}

export const tillDialect: Dialect = { family: 'till', name: 'aisle', channels: new Map([['till/sale', saleEvent]]) };
