/**
 * Windows' own wevtutil.exe, one page of one log at a time. Invariants: fixed arguments and no shell; what comes from
 * settings goes as one argument or, escaped, into a query file of ours; a bookmark is the bytes that wevtutil saved, handed back
 * as they were; one process at a time over all logs, and its page is read to the end before anybody waits for the spool.
 */
import fs from 'node:fs';
import path from 'node:path';
import { spawnToEnd, type ProgramEnd } from '../../host/spawn-to-end.ts';
import { digest } from '../file/fingerprint.ts';
import type { DecodedText } from '../file/text-encoding.ts';
import { EventStream, type StreamFaults } from './event-stream.ts';

export interface EventQuery {
  /** Name of the log. */
  log: string;
  /** XPath of what is wanted; left out: all. */
  select?: string | undefined;
  /** XPath of what is left out of it. */
  suppress?: string | undefined;
  /** With the message as text. */
  rendered?: boolean | undefined;
  /** Begin behind it; left out: with the first. */
  bookmark?: Buffer | undefined;
  /** Only records above this number. */
  afterRecord?: number | undefined;
  newestFirst?: boolean | undefined;
  eventsMax: number;
  /** A page is not cut before so many, whatever their length. */
  eventsMin?: number | undefined;
}

export interface EventPage {
  events: DecodedText[];
  faults: StreamFaults;
  /** Of its last event; undefined when the page holds none, was not read to its end, or none was saved. */
  bookmark: Buffer | undefined;
  /** It was read to its end. */
  isComplete: boolean;
}

/** Why a log cannot be read, as far as wevtutil's exit codes (those of Windows) tell. */
export type LogRefusal = 'missing' | 'denied' | 'query' | 'service' | 'bookmark';

export class EventLogError extends Error {
  override readonly name = 'EventLogError';
  /** undefined: something else. */
  readonly refusal: LogRefusal | undefined;

  constructor(message: string, refusal?: LogRefusal) {
    super(message);
    this.refusal = refusal;
  }
}

/** Winerror.h, by number. */
export const WINDOWS_CODES: ReadonlyMap<number, LogRefusal> = new Map([
  // ERROR_ACCESS_DENIED, ERROR_PRIVILEGE_NOT_HELD
  [5, 'denied'],
  [1_314, 'denied'],
  // RPC_S_SERVER_UNAVAILABLE, EPT_S_NOT_REGISTERED: the service EventLog does not run.
  [1_722, 'service'],
  [1_753, 'service'],
  // ERROR_EVT_INVALID_CHANNEL_PATH, ERROR_EVT_CHANNEL_NOT_FOUND
  [15_000, 'missing'],
  [15_007, 'missing'],
  // ERROR_INVALID_DATA, ERROR_EVT_MALFORMED_XML_TEXT, ERROR_EVT_QUERY_RESULT_STALE, ..._INVALID_POSITION
  ...[13, 15_008, 15_011, 15_012].map((code) => [code, 'bookmark'] as const),
  // ERROR_EVT_INVALID_QUERY and what else an XPath can be refused for
  [15_001, 'query'],
  ...[15_014, 15_015, 15_016, 15_017, 15_018, 15_019, 15_020, 15_021].map((code) => [code, 'query'] as const),
]);

export interface WevtutilOptions {
  /** Absolute path. */
  program: string;
  /** Of our own, for bookmarks and queries on their way to it and back. */
  folder: string;
  timeoutMs?: number | undefined;
  /** Default: those of Windows. */
  codes?: ReadonlyMap<number, LogRefusal> | undefined;
  onStart?: ((pid: number) => void) | undefined;
}

const TIMEOUT_MS = 60_000;
/** A page that holds more text is cut, and goes on behind what was told of it. */
const PAGE_UNITS_MAX = 2_097_152;
const COMPLAINT_BYTES_MAX = 1_024;
const BOOKMARK_BYTES_MAX = 65_536;

