import pg from 'pg';
import type { PostgresHost } from './postgres-address.js';

/** what the server says while it is not one that can be used: tried again, as when it cannot be reached */
const CANNOT_CONNECT_NOW = '57P03';

type Connected = ((error: Error) => void) | ((error: null, client: pg.Client) => void);
type Done = (error: Error | undefined, client?: pg.PoolClient, release?: (error?: Error | boolean) => void) => void;

/**
 * Connections to whichever of several servers takes writes: a primary, or the standby that has taken its place. A server that is away, or
 * only follows another, is passed over. The driver knows one host each, so that each new connection is given its own.
 */
export class HostsInTurn extends pg.Pool {
  readonly #hosts: readonly PostgresHost[];

  constructor(settings: pg.PoolConfig, hosts: readonly PostgresHost[]) {
    let at = 0;
    class OfOneHost extends pg.Client {
      readonly #at = at;
      constructor(config: pg.ClientConfig) {
        // a pool hides its password from being copied
        super({ ...config, password: config.password, ...hosts[at % hosts.length] });
      }

      /** As the driver's own: by promise, or by call, which is how a pool does it. */
      override connect(): Promise<pg.Client>;
      override connect(callback: Connected): void;
      override connect(callback?: Connected): Promise<pg.Client> | void {
        const connecting = super
          .connect()
          .then(() => this.#mustTakeWrites())
          .catch((error: unknown) => {
            // of several that fail side by side only the first turns to the next host
            if (this.#at === at) at += 1;
            throw error;
          });
        if (!callback) return connecting.then(() => this);
        connecting.then(() => (callback as () => void)(), callback as (error: Error) => void);
      }

      async #mustTakeWrites(): Promise<void> {
        const { rows } = await this.query<{ follows: boolean }>('SELECT pg_is_in_recovery() AS follows');
        if (rows[0]?.follows !== true) return;
        // nobody waits for it to say good-bye
        this.end().catch(() => undefined);
        throw Object.assign(new Error(`${this.host}:${this.port} only follows another server`), {
          code: CANNOT_CONNECT_NOW,
        });
      }
    }
    // the driver asks the pool's own settings for the class of its connections
    super({ ...settings, Client: OfOneHost } as unknown as pg.PoolConfig);
    this.#hosts = hosts;
  }

  /** Tries every host once. @throws the last one's error */
  override connect(): Promise<pg.PoolClient>;
  override connect(callback: Done): void;
  override connect(callback?: Done): Promise<pg.PoolClient> | void {
    const connecting = this.#connect();
    if (!callback) return connecting;
    connecting.then(
      (client) => callback(undefined, client, (error) => client.release(error)),
      (error: unknown) => callback(error as Error, undefined, () => undefined),
    );
  }

  async #connect(): Promise<pg.PoolClient> {
    for (let left = this.#hosts.length - 1; ; left -= 1) {
      try {
        return await super.connect();
      } catch (error) {
        if (left === 0) throw error;
      }
    }
  }
}
