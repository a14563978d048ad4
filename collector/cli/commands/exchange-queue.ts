/** `vonggac exchange list | show | retry | cancel | carried | save` of documents that the collector sends by itself. */
import { writeFile } from 'node:fs/promises';
import type { ExchangeState } from '../../registry/tables/exchange.ts';
import { putFile } from '../../exchange/report-folder.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { localTime } from '../local-time.ts';
import {
  exchangeCancel,
  exchangeCarried,
  exchangeContent,
  exchangeList,
  exchangeRetry,
  exchangeShow,
} from '../operations/exchange-queue.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';
import { UsageError } from '../usage-error.ts';

export interface ExchangeListFlags {
  state?: ExchangeState;
  link?: number;
  json?: boolean;
}

const timeOf = (iso: string | null): string => (iso === null ? '-' : localTime(Date.parse(iso)));
const ID_CHARS = 12;

export async function listDocumentsCommand(context: CommandContext, flags: ExchangeListFlags): Promise<void> {
  const { m, print } = context;
  const { documents } = await call(context, exchangeList, { state: flags.state, linkId: flags.link });
  if (flags.json === true) return print(JSON.stringify(documents, undefined, 2));
  if (documents.length === 0) return print(m.exchange.noDocuments);
  const { columns, states } = m.exchange;
  formatTable(documents, [
    { title: columns.id, value: ({ id }) => id.slice(0, ID_CHARS) },
    { title: columns.link, value: ({ link }) => link },
    { title: columns.state, value: ({ state }) => states[state] },
    { title: columns.made, value: ({ createdAt }) => timeOf(createdAt) },
    { title: columns.machines, value: ({ machines }) => String(machines), align: 'right' },
    { title: columns.attempts, value: ({ attempts }) => String(attempts), align: 'right' },
    { title: columns.next, value: ({ nextAt }) => timeOf(nextAt) },
    { title: columns.problem, value: ({ problem }) => problem ?? '-' },
  ]).forEach(print);
}

/** Exit code 1 where it was refused or given up. */
export async function showDocumentCommand(
  context: CommandContext,
  id: string,
  flags: { json?: boolean },
): Promise<ExitCode> {
  const { m, print } = context;
  const document = await call(context, exchangeShow, { id });
  const code = document.state === 'refused' || document.state === 'failed' ? EXIT.failure : EXIT.ok;
  if (flags.json === true) {
    print(JSON.stringify(document, undefined, 2));
    return code;
  }
  const { states, outcomes } = m.exchange;
  print(`${document.id}  ${states[document.state]}  ${printable(document.link)}`);
  print(m.exchange.document(document));
  print(m.exchange.period(timeOf(document.from), timeOf(document.to)));
  for (const { at, outcome, status, fault, answerSha256 } of document.tried) {
    const said = outcome === null ? m.exchange.underWay : outcomes[outcome];
    const answer = `${status ?? '-'} ${answerSha256?.slice(0, ID_CHARS) ?? '-'} ${fault ?? ''}`.trimEnd();
    print(`  ${timeOf(at)}  ${said}  ${printable(answer)}`);
  }
  if (document.nextAt !== null) print(m.exchange.nextTry(timeOf(document.nextAt)));
  return code;
}

export async function retryDocumentCommand(context: CommandContext, id: string): Promise<void> {
  const { id: whole } = await call(context, exchangeRetry, { id });
  context.print(context.m.exchange.again(whole));
}

export async function cancelDocumentCommand(context: CommandContext, id: string): Promise<void> {
  const { id: whole } = await call(context, exchangeCancel, { id });
  context.print(context.m.exchange.cancelled(whole));
}

export async function carriedDocumentCommand(
  context: CommandContext,
  id: string,
  { note }: { note: string },
): Promise<void> {
  const { id: whole } = await call(context, exchangeCarried, { id, note });
  context.print(context.m.exchange.carried(whole));
}

/** Beside it what the centre answered, where it did. */
export async function saveDocumentCommand(
  context: CommandContext,
  id: string,
  { out }: { out: string },
): Promise<void> {
  const { m, print } = context;
  const { file, document, receipt } = await call(context, exchangeContent, { id });
  try {
    const saved = await putFile(out, file, document);
    print(m.exchange.saved(saved));
    if (receipt === null) return;
    await writeFile(`${saved}.receipt`, receipt, { mode: 0o640, flag: 'wx' });
    print(m.exchange.saved(`${saved}.receipt`));
  } catch (error) {
    if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') throw error;
    throw new UsageError(m.exchange.unwritable(out, error.code), { cause: error });
  }
}
