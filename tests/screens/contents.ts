import { readFileSync } from 'node:fs';
import path from 'node:path';
import sharp from 'sharp';
import type { AgentItem, ShownTemplate, StoreFile } from '@aisle/contracts';
import { filledTemplate } from '../../agent/src/screens/player-list.js';
import { ffmpeg, type PlayerRig } from './rig.js';

/** Something to show, and what it must look like. */
export interface Content {
  name: string;
  item: AgentItem;
  /** colours of its tiles, row by row, where it is made of tiles; templates are known by a picture that was looked at */
  tiles?: [number, number, number][];
}
export const filledTemplateOf = (store: StoreFile, item: AgentItem): ShownTemplate | undefined =>
  filledTemplate(store, item);

/** Tiles across and down. */
export const TILES = 4;
const WIDTH = 1280;
const HEIGHT = 720;

/** Products whose pictures come from another server than the shop's. */
export const shop = (pictures: readonly string[] = []): StoreFile => ({
  store: { id: 'demo', name: { en: 'Demo shop', zh: '示范店' }, timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 20, depth: 10 },
  products: ['06901234567892', '06901234567908', '06901234567915'].map((gtin, n) => ({
    ...{ gtin, category: 'dairy', price: 12.5 + n, wasPrice: 15.9 + n },
    name: [
      { en: 'Fresh milk 1 l', zh: '鲜牛奶 1升' },
      { en: 'Orange juice 900 ml', zh: '鲜榨橙汁 900毫升' },
      { en: 'Dark chocolate 100 g', zh: '黑巧克力 100克' },
    ][n] as { en: string; zh: string },
    measure: { amount: [1, 0.9, 0.1][n] ?? 1, unit: (['l', 'l', 'kg'] as const)[n] ?? 'l' },
    ...(pictures[n] !== undefined && { picture: pictures[n] }),
  })),
  devices: [{ id: 'screen-1', family: 'screen', dialect: 'aisle' }],
});

/** Colours far apart, none of them what a page is without anything. */
const LEVELS = [40, 140, 230] as const;
function tilesOf(n: number): [number, number, number][] {
  return Array.from({ length: TILES * TILES }, (_, at) => {
    // a step that has nothing in common with 26 goes through all colours but the first
    const colour = 1 + ((n * 7 + at * 5) % 26);
    return [LEVELS[colour % 3], LEVELS[Math.floor(colour / 3) % 3], LEVELS[Math.floor(colour / 9) % 3]] as [
      number,
      number,
      number,
    ];
  });
}

const pngOf = (tiles: [number, number, number][]): Promise<Buffer> =>
  sharp(Buffer.from(tiles.flat()), { raw: { width: TILES, height: TILES, channels: 3 } })
    .resize(WIDTH, HEIGHT, { fit: 'fill', kernel: 'nearest' })
    .png()
    .toBuffer();

const item = (contentId: string, more: Partial<AgentItem>): AgentItem => ({
  ...{ contentId, gtins: [], category: 'dairy', weight: 1 },
  ...more,
});

/** Pictures, templates and videos in turn, no two alike. */
export async function makeContents(rig: PlayerRig): Promise<Content[]> {
  const pictures: Content[] = [];
  const videos: Content[] = [];
  for (const [n, type] of (['image/png', 'image/jpeg', 'image/webp', 'image/png'] as const).entries()) {
    const tiles = tilesOf(n);
    const png = sharp(await pngOf(tiles));
    const bytes = await (type === 'image/png' ? png.png() : type === 'image/jpeg' ? png.jpeg() : png.webp()).toBuffer();
    pictures.push({ name: `picture ${n}`, tiles, item: item(`picture-${n}`, { file: rig.file(bytes, type) }) });
  }
  for (const n of [4, 5, 6]) {
    const tiles = tilesOf(n);
    const still = path.join(rig.folder, `still-${n}.png`);
    await sharp(await pngOf(tiles)).toFile(still);
    const [extension, codec, type] =
      n === 5 ? (['mp4', 'libx264', 'video/mp4'] as const) : (['webm', 'libvpx', 'video/webm'] as const);
    const film = path.join(rig.folder, `film-${n}.${extension}`);
    await ffmpeg([
      ...['-loop', '1', '-i', still, '-t', '2', '-r', '25', '-c:v', codec, '-b:v', '2M', '-pix_fmt', 'yuv420p'],
      ...[
        '-colorspace',
        'bt709',
        '-color_primaries',
        'bt709',
        '-color_trc',
        'bt709',
        '-vf',
        'scale=out_color_matrix=bt709',
      ],
      film,
    ]);
    videos.push({
      name: `video ${n}`,
      tiles,
      item: item(`video-${n}`, { file: rig.file(readFileSync(film), type, 2) }),
    });
  }
  const [one, two, three] = (rig.storeFile.products ?? []).map(({ gtin }) => gtin) as [string, string, string];
  const templates: Content[] = [
    { name: 'product', item: item('product-1', { template: 'product', gtins: [one] }) },
    { name: 'offer', item: item('offer-1', { template: 'offer', gtins: [two] }) },
    { name: 'several', item: item('several-1', { template: 'several', gtins: [one, two, three] }) },
    { name: 'another product', item: item('product-2', { template: 'product', gtins: [three] }) },
  ];
  const all: Content[] = [];
  for (let n = 0; n < 4; n += 1)
    for (const kind of [pictures, templates, videos]) if (kind[n]) all.push(kind[n] as Content);
  return all;
}
