import { expect, it } from 'vitest';
import { RefusedCommands } from '../../src/uplink/refused-commands.js';

const stored = (text?: string) => {
  const meta = new Map<string, string>(text === undefined ? [] : [['inboxRefused', text]]);
  return {
    meta: (key: string) => meta.get(key),
    setMeta: (key: string, value: string) => void meta.set(key, value),
    text: () => meta.get('inboxRefused'),
  };
};

it('a refused command is known until it was taken after all, over a restart', () => {
  const store = stored();
  const refused = new RefusedCommands(store);
  refused.add({ seq: 3, code: 'malformed' });
  refused.add({ seq: 4, code: 'malformed' });
  expect([refused.has(3), refused.has(4), refused.has(5)]).toEqual([true, true, false]);
  refused.remove(3);
  refused.remove(5);
  expect(new RefusedCommands(store).list()).toEqual([{ seq: 4, code: 'malformed' }]);
});

it('one that is refused again stands once, as the newest, and the newest 200 are kept', () => {
  const refused = new RefusedCommands(stored());
  for (let seq = 1; seq <= 201; seq += 1) refused.add({ seq, code: 'malformed' });
  refused.add({ seq: 5, code: 'malformed' });
  expect(refused.list()).toHaveLength(200);
  expect([refused.has(1), refused.has(2), refused.list().at(-1)?.seq]).toEqual([false, true, 5]);
});

it('codes of a newer agent are not told on', () => {
  const refused = new RefusedCommands(stored('[{"seq":1,"code":"tooWarm"},{"seq":2,"code":"malformed"}]'));
  expect(refused.list()).toEqual([{ seq: 2, code: 'malformed' }]);
});
