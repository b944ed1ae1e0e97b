import { describe, expect, it } from 'vitest';
import { codePage } from '../../src/planograms/psa/code-page.js';
import { PsaDocument } from '../../src/planograms/psa/document.js';
import { COLUMNS, WIDTHS, contentsOf } from '../../src/planograms/psa/planogram.js';
import { PsaError } from '../../src/planograms/psa/psa-error.js';
import { makePsa, mutated, seeded, VERSIONS } from './psa-maker.js';

const bytesOf = (text: string, page = 1252): Uint8Array => codePage(page)?.encode(text) as Uint8Array;
const textOf = (bytes: Uint8Array, page = 1252): string => codePage(page)?.decode(bytes) as string;
const refusedAs = (bytes: Uint8Array) => {
  try {
    return contentsOf(new PsaDocument(bytes)).refused.map(({ line, problem }) => [line, problem.code]);
  } catch (error) {
    return (error as PsaError).code;
  }
};
const HEAD = 'PROSPACE SCHEMATIC FILE\r\n; Version 2021.1.2\r\n; Codepage=1252\r\n';

describe('a PSA file', () => {
  it.each(VERSIONS)('of version %s is read, and written as it was', (version) => {
    const bytes = makePsa({ version, planograms: 2, fixtures: 3, positions: 4, random: seeded(1) });
    const file = new PsaDocument(bytes);
    expect(file.version).toBe(version);
    expect(file.encoding).toBe('windows-1252');
    const { planograms, products, refused } = contentsOf(file);
    expect(refused).toEqual([]);
    expect(products).toHaveLength(12);
    expect(planograms.map(({ fixtures }) => fixtures.map(({ positions }) => positions.length))).toEqual([
      [4, 4, 4],
      [4, 4, 4],
    ]);
    expect(file.bytes()).toEqual(bytes);
  });

  it('is read with the version on its first line, blanks behind it, line feeds alone, and no last line break', () => {
    const text = 'PROSPACE SCHEMATIC FILE; Version 2017.2.0\nProject,a\nPlanogram,b';
    expect(new PsaDocument(bytesOf(text)).version).toBe('2017.2.0');
    expect(new PsaDocument(bytesOf('PROSPACE SCHEMATIC FILE   \n;V8.0.1.2\nProject,a\n')).version).toBe('8.0.1.2');
  });

  it('changes no more than the cell that is changed', () => {
    const bytes = makePsa({ version: '2024.4.0', planograms: 1, fixtures: 2, positions: 3, random: seeded(2) });
    const file = new PsaDocument(bytes);
    const [, , third] = contentsOf(file).planograms[0]?.fixtures[1]?.positions ?? [];
    const row = third?.row as { line: number; type: string };
    file.set(row, COLUMNS.Position.wide, '7');
    file.set(row, COLUMNS.Position.key, 'a, "b" \\ c\nd');
    const written = file.bytes();
    const [before, after] = [textOf(bytes).split('\r\n'), textOf(written).split('\r\n')];
    expect(after.length).toBe(before.length);
    expect(after.flatMap((line, index) => (line === before[index] ? [] : [index + 1]))).toEqual([row.line]);
    expect(after[row.line - 1]).toContain(',a\\, \\"b\\" \\\\ c\\nd,');
    const again = new PsaDocument(written);
    expect([again.cell(row, COLUMNS.Position.wide), again.cell(row, COLUMNS.Position.key)]).toEqual([
      '7',
      'a, "b" \\ c\nd',
    ]);
    // set back, it is the file of before
    file.set(row, COLUMNS.Position.wide, new PsaDocument(bytes).cell(row, COLUMNS.Position.wide));
    file.set(row, COLUMNS.Position.key, new PsaDocument(bytes).cell(row, COLUMNS.Position.key));
    expect(file.bytes()).toEqual(bytes);
  });

  it('takes rows out and puts rows in', () => {
    const file = new PsaDocument(bytesOf(`${HEAD}Project,a\r\nUnknown,x\r\nPlanogram,p`));
    const [project, , planogram] = file.rows;
    file.insertAfter(project as never, ['Product', '123']);
    file.insertAfter(project as never, ['Product', '456']);
    file.insertAfter(planogram as never, ['Segment', 's']);
    expect(textOf(file.bytes())).toBe(
      `${HEAD}Project,a\r\nProduct,123\r\nProduct,456\r\nUnknown,x\r\nPlanogram,p\r\nSegment,s`,
    );
    file.remove(planogram as never);
    expect(textOf(file.bytes())).toBe(`${HEAD}Project,a\r\nProduct,123\r\nProduct,456\r\nUnknown,x\r\nSegment,s\r\n`);
  });

  it.each([
    ['1252', 1252, 'Crème 牛奶'.slice(0, 5), 'é'],
    ['936', 936, '牛奶', '鲜'],
    ['932', 932, 'ソース表', '予約'],
    ['950', 950, '功許蓋', '牛奶'],
    ['949', 949, '우유', '빵'],
    ['1251', 1251, 'Молоко', 'Хлеб'],
  ])('keeps its code page %s, also where a second byte looks like a comma or a backslash', (name, page, word, put) => {
    const bytes = bytesOf(
      `PROSPACE SCHEMATIC FILE\r\n; Codepage=${name}\r\nProject,${word},next,\\,\r\nPlanogram,${word}\r\n`,
      page,
    );
    const file = new PsaDocument(bytes);
    const [project, planogram] = file.rows as [never, never];
    expect([file.cell(project, 1), file.cell(project, 2), file.cell(project, 3)]).toEqual([word, 'next', ',']);
    expect(file.bytes()).toEqual(bytes);
    file.set(planogram, 1, put);
    expect(new PsaDocument(file.bytes()).cell(planogram, 1)).toBe(put);
  });

  it('is read as UTF-8 where it is, with and without its mark', () => {
    const text = 'PROSPACE SCHEMATIC FILE\n; Codepage=1252\nProject,牛奶\n';
    const bare = new TextEncoder().encode(text);
    for (const bytes of [bare, Uint8Array.from([0xef, 0xbb, 0xbf, ...bare])]) {
      const file = new PsaDocument(bytes);
      expect([file.encoding, file.cell(file.rows[0] as never, 1)]).toEqual(['utf-8', '牛奶']);
      expect(file.bytes()).toEqual(bytes);
    }
  });

  it('writes nothing that its code page has no character for, or that the next reader would take for something else', () => {
    const file = new PsaDocument(bytesOf(`${HEAD}Project,a\r\n`));
    const row = file.rows[0] as never;
    expect(() => file.set(row, 1, '牛奶')).toThrow('line 4: cannot be written in windows-1252: "牛奶"');
    expect(() => file.set(row, 1, 'a\0')).toThrow('cannot be written');
    file.set(row, 1, 'Ã©');
    expect(() => file.bytes()).toThrow('would be taken for UTF-8');
  });

  it('says at which line and cell something is wrong, and takes the rest', () => {
    const widths = WIDTHS['2021.1.2'] as Record<string, number>;
    const row = (type: string, ...cells: string[]) =>
      [type, ...Array.from({ length: widths[type] as number }, (_, index) => cells[index] ?? '')].join(',');
    const position = (code: string, x: string, facings = '1') =>
      row('Position', code, '', '', x, '10', '', '', '', '', '', '', '', '', facings);
    const lines = [
      row('Project', 'p'),
      row('Planogram', 'g'),
      row('Fixture', '0', 'shelf', '', '0', '100', '10'),
      position('6901234567892', '0'),
      position('6901234567892', '12', 'two'),
      position('6.90123E+12', '24'),
      position('', '36'),
      position('6901234567892', '95'),
      position('4006381333931', '0'),
      position('="4006381333931"', '60'),
      row('Fixture', '0', 'shelf', '', 'left', '100', '50'),
      position('6901234567892', '0'),
      'Position,69012',
    ];
    const bytes = bytesOf(HEAD + lines.join('\r\n'));
    const { planograms, refused } = contentsOf(new PsaDocument(bytes));
    expect(planograms[0]?.fixtures.map(({ positions }) => positions.map(({ code }) => code))).toEqual([
      ['6901234567892', '4006381333931'],
    ]);
    expect(refused.map(({ line, column, problem }) => [line, column, problem.code])).toEqual([
      [8, 14, 'psaNumber'],
      [9, 1, 'expectedGot'],
      [10, 1, 'psaNoCode'],
      [11, 4, 'psaOutside'],
      [12, 4, 'psaTwice'],
      [14, 4, 'psaNumber'],
      [16, 1, 'psaCutOff'],
    ]);
  });

  it.each<[string, string | Uint8Array, string]>([
    ['nothing', '', 'psaFirstLine'],
    ['another format', 'a,b,c\n', 'psaFirstLine'],
    ['UTF-16', Uint8Array.from([0xff, 0xfe, 80, 0, 82, 0]), 'psaFirstLine'],
    ['no Project row', `${HEAD}Planogram,a\r\n`, 'psaProjectFirst'],
    ['only a header', HEAD, 'psaProjectFirst'],
    ['two Project rows', `${HEAD}Project,a\r\nProject,b\r\n`, 'psaOneProject'],
    ['a position without a planogram', `${HEAD}Project,a\r\nPosition,b\r\nPlanogram,c\r\n`, 'psaBeforePlanogram'],
    ['a page that nobody knows', 'PROSPACE SCHEMATIC FILE\n; Codepage=437\nProject,a\n', 'psaCodePage'],
    ['a mark of UTF-8 before something else', Uint8Array.from([0xef, 0xbb, 0xbf, 80, 0xe9]), 'psaFirstLine'],
  ])('is refused whole: %s', (_what, content, code) => {
    expect(refusedAs(typeof content === 'string' ? bytesOf(content) : content)).toBe(code);
  });
});

