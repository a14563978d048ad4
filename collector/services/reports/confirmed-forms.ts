/** What an administrator has confirmed of the forms that reports follow: a file in the data folder, which says by what text. */
import { readFile } from 'node:fs/promises';
import { load } from 'js-yaml';
import { z } from 'zod';
import { REPORT_DOUBTS, type ReportDoubt } from '../../report/doubts.ts';

const confirmedSchema = z.strictObject({
  confirmed: z
    .array(
      z.strictObject({
        what: z.enum(REPORT_DOUBTS),
        /** The text that was read: number, day, article. */
        source: z.string().trim().min(1).max(500),
      }),
    )
    .max(20),
});

/** Nothing where there is no file. @throws Error naming the file, when it cannot be understood */
export async function readConfirmedForms(file: string): Promise<ReportDoubt[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
  try {
    return confirmedSchema.parse(load(text)).confirmed.map(({ what }) => what);
  } catch (error) {
    const entry = `confirmed: [{ what: ${REPORT_DOUBTS.join(' | ')}, source: TEXT }]`;
    throw new Error(`${file} is to hold "${entry}": mend it or take it away`, { cause: error });
  }
}
