import type { WalkTestRow } from '../api/generated/schema.js';
import type { Shop } from '../state/stores.svelte.js';
import type { Words } from '../state/words.svelte.js';

/** The name of the entrance or zone of a walk test, also of one that the store no longer has. */
export function walkPlace(shop: Shop, name: Words['name'], row: Pick<WalkTestRow, 'zoneId' | 'entranceId'>): string {
  const id = row.zoneId ?? row.entranceId ?? '';
  const all = row.zoneId === null ? shop.file.entrances : shop.file.zones;
  return name(all?.find((entry) => entry.id === id)?.name, id);
}
