import type { PlanView } from '../http/camera-api.js';
import { draw, path } from './surface.js';
import { named } from './words.js';

/** The floor plan as shapes, metres. @param unit metres per pixel of the screen, so that letters keep their size */
export function planShapes(plan: PlanView, unit: number): SVGElement[] {
  const shapes = [draw('rect', { class: 'wall', x: 0, y: 0, width: plan.width, height: plan.depth })];
  for (const { polygon } of plan.zones) shapes.push(draw('path', { class: 'zone', d: path(polygon, true) }));
  for (const { x, y, width, depth } of plan.fixtures)
    shapes.push(draw('rect', { class: 'fixture', x, y, width, height: depth }));
  for (const { line } of plan.entrances) shapes.push(draw('path', { class: 'door', d: path(line, false) }));
  for (const { polygon, name } of plan.zones) {
    const xs = polygon.map(([x]) => x);
    const ys = polygon.map(([, y]) => y);
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const size = 11 * unit;
    const text = named(name);
    if ((right - left) / (text.length * 0.62) < size || bottom - top < size * 1.4) continue;
    shapes.push(
      draw(
        'text',
        { class: 'zonename', x: (left + right) / 2, y: (top + bottom) / 2 + size / 3, 'font-size': size },
        text,
      ),
    );
  }
  return shapes;
}
