/** Settings of the audit log, and which of the host's logs are read as one. */
import { z } from 'zod';
import type { ConfigEnvironment, TailConfig } from './config.ts';
import { absolutePath } from './setting-types.ts';
import { channelByPath } from './sources/file/channel.ts';

/** Where auditd writes unless its own settings say otherwise. */
export const AUDIT_LOG = '/var/log/audit/audit.log';

export const auditSchema = () =>
  z.strictObject({
    /** Whether auditd's log is read; left out: on Linux, unless `tails` are given. That it is absent is no fault. */
    enabled: z.boolean().optional(),
    log: absolutePath.default(AUDIT_LOG),
    /** Where to begin the first time. */
    startAt: z.enum(['beginning', 'end']).default('end'),
    /**
     * Windows: the audit set-up is kept, what somebody weakens is put back and told. Left out: where `audit install` set it up;
     * true: it is set up, too; false: never.
     */
    keep: z.boolean().optional(),
    keepEveryMs: z.int().min(10_000).max(86_400_000).default(3_600_000),
  });

type Settings = z.infer<ReturnType<typeof auditSchema>>;

/** auditd's log where it is read. */
export function auditTails(
  { enabled, log, startAt }: Settings,
  tails: readonly unknown[] | undefined,
  { platform }: Pick<ConfigEnvironment, 'platform'>,
): TailConfig[] {
  if (!(enabled ?? (tails === undefined && platform === 'linux'))) return [];
  return [{ path: log, channel: 'linux-audit', encoding: 'utf-8', startAt, optional: true }];
}

/** Whether a log's lines are records of audit events, to be joined. */
export function isAuditLog({ path, channel }: Pick<TailConfig, 'path' | 'channel'>): boolean {
  return channel === 'linux-audit' || (channel === 'auto' && channelByPath(path) === 'linux-audit');
}
