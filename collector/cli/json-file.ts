/** What a JSON file holds, checked; problems are said without quoting the file, which may hold a secret. */
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import { readNamedText, type Speaker } from './named-file.ts';
import { UsageError } from './usage-error.ts';

const STDIN = 0;

/**
 * @param file `-` reads standard input
 * @param unreadable says what is wrong in the words of the command
 * @throws UsageError
 */
export function readJsonFile<T>(
  speaker: Speaker,
  file: string,
  schema: z.ZodType<T>,
  unreadable: (file: string, problem: string) => string,
): T {
  const read = schema.safeParse(parsed(speaker, file, unreadable));
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw new UsageError(unreadable(file, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`));
}

function parsed(
  speaker: Speaker,
  file: string,
  unreadable: (file: string, problem: string) => string,
): unknown {
  const text = file === '-' ? readFileSync(STDIN, 'utf8') : readNamedText(speaker, file);
  try {
    return JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new UsageError(unreadable(file, 'JSON'), { cause: error });
  }
}
