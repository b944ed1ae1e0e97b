/** What the page keeps over reloads and power cuts: IndexedDB, or memory where the browser gives none. */
export interface Shelf {
  get(key: string): Promise<unknown>;
  /** Durable once it comes back. */
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  /** All of them at once, durably, or none of them; null deletes. */
  change(entries: readonly (readonly [key: string, value: unknown])[]): Promise<void>;
  /** Those that begin so, in order. */
  keys(prefix: string): Promise<string[]>;
}

const STORE = 'kept';

export async function openShelf(name: string): Promise<Shelf> {
  try {
    return new BrowserShelf(await openDatabase(name));
  } catch {
    return new MemoryShelf();
  }
}

function openDatabase(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('no database'));
  });
}

class BrowserShelf implements Shelf {
  constructor(private readonly database: IDBDatabase) {}

  get(key: string): Promise<unknown> {
    return this.#read((store) => store.get(key));
  }
  set(key: string, value: unknown): Promise<void> {
    return this.change([[key, value]]);
  }
  delete(key: string): Promise<void> {
    return this.change([[key, null]]);
  }
  async keys(prefix: string): Promise<string[]> {
    const found = await this.#read((store) => store.getAllKeys(IDBKeyRange.bound(prefix, `${prefix}\uffff`)));
    return found.map(String);
  }

  #read<T>(ask: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    return answer(ask(this.database.transaction(STORE, 'readonly').objectStore(STORE)));
  }
  /** strict: on the disk, not only on its way, as a screen's plug is its switch. */
  change(entries: readonly (readonly [key: string, value: unknown])[]): Promise<void> {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(STORE, 'readwrite', { durability: 'strict' });
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('not kept'));
      const store = transaction.objectStore(STORE);
      for (const [key, value] of entries)
        if (value === null) store.delete(key);
        else store.put(value, key);
    });
  }
}

const answer = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('not read'));
  });

/** For browsers that keep nothing, and for tests. */
export class MemoryShelf implements Shelf {
  readonly #kept = new Map<string, unknown>();
  get(key: string): Promise<unknown> {
    return Promise.resolve(this.#kept.get(key));
  }
  set(key: string, value: unknown): Promise<void> {
    this.#kept.set(key, structuredClone(value));
    return Promise.resolve();
  }
  delete(key: string): Promise<void> {
    this.#kept.delete(key);
    return Promise.resolve();
  }
  async change(entries: readonly (readonly [key: string, value: unknown])[]): Promise<void> {
    for (const [key, value] of entries) await (value === null ? this.delete(key) : this.set(key, value));
  }
  keys(prefix: string): Promise<string[]> {
    return Promise.resolve([...this.#kept.keys()].filter((key) => key.startsWith(prefix)).sort());
  }
}
