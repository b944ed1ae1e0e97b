import type { Msg, NatsConnection } from '@nats-io/transport-node';
import type { Clock } from '../../ports/clock.js';

/** A client, as the servers tell of it: `auth` shows who it logged in as. */
interface Client {
  cid?: number;
  id?: number;
  jwt?: string;
  name_tag?: string;
}
interface Advisory {
  server: { id: string };
  client: Client & { user?: string; host?: string };
}
interface ConnzPage {
  server: { id: string };
  data: { total: number; offset: number; limit: number; connections?: Client[] };
}

export interface ConnectionParts {
  system: NatsConnection;
  /** the agents' account */
  account: string;
  clock: Clock;
  connected(storeId: string): void;
  disconnected(storeId: string): void;
  refusedLogin(name: string): void;
  log: { warn(details: object, message: string): void };
}

const PAGE = 1024;
const ANSWER_MS = 1_000;
/** what no server told, because it ended: noticed by then */
const RECONCILE_MS = 30_000;
/** servers that lose one another say so within moments of each other */
const SOON_MS = 500;

/** Which agents are connected, to whichever server. Servers tell of each that comes and goes; what they could not tell is asked for. */
export class AgentConnections {
  /** by store: its connections, `SERVER CLIENT` */
  readonly #agents = new Map<string, Set<string>>();
  readonly #stops: (() => void)[] = [];
  #soon: (() => void) | undefined;
  #asking: Promise<void> | undefined;
  #changes = 0;

  constructor(private readonly parts: ConnectionParts) {}

  has(storeId: string): boolean {
    return this.#agents.has(storeId);
  }

  async start(): Promise<void> {
    const { system, account, clock } = this.parts;
    const on = (subject: string, told: (advisory: Advisory) => void): void => {
      const subscription = system.subscribe(subject, {
        callback: (error, message: Msg) => void (error ?? told(message.json<Advisory>())),
      });
      this.#stops.push(() => subscription.unsubscribe());
    };
    on(`$SYS.ACCOUNT.${account}.CONNECT`, ({ server, client }) => {
      const storeId = agentOf(client);
      if (storeId === undefined) return;
      this.#changes += 1;
      this.#came(storeId, `${server.id} ${client.id}`);
    });
    on(`$SYS.ACCOUNT.${account}.DISCONNECT`, ({ server, client }) => {
      const storeId = agentOf(client);
      if (storeId === undefined) return;
      this.#changes += 1;
      this.#went(storeId, `${server.id} ${client.id}`);
    });
    on('$SYS.SERVER.*.CLIENT.AUTH.ERR', ({ client }) => this.parts.refusedLogin(client.user ?? client.host ?? ''));
    this.#stops.push(clock.every(RECONCILE_MS, () => void this.reconcile()));
    await this.reconcile();
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
    this.#soon?.();
  }

  /** Servers have come or gone: asks soon. */
  changed(): void {
    this.#soon?.();
    this.#soon = this.parts.clock.after(SOON_MS, () => void this.reconcile());
  }

  /** Asks all servers who is there, and takes that for what is. */
  reconcile(): Promise<void> {
    this.#asking ??= this.#reconcile()
      .catch((error: unknown) =>
        this.parts.log.warn({ reason: (error as Error).message }, 'who is connected to NATS cannot be asked now'),
      )
      .finally(() => (this.#asking = undefined));
    return this.#asking;
  }

  async #reconcile(): Promise<void> {
    const changes = this.#changes;
    const found = await this.#ask();
    // somebody came or went meanwhile: what was asked is of before
    if (changes !== this.#changes) return this.changed();
    for (const [storeId, keys] of [...this.#agents])
      for (const key of [...keys]) if (!found.get(storeId)?.has(key)) this.#went(storeId, key);
    for (const [storeId, keys] of found) for (const key of keys) this.#came(storeId, key);
  }

  async #ask(): Promise<Map<string, Set<string>>> {
    const found = new Map<string, Set<string>>();
    for (let offset = 0, more = true; more; offset += PAGE) {
      more = false;
      const question = JSON.stringify({ acc: this.parts.account, auth: true, limit: PAGE, offset, sort: 'cid' });
      const answers = await this.parts.system.requestMany('$SYS.REQ.SERVER.PING.CONNZ', question, {
        strategy: 'stall',
        maxWait: ANSWER_MS,
        stall: ANSWER_MS / 2,
      });
      for await (const answer of answers) {
        const { server, data } = answer.json<ConnzPage>();
        if (!data) continue;
        more ||= data.total > offset + PAGE;
        for (const client of data.connections ?? []) {
          const storeId = agentOf(client);
          if (storeId === undefined) continue;
          const keys = found.get(storeId) ?? new Set();
          found.set(storeId, keys.add(`${server.id} ${client.cid}`));
        }
      }
    }
    return found;
  }

  #came(storeId: string, key: string): void {
    const keys = this.#agents.get(storeId) ?? new Set<string>();
    if (keys.has(key)) return;
    this.#agents.set(storeId, keys.add(key));
    this.parts.connected(storeId);
  }

  #went(storeId: string, key: string): void {
    const keys = this.#agents.get(storeId);
    if (!keys?.delete(key) || keys.size > 0) return;
    this.#agents.delete(storeId);
    this.parts.disconnected(storeId);
  }
}

/** A shop's name; the cloud's own account has one that no shop can have. */
const AGENT = /^[A-Za-z0-9][A-Za-z0-9_.:-]{0,63}$/;

/** Whose account it is: what the cloud wrote into it, never what the client says of itself. */
function agentOf({ jwt, name_tag: tag }: Client): string | undefined {
  const name = tag ?? nameIn(jwt);
  return name !== undefined && AGENT.test(name) ? name : undefined;
}

function nameIn(jwt: string | undefined): string | undefined {
  try {
    return (JSON.parse(Buffer.from(jwt?.split('.')[1] ?? '', 'base64url').toString('utf8')) as { name?: string }).name;
  } catch {
    return undefined;
  }
}
