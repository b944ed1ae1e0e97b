import { createHash } from 'node:crypto';
import type { LoginAttempts } from '../ports/index.js';
import { LOGIN_RULES, keysOf, waitOf, type LoginLimits } from './login-limiter.js';

/** keys are asked for and kept as hashes: whoever reads the table learns no address and no account */
const hashOf = (key: string): string => createHash('sha256').update(key).digest('base64url');

/** The rules of `LoginLimiter` over what all processes of a cloud have seen together. */
export class SharedLoginLimiter implements LoginLimits {
  constructor(private readonly attempts: LoginAttempts) {}

  async waitSeconds(email: string, address: string): Promise<number> {
    const keys = keysOf(email, address).map(([rule, key]) => ({ rule, key: hashOf(key) }));
    const { failed, known } = await this.attempts.look(keys.map(({ key }) => key));
    const [pair] = keys as [(typeof keys)[number]];
    const waits = keys.map(({ rule, key }) => ({ rule, waitMs: failed.get(key)?.waitMs }));
    return Math.ceil(waitOf(waits, known.has(pair.key)) / 1000);
  }

  failed(email: string, address: string): Promise<void> {
    return this.attempts.failed(
      keysOf(email, address).map(([rule, key]) => {
        const { free, longestMs } = LOGIN_RULES[rule];
        return { key: hashOf(key), free, longestMs };
      }),
    );
  }

  async succeeded(email: string, address: string): Promise<void> {
    const keys = keysOf(email, address);
    const [[, pair]] = keys;
    const forgiven = keys.filter(([rule]) => rule !== 'address').map(([, key]) => hashOf(key));
    await this.attempts.succeeded(forgiven, hashOf(pair));
  }
}
