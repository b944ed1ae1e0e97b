import type { MediaFile } from '@aisle/contracts';

const CACHE = 'aisle-files';
/** The service worker answers from it. */
export const PICTURES = 'aisle-pictures';
/** Without Cache Storage (no secure context) as many files are kept in memory. */
const MOST_IN_MEMORY = 24;

/** Files of campaigns that this page holds itself: in Cache Storage, where the browser gives it, so that a reload needs nobody. */
export class Library {
  readonly #memory = new Map<string, Blob>();
  readonly #here = new Set<string>();
  #cache: Cache | undefined;

  constructor(
    private readonly addressOf: (sha256: string) => string,
    private readonly key: string,
  ) {}

  async open(): Promise<void> {
    this.#cache = await globalThis.caches?.open(CACHE).catch(() => undefined);
    for (const { url } of (await this.#cache?.keys()) ?? []) this.#here.add(url.split('/').at(-1) ?? '');
    await navigator.storage?.persist?.().catch(() => false);
  }

  has(sha256: string): boolean {
    return this.#here.has(sha256) || this.#memory.has(sha256);
  }
  get count(): number {
    return this.#here.size + this.#memory.size;
  }

  /** @throws when it is neither here nor to be had */
  async take(file: MediaFile): Promise<Blob> {
    const known =
      this.#memory.get(file.sha256) ?? (await (await this.#cache?.match(this.#request(file.sha256)))?.blob());
    return known ?? this.#fetch(file);
  }

  /** Holds these and, of what was held, nothing else; what cannot be had now comes another time. */
  async hold(files: readonly MediaFile[]): Promise<void> {
    for (const file of files) if (!this.has(file.sha256)) await this.#fetch(file).catch(() => undefined);
    const wanted = new Set(files.map(({ sha256 }) => sha256));
    for (const sha256 of [...this.#here])
      if (!wanted.has(sha256)) {
        await this.#cache?.delete(this.#request(sha256));
        this.#here.delete(sha256);
      }
    for (const sha256 of [...this.#memory.keys()]) if (!wanted.has(sha256)) this.#memory.delete(sha256);
  }

  /** Pictures of products come from anywhere; the page's service worker keeps what it fetches once, and gives it without a network. */
  async holdPictures(urls: readonly string[]): Promise<void> {
    const kept = await globalThis.caches?.open(PICTURES).catch(() => undefined);
    if (!kept) return;
    const wanted = new Set(urls);
    for (const request of await kept.keys()) if (!wanted.delete(request.url)) await kept.delete(request);
    for (const url of wanted)
      await fetch(url, { mode: 'no-cors', credentials: 'omit' })
        .then((answer) => kept.put(url, answer))
        .catch(() => undefined);
  }

  #request(sha256: string): string {
    return new URL(this.addressOf(sha256), location.href).href;
  }

  async #fetch(file: MediaFile): Promise<Blob> {
    const response = await fetch(this.addressOf(file.sha256), {
      headers: { authorization: `Bearer ${this.key}` },
      cache: 'no-store',
    });
    if (!response.ok) throw new Error(`answered ${response.status}`);
    const blob = await response.blob();
    if (blob.size !== file.bytes) throw new Error('came in part');
    const typed = new Blob([blob], { type: file.type });
    try {
      if (!this.#cache) throw new Error('no cache');
      await this.#cache.put(
        this.#request(file.sha256),
        new Response(typed, { headers: { 'content-type': file.type } }),
      );
      this.#here.add(file.sha256);
    } catch {
      this.#memory.set(file.sha256, typed);
      const [oldest] = this.#memory.keys();
      if (this.#memory.size > MOST_IN_MEMORY && oldest !== undefined) this.#memory.delete(oldest);
    }
    return typed;
  }
}
