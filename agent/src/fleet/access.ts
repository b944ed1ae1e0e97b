import { createHash, timingSafeEqual } from 'node:crypto';
import { DEVICE_ROOT } from '@aisle/contracts';
import type { JournalEntry } from '../journal/record.js';
import type { Sender } from '../ports/broker.js';
import type { StatePart } from '../journal/state-part.js';

export interface SecretDigests {
  /** name → hex SHA-256 */
  integrators: Readonly<Record<string, string>>;
  /** device id → hex SHA-256 */
  devices: Readonly<Record<string, string>>;
  local: string;
}

/** Whether a secret has this hex SHA-256; takes the same time wherever they differ. */
export function matches(secret: string, digest: string): boolean {
  const given = createHash('sha256').update(secret).digest();
  const expected = Buffer.from(digest, 'hex');
  return expected.length === given.length && timingSafeEqual(given, expected);
}

/**
 * Who may log in, and what for: a device for its own topics, an integrator for all devices. What the cloud has given or
 * revoked comes before the file that the agent started with, and is kept with the journal.
 */
export class Access implements StatePart {
  readonly name = 'access';
  /** device id → hex SHA-256; null: revoked */
  #given = new Map<string, string | null>();

  constructor(
    private readonly digests: SecretDigests,
    /** topic filters of a device, beside its own root */
    private readonly filtersOf: (deviceId: string) => readonly string[] = () => [],
  ) {}

  apply({ event }: JournalEntry): void {
    if (event.kind === 'credential') this.#given.set(event.deviceId, event.sha256);
  }
  save(): unknown {
    return [...this.#given];
  }
  restore(data: unknown): void {
    this.#given = new Map(data as [string, string | null][]);
  }

  login(username: string | undefined, password: string | undefined): Sender | undefined {
    if (username === undefined || password === undefined) return undefined;
    const { integrators } = this.digests;
    if (Object.hasOwn(integrators, username))
      return matches(password, integrators[username] as string) ? { kind: 'integrator', name: username } : undefined;
    return this.isDevice(username, password) ? { kind: 'device', deviceId: username } : undefined;
  }

  isIntegrator(name: string): boolean {
    return Object.hasOwn(this.digests.integrators, name);
  }
  isDevice(deviceId: string, password: string): boolean {
    const digest = this.#digestOf(deviceId);
    return digest !== undefined && matches(password, digest);
  }
  /** Whether there is a password with which this device could log in. */
  hasAccount(deviceId: string): boolean {
    return this.#digestOf(deviceId) !== undefined;
  }
  isLocal(secret: string): boolean {
    return matches(secret, this.digests.local);
  }

  #digestOf(deviceId: string): string | undefined {
    const given = this.#given.get(deviceId);
    if (given !== undefined) return given ?? undefined;
    return Object.hasOwn(this.digests.devices, deviceId) ? this.digests.devices[deviceId] : undefined;
  }

  /** A filter lies within the rights when every topic that it can match does. */
  maySubscribe(sender: Sender, filter: string): boolean {
    if (sender.kind === 'integrator') return filter.startsWith(`${DEVICE_ROOT}/`);
    if (filter.startsWith(`${DEVICE_ROOT}/${sender.deviceId}/`) && !/[+#]/.test(sender.deviceId)) return true;
    // What a foreign device hears lies where it speaks: an ESPHome node listens below its own prefix.
    return this.filtersOf(sender.deviceId).some((own) =>
      own.endsWith('/#') ? !own.startsWith('+') && filter.startsWith(own.slice(0, -1)) : filter === own,
    );
  }
}
