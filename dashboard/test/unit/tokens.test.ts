import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync(new URL('../../src/styles/tokens.css', import.meta.url), 'utf8');
const [light, dark] = css.split("[data-theme='dark']").map(tokensOf) as [Map<string, string>, Map<string, string>];

function tokensOf(text: string): Map<string, string> {
  return new Map(
    [...text.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((match) => [match[1] as string, match[2] as string]),
  );
}
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const GROUNDS = ['canvas', 'surface', 'raised', 'sunken', 'hover', 'floor'];
const PAIRS: [string, string][] = [
  ...['ink', 'ink-2', 'ink-3', 'accent'].flatMap((text) => GROUNDS.map((ground): [string, string] => [text, ground])),
  ...['better', 'worse', 'alarm'].flatMap((text) =>
    ['surface', 'raised', `${text}-soft`].map((ground): [string, string] => [text, ground]),
  ),
  ['ink', 'better-strong'],
  ['ink', 'worse-strong'],
  ['accent', 'accent-soft'],
  ['accent-ink', 'accent'],
  ['sign-ink', 'bezel'],
];

describe.each([
  ['light', light],
  ['dark', dark],
])('colours of the %s theme', (_name, tokens) => {
  it.each(PAIRS)('%s can be read on %s (4.5 : 1)', (text, ground) => {
    const [front, back] = [tokens.get(text), tokens.get(ground)];
    expect(front, text).toBeDefined();
    expect(back, ground).toBeDefined();
    expect(contrast(front as string, back as string)).toBeGreaterThanOrEqual(4.5);
  });
});

it('both themes define the same colours', () => {
  expect([...dark.keys()].sort()).toEqual([...light.keys()].sort());
});
