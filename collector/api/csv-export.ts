/**
 * Rows as a CSV file, streamed. Invariants: who exports, what and how is in the audit trail before the first row leaves; rows are masked as
 * the list they come from is; memory holds a page; one export of a person at a time. What is wrong with the question is said by a problem:
 * the first page is there before the answer begins.
 */
import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { maskRecord } from '../personal/mask-record.ts';
import { writeAudit } from '../registry/audit.ts';
import type { Registry } from '../registry/database.ts';
import { type CsvColumn, csvHead, type CsvLanguage, csvLine } from './csv-columns.ts';
import { seesPersonal } from './personal-answers.ts';
import type { Principal } from './principal.ts';
import { Turns } from './turns.ts';

const TURNS = { runningMax: 4, runningPerKeyMax: 1, waitingPerKeyMax: 2 } as const;
const isRecord = (value: unknown): value is object => typeof value === 'object' && value !== null;

export interface CsvExport {
  /** Begins the file's name and the act: `alert`, `event`, `hunt`. */
  name: string;
  columns: readonly CsvColumn[];
  language: CsvLanguage;
  /** At most so many rows. */
  limit: number;
  /** As it was asked, for the trail. */
  asked: object;
  pages: AsyncGenerator<readonly object[], void>;
  /** Whether rows are masked for who may not read personal data; true by default. */
  masks?: false | undefined;
}

/** Sends the file; resolves when it has left or its reader has gone. @throws what the first page throws */
export type SendCsv = (principal: Principal, reply: FastifyReply, wanted: CsvExport) => Promise<FastifyReply>;

async function* linesOf(
  { columns, language, limit, pages }: CsvExport,
  first: IteratorResult<readonly object[], void>,
  masks: boolean,
): AsyncGenerator<string> {
  yield csvHead(columns, language);
  let left = limit;
  try {
    for (let page = first; page.done !== true && left > 0; page = await pages.next()) {
      const rows = page.value.slice(0, left).map((row) => (masks ? maskRecord(row) : row));
      left -= rows.length;
      yield rows
        .filter(isRecord)
        .map((row) => csvLine(columns, language, row))
        .join('');
    }
  } finally {
    await pages.return();
  }
}

export function csvSender(registry: Registry): SendCsv {
  const turns = new Turns(TURNS);
  return async (principal, reply, wanted) => {
    const { actor, agencyId } = principal;
    const { name, limit, asked, pages } = wanted;
    const masks = wanted.masks !== false && !seesPersonal(principal);
    await turns.run(actor, async () => {
      const first = await pages.next();
      const detail = { format: 'csv', limit, masked: masks, asked };
      await writeAudit(registry.db, registry.now(), { actor, action: `${name}.export`, agencyId, detail });
      const lines = Readable.from(linesOf(wanted, first, masks));
      const over = new Promise((resolve) => void lines.once('close', resolve));
      void reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${name}s.csv"`)
        .send(lines);
      await over;
    });
    return reply;
  };
}
