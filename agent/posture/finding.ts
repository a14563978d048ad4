/** What one test found, and the one way to say that it could not look. */

export interface Finding {
  ok: boolean;
  /** What was found, as text for people; secrets are never in it. */
  observed: string;
  /** What it had to be. */
  expected: string;
}

export const NOT_ASSESSED_CODES = [
  'unreadable',
  'forbidden',
  'too-large',
  'command-absent',
  'command-failed',
  'not-tellable',
  'defect',
] as const;
export type NotAssessedCode = (typeof NOT_ASSESSED_CODES)[number];

/** The test could not be made: neither pass nor fail. */
export class NotAssessedError extends Error {
  override readonly name = 'NotAssessedError';
  readonly code: NotAssessedCode;

  constructor(code: NotAssessedCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

const ITEMS_SHOWN = 10;

/** The first few of many, and how many more there are. */
export function listed(items: readonly string[]): string {
  const more = items.length - ITEMS_SHOWN;
  return items.slice(0, ITEMS_SHOWN).join('; ') + (more > 0 ? `; +${more}` : '');
}
