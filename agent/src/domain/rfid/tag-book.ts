import { readEpc } from './epc.js';
import { newTag, type Tag } from './tag.js';

const EPCS_KEPT = 20_000;

/** Tags of goods that are being followed, by EPC and by product. */
export class TagBook {
  readonly #tags = new Map<string, Tag>();
  readonly #ofGtin = new Map<string, Set<Tag>>();
  /** what was read of EPCs lately */
  readonly #gtins = new Map<string, string | null>();

  get(epc: string): Tag | undefined {
    return this.#tags.get(epc);
  }

  /** Only tags with a GTIN are followed. */
  getOrAdd(epc: string): Tag {
    let tag = this.#tags.get(epc);
    if (!tag) this.add((tag = newTag(epc, this.gtinOf(epc) as string)));
    return tag;
  }

  add(tag: Tag): void {
    this.#tags.set(tag.epc, tag);
    const alike = this.#ofGtin.get(tag.gtin);
    if (alike) alike.add(tag);
    else this.#ofGtin.set(tag.gtin, new Set([tag]));
  }

  delete(tag: Tag): void {
    this.#tags.delete(tag.epc);
    const alike = this.#ofGtin.get(tag.gtin);
    alike?.delete(tag);
    if (alike?.size === 0) this.#ofGtin.delete(tag.gtin);
  }

  all(): Tag[] {
    return [...this.#tags.values()];
  }

  ofGtin(gtin: string): Iterable<Tag> {
    return this.#ofGtin.get(gtin) ?? [];
  }

  /** What the tag's memory says of its product; null: no GTIN in it. */
  gtinOf(epc: string): string | null {
    let gtin = this.#gtins.get(epc);
    if (gtin === undefined) {
      const read = readEpc(epc);
      gtin = read?.kind === 'sgtin' ? read.gtin : null;
      if (this.#gtins.size >= EPCS_KEPT) this.#gtins.clear();
      this.#gtins.set(epc, gtin);
    }
    return gtin;
  }
}
