import type { FactValue, IncidentKind } from '@aisle/contracts';
import type { EnginePart } from './engine-part.js';
import type { Window, WindowKind, WindowStore } from './window-store.js';

export type Incident = FactValue<'incident'>;
type Data = { value: Incident | null };
/** What is told of an incident beside its kind, subject and times. */
export type Particulars = Partial<Pick<Incident, 'zoneId' | 'count'>>;

/**
 * What somebody in the shop should look at, as records: each has a kind, a subject (a slot, device, zone or product, never
 * an item) and the event time since when. An incident of a kind and subject is open at most once. Whoever finds that one
 * never was (a sale that came late) withdraws it: it then ends when it began, and is shown nowhere.
 *
 * All state lies in the windows, so a snapshot needs nothing else; open ones are never paged out.
 */
export class Incidents implements EnginePart {
  readonly name = 'incidents';
  readonly version = 1;
  private readonly windows: WindowKind<Data>;
  /** the open one of each kind and subject */
  private readonly current = new Map<string, Window<Data>>();

  constructor(private readonly store: WindowStore) {
    this.windows = store.kind<Data>({
      name: 'incident',
      whole: true,
      create: () => ({ value: null }),
      save: ({ value }) => structuredClone(value),
      restore: (json) => ({ value: structuredClone(json as Incident) }),
      fact: { kind: 'incident', value: ({ data }) => structuredClone(data.value) },
      pinned: ({ data }) => data.value?.until === null,
    });
  }

  /** The keys of windows that stating an incident of that time may need (see Engine.requires). */
  requireOne(keys: string[], what: IncidentKind, subject: string, since: number): void {
    this.store.need(keys, this.windows, since, subjectOf(what, subject, since));
  }

  /** The open incident of a kind and subject; undefined when all is well. Not to be changed. */
  opened(what: IncidentKind, subject: string): Readonly<Incident> | undefined {
    return this.current.get(`${what}:${subject}`)?.data.value ?? undefined;
  }

  /** All open ones of a kind, oldest statement first. Not to be changed. */
  openOf(what: IncidentKind): Readonly<Incident>[] {
    const open: Incident[] = [];
    for (const { data } of this.current.values()) if (data.value?.what === what) open.push(data.value);
    return open.sort((a, b) => a.since - b.since || (a.subject < b.subject ? -1 : 1));
  }

  /**
   * Opens an incident; one that is open already keeps its time and takes over the particulars.
   * @returns whether it is new
   */
  open(what: IncidentKind, subject: string, since: number, particulars: Particulars = {}): boolean {
    if (this.opened(what, subject)) {
      this.revise(what, subject, particulars);
      return false;
    }
    this.state({ what, subject, zoneId: null, since, until: null, count: null, ...particulars });
    return true;
  }

  /** Tells more, or other, of an open incident; nothing when none is open or nothing changed. */
  revise(what: IncidentKind, subject: string, particulars: Particulars): void {
    const open = this.opened(what, subject);
    if (open) this.state({ ...open, ...particulars });
  }

  /** Ends an open incident at `until`, event time; at or before its beginning: it never was. Nothing when none is open. */
  close(what: IncidentKind, subject: string, until: number): void {
    const open = this.opened(what, subject);
    if (open) this.state({ ...open, until: Math.max(open.since, until) });
  }

  withdraw(what: IncidentKind, subject: string): void {
    this.close(what, subject, -Infinity);
  }

  /** The whole of one incident, by kind, subject and `since`: for those who judge one again after it was closed. */
  state(value: Incident): void {
    const key = `${value.what}:${value.subject}`;
    const window = this.windows.get(value.since, subjectOf(value.what, value.subject, value.since));
    const open = this.current.get(key);
    if (value.until !== null) {
      if (open === window) this.current.delete(key);
    } else {
      if (open && open !== window) this.close(value.what, value.subject, value.since);
      this.current.set(key, window);
    }
    if (JSON.stringify(window.data.value) === JSON.stringify(value)) return;
    window.data.value = { ...value };
    this.store.changed(window);
  }

  /** All of it lies in windows. */
  save(): null {
    return null;
  }

  restore(): void {
    for (const window of this.windows.all()) {
      const { value } = window.data;
      if (value?.until === null) this.current.set(`${value.what}:${value.subject}`, window);
    }
  }
}

const subjectOf = (what: IncidentKind, subject: string, since: number): string => `${what}:${subject}@${since}`;
