import { DEVICE_ROOT, minorDigits, type StoreFile } from '@aisle/contracts';
import type { Dialect, StoreIndex } from './decode.js';
import { DIALECTS } from './registry.js';
import { TopicBook } from './topic-book.js';

/**
 * Look-ups of a store file for decoding.
 * @param fileAt the file that held at a time, where that may be another one
 */
export function indexStore(
  file: StoreFile,
  version: number,
  dialects: readonly Dialect[] = DIALECTS,
  fileAt: (ts: number) => StoreFile | undefined = () => undefined,
): StoreIndex {
  const fixtureOfSlot = new Map<string, string>();
  for (const fixture of file.fixtures ?? [])
    for (const slot of fixture.slots ?? []) fixtureOfSlot.set(slot.id, fixture.id);
  return {
    file,
    version,
    devices: new Map((file.devices ?? []).map((device) => [device.id, device])),
    ...topicsOf(file, dialects),
    fixtureOfSlot,
    lines: new Set([...(file.entrances ?? []), ...(file.passersBy ?? [])].map((line) => line.id)),
    digitsAt: (ts) => minorDigits((fileAt(ts) ?? file).store.currency),
  };
}

/** Everything below a device's own root is its own; the rest as its dialect or the store file says. */
function topicsOf(file: StoreFile, dialects: readonly Dialect[]): Pick<StoreIndex, 'topics' | 'chatter'> {
  const topics = new TopicBook();
  const chatter = new TopicBook();
  for (const device of file.devices ?? []) {
    topics.add(`${DEVICE_ROOT}/${device.id}/#`, device.id);
    const own = dialects.find(({ family, name }) => family === device.family && name === device.dialect);
    const filters = (device.topics ?? own?.topics ?? []).map((filter) => filter.replaceAll('{id}', device.id));
    for (const topic of filters) if (!topic.startsWith(`${DEVICE_ROOT}/${device.id}/`)) topics.add(topic, device.id);
    for (const filter of own?.chatter?.(device.id, filters) ?? []) chatter.add(filter, device.id);
  }
  return { topics, chatter };
}
