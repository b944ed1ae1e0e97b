import { describe, expect, it } from 'vitest';
import { decodeFrigate } from '../../src/devices/camera/frigate.js';
import { bytes, mutations, recording } from './support.js';

const after = {
  id: '1.5-abc',
  camera: 'front',
  frame_time: 1607123962.0829,
  label: 'person',
  box: [432, 496, 544, 854],
  score: 0.87,
  start_time: 1607123955.4754,
  end_time: null,
  current_zones: ['yard'],
  entered_zones: ['gate', 'yard'],
};

describe('Frigate events', () => {
  it.each([
    ['new', null, null],
    ['update', null, null],
    ['end', 1607123970.5, 1607123970500],
  ])('reads %s with the middle of the lower edge as the place', (type, end_time, endedTs) => {
    expect(decodeFrigate('frigate/events', bytes({ type, before: {}, after: { ...after, end_time } }))).toEqual({
      ok: true,
      value: {
        type,
        ts: 1607123962083,
        id: '1.5-abc',
        camera: 'front',
        label: 'person',
        box: [432, 496, 544, 854],
        foot: [488, 854],
        unit: 'pixels',
        score: 0.87,
        falsePositive: false,
        stationary: false,
        startedTs: 1607123955475,
        endedTs,
        zones: ['yard'],
        zonesBefore: ['gate', 'yard'],
      },
    });
  });

  it('takes no zones for none, however they are written', () => {
    const message = { type: 'new', before: null, after: { ...after, current_zones: null, entered_zones: null } };
    expect(decodeFrigate('frigate/events', bytes(message))).toMatchObject({ value: { zones: [], zonesBefore: [] } });
  });

  it('tells boxes in parts of the picture from boxes in pixels', () => {
    const message = { type: 'new', after: { ...after, box: [0.25, 0.5, 0.75, 1] } };
    expect(decodeFrigate('f/events', bytes(message), 'f')).toMatchObject({
      value: { unit: 'picture', foot: [0.5, 1] },
    });
  });

  it.each([
    ['frigate/front/person', { type: 'new', after }, 'topic', ''],
    ['frigate/events', { type: 'gone', after }, 'malformed', 'type'],
    ['frigate/events', { type: 'new' }, 'malformed', 'after'],
    ['frigate/events', { type: 'new', after: { ...after, box: [1, 2, 3] } }, 'malformed', 'after.box'],
    ['frigate/events', { type: 'new', after: { ...after, box: [5, 2, 3, 4] } }, 'malformed', 'after.box'],
    ['frigate/events', { type: 'new', after: { ...after, frame_time: '1607123962' } }, 'malformed', 'after.frame_time'],
    ['frigate/events', { type: 'new', after: { ...after, id: '' } }, 'malformed', 'after.id'],
  ])('refuses %s %j as %s of %s', (topic, message, reason, field) => {
    expect(decodeFrigate(topic, bytes(message))).toMatchObject({ ok: false, reason, field });
  });

  const sample = recording('frigate_event.json');
  it.skipIf(!sample)('AISLE_RECORDINGS frigate_event.json: the event is read', () => {
    expect(decodeFrigate('frigate/events', bytes(sample))).toMatchObject({
      ok: true,
      value: {
        type: 'update',
        id: '1607123955.475377-mxklsc',
        camera: 'front_door',
        foot: [488, 854],
        zones: ['yard', 'driveway'],
        ts: 1607123962083,
        falsePositive: false,
      },
    });
  });

  it('never throws on garbage, and gives only places and times that are numbers', () => {
    for (const message of mutations(23, [bytes({ type: 'update', before: after, after })], 20_000)) {
      const read = decodeFrigate('frigate/events', message);
      if (!read.ok) continue;
      const { ts, startedTs, foot } = read.value;
      expect([ts, startedTs].every(Number.isSafeInteger) && foot.every(Number.isFinite)).toBe(true);
    }
  });
});
