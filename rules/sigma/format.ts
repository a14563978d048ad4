/** What was rejected or is doubtful, and how it is told. */
import type { Position, RuleInfo, SigmaError, Warning } from './types.ts';

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

/** The warnings of a rule in the form of errors, each with its place. */
export function warningsOf(info: RuleInfo): SigmaError[] {
  return info.warnings.map((message, index) => rejection(info, info.warningsAt[index] ?? info, message));
}

/** The rule's description with further warnings, each place and text once. */
export function withWarnings(info: RuleInfo, warnings: readonly Warning[]): RuleInfo {
  if (warnings.length === 0) return info;
  const all = new Map(
    [
      ...info.warnings.map((message, index) => ({ message, at: info.warningsAt[index] ?? info })),
      ...warnings,
    ].map(({ at: { line, column }, message }): [string, Warning] => [
      `${String(line)}:${String(column)}:${message}`,
      { at: { line, column }, message },
    ]),
  );
  return Object.freeze({
    ...info,
    warnings: [...all.values()].map(({ message }) => message),
    warningsAt: [...all.values()].map(({ at }) => at),
  });
}
