import { Tensor } from 'onnxruntime-node';
import type { ModelManifest } from '../../config/model-manifest.js';
import type { Letterbox } from '../../domain/detection/letterbox.js';

/** A model's input, allocated once. Only what a picture covers is written for each picture. */
export class InputTensor {
  readonly tensor: Tensor;
  private readonly data: Float32Array | Uint8Array;
  /** what each byte of a picture becomes, per channel of the model, one after the other */
  private readonly table = new Float32Array(3 * 256);
  /** where the fill was last left free, as text */
  private filled = '';

  constructor(private readonly input: ModelManifest['input']) {
    const { width, height, type, layout } = input;
    const length = width * height * 3;
    const dims = layout === 'nchw' ? [1, 3, height, width] : [1, height, width, 3];
    if (type === 'uint8') {
      const data = new Uint8Array(length);
      this.data = data;
      this.tensor = new Tensor('uint8', data, dims);
    } else {
      const data = new Float32Array(length);
      this.data = data;
      this.tensor = new Tensor('float32', data, dims);
    }
    for (let channel = 0; channel < 3; channel += 1) {
      const mean = input.mean[channel] as number;
      const std = input.std[channel] as number;
      for (let byte = 0; byte < 256; byte += 1) this.table[channel * 256 + byte] = (byte * input.scale - mean) / std;
    }
  }

  /** @param pixels red, green, blue, `box.width` × `box.height` */
  write(pixels: Uint8Array, box: Letterbox): void {
    const { width, height, layout, channels } = this.input;
    const place = `${box.left},${box.top},${box.width},${box.height}`;
    if (place !== this.filled) {
      if (box.width !== width || box.height !== height) this.fill();
      this.filled = place;
    }
    if (layout === 'nchw') {
      for (let channel = 0; channel < 3; channel += 1)
        this.writePlane(pixels, box, channel, channels === 'rgb' ? channel : 2 - channel);
    } else if (this.data instanceof Uint8Array && channels === 'rgb') this.copyRows(pixels, box, this.data);
    else this.writeInterleaved(pixels, box);
  }

  private fill(): void {
    const { width, height, layout, fill } = this.input;
    const plane = width * height;
    for (let channel = 0; channel < 3; channel += 1) {
      const value = this.table[channel * 256 + fill] as number;
      if (layout === 'nchw') this.data.fill(value, channel * plane, (channel + 1) * plane);
      else for (let i = channel; i < this.data.length; i += 3) this.data[i] = value;
    }
  }

  /** The bytes as they are. */
  private copyRows(pixels: Uint8Array, box: Letterbox, data: Uint8Array): void {
    const row = this.input.width * 3;
    const start = box.top * row + box.left * 3;
    const length = box.width * 3;
    if (length === row) data.set(pixels, start);
    else
      for (let y = 0; y < box.height; y += 1) data.set(pixels.subarray(y * length, (y + 1) * length), start + y * row);
  }

  private writePlane(pixels: Uint8Array, box: Letterbox, channel: number, from: number): void {
    const { data, table } = this;
    const { width, height } = this.input;
    const base = channel * 256;
    let source = from;
    for (let y = 0; y < box.height; y += 1) {
      const start = channel * width * height + (box.top + y) * width + box.left;
      const end = start + box.width;
      for (let at = start; at < end; at += 1, source += 3)
        data[at] = table[base + (pixels[source] as number)] as number;
    }
  }

  private writeInterleaved(pixels: Uint8Array, box: Letterbox): void {
    const { data, table } = this;
    const [first, third] = this.input.channels === 'rgb' ? [0, 2] : [2, 0];
    let source = 0;
    for (let y = 0; y < box.height; y += 1) {
      let at = ((box.top + y) * this.input.width + box.left) * 3;
      for (let x = 0; x < box.width; x += 1, source += 3, at += 3) {
        data[at] = table[pixels[source + first] as number] as number;
        data[at + 1] = table[256 + (pixels[source + 1] as number)] as number;
        data[at + 2] = table[512 + (pixels[source + third] as number)] as number;
      }
    }
  }
}
