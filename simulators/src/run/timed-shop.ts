import { foreign, type Message } from '../devices/message.js';
import type { RunningShop } from '../faults/faulty-shop.js';
import type { Picture } from '../devices/picture-camera.js';

const CLOCK_TOPIC = 'aisle/v1/clock';

/** A shop that tells the time before what is said at it: for an agent whose clock is the shop's. */
export class TimedShop implements RunningShop {
  constructor(private readonly shop: RunningShop) {}

  get ts(): number {
    return this.shop.ts;
  }

  advance(): Message[] {
    const { ts } = this.shop;
    const said = this.shop.advance();
    return said.length === 0 ? said : [foreign('', CLOCK_TOPIC, String(ts)), ...said];
  }

  pictures(isReady: (deviceId: string) => boolean): Picture[] {
    return this.shop.pictures(isReady);
  }

  finish(): Message[] {
    return [foreign('', CLOCK_TOPIC, String(this.shop.ts)), ...this.shop.finish()];
  }
}
