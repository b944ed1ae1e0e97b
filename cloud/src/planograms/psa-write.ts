import { ProductBook, type Product, type Slot, type StoreFile } from '@aisle/contracts';
import type { KeptPlaces } from '../ports/planograms.js';
import { levelsOf, shelvesOf } from './psa-plan.js';
import { PsaDocument, type PsaRow } from './psa/document.js';
import { COLUMNS, WIDTHS, contentsOf, type PsaPlanogram, type PsaPosition } from './psa/planogram.js';

/**
 * The imported file as the shop is now: cells that are still true stay as they were written, byte for byte.
 * @throws PsaError where a name or code cannot be written in the file's code page
 */
export function psaAsNow(bytes: Uint8Array, places: KeptPlaces, file: StoreFile): Uint8Array {
  const psa = new PsaDocument(bytes);
  const contents = contentsOf(psa);
  const writer = new PsaWriter(psa, file, contents.products);
  const fixtures = new Map(places.fixtures);
  const slotIds = new Map(places.slots);
  for (const planogram of contents.planograms) {
    const fixture = file.fixtures?.find(({ id }) => id === fixtures.get(planogram.row.line));
    if (!fixture) continue;
    writer.bring(planogram, fixture.slots ?? [], slotIds);
  }
  return psa.bytes();
}

/** A file of its own for fixtures that came from none: UTF-8, lengths in centimetres. */
export function newPsa(file: StoreFile, fixtureId?: string): Uint8Array {
  const fixtures = (file.fixtures ?? []).filter(({ id }) => fixtureId === undefined || id === fixtureId);
  const { Planogram, Fixture } = COLUMNS;
  const lines = [`PROSPACE SCHEMATIC FILE`, `; Version ${NEW_VERSION}`, '; Codepage=65001', blank('Project', {})];
  const shelfMetres = 0.35;
  for (const fixture of fixtures) {
    const width = (fixture.size?.[0] ?? 1) * 100;
    const levels = Math.max(1, ...(fixture.slots ?? []).map(({ level = 1 }) => level));
    lines.push(
      blank('Planogram', { [Planogram.name]: fixture.id, [Planogram.key]: fixture.id, [Planogram.width]: width }),
    );
    for (let level = 0; level < levels; level += 1)
      lines.push(
        blank('Fixture', {
          [Fixture.type]: 0,
          [Fixture.name]: `Shelf ${level + 1}`,
          [Fixture.width]: width,
          [Fixture.y]: tidy(level * shelfMetres * 100),
        }),
      );
  }
  const bytes = new TextEncoder().encode(lines.map((line) => `${line}\r\n`).join(''));
  const fixtureOfLine = contentsOf(new PsaDocument(bytes)).planograms.map(({ row, name }): [number, string] => [
    row.line,
    name,
  ]);
  return psaAsNow(bytes, { fixtures: fixtureOfLine, slots: [] }, file);
}

const NEW_VERSION = '2024.4.0';
/** Ids have no character that would need an escape. */
function blank(type: string, cells: Readonly<Record<number, string | number>>): string {
  const width = WIDTHS[NEW_VERSION]?.[type] ?? 0;
  return [type, ...Array.from({ length: width }, (_, index) => String(cells[index + 1] ?? ''))].join(',');
}

interface Place {
  after: PsaRow;
  x: number;
}
/** of a shelf that stands alone: centimetres, or inches where the file is in inches */
const SHELF_HEIGHT = 35;

const { Position: POSITION, Product: PRODUCT } = COLUMNS;

class PsaWriter {
  readonly #book: ProductBook<Product>;
  /** product rows of the file by the product's own code */
  readonly #known = new Map<string, { row: PsaRow; code: string }>();
  readonly #last = new Map<string, PsaRow>();
  readonly #index = new Map<PsaRow, number>();

