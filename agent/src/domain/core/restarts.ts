import type { Device } from '@aisle/contracts';
import { idsTouched, type ModelChange } from './engine-part.js';

/** Another value of these, and what follows people through the camera begins anew. */
const FOLLOWING = ['family', 'dialect', 'calibration', 'group', 'covers', 'rules'] as const satisfies (keyof Device)[];

export interface Restarts {
  /** cameras that are gone, or that see, or are merged, in another way than before */
  cameras: ReadonlySet<string>;
  /** keys of groups that are gone, have other members, or have one of these cameras */
  groups: ReadonlySet<string>;
  /** devices of any kind that are gone */
  gone: ReadonlySet<string>;
}

const NONE: Restarts = { cameras: new Set(), groups: new Set(), gone: new Set() };

/** Which cameras and groups of cameras begin anew after a change; all others go on. */
export function restartsOf(change: ModelChange): Restarts {
  const { before, after } = change;
  if (!before) return NONE;
  const changed = idsTouched(change, 'devices', FOLLOWING);
  const gone = new Set([...changed].filter((id) => !after.devices.has(id)));
  const cameras = new Set<string>();
  const groups = new Set<string>();
  for (const { id, family } of before.devices.values()) {
    if (family !== 'camera') continue;
    const [was, is] = [before.groupOfCamera.get(id), after.groupOfCamera.get(id)];
    if (!changed.has(id) && was === is) continue;
    cameras.add(id);
    for (const group of [was, is]) if (group !== undefined) groups.add(group);
  }
  for (const [id, group] of after.groupOfCamera) if (before.groupOfCamera.get(id) !== group) groups.add(group);
  return { cameras, groups, gone };
}