export class Wevtutil {
  readonly #options: WevtutilOptions;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: WevtutilOptions) {
    this.#options = options;
  }

  /** @throws EventLogError */
  read(query: EventQuery, signal: AbortSignal): Promise<EventPage> {
    const page = this.#turn.then(() => this.#read(query, signal));
    this.#turn = page.catch(() => undefined);
    return page;
  }

  async #read(query: EventQuery, signal: AbortSignal): Promise<EventPage> {
    const { program, folder, timeoutMs, onStart } = this.#options;
    const files = filesOf(folder, query.log);
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
    fs.rmSync(files.saved, { force: true });
    const stream = new EventStream();
    const events: DecodedText[] = [];
    let units = 0;
    let isComplete = true;
    const add = (more: readonly DecodedText[]): void => {
      for (const event of more) {
        events.push(event);
        units += event.text.length;
      }
    };
    const end = await spawnToEnd(program, argumentsFor(query, files), {
      timeoutMs: timeoutMs ?? TIMEOUT_MS,
      outputBytesMax: 0,
      beyond: 'drop',
      complaintBytesMax: COMPLAINT_BYTES_MAX,
      searchPath: [path.dirname(program)],
      signal,
      onStart,
      take: (piece) => {
        add(stream.push(piece));
        isComplete = units <= PAGE_UNITS_MAX || events.length < (query.eventsMin ?? 1);
        return isComplete;
      },
    });
    if (isComplete) {
      this.#judge(query.log, end);
      add(stream.end());
    }
    const bookmark = isComplete && events.length > 0 ? readBookmark(files.saved) : undefined;
    return { events, faults: stream.faults, bookmark, isComplete };
  }

  #judge(log: string, { exit, signal, failure, complaint }: ProgramEnd): void {
    if (exit === 0 && failure === undefined) return;
    const refusal = exit === undefined ? undefined : (this.#options.codes ?? WINDOWS_CODES).get(exit);
    const ended = failure ?? `ended with ${signal ?? `code ${exit ?? 'unknown'}`}`;
    const said = complaint.replaceAll(/\s+/g, ' ').slice(0, 300);
    const message = `${log}: ${path.basename(this.#options.program)}: ${ended}${said === '' ? '' : `: ${said}`}`;
    throw new EventLogError(message, refusal);
  }
}

interface QueryFiles {
  query: string;
  bookmark: string;
  saved: string;
}

function filesOf(folder: string, log: string): QueryFiles {
  const base = path.join(folder, digest(Buffer.from(log)).slice(0, 16));
  return { query: `${base}.query.xml`, bookmark: `${base}.from.xml`, saved: `${base}.saved.xml` };
}

function argumentsFor(query: EventQuery, files: QueryFiles): string[] {
  const { log, select, suppress, rendered, bookmark, afterRecord, newestFirst, eventsMax } = query;
  const known = afterRecord === undefined ? undefined : `*[System[(EventRecordID <= ${afterRecord})]]`;
  const without = [suppress, known].filter((xpath) => xpath !== undefined);
  const isWhole = select === undefined && without.length === 0;
  if (!isWhole) fs.writeFileSync(files.query, queryList(log, select, without), { mode: 0o600 });
  if (bookmark !== undefined) fs.writeFileSync(files.bookmark, bookmark, { mode: 0o600 });
  return [
    'qe',
    ...(isWhole ? [log] : [files.query, '/sq:true']),
    `/f:${rendered === true ? 'RenderedXml' : 'XML'}`,
    `/c:${eventsMax}`,
    `/rd:${newestFirst === true}`,
    // Without it the console's code page would replace what it does not know.
    '/uni:true',
    ...(bookmark === undefined ? [] : [`/bm:${files.bookmark}`]),
    `/sbm:${files.saved}`,
  ];
}

/** A structured query, in ASCII whatever the names. */
export function queryList(log: string, select = '*', suppress: readonly string[] = []): string {
  const at = escapeXml(log);
  const not = suppress.map((xpath) => `<Suppress Path="${at}">${escapeXml(xpath)}</Suppress>`).join('');
  return `<QueryList><Query Id="0" Path="${at}"><Select Path="${at}">${escapeXml(select)}</Select>${not}</Query></QueryList>`;
}

function escapeXml(text: string): string {
  return text.replaceAll(/[^ !#-%(-;=?-~]/gu, (char) => `&#${char.codePointAt(0) ?? 0xfffd};`);
}

/** @throws EventLogError for what cannot be one */
function readBookmark(file: string): Buffer | undefined {
  if (!fs.existsSync(file)) return undefined;
  const bytes = fs.readFileSync(file);
  if (bytes.length > 0 && bytes.length <= BOOKMARK_BYTES_MAX) return bytes;
  throw new EventLogError(`wevtutil saved a bookmark of ${bytes.length} bytes`);
}
