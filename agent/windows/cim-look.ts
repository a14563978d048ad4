/**
 * Asks Windows' PowerShell for some sections at once, since its start is what costs. Invariants: the text goes by standard input, so
 * there is no file, no encoded command and no execution policy to lift; each section answers or says why not; what is
 * answered is JSON between marks, bounded, and read without trust.
 */
import type { Host } from '../host/host.ts';
import { isoTime } from '../iso-time.ts';
import { whyNot, type ProgramOptions } from '../host/run-program.ts';
import { CIM_SECTIONS, type CimSection } from './cim-sections.ts';

export type CimValue = string | number | boolean | null | readonly string[];
export type CimRow = Readonly<Record<string, CimValue>>;
export type CimAnswer =
  { kind: 'rows'; rows: readonly CimRow[]; truncated: boolean } | { kind: 'unread'; reason: string };

const ROWS_MAX = 20_000;
const BYTES_MAX = 32 * 1_048_576;
const TIMEOUT_MS = 180_000;
const REASON_MAX = 300;

/** A line each: what is typed is run line by line. */
function scriptOf(blocks: Readonly<Record<string, string>>): string {
  const begin = [
    "$ErrorActionPreference='Stop'",
    "$ProgressPreference='SilentlyContinue'",
    // Where the language is constrained it may not be set, and names lose letters.
    'try{[Console]::OutputEncoding=New-Object System.Text.UTF8Encoding $false}catch{}',
    `function vonggac($n,$b){try{$r=@(&$b|Select-Object -First ${ROWS_MAX + 1});'<<'+$n+' ok '+(ConvertTo-Json -InputObject $r -Depth 3 -Compress)+'>>'}catch{'<<'+$n+' no '+(ConvertTo-Json -InputObject ([string]$_.Exception.Message) -Compress)+'>>'}}`,
  ];
  const asked = Object.entries(blocks).map(([name, block]) => `vonggac '${name}' {${block}}`);
  return `${[...begin, ...asked, 'exit'].join('\n')}\n`;
}

export async function lookAtCim(
  host: Host,
  names: readonly CimSection[],
  signal?: AbortSignal,
): Promise<ReadonlyMap<CimSection, CimAnswer>> {
  const blocks = Object.fromEntries(names.map((name) => [name, CIM_SECTIONS[name]])) as Record<
    CimSection,
    string
  >;
  return askPowershell(host, blocks, { signal, idle: true });
}

/** @param blocks of one line each, made of fixed text and numbers only */
export async function askPowershell<Name extends string>(
  host: Host,
  blocks: Readonly<Record<Name, string>>,
  options: Pick<ProgramOptions, 'signal' | 'idle'> = {},
): Promise<ReadonlyMap<Name, CimAnswer>> {
  const names = Object.keys(blocks) as Name[];
  const result = await host.run('powershell', ['-NoLogo', '-NoProfile', '-NonInteractive', '-Command', '-'], {
    stdin: scriptOf(blocks),
    stdoutBytesMax: BYTES_MAX,
    timeoutMs: TIMEOUT_MS,
    ...options,
  });
  const answers = result.kind === 'ended' ? parseAnswers(result.stdout) : new Map<string, CimAnswer>();
  const reason = whyNot('powershell', result) ?? 'powershell did not answer this';
  return new Map(names.map((name) => [name, answers.get(name) ?? { kind: 'unread', reason }]));
}

/** @param text what was written; lines may be broken anywhere */
export function parseAnswers(text: string): Map<string, CimAnswer> {
  const answers = new Map<string, CimAnswer>();
  const whole = text.replaceAll(/[\r\n]/g, '');
  for (let at = whole.indexOf('<<'); at !== -1; at = whole.indexOf('<<', at)) {
    const head = /^<<(\w{1,40}) (ok|no) /.exec(whole.slice(at, at + 50));
    if (head === null) {
      at += 2;
      continue;
    }
    const [mark, name = '', word] = head;
    const from = at + mark.length;
    const end = endOfJson(whole, from);
    answers.set(
      name,
      end === -1
        ? { kind: 'unread', reason: 'its answer was cut off' }
        : answerOf(word, whole.slice(from, end)),
    );
    at = end === -1 ? from : end;
  }
  return answers;
}

/** JSON escapes `>` in PowerShell 5, not in 7; so the end is that of the text, not the first mark. */
function endOfJson(text: string, from: number): number {
  let isQuoted = false;
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (isQuoted && char === '\\') at += 1;
    else if (char === '"') isQuoted = !isQuoted;
    else if (!isQuoted && char === '>' && text[at + 1] === '>') return at;
  }
  return -1;
}

function answerOf(word: string | undefined, json: string): CimAnswer {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    return { kind: 'unread', reason: 'its answer is no JSON' };
  }
  if (word === 'no') return { kind: 'unread', reason: oneLine(typeof value === 'string' ? value : json) };
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const rows = list.filter((row) => typeof row === 'object' && row !== null).map((row) => rowOf(row));
  return { kind: 'rows', rows: rows.slice(0, ROWS_MAX), truncated: rows.length > ROWS_MAX };
}

function rowOf(row: object): CimRow {
  return Object.fromEntries(
    Object.entries(row).map(([name, value]: [string, unknown]) => [name, valueOf(value)]),
  );
}

function valueOf(value: unknown): CimValue {
  if (typeof value === 'string') return dateText(value);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  // A list comes bare, or counted as PowerShell does.
  const inner: unknown =
    typeof value === 'object' && value !== null && 'value' in value ? value.value : value;
  if (Array.isArray(inner)) return inner.filter((each) => typeof each === 'string');
  return null;
}

/** PowerShell writes times as `/Date(1732579200000)/`; told as ISO 8601. */
function dateText(text: string): string {
  const ms = Number(/^\/Date\((-?\d{1,15})\)\/$/.exec(text)?.[1] ?? Number.NaN);
  return Number.isNaN(ms) ? text.toWellFormed() : isoTime(ms);
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, REASON_MAX).toWellFormed();
}

/** Text of a field; empty when there is none. */
export function textOf(row: CimRow, name: string): string {
  const value = row[name];
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : '';
}

export function listOf(row: CimRow, name: string): readonly string[] {
  const value = row[name];
  return Array.isArray(value) ? value : typeof value === 'string' && value !== '' ? [value] : [];
}

/** Milliseconds since 1970: ISO 8601, or as Win32_QuickFixEngineering has days: `11/13/2026`, or a FILETIME in hexadecimal. */
export function timeMsOf(text: string): number | undefined {
  const [, month, day, year] = /^(\d{1,2})\/(\d{1,2})\/(\d{4})$/.exec(text) ?? [];
  if (year !== undefined) return Date.UTC(Number(year), Number(month) - 1, Number(day));
  if (/^[0-9a-f]{16}$/i.test(text)) return Number((BigInt(`0x${text}`) - 116_444_736_000_000_000n) / 10_000n);
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : ms;
}
