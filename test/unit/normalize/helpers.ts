/** Shared by the normaliser tests: a record of one line, and what became of it. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { NormalEvent, NormalizeContext } from '../../../collector/normalize/event.ts';
import { normalize } from '../../../collector/normalize/normalize.ts';
import type { LogRecord } from '../../../collector/protocol/record.ts';
import type { LogChannel } from '../../../collector/protocol/record-names.ts';

export const RECEIVED_MS = Date.UTC(2025, 5, 15, 3, 0, 0);

export const CONTEXT: NormalizeContext = {
  hostname: 'may-01',
  timeZone: 'Asia/Ho_Chi_Minh',
  receivedMs: RECEIVED_MS,
};

export function lineRecord(channel: LogChannel, text: string, more: Partial<LogRecord> = {}): LogRecord {
  return { kind: 'log', at: RECEIVED_MS - 1_000, channel, origin: '/var/log/test.log', text, ...more };
}

export function readLine(
  channel: LogChannel,
  text: string,
  context: Partial<NormalizeContext> = {},
  more: Partial<LogRecord> = {},
): NormalEvent {
  return normalize(lineRecord(channel, text, more), { ...CONTEXT, ...context });
}

const root = path.resolve(import.meta.dirname, '../../..');
export const CORPUS = path.resolve(root, process.env['VONGGAC_CORPUS'] ?? '../shared/corpus');
export const HAS_CORPUS = existsSync(path.join(CORPUS, 'logs', 'openssh.log'));
