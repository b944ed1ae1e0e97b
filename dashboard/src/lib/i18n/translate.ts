import { en, type MessageKey } from './en.js';
import { zh } from './zh.js';

export type Locale = 'en' | 'zh';
export type { MessageKey };
export type Params = Record<string, string | number>;
export type Translate = (key: MessageKey, params?: Params) => string;

export const LOCALES: readonly Locale[] = ['en', 'zh'];
export const DICTIONARIES: Record<Locale, Record<MessageKey, string>> = { en, zh };
/** BCP 47 tags for `lang` and for Intl. */
export const LANGUAGE_TAGS: Record<Locale, string> = { en: 'en', zh: 'zh-CN' };

/** The words of `key`, with `{name}` filled in; a numeric `n` (else `count`) chooses between "one | other". */
export function translate(locale: Locale, key: MessageKey, params: Params = {}): string {
  let text = DICTIONARIES[locale][key];
  if (text.includes(' | ')) {
    const [one, other] = text.split(' | ') as [string, string];
    text = Number(params['n'] ?? params['count']) === 1 ? one : other;
  }
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => (name in params ? String(params[name]) : whole));
}

/** The first of the browser's languages that we speak. */
export function preferredLocale(languages: readonly string[]): Locale {
  for (const language of languages) {
    const primary = language.toLowerCase().split('-')[0];
    if (primary === 'zh') return 'zh';
    if (primary === 'en') return 'en';
  }
  return 'en';
}

/** A name as a store file gives it: in one language it serves as both. */
export type Name = string | { en: string; zh?: string } | { zh: string } | undefined;

/** A store file's name in the chosen language, else in the other one, else the id. */
export function nameOf(name: Name, locale: Locale, id: string): string {
  if (name === undefined) return id;
  if (typeof name === 'string') return name;
  if (!('en' in name)) return name.zh;
  return locale === 'zh' ? (name.zh ?? name.en) : name.en;
}
