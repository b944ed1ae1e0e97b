import { describe, expect, it } from 'vitest';
import {
  currencySign,
  formatAgo,
  formatDuration,
  formatWeight,
  formatMoment,
  formatMoney,
  formatMoneyAxis,
  formatNumber,
  formatPercent,
} from '../../src/lib/i18n/format.js';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

describe('figures as each language writes them', () => {
  it.each([
    [12480, '12,480', '1.2 万'],
    [9480, '9,480', '9,480'],
    [1_234_567, '1,234,567', '123 万'],
    [345_678_901, '345,678,901', '3.5 亿'],
    [-12480, '-12,480', '-1.2 万'],
    [0, '0', '0'],
  ])('numbers: %d', (value, en, zh) => {
    expect(formatNumber('en', value)).toBe(en);
    expect(formatNumber('zh', value)).toBe(zh);
  });

  it.each([
    [84, '1 m 24 s', '1分24秒'],
    [4.83, '4.8 s', '4.8秒'],
    [0, '0 s', '0秒'],
    [59.6, '1 m', '1分'],
    [45, '45 s', '45秒'],
    [3600, '1 h', '1小时'],
    [7512, '2 h 5 m', '2小时5分'],
    [90_000, '1 d 1 h', '1天1小时'],
  ])('durations: %d s', (seconds, en, zh) => {
    expect(plain(formatDuration('en', seconds))).toBe(en);
    expect(formatDuration('zh', seconds)).toBe(zh);
  });

  it.each([
    [850, '850 g', '850克'],
    [999.6, '1,000 g', '1,000克'],
    [12_345, '12.35 kg', '12.35公斤'],
    [-1500, '-1.5 kg', '-1.5公斤'],
    [0, '0 g', '0克'],
  ])('%d grams: %s, %s', (grams, en, zh) => {
    expect(plain(formatWeight('en', grams))).toBe(en);
    expect(formatWeight('zh', grams)).toBe(zh);
  });

  it('an axis of money has one unit from its foot to its top', () => {
    const axis = (locale: 'en' | 'zh', top: number, ticks: number[]): string[] =>
      ticks.map((tick) => formatMoneyAxis(locale, tick, 'CNY', top));
    expect(axis('zh', 15_000, [0, 5_000, 10_000, 15_000])).toEqual(['¥0', '¥0.5 万', '¥1 万', '¥1.5 万']);
    expect(axis('zh', 9_600, [0, 5_000, 10_000])).toEqual(['¥0', '¥5,000', '¥10,000']);
    expect(axis('en', 15_000, [-5_000, 10_000])).toEqual(['−¥5,000', '¥10,000']);
    expect(axis('zh', 4, [2.5, 5])).toEqual(['¥2.50', '¥5.00']);
  });

  it.each([
    [12480.5, 'CNY', '¥12,481', '¥1.2 万'],
    [26.674, 'CNY', '¥26.67', '¥26.67'],
    [0, 'CNY', '¥0', '¥0'],
    [-5.2, 'EUR', '−€5.20', '−€5.20'],
    [812, 'JPY', '¥812', '¥812'],
    [12.4, 'JPY', '¥12', '¥12'],
  ])('money: %d %s', (value, currency, en, zh) => {
    expect(formatMoney('en', value, currency)).toBe(en);
    expect(formatMoney('zh', value, currency)).toBe(zh);
  });

  it.each([
    [0.334, '33 %', '33%'],
    [0.069, '6.9 %', '6.9%'],
    [0, '0 %', '0%'],
    [1, '100 %', '100%'],
  ])('shares: %d', (share, en, zh) => {
    expect(plain(formatPercent('en', share))).toBe(en);
    expect(formatPercent('zh', share)).toBe(zh);
  });

  it('says how long ago something was, and never that it lies ahead', () => {
    const now = 1_750_000_000_000;
    expect(formatAgo('en', now - 2000, now, 'just now')).toBe('just now');
    expect(formatAgo('en', now + 60_000, now, 'just now')).toBe('just now');
    expect(formatAgo('en', now - 12 * 60_000, now, '')).toMatch(/^12 min/);
    expect(formatAgo('zh', now - 12 * 60_000, now, '')).toBe('12分钟前');
    expect(formatAgo('zh', now - 3 * 86_400_000, now, '')).toBe('3天前');
  });

  it('gives times in the store’s zone, with the day when it is not today', () => {
    const at = Date.parse('2026-06-13T23:30:00Z');
    expect(formatMoment('en', at, at, 'Asia/Shanghai')).toBe('07:30');
    expect(formatMoment('en', at, at + 86_400_000, 'Asia/Shanghai')).toBe('14 Jun 07:30');
    expect(formatMoment('zh', at, at + 86_400_000, 'Asia/Shanghai')).toBe('6月14日 07:30');
  });

  it('knows a currency’s short sign', () => {
    expect(currencySign('en', 'CNY')).toBe('¥');
    expect(currencySign('zh', 'EUR')).toBe('€');
  });
});
