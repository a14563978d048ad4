/** status.json: what the running agent says about itself to other processes, replaced every few seconds. */
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { costSchema } from './cost-meter.ts';
import { governorStatusSchema } from './governor/governor-status.ts';
import { SOURCE_KINDS } from './source-kind.ts';
import { writeAtomic } from './write-atomic.ts';

const FILE_NAME = 'status.json';
/** The state folder is private anyway. */
const MODE = 0o600;

const timeMs = z.int();

/** What has a default came later: an agent that still runs as before an upgrade is read, too. */
const agentStatusSchema = z.object({
  version: z.literal(1),
  agentVersion: z.string(),
  pid: z.int(),
  /** `stopped` and `refused` were written at the end of the process. */
  state: z.enum(['running', 'stopped', 'refused']),
  startedAt: timeMs,
  /** When this was written. */
  at: timeMs,
  link: z.object({
    /** The collector it is with, or was last. */
    url: z.string().nullable().default(null),
    state: z.enum(['connecting', 'online', 'offline']),
    since: timeMs,
    lastAckAt: timeMs.nullable(),
    /** Host clock minus collector clock. */
    clockSkewMs: z.number().nullable(),
    /** In order of preference. */
    collectors: z.array(z.string()).default([]),
    /** Without its password. */
    proxy: z.string().nullable().default(null),
    /** Bytes per second now, all lanes together. */
    bytesPerSecondMax: z.number().nullable().default(null),
    problem: z.object({ cause: z.string(), message: z.string(), at: timeMs }).nullable(),
    nextAttemptAt: timeMs.nullable(),
  }),
  spool: z.object({
    epoch: z.string(),
    lanes: z.array(
      z.object({
        lane: z.int(),
        nextSeq: z.int(),
        waiting: z.int(),
        acknowledgedSeq: z.int(),
        bytes: z.int().default(0),
        /** Of what is acknowledged and kept. */
        retainedBytes: z.int().default(0),
        /** When the oldest that waits was read. */
        oldestAt: timeMs.nullable().default(null),
      }),
    ),
    waitingBytes: z.int(),
    bytesMax: z.int(),
    retainBytesMax: z.int().default(0),
    droppedRecords: z.int(),
    /** Log files wait because the spool is nearly full. */
    holding: z.boolean(),
    /** The disk refuses writes. */
    refused: z.boolean(),
  }),
  sources: z.array(
    z.object({
      name: z.string(),
      /** What kind of source it is; `other` of an agent before. */
      kind: z.enum(SOURCE_KINDS).default('other'),
      state: z.enum(['running', 'failed']),
      /** It has taken in how things stand, and sees what happens as it happens. */
      caughtUp: z.boolean().default(false),
      records: z.int(),
      /** Seen and not passed on, e.g. over a limit. */
      limited: z.int().default(0),
      lastRecordAt: timeMs.nullable(),
      /** That hold now, and what was lost within a day; the newest last, at most 50. */
      problems: z.array(
        z.object({ subject: z.string(), message: z.string(), at: timeMs, once: z.boolean().default(false) }),
      ),
    }),
  ),
  cost: costSchema,
  governor: governorStatusSchema.nullable().default(null),
});

export type AgentStatus = z.infer<typeof agentStatusSchema>;

function statusPath(stateDir: string): string {
  return path.join(stateDir, FILE_NAME);
}

/** Not synced to disk: after a power cut it says nothing anyway. */
export function writeStatus(stateDir: string, status: AgentStatus): void {
  writeAtomic(statusPath(stateDir), `${JSON.stringify(status)}\n`, { mode: MODE, durable: false });
}

/** @returns undefined when the agent never ran here. @throws Error naming the file when it makes no sense. */
export function readStatus(stateDir: string): AgentStatus | undefined {
  const file = statusPath(stateDir);
  if (!fs.existsSync(file)) return undefined;
  try {
    return agentStatusSchema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new Error(`${file} cannot be read`, { cause });
  }
}

/** Whether the process that wrote the status still lives. */
export function isAlive(status: AgentStatus): boolean {
  if (status.state !== 'running') return false;
  try {
    process.kill(status.pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, under another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
