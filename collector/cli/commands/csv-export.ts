/** `vonggac alert export --out FILE` and `vonggac hunt ... --csv FILE`: rows of the API's files, page by page. */
import { ALERT_COLUMNS, type CsvColumn, csvHead, csvLine, EVENT_COLUMNS } from '../../api/csv-columns.ts';
import { CSV_LIMITS } from '../../api/contract-vocabulary.ts';
import { call, type CommandContext } from '../command.ts';
import { alertExport, huntExport } from '../operations/csv-export.ts';
import { UsageError } from '../usage-error.ts';
import { writeWhole } from '../whole-file.ts';
import { type AlertFilterFlags, orderedQuery } from './alert-filter-flags.ts';
import { terminalProgress } from './progress.ts';

const PAGE_ROWS = 500;

interface Rows {
  columns: readonly CsvColumn[];
  pages: AsyncGenerator<readonly object[], void>;
  limit: number | undefined;
}

async function writeCsvFile({ m, print, language }: CommandContext, out: string, rows: Rows): Promise<void> {
  const { columns, pages, limit = CSV_LIMITS.rowsDefault } = rows;
  const progress = terminalProgress();
  let written = 0;
  async function* lines(): AsyncGenerator<string> {
    yield csvHead(columns, language);
    for await (const page of pages) {
      const some = page.slice(0, limit - written);
      yield some.map((row) => csvLine(columns, language, row)).join('');
      written += some.length;
      progress.tick(() => m.export.progress(written));
      if (written === limit) return;
    }
  }
  try {
    await writeWhole(out, lines(), m.export.unwritable);
  } finally {
    progress.clear();
  }
  print(m.export.written(written, out));
  if (written === limit) print(m.export.perhapsMore);
}

export async function exportAlertsCommand(
  context: CommandContext,
  { sort, out, limit, ...flags }: AlertFilterFlags & { sort?: string; out: string; limit?: number },
): Promise<void> {
  const query = orderedQuery(flags, sort);
  async function* pages() {
    let page = await call(context, alertExport, { query });
    yield page.alerts;
    while (page.next !== undefined) {
      page = await call(context, alertExport, { query, after: page.next });
      yield page.alerts;
    }
  }
  await writeCsvFile(context, out, { columns: ALERT_COLUMNS, pages: pages(), limit });
}

type HuntSpan = Omit<Parameters<typeof huntExport.run>[1], 'limit' | 'after'>;

export async function exportHuntCommand(
  context: CommandContext,
  span: HuntSpan,
  { out, limit }: { out: string; limit: number | undefined },
): Promise<void> {
  const rows = Math.min(limit ?? CSV_LIMITS.rowsDefault, CSV_LIMITS.rowsMax);
  const next = async (after?: { timeMs: number; id: string }) => {
    const page = await call(context, huntExport, { ...span, limit: Math.min(rows, PAGE_ROWS), after });
    if ('problem' in page) throw new UsageError(page.problem);
    return page;
  };
  // What is wrong with the hunt is said before there is a file.
  const first = await next();
  async function* pages() {
    let page = first;
    yield page.events;
    while (page.next !== undefined) {
      page = await next(page.next);
      yield page.events;
    }
  }
  await writeCsvFile(context, out, { columns: EVENT_COLUMNS, pages: pages(), limit: rows });
}
