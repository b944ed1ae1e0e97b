import { expect, it } from 'vitest';
import type { CloudConfig } from '../../src/config/cloud-config.js';
import { refuseUnshareable, unshareable } from '../../src/replicas/refusals.js';

const url = 'postgresql://aisle@db/aisle';
const whole: CloudConfig = {
  ...{ dataDir: 'data', host: '127.0.0.1', httpPort: 8080, mqttPort: 0, replicas: true },
  ...{ catalog: { engine: 'postgres', url }, series: { engine: 'postgres', url }, broker: 'nats' },
  nats: { servers: ['nats://nats-1:4222'], keysFile: 'keys.json' },
  content: { engine: 's3', url: 'https://objects', bucket: 'aisle', accessKeyId: 'a', secretAccessKey: 's' },
  publicUrl: 'https://aisle.shop.test',
};
const without = (name: keyof CloudConfig): CloudConfig =>
  Object.fromEntries(Object.entries(whole).filter(([key]) => key !== name)) as CloudConfig;

it('several processes start where all that they use can be shared', () => {
  expect(unshareable(whole)).toEqual([]);
  expect(unshareable({ ...whole, content: { engine: 'folder', shared: true } })).toEqual([]);
  expect(unshareable({ ...whole, series: { engine: 'influxdb', url: 'http://influx', database: 'aisle' } })).toEqual(
    [],
  );
});

it.each<[string, CloudConfig]>([
  ['catalog.engine "sqlite"', { ...whole, catalog: { engine: 'sqlite' } }],
  ['series.engine "duckdb"', { ...whole, series: { engine: 'duckdb' } }],
  ['broker "embedded"', without('broker')],
  ['broker "embedded"', { ...whole, broker: 'embedded' }],
  ['content lies in a folder', without('content')],
  ['content lies in a folder', { ...whole, content: { engine: 'folder' } }],
  ['publicUrl is missing', without('publicUrl')],
])('with %s they refuse to start, and say so', (what, config) => {
  expect(unshareable(config)).toHaveLength(1);
  expect(() => refuseUnshareable(config)).toThrow(expect.objectContaining({ code: 'config', message: expect.stringContaining(what) })); // prettier-ignore
});

it('everything that is wrong is named at once, and one process alone is asked nothing', () => {
  const embedded: CloudConfig = {
    ...{ dataDir: 'data', host: '127.0.0.1', httpPort: 8080, mqttPort: 1884, replicas: true },
    ...{ catalog: { engine: 'sqlite' }, series: { engine: 'duckdb' } },
  };
  expect(unshareable(embedded)).toHaveLength(5);
  expect(() => refuseUnshareable({ ...embedded, replicas: false })).not.toThrow();
});
