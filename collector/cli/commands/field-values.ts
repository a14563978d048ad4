/** `FIELD=VALUE` of the command line, checked against a schema: empty is null, yes and no, whole numbers where a field takes them. */
import type { z } from 'zod';
import type { CommandContext } from '../command.ts';
import { UsageError } from '../usage-error.ts';

const WORDS = new Map<string, boolean>([
  ['true', true],
  ['yes', true],
  ['false', false],
  ['no', false],
]);

/** What a text may mean, the likeliest last. */
function meanings(text: string): unknown[] {
  if (text === '') return [null];
  const word = WORDS.get(text);
  return [text, ...(/^\d{1,15}$/.test(text) ? [Number(text)] : []), ...(word === undefined ? [] : [word])];
}

/** @param texts `FIELD=VALUE` each @throws UsageError */
export function fieldValues<T extends z.ZodRawShape>(
  { m }: CommandContext,
  texts: readonly string[],
  schema: z.ZodObject<T>,
): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const text of texts) {
    const at = text.indexOf('=');
    const field = text.slice(0, Math.max(0, at));
    if (at < 1 || !Object.hasOwn(schema.shape, field)) throw new UsageError(m.dossier.notField(text));
    const tried = meanings(text.slice(at + 1).trim()).map((value) =>
      schema.partial().safeParse({ [field]: value }),
    );
    const fits = tried.findLast(({ success }) => success);
    if (fits?.data === undefined) {
      const problem = tried[0]?.error?.issues[0]?.message ?? '';
      throw new UsageError(m.dossier.notValue(field, problem));
    }
    Object.assign(found, fits.data);
  }
  return found;
}
