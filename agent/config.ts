/**
 * The agent's settings: one schema, parsed once, frozen. They come from a JSON file (agent.json in the state
 * folder, or --config), and the command line adds to or overrides them. Schemas of settings are functions: made when
 * settings are read, gone afterwards, as thousands of checks would else stay in memory to be used once.
 */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { LANES } from '#protocol/lane.ts';
import { LOG_CHANNELS } from '#protocol/record-names.ts';
import { auditSchema, auditTails } from './audit-config.ts';
import { commandsSchema } from './command-config.ts';
import { defaultWatch } from './config-defaults.ts';
import { ConfigError } from './config-error.ts';
import { inventorySchema } from './inventory-config.ts';
import { chooseJournal, journaldSchema, tailsBeside } from './journald-config.ts';
import type { JournaldConfig } from './journald-config.ts';
import { CHANNELS } from './lane-of.ts';
import { integritySchema, watchSchema } from './integrity-config.ts';
import type { WatchConfig } from './integrity-config.ts';
import { activitySchema, chooseActivity } from './activity-config.ts';
import type { ActivityParts } from './activity-config.ts';
import { governorSchema } from './governor-config.ts';
import { en } from './messages/en.ts';
import { mergeSettings } from './policy/merge-settings.ts';
import { responseSchema } from './response/response-config.ts';
import { policySettingsSchema } from './policy/policy-config.ts';
import { multilineSchema } from './multiline-config.ts';
import { postureSchema } from './posture-config.ts';
import { probesSchema } from './probe-config.ts';
import { absolutePath, fault, timeOfDay } from './setting-types.ts';
import { syslogSchema } from './syslog-config.ts';
import { updatesSchema } from './update/update-config.ts';
import { chooseEventLog, windowsEventLogSchema } from './windows-event-config.ts';
import type { WindowsEventLogConfig } from './windows-event-config.ts';
import { chooseRegistry, windowsRegistrySchema } from './windows-registry-config.ts';
import type { WindowsRegistryConfig } from './windows-registry-config.ts';
import { parseProxy, proxySettings } from './transport/proxy.ts';
import type { ProxySettings } from './transport/proxy.ts';

const FILE_NAME = 'agent.json';
const MIB = 1_048_576;

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

const proxyUrl = z
  .string()
  .max(1_024)
  .refine((text) => text === 'none' || parseProxy(text) !== undefined, fault('proxy-url'));

const tailSchema = () =>
  z.strictObject({
    /** A file or a glob. */
    path: absolutePath,
    channel: z.enum(['auto', ...LOG_CHANNELS]).default('auto'),
    encoding: z.enum(['auto', 'utf-8', 'utf-16le', 'utf-16be']).default('auto'),
    /** Left out: that of the channel. */
    lane: z.enum(LANES).optional(),
    /** Which lines belong to one record; left out: what is known of the channel. */
    multiline: multilineSchema().optional(),
    /** Where to begin in a file that is there when this tail is first set up. */
    startAt: z.enum(['beginning', 'end']).default('beginning'),
    /** That it is absent is no fault. */
    optional: z.boolean().default(false),
  });

const bytesPerSecond = z.int().min(256);

const laneName = z.enum(LANES);
const ageMsMax = z.int().min(60_000);

const laneSchema = () =>
  z.strictObject({
    /** Share of the spool that the lane may fill while others need it. */
    percentMax: z.int().min(1).max(100).optional(),
    ageMsMax: ageMsMax.optional(),
  });

