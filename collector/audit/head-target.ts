/** Where heads of the audit trail are sent, read from the settings and sent there. */
import { open } from 'node:fs/promises';
import path from 'node:path';
import {
  parseSyslogTarget,
  sendSyslog,
  SYSLOG_FORM,
  syslogTargetText,
  type SendOptions,
  type SyslogTarget,
} from './syslog-target.ts';

export type HeadTarget =
  /** Another disk, or a folder of another machine. */
  { kind: 'file'; file: string } | SyslogTarget;

const FORM = `file:/folder/heads.log, ${SYSLOG_FORM}`;
/** Informational. */
const SEVERITY = 6;

/** @throws RangeError in words for whoever wrote the setting */
export function parseHeadTarget(text: string): HeadTarget {
  try {
    if (!text.startsWith('file:')) return parseSyslogTarget(text);
    const file = text.slice('file:'.length);
    if (path.isAbsolute(file) && !file.endsWith('/')) return { kind: 'file', file };
    throw new RangeError('names no file by its whole path');
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new RangeError(`"${text}" ${error.message}; write ${FORM}`, { cause: error });
  }
}

/** For people and logs. */
export function headTargetText(target: HeadTarget): string {
  return target.kind === 'file' ? `file:${target.file}` : syslogTargetText(target);
}

/** Durable when it resolves. @throws Error when the file cannot be written */
async function appendLine(file: string, line: string): Promise<void> {
  const handle = await open(file, 'a', 0o640);
  try {
    await handle.appendFile(`${line}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** @throws Error that says why it did not arrive; a datagram never says so */
export async function sendHead(target: HeadTarget, line: string, options: SendOptions): Promise<void> {
  if (target.kind === 'file') return appendLine(target.file, line);
  return sendSyslog(target, { messageId: 'audit-head', severity: SEVERITY, text: line }, options);
}
