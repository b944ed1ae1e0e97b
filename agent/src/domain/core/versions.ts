import {
  storeChanges,
  type ConfiguredEvent,
  type FactValue,
  type PlannedEvent,
  type StoreFile,
} from '@aisle/contracts';
import type { EnginePart, ModelChange } from './engine-part.js';
import { modelOf, type StoreModel } from './store-model.js';
import type { WindowKind, WindowStore } from './window-store.js';

/** Older store files are kept whole for records that come late: so many in all, the newest. */
export const MODELS_KEPT = 8;
/** Of still older versions only is known from when on they held. */
export const BOUNDARIES_KEPT = 64;

/** A version that is known and not yet in force. */
export interface PlannedVersion {
  version: number;
  /** epoch ms */
  validFrom: number;
  storeFile: StoreFile;
}

/** The store file that holds at some time. */
export interface VersionAt {
  version: number;
  /** that version, or the oldest that is still kept */
  model: StoreModel;
}

/** A time [from, to) within which one version holds. */
export interface VersionSpan extends VersionAt {
  from: number;
  to: number;
}

/** What parts may know of versions. */
export interface InForce {
  /** in force now, undefined before the first */
  readonly model: StoreModel | undefined;
  /** of an event time: for records that come late */
  at(ts: number): VersionAt | undefined;
  /** The model of a version, or the oldest that is still kept. */
  of(version: number): StoreModel | undefined;
  /** [from, to) cut where another version began, in order. */
  between(from: number, to: number): readonly VersionSpan[];
  /** [from, to) in which a version held, without end for the one in force; undefined for one that is not known (any more) */
  heldBetween(version: number): { from: number; to: number } | undefined;
}

interface Boundary {
  version: number;
  /** event time; −Infinity for the oldest that is known */
  from: number;
}

interface Saved {
  boundaries: [version: number, from: number | null][];
  models: { version: number; storeFile: StoreFile }[];
  planned: PlannedVersion[];
}

/**
 * Which store file is in force when. A version holds from the smaller of its own time and the newest event time that had been
 * seen when it came into force: so a replay of the past sees a change where it happened in the journal.
 */
export class Versions implements EnginePart, InForce {
  readonly name = 'config';
  readonly version = 2;
  private boundaries: Boundary[] = [];
  private models: StoreModel[] = [];
  private plans: PlannedVersion[] = [];
  private readonly stated: WindowKind<{ value: FactValue<'inForce'> | null }>;

  constructor(private readonly store: WindowStore) {
    this.stated = store.kind<{ value: FactValue<'inForce'> | null }>({
      name: 'inForce',
      dropped: true,
      create: () => ({ value: null }),
      save: ({ value }) => structuredClone(value),
      restore: (json) => ({ value: structuredClone(json as FactValue<'inForce'>) }),
      fact: { kind: 'inForce', value: ({ data }) => structuredClone(data.value) },
    });
  }

  get model(): StoreModel | undefined {
    return this.models.at(-1);
  }

  at(ts: number): VersionAt | undefined {
    // Of two that claim a time the later one holds; nearly always it is the newest of all.
    const valid = this.boundaries.findLast(({ from }) => from <= ts) ?? this.boundaries[0];
    const model = valid && this.of(valid.version);
    return model && { version: valid.version, model };
  }

  of(version: number): StoreModel | undefined {
    return this.models.findLast((model) => model.version === version) ?? this.models[0];
  }

  between(from: number, to: number): VersionSpan[] {
    const { model } = this;
    const newest = this.boundaries.at(-1);
    if (model && newest && newest.from <= from && from < to) return [{ version: newest.version, model, from, to }];
    const spans: VersionSpan[] = [];
    for (let at = from; at < to;) {
      const found = this.at(at);
      if (!found) break;
      let end = to;
      for (const boundary of this.boundaries) if (boundary.from > at && boundary.from < end) end = boundary.from;
      spans.push({ version: found.version, model: found.model, from: at, to: end });
      at = end;
    }
    return spans;
  }

  heldBetween(version: number): { from: number; to: number } | undefined {
    const index = this.boundaries.findLastIndex((boundary) => boundary.version === version);
    if (index < 0) return undefined;
    const { from } = this.boundaries[index] as Boundary;
    const to = this.boundaries.slice(index + 1).reduce((least, later) => Math.min(least, later.from), Infinity);
    return { from: Math.min(from, to), to };
  }

  /** What the event changes, before anything of it holds. */
  changeTo(event: ConfiguredEvent): ModelChange {
    const before = this.model;
    const told = event.validFrom ?? event.ts;
    const { newest } = this.store;
    return {
      before,
      after: modelOf(event),
      touched: storeChanges(before?.storeFile, event.storeFile),
      ts: newest > 0 ? Math.min(told, newest) : told,
    };
  }

  /** The version of a change holds from here on; its fact is stated. */
  enter({ before, after, ts, touched }: ModelChange, validFrom: number): void {
    const { version } = after;
    this.plans = this.plans.filter(
      (plan) => plan.version !== version && (plan.version > version || plan.validFrom < validFrom),
    );
    this.store.configVersion = version;
    this.models.push(after);
    if (before?.version === version) {
      this.models = this.models.filter((model) => model === after || model.version !== version);
      return;
    }
    // Before the first event there is no time that an older one could hold for.
    const from = before && this.store.newest > 0 ? ts : -Infinity;
    if (from === -Infinity) this.boundaries = [];
    this.boundaries.push({ version, from });
    if (this.models.length > MODELS_KEPT) this.models.shift();
    if (this.boundaries.length > BOUNDARIES_KEPT) this.boundaries.shift();
    const window = this.stated.get(ts, `${version}@${ts}`);
    window.data.value = {
      version,
      before: before?.version ?? 0,
      sections: [...new Set(touched.map(({ section }) => section))],
    };
    this.store.changed(window);
  }

  /** A version that comes into force later. */
  plan({ version, validFrom, storeFile }: PlannedEvent): void {
    if (version <= (this.model?.version ?? -1)) return;
    this.plans = this.plans.filter((plan) =>
      plan.version < version ? plan.validFrom < validFrom : plan.version !== version,
    );
    // An older one that is told late may have been overtaken already.
    if (this.plans.some((plan) => plan.version > version && plan.validFrom <= validFrom)) return;
    this.plans.push({ version, validFrom, storeFile });
    this.plans.sort((a, b) => a.validFrom - b.validFrom || a.version - b.version);
  }

  planned(): PlannedVersion[] {
    return this.plans.map((plan) => ({ ...plan }));
  }

  /** Store files are never changed, so they are handed out as they are. */
  save(): Saved {
    return {
      boundaries: this.boundaries.map(({ version, from }) => [version, Number.isFinite(from) ? from : null]),
      models: this.models.map(({ version, storeFile }) => ({ version, storeFile })),
      planned: this.planned(),
    };
  }

  restore(saved: unknown): void {
    if (saved === undefined) return;
    const { boundaries, models, planned } = saved as Saved;
    this.boundaries = boundaries.map(([version, from]) => ({ version, from: from ?? -Infinity }));
    this.models = models.map((model) => modelOf(model));
    this.plans = planned.map((plan) => ({ ...plan }));
  }

  /** Agents of 0.1 knew the store file in force only. */
  migrate(saved: unknown): Saved {
    const config = saved as { version: number; storeFile: StoreFile } | null;
    return {
      boundaries: config ? [[config.version, null]] : [],
      models: config ? [config] : [],
      planned: [],
    };
  }
}
