import { AisleError, type Remedy } from '@aisle/contracts';

/** Finds people in pictures. Implementations never write a picture anywhere, and keep none beyond the call. */
export interface Detector {
  readonly model: DetectorModel;
  /**
   * One picture → the people in it. Calls may overlap; they are answered in order of arrival.
   * @param picture JPEG, PNG or the like; not touched afterwards
   * @throws PictureError when the bytes are no picture, or one that is not taken
   */
  detect(picture: Uint8Array): Promise<Detections>;
  close(): Promise<void>;
}

export interface DetectorModel {
  name: string;
  /** of the model file, hex */
  sha256: string;
  /** from this score on it takes a box for a person; left out where it does not say */
  scoreThreshold?: number;
}

export interface Detections {
  /** of the picture as it came, whole pixels */
  width: number;
  height: number;
  /** best first; pixels of the picture as it came */
  boxes: DetectedPerson[];
}

export interface DetectedPerson {
  x: number;
  y: number;
  w: number;
  h: number;
  /** 0 to 1 */
  score: number;
  /** where the person stands; the middle of the lower edge where the model does not say */
  foot: [x: number, y: number];
  /**
   * Signed distance of the shoulders over the height of the body: about 0.2 for who faces the camera, −0.2 for who turns
   * their back, near 0 for who stands side on; left out where the model sees no shoulders
   */
  facing?: number;
}

/** Why a picture was not looked at, in words that name what was expected. Counted as `picture`. */
export class PictureError extends AisleError {
  readonly code = 'picture';
}

/** The detector is not running just now: it broke or is being started again. Another picture may be answered. */
export class DetectorDownError extends AisleError {
  override readonly name = 'DetectorDownError';
  readonly code = 'detectorDown';

  override get remedy(): Remedy {
    return 'retry';
  }
}
