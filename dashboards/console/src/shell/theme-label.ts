/** Themes by name. */
import type { LabelKey } from '../i18n/translate.ts';
import type { ThemeChoice } from '../theme/theme-store.ts';

export const themeLabel: Readonly<Record<ThemeChoice, LabelKey>> = {
  system: 'theme.system',
  light: 'theme.light',
  dark: 'theme.dark',
};
