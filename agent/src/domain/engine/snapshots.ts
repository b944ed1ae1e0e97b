import { AisleError } from '@aisle/contracts';
import type { EnginePart } from '../core/engine-part.js';
import type { StoreModel } from '../core/store-model.js';
import type { EngineSnapshot } from './engine-api.js';

/** Of the snapshot as a whole: parts have versions of their own. 1: what agents of 0.1 wrote. */
const SNAPSHOT_VERSION = 2;

export type SnapshotFault = 'newer' | 'broken';

/** A snapshot that this engine cannot go on from. The journal can. */
export class SnapshotError extends AisleError {
  readonly code = 'snapshot';
  constructor(
    /** `newer`: written by a newer agent. `broken`: not what it should be. */
    readonly fault: SnapshotFault,
    message: string,
    cause?: unknown,
  ) {
    super(message, { cause });
    this.name = 'SnapshotError';
  }
}

/** Every snapshot ever written has these. A part that is not among them begins empty where a snapshot has nothing of it. */
const ALWAYS_THERE = [
  ...['config', 'windows', 'ordering', 'cameras', 'liveHeat', 'crossings', 'coverage'],
  ...['shelves', 'sales', 'records', 'refusals'],
];

type SavedParts = Record<string, { version: number; state: unknown }>;

export const snapshotOf = (parts: readonly EnginePart[]): EngineSnapshot => ({
  version: SNAPSHOT_VERSION,
  data: {
    parts: Object.fromEntries(parts.map((part) => [part.name, { version: part.version, state: part.save() }])),
  },
});

/**
 * Into new parts, in their order.
 * @param model the store file in force, once the part that knows it has been restored
 * @throws SnapshotError
 */
export function restoreParts(
  parts: readonly EnginePart[],
  snapshot: EngineSnapshot,
  model: () => StoreModel | undefined,
): void {
  const saved = savedParts(snapshot);
  const known = new Map(parts.map((part) => [part.name, part]));
  for (const [name, { version }] of Object.entries(saved)) {
    const part = known.get(name);
    if (!part) throw new SnapshotError('newer', `it has a part "${name}" that this agent does not know`);
    if (version > part.version)
      throw new SnapshotError('newer', `its part "${name}" is of version ${version}, this agent's of ${part.version}`);
  }
  for (const name of ALWAYS_THERE)
    if (!(name in saved)) throw new SnapshotError('broken', `its part "${name}" is missing`);
  for (const part of parts) {
    try {
      const { version, state } = saved[part.name] ?? { version: part.version, state: undefined };
      const read = version < part.version && state !== undefined ? migrated(part, state, version, model()) : state;
      part.restore(read, model());
    } catch (error) {
      if (error instanceof SnapshotError) throw error;
      throw new SnapshotError('broken', `its part "${part.name}" cannot be read: ${String(error)}`, error);
    }
  }
}

function migrated(part: EnginePart, state: unknown, version: number, model: StoreModel | undefined): unknown {
  if (!part.migrate) throw new SnapshotError('broken', `nobody can read version ${version} of its part "${part.name}"`);
  return part.migrate(state, version, model);
}

function savedParts({ version, data }: EngineSnapshot): SavedParts {
  if (version > SNAPSHOT_VERSION)
    throw new SnapshotError('newer', `it is of version ${version}, this agent reads up to ${SNAPSHOT_VERSION}`);
  if (version !== 1 && version !== SNAPSHOT_VERSION)
    throw new SnapshotError('broken', `its version is ${JSON.stringify(version)}`);
  const fields = version === 1 ? data : (data as { parts?: unknown } | null)?.parts;
  if (typeof fields !== 'object' || fields === null || Array.isArray(fields))
    throw new SnapshotError('broken', 'it holds no parts');
  const saved: SavedParts = {};
  for (const [name, value] of Object.entries(fields as Record<string, unknown>)) {
    if (version === 1) saved[name] = { version: 1, state: value };
    else {
      const part = value as Partial<SavedParts[string]> | null;
      if (typeof part?.version !== 'number') throw new SnapshotError('broken', `its part "${name}" says no version`);
      saved[name] = { version: part.version, state: part.state };
    }
  }
  return saved;
}
