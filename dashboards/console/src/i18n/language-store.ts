/** The chosen language, remembered on this browser; Vietnamese until a person chooses. */
import { createStore } from '../ui/store.ts';
import { readSetting, writeSetting } from '../ui/settings.ts';
import type { Language } from './translate.ts';

const store = createStore<Language>(readSetting('language') === 'en' ? 'en' : 'vi');
document.documentElement.lang = store.get();

export const languageStore = {
  get: store.get,
  subscribe: store.subscribe,
  set(language: Language): void {
    writeSetting('language', language);
    document.documentElement.lang = language;
    store.set(language);
  },
};
