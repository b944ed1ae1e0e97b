/** Configurations that both a start and an operator write. */

const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/**
 * What a start wants to write, with what an operator changed in the file since a start last wrote it: other values, keys that
 * were added, and keys that were taken out.
 * @param wanted by this start
 * @param found in the file; undefined when there is none
 * @param written by the last start; undefined when that is not known: then only keys are kept that a start does not write
 * @param own dotted paths that a start always decides, because they come from its options
 */
export function keepEdits(wanted, found, written, own = [], at = '') {
  if (!isObject(found)) return wanted;
  const merged = {};
  for (const key of new Set([...Object.keys(wanted), ...Object.keys(found)])) {
    const here = at === '' ? key : `${at}.${key}`;
    const [ours, theirs] = [wanted[key], found[key]];
    const last = isObject(written) ? written[key] : undefined;
    if (own.includes(here)) {
      if (key in wanted) merged[key] = ours;
    } else if (isObject(ours) && isObject(theirs) && !changesKind(ours, theirs, last)) {
      merged[key] = keepEdits(ours, theirs, last, own, here);
    } else if (written === undefined ? !(key in wanted) : !same(theirs, last)) {
      if (theirs !== undefined) merged[key] = theirs;
    } else if (key in wanted) merged[key] = ours;
  }
  return merged;
}

/** Another engine has other keys: then one side's choice counts as a whole. */
const changesKind = (ours, theirs, last) =>
  'engine' in ours && ours.engine !== theirs.engine && isObject(last) && !same(theirs, last);
