import { readFileSync } from 'node:fs';
import path from 'node:path';
import { StoreFile, compile, jsonSchema, means } from '@aisle/contracts';
import { Type, type TSchema } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import { AgentConfig, Credentials } from '../../agent/src/config/agent-config.js';
import { CloudConfig, Provision } from '../../cloud/src/config/cloud-config.js';
import { ScenarioDocument } from '../../simulators/src/scenario/scenario.js';
import { fieldTables, fieldsOf, withFieldTables } from '../schema-fields.js';

const root = path.resolve(import.meta.dirname, '../..');
const FILES: readonly (readonly [what: string, schema: TSchema])[] = [
  ['the store file', StoreFile],
  ['agent.json', AgentConfig],
  ['the credentials of the agent', Credentials],
  ['cloud.json', CloudConfig],
  ['provision.json', Provision],
  ['a scenario', ScenarioDocument],
];

const isNumber = ({ type }: TSchema): boolean => type === 'number' || type === 'integer';
const UNITS =
  /metres|megabytes|seconds|minutes|hours|days|degrees|pixels|pictures a second|grams|dBm|decibels|a share|a price|a cost|units|level|a port|whole number|number of|a number/;

describe.each(FILES)('the schema of %s', (_what, schema) => {
  const fields = fieldsOf(schema);

  it('tells the meaning of every field', () => {
    expect(fields.length).toBeGreaterThan(0);
    for (const field of fields) expect(field.schema.meaning, field.path).toMatch(/^.{10,}[.…]$/s);
  });

  it('tells unit and bounds of every number', () => {
    for (const { path: at, schema: field } of fields.filter((known) => isNumber(known.schema))) {
      expect(field.description, `unit of ${at}`).toMatch(UNITS);
      expect(field.minimum ?? field.exclusiveMinimum, `least of ${at}`).toBeTypeOf('number');
      expect(field.maximum, `most of ${at}`).toBeTypeOf('number');
    }
  });

  it('shows both in its document', () => {
    const document = JSON.stringify(jsonSchema(schema));
    for (const { path: at, schema: field } of fields) {
      expect(document, at).toContain(JSON.stringify(field.meaning).slice(1, -1));
    }
    expect(document).not.toContain('"meaning"');
  });
});

describe('fields of a schema', () => {
  const Pot = Type.Object({ litres: means('How much it holds.', Type.Number({ description: 'litres, 1 | 2' })) });
  const Kitchen = Type.Object({
    pots: Type.Optional(means('What it cooks in.', Type.Array(Pot))),
    shelf: means('Where.', Type.Record(Type.String(), Pot)),
    cook: means('Who.', Type.Union([Type.String(), Type.Object({ first: means('A name.', Type.String()) })])),
  });

  it('are found in lists, records and forms', () => {
    expect(fieldsOf(Kitchen).map(({ path: at, required }) => [at, required])).toEqual([
      ['pots', false],
      ['pots[].litres', true],
      ['shelf', true],
      ['shelf.*.litres', true],
      ['cook', true],
      ['cook.first', true],
    ]);
  });

  it('become tables of a guide, a part for each key that has some; the guide around them stays', () => {
    const guide = 'Before.\n<!-- fields, written by npm run docs -->\noutdated\n<!-- end of fields -->\nAfter.\n';
    const made = withFieldTables(guide, Kitchen);
    expect(made).toMatch(/^Before\.\n[^]*\nAfter\.\n$/);
    expect(made).not.toContain('outdated');
    expect(made).toContain('| `pots` (optional) | What it cooks in. |  |\n');
    expect(made).toContain('\n### pots\n');
    expect(made).toContain('| `pots[].litres` | How much it holds. | litres, 1 \\| 2 |\n');
    expect(made).not.toContain('cook.first');
    expect(withFieldTables(made, Kitchen)).toBe(made);
    expect(() => withFieldTables('Before.', Kitchen)).toThrow('has no place for the fields');
  });

  it('keep their meaning out of refusals, which say what was expected', () => {
    const checked = compile(Pot).check({ litres: 'many' });
    expect(checked).toMatchObject({
      ok: false,
      problem: { field: 'litres', message: 'expected litres, 1 | 2, got "many"' },
    });
    expect(jsonSchema(Pot).properties).toEqual({
      litres: { type: 'number', description: 'How much it holds. Expected: litres, 1 | 2.' },
    });
  });
});

describe('the guide to the store file', () => {
  it('has all its fields', () => {
    const guide = readFileSync(path.join(root, 'docs/store-file.md'), 'utf8');
    expect(guide).toContain(fieldTables(StoreFile));
    expect(guide).toContain('| `zones[].engagedAfterSeconds` (optional) |');
  });
});
