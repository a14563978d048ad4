/** What is wrong with a value, in zod's own form and words, and the error that carries it. */
import englishOf from 'zod/v4/locales/en.js';
import vietnameseOf from 'zod/v4/locales/vi.js';

/** As zod's schemas raise it; `continue` says whether later checks of the same value still mean something. */
export interface RawIssue {
  code: string;
  path?: PropertyKey[] | undefined;
  message?: string | undefined;
  continue?: boolean | undefined;
  input?: unknown;
  /** Of each option of a union. */
  errors?: RawIssue[][] | undefined;
  /** Of a key. */
  issues?: RawIssue[] | undefined;
  [detail: string]: unknown;
}

export interface Issue {
  code: string;
  path: PropertyKey[];
  message: string;
  [detail: string]: unknown;
}

export const locales = { en: englishOf, vi: vietnameseOf };

let english: ReturnType<typeof englishOf>['localeError'] | undefined;

export function finish(issues: readonly RawIssue[], reportInput: boolean): Issue[] {
  return issues.map((issue) => {
    const { continue: _goesOn, input, path = [], errors, issues: inner, ...rest } = issue;
    english ??= englishOf().localeError;
    const said = issue.message ?? english(issue as never);
    const message = typeof said === 'string' ? said : (said?.message ?? 'Invalid input');
    return {
      ...rest,
      ...(errors === undefined ? {} : { errors: errors.map((each) => finish(each, reportInput)) }),
      ...(inner === undefined ? {} : { issues: finish(inner, reportInput) }),
      path,
      message,
      ...(reportInput ? { input } : {}),
    };
  });
}

/** Whether later checks of the value would only say the same again. */
export function isAborted(issues: readonly RawIssue[], from: number): boolean {
  for (let at = from; at < issues.length; at += 1) if (issues[at]?.continue !== true) return true;
  return false;
}

export function isEnded(issues: readonly RawIssue[], from: number): boolean {
  for (let at = from; at < issues.length; at += 1) if (issues[at]?.continue === false) return true;
  return false;
}

/** The issues from there on are those of a part of the value. */
export function below(key: PropertyKey, issues: readonly RawIssue[], from: number): void {
  for (let at = from; at < issues.length; at += 1) {
    const issue = issues[at];
    if (issue !== undefined) issue.path = [key, ...(issue.path ?? [])];
  }
}

export class ZodError extends Error {
  override readonly name = 'ZodError';
  readonly issues: Issue[];

  constructor(issues: Issue[]) {
    super(JSON.stringify(issues, undefined, 2));
    this.issues = issues;
  }
}
