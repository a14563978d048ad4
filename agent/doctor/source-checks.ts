/** For each kind of source: what it needs to see what the settings ask of it. A kind without a check does not compile. */
import path from 'node:path';
import { isAuditLog } from '../audit-config.ts';
import type { AgentConfig } from '../config.ts';
import { thisHost } from '../host/host.ts';
import type { Messages } from '../messages/en.ts';
import type { SourceKind } from '../source-kind.ts';
import { Wevtutil } from '../sources/windows-event-log/wevtutil.ts';
import type { AgentStatus } from '../status-file.ts';
import { checkAudit } from './check-audit.ts';
import { checkCommands } from './check-command.ts';
import { checkEventLog } from './check-event-log.ts';
import { checkJournal } from './check-journal.ts';
import { checkPosture } from './check-posture.ts';
import { checkProbes } from './check-probe.ts';
import { checkTails, checkWatch } from './check-reading.ts';
import { checkRegistry } from './check-registry.ts';
import { checkSyslog } from './check-syslog.ts';
import { ok } from './check.ts';
import type { Check } from './check.ts';

export interface Examined {
  config: AgentConfig;
  /** Of the agent that runs; undefined: none does. */
  status: AgentStatus | undefined;
  m: Messages;
  now: () => number;
}

/** Nothing when the settings ask for none of the kind. */
type SourceCheck = (examined: Examined) => Promise<Check[]> | Check[];

export const SOURCE_CHECKS: Readonly<Record<SourceKind, SourceCheck>> = {
  file: ({ config, m }) =>
    checkTails(
      config.tails.filter((tail) => !isAuditLog(tail)),
      m,
    ),
  audit: ({ config, m }) => checkAudit(config, m),
  command: ({ config, m }) => checkCommands(config.commands, m),
  journald: ({ config, m }) => checkJournal(config.journald, config.tails, m),
  'windows-event-log': ({ config, m }) => {
    const { windowsEventLog, stateDir } = config;
    if (windowsEventLog === undefined) return [];
    // Apart from the files of an agent that runs.
    const folder = path.join(stateDir, 'windows-event-log', 'doctor');
    return checkEventLog(windowsEventLog, new Wevtutil({ program: windowsEventLog.program, folder }), m);
  },
  'windows-registry': ({ config, m }) => checkRegistry(config.windowsRegistry, thisHost, m),
  syslog: ({ config, status, m, now }) => checkSyslog(config.syslog, status, m, now),
  integrity: ({ config, m }) => checkWatch(config.watch, m),
  inventory: ({ config, m }) =>
    config.inventory.enabled ? [ok('inventory', m.doctor.more.inventoryOn)] : [],
  posture: ({ config, m }) => checkPosture(config.posture, m),
  activity: ({ config, m }) => {
    const { activity } = config;
    if (activity === undefined) return [];
    const parts = (['processes', 'network', 'logons', 'devices'] as const).filter((part) => activity[part]);
    return [
      ok('activity', m.doctor.more.activityOn(parts.map((part) => m.doctor.more.activity[part]).join(', '))),
    ];
  },
  probe: ({ config, m }) => checkProbes(config, m),
  other: () => [],
};
