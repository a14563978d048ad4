/** Loads a guide when it is read. */
import type { Language } from '../i18n/translate.ts';
import type { Guide } from './guide-tree.ts';

const files = import.meta.glob<Guide>('../../../../docs/{vi,en}/*.md');

/** @returns null when there is no such guide */
export async function loadGuide(slug: string, language: Language): Promise<Guide | null> {
  const load = files[`../../../../docs/${language}/${slug}.md`];
  return load === undefined ? null : await load();
}
