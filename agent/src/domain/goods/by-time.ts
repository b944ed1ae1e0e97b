/** Things that happened at a time, in its order. */
export class ByTime<T extends { readonly ts: number }> {
  private readonly all: T[] = [];

  get size(): number {
    return this.all.length;
  }

  add(thing: T): void {
    this.all.splice(this.firstAfter(thing.ts), 0, thing);
  }

  delete(thing: T): void {
    for (let at = this.firstAfter(thing.ts) - 1; this.all[at]?.ts === thing.ts; at -= 1)
      if (this.all[at] === thing) {
        this.all.splice(at, 1);
        return;
      }
  }

  /** Those of (from, to]. */
  within(from: number, to: number): readonly T[] {
    return this.all.slice(this.firstAfter(from), this.firstAfter(to));
  }

  private firstAfter(ts: number): number {
    let [low, high] = [0, this.all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.all[middle] as T).ts <= ts) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
