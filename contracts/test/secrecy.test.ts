import { describe, expect, it } from 'vitest';
import {
  HIDDEN,
  StoreFileError,
  checkStoreFile,
  jsonWithoutSecrets,
  scrubber,
  secretsIn,
  shownAddress,
  storeFileDoubts,
  withSecretsOf,
  withoutSecrets,
  type StoreFile,
} from '../src/index.js';

describe('the address of a stream as it is shown', () => {
  it.each([
    ['rtsp://10.0.0.7:554/ch1', 'rtsp://10.0.0.7:554/…'],
    ['rtsp://admin:s3cret@10.0.0.7:554/ch1', 'rtsp://10.0.0.7:554/…'],
    ['rtsp://admin:s3@cret@cam.local/ch1', 'rtsp://cam.local/…'],
    ['rtsp://admin:s3/cret@cam.local/ch1', 'rtsp:///…'],
    ['rtsp://admin/s3cret@cam.local/ch1', 'rtsp:///…'],
    ['rtsps://[fd00::7]:7441/s3crettoken?enableSrtp', 'rtsps://[fd00::7]:7441/…'],
    ['http://cam/video?user=admin&pwd=s3@cret', 'http://cam/…'],
    ['HTTP://cam?password=s3cret', 'HTTP://cam/…'],
    ['admin:s3cret@10.0.0.7', '…'],
    ['/films/monday.mp4', 'monday.mp4'],
  ])('%s is %s', (url, shown) => {
    expect(shownAddress(url)).toBe(shown);
    expect(shownAddress(url)).not.toMatch(/s3|cret/);
  });
});

const KEY = '231d39c1d7cc1ab1aee224cd096db932';
const URL = 'rtsp://admin:s3cret-word@cam.local:554/ch1?token=another-s3cret';
const file: StoreFile = {
  store: { id: 's', name: 'S', timezone: 'UTC', currency: 'EUR' },
  floor: { width: 5, depth: 5 },
  devices: [
    { id: 'scale', family: 'shelf', dialect: 'bthome', key: KEY, address: 'A4:C1:38:00:00:01' },
    { id: 'cam', family: 'camera', dialect: 'aisle', stream: { url: URL, framesPerSecond: 2 } },
    { id: 'film', family: 'camera', dialect: 'aisle', stream: { url: '/films/a.mp4?loop' } },
    {
      ...{ id: 'door', family: 'screen', dialect: 'anthias' },
      target: { url: 'http://192.168.1.40', username: 'shop', password: 's3cret-screen' },
    },
  ],
};

describe('a store file for those who may not see its secrets', () => {
  const shown = withoutSecrets(file);

  it('has neither keys nor what stands in addresses, and is otherwise the same', () => {
    expect(JSON.stringify(shown)).not.toMatch(/s3cret|231d39/);
    expect(shown.devices).toMatchObject([
      { id: 'scale', key: HIDDEN },
      { id: 'cam', stream: { url: 'rtsp://cam.local:554/…', framesPerSecond: 2 } },
      { id: 'film', stream: { url: '/films/a.mp4?loop' } },
      { id: 'door', target: { url: 'http://192.168.1.40', username: 'shop', password: HIDDEN } },
    ]);
  });

  it('gets them back when it is sent, whatever else was changed', () => {
    const edited = structuredClone(shown);
    edited.floor.width = 6;
    edited.devices?.reverse();
    const { file: restored, problems } = withSecretsOf(edited, file);
    expect(problems).toEqual([]);
    expect(restored).toEqual({ ...file, floor: { width: 6, depth: 5 }, devices: [...(file.devices ?? [])].reverse() });
  });

  it.each([
    ['another host', (cam: { stream: { url: string } }) => (cam.stream.url = 'rtsp://thief.example/…'), 'stream.url'],
    ['another device', (cam: { id?: string }) => (cam.id = 'cam-9'), 'stream.url'],
    ['a device without one', (cam: { key?: string }) => (cam.key = HIDDEN), 'key'],
  ])('does not give a secret to %s', (_what, change, field) => {
    const edited = structuredClone(shown);
    change((edited.devices as unknown as { stream: { url: string } }[])[1] as never);
    const { problems } = withSecretsOf(edited, file);
    expect(problems).toMatchObject([{ field: `devices[1].${field}`, code: 'hiddenValue' }]);
  });

  it('does not give the password of a screen to another address, however alike', () => {
    const edited = structuredClone(shown);
    const target = edited.devices?.[3]?.target;
    if (target) target.url = 'http://192.168.1.40:8080';
    expect(withSecretsOf(edited, file).problems).toMatchObject([
      { field: 'devices[3].target.password', code: 'hiddenValue' },
    ]);
  });

  it.each([null, 'text', { devices: 7 }, { devices: [7, null] }])('leaves %j to be refused by the rules', (sent) => {
    expect(withSecretsOf(sent, file)).toEqual({ file: sent, problems: [] });
  });
});

