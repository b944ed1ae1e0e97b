import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * A screen with Anthias, as far as its REST interface v2 goes, written from the project's own documents and not from our client:
 * github.com/Screenly/Anthias, api/urls/v2.py (paths), api/views/v2.py (what is answered), api/serializers/v2.py (required fields; `uri` and `mimetype`
 * cannot be changed; `is_active` is derived), api/serializers/mixins.py (`duration` of a video must be 0; names are made unique),
 * api/views/mixins.py (`control/asset&{asset_id}`), docs/http-basic-authentication.md.
 */
export interface StandInAsset {
  asset_id: string;
  name: string;
  uri: string;
  start_date: string;
  end_date: string;
  duration: number;
  mimetype: string;
  is_enabled: boolean;
  nocache: boolean;
  play_order: number;
  skip_asset_check: boolean;
  is_processing: boolean;
}

type Kind = 'string' | 'boolean' | 'integer' | 'date';
const REQUIRED: Readonly<Record<string, Kind>> = {
  ...{ name: 'string', uri: 'string', start_date: 'date', end_date: 'date' },
  ...{ duration: 'integer', mimetype: 'string', is_enabled: 'boolean' },
};
const CHANGEABLE: Readonly<Record<string, Kind>> = {
  ...{ name: 'string', start_date: 'date', end_date: 'date', duration: 'integer', is_enabled: 'boolean' },
  ...{ nocache: 'boolean', play_order: 'integer', skip_asset_check: 'boolean', is_processing: 'boolean' },
};
const isOf = (kind: Kind | undefined, value: unknown): boolean =>
  kind === 'date'
    ? typeof value === 'string' && !Number.isNaN(Date.parse(value))
    : kind === 'integer'
      ? Number.isInteger(value)
      : typeof value === kind;

export class AnthiasStandIn {
  readonly assets = new Map<string, StandInAsset>();
  /** "PATCH assets/…", in order; of those that were let in */
  readonly asked: string[] = [];
  /** what it was told to switch to */
  readonly switchedTo: string[] = [];
  /** the fewest assets that played at any time since something first did */
  fewestActive = Infinity;
  login: string | undefined;
  /** answers instead of it; true: it has answered */
  instead: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  #server: Server | undefined;
  #count = 0;

  /** @returns where it is */
  async start(port = 0): Promise<string> {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    await new Promise<void>((resolve) => this.#server?.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }
  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  add(asset: Partial<StandInAsset> & Pick<StandInAsset, 'name' | 'uri'>): StandInAsset {
    const made: StandInAsset = {
      asset_id: (this.#count += 1).toString(16).padStart(32, '0'),
      ...{ start_date: '2020-01-01T00:00:00Z', end_date: '2099-01-01T00:00:00Z', duration: 10, mimetype: 'webpage' },
      ...{ is_enabled: true, nocache: false, play_order: 0, skip_asset_check: false, is_processing: false },
      ...asset,
    };
    this.assets.set(made.asset_id, made);
    return made;
  }
  isActive({ is_enabled, start_date, end_date }: StandInAsset): boolean {
    return is_enabled && Date.parse(start_date) < Date.now() && Date.now() < Date.parse(end_date);
  }
  /** what plays, in turn */
  playing(): StandInAsset[] {
    return [...this.assets.values()].filter((asset) => this.isActive(asset));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (this.instead?.(request, response) === true) return;
    const say = (status: number, value?: unknown, headers: Record<string, string> = {}) =>
      void response
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(value === undefined ? '' : JSON.stringify(value));
    const given = /^Basic (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    if (this.login !== undefined && Buffer.from(given, 'base64').toString('utf8') !== this.login)
      return say(401, 'Access denied', { 'www-authenticate': 'Basic realm="Anthias"' });
    const [, rest] = /^\/api\/v2\/(.+)$/.exec(request.url ?? '') ?? [];
    if (rest === undefined) return say(404);
    this.asked.push(`${request.method} ${rest}`);
    const body =
      chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>);
    this.#do(request.method ?? '', rest, body, say);
    if (this.playing().length > 0 || this.fewestActive < Infinity)
      this.fewestActive = Math.min(this.fewestActive, this.playing().length);
  }

  #do(
    method: string,
    rest: string,
    body: Record<string, unknown>,
    say: (status: number, value?: unknown) => void,
  ): void {
    const told = (asset: StandInAsset) => ({ ...asset, is_active: this.isActive(asset), is_reachable: true });
    if (rest === 'assets' && method === 'GET') return say(200, [...this.assets.values()].map(told));
    if (rest === 'assets' && method === 'POST') {
      const wrong = Object.keys(REQUIRED).filter((key) => !isOf(REQUIRED[key], body[key]));
      if (wrong.length > 0) return say(400, Object.fromEntries(wrong.map((key) => [key, ['Not a valid value.']])));
      if (String(body['mimetype']).includes('video') && body['duration'] !== 0)
        return say(500, { error: 'Duration must be zero for video assets.' });
      const names = new Set([...this.assets.values()].map(({ name }) => name));
      let name = String(body['name']);
      for (let i = 1; names.has(name); i += 1) name = `${String(body['name'])}-${i}`;
      return say(201, told(this.add({ ...(body as unknown as StandInAsset), name })));
    }
    const command = /^assets\/control\/(.+)$/.exec(rest)?.[1];
    if (command !== undefined && method === 'GET') {
      this.switchedTo.push(decodeURIComponent(command));
      return say(200, 'Asset switched');
    }
    const asset = this.assets.get(/^assets\/([^/]+)$/.exec(rest)?.[1] ?? '');
    if (!asset) return say(404, { detail: 'Not found.' });
    if (method === 'DELETE') {
      this.assets.delete(asset.asset_id);
      return say(204);
    }
    if (method !== 'PATCH') return say(405);
    for (const [key, value] of Object.entries(body)) {
      if (!isOf(CHANGEABLE[key], value)) return say(400, { [key]: ['Not a valid value.'] });
      Object.assign(asset, { [key]: value });
    }
    say(200, told(asset));
  }
}
