/** `vonggac exchange send | queue | receipts FOLDER`: delivery of what lies in a folder, one attempt for each report that is due. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { exchangeSettingsSchema } from '../../exchange/exchange-settings.ts';
import { addReceipt, readQueue, readReceipts } from '../../exchange/receipts.ts';
import { sendReport } from '../../exchange/send-report.ts';
import type { CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { readJsonFile } from '../json-file.ts';
import { localTime } from '../local-time.ts';
import { UsageError } from '../usage-error.ts';
import { readPem } from './exchange.ts';

export interface ExchangeSendFlags {
  settings: string;
  /** Those that wait too. */
  now?: boolean;
  dryRun?: boolean;
}

/** Exit code 1 where a report was not accepted, was changed or is missing. */
export async function sendReportsCommand(
  context: CommandContext,
  folder: string,
  flags: ExchangeSendFlags,
): Promise<ExitCode> {
  const { m, print, complain } = context;
  const settings = readJsonFile(context, flags.settings, exchangeSettingsSchema, m.exchange.unreadable);
  const { address, variant, soapAction } = settings;
  if (address === undefined) throw new UsageError(m.exchange.noAddress);
  const authority = settings.authority === undefined ? undefined : readPem(context, settings.authority);
  let isWhole = true;
  for (const { file, sha256, queue } of await readQueue(folder, Date.now())) {
    if (queue === 'changed' || queue === 'missing') {
      complain(m.exchange.entry(queue, file));
      isWhole = false;
    }
    if (queue !== 'due' && !(queue === 'waiting' && flags.now === true)) continue;
    if (flags.dryRun === true) {
      print(m.exchange.wouldSend(file, address));
      continue;
    }
    const text = await readFile(path.join(folder, file), 'utf8');
    const outcome = await sendReport(text, { address, variant, soapAction, authority });
    const { isAccepted, status, answerSha256, fault } = outcome;
    const receipt = { isAccepted, status, answerSha256, fault };
    await addReceipt(folder, { file, sha256, atMs: Date.now(), address, ...receipt });
    if (outcome.isAccepted) print(m.exchange.accepted(file, outcome.status ?? 0));
    else complain(m.exchange.refused(file, outcome.fault ?? ''));
    isWhole &&= outcome.isAccepted;
  }
  return isWhole ? EXIT.ok : EXIT.failure;
}

export async function queueCommand(
  { m, print }: CommandContext,
  folder: string,
  flags: { json?: boolean },
): Promise<void> {
  const queue = await readQueue(folder, Date.now());
  if (flags.json === true) return print(JSON.stringify(queue));
  if (queue.length === 0) return print(m.exchange.noneMade);
  for (const { queue: stands, attempts, dueMs, file } of queue)
    print(m.exchange.queued(stands, attempts, stands === 'waiting' ? localTime(dueMs) : '', file));
}

export async function receiptsCommand(
  { m, print }: CommandContext,
  folder: string,
  flags: { json?: boolean },
): Promise<void> {
  const receipts = await readReceipts(folder);
  if (flags.json === true) return print(JSON.stringify(receipts));
  if (receipts.length === 0) return print(m.exchange.noReceipts);
  for (const { atMs, file, isAccepted, status, fault, answerSha256 } of receipts) {
    const answer = `${status ?? '-'} ${answerSha256?.slice(0, 12) ?? '-'} ${fault ?? ''}`.trimEnd();
    print(`${localTime(atMs)}  ${m.exchange.outcome(isAccepted)}  ${answer}  ${file}`);
  }
}
