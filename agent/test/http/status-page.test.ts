import { describe, expect, it } from 'vitest';
import type { LiveDevice, StoreFile } from '@aisle/contracts';
import { statusRoutes, type StatusView } from '../../src/http/status-page.js';
import type { Answer, Language, Request } from '../../src/http/server.js';

const FILE: StoreFile = {
  store: { id: 'demo', name: { en: 'Demo shop', zh: '示范店' }, timezone: 'Asia/Shanghai', currency: 'CNY' },
  floor: { width: 4, depth: 4 },
  categories: [{ id: 'dairy', name: { en: 'Dairy', zh: '乳品' } }],
  devices: [
    { id: 'cam-1', name: { en: 'Door camera', zh: '门口摄像头' }, family: 'camera', dialect: 'aisle' },
    { id: 'screen-1', name: { en: 'Entrance screen', zh: '入口屏' }, family: 'screen', dialect: 'aisle' },
  ],
};
const NOW = Date.parse('2026-06-13T17:24:00+08:00');
const DEVICE: LiveDevice = {
  deviceId: 'cam-1',
  family: 'camera',
  state: 'silent',
  lastSeenTs: NOW - 60_000,
  messagesPerMinute: 3,
  refused: [
    {
      reason: 'malformed',
      count: 12,
      lastTs: NOW,
      sample: 'grams expected a number',
      why: { field: 'grams', code: 'missing', values: {} },
    },
  ],
};
const VIEW: StatusView = {
  ...{ storeId: 'demo', file: FILE, configVersion: 3, cloudConnected: false, journalSeq: 77, blocked: true, now: NOW },
  outbox: { waiting: 5, oldestTs: NOW - 120_000, discarded: 2 },
  sides: {},
  devices: [DEVICE],
  screens: [
    {
      ...{
        deviceId: 'screen-1',
        decisionId: 'd',
        contentId: 'card-dairy',
        category: 'dairy',
        audience: 2,
        sinceTs: NOW,
      },
      reason: 'Shoppers here spent longest in Dairy (47 s)',
      why: { code: 'dwell', values: { category: 'dairy', seconds: 47 } },
    },
  ],
  unknown: [{ reason: 'unknownDevice', count: 4, sample: 'knock' }],
};

async function page(language: Language, view: Partial<StatusView> = {}): Promise<string> {
  const door = { lets: () => true, turnAway: () => ({ status: 401, body: '' }) };
  const route = statusRoutes(door as unknown as Parameters<typeof statusRoutes>[0], () => ({ ...VIEW, ...view }));
  return String(((await route({ path: '/', language } as Request)) as Answer).body);
}
/** what a reader sees: without tags, and without what names of things and addresses bring in */
const seen = (html: string): string => html.replace(/<(script|style)[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>/g, ' ');

describe('the agent’s status page', () => {
  it('says in Chinese what it says in English, with names, reasons and times of the shop', async () => {
    const zh = seen(await page('zh'));
    for (const words of [
      '示范店',
      '门口摄像头',
      '摄像头',
      '无消息',
      '乳品',
      '停留最久',
      '磁盘已满',
      '第 3 版',
      '未登记',
    ])
      expect(zh).toContain(words);
    expect(zh).toContain('17:23:00');
    const left = zh.match(/[A-Za-z]{3,}/g)?.filter((word) => !['Aisle', 'cam', 'English', 'grams'].includes(word));
    expect(left).toEqual([]);
    const en = seen(await page('en'));
    for (const words of [
      'Demo shop',
      'Door camera',
      'silent',
      'stopped longest at Dairy',
      'the disk is full',
      '17:23:00',
    ])
      expect(en).toContain(words);
    expect(en).toMatch(/12 × could not be read/);
  });

  it('is never loaded anew by itself: parts of it are renewed where they stand', async () => {
    const html = await page('en');
    expect(html).not.toContain('http-equiv');
    expect(html).toContain('src="/status.js"');
    for (const part of ['state', 'screens', 'devices', 'unknown', 'asof'])
      expect(html).toContain(`data-part="${part}"`);
  });

  it('says how many stand before a screen only while everything speaks that senses its zone', async () => {
    const file: StoreFile = {
      ...FILE,
      zones: [
        {
          ...{ id: 'door', kind: 'screen', name: { en: 'Door', zh: '门口' } },
          polygon: [
            [0, 0],
            [2, 0],
            [2, 2],
          ],
        },
      ],
      devices: FILE.devices?.map((device) => (device.id === 'screen-1' ? { ...device, zone: 'door' } : device)) ?? [],
    };
    const before = async (device: Partial<LiveDevice>): Promise<string> =>
      seen((await page('zh', { file, devices: [{ ...DEVICE, ...device }] })).split('data-part="devices"')[0] ?? '');
    expect(await before({ state: 'online', sensing: true })).not.toContain('无客流数据');
    expect(await before({ state: 'online', sensing: false })).toContain('无客流数据');
    expect(await before({ state: 'silent' })).toContain('无客流数据');
    expect(seen(await page('en', { file, devices: [] }))).toContain('not sensed');
  });

  it('shows a shop without a store file, and what devices send cannot become markup', async () => {
    const html = await page('en', {
      ...{ file: undefined, configVersion: 0, screens: [] },
      devices: [{ ...DEVICE, deviceId: '<img src=x>', refused: [] }],
    });
    expect(html).toContain('&#60;img src=x&#62;');
    expect(html).not.toContain('<img');
    expect(seen(html)).toContain('none yet');
  });

  it('says in either language that its certificate ends, two weeks before, and that it has', async () => {
    const DAY = 86_400_000;
    expect(await page('en', { certificateEndsTs: NOW + 60 * DAY })).not.toContain('data-certificate');
    expect(seen(await page('en', { certificateEndsTs: NOW + 14 * DAY }))).toContain(
      'The certificate of this agent ends on 27 Jun',
    );
    expect(seen(await page('zh', { certificateEndsTs: NOW + 14 * DAY }))).toContain('本机证书将于 6月27日');
    expect(seen(await page('en', { certificateEndsTs: NOW - DAY }))).toContain('ended on 12 Jun');
    expect(seen(await page('zh', { certificateEndsTs: NOW - DAY }))).toContain('过期');
  });
});
