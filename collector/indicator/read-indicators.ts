/** A file of indicators by its form; a form that is not named is recognised by how the text begins. */
import type { ReadDefaults, ReadResult } from './indicator.ts';
import { readCsv } from './read-csv.ts';
import { readMisp } from './read-misp.ts';
import { readStix } from './read-stix.ts';

export const INDICATOR_FORMS = ['csv', 'stix', 'misp'] as const;
export type IndicatorForm = (typeof INDICATOR_FORMS)[number];

const READERS: Readonly<Record<IndicatorForm, (text: string, defaults: ReadDefaults) => ReadResult>> = {
  csv: readCsv,
  stix: readStix,
  misp: readMisp,
};

const HEAD_CHARS = 65_536;

export function guessForm(text: string): IndicatorForm {
  const head = text
    .slice(0, HEAD_CHARS)
    .replace(/^\uFEFF/, '')
    .trimStart();
  if (!/^(?:\{|\[\s*\{)/.test(head)) return 'csv';
  return /"(?:Event|Attribute|response)"\s*:/.test(head) ? 'misp' : 'stix';
}

/** @throws IndicatorFileError */
export function readIndicators(form: IndicatorForm, text: string, defaults: ReadDefaults): ReadResult {
  return READERS[form](text, defaults);
}
