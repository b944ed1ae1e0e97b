import type { ModelChange } from '../core/engine-part.js';

/** What of an entry of the store file readers and their goods rest on. */
const FIELDS = {
  devices: ['family', 'antennas', 'sensors', 'fixture', 'zone'],
  slots: ['gtin', 'fixture'],
  fixtures: ['zone'],
} as const;

/** Whether a change says anything of readers, of where slots are, or of which goods are sold. */
export function concernsTags(change: ModelChange): boolean {
  const { before, after, touched } = change;
  const senses = (id: string) =>
    [before, after].some((model) => ['rfid', 'shelf'].includes(model?.devices.get(id)?.family ?? ''));
  return touched.some(({ what, id, how, fields }) => {
    if (what === 'devices' && !senses(id)) return false;
    if (what === 'products' || what === 'zones') return how !== 'changed';
    if (what !== 'devices' && what !== 'slots' && what !== 'fixtures') return false;
    return how !== 'changed' || fields.some((field) => (FIELDS[what] as readonly string[]).includes(field));
  });
}
