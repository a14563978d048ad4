/** Small choices kept on this browser (language, theme, that somebody signed in, or is to be signed out). A browser that forbids storage only forgets them. */

const settings = ['language', 'theme', 'returning', 'leaving'] as const;
type Setting = (typeof settings)[number];

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

export function forgetSetting(name: Setting): void {
  try {
    window.localStorage.removeItem(`vonggac.${name}`);
  } catch (error) {
    if (!(error instanceof DOMException)) throw error;
  }
}

/** Does what may empty the storage, and puts the choices back that were there. */
export async function keepSettings<Result>(work: () => Promise<Result>): Promise<Result> {
  const before = settings.map((name) => ({ name, value: readSetting(name) }));
  const result = await work();
  for (const { name, value } of before) if (value !== null) writeSetting(name, value);
  return result;
}
