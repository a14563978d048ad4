/**
 * Commands to one host, under a signature of their own (signing-key.ts): what is to be done, who asked and who approved,
 * until when, and a number that only grows, so none is done twice. The text is signed as it stands; only then is it read.
 */
import { z } from 'zod';
import { LIMITS } from './limits.ts';
import { signatureSchema } from './signing-key.ts';
import { COMMAND_STATES, type ResponseAction } from './response-names.ts';

/** Of Linux, or of a drive of Windows; no stream of a file. */
const path = z
  .string()
  .max(LIMITS.shortStringMax)
  .regex(/^(?:\/|[A-Za-z]:\\[^:]*$)/, 'must be an absolute path');
/** Of Linux, or as Windows takes them: letters of any language and blanks inside, nothing that looks like an option or a path. */
const userName = z
  .string()
  .max(64)
  .regex(
    /^(?:[a-z_][a-z0-9_.-]{0,31}\$?|[\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_ .-]{0,30}[\p{L}\p{M}\p{N}_-])?)$/iu,
  );
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** What is to be done, and to what. */
export const commandActionSchema = z.discriminatedUnion('action', [
  z.strictObject({
    action: z.literal('isolate'),
    /** It ends by itself after so long. */
    durationMs: z
      .int()
      .min(60_000)
      .max(7 * 86_400_000),
  }),
  z.strictObject({ action: z.literal('release') }),
  z.strictObject({
    action: z.literal('kill-process'),
    pid: z.int().min(2).max(4_194_304),
    /** When it began, milliseconds since 1970, within two seconds. */
    startedMs: z.int().min(0),
    /** The file it runs. */
    executable: path,
  }),
  z.strictObject({ action: z.literal('quarantine-file'), path, sha256 }),
  z.strictObject({
    action: z.literal('restore-file'),
    /** The command that took it away. */
    quarantineId: z.uuid(),
  }),
  z.strictObject({ action: z.literal('disable-account'), user: userName }),
  z.strictObject({ action: z.literal('enable-account'), user: userName }),
  z.strictObject({ action: z.literal('collect-bundle') }),
]);

export const commandBodySchema = z.strictObject({
  id: z.uuid(),
  agentId: z.uuid(),
  /** Grows with every command to this agent. */
  counter: z.int().min(1).max(Number.MAX_SAFE_INTEGER),
  command: commandActionSchema,
  /** Says what would be done, and does nothing. */
  dryRun: z.boolean(),
  reason: z.string().min(1).max(LIMITS.policyReasonCharsMax),
  requestedBy: z.string().min(1).max(LIMITS.nameMax),
  /** Absent where one person is enough. */
  approvedBy: z.string().min(1).max(LIMITS.nameMax).optional(),
  issuedMs: z.int().min(0),
  /** It is not begun later. */
  expiresMs: z.int().min(0),
});

/** Down. */
export const commandSchema = z.strictObject({
  type: z.literal('command'),
  /** JSON: commandBodySchema. */
  body: z.string().max(LIMITS.commandCharsMax),
  /** Over commandBytes() of signing.ts with the command key. */
  signature: signatureSchema,
});

/** Down: the report is written down. */
export const commandAckSchema = z.strictObject({
  type: z.literal('command-ack'),
  id: z.uuid(),
  report: z.int().min(0),
});

/** Up: what became of a command; said again until it is acknowledged. */
export const commandReportSchema = z.strictObject({
  type: z.literal('command-report'),
  id: z.uuid(),
  /** Of this process, so that the acknowledgement names it. */
  report: z.int().min(0).max(Number.MAX_SAFE_INTEGER),
  state: z.enum(COMMAND_STATES),
  message: z.string().max(LIMITS.policyReasonCharsMax).optional(),
  detail: z
    .record(
      z.string().min(1).max(LIMITS.nameMax),
      z.union([z.string().max(LIMITS.shortStringMax), z.number(), z.boolean(), z.null()]),
    )
    .refine((value) => Object.keys(value).length <= LIMITS.commandFactsMax, 'too many facts')
    .optional(),
});

/** What takes something away from somebody: a second person has to approve it. */
export const DESTRUCTIVE_ACTIONS: ReadonlySet<ResponseAction> = new Set([
  'isolate',
  'kill-process',
  'quarantine-file',
  'disable-account',
]);

/** What undoes another action is allowed where that one is. */
export const UNDOES: Partial<Record<ResponseAction, ResponseAction>> = {
  release: 'isolate',
  'restore-file': 'quarantine-file',
  'enable-account': 'disable-account',
};

export type CommandAction = z.infer<typeof commandActionSchema>;
export type CommandBody = z.infer<typeof commandBodySchema>;
export type Command = z.infer<typeof commandSchema>;
export type CommandReport = z.infer<typeof commandReportSchema>;
