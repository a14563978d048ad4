/** What was rejected, and how it is told. */
import type { Position, RuleInfo, SigmaError } from './types.ts';

/** `file:line:column: message`, as editors and terminals understand it. */
export function formatError({ source, line, column, message }: SigmaError): string {
  return `${source}:${String(line)}:${String(column)}: ${message}`;
}

/** The entry of `errors` for a document that was parsed and cannot be used. */
export function rejection(info: RuleInfo, at: Position, message: string): SigmaError {
  return {
    source: info.source,
    line: at.line,
    column: at.column,
    message,
    ruleId: info.id,
    title: info.title,
  };
}
