import sharp from 'sharp';
import { fitHomography, imageOf, type Homography } from '../../agent/src/domain/floor/homography.js';
import type { Calibration } from '@aisle/contracts';

/** A camera that looks down on the left half of the test shop, and pictures of what it sees: a floor with lines every metre. */
export const VIEW: Calibration = {
  resolution: [640, 360],
  points: [
    { image: [150, 80], floor: [0, 0] },
    { image: [540, 70], floor: [12, 0] },
    { image: [630, 330], floor: [12, 6] },
    { image: [20, 345], floor: [0, 6] },
  ],
};
export const view: Homography = fitHomography(VIEW);

/** Where a point of the floor (metres) shows, pixels. */
export function pixelOf(x: number, y: number): [number, number] {
  const at = imageOf(view, x * 1000, y * 1000);
  if (!at) throw new Error('behind the camera');
  return at;
}

/** A JPEG of the floor with people standing on it (metres); `mark` is written into it. */
export async function shopPicture(people: readonly (readonly [number, number])[], mark = ''): Promise<Buffer> {
  const line = (a: readonly [number, number], b: readonly [number, number]) => {
    const [p, q] = [pixelOf(...a), pixelOf(...b)];
    return `<line x1="${p[0]}" y1="${p[1]}" x2="${q[0]}" y2="${q[1]}"/>`;
  };
  const lines: string[] = [];
  for (let x = 0; x <= 12; x += 1) lines.push(line([x, 0], [x, 6]));
  for (let y = 0; y <= 6; y += 1) lines.push(line([0, y], [12, y]));
  const dressed = people.map(([x, y], index) => {
    const [px, py] = pixelOf(x, y);
    const tall = 60 + py / 4;
    return `<g><ellipse cx="${px}" cy="${py}" rx="16" ry="6" fill="#0005"/><rect x="${px - 12}" y="${py - tall}" width="24" height="${tall}" rx="11" fill="hsl(${index * 97 + 20} 45% 42%)"/><circle cx="${px}" cy="${py - tall}" r="10" fill="#d8b190"/></g>`;
  });
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="640" height="360"><defs><linearGradient id="f" x2="0" y2="1"><stop stop-color="#9a958c"/><stop offset="1" stop-color="#c4bfb4"/></linearGradient></defs><rect width="640" height="360" fill="#77736b"/><polygon fill="url(#f)" points="${(
    [
      [0, 0],
      [12, 0],
      [12, 6],
      [0, 6],
    ] as const
  )
    .map(([x, y]) => pixelOf(x, y).join(','))
    .join(
      ' ',
    )}"/><g stroke="#8b867c" stroke-width="1.5">${lines.join('')}</g>${dressed.join('')}<text x="8" y="20" font-size="14" fill="#fff">${mark}</text></svg>`;
  return sharp(Buffer.from(svg)).jpeg({ quality: 85 }).toBuffer();
}

/** The box that a detector would give for a person there. */
export function boxOf(x: number, y: number, score = 0.9) {
  const [px, py] = pixelOf(x, y);
  const tall = 70 + py / 4;
  return { x: px - 14, y: py - tall, w: 28, h: tall, score, foot: [px, py] as [number, number] };
}
