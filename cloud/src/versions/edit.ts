import {
  AisleError,
  StoreFileError,
  checkStoreFile,
  instantOf,
  withSecretsOf,
  yamlData,
  type NewVersion,
  type Problem,
  type StoreFile,
  atField,
  problem,
  sentenceOf,
} from '@aisle/contracts';
import { LATEST, NO_INSTANT } from '../insight/index.js';

/** A version cannot be made as it was asked for: everything that is wrong, each with its path in what was sent. */
export class InvalidEdit extends AisleError {
  readonly code = 'invalid';
  override readonly name = 'InvalidEdit';
  constructor(readonly problems: readonly Problem[]) {
    super(problems.map(sentenceOf).join('; '));
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

/**
 * @param basis the version that it is based on, whose secrets stay where they were hidden from the author
 * @throws InvalidEdit
 */
export function readEdit(storeId: string, body: NewVersion, basis: StoreFile | undefined): Edit {
  const problems: Problem[] = [];
  const validFrom = readValidFrom(body.validFrom, problems);
  const storeFile = readFile(storeId, body, basis, problems);
  if (problems.length > 0 || storeFile === undefined) throw new InvalidEdit(problems);
  return { storeFile, basedOn: body.basedOn, validFrom, note: body.note?.trim() || null };
}

function readValidFrom(given: string | null | undefined, problems: Problem[]): number | null {
  if (given === undefined || given === null) return null;
  const ts = instantOf(given);
  if (typeof ts === 'string') problems.push(problem('validFrom', NO_INSTANT[ts]));
  else if (ts > LATEST) problems.push(problem('validFrom', 'before2255'));
  else return ts;
  return null;
}

function readFile(
  storeId: string,
  { storeFile, storeFileYaml }: NewVersion,
  basis: StoreFile | undefined,
  problems: Problem[],
): StoreFile | undefined {
  if ((storeFile === undefined) === (storeFileYaml === undefined)) {
    problems.push(
      storeFile === undefined
        ? problem('storeFile', 'missing')
        : problem('storeFile', 'bothGiven', { other: 'storeFileYaml' }),
    );
    return undefined;
  }
  const given = storeFileYaml === undefined ? 'storeFile' : 'storeFileYaml';
  const wrong = (found: Problem) => {
    const { field } = found;
    problems.push(atField([given, field].filter(Boolean).join(field.startsWith('[') ? '' : '.'), found));
  };
  try {
    const sent = storeFileYaml === undefined ? storeFile : yamlData(storeFileYaml, given);
    const restored = withSecretsOf(sent, basis);
    if (restored.problems.length > 0) throw new StoreFileError(given, restored.problems);
    const file = checkStoreFile(restored.file, given);
    // a file beside it is the operator's, on the machine where this one lies
    if (file.productsFile !== undefined) wrong(problem('productsFile', 'listProducts'));
    if (file.store.id !== storeId) wrong(problem('store.id', 'expectedId', { expected: storeId, got: file.store.id }));
    return file;
  } catch (error) {
    if (!(error instanceof StoreFileError)) throw error;
    error.problems.forEach(wrong);
    return undefined;
  }
}
