/**
 * A record is what a source on the endpoint observed, before any interpretation: the collector normalises it.
 * Text is well-formed Unicode (the agent replaces what is not) and may hold any character, NUL included.
 */
import { z } from 'zod';
import { activityRecordSchema } from './activity-record.ts';
import { LIMITS } from './limits.ts';
import { postureRecordSchema } from './posture-record.ts';
import { probeRecordSchema } from './probe-record.ts';
import {
  detailSchema as detail,
  nameSchema as name,
  shortStringSchema as shortString,
  timeMsSchema as timeMs,
} from './record-fields.ts';
import { INVENTORY_CATEGORIES, LOG_CHANNELS } from './record-names.ts';
import { responseRecordSchema } from './response-record.ts';

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
  // Since version 3:
  ctimeMs: z.number().optional(),
  user: name.optional(),
  group: name.optional(),
  links: z.int().min(0).optional(),
  /** Extended attributes: a line each, `name=value` with the value as text or `0x` and hex. */
  xattrs: shortString.optional(),
  /** POSIX access list in its short text form. */
  acl: shortString.optional(),
});

/** Who changed a file, as the host's audit tells. */
export const fileActorSchema = z.strictObject({
  process: shortString,
  pid: z.int().min(0),
  parentPid: z.int().min(0).optional(),
  commandLine: shortString.optional(),
  user: name.optional(),
  /** Who logged in at first, whoever he is now. */
  loginUser: name.optional(),
});

export const integrityRecordSchema = z.strictObject({
  kind: z.literal('integrity'),
  at: timeMs,
  /**
   * Since version 3: `decoy` (somebody touched a bait), `mass-change`, `reconciled` (after maintenance); and of the
   * baseline itself `baseline-made`, `baseline-tampered`, and `unverified` (what was known of the path could not be
   * trusted; this is how it is now).
   */
  change: z.enum([
    'created',
    'modified',
    'attributes',
    'deleted',
    'decoy',
    'mass-change',
    'reconciled',
    'baseline-made',
    'baseline-tampered',
    'unverified',
  ]),
  path: shortString.min(1),
  /** The change was made while the agent was not running, so its time is only known to lie before `at`. */
  offline: z.literal(true).optional(),
  before: fileStateSchema.optional(),
  after: fileStateSchema.optional(),
  // Since version 3:
  /** Earliest time of a change that nobody saw happen. */
  sinceMs: timeMs.optional(),
  actor: fileActorSchema.optional(),
  /** The package whose own checksum the content has, e.g. `openssh-server 1:9.2p1-2`. */
  package: name.optional(),
  /** Lines that differ, in unified form, secrets masked. */
  difference: z.string().max(LIMITS.differenceMax).optional(),
  /** What a tripwire or a reconciliation saw. */
  detail: detail.optional(),
});

export const inventoryRecordSchema = z.strictObject({
  kind: z.literal('inventory'),
  at: timeMs,
  /** `present`: part of the first full picture; the others are changes against the last one. */
  change: z.enum(['present', 'added', 'changed', 'removed']),
  category: z.enum(INVENTORY_CATEGORIES),
  /**
   * Since version 3: names the full picture of its category that the record is part of, or a change against. A host's
   * state at a moment is made of the records that name the picture which was told last then.
   */
  snapshot: z.string().min(1).max(64).optional(),
  /** Identity of the item inside its category, e.g. a package's name or `tcp 0.0.0.0:22`. */
  key: shortString.min(1),
  before: detail.optional(),
  after: detail.optional(),
});

export const AGENT_ACTIONS = [
  'started',
  'stopping',
  'source-failed',
  'source-recovered',
  'spool-reset',
  'spool-dropped',
  // Since version 3:
  'clock-jumped',
  'frozen',
  'traced',
  'tampered',
  'throttled',
  'unthrottled',
  'paused',
  'resumed',
  'policy-applied',
  'policy-refused',
  'policy-rolled-back',
  'signing-key-trusted',
  'signing-key-refused',
  'scan-completed',
  'uninstalling',
] as const;

/** What the agent says about itself. `subject` says of which look `scan-completed` is: `integrity`, or `load` for use of CPU and memory. */
export const agentRecordSchema = z.strictObject({
  kind: z.literal('agent'),
  at: timeMs,
  action: z.enum(AGENT_ACTIONS),
  /** Which source or part of the agent. */
  subject: name,
  detail: detail.optional(),
});

export const recordSchema = z.discriminatedUnion('kind', [
  logRecordSchema,
  integrityRecordSchema,
  inventoryRecordSchema,
  agentRecordSchema,
  activityRecordSchema,
  postureRecordSchema,
  probeRecordSchema,
  responseRecordSchema,
]);

export type LogRecord = z.infer<typeof logRecordSchema>;
export type FileState = z.infer<typeof fileStateSchema>;
export type IntegrityRecord = z.infer<typeof integrityRecordSchema>;
export type InventoryRecord = z.infer<typeof inventoryRecordSchema>;
export type AgentRecord = z.infer<typeof agentRecordSchema>;
/** Any record. */
export type SourceRecord = z.infer<typeof recordSchema>;
