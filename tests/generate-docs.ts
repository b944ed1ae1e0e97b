import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { StoreFile, jsonSchema } from '@aisle/contracts';
import type { TSchema } from '@sinclair/typebox';
import { AgentConfig } from '../agent/src/config/agent-config.js';
import { CloudConfig, Provision } from '../cloud/src/config/cloud-config.js';
import { Expectations } from '../simulators/src/score/expect.js';
import { ScenarioDocument } from '../simulators/src/scenario/scenario.js';
import { openapiDocument } from '../cloud/src/http/openapi-document.js';
import { asyncapiDocument } from './asyncapi.js';
import { rightsPage } from './rights-page.js';
import { generatedClient } from './generate-client.js';
import { withFieldTables } from './schema-fields.js';
import { takeScreenshots } from './screenshots.js';

/**
 * Every generated document, and the dashboard's generated client, by its path in the repository, whose folder is `root`.
 * `npm run docs` writes them, a test compares them.
 */
export async function generatedDocuments(root: string): Promise<Record<string, string>> {
  const text = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
  const schema = (title: string, content: TSchema) =>
    text({ $schema: 'https://json-schema.org/draft/2020-12/schema', title, ...jsonSchema(content) });
  const openapi = await openapiDocument();
  return {
    ...(await generatedClient(openapi)),
    'docs/asyncapi.json': text(asyncapiDocument()),
    'docs/openapi.json': text(openapi),
    'docs/rights.md': rightsPage(openapi),
    'docs/schemas/agent.json': schema('agent.json: the configuration of the agent', AgentConfig),
    'docs/schemas/cloud.json': schema('cloud.json: the configuration of the cloud', CloudConfig),
    'docs/schemas/expectations.json': schema('What is expected of a scored run', Expectations),
    'docs/schemas/provision.json': schema('provision.json: who may use the cloud', Provision),
    'docs/schemas/scenario.json': schema('Scenario of the simulated shop', ScenarioDocument),
    'docs/schemas/store-file.json': schema('Aisle store file', StoreFile),
    'docs/store-file.md': withFieldTables(readFileSync(path.join(root, 'docs/store-file.md'), 'utf8'), StoreFile),
  };
}

const HELP = `npm run docs -- OPTIONS
  --screenshots           take the pictures of the guide anew, from the simulated shop with four weeks of past (needs Chromium)
  --access FILE           of a shop that runs already, instead of one that is started for it`;

if (process.argv[1]?.endsWith('generate-docs.mjs')) {
  const { values } = parseArgs({
    options: {
      screenshots: { type: 'boolean', default: false },
      access: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) process.stdout.write(`${HELP}\n`);
  else if (values.screenshots) await takeScreenshots(values.access);
  else await writeDocuments();
}

async function writeDocuments(): Promise<void> {
  for (const [file, content] of Object.entries(await generatedDocuments(process.cwd()))) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
    process.stdout.write(`${file}\n`);
  }
}
