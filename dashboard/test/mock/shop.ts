import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseStoreFile, type StoreFile } from '@aisle/contracts';

/** The demo shop that the simulator runs too, so that pictures of the mock look like the real thing. */
export function demoShop(): StoreFile {
  const file = parseStoreFile(readFileSync(above('simulators/shops/demo.yaml'), 'utf8'), 'demo.yaml');
  const known = new Set((file.devices ?? []).map((device) => device.id));
  return { ...file, devices: [...(file.devices ?? []), ...CAMERAS.filter((camera) => !known.has(camera.id))] };
}
/** Cameras that send pictures; the shop's own entries, where it has them, come first. */
const CAMERAS: NonNullable<StoreFile['devices']> = [
  { id: 'cam-2', name: { en: 'Dairy camera', zh: '乳品区摄像头' }, family: 'camera', dialect: 'aisle' },
  { id: 'cam-3', name: { en: 'Drinks camera', zh: '饮料区摄像头' }, family: 'camera', dialect: 'aisle' },
  { id: 'cam-4', name: { en: 'Door camera', zh: '门口摄像头' }, family: 'camera', dialect: 'aisle' },
];

/** How much a zone draws, and how it sells: 1 is average. */
export const ZONE_CHARACTER: Record<string, { draw: number; dwell: number; sells: number }> = {
  dairy: { draw: 1.5, dwell: 34, sells: 1.5 },
  drinks: { draw: 1.25, dwell: 26, sells: 1.15 },
  snacks: { draw: 1.1, dwell: 41, sells: 1.3 },
  staples: { draw: 0.8, dwell: 38, sells: 0.9 },
  care: { draw: 0.55, dwell: 52, sells: 0.72 },
  household: { draw: 0.4, dwell: 22, sells: 0.38 },
  'entrance-main': { draw: 2.1, dwell: 6, sells: 0 },
  'entrance-side': { draw: 0.9, dwell: 5, sells: 0 },
  'promo-front': { draw: 1.4, dwell: 18, sells: 1.05 },
  'promo-season': { draw: 0.35, dwell: 12, sells: 0.15 },
  checkout: { draw: 1.2, dwell: 96, sells: 0.62 },
  tasting: { draw: 0.5, dwell: 84, sells: 0 },
  'view-entrance': { draw: 1.6, dwell: 9, sells: 0 },
  'view-drinks': { draw: 1, dwell: 17, sells: 0 },
  'view-checkout': { draw: 1.1, dwell: 64, sells: 0 },
};

/** The nearest folder above this file that holds `name`. */
function above(name: string): string {
  for (let folder = path.dirname(fileURLToPath(import.meta.url)); ; folder = path.dirname(folder)) {
    const file = path.join(folder, name);
    if (existsSync(file)) return file;
    if (folder === path.dirname(folder)) throw new Error(`${name} was not found`);
  }
}
