/** Evidence as one short line without secrets: what a test observed, before it leaves the test. */
import { maskSecrets } from '../mask/secret-mask.ts';

/** Characters of one observed text. */
const CHARS_MAX = 1_500;
/** Of what is read of it: far more, so that no half of a form is left where it ends. */
const READ_CHARS_MAX = 65_536;

export function evidenceText(text: string): string {
  // Lines are joined last: forms of secrets know lines.
  const masked = maskSecrets(text.slice(0, READ_CHARS_MAX))
    .replace(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim();
  return masked.length > CHARS_MAX ? `${masked.slice(0, CHARS_MAX)}…` : masked;
}
