import type { SigmaError } from './types.ts';

/** `file:line:column: message`, as editors and terminals understand it. */
export function formatError({ source, line, column, message }: SigmaError): string {
  return `${source}:${String(line)}:${String(column)}: ${message}`;
}
