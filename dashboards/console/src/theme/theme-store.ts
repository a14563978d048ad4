/** Light, dark, or as the system says; the page's colours follow `data-theme` on the root element. */
import { readSetting, writeSetting } from '../ui/settings.ts';
import { createStore } from '../ui/store.ts';

export const themeChoices = ['system', 'light', 'dark'] as const;
export type ThemeChoice = (typeof themeChoices)[number];
export type Theme = 'light' | 'dark';

const systemDark = window.matchMedia('(prefers-color-scheme: dark)');
const remembered = readSetting('theme');
const choice = createStore<ThemeChoice>(themeChoices.find((known) => known === remembered) ?? 'system');

function resolve(): Theme {
  const chosen = choice.get();
  if (chosen !== 'system') return chosen;
  return systemDark.matches ? 'dark' : 'light';
}

const theme = createStore<Theme>(resolve());

function apply(): void {
  theme.set(resolve());
  document.documentElement.dataset['theme'] = theme.get();
}

apply();
systemDark.addEventListener('change', apply);

export const themeStore = {
  get: theme.get,
  subscribe: theme.subscribe,
  choice: choice.get,
  subscribeChoice: choice.subscribe,
  choose(next: ThemeChoice): void {
    choice.set(next);
    writeSetting('theme', next);
    apply();
  },
};
