/** Real spools in folders of their own, and records to put into them. */
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { LogRecord } from '#protocol/record.ts';
import type { LaneName } from '#protocol/lane.ts';
import type { SourceItem } from '../../../agent/sources/source.ts';
import { openSpool } from '../../../agent/spool/sqlite-spool.ts';
import type { SpoolOptions } from '../../../agent/spool/sqlite-spool.ts';
import type { Lease, Spool } from '../../../agent/spool/spool.ts';

export function makeFolder(): string {
  return fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-test-'));
}

export function removeFolder(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true });
}

export const START_MS = Date.parse('2026-11-05T00:00:00Z');

export function openTestSpool(folder: string, options: Partial<SpoolOptions> = {}): Spool {
  return openSpool({
    file: path.join(folder, 'spool.db'),
    bytesMax: 64 * 1_048_576,
    now: () => START_MS,
    random: (bytes) => randomBytes(bytes),
    freeBytes: () => Infinity,
    ...options,
  });
}

export function logRecord(text: string): LogRecord {
  return { kind: 'log', at: START_MS, channel: 'sshd', origin: '/var/log/auth.log', text };
}

export function logItem(
  lane: LaneName,
  texts: readonly string[],
  positions: SourceItem['positions'] = [],
): SourceItem {
  return { lane, records: texts.map(logRecord), positions };
}

export const ALL = { eventsMax: 1_000, bytesMax: 1_000_000 } as const;

/** Texts of the log records of a lease. */
export function textsOf(lease: Lease | undefined): string[] {
  return (lease?.records ?? []).map((json) => String((JSON.parse(json) as { text?: unknown }).text));
}

/** What can be leased of a lane, as [sequence, JSON]; left out, from behind what is acknowledged. */
export function readLane(
  spool: Spool,
  lane: number,
  afterSeq = spool.status().lanes[lane]?.acknowledgedSeq ?? 0,
): [seq: number, json: string][] {
  const read: [number, string][] = [];
  let after = afterSeq;
  for (;;) {
    const lease = spool.lease(lane, after, ALL);
    if (lease === undefined) return read;
    for (const [index, json] of lease.records.entries()) read.push([lease.firstSeq + index, json]);
    after = lease.firstSeq + lease.records.length - 1;
  }
}
