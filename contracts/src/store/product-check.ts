import { ProductBook, checkDigitOf, hasWrongCheckDigit, isLabelPrefix, normalCode } from '../product-codes.js';
import { problem, type Problem, type ProblemCode, type ValuesOf } from '../words/problem.js';
import type { StoreFile } from './store-file.js';

/** Whether the codes of the products hold together (SEMANTICS §17), and slots name products by one of them: each problem with its path. */
export function productProblems(file: StoreFile): Problem[] {
  const problems: Problem[] = [];
  const known = new Map<string, { path: string; code: string; product: number }>();
  const products = file.products ?? [];
  products.forEach((product, index) => {
    [product.gtin, ...(product.codes ?? [])].forEach((code, at) => {
      const path = at === 0 ? `products[${index}].gtin` : `products[${index}].codes[${at - 1}]`;
      const say = <C extends ProblemCode>(wrong: C, ...values: ValuesOf<C>) =>
        problems.push(problem(path, wrong, ...values));
      if (hasWrongCheckDigit(code) && !(at > 0 && isLabelPrefix(code)))
        say('checkDigit', { code, right: `${code.slice(0, -1)}${checkDigitOf(code.slice(0, -1))}` });
      const before = known.get(normalCode(code));
      if (!before) known.set(normalCode(code), { path, code, product: index });
      else if (before.product !== index || before.code !== code) {
        if (before.code === code) say('repeats', { id: code, other: before.path });
        else say('otherForm', { code, other: before.code, path: before.path });
      }
    });
  });
  if (file.productsFile !== undefined) return problems;
  const book = new ProductBook(products);
  (file.fixtures ?? []).forEach((fixture, index) =>
    (fixture.slots ?? []).forEach((slot, at) => {
      if (slot.gtin !== undefined && !book.find(slot.gtin))
        problems.push(problem(`fixtures[${index}].slots[${at}].gtin`, 'namesNo', { what: 'product', id: slot.gtin }));
    }),
  );
  return problems;
}

/** The same file whose slots name products as the list of products writes them: nobody else need know of other forms. */
export function withOwnCodes(file: StoreFile): StoreFile {
  const book = new ProductBook(file.products);
  const own = (gtin: string) => book.find(gtin)?.gtin ?? gtin;
  const isOwn = (file.fixtures ?? []).every(({ slots = [] }) =>
    slots.every(({ gtin }) => gtin === undefined || own(gtin) === gtin),
  );
  if (isOwn) return file;
  const fixtures = (file.fixtures ?? []).map((fixture) => ({
    ...fixture,
    ...(fixture.slots && {
      slots: fixture.slots.map((slot) => (slot.gtin === undefined ? slot : { ...slot, gtin: own(slot.gtin) })),
    }),
  }));
  return { ...file, fixtures };
}
