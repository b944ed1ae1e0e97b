import { Type } from '@sinclair/typebox';
import { expects, Timestamp, compile } from '@aisle/contracts';
import type { Refusal } from '../refusal.js';
import { readJson } from '../wire/json.js';
import { reading, refused, type Reading } from '../wire/reading.js';
import { MOST_READS, badEpc, epcText, type TagRead, type TagReads } from './tag-read.js';

const Read = Type.Object({
  epc: Type.String({ minLength: 2, maxLength: 124, ...expects('epcHex') }),
  antenna: Type.Optional(Type.Integer({ minimum: 0, maximum: 1024, ...expects('antenna') })),
  rssiDbm: Type.Optional(Type.Number({ minimum: -200, maximum: 50, ...expects('signal') })),
});
/** `rfid/reads` of the native dialect. */
export const RfidReads = Type.Object({
  ts: Timestamp,
  reads: Type.Array(Read, { maxItems: MOST_READS, ...expects('reads', { most: MOST_READS }) }),
});
const one = compile(Read);
const schema = compile(
  Type.Object({
    ts: Timestamp,
    reads: Type.Array(Type.Unknown(), { maxItems: MOST_READS, ...expects('reads', { most: MOST_READS }) }),
  }),
);

/** The native dialect: `{"ts","reads":[{"epc","antenna","rssiDbm"}]}`; all reads were made at `ts`. One that is broken costs itself alone. */
export function decodeAisleReads(_topic: string, bytes: Uint8Array): Reading<TagReads> {
  const json = readJson(bytes);
  if (!json.ok) return json;
  const checked = schema.check(json.value);
  if (!checked.ok) return refused(checked.problem);
  const { ts } = checked.value;
  const reads: TagRead[] = [];
  const refusals: Refusal[] = [];
  for (const [index, item] of checked.value.reads.entries()) {
    const read = readOne(item, `reads[${index}]`, ts);
    if (read.ok) reads.push(read.value);
    else refusals.push(read);
  }
  const [only] = refusals;
  return only && reads.length === 0 && refusals.length === 1
    ? only
    : reading({ ts, reads, others: [], refused: refusals });
}

function readOne(item: unknown, where: string, ts: number): Reading<TagRead> {
  const checked = one.check(item);
  if (!checked.ok) return refused(checked.problem, where);
  const { epc: hex, antenna, rssiDbm } = checked.value;
  const epc = epcText(hex);
  if (epc === undefined) return badEpc(`${where}.epc`);
  const rssiCdbm = rssiDbm === undefined ? null : Math.round(rssiDbm * 100) + 0;
  return reading({ ts, epc, antenna: antenna ?? null, rssiCdbm });
}
