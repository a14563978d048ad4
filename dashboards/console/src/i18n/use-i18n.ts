/** The current language's messages, numbers and dates for components. */
import { useSyncExternalStore } from 'react';
import { formatsOf, type Formats } from '../format/formats.ts';
import { languageStore } from './language-store.ts';
import { translator, type Language, type Translate } from './translate.ts';

export type I18n = { readonly language: Language; readonly t: Translate } & Formats;

const byLanguage: Readonly<Record<Language, I18n>> = {
  vi: { language: 'vi', t: translator('vi'), ...formatsOf('vi') },
  en: { language: 'en', t: translator('en'), ...formatsOf('en') },
};

/** Follows the chosen language; the same object until it changes. */
export function useI18n(): I18n {
  return byLanguage[useSyncExternalStore(languageStore.subscribe, languageStore.get)];
}

/** For code outside components (document title, toasts raised by the stream). */
export function currentI18n(): I18n {
  return byLanguage[languageStore.get()];
}
