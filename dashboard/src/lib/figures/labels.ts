import type { Fixture, Zone } from '@aisle/contracts';
import { boundsOf, centreOf } from './zones.js';

/** Where words stand on the floor plan. All in pixels of the plan; nothing is cut off: what does not fit is left out. */
export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}
export interface ZoneLabel {
  x: number;
  y: number;
  mode: 'stacked' | 'inline' | 'value' | 'name' | 'none';
}

/** A fixture's box on the floor, in metres: `at` is the corner nearest the origin, `size` is along the front and deep. */
export function fixtureBox(fixture: Fixture): Box | null {
  if (!fixture.at || !fixture.size) return null;
  const [x, y] = fixture.at;
  const turned = Math.abs(Math.round((fixture.facingDegrees ?? 0) / 90)) % 2 === 1;
  const [width, depth] = turned ? [fixture.size[1], fixture.size[0]] : fixture.size;
  return { left: x, top: y, right: x + width, bottom: y + depth };
}

const overlaps = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/**
 * The roomiest way to write a zone's name and value: one above the other, side by side, the value alone, or nothing;
 * nearest to its middle and clear of fixtures.
 */
export function placeLabel(
  zone: Zone,
  obstacles: readonly Box[],
  scale: number,
  widths: { name: number; value: number; size: number },
  hasValue: boolean,
): ZoneLabel {
  const bounds = boundsOf(zone.polygon);
  const [cx, cy] = centreOf(zone.polygon);
  const box: Box = {
    left: bounds.left * scale,
    top: bounds.top * scale,
    right: bounds.right * scale,
    bottom: bounds.bottom * scale,
  };
  const near = obstacles.map((o): Box => ({
    left: o.left * scale,
    top: o.top * scale,
    right: o.right * scale,
    bottom: o.bottom * scale,
  }));
  const modes = hasValue
    ? ([
        ['stacked', Math.max(widths.name, widths.value), widths.size + 17],
        ['inline', widths.name + widths.value + 6, 22],
        ['value', widths.value, 20],
      ] as const)
    : ([['name', widths.name, 18]] as const);
  const room = (box.bottom - box.top) / 2;
  for (const [mode, width, height] of modes) {
    for (let step = 0; step <= 12; step += 1) {
      for (const sign of step === 0 ? [1] : [1, -1]) {
        const y = cy * scale + (sign * step * room) / 12;
        const x = cx * scale;
        const at: Box = {
          left: x - width / 2 - 3,
          right: x + width / 2 + 3,
          top: y - height / 2,
          bottom: y + height / 2,
        };
        if (at.left < box.left || at.right > box.right || at.top < box.top || at.bottom > box.bottom) continue;
        if (near.some((obstacle) => overlaps(at, obstacle))) continue;
        return { x, y, mode };
      }
    }
  }
  return { x: cx * scale, y: cy * scale, mode: 'none' };
}

/** Width of a text without a canvas: Chinese is square, Latin a bit over half. */
export function estimateWidth(text: string, size: number): number {
  let width = 0;
  for (const character of text) width += (character.codePointAt(0) ?? 0) > 0x2e7f ? size : size * 0.58;
  return width;
}
