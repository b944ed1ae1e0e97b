import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Metrics } from '../../cloud/src/http/metrics.js';
import { root } from '../support/system.js';

const folder = path.join(root, 'deploy');
const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');

interface Rule {
  alert: string;
  expr: string;
  annotations: Record<string, string>;
}
interface Panel {
  title: string;
  targets: { expr: string; legendFormat: string }[];
}
const rules = (parse(read('alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap((group) => group.rules);
const { panels } = JSON.parse(read('grafana-dashboard.json')) as { panels: Panel[] };

/** What the cloud really serves, by name, with the names of its labels. */
async function served(): Promise<Map<string, Set<string>>> {
  const metrics = new Metrics();
  metrics.start(() => 0, 1);
  metrics.batch('committed');
  metrics.facts('committed', 1);
  metrics.batchSeconds(0.1);
  metrics.commit(0.1, 1);
  metrics.waiting(0);
  metrics.agentRefused('login');
  metrics.knownReceipts('same', 1);
  const status = {
    ...{ ts: 1, agentVersion: '', configVersion: 1, journalSeq: 1 },
    refused: [{ deviceId: 'd', reason: 'late', count: 1 }],
    clockEpochs: [{ deviceId: 'd', count: 1 }],
    outbox: { waiting: 1, oldestTs: 1, discarded: 0 },
  };
  const text = await metrics.text([{ storeId: 'demo', online: true, status }]);
  const names = new Map<string, Set<string>>();
  for (const line of text.split('\n')) {
    const sample = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? /.exec(line);
    if (!sample?.[1]) continue;
    const labels = [...(sample[2] ?? '').matchAll(/(\w+)="/g)].map(([, label]) => String(label));
    names.set(sample[1], new Set([...(names.get(sample[1]) ?? []), ...labels]));
  }
  return names;
}

/** Names of metrics in an expression of PromQL: words that are no function, label or keyword. */
const metricsIn = (expr: string): string[] =>
  [
    ...expr
      .replace(/\b(by|on|without|ignoring) ?\([^)]*\)|\{[^}]*\}|"[^"]*"/g, ' ')
      .matchAll(/[a-z_:][\w:]*(?!\w*\()/gi),
  ]
    .map(([word]) => word)
    .filter((word) => word.includes('_') && !FUNCTIONS.has(word));
const FUNCTIONS = new Set(['histogram_quantile']);
/** Those that are matched or grouped by. */
const labelsIn = (expr: string): string[] => [
  ...[...expr.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g)].map(([, label]) => String(label)),
  ...[...expr.matchAll(/\b(?:by|on) ?\(([^)]*)\)/g)].flatMap(([, list]) => String(list).split(/[\s,]+/)),
];
/** Prometheus itself adds these. */
const ADDED = ['job', 'instance'];

describe('deploy/', () => {
  it('asks only for metrics and labels that are served', async () => {
    const names = await served();
    const asked = [
      ...rules.map(({ expr }) => expr),
      ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
    ];
    expect(asked.length).toBeGreaterThan(20);
    for (const expr of asked) {
      const found = metricsIn(expr);
      if (!/\bup\b/.test(expr)) expect(found, expr).not.toEqual([]);
      for (const name of found) expect([...names.keys()], expr).toContain(name);
      const labels = new Set([...found.flatMap((name) => [...(names.get(name) ?? [])]), ...ADDED]);
      for (const label of labelsIn(expr)) expect([...labels], expr).toContain(label);
      for (const [open, close] of ['()', '[]', '{}'])
        expect(expr.split(String(open)).length, expr).toBe(expr.split(String(close)).length);
    }
    // what the check itself would overlook, it would not find either
    expect(metricsIn('rate(aisle_nothing_total{a="b"}[5m]) > on (x) aisle_other')).toEqual([
      'aisle_nothing_total',
      'aisle_other',
    ]);
  });

  it('says in both languages what is wrong, each alert once', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
    for (const { alert, annotations } of rules) {
      expect(annotations['summary'], alert).toMatch(/[a-z]/);
      expect(annotations['summary_zh'], alert).toMatch(/[\u4e00-\u9fff]/);
    }
    for (const { title } of panels) expect(title).toMatch(/[a-z].* · .*[\u4e00-\u9fff]/);
  });

  it('starts programs that the build makes, and names files that are there', () => {
    const build = readFileSync(path.join(root, 'scripts/build.mjs'), 'utf8');
    const guide = readFileSync(path.join(root, 'docs/operator-guide.md'), 'utf8');
    for (const unit of readdirSync(folder).filter((name) => name.endsWith('.service'))) {
      const program = /dist\/(\w+\/main)\.mjs/.exec(read(unit))?.[1];
      expect(build, unit).toContain(`'${program}'`);
      // the limits are those of the guide
      expect(guide, unit).toContain(/--max-old-space-size=\d+ --max-semi-space-size=\d+/.exec(read(unit))?.[0]);
    }
    const { rule_files: files } = parse(read('prometheus.yml')) as { rule_files: string[] };
    for (const file of files) expect(existsSync(path.join(folder, file))).toBe(true);
    for (const [, file] of read('README.md').matchAll(/`([\w.-]+\.(?:yml|json|service))`/g))
      expect(existsSync(path.join(folder, String(file))), String(file)).toBe(true);
  });
});
