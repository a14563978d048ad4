/** Settings of what the agent itself sees happen: processes, connections, logons, devices. Linux only. */
import { z } from 'zod';
import { isAuditLog } from './audit-config.ts';
import type { ConfigEnvironment, TailConfig } from './config.ts';

export const activitySchema = () =>
  z.strictObject({
    /** All of it. */
    enabled: z.boolean().default(true),
    /** Starts of processes, by looking at /proc; left out: where auditd's log is not read, which says more. */
    processes: z.boolean().optional(),
    /** New listening ports and new destinations of a program. */
    network: z.boolean().default(true),
    /** Logons by wtmp and btmp, and who acts as somebody else; left out: where no log says them. */
    logons: z.boolean().optional(),
    /** What is plugged in at USB. */
    devices: z.boolean().default(true),
    /** How often it looks, at least; it looks less often where a look costs more than a hundredth of the time. */
    intervalMs: z.int().min(200).max(60_000).default(1_000),
  });

type Settings = z.infer<ReturnType<typeof activitySchema>>;

export interface ActivityParts {
  processes: boolean;
  network: boolean;
  logons: boolean;
  devices: boolean;
  intervalMs: number;
}

const AUTH_LOGS = /\/(auth\.log|secure)$/;

/** Nothing is told twice: what a log that is read here says is left to it. @returns undefined when nothing is asked for */
export function chooseActivity(
  { enabled, ...settings }: Settings,
  config: { tails: readonly TailConfig[]; journald: unknown },
  { platform, exists = () => false }: Pick<ConfigEnvironment, 'platform' | 'exists'>,
): ActivityParts | undefined {
  if (platform !== 'linux' || !enabled) return undefined;
  const readsAudit = config.tails.some((tail) => isAuditLog(tail) && exists(tail.path));
  const readsLogons =
    config.journald !== undefined || config.tails.some(({ path }) => AUTH_LOGS.test(path) && exists(path));
  const parts = {
    ...settings,
    processes: settings.processes ?? !readsAudit,
    logons: settings.logons ?? !(readsLogons || readsAudit),
  };
  return parts.processes || parts.network || parts.logons || parts.devices ? parts : undefined;
}
