import type { BlockReason, OrderedEvent } from '@aisle/contracts';

interface OrderSpan {
  from: number;
  /** null: until somebody says otherwise */
  to: number | null;
  why: Extract<BlockReason, 'pinned' | 'paused'>;
  /** when the newest word on it was said: an older one that comes later changes nothing */
  atTs: number;
}
export type SavedOrders = [screenId: string, spans: OrderSpan[]][];

/** When people had pinned or paused screens, however shortly, by event time. */
export class OrderSpans {
  readonly #spans = new Map<string, OrderSpan[]>();

  ordered({ ts, order: { screenId, action, untilTs, atTs } }: OrderedEvent): void {
    const spans = this.#spans.get(screenId) ?? [];
    const last = spans.at(-1);
    if (last && last.atTs > atTs) return;
    // whatever is said now ends what was said before
    if (last && (last.to === null || last.to > ts)) Object.assign(last, { to: Math.max(last.from, ts), atTs });
    if (action === 'resume' || (untilTs !== null && untilTs <= ts)) return;
    spans.push({ from: ts, to: untilTs, why: action === 'pin' ? 'pinned' : 'paused', atTs });
    this.#spans.set(screenId, spans);
  }

  /** What people wanted of any of these screens at any time of [from, to), as they said it first. */
  within(screens: readonly string[], from: number, to: number): OrderSpan['why'] | undefined {
    if (this.#spans.size === 0) return undefined;
    for (const id of screens)
      for (const span of this.#spans.get(id) ?? [])
        if (span.from < to && (span.to === null || span.to > from)) return span.why;
    return undefined;
  }

  /** Those that were over before a time are not asked for any more. */
  forget(before: number): void {
    for (const [id, spans] of this.#spans) {
      const left = spans.filter(({ to }) => to === null || to >= before);
      if (left.length > 0) this.#spans.set(id, left);
      else this.#spans.delete(id);
    }
  }

  save(): SavedOrders {
    return structuredClone([...this.#spans]);
  }

  restore(saved: SavedOrders): void {
    for (const [id, spans] of structuredClone(saved)) this.#spans.set(id, spans);
  }
}
