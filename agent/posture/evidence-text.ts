/** Evidence as one short line without secrets: what a test observed, before it leaves the test. */
import { maskSecrets } from '../mask/secret-mask.ts';

/** Characters of one observed text. */
const CHARS_MAX = 1_500;
/** Of what is read of it: far more, so that no half of a form is left where it ends. */
const READ_CHARS_MAX = 65_536;

export function evidenceText(text: string): string {
  // Lines are joined last: forms of secrets know lines.
  return short(maskSecrets(text.slice(0, READ_CHARS_MAX)));
}

/** What the policy itself says, as one short line: `ServerTokens = Prod` gives no token away. */
export function policyText(text: string): string {
  return short(text.slice(0, READ_CHARS_MAX));
}

function short(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ').trim();
  return line.length > CHARS_MAX ? `${line.slice(0, CHARS_MAX)}…` : line;
}
