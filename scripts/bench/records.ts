/**
 * A plausible mix of what hosts send, made from a seed: nearly half are Windows events of 1 to 2.5 KB, the rest mostly
 * lines of Linux servers; about 880 bytes of JSON on average.
 */
import { accessLine, dpkgLine, sshdLine, syslogLine } from './linux-records.ts';
import { MadeUp, seeded } from './made-up.ts';
import { windowsEvent } from './windows-records.ts';

function fileChange(made: MadeUp): object {
  const state = (): object => ({
    type: 'file',
    size: made.number(100_000),
    mode: 0o644,
    uid: 0,
    gid: 0,
    mtimeMs: made.nowMs - made.number(1_000_000),
    inode: String(made.number(9_000_000)),
    sha256: made.hex(64),
  });
  return {
    kind: 'integrity',
    at: made.nowMs,
    change: 'modified',
    path: `/var/www/dichvucong/tep-${made.number(100_000)}.html`,
    before: state(),
    after: state(),
  };
}

/** One record as JSON. */
export function makeRecord(random: () => number, nowMs: number): string {
  const made = new MadeUp(random, nowMs);
  const log = (channel: string, origin: string, text: string): string =>
    JSON.stringify({ kind: 'log', at: nowMs, channel, origin, text });
  const share = random();
  if (share < 0.49) {
    const { origin, text } = windowsEvent(made);
    return log('windows-xml', origin, text);
  }
  if (share < 0.57) return log('linux-syslog', '/var/log/auth.log', sshdLine(made));
  if (share < 0.75) return log('linux-syslog', '/var/log/syslog', syslogLine(made));
  if (share < 0.92) return log('web-access', '/var/log/nginx/access.log', accessLine(made));
  if (share < 0.99) return log('dpkg', '/var/log/dpkg.log', dpkgLine(made));
  return JSON.stringify(fileChange(made));
}

/** Distinct records that a benchmark goes through again and again. */
const RECORDS = 40_000;

/** Frames' records as JSON: the same for the collector under load and for the floor. */
export function makeFrames(frameEvents: number, nowMs: number): string[][] {
  const random = seeded(7);
  return Array.from({ length: Math.ceil(RECORDS / frameEvents) }, () =>
    Array.from({ length: frameEvents }, () => makeRecord(random, nowMs)),
  );
}
