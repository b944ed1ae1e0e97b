import { describe, expect, it } from 'vitest';
import { REFUSAL_REASONS } from '@aisle/contracts';
import { DICTIONARIES, nameOf, preferredLocale, translate, type MessageKey } from '../../src/lib/i18n/translate.js';
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
    expect(same).toEqual(['app.name', 'zone.area']);
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

  it('a screen’s reason is told in the reader’s language; a sentence we do not know is shown as it came', () => {
    const zh = (reason: string | null): string =>
      reasonWords(
        (key, params) => translate('zh', key, params),
        (seconds) => `${seconds}秒`,
        reason,
        '乳品',
      );
    expect(zh('Shoppers here spent longest in Dairy (47 s)')).toBe('屏前顾客在「乳品」停留最久，共 47秒。');
    expect(zh('Shoppers here have not stopped at any category yet; Dairy is nearest')).toContain('乳品');
    expect(zh('Shoppers here are most interested in Dairy (45 %)')).toBe(
      '屏前顾客最可能在一分钟内从「乳品」拿取商品，平均概率 45%。',
    );
    expect(zh('The moon was full')).toBe('The moon was full');
    expect(zh(null)).toBe('门店没有说明原因。');
  });
});