  constructor(
    private readonly psa: PsaDocument,
    file: StoreFile,
    products: readonly { row: PsaRow; code: string }[],
  ) {
    this.#book = new ProductBook(file.products ?? []);
    for (const product of products) {
      const own = this.#book.itemOf(product.code);
      if (!this.#known.has(own)) this.#known.set(own, product);
    }
    psa.rows.forEach((row, at) => this.#index.set(row, at));
    for (const row of psa.rows) {
      const type = ['Product', 'Project'].find((name) => row.type.startsWith(name));
      if (type) this.#last.set(type, row);
    }
  }

  /** A planogram as its fixture stands. */
  bring(planogram: PsaPlanogram, slots: readonly Slot[], slotIds: ReadonlyMap<number, string>): void {
    const levels = levelsOf(planogram);
    // what the import refused stays as it is: it is nowhere in the shop
    const known = levels.map((positions) => positions.filter(({ row }) => slotIds.has(row.line)));
    const old = new Map(known.flat().map((position) => [slotIds.get(position.row.line), position]));
    const standing = slots.filter(({ gtin }) => gtin !== undefined);
    const most = Math.max(levels.length, ...standing.map(({ level = 1 }) => level));
    for (let level = 1; level <= most; level += 1) {
      const here = standing.filter((slot) => (slot.level ?? 1) === level);
      const own = known[level - 1] ?? [];
      const staying = inOrder(here.map((slot) => own.indexOf(old.get(slot.id) as PsaPosition)));
      const stay = new Set(here.filter((_slot, at) => staying.has(at)).map(({ id }) => id));
      for (const position of own) if (!stay.has(slotIds.get(position.row.line) as string)) this.#remove(position.row);
      const shelf = this.#shelf(planogram, level);
      let place = { ...shelf, x: own[0]?.x ?? shelf.x };
      let hasNew = false;
      for (const slot of here) {
        const position = old.get(slot.id);
        if (stay.has(slot.id) && position) {
          this.#correct(position, slot);
          // what was put in before it takes its room
          const x = hasNew ? Math.max(position.x, place.x) : position.x;
          if (x > position.x) this.psa.set(position.row, POSITION.x, String(tidy(x)));
          place = { after: this.#end(position.row), x: x + position.width };
        } else {
          hasNew = true;
          this.#add(planogram, place, slot, position);
          place = { ...place, x: place.x + (position?.width ?? 0) };
        }
      }
    }
  }

  /** Where a level begins; a shelf that the file does not have is put above the others. */
  #shelf(planogram: PsaPlanogram, level: number): Place {
    const shelves = shelvesOf(planogram);
    const shelf = shelves[level - 1];
    if (shelf) return { after: this.#end(shelf.row), x: shelf.x };
    const rows = planogram.fixtures.flatMap(({ row, positions }) => [row, ...positions.map((each) => each.row)]);
    const after = this.#end(rows.reduce((last, row) => (row.line > last.line ? row : last), planogram.row));
    const top = shelves.at(-1);
    const height = top ? top.y - (shelves.at(-2)?.y ?? top.y - SHELF_HEIGHT) : 0;
    const cells = top ? this.#cells(top.row) : cellsOf('Fixture', this.#width('Fixture'), {});
    cells[COLUMNS.Fixture.name] = `Shelf ${level}`;
    cells[COLUMNS.Fixture.y] = String(tidy((top?.y ?? 0) + height * (level - shelves.length)));
    this.psa.insertAfter(after, cells);
    return { after, x: top?.x ?? 0 };
  }

  #correct({ row, code, facings, units }: PsaPosition, slot: Slot): void {
    const isOther = this.#book.itemOf(code) !== slot.gtin;
    if (isOther) {
      const product = this.#product(slot.gtin as string);
      this.psa.set(row, POSITION.code, product.code);
      this.psa.set(row, POSITION.id, product.id);
    }
    if (facings !== (slot.facings ?? 1)) this.psa.set(row, POSITION.wide, String(slot.facings ?? 1));
    if (slot.capacity === undefined) {
      if (isOther && units !== undefined) this.psa.set(row, POSITION.units, '');
    } else if (units === undefined || Math.max(1, Math.round(units)) !== slot.capacity)
      this.psa.set(row, POSITION.units, String(slot.capacity));
  }

  /** @param like the row that the slot had elsewhere */
  #add(planogram: PsaPlanogram, { after, x }: Place, slot: Slot, like: PsaPosition | undefined): void {
    const any = planogram.fixtures.flatMap(({ positions }) => positions)[0];
    const cells = like
      ? this.#cells(like.row)
      : cellsOf('Position', any ? this.psa.width(any.row) : this.#width('Position'), {});
    const product = this.#product(slot.gtin as string);
    const set = (column: number, value: string | number): void => void (cells[column] = String(value));
    if (!like || this.#book.itemOf(like.code) !== slot.gtin) {
      set(POSITION.code, product.code);
      set(POSITION.id, product.id);
    }
    set(POSITION.x, tidy(x));
    if (like?.facings !== (slot.facings ?? 1)) set(POSITION.wide, slot.facings ?? 1);
    if (slot.capacity !== undefined || !like) set(POSITION.units, slot.capacity ?? '');
    this.psa.insertAfter(after, cells);
  }

  #cells(row: PsaRow): string[] {
    return Array.from({ length: this.psa.width(row) }, (_, column) => this.psa.cell(row, column));
  }

  /** A product as the file calls it; one that it does not know gets a row. */
  #product(gtin: string): { code: string; id: string } {
    const known = this.#known.get(gtin);
    if (known) return { code: this.psa.cell(known.row, PRODUCT.code), id: this.psa.cell(known.row, PRODUCT.id) };
    const product = this.#book.find(gtin);
    const name = product?.name;
    const before = this.#last.get('Product') ?? this.#last.get('Project');
    const like = [...this.#known.values()][0];
    if (before && !this.#made.has(gtin)) {
      this.#made.add(gtin);
      const width = like ? this.psa.width(like.row) : this.#width('Product');
      this.psa.insertAfter(
        before,
        cellsOf('Product', width, {
          [PRODUCT.code]: gtin,
          [PRODUCT.id]: gtin,
          [PRODUCT.name]: (typeof name === 'object' ? (Object.values(name)[0] as string | undefined) : name) ?? gtin,
          [PRODUCT.category]: product?.category ?? '',
          [PRODUCT.price]: product?.price ?? '',
        }),
      );
    }
    return { code: gtin, id: gtin };
  }
  readonly #made = new Set<string>();

  #remove(row: PsaRow): void {
    for (const one of [row, ...this.#below(row)]) this.psa.remove(one);
  }

  /** The last of a row and the rows that nobody documents and that belong to it, such as `PositionCalc`. */
  #end(row: PsaRow): PsaRow {
    return this.#below(row).at(-1) ?? row;
  }

  #below(row: PsaRow): PsaRow[] {
    const found: PsaRow[] = [];
    for (let at = (this.#index.get(row) ?? 0) + 1; at < this.psa.rows.length; at += 1) {
      const next = this.psa.rows[at] as PsaRow;
      if (next.type === row.type || !next.type.startsWith(row.type)) break;
      found.push(next);
    }
    return found;
  }

  #width(type: string): number {
    return (WIDTHS[this.psa.version ?? '']?.[type] ?? WIDTHS[NEW_VERSION]?.[type] ?? 0) + 1;
  }
}

const cellsOf = (type: string, width: number, cells: Readonly<Record<number, string | number>>): string[] => [
  type,
  ...Array.from({ length: width - 1 }, (_, index) => String(cells[index + 1] ?? '')),
];
const tidy = (value: number): number => Math.round(value * 100) / 100;

/** Of places (−1: none) the longest row that rises, by index: what is in it need not move. */
function inOrder(places: readonly number[]): Set<number> {
  const ends: number[] = [];
  const before: number[] = [];
  places.forEach((place, at) => {
    if (place < 0) return;
    let length = ends.findIndex((end) => (places[end] as number) >= place);
    if (length < 0) length = ends.length;
    before[at] = ends[length - 1] ?? -1;
    ends[length] = at;
  });
  const found = new Set<number>();
  for (let at = ends.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) found.add(at);
  return found;
}
