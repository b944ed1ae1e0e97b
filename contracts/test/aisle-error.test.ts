import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { AisleError, StoreFileError, problem } from '../src/index.js';

const root = path.resolve(import.meta.dirname, '../..');
const sources = ['agent', 'cloud', 'contracts', 'dashboard', 'simulators'].flatMap((room) =>
  readdirSync(path.join(root, room, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(room, 'src', file)),
);

describe('errors of ours', () => {
  it('all have a code and say what can be done: none is a bare Error', () => {
    expect(sources.length).toBeGreaterThan(500);
    const bare = sources.filter((file) =>
      /class \w+ extends Error\b/.test(
        readFileSync(path.join(root, file), 'utf8').replace(
          'class AisleError<Code extends string = string> extends Error',
          '',
        ),
      ),
    );
    expect(bare).toEqual([]);
  });

  it('carry their context, and are refused for good unless they say otherwise', () => {
    const error = new StoreFileError('shop.yaml', [problem('zones[0].id', 'missing'), problem('', 'notYamlText')]);
    expect(error).toBeInstanceOf(AisleError);
    expect([error.code, error.remedy, error.name]).toEqual(['storeFile', 'drop', 'StoreFileError']);
    expect(error.message).toBe('shop.yaml: zones[0].id is missing; is not YAML');
  });
});
