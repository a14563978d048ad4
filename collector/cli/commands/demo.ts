/** `vonggac demo`: a made-up province in an empty collector, over the same ways that a real one takes. */
import { setTimeout as sleep } from 'node:timers/promises';
import { once } from 'node:events';
import { DEMO_HOSTS_MIN, fillProvince, NotEmptyError, type DemoCentre } from '../../demo/fill-province.ts';
import {
  DEMO_ATTESTATIONS,
  DEMO_LISTS,
  DEMO_OFFICES,
  dossierOf,
  incidentFacts,
} from '../../demo/province-papers.ts';
import { codeOf, DEMO_AGENCIES, DEMO_SYSTEMS } from '../../demo/province.ts';
import { call, type CommandContext } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { alertList } from '../operations/alert.ts';
import { agencyChange, agencyCodeAdd, agencyList } from '../operations/agency.ts';
import { agencyImport, systemImport, systemRuleAdd } from '../operations/agency-csv.ts';
import { attestationPropose } from '../operations/attestation.ts';
import { caseCreate } from '../operations/case.ts';
import { complianceListSet } from '../operations/compliance-lists.ts';
import { dossierSet, officeSet } from '../operations/dossier.ts';
import { incidentSet } from '../operations/incident.ts';
import { joinTokenCreate } from '../operations/join-token.ts';
import { status } from '../operations/status.ts';
import { systemList } from '../operations/system.ts';
import { UsageError } from '../usage-error.ts';

export interface DemoFlags {
  hosts: number;
  logs: number;
  seed: number;
  once?: boolean;
  json?: boolean;
}

const REPORT_EVERY = 25;
const TOKEN_DAYS = 1;

/** Exit code 1 where there are real agencies, or when it was interrupted. */
export async function demoCommand(context: CommandContext, flags: DemoFlags): Promise<ExitCode> {
  const { m, print, complain } = context;
  if (flags.hosts < DEMO_HOSTS_MIN) throw new UsageError(m.demo.tooFew(DEMO_HOSTS_MIN));
  const stop = new AbortController();
  const onInterrupt = (): void => stop.abort();
  process.once('SIGINT', onInterrupt);
  try {
    const { url } = await call(context, status, {});
    const made = await fillProvince(centreOf(context, url), {
      hosts: flags.hosts,
      logs: flags.logs,
      seed: flags.seed,
      now: Date.now,
      sleep: (ms) => sleep(ms),
      signal: stop.signal,
      onPhase: (phase) => complain(m.demo.phases[phase]),
      onHost: (told, of) => {
        if (told % REPORT_EVERY === 0 || told === of) complain(m.demo.progress(told, of));
      },
    });
    const { sessions, ...counts } = made;
    if (stop.signal.aborted) complain(m.demo.stopped);
    else if (flags.json === true) print(JSON.stringify({ ...counts, url }));
    else for (const line of m.demo.done(counts)) print(line);
    if (flags.once !== true && !stop.signal.aborted) {
      complain(m.demo.staying);
      await once(stop.signal, 'abort');
    } else if (stop.signal.aborted) return EXIT.failure;
    for (const session of sessions) session.close();
    return EXIT.ok;
  } catch (error) {
    if (!(error instanceof NotEmptyError)) throw error;
    complain(m.demo.notEmpty(error.agencies));
    return EXIT.failure;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
}

function centreOf(context: CommandContext, url: string): DemoCentre {
  const taken = (what: string, faults: readonly { line: number; message: string }[]): void => {
    const [fault] = faults;
    if (fault !== undefined) throw new Error(`${what}: line ${fault.line}: ${fault.message}`);
  };
  return {
    url,
    agencies: async () => {
      const names = (await call(context, agencyList, {})).filter(({ parentId }) => parentId !== null);
      return names.map(({ name }) => name);
    },
    importAgencies: async (csv) => {
      await nameRoot(context);
      taken('agencies', (await call(context, agencyImport, { csv, dryRun: false })).faults);
      return idsByCode(DEMO_AGENCIES, await call(context, agencyList, {}));
    },
    importSystems: async (csv) => {
      taken('systems', (await call(context, systemImport, { csv, dryRun: false })).faults);
      return idsByCode(DEMO_SYSTEMS, await call(context, systemList, {}));
    },
    filePapers: async (agencyIds, systemIds) => filePapers(context, agencyIds, systemIds),
    addRule: async (id, hostnames) => {
      await call(context, systemRuleAdd, { id, rule: { hostnames }, note: '' });
    },
    alertsOf: async (hostname) => {
      const { alerts } = await call(context, alertList, { query: { host: hostname } });
      return alerts.map(({ id }) => id);
    },
    openIncident: async (alertIds, detectedMs) => {
      const opened = await call(context, caseCreate, {
        title: 'Đăng nhập trái phép máy chủ Cổng dịch vụ công',
        severity: 'critical',
        class: 'intrusion',
        alertIds,
        checklist: true,
      });
      await call(context, incidentSet, { id: opened.id, words: incidentFacts(detectedMs) });
      return opened.number;
    },
    joinToken: async (agencyId, uses) =>
      (await call(context, joinTokenCreate, { agencyId, uses, days: TOKEN_DAYS, approve: false })).token,
  };
}

/** What was imported, by the codes it was imported with. */
function idsByCode(
  made: readonly { code: string; name: string }[],
  kept: readonly { id: number; name: string }[],
): Map<string, number> {
  const known = new Map(kept.map(({ id, name }) => [name, id]));
  return new Map(made.map(({ code, name }) => [code, known.get(name) ?? 0]));
}

/** The agency that every collector begins with is the province. */
async function nameRoot(context: CommandContext): Promise<void> {
  const root = (await call(context, agencyList, {})).find(({ parentId }) => parentId === null);
  const [province] = DEMO_AGENCIES;
  if (root === undefined || province === undefined) return;
  await call(context, agencyChange, { id: root.id, name: province.name, kind: province.kind });
  await call(context, agencyCodeAdd, { id: root.id, form: 'qd-20', code: province.code });
}

async function filePapers(
  context: CommandContext,
  agencyIds: ReadonlyMap<string, number>,
  systemIds: ReadonlyMap<string, number>,
): Promise<void> {
  for (const [code, systemId] of systemIds) {
    const change = dossierOf(code);
    if (change !== undefined) await call(context, dossierSet, { systemId, change, isNew: false });
  }
  for (const { agency, role, patch } of DEMO_OFFICES) {
    await call(context, officeSet, { agencyId: agencyIds.get(codeOf(agency)) ?? 0, role, patch });
  }
  for (const { code, controls, ...paper } of DEMO_ATTESTATIONS) {
    await call(context, attestationPropose, {
      kind: 'own',
      systemId: systemIds.get(code),
      controls: [...controls],
      documents: [],
      ...paper,
    });
  }
  for (const { kind, values } of DEMO_LISTS) {
    const entries = values.map((value) => ({ value }));
    await call(context, complianceListSet, { kind, entries, note: '' });
  }
}
