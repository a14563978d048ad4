/**
 * The key of TLS session tickets, kept over restarts: agents that come back after one take their sessions up again, for
 * a fraction of a full handshake's work. A new one every day, since whoever has it can read what was recorded meanwhile.
 */
import { hkdfSync } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { writeFileDurably } from './files.ts';

const FILE = 'tls-ticket.key';
const KEY_BYTES = 48;
const AGE_MS_MAX = 86_400_000;

export interface TicketKeyOptions {
  dataDir: string;
  /** Of the certificate served: tickets of another are worth nothing, so none outlives a rotation. */
  fingerprint: string;
  now: () => number;
  random: (bytes: number) => Buffer;
}

/** Today's key: the kept one while it is young enough. */
export function ticketKey({ dataDir, fingerprint, now, random }: TicketKeyOptions): Buffer {
  const secret = keptSecret({ dataDir, now, random });
  return Buffer.from(hkdfSync('sha256', secret, fingerprint, 'vonggac tls tickets', KEY_BYTES));
}

function keptSecret({ dataDir, now, random }: Omit<TicketKeyOptions, 'fingerprint'>): Buffer {
  const file = path.join(dataDir, FILE);
  try {
    const ageMs = now() - statSync(file).mtimeMs;
    const key = Buffer.from(readFileSync(file, 'utf8').trim(), 'base64');
    if (ageMs >= 0 && ageMs < AGE_MS_MAX && key.length === KEY_BYTES) return key;
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  }
  const key = random(KEY_BYTES);
  writeFileDurably(file, `${key.toString('base64')}\n`);
  return key;
}
