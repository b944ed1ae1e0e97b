import { StoreFileError, parseStoreFile, problem, type Problem, type TakenStores } from '@aisle/contracts';
import type { AgentAccounts } from '../access/agent-accounts.js';
import { CatalogError, type AgentRecords, type StoreRecords } from '../ports/index.js';
import type { Stores } from './stores.js';

export interface StoreIntakeParts {
  stores: Stores;
  records: Pick<StoreRecords, 'ensureStore'>;
  agents: Pick<AgentRecords, 'agent'>;
  accounts: Pick<AgentAccounts, 'issue'>;
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
    const { stores, records, agents, accounts } = this.parts;
    // every JSON text is a YAML text, so that both are checked by the same rules
    const storeFile = parseStoreFile(typeof file === 'string' ? file : JSON.stringify(file), 'storeFile');
    const storeId = storeFile.store.id;
    await records.ensureStore(storeId, organisationId);
    const { outcome, version } = await stores.import(storeFile);
    if (!withAgents || (await agents.agent(storeId))) return { storeId, outcome, version };
    const { username, password } = await accounts.issue(storeId);
    return { storeId, outcome, version, agent: { username, password } };
  }
}
