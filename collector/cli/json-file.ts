/** What a JSON file holds, checked; problems are said without quoting the file, which may hold a secret. */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { UsageError } from './usage-error.ts';

const STDIN = 0;

/**
 * @param file `-` reads standard input
 * @param unreadable says what is wrong in the words of the command
 * @throws UsageError
 */
export function readJsonFile<T>(
  file: string,
  schema: z.ZodType<T>,
  unreadable: (file: string, problem: string) => string,
): T {
  const read = schema.safeParse(parsed(file, unreadable));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new UsageError(unreadable(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`));
}

function parsed(file: string, unreadable: (file: string, problem: string) => string): unknown {
  try {
    return JSON.parse(readFileSync(file === '-' ? STDIN : file, 'utf8'));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const problem = error instanceof SyntaxError ? 'JSON' : error.message;
    throw new UsageError(unreadable(file, problem), { cause: error });
  }
}
