import type { Message } from '../devices/message.js';
import type { Picture } from '../devices/picture-camera.js';
import type { FaultyLine } from './line.js';

/** What a runner moves on. */
export interface RunningShop {
  /** event time, epoch ms */
  readonly ts: number;
  advance(): Message[];
  pictures(isReady: (deviceId: string) => boolean): Picture[];
  finish(): Message[];
}

/** A shop whose messages go over a line with faults. Its truth is that of the shop. */
export class FaultyShop implements RunningShop {
  constructor(
    private readonly shop: RunningShop,
    private readonly line: FaultyLine,
    /** told of every step's time */
    private readonly onStep: (ts: number) => void = () => undefined,
  ) {}

  get ts(): number {
    return this.shop.ts;
  }

  advance(): Message[] {
    const { ts } = this.shop;
    this.onStep(ts);
    return this.line.pass(this.shop.advance(), ts);
  }

  pictures(isReady: (deviceId: string) => boolean): Picture[] {
    return this.shop.pictures(isReady);
  }

  finish(): Message[] {
    return this.line.finish(this.shop.finish());
  }
}
