import { Type } from '@sinclair/typebox';
import { Timestamp, compile } from '@aisle/contracts';
import { readJson } from '../wire/json.js';
import { reading, refused, type Reading } from '../wire/reading.js';
import { MOST_READS, badEpc, epcText, type TagRead, type TagReads } from './tag-read.js';

/** `rfid/reads` of the native dialect. */
export const RfidReads = Type.Object({
  ts: Timestamp,
  reads: Type.Array(
    Type.Object({
      epc: Type.String({ minLength: 2, maxLength: 124, description: 'an EPC as hex digits' }),
      antenna: Type.Optional(Type.Integer({ minimum: 0, maximum: 1024, description: 'the number of an antenna' })),
      rssiDbm: Type.Optional(Type.Number({ minimum: -200, maximum: 50, description: 'a signal strength in dBm' })),
    }),
    { maxItems: MOST_READS, description: `a list of at most ${MOST_READS} reads` },
  ),
});
const schema = compile(RfidReads);

/** The native dialect: `{"ts","reads":[{"epc","antenna","rssiDbm"}]}`; all reads were made at `ts`. */
export function decodeAisleReads(_topic: string, bytes: Uint8Array): Reading<TagReads> {
  const json = readJson(bytes);
  if (!json.ok) return json;
  const checked = schema.check(json.value);
  if (!checked.ok) return refused(checked.problem);
  const { ts } = checked.value;
  const reads: TagRead[] = [];
  for (const [index, { epc: hex, antenna, rssiDbm }] of checked.value.reads.entries()) {
    const epc = epcText(hex);
    if (epc === undefined) return badEpc(`reads[${index}].epc`);
    reads.push({
      ts,
      epc,
      antenna: antenna ?? null,
      rssiCdbm: rssiDbm === undefined ? null : Math.round(rssiDbm * 100) + 0,
    });
  }
  return reading({ ts, reads, others: [] });
}
