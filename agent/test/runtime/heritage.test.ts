import { expect, it } from 'vitest';
import type { DomainEvent } from '@aisle/contracts';
import { HeritageReader } from '../../src/journal/heritage.js';
import { STORE } from './harness.js';

it('what people and the cloud have said is taken over, of each thing the newest word, in the order of those; nothing that was measured', () => {
  const said = (kind: string, over: object): DomainEvent => ({ kind, ts: 1, ...over }) as unknown as DomainEvent;
  const order = (screenId: string, note: string) => said('ordered', { order: { screenId, note } });
  const secret = (deviceId: string, sha256: string) => said('credential', { deviceId, sha256 });
  const campaign = (campaignId: string, revision: number) => said('campaign', { campaign: { campaignId, revision } });
  const calibrated = (cameraId: string) => said('calibrated', { cameraId });
  const events = [
    said('configured', { version: 1, storeFile: STORE }),
    order('screen-1', 'old'),
    secret('cam-1', 'old'),
    secret('cam-2', 'only'),
    said('positions', { deviceId: 'cam-1', people: [] }),
    order('screen-2', 'only'),
    campaign('c', 1),
    campaign('c', 2),
    calibrated('cam-1'),
    said('planned', { version: 3 }),
    order('screen-1', 'new'),
    secret('cam-1', 'new'),
  ];
  const reader = new HeritageReader({ config: { version: 9, storeFile: STORE }, inboxSeq: 4 }, 7);
  events.forEach((event, index) => reader.read({ seq: index + 1, event, inboxSeq: index === 5 ? 6 : 0 }));
  const { events: kept, inboxSeq } = reader.heritage();
  expect(inboxSeq).toBe(6);
  expect(kept).toEqual([0, 3, 5, 6, 7, 8, 9, 10, 11].map((index) => events[index]));
});
