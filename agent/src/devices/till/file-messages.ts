import { DEVICE_ROOT, parseDeviceTopic, type SalesFileDialect } from '@aisle/contracts';
import type { Dialect } from '../decode.js';
import { refuse } from '../refusal.js';
import { maxBytesOf, readTillFile, refusalOf } from './sales-file.js';

/** Files of tills as messages: the same bytes that could be dropped into the till's folder. */
function fileDialect(name: SalesFileDialect): Dialect {
  const channel = `till/${name}`;
  return {
    family: 'till',
    name,
    topics: [`${DEVICE_ROOT}/{id}/${channel}`],
    maxBytes: maxBytesOf(name),
    decode(topic, bytes, context) {
      const native = parseDeviceTopic(topic);
      if (native && native.channel !== channel && !context.device.topics)
        return refuse('topic', '', 'otherChannel', { channel });
      const file = readTillFile(name, bytes, context);
      if (!file.ok) return file;
      const refused = file.refused.map(refusalOf);
      return { ok: true, events: file.events, ...(refused.length > 0 && { refused }) };
    },
  };
}

export const csvTillDialect: Dialect = fileDialect('csv');
export const poslogTillDialect: Dialect = fileDialect('poslog');
