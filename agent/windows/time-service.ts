/**
 * How Windows keeps its clock, by `w32tm /query /status /verbose`. Its words are in the system's language, its lines in one order:
 * only numbers and that order are read, and what does not have this shape is told as unread.
 */
import type { Host } from '../host/host.ts';

export type TimeService =
  | {
      kind: 'told';
      synchronised: boolean;
      stratum: number;
      /** How far off, either way. */
      offsetMs: number | undefined;
      /** Whom it follows; empty: its own clock. */
      source: string;
    }
  | { kind: 'stopped' }
  | { kind: 'unread'; reason: string };

const LINES = { leap: 0, stratum: 1, precision: 2, reference: 5, source: 7, offset: 9 } as const;
const STRATUM_MAX = 15;
/** ERROR_SERVICE_NOT_ACTIVE */
const NOT_STARTED = /0x80070426/i;
const CODE = /\(?(0x[0-9a-f]{8})\)?/i;
/** The reference LOCL: the clock follows itself. */
const LOCAL = /^0x4c4f434c\b/i;

export async function readTimeService(host: Host, signal?: AbortSignal): Promise<TimeService> {
  const result = await host.run('w32tm', ['/query', '/status', '/verbose'], { signal });
  if (result.kind === 'absent') return { kind: 'unread', reason: 'the program w32tm is not installed' };
  if (result.kind === 'failed') return { kind: 'unread', reason: `w32tm: ${result.reason}` };
  const said = `${result.stdout}\n${result.stderr}`;
  if (NOT_STARTED.test(said)) return { kind: 'stopped' };
  const told = parseTimeStatus(result.stdout);
  if (told !== undefined) return told;
  const code = CODE.exec(said)?.[1] ?? String(result.code);
  return { kind: 'unread', reason: `w32tm does not say how the clock is kept (${code})` };
}

export function parseTimeStatus(text: string): (TimeService & { kind: 'told' }) | undefined {
  const values = text
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => line.slice(line.search(/[:：]/) + 1).trim());
  const at = (line: number, shape: RegExp): string | undefined => shape.exec(values[line] ?? '')?.[1];
  const leap = at(LINES.leap, /^([0-3])\s*[(（]/);
  const stratum = at(LINES.stratum, /^(\d{1,3})\s*[(（]/);
  const precision = at(LINES.precision, /^(-?\d{1,3})\s*[(（]/);
  const reference = at(LINES.reference, /^(0x[0-9a-f]{8})\b/i);
  if (leap === undefined || stratum === undefined || precision === undefined || reference === undefined)
    return undefined;
  const isLocal = LOCAL.test(reference);
  const synchronised = leap !== '3' && Number(stratum) >= 1 && Number(stratum) <= STRATUM_MAX && !isLocal;
  const seconds = at(LINES.offset, /^([+-]?\d{1,12}[.,]\d{1,9})s$/);
  return {
    kind: 'told',
    synchronised,
    stratum: Number(stratum),
    offsetMs:
      synchronised && seconds !== undefined ? Math.abs(Number(seconds.replace(',', '.'))) * 1_000 : undefined,
    // What it calls its own clock is a word of its language.
    source: synchronised ? (values[LINES.source] ?? '').replace(/,0x[0-9a-f]+$/i, '') : '',
  };
}
