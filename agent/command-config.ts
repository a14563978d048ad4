/**
 * Settings of commands whose output is sent. Which programs may run at all only the host's own settings say
 * (`commands.allow` is local-only); what is run, how often, may come by policy.
 */
import path from 'node:path';
import { z } from 'zod';
import { LIMITS } from '#protocol/limits.ts';
import { absolutePath, fault } from './setting-types.ts';

const DAY_MS = 86_400_000;
/** Room in a record for the line that says how the command ended. */
const HEAD_BYTES_MAX = 16_384;

const argument = z
  .string()
  .max(1_024)
  .refine((text) => !text.includes('\0'), fault('argument'));
/** A program by its absolute path, and its arguments: no shell reads them. */
const argv = z
  .array(argument)
  .min(1)
  .max(64)
  .refine(([program = '']) => path.isAbsolute(program), fault('absolute-path'));

const scheduledSchema = () =>
  z.strictObject({
    /** Names its records, its place and its faults. */
    name: z.string().regex(/^[a-z0-9][a-z0-9_.-]{0,62}$/),
    command: argv,
    /** From the beginning of one run to that of the next; a tenth is left to chance. */
    everyMs: z
      .int()
      .min(1_000)
      .max(31 * DAY_MS),
    /** It is killed with all it started. */
    timeoutMs: z.int().min(100).max(3_600_000).default(30_000),
    /** A record for each line, one for the whole output, or one only when the output is not that of the last time. */
    mode: z.enum(['lines', 'whole', 'changes-only']).default('whole'),
    /** What is over it is cut and counted. */
    outputBytesMax: z
      .int()
      .min(1)
      .max(LIMITS.recordTextBytesMax - HEAD_BYTES_MAX)
      .default(65_536),
  });

export const commandsSchema = () =>
  z.strictObject({
    /** A program with any arguments, or one with exactly these. */
    allow: z
      .array(z.union([absolutePath, argv]))
      .max(100)
      .default([]),
    run: z
      .array(scheduledSchema())
      .max(50)
      .refine((run) => new Set(run.map(({ name }) => name)).size === run.length, fault('command-twice'))
      .default([]),
  });

export type CommandsConfig = Readonly<z.infer<ReturnType<typeof commandsSchema>>>;
export type ScheduledCommand = Readonly<z.infer<ReturnType<typeof scheduledSchema>>>;

/** Whether the host allows this command. */
export function isAllowed(command: readonly string[], allow: CommandsConfig['allow']): boolean {
  return allow.some((entry) =>
    typeof entry === 'string'
      ? entry === command[0]
      : entry.length === command.length && entry.every((part, at) => part === command[at]),
  );
}
