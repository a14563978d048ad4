/**
 * A record is what a source on the endpoint observed, before any interpretation: the collector normalises it.
 * Text is well-formed Unicode (the agent replaces what is not) and may hold any character, NUL included.
 */
import { z } from 'zod';
import { LIMITS } from './limits.ts';

const timeMs = z.int().min(0).max(8.64e15);
const name = z.string().min(1).max(LIMITS.nameMax);
const shortString = z.string().max(LIMITS.shortStringMax);
const scalar = z.union([shortString, z.number(), z.boolean(), z.null()]);

/** Flat facts: at most `detailEntriesMax` entries. */
const detail = z
  .record(name, scalar)
  .refine((value) => Object.keys(value).length <= LIMITS.detailEntriesMax, 'too many entries');

/** What a line of a log is; it decides the collector's normaliser. */
export const LOG_CHANNELS = ['sshd', 'linux-syslog', 'dpkg', 'web-access', 'windows-xml'] as const;
export type LogChannel = (typeof LOG_CHANNELS)[number];

export const logRecordSchema = z.strictObject({
  kind: z.literal('log'),
  /** When the agent read it: milliseconds since 1970, host clock. */
  at: timeMs,
  channel: z.enum(LOG_CHANNELS),
  /** Where it came from, e.g. the file's path. */
  origin: shortString,
  text: z.string().max(LIMITS.recordTextBytesMax),
  /** Bytes of the line that were cut off because it was over the limit. */
  cutBytes: z.int().min(1).optional(),
  /** The line held bytes that are not valid in its encoding; they were replaced by U+FFFD. */
  repaired: z.literal(true).optional(),
});

export const fileStateSchema = z.strictObject({
  type: z.enum(['file', 'directory', 'symlink', 'other']),
  size: z.int().min(0),
  /** Permission bits, e.g. 0o644. */
  mode: z.int().min(0),
  uid: z.int().min(0),
  gid: z.int().min(0),
  mtimeMs: z.number(),
  inode: z.string().max(32).optional(),
  /** Lower-case hex; absent for what is not a regular file and for what could not be read. */
  sha256: z.string().length(64).optional(),
  /** Target of a symbolic link. */
  target: shortString.optional(),
  /** Why the content was not hashed. */
  unread: shortString.optional(),
});

export const integrityRecordSchema = z.strictObject({
  kind: z.literal('integrity'),
  at: timeMs,
  change: z.enum(['created', 'modified', 'attributes', 'deleted']),
  path: shortString.min(1),
  /** The change was made while the agent was not running, so its time is only known to lie before `at`. */
  offline: z.literal(true).optional(),
  before: fileStateSchema.optional(),
  after: fileStateSchema.optional(),
});

export const INVENTORY_CATEGORIES = [
  'os',
  'hardware',
  'network-interface',
  'user',
  'listening-port',
  'package',
] as const;

export const inventoryRecordSchema = z.strictObject({
  kind: z.literal('inventory'),
  at: timeMs,
  /** `present`: part of the first full picture; the others are changes against the last one. */
  change: z.enum(['present', 'added', 'changed', 'removed']),
  category: z.enum(INVENTORY_CATEGORIES),
  /** Identity of the item inside its category, e.g. a package's name or `tcp 0.0.0.0:22`. */
  key: shortString.min(1),
  before: detail.optional(),
  after: detail.optional(),
});

/** What the agent says about itself. */
export const agentRecordSchema = z.strictObject({
  kind: z.literal('agent'),
  at: timeMs,
  action: z.enum([
    'started',
    'stopping',
    'source-failed',
    'source-recovered',
    'spool-reset',
    'spool-dropped',
    'policy-applied',
    'policy-refused',
    'policy-rolled-back',
    'signing-key-trusted',
    'signing-key-refused',
  ]),
  /** Which source or part of the agent. */
  subject: name,
  detail: detail.optional(),
});

export const recordSchema = z.discriminatedUnion('kind', [
  logRecordSchema,
  integrityRecordSchema,
  inventoryRecordSchema,
  agentRecordSchema,
]);

export type LogRecord = z.infer<typeof logRecordSchema>;
export type FileState = z.infer<typeof fileStateSchema>;
export type IntegrityRecord = z.infer<typeof integrityRecordSchema>;
export type InventoryRecord = z.infer<typeof inventoryRecordSchema>;
export type AgentRecord = z.infer<typeof agentRecordSchema>;
/** Any record. */
export type SourceRecord = z.infer<typeof recordSchema>;
