/** The kinds of sources there are, and how each is made from the settings. Libraries load only for what is used. */
import fs from 'node:fs';
import { isAuditLog } from '../audit-config.ts';
import { AccountNames } from '../audit/account-names.ts';
import { ActorBook } from '../audit/actor-book.ts';
import { ParentPrograms } from '../audit/parent-programs.ts';
import type { AgentConfig } from '../config.ts';
import type { PostureConfig } from '../posture-config.ts';
import type { PostureQuestion } from '../posture/posture-look.ts';
import type { LaneName } from '#protocol/lane.ts';
import path from 'node:path';
import { deriveSecret, type Identity } from '../identity.ts';
import { laneTable } from '../lane-of.ts';
import { ownProgram } from '../own-program.ts';
import type { Channel } from '../lane-of.ts';
import { deskFolderOf } from './integrity/desk.ts';
import { BASELINE_SECRET, REGISTRY_SECRET } from './integrity/integrity-names.ts';
import { inLane } from './in-lane.ts';
import type { SourceKind } from '../source-kind.ts';
import type { Source } from './source.ts';

export interface RegisteredSource {
  source: Source;
  /** Left out: `other`. */
  kind?: SourceKind | undefined;
  /** What it reads stays where it is until it is read, so it can be held back without loss. */
  canWait: boolean;
  /** Of all its records; left out: of any. */
  lane?: LaneName | undefined;
}

export interface SourceParts {
  identity: Pick<Identity, 'sign' | 'enrolledAt'>;
}

/** What sources have of each other. */
interface SharedParts extends SourceParts {
  /** Who changed which file: the audit source learns it, the integrity source asks. */
  actors: ActorBook;
}

interface Maker {
  kind: SourceKind;
  canWait: boolean;
  /** Of all its records, where it has only one. */
  channel?: Channel | undefined;
  /** undefined: the settings ask for none of this kind. */
  create: (config: AgentConfig, parts: SharedParts) => Promise<Source | undefined>;
}

const MAKERS: readonly Maker[] = [
  {
    kind: 'file',
    canWait: true,
    create: async ({ tails, lanes }) => {
      const plain = tails.filter((tail) => !isAuditLog(tail));
      if (plain.length === 0) return undefined;
      const { createFileSource } = await import('./file/file-source.ts');
      return createFileSource({ tails: plain, laneOf: laneTable(lanes) });
    },
  },
  {
    kind: 'audit',
    canWait: true,
    create: async ({ tails, lanes }, { actors }) => {
      const ofAudit = tails.filter(isAuditLog);
      if (ofAudit.length === 0) return undefined;
      const { createAuditSource } = await import('./audit/audit-source.ts');
      const { observeEvents } = await import('../audit/event-observer.ts');
      const onEvent = observeEvents({ actors, names: new AccountNames(), parents: new ParentPrograms() });
      return createAuditSource({ tails: ofAudit, laneOf: laneTable(lanes), onEvent });
    },
  },
  {
    // Of Windows: what it has to write down stays switched on.
    kind: 'audit',
    canWait: true,
    create: async ({ audit, stateDir }) => {
      if (process.platform !== 'win32' || audit.keep === false) return undefined;
      const { createKeepAudit } = await import('../windows-audit/keep-audit.ts');
      const { thisHost } = await import('../host/host.ts');
      return createKeepAudit({
        host: thisHost,
        stateDir,
        everyMs: audit.keepEveryMs,
        always: audit.keep === true,
      });
    },
  },
  {
    kind: 'journald',
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
    kind: 'integrity',
    canWait: true,
    channel: 'integrity',
    create: async ({ watch, integrity, stateDir }, { identity, actors }) => {
      if (watch.length === 0) return undefined;
      const { createIntegritySource } = await import('./integrity/integrity-source.ts');
      return createIntegritySource({
        ...integrity,
        watch,
        key: deriveSecret(identity, BASELINE_SECRET),
        enrolledAt: identity.enrolledAt,
        baselineFile: path.join(stateDir, 'spool.db'),
        deskFolder: deskFolderOf(stateDir),
        actors,
      });
    },
  },
  {
    // It compares, too.
    kind: 'windows-registry',
    canWait: true,
    channel: 'integrity',
    create: async ({ windowsRegistry }, { identity }) => {
      if (windowsRegistry === undefined) return undefined;
      const { createRegistrySource } = await import('./windows-registry/registry-source.ts');
      const { thisHost } = await import('../host/host.ts');
      return createRegistrySource({
        ...windowsRegistry,
        host: thisHost,
        key: deriveSecret(identity, REGISTRY_SECRET),
      });
    },
  },
  {
    kind: 'posture',
    canWait: true,
    channel: 'posture',
    create: async ({ posture }) => {
      if (!posture.enabled || !isAssessed(process.platform)) return undefined;
      const { createPostureSource } = await import('./posture/posture-source.ts');
      const { lookInChild } = await import('../posture/look-in-child.ts');
      const { exceptions, everyMs, fullEveryMs } = posture;
      const policies = await chosenPolicies(posture);
      const look = lookInChild(ownProgram(), { policies, exceptions });
      return createPostureSource({ look, everyMs, fullEveryMs });
    },
  },
  {
    kind: 'inventory',
    canWait: true,
    channel: 'inventory',
    create: async ({ inventory }) => {
      const { enabled, ...options } = inventory;
      if (!enabled) return undefined;
      const { createInventorySource } = await import('./inventory/inventory-source.ts');
      return createInventorySource(options);
    },
  },
  {
    kind: 'activity',
    // What it does not look at in time is gone.
    canWait: false,
    channel: 'activity',
    create: async ({ activity }) => {
      if (activity === undefined) return undefined;
      const { createActivitySource } = await import('./activity/activity-source.ts');
      return createActivitySource(activity);
    },
  },
  {
    kind: 'probe',
    canWait: true,
    channel: 'probe',
    create: async ({ probes, proxy, stateDir }) => {
      if (probes.length === 0) return undefined;
      const { createProbeSource } = await import('./probe/probe-source.ts');
      return createProbeSource({ probes, proxy, stateDir });
    },
  },
];