export const configSchema = () =>
  z.strictObject({
    /** Folders and files whose changes are reported; left out: sensible ones of this system. */
    watch: z.array(watchSchema()).max(1_000).optional(),
    /** How they are watched. */
    integrity: integritySchema().prefault({}),
    /** Logs that are followed; left out: the usual ones of this system. */
    tails: z.array(tailSchema()).max(1_000).optional(),
    /** systemd's journal. */
    journald: journaldSchema().prefault({}),
    /** The logs of Windows. */
    windowsEventLog: windowsEventLogSchema().prefault({}),
    /** What is compared in the registry of Windows. */
    windowsRegistry: windowsRegistrySchema().prefault({}),
    /** auditd's log. */
    audit: auditSchema().prefault({}),
    /** Commands on a schedule whose output is sent. */
    commands: commandsSchema().prefault({}),
    /** Syslog of network devices. */
    syslog: syslogSchema().prefault({}),
    /** Systems that this agent asks from outside. */
    /** How the configuration of this host is assessed. */
    posture: postureSchema().prefault({}),
    probes: probesSchema(),
    inventory: inventorySchema().prefault({}),
    /** The lane (priority class) of all records of a channel; left out: see lane-of.ts. */
    lanes: z.partialRecord(z.enum(CHANNELS), laneName).default({}),
    spool: z
      .strictObject({
        // A fifth of it must hold what the sources have under way when they are held back.
        bytesMax: z
          .int()
          .min(16 * MIB)
          .max(1024 * 1024 * MIB)
          .default(1024 * MIB),
        /** Left out: records wait until they are delivered or `bytesMax` is reached. */
        ageMsMax: ageMsMax.optional(),
        lanes: z.partialRecord(laneName, laneSchema()).optional(),
        /** How long acknowledged security records are kept, to refill a restored collector; default 48 hours. */
        retainMs: z
          .int()
          .min(0)
          .max(7 * 86_400_000)
          .optional(),
        /** And how much of them; left out: a quarter of `bytesMax`. They give way to what waits. */
        retainBytesMax: z.int().min(0).optional(),
        /** Near `bytesMax`: `hold` lets log files wait on the disk, `drop-oldest` reads on and drops by name. */
        whenFull: z.enum(['hold', 'drop-oldest']).default('hold'),
      })
      .prefault({}),
    /** How fast to send at most; the collector may say less. */
    bandwidth: z
      .strictObject({
        bytesPerSecondMax: bytesPerSecond.optional(),
        hours: z
          .array(
            z.strictObject({
              from: timeOfDay,
              to: timeOfDay,
              days: z.array(z.int().min(1).max(7)).min(1).optional(),
              bytesPerSecondMax: bytesPerSecond,
            }),
          )
          .max(50)
          .default([]),
      })
      .prefault({}),
    /**
     * The way to the collector: an HTTP proxy (`http://[user:password@]host:port`), or `none`; left out: HTTPS_PROXY
     * and NO_PROXY of the environment.
     */
    proxy: z
      .union([
        proxyUrl,
        z.strictObject({
          url: proxyUrl,
          /** Reached directly: names and what is below them, addresses, CIDR blocks. */
          bypass: z.array(z.string().min(1).max(256)).max(100).default([]),
        }),
      ])
      .optional(),
    /** What the agent sees happen by itself. */
    activity: activitySchema().prefault({}),
    /** What the agent may cost this machine. */
    governor: governorSchema().prefault({}),
    log: z.strictObject({ level: z.enum(LOG_LEVELS).default('info') }).prefault({}),
    /** Whether, and how, settings are taken from the collector. */
    policy: policySettingsSchema().prefault({}),
    /** Whether, and how, this agent replaces itself by releases. */
    updates: updatesSchema().prefault({}),
    /** What the collector may have done on this host. */
    response: responseSchema().prefault({}),
  });

export type LogLevel = (typeof LOG_LEVELS)[number];
export type TailConfig = z.infer<ReturnType<typeof tailSchema>>;

type Parsed = z.infer<ReturnType<typeof configSchema>>;

export type AgentConfig = Readonly<
  Omit<
    Parsed,
    'watch' | 'tails' | 'journald' | 'windowsEventLog' | 'windowsRegistry' | 'proxy' | 'activity'
  > & {
    /** undefined: nothing is looked at. */
    activity: ActivityParts | undefined;
    stateDir: string;
    proxy: ProxySettings;
    watch: readonly WatchConfig[];
    tails: readonly TailConfig[];
    /** undefined: it is not read. */
    journald: JournaldConfig | undefined;
    /** undefined: they are not read. */
    windowsEventLog: WindowsEventLogConfig | undefined;
    /** undefined: it is not looked at. */
    windowsRegistry: WindowsRegistryConfig | undefined;
  }
>;

export interface ConfigOverrides {
  stateDir?: string | undefined;
  /** A file that must exist; else agent.json of the state folder is read when there is one. */
  file?: string | undefined;
  /** Added to the watch set. */
  watch?: readonly string[] | undefined;
  /** FILE or FILE=CHANNEL, added to the tails. */
  tails?: readonly string[] | undefined;
  /** Nothing but `watch` and `tails` of the command line. */
  onlyGiven?: boolean | undefined;
  logLevel?: LogLevel | undefined;
  /** Settings by the collector's policy, over those of the file; checked for what is the host's own affair. */
  policy?: Readonly<Record<string, unknown>> | undefined;
}

export interface ConfigEnvironment {
  platform: NodeJS.Platform;
  env: Readonly<Record<string, string | undefined>>;
  homeDir: string;
  /** Whether the process may write system folders. */
  privileged: boolean;
  workingDir: string;
  /** Looks for what the host has; left out: it has nothing. */
  exists?: ((file: string) => boolean) | undefined;
}

export function processEnvironment(): ConfigEnvironment {
  return {
    platform: process.platform,
    env: process.env,
    homeDir: os.homedir(),
    privileged: process.platform === 'win32' || process.getuid?.() === 0,
    workingDir: process.cwd(),
    exists: (file) => fs.existsSync(file),
  };
}

