/** The buffers of one picture, made once and used for every frame. */
export class Canvas {
  /** red, green, blue of each pixel; clamped on writing */
  readonly rgb: Uint8ClampedArray;
  /** depth along the camera's axis in metres of what is drawn there */
  readonly depth: Float32Array;
  /** whom the pixel shows: 0 the shop, else the person's number in this frame, from 1 */
  readonly owner: Uint8Array;
  /** the last person whose silhouette covers the pixel, hidden or not */
  readonly mark: Uint8Array;

  constructor(
    readonly width: number,
    readonly height: number,
  ) {
    this.rgb = new Uint8ClampedArray(width * height * 3);
    this.depth = new Float32Array(width * height).fill(1e9);
    this.owner = new Uint8Array(width * height);
    this.mark = new Uint8Array(width * height);
  }

  /** Takes over another canvas' picture and depth; nobody is on it. */
  copyFrom(background: Canvas): void {
    this.rgb.set(background.rgb);
    this.depth.set(background.depth);
    this.owner.fill(0);
    this.mark.fill(0);
  }
}

/** What a person's drawing covers, in pixels: hidden or not, clipped to the picture. */
export interface Silhouette {
  left: number;
  top: number;
  /** exclusive */
  right: number;
  bottom: number;
  pixels: number;
}

export const emptySilhouette = (): Silhouette => ({ left: 1e9, top: 1e9, right: -1, bottom: -1, pixels: 0 });
