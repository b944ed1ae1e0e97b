import { describe, expect, it } from 'vitest';
import { Listeners } from '../../src/ports/listeners.js';

describe('listeners', () => {
  it('are told in the order in which they came, until they leave', () => {
    const heard: string[] = [];
    const listeners = new Listeners<[string]>(() => undefined);
    const leave = listeners.add((word) => heard.push(`first ${word}`));
    listeners.add((word) => heard.push(`second ${word}`));
    listeners.tell('a');
    leave();
    leave();
    listeners.tell('b');
    expect(heard).toEqual(['first a', 'second a', 'second b']);
    expect(listeners.size).toBe(1);
  });

  it('that fail harm only themselves, and are heard of', () => {
    const heard: string[] = [];
    const failures: unknown[] = [];
    const listeners = new Listeners<[string]>((error) => failures.push(error));
    const broken = new Error('broken');
    listeners.add(() => {
      throw broken;
    });
    listeners.add((word) => heard.push(word));
    listeners.tell('a');
    expect([heard, failures]).toEqual([['a'], [broken]]);
  });

  it('may leave and come while they are told', () => {
    const heard: string[] = [];
    const listeners = new Listeners(() => undefined);
    const leave = listeners.add(() => {
      leave();
      listeners.add(() => heard.push('new'));
      heard.push('old');
    });
    listeners.add(() => heard.push('other'));
    listeners.tell();
    expect(heard).toEqual(['old', 'other']);
    listeners.tell();
    expect(heard).toEqual(['old', 'other', 'other', 'new']);
  });
});
