/** Messages of different objects of one camera may overtake one another by this much event time, ms. */
export const SLACK_MS = 60_000;
/** So often, in event time, is a camera looked through for objects that have gone. */
const SWEEP_MS = 10_000;

interface Page<O> {
  newest: number;
  swept: number;
  objects: Map<string, O>;
}

/** What is known of the objects of each camera. Those that nobody speaks of are let go of; there are never more than `most`. */
export class ObjectBook<O extends { ts: number }> {
  private readonly pages = new Map<string, Page<O>>();

  /** @param silentMs how long an object is known without a word, ms of its camera's event time */
  constructor(
    private readonly silentMs: number,
    private readonly most: number,
    private readonly gone: (deviceId: string, key: string, object: O) => void = () => undefined,
  ) {}

  get(deviceId: string, key: string): O | undefined {
    return this.pages.get(deviceId)?.objects.get(key);
  }

  newestOf(deviceId: string): number {
    return this.pages.get(deviceId)?.newest ?? -Infinity;
  }

  put(deviceId: string, key: string, object: O): void {
    let page = this.pages.get(deviceId);
    if (!page) this.pages.set(deviceId, (page = { newest: object.ts, swept: object.ts, objects: new Map() }));
    page.objects.set(key, object);
    page.newest = Math.max(page.newest, object.ts);
    if (page.newest - page.swept >= SWEEP_MS || page.objects.size > this.most) this.sweep(deviceId, page);
  }

  private sweep(deviceId: string, page: Page<O>): void {
    page.swept = page.newest;
    const drop = (key: string, object: O): void => {
      page.objects.delete(key);
      this.gone(deviceId, key, object);
    };
    for (const [key, object] of page.objects) if (page.newest - object.ts > this.silentMs + SLACK_MS) drop(key, object);
    if (page.objects.size <= this.most) return;
    // A tenth more than needed, so that a flood does not sort them at every message.
    const surplus = page.objects.size - this.most + Math.floor(this.most / 10);
    const byAge = [...page.objects].sort((a, b) => a[1].ts - b[1].ts || (a[0] < b[0] ? -1 : 1));
    for (const [key, object] of byAge.slice(0, surplus)) drop(key, object);
  }

  *all(): Iterable<[deviceId: string, key: string, object: O]> {
    for (const [deviceId, { objects }] of this.pages)
      for (const [key, object] of objects) yield [deviceId, key, object];
  }

  /** The clock of the camera was set back: nothing goes on from before. */
  restart(deviceId: string): void {
    for (const [key, object] of this.pages.get(deviceId)?.objects ?? []) this.gone(deviceId, key, object);
    this.pages.delete(deviceId);
  }

  /** One object begins anew when it is spoken of again. */
  remove(deviceId: string, key: string): void {
    this.pages.get(deviceId)?.objects.delete(key);
  }

  save(plain: (object: O) => unknown): unknown {
    return [...this.pages].map(([id, { newest, swept, objects }]) => [
      id,
      newest,
      swept,
      [...objects].map(([key, object]) => [key, plain(object)]),
    ]);
  }

  restore(json: unknown, read: (plain: unknown) => O): void {
    for (const [id, newest, swept, objects] of json as [string, number, number, [string, unknown][]][])
      this.pages.set(id, { newest, swept, objects: new Map(objects.map(([key, plain]) => [key, read(plain)])) });
  }
}
