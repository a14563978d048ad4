/**
 * A query with parameters as a command for clickhouse-client. Two layers: ClickHouse reads the value of a parameter as
 * a field of its escaped text format, and a POSIX shell takes everything between single quotes as it is.
 */
import type { ClickHouseParams } from '../../../rules/sigma/index.ts';
import { printable } from '../printable.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\n': '\\n',
  '\t': '\\t',
  '\r': '\\r',
  '\0': '\\0',
};

/** Characters that would act on a terminal are written as the bytes they are made of. */
export function escapeParameter(value: string | number): string {
  let text = '';
  for (const character of String(value)) {
    const escape = ESCAPES[character];
    if (escape !== undefined) text += escape;
    else if (printable(character) === character) text += character;
    else for (const byte of Buffer.from(character)) text += `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return text;
}

export function shellQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** A list is one field as well, its texts in single quotes. */
function parameterText(value: string | number | readonly string[]): string {
  if (typeof value !== 'object') return escapeParameter(value);
  return `[${value.map((text) => `'${escapeParameter(text).replaceAll("'", "\\'")}'`).join(',')}]`;
}

export function clientCommand(query: string, params: ClickHouseParams): string {
  const values = Object.entries(params).map(
    ([name, value]) => `--param_${name}=${shellQuote(parameterText(value))}`,
  );
  return ['clickhouse-client', ...values, '--query', shellQuote(query)].join(' ');
}
