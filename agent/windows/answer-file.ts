/**
 * Programs of Windows that write their answer into a file (`reg export`, `auditpol /backup`, `secedit /export`): in files
 * names are whole, where the console's code page would lose letters, and nothing is in the language of the system.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Host } from '../host/host.ts';
import { whyNot } from '../host/run-program.ts';
import { windowsText } from './windows-text.ts';

export type FileAnswer =
  | { kind: 'text'; text: string }
  /** The program ended with a code other than 0, or could not be run. */
  | { kind: 'refused'; reason: string; code: number | undefined }
  | { kind: 'too-large'; reason: string };

export interface AnswerQuestion {
  program: string;
  /** @param file that the program is to write; it is not there yet */
  args: (file: string) => readonly string[];
  signal?: AbortSignal | undefined;
  bytesMax?: number | undefined;
}

const BYTES_MAX = 64 * 1_048_576;
const TIMEOUT_MS = 60_000;

export async function answerInFile(host: Host, question: AnswerQuestion): Promise<FileAnswer> {
  const { program, args, signal, bytesMax = BYTES_MAX } = question;
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-'));
  try {
    const file = path.join(folder, 'answer.txt');
    const result = await host.run(program, args(file), { signal, timeoutMs: TIMEOUT_MS });
    const reason = whyNot(program, result);
    if (reason !== undefined)
      return { kind: 'refused', reason, code: result.kind === 'ended' ? result.code : undefined };
    const size = fs.statSync(file, { throwIfNoEntry: false })?.size;
    if (size === undefined) return { kind: 'refused', reason: `${program} wrote no answer`, code: undefined };
    if (size > bytesMax)
      return { kind: 'too-large', reason: `${program} wrote ${size} bytes; at most ${bytesMax}` };
    return { kind: 'text', text: windowsText(fs.readFileSync(file)) };
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
