import { DEVICE_ROOT, type DeviceEvent } from '@aisle/contracts';
import type { DecodeContext, Dialect } from '../decode.js';
import { decodeAisleReads } from './aisle-reads.js';
import { decodeImpinj } from './impinj.js';
import type { TagReadDecoder, TagReads } from './tag-read.js';
import { decodeZebra } from './zebra.js';

/** What a reader tells → what it saw, or that it is alive. */
function readerDialect(name: string, topics: readonly string[], decode: TagReadDecoder): Dialect {
  return {
    family: 'rfid',
    name,
    topics,
    decode(topic, bytes, context) {
      const read = decode(topic, bytes);
      if (!read.ok) return read;
      const { ts, reads, others, refused } = read.value;
      // It says nothing of tags: that it lives, or nothing that could be read.
      const isSilent = ts === 0 && reads.length === 0 && (others.length > 0 || refused.length > 0);
      if (isSilent) return { ok: true, events: others.length > 0 ? [alive(context)] : [], refused };
      return { ok: true, events: [seen(read.value, context)], refused };
    },
  };
}

function seen({ ts, reads }: TagReads, { device, receivedTs, digest }: DecodeContext): DeviceEvent {
  return {
    kind: 'reads',
    deviceId: device.id,
    ts,
    receivedTs,
    digest,
    reads: reads.map((read) => [read.epc, read.antenna ?? 0, read.rssiCdbm, ts - read.ts]),
  };
}

/** Heartbeats say the same again on purpose, some without a time: each is one of its own. */
const alive = ({ device, receivedTs, digest }: DecodeContext): DeviceEvent => ({
  kind: 'deviceState',
  deviceId: device.id,
  ts: receivedTs,
  receivedTs,
  digest: `${digest}@${receivedTs}`,
  state: 'online',
});

export const rfidDialect = readerDialect('aisle', [`${DEVICE_ROOT}/{id}/rfid/reads`], decodeAisleReads);
export const impinjDialect = readerDialect('impinj', ['impinj/{id}/events'], decodeImpinj);
export const zebraDialect = readerDialect('zebra', ['zebra/{id}/#'], decodeZebra);
