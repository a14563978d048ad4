/**
 * Values into SQL text, for the few statements that cannot carry bound parameters (SET, file paths).
 * Invariant: backslash and quote are always escaped, so a value never ends its literal.
 */
const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\0': '\\0',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

/** A string literal with its quotes. */
export function sqlString(value: string): string {
  return `'${value.replaceAll(/[\\'\0\b\f\n\r\t]/g, (char) => ESCAPES[char] ?? char)}'`;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;

/** Whether this may stand as a setting's or parameter's name. */
export function isSqlName(name: string): boolean {
  return NAME.test(name);
}