describe('where a screen of another maker is reached', () => {
  const screen = { id: 'door', family: 'screen', dialect: 'anthias' };
  it.each([
    ['its target.url', { ...screen, target: { url: 'http://shop:s3cret@192.168.1.40' } }, 'devices[0].target.url'],
    ['its target.url', { ...screen, target: { url: 'javascript:alert(1)' } }, 'devices[0].target.url'],
    ['its target.username', { ...screen, target: { url: 'http://a', username: 'a:b' } }, 'devices[0].target.username'],
    ['its target.password', { ...screen, target: { url: 'http://a', password: 5332 } }, 'devices[0].target.password'],
    ['a till', { ...screen, family: 'till', target: { url: 'http://a' } }, 'devices[0].target'],
  ])('is refused at the field, without the secret: %s', (_what, entry, field) => {
    const refused = () => checkStoreFile({ ...file, devices: [entry] }, 'store.yaml');
    expect(refused).toThrow(field);
    expect(refused).not.toThrow(/s3cret|5332/);
  });

  it('is missed, and no reason to refuse: a file of an earlier version may have named that dialect', () => {
    const without = checkStoreFile({ ...file, devices: [screen] }, 'store.yaml');
    expect(storeFileDoubts(without)).toMatchObject([{ field: 'devices[0].target', code: 'expectedOther' }]);
    expect(storeFileDoubts(checkStoreFile(file, 'store.yaml')).filter(({ field }) => field.includes('target'))).toEqual(
      [],
    );
  });
});

describe('what is wrong with a store file', () => {
  const device = { id: 'cam', family: 'camera', dialect: 'aisle' };
  it.each([
    ['a key that is none', { ...device, key: 's3cret-word' }],
    ['a key without quotes', { ...device, key: 5332 }],
    ['an address instead of a stream', { ...device, stream: URL }],
    ['an address in a list', { ...device, stream: { url: [URL] } }],
    [
      'an entry in an entry',
      { ...device, stream: { url: URL, framesPerSecond: { password: 's3cret-word', url: URL } } },
    ],
    ['a device for a number', { ...device, maxGrams: { ...device, key: KEY, stream: { url: URL } } }],
  ])('is said without the secret: %s', (_what, entry) => {
    const refused = () => checkStoreFile({ ...file, devices: [entry] }, 'store.yaml');
    expect(refused).toThrow(StoreFileError);
    expect(refused).toThrow(/devices\[0\]/);
    expect(refused).not.toThrow(/s3cret|231d39|5332/);
  });
});

describe('logs', () => {
  const config = {
    series: { url: 'http://reader:p%40ssw0rd-one@db:8086', token: 'token-of-influx' },
    cloud: { password: 'the "quoted" one' },
    short: { password: 'abc' },
  };

  it('know every secret of a configuration, and leave it out in each of its forms', () => {
    expect(secretsIn(config).sort()).toEqual(
      ['p%40ssw0rd-one', 'p@ssw0rd-one', 'token-of-influx', 'the "quoted" one'].sort(),
    );
    const scrub = scrubber(secretsIn(config));
    for (const text of ['Token token-of-influx', 'p@ssw0rd-one', 'the "quoted" one', 'rtsp://a:b/c@d@host/x'])
      expect(scrub(JSON.stringify({ msg: `no: ${text}!` }))).not.toMatch(/ssw0rd|token-of|quoted|b\/c|@d/);
    expect(scrub('{"msg":"rtsp://cam/x, mail a@b.c"}')).toBe('{"msg":"rtsp://cam/x, mail a@b.c"}');
  });

  it('show values without what is secret by its name', () => {
    expect(jsonWithoutSecrets({ password: 'x', apiToken: 'y', key: 'z', url: 'amqp://u:p@h', keyboard: 'k' })).toBe(
      '{"password":"…","apiToken":"…","key":"…","url":"amqp://…@h","keyboard":"k"}',
    );
  });
});
