import type { CameraView, ViewedPerson } from '../render/camera-view.js';
import type { CameraPose } from '../render/camera.js';
import { metres, message, type Message } from './message.js';

/** A picture that is still to be coded; its bytes are overwritten by the camera's next one. */
export interface Picture {
  readonly deviceId: string;
  readonly ts: number;
  readonly rgb: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly jpegQuality: number;
}

/** Labels of whom less is to be seen than this are not told as detections: no detector would find them. */
const LEAST_VISIBLE = 0.3;

/** A camera that sends what it sees: pictures, or, with a detector of its own, the boxes of people in them. */
export class PictureCamera {
  constructor(
    readonly deviceId: string,
    private readonly pose: CameraPose,
    private readonly jpegQuality: number,
    private readonly view: CameraView,
    /** within a frame's interval: cameras do not take their pictures at one instant */
    readonly phaseMs: number,
  ) {}

  picture(ts: number, people: readonly ViewedPerson[]): Picture {
    const { rgb } = this.view.draw(ts, people);
    const { width, height } = this.pose;
    return { deviceId: this.deviceId, ts, rgb, width, height, jpegQuality: this.jpegQuality };
  }

  detections(ts: number, people: readonly ViewedPerson[]): Message {
    const { labels } = this.view.draw(ts, people);
    const { width, height } = this.pose;
    const boxes = labels
      .filter(({ visible, box }) => visible >= LEAST_VISIBLE && box[2] > 2 && box[3] > 2)
      .map(({ box, foot, visible }) => ({
        x: metres(box[0]),
        y: metres(box[1]),
        w: metres(box[2]),
        h: metres(box[3]),
        score: metres(0.5 + visible / 2),
        foot: [metres(foot[0]), metres(foot[1])],
      }));
    return message(this.deviceId, 'camera/detections', { ts, width, height, boxes });
  }
}
