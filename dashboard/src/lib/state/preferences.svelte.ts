import {
  LANGUAGE_TAGS,
  LOCALES,
  preferredLocale,
  translate,
  type Locale,
  type MessageKey,
  type Params,
} from '../i18n/translate.js';

export type ThemeChoice = 'system' | 'light' | 'dark';
export const THEME_CHOICES: readonly ThemeChoice[] = ['system', 'light', 'dark'];

const THEME_KEY = 'aisle.theme';
const LOCALE_KEY = 'aisle.locale';

/** Language and colours: the browser's and the system's until somebody chooses; a choice is remembered. */
export class Preferences {
  readonly #storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;
  readonly #root: HTMLElement;
  readonly #dark: MediaQueryList;
  #themeChoice = $state<ThemeChoice>('system');
  #systemDark = $state(false);
  #locale = $state<Locale>('en');

  constructor(
    storage: Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>,
    root: HTMLElement,
    dark: MediaQueryList,
    languages: readonly string[],
  ) {
    this.#storage = storage;
    this.#root = root;
    this.#dark = dark;
    const theme = storage.getItem(THEME_KEY);
    this.#themeChoice = theme === 'light' || theme === 'dark' ? theme : 'system';
    this.#systemDark = dark.matches;
    const locale = storage.getItem(LOCALE_KEY) as Locale | null;
    this.#locale = locale && LOCALES.includes(locale) ? locale : preferredLocale(languages);
  }

  /** Follows the system and writes both choices on the page; the answer stops that. */
  start(): () => void {
    const follow = (event: MediaQueryListEvent): void => {
      this.#systemDark = event.matches;
      this.#apply();
    };
    this.#dark.addEventListener('change', follow);
    this.#apply();
    return () => this.#dark.removeEventListener('change', follow);
  }

  get themeChoice(): ThemeChoice {
    return this.#themeChoice;
  }
  get theme(): 'light' | 'dark' {
    if (this.#themeChoice !== 'system') return this.#themeChoice;
    return this.#systemDark ? 'dark' : 'light';
  }
  get locale(): Locale {
    return this.#locale;
  }

  chooseTheme(choice: ThemeChoice): void {
    this.#themeChoice = choice;
    if (choice === 'system') this.#storage.removeItem(THEME_KEY);
    else this.#storage.setItem(THEME_KEY, choice);
    this.#apply();
  }

  chooseLocale(locale: Locale): void {
    this.#locale = locale;
    this.#storage.setItem(LOCALE_KEY, locale);
    this.#apply();
  }

  t = (key: MessageKey, params?: Params): string => translate(this.#locale, key, params);

  #apply(): void {
    this.#root.dataset['theme'] = this.theme;
    this.#root.lang = LANGUAGE_TAGS[this.#locale];
  }
}
