/** Logs of Windows in a folder, and a program that serves them as wevtutil.exe would (wevtutil-stand-in.ts). */
import fs from 'node:fs';
import path from 'node:path';
import { WINDOWS_CODES, type LogRefusal } from '../../../agent/sources/windows-event-log/wevtutil.ts';
import { exitOnLinux } from './wevtutil-stand-in.ts';

/** What the exit codes mean that Linux leaves of Windows'. */
export const LINUX_CODES: ReadonlyMap<number, LogRefusal> = new Map(
  [...WINDOWS_CODES].map(([code, refusal]) => [exitOnLinux(code), refusal]),
);

export interface EventFacts {
  record: number;
  /** Milliseconds since 1970. */
  at?: number;
  id?: number;
  channel?: string;
  computer?: string;
  data?: Readonly<Record<string, string>>;
}

export const START_MS = Date.UTC(2026, 0, 5, 1, 0, 0);

const escape = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll("'", '&apos;');

/** One event as wevtutil renders it: one line, single quotes. */
export function eventXml({
  record,
  at,
  id = 4_624,
  channel = 'Security',
  computer = 'PC-1',
  data,
}: EventFacts): string {
  const time = new Date(at ?? START_MS + record * 1_000).toISOString();
  const values = Object.entries(data ?? { TargetUserName: `user-${record}` })
    .map(([name, value]) => `<Data Name='${name}'>${escape(value)}</Data>`)
    .join('');
  return `<Event xmlns='http://schemas.microsoft.com/win/2004/08/events/event'><System><Provider Name='Microsoft-Windows-Security-Auditing' Guid='{54849625-5478-4994-a5ba-3e3b0328c30d}'/><EventID>${id}</EventID><Version>2</Version><Level>0</Level><Task>12544</Task><Opcode>0</Opcode><Keywords>0x8020000000000000</Keywords><TimeCreated SystemTime='${time}'/><EventRecordID>${record}</EventRecordID><Correlation/><Execution ProcessID='700' ThreadID='712'/><Channel>${channel}</Channel><Computer>${computer}</Computer><Security/></System><EventData>${values}</EventData></Event>`;
}

export class EventLogs {
  readonly folder: string;
  /** Absolute path of the program. */
  readonly program: string;

  /** @param folder is made */
  constructor(folder: string) {
    this.folder = folder;
    fs.mkdirSync(folder, { recursive: true });
    this.program = path.join(folder, 'wevtutil.exe');
    const standIn = JSON.stringify(path.join(import.meta.dirname, 'wevtutil-stand-in.ts'));
    fs.writeFileSync(
      this.program,
      `#!${process.execPath}\nimport(${standIn}).then(({ serve }) => serve(${JSON.stringify(folder)}, process.argv.slice(2)));\n`,
      { mode: 0o755 },
    );
  }

  #file(log: string, kind: 'log' | 'refused' = 'log'): string {
    return path.join(this.folder, `${encodeURIComponent(log)}.${kind}`);
  }

  /** Events of one number each, at the end of the log. */
  append(log: string, events: readonly EventFacts[]): void {
    this.appendXml(
      log,
      events.map((event) => [event.record, eventXml({ channel: log, ...event })]),
    );
  }

  appendXml(log: string, events: readonly (readonly [record: number, xml: string])[]): void {
    // By its name at once: a reader sees all of them or none.
    const file = this.#file(log);
    const before = fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : '';
    const more = events.map(([record, xml]) => `${record}\t${JSON.stringify(xml)}\n`).join('');
    fs.writeFileSync(`${file}.new`, before + more);
    fs.renameSync(`${file}.new`, file);
  }

  /** Only these numbers are left. */
  keep(log: string, isKept: (record: number) => boolean): void {
    const file = this.#file(log);
    const lines = fs.readFileSync(file, 'utf8').split('\n');
    fs.writeFileSync(
      file,
      lines
        .filter((line) => line !== '' && isKept(Number.parseInt(line, 10)))
        .map((line) => `${line}\n`)
        .join(''),
    );
  }

  /** From now on asking for the log ends with this code; undefined: no more. */
  refuse(log: string, code: number | undefined): void {
    if (code === undefined) fs.rmSync(this.#file(log, 'refused'));
    else fs.writeFileSync(this.#file(log, 'refused'), String(code));
  }
}