/** Systems for which there are policies. */
const isAssessed = (platform: NodeJS.Platform): boolean => platform === 'linux' || platform === 'win32';

/** Names need no check; what checks documents is loaded only where there is one. */
async function chosenPolicies({ policies }: PostureConfig): Promise<PostureQuestion['policies']> {
  const names = policies?.filter((policy) => typeof policy === 'string');
  if (names?.length === policies?.length) return names;
  const { readPolicies } = await import('../posture/read-policies.ts');
  return readPolicies(policies);
}

/** One source for each listener, so that one that fails stops no other. */
async function createListeners({ syslog, lanes }: AgentConfig): Promise<RegisteredSource[]> {
  const { listeners, ...limits } = syslog;
  if (listeners.length === 0) return [];
  const { createSyslogSource } = await import('./syslog/syslog-source.ts');
  const laneOf = laneTable(lanes);
  return listeners.map((listener) => {
    const lane = listener.lane ?? laneOf(`log/${listener.channel}`);
    // Over TCP a sender waits; over UDP what does not fit is counted as dropped.
    return {
      kind: 'syslog',
      canWait: true,
      lane,
      source: createSyslogSource({ listener: { ...listener, lane }, limits }),
    };
  });
}

/** What the agent asks Windows by; what it acts by stays to be seen. */
const ONLY_ASKS = /[\\/](?:reg|auditpol|wevtutil|secedit|powershell)\.exe$/i;

/** One source for each log of Windows; they share the program that reads, one at a time. */
async function createEventLogs({
  windowsEventLog,
  stateDir,
  lanes,
}: AgentConfig): Promise<RegisteredSource[]> {
  if (windowsEventLog === undefined) return [];
  const { createWindowsEventSource } = await import('./windows-event-log/windows-event-source.ts');
  const { logsOf } = await import('./windows-event-log/default-logs.ts');
  const { OwnChildren } = await import('./windows-event-log/own-children.ts');
  const { Wevtutil } = await import('./windows-event-log/wevtutil.ts');
  const { program, startAt, rendered, everyMs, quietMs, ageMsMax } = windowsEventLog;
  const { onProgramStart } = await import('../host/run-program.ts');
  const own = new OwnChildren(process.pid);
  const onStart = (pid: number): void => own.started(pid, Date.now(), program);
  onProgramStart((pid, file) => {
    if (ONLY_ASKS.test(file)) own.started(pid, Date.now(), file);
  });
  const wevtutil = new Wevtutil({ program, folder: path.join(stateDir, 'windows-event-log'), onStart });
  const laneOf = laneTable(lanes);
  return logsOf(windowsEventLog).map((log) => {
    const lane = log.lane ?? laneOf('log/windows-xml');
    const settings = { startAt, rendered, everyMs, quietMs, ageMsMax };
    const source = createWindowsEventSource({ ...settings, log, lane, wevtutil, own });
    return { kind: 'windows-event-log' as const, canWait: true, lane, source };
  });
}

/** One source for each command, so that a slow one holds up no other. */
async function createCommands({ commands, lanes }: AgentConfig): Promise<RegisteredSource[]> {
  const { allow, run } = commands;
  if (run.length === 0) return [];
  const { createCommandSource } = await import('./command/command-source.ts');
  const lane = laneTable(lanes)('log/command');
  const privileged = process.getuid?.() === 0;
  return run.map((command) => ({
    kind: 'command' as const,
    canWait: true,
    lane,
    source: createCommandSource({ command, allow, lane, privileged }),
  }));
}

/** All sources the settings ask for. */
export async function createSources(config: AgentConfig, parts: SourceParts): Promise<RegisteredSource[]> {
  const shared: SharedParts = { ...parts, actors: new ActorBook() };
  const made = await Promise.all(
    MAKERS.map(async ({ create, ...rest }) => ({ ...rest, source: await create(config, shared) })),
  );
  const sources = made.flatMap(({ channel, source, ...rest }) => {
    if (source === undefined) return [];
    if (channel === undefined) return [{ ...rest, source }];
    const lane = laneTable(config.lanes)(channel);
    return [{ ...rest, lane, source: inLane(source, lane) }];
  });
  return [
    ...sources,
    ...(await createEventLogs(config)),
    ...(await createListeners(config)),
    ...(await createCommands(config)),
  ];
}
