import type { ContentView } from '@aisle/contracts';
import { ApiError } from '../api/client.js';
import type { ScreensApi } from '../api/screens.js';

/** So many files travel at once; a shop's line has no room for more. */
const AT_ONCE = 2;

/** waiting → sending → checking → done or known (the library had the bytes already), refused, or stopped by a person */
export type UploadState = 'waiting' | 'sending' | 'checking' | 'done' | 'known' | 'refused' | 'stopped';

/** One file on its way into the library. */
export class Upload {
  state = $state<UploadState>('waiting');
  /** share of the bytes that have gone out */
  share = $state(0);
  problem = $state.raw<ApiError | null>(null);
  content = $state.raw<ContentView | null>(null);
  abort = new AbortController();

  constructor(
    readonly id: number,
    readonly file: File,
  ) {}

  get isOver(): boolean {
    return this.state !== 'waiting' && this.state !== 'sending' && this.state !== 'checking';
  }
}

const ALL = new WeakMap<ScreensApi, Uploads>();
/** Those of this browser: they go on while their person looks at another page. */
export function uploadsOf(api: ScreensApi): Uploads {
  const found = ALL.get(api) ?? new Uploads(api);
  ALL.set(api, found);
  return found;
}

/** Files on their way, a few at once, each told of by itself: what is refused holds up no other. */
export class Uploads {
  readonly #api: Pick<ScreensApi, 'upload'>;
  #arrived = $state(0);
  #list = $state.raw<readonly Upload[]>([]);
  #next = 1;

  constructor(api: Pick<ScreensApi, 'upload'>) {
    this.#api = api;
  }

  /** rises with each file that has come into the library */
  get arrived(): number {
    return this.#arrived;
  }

  /** in the order in which they were given */
  get list(): readonly Upload[] {
    return this.#list;
  }
  get isBusy(): boolean {
    return this.#list.some((upload) => !upload.isOver);
  }

  add(files: Iterable<File>): void {
    this.#list = [...this.#list, ...Array.from(files, (file) => new Upload(this.#next++, file))];
    this.#begin();
  }
  stop(upload: Upload): void {
    if (upload.isOver) return;
    if (upload.state === 'waiting') upload.state = 'stopped';
    upload.abort.abort();
  }
  again(upload: Upload): void {
    upload.state = 'waiting';
    upload.share = 0;
    upload.problem = null;
    upload.abort = new AbortController();
    this.#begin();
  }
  clear(): void {
    this.#list = this.#list.filter((upload) => !upload.isOver);
  }

  #begin(): void {
    const free = AT_ONCE - this.#list.filter(({ state }) => state === 'sending' || state === 'checking').length;
    for (const upload of this.#list.filter(({ state }) => state === 'waiting').slice(0, Math.max(0, free)))
      void this.#send(upload);
  }

  async #send(upload: Upload): Promise<void> {
    upload.state = 'sending';
    try {
      const { content, isNew } = await this.#api.upload(upload.file, {
        signal: upload.abort.signal,
        onprogress: (share) => {
          upload.share = share;
          if (share >= 1 && upload.state === 'sending') upload.state = 'checking';
        },
      });
      upload.content = content;
      upload.state = isNew ? 'done' : 'known';
      this.#arrived += 1;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      upload.problem = error;
      upload.state = error.code === 'aborted' ? 'stopped' : 'refused';
    } finally {
      this.#begin();
    }
  }
}
