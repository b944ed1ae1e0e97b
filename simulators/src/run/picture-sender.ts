import type { Picture } from '../devices/picture-camera.js';

/** What coding and sending need of the outside. */
export interface PictureOutlet {
  /** red, green, blue bytes → a JPEG */
  encode(rgb: Uint8Array, width: number, height: number, quality: number): Promise<Buffer>;
  /** false when nobody takes it */
  offer(topic: string, payload: Buffer): boolean;
}

/** A shop further behind the clock than this takes no pictures: they would be old before they arrive. */
const LATEST_MS = 400;

/** Codes pictures and hands them on, one at a time of each camera: a machine that is behind leaves pictures out. */
export class PictureSender {
  private readonly busy = new Set<string>();
  sent = 0;
  skipped = 0;

  constructor(private readonly outlet: PictureOutlet) {}

  /** @param behindMs how far event time lies behind the clock */
  look(source: { pictures(isReady: (deviceId: string) => boolean): Picture[] }, behindMs: number): void {
    if (behindMs > LATEST_MS) return;
    const isReady = (deviceId: string) => {
      if (!this.busy.has(deviceId)) return true;
      this.skipped += 1;
      return false;
    };
    for (const picture of source.pictures(isReady)) void this.send(picture);
  }

  private async send({ deviceId, ts, rgb, width, height, jpegQuality }: Picture): Promise<void> {
    this.busy.add(deviceId);
    try {
      const jpeg = await this.outlet.encode(rgb, width, height, jpegQuality);
      if (this.outlet.offer(`aisle/v1/devices/${deviceId}/camera/frame/${ts}`, jpeg)) this.sent += 1;
    } finally {
      this.busy.delete(deviceId);
    }
  }
}
