import path from 'node:path';
import type { StoreFile } from '@aisle/contracts';
import { readAccess, readText, UsageError, type Access } from '../adapters/files.js';
import { parseScenario, type Scenario } from '../scenario/scenario.js';
import { checkLimits, parseExpectations } from '../score/expect.js';

/** A scenario whose files are named from where we are. */
export function readScenario(file: string): Scenario {
  const scenario = parseScenario(readText(file), file);
  const from = (name: string) => path.resolve(path.dirname(file), name);
  const faultFile = (name: string) => (name === 'none' || name === 'default' ? name : from(name));
  const { faults } = scenario;
  return {
    ...scenario,
    store: from(scenario.store),
    ...(scenario.behaviour !== undefined && { behaviour: from(scenario.behaviour) }),
    ...(scenario.expect !== undefined && { expect: from(scenario.expect) }),
    ...(typeof faults === 'string' && { faults: faultFile(faults) }),
    ...(typeof faults === 'object' && {
      faults: { ...faults, ...(faults.extends !== undefined && { extends: faultFile(faults.extends) }) },
    }),
  };
}

/** Options that say where the system is; each comes before what the access file says. */
export const ACCESS_OPTIONS = {
  access: { type: 'string' },
  score: { type: 'string' },
  token: { type: 'string' },
  mqtt: { type: 'string' },
  username: { type: 'string' },
  password: { type: 'string' },
  agent: { type: 'string' },
  'agent-secret': { type: 'string' },
} as const;
type AccessValues = { readonly [K in keyof typeof ACCESS_OPTIONS]?: string | undefined };

/** Where the system is: from an access file, from options, or both. @throws UsageError naming what is missing */
export function accessOf(values: AccessValues, storeId: string, needs: readonly ('api' | 'mqtt')[]): Access {
  const known: Partial<Access> = values.access === undefined ? {} : readAccess(values.access);
  const need = (name: string, value: string | undefined, needed: boolean): string => {
    if (value === undefined && needed) throw new UsageError(`--access FILE, or --${name}, is needed`);
    return value ?? '';
  };
  const [api, mqtt] = [needs.includes('api'), needs.includes('mqtt')];
  const agentUrl = values.agent ?? known.agentUrl;
  const agentLocalSecret = values['agent-secret'] ?? known.agentLocalSecret;
  return {
    storeId: known.storeId ?? storeId,
    apiUrl: need('score URL', values.score ?? known.apiUrl, api),
    apiToken: need('token', values.token ?? known.apiToken, api),
    storeMqttUrl: need('mqtt URL', values.mqtt ?? known.storeMqttUrl, mqtt),
    storeMqttUsername: need('username', values.username ?? known.storeMqttUsername, mqtt),
    storeMqttPassword: need('password', values.password ?? known.storeMqttPassword, mqtt),
    ...(agentUrl !== undefined && { agentUrl }),
    ...(agentLocalSecret !== undefined && { agentLocalSecret }),
    ...(known.trial && { trial: known.trial }),
  };
}

/** What would be found wrong when the run has ended is found before it begins. @throws UsageError @throws ExpectError */
export function checkScored(expectFile: string | undefined, access: Access, store: StoreFile): void {
  if (expectFile !== undefined) checkLimits(parseExpectations(readText(expectFile), expectFile), store, expectFile);
  if (access.storeId !== store.store.id)
    throw new UsageError(
      `the system has the store "${access.storeId}", the run is of "${store.store.id}": start the system with that store file, or name its own with --shop`,
    );
}
