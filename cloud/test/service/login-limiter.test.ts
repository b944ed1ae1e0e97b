import { beforeEach, describe, expect, it } from 'vitest';
import { LoginLimiter } from '../../src/access/login-limiter.js';

let now = 0;
let limiter: LoginLimiter;
const fail = (times: number, email = 'a@x', address = '1.1.1.1') => {
  for (let at = 0; at < times; at += 1) limiter.failed(email, address);
};
beforeEach(() => {
  now = 1_000_000;
  limiter = new LoginLimiter({
    now: () => now,
    monotonicMs: () => now,
    after: () => () => undefined,
    every: () => () => undefined,
  });
});

describe('after failed log-ins', () => {
  it.each([
    [4, 0],
    [5, 1],
    [6, 2],
    [7, 4],
    [10, 32],
    [40, 900],
  ])('%i of one person, the wait is %i s', (failures, seconds) => {
    // from changing addresses' point of view only this pair is known
    fail(failures);
    expect(Math.min(limiter.waitSeconds('a@x', '1.1.1.1'), 900)).toBe(failures === 40 ? 900 : seconds);
  });

  it('the wait is over when its time has passed', () => {
    fail(7);
    now += 3_999;
    expect(limiter.waitSeconds('a@x', '1.1.1.1')).toBe(1);
    now += 1;
    expect(limiter.waitSeconds('a@x', '1.1.1.1')).toBe(0);
  });

  it('one address that tries many accounts waits, whatever the account', () => {
    for (let at = 0; at < 25; at += 1) limiter.failed(`user-${at}@x`, '6.6.6.6');
    expect(limiter.waitSeconds('never-tried@x', '6.6.6.6')).toBeGreaterThan(0);
    expect(limiter.waitSeconds('user-1@x', '1.1.1.1')).toBe(0);
  });

  it('strangers cannot lock the owner out for more than half a minute', () => {
    for (let at = 0; at < 500; at += 1) limiter.failed('owner@x', `9.9.${at >> 8}.${at & 255}`);
    limiter.failed('owner@x', '1.1.1.1');
    expect(limiter.waitSeconds('owner@x', '1.1.1.1')).toBeGreaterThan(0);
    expect(limiter.waitSeconds('owner@x', '1.1.1.1')).toBeLessThanOrEqual(30);
  });

  it('a first try is open however long strangers go on, and to each of them there is one', () => {
    for (let at = 0; at < 3_000; at += 1) {
      limiter.failed('owner@x', `9.${at >> 8}.9.${at & 255}`);
      now += 10_000;
      expect(limiter.waitSeconds('owner@x', '1.1.1.1')).toBe(0);
    }
    expect(limiter.waitSeconds('owner@x', '9.11.9.183')).toBeGreaterThan(0);
  });

  it('who has signed in from an address waits for no stranger behind it, but for own mistakes', () => {
    limiter.succeeded('owner@x', '6.6.6.6');
    for (let at = 0; at < 500; at += 1) limiter.failed(`user-${at}@x`, '6.6.6.6');
    expect(limiter.waitSeconds('owner@x', '6.6.6.6')).toBe(0);
    fail(7, 'owner@x', '6.6.6.6');
    expect(limiter.waitSeconds('owner@x', '6.6.6.6')).toBeGreaterThan(0);
  });

  it('the addresses of one customer are one sender, however they are written', () => {
    for (let at = 0; at < 25; at += 1) limiter.failed(`user-${at}@x`, `2001:db8:0:7::${at.toString(16)}`);
    expect(limiter.waitSeconds('never-tried@x', '2001:0db8:0000:0007:ffff:1:2:3')).toBeGreaterThan(0);
    expect(limiter.waitSeconds('never-tried@x', '2001:db8:0:8::1')).toBe(0);
    fail(25, 'b@x', '::ffff:7.7.7.7');
    expect(limiter.waitSeconds('c@x', '7.7.7.7')).toBeGreaterThan(0);
  });

  it('strangers behind the same address lock nobody out whose account they leave alone for more than a minute', () => {
    for (let at = 0; at < 5_000; at += 1) limiter.failed(`user-${at}@x`, '6.6.6.6');
    expect(limiter.waitSeconds('owner@x', '6.6.6.6')).toBeGreaterThan(0);
    expect(limiter.waitSeconds('owner@x', '6.6.6.6')).toBeLessThanOrEqual(60);
  });

  it('a right password forgives the person, not the address', () => {
    for (let at = 0; at < 25; at += 1) limiter.failed(`user-${at}@x`, '6.6.6.6');
    limiter.failed('a@x', '6.6.6.6');
    limiter.succeeded('a@x', '6.6.6.6');
    expect(limiter.waitSeconds('b@x', '6.6.6.6')).toBeGreaterThan(0);
    fail(9);
    limiter.succeeded('a@x', '1.1.1.1');
    expect(limiter.waitSeconds('a@x', '1.1.1.1')).toBe(0);
  });
});