/** Where the agent keeps its identity, spool and settings unless told otherwise. */
export function defaultStateDir(environment: ConfigEnvironment): string {
  const { platform, env, homeDir, privileged } = environment;
  if (platform === 'win32')
    return path.win32.join(env['ProgramData'] ?? 'C:\\ProgramData', 'VongGac', 'Agent');
  if (privileged) return '/var/lib/vonggac-agent';
  return path.join(env['XDG_STATE_HOME'] ?? path.join(homeDir, '.local', 'state'), 'vonggac-agent');
}

/** @throws ConfigError */
export function loadConfig(
  overrides: ConfigOverrides = {},
  environment: ConfigEnvironment = processEnvironment(),
): AgentConfig {
  const { workingDir } = environment;
  const stateDir = path.resolve(workingDir, overrides.stateDir ?? defaultStateDir(environment));
  const parsed = readSettings(overrides, stateDir, workingDir);
  const watch = (overrides.watch ?? []).map((text): WatchConfig => ({
    path: path.resolve(workingDir, text),
    mode: 'realtime',
    optional: false,
  }));
  const tails = (overrides.tails ?? []).map((text) => parseTail(text, workingDir));
  const onlyGiven = overrides.onlyGiven === true;
  const configuredWatch = parsed.watch ?? defaultWatch(environment.platform);
  const journald = onlyGiven ? undefined : chooseJournal(parsed.journald, parsed.tails, environment);
  const configuredTails = [
    ...(parsed.tails ?? tailsBeside(journald, environment.platform)),
    ...auditTails(parsed.audit, parsed.tails, environment),
  ];
  return deepFreeze({
    ...parsed,
    stateDir,
    proxy: chooseProxy(parsed.proxy, environment.env),
    watch: uniqueByPath([...watch, ...(onlyGiven ? [] : configuredWatch)]),
    tails: uniqueByPath([...tails, ...(onlyGiven ? [] : configuredTails)]),
    journald,
    windowsEventLog: onlyGiven ? undefined : chooseEventLog(parsed.windowsEventLog, environment),
    windowsRegistry: onlyGiven ? undefined : chooseRegistry(parsed.windowsRegistry, environment),
    activity: onlyGiven
      ? undefined
      : chooseActivity(parsed.activity, { tails: configuredTails, journald }, environment),
    syslog: onlyGiven ? syslogSchema().parse({}) : parsed.syslog,
    posture: onlyGiven ? { ...parsed.posture, enabled: false } : parsed.posture,
    probes: onlyGiven ? [] : parsed.probes,
    commands: onlyGiven ? { ...parsed.commands, run: [] } : parsed.commands,
    log: { level: overrides.logLevel ?? parsed.log.level },
  });
}

function chooseProxy(configured: Parsed['proxy'], env: ConfigEnvironment['env']): ProxySettings {
  const { url, bypass } =
    typeof configured === 'string'
      ? { url: configured, bypass: [] }
      : (configured ?? { url: undefined, bypass: [] });
  const chosen = url === 'none' ? null : url === undefined ? undefined : { url, bypass };
  const settings = proxySettings(chosen, env);
  if (settings === undefined) throw new ConfigError({ kind: 'proxy' }, en);
  return settings;
}

/** The file's settings, and those of the policy over them. */
function readSettings({ file, policy }: ConfigOverrides, stateDir: string, workingDir: string): Parsed {
  const chosen = file === undefined ? path.join(stateDir, FILE_NAME) : path.resolve(workingDir, file);
  const own = file === undefined && !fs.existsSync(chosen) ? {} : readJson(chosen);
  const settings = policy === undefined ? own : mergeSettings(own, policy);
  const result = configSchema().safeParse(settings, { reportInput: true });
  if (result.success) return result.data;
  // The fault may be of either.
  const where = policy === undefined ? chosen : `policy + ${chosen}`;
  throw new ConfigError({ kind: 'fields', file: where, issues: result.error.issues }, en);
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ConfigError({ kind: 'unreadable', file, reason }, en, { cause });
  }
}

/** FILE or FILE=CHANNEL; an = inside a file's name stays there unless a channel follows the last one. */
function parseTail(text: string, workingDir: string): TailConfig {
  const at = text.lastIndexOf('=');
  const named = LOG_CHANNELS.find((channel) => at > 0 && channel === text.slice(at + 1));
  if (named === undefined && at > 0 && /^[a-z-]+$/.test(text.slice(at + 1)) && !fs.existsSync(text)) {
    const channel = text.slice(at + 1);
    throw new ConfigError({ kind: 'channel', text, channel, known: LOG_CHANNELS.join(', ') }, en);
  }
  const file = named === undefined ? text : text.slice(0, at);
  return {
    path: path.resolve(workingDir, file),
    channel: named ?? 'auto',
    encoding: 'auto',
    startAt: 'beginning',
    optional: false,
  };
}

/** The first of each path wins. */
function uniqueByPath<T extends { path: string }>(entries: readonly T[]): T[] {
  return entries.filter((entry, index) => entries.findIndex((other) => other.path === entry.path) === index);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
