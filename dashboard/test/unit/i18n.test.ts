import { describe, expect, it } from 'vitest';
import { INCIDENTS, REFUSAL_REASONS, type LiveAlert, type StoreFile } from '@aisle/contracts';
import { formatPercent } from '../../src/lib/i18n/format.js';
import { DICTIONARIES, nameOf, preferredLocale, translate, type MessageKey } from '../../src/lib/i18n/translate.js';
import { ALERT_WORDS, alertWords, openAlerts } from '../../src/lib/figures/alerts.js';
import { REFUSAL_WORDS, refusalWords } from '../../src/lib/figures/refusals.js';
import { reasonWords } from '../../src/lib/figures/reasons.js';

const names = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as string).sort();

describe('the two languages', () => {
  const keys = Object.keys(DICTIONARIES.en) as MessageKey[];

  it('have the same keys', () => {
    expect(Object.keys(DICTIONARIES.zh).sort()).toEqual([...keys].sort());
  });

  it('say everything with the same parts, and leave nothing empty', () => {
    const wrong = keys.filter((key) => {
      const zh = DICTIONARIES.zh[key];
      const forms = DICTIONARIES.en[key].split(' | ');
      return zh.trim() === '' || forms.some((form) => form.trim() === '' || names(form).join() !== names(zh).join());
    });
    expect(wrong).toEqual([]);
  });

  it('Chinese is written in Chinese', () => {
    const same = keys.filter((key) => DICTIONARIES.zh[key] === DICTIONARIES.en[key]);
    expect(same).toEqual(['app.name']);
  });

  it('English chooses between one and many', () => {
    expect(translate('en', 'live.people', { count: 1 })).toBe('1 person');
    expect(translate('en', 'live.people', { count: 3 })).toBe('3 people');
    expect(translate('en', 'devices.rate', { count: '1,200', n: 1200 })).toBe('1,200 messages a minute');
    expect(translate('zh', 'live.people', { count: 3 })).toBe('3 人');
  });

  it('the browser’s first language that we speak is taken', () => {
    expect(preferredLocale(['de-DE', 'zh-Hans-CN', 'en'])).toBe('zh');
    expect(preferredLocale(['en-GB', 'zh-CN'])).toBe('en');
    expect(preferredLocale(['fr'])).toBe('en');
  });

  it('a name falls back to the other language, then to the id', () => {
    expect(nameOf({ en: 'Dairy' }, 'zh', 'dairy')).toBe('Dairy');
    expect(nameOf({ zh: '乳品' }, 'en', 'dairy')).toBe('乳品');
    expect(nameOf({ en: 'Dairy', zh: '乳品' }, 'zh', 'dairy')).toBe('乳品');
    expect(nameOf(undefined, 'en', 'dairy')).toBe('dairy');
  });
});

describe('words for what the shop reports', () => {
  it.each(REFUSAL_REASONS)('a message refused as %s is explained in both languages', (reason) => {
    expect(REFUSAL_WORDS[reason]).toBeDefined();
    for (const locale of ['en', 'zh'] as const) {
      const words = refusalWords((key, params) => translate(locale, key, params), reason);
      expect(words).not.toBe(translate(locale, 'refusal.other', { reason }));
    }
  });

  it('an unknown reason is named rather than hidden', () => {
    expect(refusalWords((key, params) => translate('en', key, params), 'gremlins')).toContain('gremlins');
  });

  it('a screen’s reason is told in the reader’s language; a sentence of an older shop is shown as it came', () => {
    const say = (locale: 'en' | 'zh', reason: Parameters<typeof reasonWords>[2]): string =>
      reasonWords(
        (key, params) => translate(locale, key, params),
        { duration: (seconds) => `${seconds}秒`, percent: (share) => formatPercent(locale, share) },
        reason,
        (id) => (id === 'dairy' ? '乳品' : id),
      );
    const zh = (reason: Parameters<typeof reasonWords>[2]): string => say('zh', reason);
    // a percentage is written as everywhere on the page
    expect(say('en', { code: 'exploring', values: { percent: 45 } })).toContain(formatPercent('en', 0.45));
    expect(zh({ code: 'dwell', values: { category: 'dairy', seconds: 47 } })).toBe(
      '屏前顾客在「乳品」停留最久，共 47秒。',
    );
    expect(zh({ code: 'nearest', values: { category: 'dairy' } })).toContain('乳品');
    expect(zh({ code: 'interest', values: { category: 'dairy', percent: 45 } })).toBe(
      '屏前顾客最可能在一分钟内从「乳品」拿取商品，平均概率 45%。',
    );
    expect(zh('The moon was full')).toBe('The moon was full');
    expect(zh({ code: 'said', values: { text: 'The moon was full' } })).toBe('The moon was full');
    expect(zh({ code: 'fullMoon', values: {} })).toContain('fullMoon');
    expect(zh(null)).toBe('门店没有说明原因。');
  });
});

describe('alerts', () => {
  const file = {
    zones: [{ id: 'dairy', name: 'Dairy' }],
    products: [{ gtin: '069', name: { en: 'Milk', zh: '牛奶' } }],
    fixtures: [{ id: 'fx-1', slots: [{ id: 'fx-1-a', gtin: '069' }] }],
  } as unknown as StoreFile;
  const alert = (kind: string, subject: string, more: Partial<LiveAlert> = {}): LiveAlert => ({
    alertId: `${kind}:${subject}@1`,
    kind,
    subject,
    since: '2026-01-01T00:00:00.000Z',
    until: null,
    ...more,
  });
  const say = (locale: 'en' | 'zh', given: LiveAlert) =>
    alertWords(
      (key, params) => translate(locale, key, params),
      given,
      file,
      (name, id) => nameOf(name, locale, id),
    );

  it('have words for every kind of incident', () => {
    for (const kind of INCIDENTS) expect(ALERT_WORDS[kind]).toBe(`alert.${kind}`);
  });

  it.each([
    [alert('outOfStock', 'fx-1-a', { count: 0 }), 'Empty: Milk (fx-1-a)', '缺货：牛奶 (fx-1-a)'],
    [alert('lowStock', 'fx-1-a', { count: 2 }), '2 left: Milk (fx-1-a)', '仅剩 2 件：牛奶 (fx-1-a)'],
    [alert('unpaid', '069', { count: 1 }), '1 item left without a sale: Milk', '1 件未结账离店：牛奶'],
    [alert('tampering', 'fx-1'), 'Lifted or pushed: fx-1', '货架被抬起或推动：fx-1'],
    [alert('loitering', 'dairy'), 'Somebody has stayed for long: Dairy', '有人长时间停留：Dairy'],
    [alert('flood', 'cellar'), 'flood: cellar', 'flood：cellar'],
  ])('%j', (given, en, zh) => {
    expect(say('en', given)).toBe(en);
    expect(say('zh', given)).toBe(zh);
  });

  it('that are open are shown newest first', () => {
    const list = [
      alert('outOfStock', 'a'),
      alert('outOfStock', 'b', { since: '2026-01-02T00:00:00.000Z' }),
      alert('outOfStock', 'c', { until: '2026-01-03T00:00:00.000Z' }),
      alert('deviceOffline', 'd'),
    ];
    expect(openAlerts(list, new Set(['outOfStock'])).map(({ subject }) => subject)).toEqual(['b', 'a']);
  });
});
