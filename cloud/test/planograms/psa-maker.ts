import { codePage } from '../../src/planograms/psa/code-page.js';
import { COLUMNS, WIDTHS } from '../../src/planograms/psa/planogram.js';

/** PSA files of our own making: the row types and widths of a version, with goods that nobody sells. */
export const VERSIONS = Object.keys(WIDTHS);

export interface MadeUp {
  version: string;
  planograms: number;
  fixtures: number;
  /** of each fixture */
  positions: number;
  random: () => number;
}

/** Uniform in [0, 1): Mulberry32, so that a failure can be repeated. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export function makePsa({ version, planograms, fixtures, positions, random }: MadeUp): Uint8Array {
  const widths = WIDTHS[version] as Record<string, number>;
  const row = (type: string, cells: Record<number, string | number>): string =>
    [type, ...Array.from({ length: widths[type] as number }, (_, index) => String(cells[index + 1] ?? ''))].join(',');
  const { Product, Planogram, Fixture, Position } = COLUMNS;
  const goods = Array.from({ length: fixtures * positions }, (_, index) => String(2_000_000_000_000 + index * 17));
  const lines = [
    'PROSPACE SCHEMATIC FILE',
    `; Version ${version}`,
    '; Codepage=1252',
    row('Project', { 1: 'Réassort d’été' }),
    'Project2,made up',
    ...goods.flatMap((code, index) => [
      row('Product', { [Product.code]: code, [Product.name]: `Lait n° ${index}\\, frais`, [Product.category]: 'x' }),
      `ProductCalc,${index}`,
    ]),
  ];
  for (let gondola = 0; gondola < planograms; gondola += 1) {
    lines.push(row('Planogram', { [Planogram.name]: `Gondola ${gondola + 1}`, [Planogram.width]: 100 }));
    lines.push(row('Segment', {}), row('Performance', { 1: goods[0] as string }));
    for (let level = 0; level < fixtures; level += 1) {
      const shelf = { [Fixture.type]: 0, [Fixture.name]: `Shelf ${level + 1}`, [Fixture.x]: gondola * 100 };
      lines.push(row('Fixture', { ...shelf, [Fixture.width]: 100, [Fixture.y]: level * 40 }), `FixtureEx,${level}`);
      for (let at = 0; at < positions; at += 1) {
        const width = 100 / positions;
        const place = { [Position.code]: goods[level * positions + at] as string, [Position.x]: at * width };
        const size = { [Position.width]: width, [Position.wide]: 1 + Math.floor(random() * 4) };
        lines.push(row('Position', { ...place, ...size, [Position.rank]: at + 1 }), `PositionCalc,${at}`);
      }
    }
  }
  lines.push('Drawing,1,a note');
  return codePage(1252)?.encode(`${lines.join('\r\n')}\r\n`) as Uint8Array;
}

/** One to four faults of the kinds that files suffer: bytes turned, lost, doubled or put in, lines lost, doubled or swapped, an end in the middle. */
export function mutated(bytes: Uint8Array, random: () => number): Uint8Array {
  let out = [...bytes];
  const place = () => Math.floor(random() * out.length);
  const faults: (() => void)[] = [
    () => void (out[place()] = Math.floor(random() * 256)),
    () => void out.splice(place(), 1 + Math.floor(random() * 40)),
    () => void out.splice(place(), 0, ...out.slice(place(), place() + 20)),
    () => void out.splice(place(), 0, [0, 10, 13, 44, 92, 34, 9, 0x81, 0xff][Math.floor(random() * 9)] as number),
    () => void (out = out.slice(0, place())),
    () => {
      const lines = Buffer.from(out).toString('latin1').split('\r\n');
      const at = Math.floor(random() * lines.length);
      const other = Math.floor(random() * lines.length);
      if (random() < 0.3) lines.splice(at, 1);
      else if (random() < 0.5) lines.splice(at, 0, lines[other] as string);
      else [lines[at], lines[other]] = [lines[other] as string, lines[at] as string];
      out = [...Buffer.from(lines.join(random() < 0.2 ? '\n' : '\r\n'), 'latin1')];
    },
  ];
  for (let left = 1 + Math.floor(random() * 4); left > 0; left -= 1) faults[Math.floor(random() * faults.length)]?.();
  return Uint8Array.from(out);
}
