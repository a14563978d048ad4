/** Small choices kept on this browser (language, theme, that somebody signed in). A browser that forbids storage only forgets them. */

type Setting = 'language' | 'theme' | 'returning';

/** The remembered text, or null. */
export function readSetting(name: Setting): string | null {
  try {
    return window.localStorage.getItem(`vonggac.${name}`);
  } catch (error) {
    if (error instanceof DOMException) return null;
    throw error;
  }
}

/** Remembers a choice where the browser allows it. */
export function writeSetting(name: Setting, value: string): void {
  try {
    window.localStorage.setItem(`vonggac.${name}`, value);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}
