import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { generatedDocuments } from '../generate-docs.js';

const root = path.resolve(import.meta.dirname, '../..');

describe('generated documents', () => {
  it('are committed as the schemas make them today (else: npm run docs)', async () => {
    for (const [file, content] of Object.entries(await generatedDocuments(root))) {
      expect(readFileSync(path.join(root, file), 'utf8'), file).toBe(content);
    }
  });

  it('describe every REST call of the contract', async () => {
    const documents = await generatedDocuments(root);
    const openapi = JSON.parse(documents['docs/openapi.json'] ?? '') as {
      openapi: string;
      paths: Record<string, object>;
    };
    expect(openapi.openapi).toMatch(/^3\.1/);
    const paths = Object.keys(openapi.paths).map((key) => key.replace(/\{[^}]+\}/g, '{}'));
    for (const call of [
      '/healthz',
      '/metrics',
      '/api/v1/stores',
      '/api/v1/stores/{}/live',
      '/api/v1/stores/{}/footfall',
      '/api/v1/stores/{}/zones/metrics',
      '/api/v1/stores/{}/products/metrics',
      '/api/v1/stores/{}/heatmap',
      '/api/v1/stores/{}/shoppers/metrics',
      '/api/v1/stores/{}/sales',
      '/api/v1/stores/{}/planogram',
      '/api/v1/stores/{}/screens/{}/plays',
      '/api/v1/stores/{}/alerts',
      '/api/v1/session',
    ]) {
      expect(paths).toContain(call);
    }
  });
});
