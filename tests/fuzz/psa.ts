import type { StoreFile } from '@aisle/contracts';
import { psaPlan, type Plan } from '../../cloud/src/planograms/psa-plan.js';
import { psaAsNow } from '../../cloud/src/planograms/psa-write.js';
import { PsaDocument } from '../../cloud/src/planograms/psa/document.js';
import { contentsOf } from '../../cloud/src/planograms/psa/planogram.js';
import { PsaError } from '../../cloud/src/planograms/psa/psa-error.js';
import { VERSIONS, makePsa, mutated, seeded } from '../../cloud/test/planograms/psa-maker.js';

export interface PsaFigures {
  files: number;
  /** refused whole, as no such file */
  refused: number;
  /** rows refused, each by line and reason */
  rows: number;
  /** changes of one slot that were written */
  changed: number;
}

/**
 * Broken PSA files of every version, by seed: each is either refused whole with a reason, or taken into a shop and written again byte for byte; then one slot's
 * facings are changed, and only its line differs. @throws Error that names version, seed and file
 */
export function soakPsa(filesOfEach: number, seed: number, tell: (line: string) => void): PsaFigures {
  const figures = { files: 0, refused: 0, rows: 0, changed: 0 };
  for (const [at, version] of VERSIONS.entries()) {
    const random = seeded(seed * 1009 + at);
    const base = makePsa({ version, planograms: 2, fixtures: 2, positions: 3, random: seeded(seed) });
    const shop = shopOf(base);
    for (let file = 0; file < filesOfEach; file += 1) {
      figures.files += 1;
      const bytes = mutated(base, random);
      try {
        one(bytes, shop, random, figures);
      } catch (error) {
        throw new Error(`version ${version}, seed ${seed}, file ${file}: ${(error as Error).message}`, {
          cause: error,
        });
      }
    }
    tell(`${version}: ${filesOfEach} files`);
  }
  return figures;
}

/** A shop that has the fixtures and goods of the unbroken file. */
function shopOf(bytes: Uint8Array): StoreFile {
  const { planograms, products } = contentsOf(new PsaDocument(bytes));
  return {
    store: { id: 'shop', name: 'Shop', timezone: 'Europe/Paris', currency: 'EUR' },
    floor: { width: 10, depth: 10 },
    products: products.map(({ code }) => ({ gtin: code })),
    fixtures: planograms.map(({ name }, at) => ({ id: `fx-${at}`, name })),
  };
}

function one(bytes: Uint8Array, shop: StoreFile, random: () => number, figures: PsaFigures): void {
  let plan: Plan;
  try {
    plan = psaPlan(bytes, shop);
  } catch (error) {
    if (!(error instanceof PsaError)) throw error;
    if (error.problem.message === '') throw new Error('refused without a reason', { cause: error });
    figures.refused += 1;
    return;
  }
  const lines = linesOf(bytes);
  for (const { line, problem } of plan.refused) {
    if (line < 1 || line > lines.length || problem.message === '') throw new Error(`a refusal names line ${line}`);
    figures.rows += 1;
  }
  const places = { fixtures: plan.fixtures, slots: plan.places };
  const taken = {
    ...shop,
    fixtures: (shop.fixtures ?? []).map((fixture) => ({ ...fixture, slots: plan.slots.get(fixture.id) ?? [] })),
  };
  const written = psaAsNow(bytes, places, taken);
  if (Buffer.compare(written, bytes) !== 0) throw new Error('import and export differ where nothing was changed');

  const [line, slotId] = plan.places[Math.floor(random() * plan.places.length)] ?? [];
  if (line === undefined || slotId === undefined) return;
  for (const { slots } of taken.fixtures)
    for (const slot of slots) if (slot.id === slotId) slot.facings = (slot.facings ?? 1) + 1;
  let after: Uint8Array;
  try {
    after = psaAsNow(bytes, places, taken);
  } catch (error) {
    // a broken file may be one that the next reader would take for another code page: refused, not written wrongly
    if (error instanceof PsaError) return;
    throw error;
  }
  const now = linesOf(after);
  const differ = now.flatMap((text, at) => (text === lines[at] ? [] : [at + 1]));
  if (now.length !== lines.length || differ.length !== 1 || differ[0] !== line)
    throw new Error(`a change of line ${line} changed ${differ.slice(0, 5).join(', ') || 'none'}`);
  figures.changed += 1;
}

const linesOf = (bytes: Uint8Array): string[] =>
  Buffer.from(bytes)
    .toString('latin1')
    .split(/\r\n|\r|\n/);