describe('mutated files', () => {
  it('never crash, are written byte for byte, and a change of one cell leaves all other bytes alone', () => {
    const random = seeded(20_261_129);
    const bases = VERSIONS.map((version) =>
      makePsa({ version, planograms: 1, fixtures: 2, positions: 2, random: seeded(3) }),
    );
    let read = 0;
    for (let round = 0; round < 1500; round += 1) {
      const bytes = mutated(bases[round % bases.length] as Uint8Array, random);
      let file: PsaDocument;
      try {
        file = new PsaDocument(bytes);
      } catch (error) {
        expect(error).toBeInstanceOf(PsaError);
        continue;
      }
      read += 1;
      contentsOf(file);
      expect(Buffer.compare(file.bytes(), bytes)).toBe(0);
      const row = file.rows[Math.floor(random() * file.rows.length)] as never;
      const column = Math.floor(random() * file.width(row));
      file.set(row, column, '42');
      let written: Uint8Array;
      try {
        written = file.bytes();
      } catch (error) {
        expect((error as PsaError).code).toBe('psaAmbiguous');
        continue;
      }
      expect(outside(bytes, written)).toBeLessThanOrEqual(1);
    }
    expect(read).toBeGreaterThan(700);
  });
});

/** In how many lines two files differ. */
function outside(before: Uint8Array, after: Uint8Array): number {
  const [one, other] = [before, after].map((bytes) =>
    Buffer.from(bytes)
      .toString('latin1')
      .split(/\r\n|\r|\n/),
  );
  if (one?.length !== other?.length) return Infinity;
  return (one as string[]).filter((line, index) => line !== (other as string[])[index]).length;
}
