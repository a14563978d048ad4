/** The kinds of sources there are, and how each is made from the settings. Libraries load only for what is used. */
import fs from 'node:fs';
import { isAuditLog } from '../audit-config.ts';
import type { AgentConfig } from '../config.ts';
import type { LaneName } from '#protocol/lane.ts';
import { thisHost } from '../host/host.ts';
import { laneTable } from '../lane-of.ts';
import type { Channel } from '../lane-of.ts';
import { inLane } from './in-lane.ts';
import type { Source } from './source.ts';

export interface RegisteredSource {
  source: Source;
  /** What it reads stays where it is until it is read, so it can be held back without loss. */
  canWait: boolean;
  /** Of all its records; left out: of any. */
  lane?: LaneName | undefined;
}

interface SourceKind {
  canWait: boolean;
  /** Of all its records, where it has only one. */
  channel?: Channel | undefined;
  /** undefined: the settings ask for none of this kind. */
  create: (config: AgentConfig) => Promise<Source | undefined>;
}

const KINDS: readonly SourceKind[] = [
  {
    canWait: true,
    create: async ({ tails, lanes }) => {
      const plain = tails.filter((tail) => !isAuditLog(tail));
      if (plain.length === 0) return undefined;
      const { createFileSource } = await import('./file/file-source.ts');
      return createFileSource({ tails: plain, laneOf: laneTable(lanes) });
    },
  },
  {
    canWait: true,
    create: async ({ tails, lanes }) => {
      const ofAudit = tails.filter(isAuditLog);
      if (ofAudit.length === 0) return undefined;
      const { createAuditSource } = await import('./audit/audit-source.ts');
      return createAuditSource({ tails: ofAudit, laneOf: laneTable(lanes) });
    },
  },
  {
    canWait: true,
    create: async ({ journald, lanes, tails }) => {
      if (journald === undefined) return undefined;
      const { createJournaldSource } = await import('./journald/journald-source.ts');
      const withoutAudit = tails.some((tail) => isAuditLog(tail) && fs.existsSync(tail.path));
      return createJournaldSource({ ...journald, withoutAudit, laneOf: laneTable(lanes) });
    },
  },
  {
    // It compares with its baseline, so what it did not see in time it sees later.
    canWait: true,
    channel: 'integrity',
    create: async ({ watch }) => {
      if (watch.length === 0) return undefined;
      const { createIntegritySource } = await import('./integrity/integrity-source.ts');
      return createIntegritySource({ watch });
    },
  },
  {
    canWait: true,
    channel: 'posture',
    create: async ({ posture }) => {
      if (!posture.enabled || process.platform !== 'linux') return undefined;
      const { createPostureSource } = await import('./posture/posture-source.ts');
      return createPostureSource({ ...posture, host: thisHost });
    },
  },
  {
    canWait: true,
    channel: 'inventory',
    create: async ({ inventory }) => {
      const { enabled, ...options } = inventory;
      if (!enabled) return undefined;
      const { createInventorySource } = await import('./inventory/inventory-source.ts');
      return createInventorySource(options);
    },
  },
];

/** One source for each listener, so that one that fails stops no other. */
async function createListeners({ syslog, lanes }: AgentConfig): Promise<RegisteredSource[]> {
  const { listeners, ...limits } = syslog;
  if (listeners.length === 0) return [];
  const { createSyslogSource } = await import('./syslog/syslog-source.ts');
  const laneOf = laneTable(lanes);
  return listeners.map((listener) => {
    const lane = listener.lane ?? laneOf(`log/${listener.channel}`);
    // Over TCP a sender waits; over UDP what does not fit is counted as dropped.
    return { canWait: true, lane, source: createSyslogSource({ listener: { ...listener, lane }, limits }) };
  });
}

/** All sources the settings ask for. */
export async function createSources(config: AgentConfig): Promise<RegisteredSource[]> {
  const made = await Promise.all(
    KINDS.map(async ({ canWait, channel, create }) => ({ canWait, channel, source: await create(config) })),
  );
  const sources = made.flatMap(({ canWait, channel, source }) => {
    if (source === undefined) return [];
    if (channel === undefined) return [{ canWait, source }];
    const lane = laneTable(config.lanes)(channel);
    return [{ canWait, lane, source: inLane(source, lane) }];
  });
  return [...sources, ...(await createListeners(config))];
}
