/**
 * Stands in for wevtutil.exe where there is no Windows: serves recorded events of the logs in a folder, and honours bookmarks,
 * counts, direction and simple queries. It is what tests of the event log source are run with, and proves nothing about Windows
 * itself.
 */
import fs from 'node:fs';
import path from 'node:path';

/** Windows' codes as Linux passes them on: the lowest 8 bits. */
export const exitOnLinux = (code: number): number => code & 0xff;

interface Stored {
  /** The log's own number; what is forwarded has another in its text. */
  record: number;
  xml: string;
}

function option(args: readonly string[], name: string): string | undefined {
  return args.find((arg) => arg.startsWith(`/${name}:`))?.slice(name.length + 2);
}

function stored(folder: string, log: string): Stored[] {
  const file = path.join(folder, `${encodeURIComponent(log)}.log`);
  if (!fs.existsSync(file)) process.exit(exitOnLinux(15_007));
  const lines = fs.readFileSync(file, 'utf8').split('\n');
  return lines.flatMap((line) => {
    const at = line.indexOf('\t');
    return at === -1
      ? []
      : [{ record: Number(line.slice(0, at)), xml: String(JSON.parse(line.slice(at + 1))) }];
  });
}

const unescape = (text: string): string =>
  text.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));

/** Knows `*`, `*[System[EventID=N]]` and `*[System[(EventRecordID <= N)]]`. */
function matches(xpath: string, xml: string): boolean {
  if (xpath === '*') return true;
  const upTo = /^\*\[System\[\(EventRecordID <= (\d+)\)\]\]$/.exec(xpath)?.[1];
  if (upTo !== undefined) return Number(/<EventRecordID>(\d+)/.exec(xml)?.[1]) <= Number(upTo);
  const id = /^\*\[System\[EventID=(\d+)\]\]$/.exec(xpath)?.[1];
  if (id === undefined) process.exit(exitOnLinux(15_001));
  return new RegExp(`<EventID[^>]*>${id}<`).test(xml);
}

function query(args: readonly string[]): { log: string; wants: (xml: string) => boolean } {
  const [, what = ''] = args;
  if (option(args, 'sq') !== 'true') return { log: what, wants: () => true };
  const list = fs.readFileSync(what, 'utf8');
  const log = unescape(/Path="([^"]*)"/.exec(list)?.[1] ?? '');
  const select = unescape(/<Select [^>]*>([^<]*)</.exec(list)?.[1] ?? '*');
  const suppressed = [...list.matchAll(/<Suppress [^>]*>([^<]*)</g)].map((found) => unescape(found[1] ?? ''));
  return {
    log,
    wants: (xml) => matches(select, xml) && !suppressed.some((xpath) => matches(xpath, xml)),
  };
}

export function serve(folder: string, args: readonly string[]): void {
  if (args[0] !== 'qe') process.exit(87);
  const { log, wants } = query(args);
  const refused = path.join(folder, `${encodeURIComponent(log)}.refused`);
  if (fs.existsSync(refused)) {
    process.stderr.write('Failed to read events.\n');
    process.exit(exitOnLinux(Number(fs.readFileSync(refused, 'utf8'))));
  }
  const all = stored(folder, log).filter(({ xml }) => wants(xml));
  const bookmarkFile = option(args, 'bm');
  const bookmark = bookmarkFile === undefined ? '' : fs.readFileSync(bookmarkFile, 'utf8');
  if (bookmarkFile !== undefined && !bookmark.startsWith('<BookmarkList>')) process.exit(13);
  const behind = /RecordId='(\d+)'/.exec(bookmark)?.[1];
  const isBackward = option(args, 'rd') === 'true';
  const ordered = isBackward ? all.toReversed() : all;
  const from = behind === undefined ? ordered : ordered.filter(({ record }) => record > Number(behind));
  const page = from.slice(0, Number(option(args, 'c') ?? Infinity));
  const text = page.map(({ xml }) => `${xml}\r\n`).join('');
  const encoding = option(args, 'uni') === 'true' ? 'utf16le' : 'utf8';
  // In pieces, as a pipe gives them.
  const bytes = Buffer.from(text, encoding);
  for (let at = 0; at < bytes.length; at += 8_191) fs.writeSync(1, bytes.subarray(at, at + 8_191));
  const saved = fs.existsSync(path.join(folder, 'without-bookmarks')) ? undefined : option(args, 'sbm');
  const last = page.at(-1);
  if (saved !== undefined && last !== undefined) {
    const name = log.replaceAll("'", '');
    fs.writeFileSync(
      saved,
      `<BookmarkList>\r\n  <Bookmark Channel='${name}' RecordId='${last.record}' IsCurrent='true'/>\r\n</BookmarkList>`,
    );
  }
}
