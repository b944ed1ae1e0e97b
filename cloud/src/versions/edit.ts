import {
  AisleError,
  StoreFileError,
  checkStoreFile,
  instantOf,
  parseStoreFile,
  type NewVersion,
  type Problem,
  type StoreFile,
} from '@aisle/contracts';
import { LATEST, NO_INSTANT } from '../insight/index.js';

/** A version cannot be made as it was asked for: everything that is wrong, each with its path in what was sent. */
export class InvalidEdit extends AisleError {
  readonly code = 'invalid';
  override readonly name = 'InvalidEdit';
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(({ field, message }) => `${field} ${message}`).join('; '));
  }
}

/** What somebody wants to make, checked. */
export interface Edit {
  storeFile: StoreFile;
  basedOn: number;
  /** epoch ms; null: at once */
  validFrom: number | null;
  note: string | null;
}

/** @throws InvalidEdit */
export function readEdit(storeId: string, body: NewVersion): Edit {
  const problems: Problem[] = [];
  const validFrom = readValidFrom(body.validFrom, problems);
  const storeFile = readFile(storeId, body, problems);
  if (problems.length > 0 || storeFile === undefined) throw new InvalidEdit(problems);
  return { storeFile, basedOn: body.basedOn, validFrom, note: body.note?.trim() || null };
}

function readValidFrom(given: string | null | undefined, problems: Problem[]): number | null {
  if (given === undefined || given === null) return null;
  const ts = instantOf(given);
  if (typeof ts === 'string') problems.push({ field: 'validFrom', message: NO_INSTANT[ts] });
  else if (ts > LATEST) problems.push({ field: 'validFrom', message: 'must be before the year 2255' });
  else return ts;
  return null;
}

function readFile(
  storeId: string,
  { storeFile, storeFileYaml }: NewVersion,
  problems: Problem[],
): StoreFile | undefined {
  if ((storeFile === undefined) === (storeFileYaml === undefined)) {
    const message = storeFile === undefined ? 'is missing' : 'and storeFileYaml are both given; expected one of them';
    problems.push({ field: 'storeFile', message });
    return undefined;
  }
  const given = storeFileYaml === undefined ? 'storeFile' : 'storeFileYaml';
  const wrong = (field: string, message: string) =>
    problems.push({ field: [given, field].filter(Boolean).join(field.startsWith('[') ? '' : '.'), message });
  try {
    const file = storeFileYaml === undefined ? checkStoreFile(storeFile, given) : parseStoreFile(storeFileYaml, given);
    // a file beside it is the operator's, on the machine where this one lies
    if (file.productsFile !== undefined)
      wrong('productsFile', 'cannot be read here; list the products in the file itself');
    if (file.store.id !== storeId) wrong('store.id', `expected "${storeId}", got "${file.store.id}"`);
    return file;
  } catch (error) {
    if (!(error instanceof StoreFileError)) throw error;
    for (const { field, message } of error.problems) wrong(field, message);
    return undefined;
  }
}
