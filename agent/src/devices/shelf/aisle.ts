import { ShelfWeight, compile, type WeightEvent } from '@aisle/contracts';
import type { DecodeContext, Dialect } from '../decode.js';
import { refuse } from '../refusal.js';
import { isConverterEnd } from './converter.js';
import { nativeDialect, type NativeDecoded } from '../native.js';
import { refused } from '../wire/reading.js';

const schema = compile(ShelfWeight);

/** `shelf/weight`: gross weight on one slot. */
export function weightEvent(value: unknown, context: DecodeContext): NativeDecoded<WeightEvent> {
  const checked = schema.check(value);
  if (!checked.ok) return refused(checked.problem);
  const { ts, slot, grams } = checked.value;
  const { digest, receivedTs, device, store } = context;
  if (isConverterEnd(grams)) return refuse('malformed', 'grams', 'converterEnd');
  const fixture = store.fixtureOfSlot.get(slot);
  if (fixture === undefined) return refuse('unknownSubject', 'slot', 'noSuchSlot');
  if (device.fixture !== undefined && device.fixture !== fixture)
    return refuse('unknownSubject', 'slot', 'otherFixture');
  return {
    ok: true,
    event: {
      kind: 'weight',
      deviceId: device.id,
      ts,
      receivedTs,
      digest,
      slotId: slot,
      decigrams: Math.round(grams * 10),
    },
  };
}

export const shelfDialect: Dialect = nativeDialect('shelf', new Map([['shelf/weight', weightEvent]]));
