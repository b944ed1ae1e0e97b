import { CAMERA_WORDS } from '../http/camera-words.js';

export type Word = keyof typeof CAMERA_WORDS;
const language = document.documentElement.lang.startsWith('zh') ? 'zh' : 'en';

/** A word in the page's language, with `{name}` filled in. */
export function word(name: Word, fill: Record<string, string | number> = {}): string {
  let text: string = CAMERA_WORDS[name][language];
  for (const [key, value] of Object.entries(fill)) text = text.replace(`{${key}}`, String(value));
  return text;
}
export const named = (names: { en: string; zh: string }): string => names[language];
export const isChinese = language === 'zh';
