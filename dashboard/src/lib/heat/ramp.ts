import { interpolateInferno, interpolateYlOrRd } from 'd3-scale-chromatic';

export type Theme = 'light' | 'dark';

/** Colours of 0…1 as 256 RGBA steps: perceptually even, transparent at zero, safe for colour-blind eyes. */
export function rampOf(theme: Theme): Uint8ClampedArray {
  const ramp = new Uint8ClampedArray(256 * 4);
  for (let index = 0; index < 256; index += 1) {
    const t = index / 255;
    const [red, green, blue] = rgb(
      theme === 'dark' ? interpolateInferno(0.24 + 0.74 * t) : interpolateYlOrRd(0.14 + 0.84 * t),
    );
    ramp[index * 4] = red;
    ramp[index * 4 + 1] = green;
    ramp[index * 4 + 2] = blue;
    ramp[index * 4 + 3] = Math.round(255 * 0.94 * Math.min(1, t / 0.22) ** 0.9);
  }
  return ramp;
}

function rgb(text: string): [number, number, number] {
  if (text.startsWith('#')) {
    const value = Number.parseInt(text.slice(1), 16);
    return [value >> 16, (value >> 8) & 255, value & 255];
  }
  const [red = 0, green = 0, blue = 0] = (text.match(/\d+/g) ?? []).map(Number);
  return [red, green, blue];
}
