import { encode } from 'uqr';
import { tag } from './draw.js';

/** Dark on white with the quiet zone of four modules that readers need (ISO/IEC 18004 §9.1). */
export function qr(text: string): HTMLElement {
  const { data, size } = encode(text, { ecc: 'M', border: 4 });
  let path = '';
  data.forEach((row, y) => row.forEach((dark, x) => (path += dark ? `M${x} ${y}h1v1h-1z` : '')));
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', `0 0 ${size} ${size}`);
  svg.setAttribute('shape-rendering', 'crispEdges');
  const shape = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  shape.setAttribute('d', path);
  svg.append(shape);
  const frame = tag('div', 'qr');
  frame.append(svg);
  return frame;
}
