/**
 * pause.json in the state folder: somebody asked the agent to hold its scans until a time. Written by
 * `vonggac-agent pause`, looked at by the running agent; it ends by itself, and never stops logs and change notices.
 */
import fs from 'node:fs';
import path from 'node:path';
import { writeAtomic } from '../write-atomic.ts';

const FILE_NAME = 'pause.json';
const MODE = 0o600;
export const PAUSE_MS_MAX = 7 * 86_400_000;

export interface Pause {
  /** Milliseconds since 1970, both. */
  since: number;
  until: number;
}

function pausePath(stateDir: string): string {
  return path.join(stateDir, FILE_NAME);
}

/** @throws the file system's error */
export function writePause(stateDir: string, pause: Pause): void {
  writeAtomic(pausePath(stateDir), `${JSON.stringify(pause)}\n`, { mode: MODE, durable: false });
}

/** @returns whether there was one. @throws the file system's error */
export function removePause(stateDir: string): boolean {
  const file = pausePath(stateDir);
  if (!fs.existsSync(file)) return false;
  fs.rmSync(file, { force: true });
  return true;
}

/**
 * The pause that holds now. One that begins in the future or lasts too long is none: a clock was set, or somebody wrote
 * the file by hand to blind the agent.
 */
export function readPause(stateDir: string, nowMs: number): Pause | undefined {
  let text: string;
  try {
    text = fs.readFileSync(pausePath(stateDir), 'utf8');
  } catch {
    return undefined;
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('since' in value) || !('until' in value))
    return undefined;
  const { since, until } = value;
  if (typeof since !== 'number' || typeof until !== 'number') return undefined;
  const holds = since <= nowMs && nowMs < until && until - since <= PAUSE_MS_MAX;
  return holds ? { since, until } : undefined;
}

const UNITS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `30m`, `2h`, `1d`. @returns milliseconds; undefined when it is not a time, or longer than a week. */
export function parsePauseTime(text: string): number | undefined {
  const match = /^(\d{1,4})([mhd])$/.exec(text);
  const unit = UNITS[match?.[2] ?? ''];
  if (match === null || unit === undefined) return undefined;
  const ms = Number(match[1]) * unit;
  return ms > 0 && ms <= PAUSE_MS_MAX ? ms : undefined;
}
