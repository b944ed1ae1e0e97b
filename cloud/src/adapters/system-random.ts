import { randomBytes } from 'node:crypto';
import type { Random } from '../ports/random.js';

/** The machine's own chance. */
export class SystemRandom implements Random {
  float(): number {
    return Math.random();
  }
  secretBytes(length: number): Uint8Array {
    return randomBytes(length);
  }
}
