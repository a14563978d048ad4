/**
 * A plausible mix of what hosts send, made from a seed: nearly half are Windows events of 1 to 2.5 KB, the rest mostly
 * lines of Linux servers; about 880 bytes of JSON on average.
 */
import type { LaneName } from '#protocol/lane.ts';
import { accessLine, dpkgLine, sshdLine, syslogLine } from './linux-records.ts';
import { MadeUp, seeded } from './made-up.ts';
import { domainControllerEvent, windowsEvent } from './windows-records.ts';

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

const log = (atMs: number, channel: string, origin: string, text: string): string =>
  JSON.stringify({ kind: 'log', at: atMs, channel, origin, text });

function windowsRecord(made: MadeUp): string {
  const { origin, text } = windowsEvent(made);
  return log(made.nowMs, 'windows-xml', origin, text);
}

/** @param share uniform in [0, 1) */
function linuxRecord(made: MadeUp, share: number): string {
  const { nowMs } = made;
  if (share < 0.16) return log(nowMs, 'linux-syslog', '/var/log/auth.log', sshdLine(made));
  if (share < 0.51) return log(nowMs, 'linux-syslog', '/var/log/syslog', syslogLine(made));
  if (share < 0.84) return log(nowMs, 'web-access', '/var/log/nginx/access.log', accessLine(made));
  if (share < 0.98) return log(nowMs, 'dpkg', '/var/log/dpkg.log', dpkgLine(made));
  return JSON.stringify(fileChange(made));
}

const WINDOWS_SHARE = 0.49;

/** One record as JSON. */
export function makeRecord(random: () => number, nowMs: number): string {
  const made = new MadeUp(random, nowMs);
  const share = random();
  if (share < WINDOWS_SHARE) return windowsRecord(made);
  return linuxRecord(made, (share - WINDOWS_SHARE) / (1 - WINDOWS_SHARE));
}

export interface LaneRecord {
  lane: LaneName;
  json: string;
}

/** What an office computer sends: a fifth of it is security. */
export function officeRecord(made: MadeUp): LaneRecord {
  return { lane: made.chance(0.2) ? 'security' : 'standard', json: windowsRecord(made) };
}

/** What a Linux server sends. */
export function serverRecord(made: MadeUp): LaneRecord {
  const share = made.number(1_000) / 1_000;
  return { lane: share < 0.16 ? 'security' : 'standard', json: linuxRecord(made, share) };
}

export function domainControllerRecord(made: MadeUp): LaneRecord {
  const { origin, text } = domainControllerEvent(made);
  return { lane: 'security', json: log(made.nowMs, 'windows-xml', origin, text) };
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
