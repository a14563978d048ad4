/** What a server's user may do, asked of the server; and the statements that would grant the rest. */
import { z } from 'zod';
import type { Connection } from './connection.ts';

const answerSchema = z.object({ value: z.coerce.string() });

/** A name as SQL, whatever is in it. */
export const quotedName = (name: string): string =>
  `\`${name.replaceAll('\\', '\\\\').replaceAll('`', '\\`')}\``;

/** @returns GRANT statements for the rights that the user lacks, ready to be run there */
export async function missingGrants(
  connection: Connection,
  wanted: readonly (readonly [right: string, on: string])[],
): Promise<string[]> {
  const missing: string[] = [];
  for (const [right, on] of wanted) {
    if ((await connection.answer(`CHECK GRANT ${right} ON ${on}`)) !== '1')
      missing.push(`GRANT ${right} ON ${on}`);
  }
  if (missing.length === 0) return [];
  const [user = ''] = await connection.rows(
    { query: 'SELECT currentUser() AS value', params: {} },
    (row) => answerSchema.parse(row).value,
  );
  return missing.map((grant) => `  ${grant} TO ${quotedName(user)};`);
}
