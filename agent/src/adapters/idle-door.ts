/**
 * Connections of one address that have not logged in. Raising it helps where many devices come through one address at once (after a power cut);
 * lowering it leaves less to whoever only opens connections.
 */
const MOST_OF_ADDRESS = 64;

/** Who stands at the door without having said who they are: of one address only so many, the oldest gives way. */
export class IdleDoor<T extends object> {
  /** connection → address, the oldest first */
  readonly #idle = new Map<T, string>();
  readonly #byAddress = new Map<string, number>();

  constructor(private readonly mostOfAddress = MOST_OF_ADDRESS) {}

  /** @returns the one that must give way, if any */
  enter(connection: T, address: string): T | undefined {
    this.#idle.set(connection, address);
    const count = (this.#byAddress.get(address) ?? 0) + 1;
    this.#byAddress.set(address, count);
    if (count <= this.mostOfAddress) return undefined;
    const oldest = [...this.#idle].find(([, of]) => of === address)?.[0];
    if (oldest) this.leave(oldest);
    return oldest;
  }

  /** It has logged in, or is gone. */
  leave(connection: T): void {
    const address = this.#idle.get(connection);
    if (address === undefined) return;
    this.#idle.delete(connection);
    const count = (this.#byAddress.get(address) ?? 1) - 1;
    if (count > 0) this.#byAddress.set(address, count);
    else this.#byAddress.delete(address);
  }

  /** The one of all that has stood there longest. */
  oldest(): T | undefined {
    const connection = this.#idle.keys().next().value;
    if (connection) this.leave(connection);
    return connection;
  }
}
