import { PictureError, type DetectedPerson, type Detections, type Detector } from '../../agent/src/ports/detector.js';

/** Answers every JPEG with the same people: for tests of everything around a detector. */
export class ScriptedDetector implements Detector {
  readonly model = { name: 'scripted', sha256: '5c'.repeat(32) };
  people: DetectedPerson[] = [];
  looked = 0;
  /** how long it takes, ms */
  slowness = 0;

  async detect(picture: Uint8Array): Promise<Detections> {
    this.looked += 1;
    if (this.slowness > 0) await new Promise((resolve) => setTimeout(resolve, this.slowness));
    if (picture[0] !== 0xff || picture[1] !== 0xd8) throw new PictureError('is no picture; expected a JPEG');
    return { width: 640, height: 360, boxes: this.people };
  }
  async close(): Promise<void> {}
}
