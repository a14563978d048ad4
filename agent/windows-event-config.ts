/** Settings of the Windows event log, and which logs are read when they name none. */
import path from 'node:path';
import { z } from 'zod';
import { LANES } from '#protocol/lane.ts';
import type { ConfigEnvironment } from './config.ts';
import { absolutePath, fault } from './setting-types.ts';

const HOUR_MS = 3_600_000;

/** It becomes an argument, so it must not look like an option. */
const logName = z
  .string()
  .max(255)
  .regex(/^[^\p{Cc}"<>|?*/-][^\p{Cc}"<>|?*]*$/u);
const xpath = z
  .string()
  .min(1)
  .max(8_192)
  .refine((text) => !/\p{Cc}/u.test(text) && text.isWellFormed(), fault('xpath'));

const logSchema = () =>
  z.strictObject({
    /** As `wevtutil el` has it. */
    channel: logName,
    /** XPath of what is read, and of what is left out of it; left out: all, and nothing. */
    select: xpath.optional(),
    suppress: xpath.optional(),
    /** Left out: that of the channel windows-xml. */
    lane: z.enum(LANES).optional(),
    /** Left out: that of all logs. */
    startAt: z.enum(['beginning', 'end']).optional(),
    /** That it is absent is no fault. */
    optional: z.boolean().default(false),
  });

export const windowsEventLogSchema = () =>
  z.strictObject({
    /** Left out: on Windows. */
    enabled: z.boolean().optional(),
    /** wevtutil.exe; left out: that of the system. Only the host's own settings may say it. */
    program: absolutePath.optional(),
    /** Left out: see default-logs.ts. */
    channels: z
      .array(logSchema())
      .max(200)
      .refine(
        (logs) => new Set(logs.map(({ channel }) => channel.toLowerCase())).size === logs.length,
        fault('event-log-twice'),
      )
      .optional(),
    /** Where to begin in a log the first time. */
    startAt: z.enum(['beginning', 'end']).default('end'),
    /** The message as Windows writes it for people is sent, too. */
    rendered: z.boolean().default(false),
    /** How often a log is looked at in which something happens, and one in which nothing does. */
    everyMs: z.int().min(1_000).max(HOUR_MS).default(5_000),
    quietMs: z.int().min(1_000).max(HOUR_MS).default(30_000),
    /** Events that are older when they are read are counted and not sent. */
    ageMsMax: z
      .int()
      .min(HOUR_MS)
      .max(366 * 24 * HOUR_MS)
      .default(7 * 24 * HOUR_MS),
  });

type Settings = z.infer<ReturnType<typeof windowsEventLogSchema>>;
export type EventLogConfig = Readonly<z.infer<ReturnType<typeof logSchema>>>;
/** `channels` left out: the usual ones. */
export type WindowsEventLogConfig = Readonly<Omit<Settings, 'enabled' | 'program'> & { program: string }>;

/** The event log is read on Windows, and where the settings say so. */
export function chooseEventLog(
  { enabled, program, ...settings }: Settings,
  { platform, env }: Pick<ConfigEnvironment, 'platform' | 'env'>,
): WindowsEventLogConfig | undefined {
  if (!(enabled ?? platform === 'win32')) return undefined;
  const { SystemRoot = 'C:\\Windows' } = env;
  return { ...settings, program: program ?? path.win32.join(SystemRoot, 'System32', 'wevtutil.exe') };
}
