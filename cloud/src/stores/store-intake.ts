import { StoreFileError, parseStoreFile, problem, type Problem, type TakenStores } from '@aisle/contracts';
import { sha256 } from '../access/password.js';
import { CatalogError, type AgentRecords, type Random, type StoreRecords } from '../ports/index.js';
import type { Stores } from './stores.js';

/** bytes of an agent's password: 192 bits, which nobody guesses */
const PASSWORD_BYTES = 24;

export interface StoreIntakeParts {
  stores: Stores;
  records: Pick<StoreRecords, 'ensureStore'>;
  agents: Pick<AgentRecords, 'agent' | 'putAgent'>;
  random: Random;
}

/** Store files of many shops at once. What is wrong with one is told, and the others are taken. */
export class StoreIntake {
  constructor(private readonly parts: StoreIntakeParts) {}

  async take(
    organisationId: string,
    files: readonly (string | Record<string, unknown>)[],
    withAgents: boolean,
  ): Promise<TakenStores> {
    const taken: TakenStores = { stores: [], refused: [] };
    const refuse = (index: number, { field, message, code, values }: Problem): void => {
      taken.refused.push({ index, field, message, problem: { code, values } });
    };
    for (const [index, file] of files.entries()) {
      try {
        taken.stores.push({ index, ...(await this.#one(organisationId, file, withAgents)) });
      } catch (error) {
        if (error instanceof StoreFileError) error.problems.slice(0, 20).forEach((found) => refuse(index, found));
        else if (error instanceof CatalogError && error.code === 'taken')
          refuse(index, problem('store.id', 'storeTaken'));
        else throw error;
      }
    }
    return taken;
  }

  async #one(
    organisationId: string,
    file: string | Record<string, unknown>,
    withAgents: boolean,
  ): Promise<Omit<TakenStores['stores'][number], 'index'>> {
    const { stores, records, agents, random } = this.parts;
    // every JSON text is a YAML text, so that both are checked by the same rules
    const storeFile = parseStoreFile(typeof file === 'string' ? file : JSON.stringify(file), 'storeFile');
    const storeId = storeFile.store.id;
    await records.ensureStore(storeId, organisationId);
    const { outcome, version } = await stores.import(storeFile);
    if (!withAgents || (await agents.agent(storeId))) return { storeId, outcome, version };
    const username = `agent:${storeId}`;
    const password = Buffer.from(random.secretBytes(PASSWORD_BYTES)).toString('base64url');
    await agents.putAgent({ storeId, username, passwordSha256: sha256(password) });
    return { storeId, outcome, version, agent: { username, password } };
  }
}
