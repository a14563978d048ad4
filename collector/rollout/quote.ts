/**
 * Values inside command lines, so that a shell reads back exactly what was put in. What a shell cannot be given faithfully is
 * refused, never bent: a token or an address that came out changed would fail on forty machines at once.
 */

/** A character that no quoting carries. */
export class UnquotableError extends Error {
  override readonly name = 'UnquotableError';
}

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const CONTROL = /[\u0000-\u001f\u007f]/;

function refuse(value: string, pattern: RegExp, shell: string): void {
  const [found] = pattern.exec(value) ?? [];
  if (found === undefined) return;
  const code = (found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  throw new UnquotableError(`${shell} cannot be given the character U+${code} in one line`);
}

/** For sh, dash, bash, zsh. @throws UnquotableError for NUL, which no argument can hold */
export function quoteSh(value: string): string {
  // eslint-disable-next-line no-control-regex -- as above
  refuse(value, /\u0000/, 'sh');
  return `'${value.replaceAll("'", String.raw`'\''`)}'`;
}

/** PowerShell takes the typographic quotes for the plain one, so they are doubled too. @throws UnquotableError for control characters */
export function quotePowerShell(value: string): string {
  refuse(value, CONTROL, 'PowerShell');
  return `'${value.replaceAll(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;
}

/**
 * `NAME="value"` of msiexec's command line, typed into cmd or standing in a batch file. Quotes are doubled for msiexec; what cmd
 * would read for itself, also between quotes, is refused. @throws UnquotableError
 */
export function quoteMsiProperty(value: string): string {
  refuse(value, CONTROL, 'cmd');
  // A quote would end cmd's own quoting, and open what follows to & | < > ^; percent and exclamation marks are variables.
  refuse(value, /["%!]/, 'cmd');
  return `"${value}"`;
}
