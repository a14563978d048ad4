/** What the made-up province asks of a collector, by the operations that commands use. */
import type { DemoCentre } from '../../demo/fill-province.ts';
import {
  DEMO_ATTESTATIONS,
  DEMO_LISTS,
  DEMO_OFFICES,
  dossierOf,
  incidentFacts,
} from '../../demo/province-papers.ts';
import { codeOf, DEMO_AGENCIES, DEMO_SYSTEMS } from '../../demo/province.ts';
import { alertList } from './alert.ts';
import { agencyChange, agencyCodeAdd, agencyList } from './agency.ts';
import { agencyImport, systemImport, systemRuleAdd } from './agency-csv.ts';
import { attestationPropose } from './attestation.ts';
import { caseCreate } from './case.ts';
import { complianceListSet } from './compliance-lists.ts';
import { dossierSet, officeSet } from './dossier.ts';
import { incidentSet } from './incident.ts';
import { joinTokenCreate } from './join-token.ts';
import { systemList } from './system.ts';
import type { Operation } from './operation.ts';

const TOKEN_DAYS = 1;

/** Runs an operation, wherever it can be run. */
export type Ask = <I, O>(operation: Operation<I, O>, input: I) => Promise<O>;

export function demoCentre(ask: Ask, url: string): DemoCentre {
  const taken = (what: string, faults: readonly { line: number; message: string }[]): void => {
    const [fault] = faults;
    if (fault !== undefined) throw new Error(`${what}: line ${fault.line}: ${fault.message}`);
  };
  return {
    url,
    agencies: async () => {
      const names = (await ask(agencyList, {})).filter(({ parentId }) => parentId !== null);
      return names.map(({ name }) => name);
    },
    importAgencies: async (csv) => {
      await nameRoot(ask);
      taken('agencies', (await ask(agencyImport, { csv, dryRun: false })).faults);
      return idsByCode(DEMO_AGENCIES, await ask(agencyList, {}));
    },
    importSystems: async (csv) => {
      taken('systems', (await ask(systemImport, { csv, dryRun: false })).faults);
      return idsByCode(DEMO_SYSTEMS, await ask(systemList, {}));
    },
    filePapers: async (agencyIds, systemIds) => filePapers(ask, agencyIds, systemIds),
    addRule: async (id, hostnames) => {
      await ask(systemRuleAdd, { id, rule: { hostnames }, note: '' });
    },
    alertsOf: async (hostname) => {
      const { alerts } = await ask(alertList, { query: { host: hostname } });
      return alerts.map(({ id }) => id);
    },
    openIncident: async (alertIds, detectedMs) => {
      const opened = await ask(caseCreate, {
        title: 'Đăng nhập trái phép máy chủ Cổng dịch vụ công',
        severity: 'critical',
        class: 'intrusion',
        alertIds,
        checklist: true,
      });
      await ask(incidentSet, { id: opened.id, words: incidentFacts(detectedMs) });
      return opened.number;
    },
    joinToken: async (agencyId, uses) =>
      (await ask(joinTokenCreate, { agencyId, uses, days: TOKEN_DAYS, approve: false })).token,
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
async function nameRoot(ask: Ask): Promise<void> {
  const root = (await ask(agencyList, {})).find(({ parentId }) => parentId === null);
  const [province] = DEMO_AGENCIES;
  if (root === undefined || province === undefined) return;
  await ask(agencyChange, { id: root.id, name: province.name, kind: province.kind });
  await ask(agencyCodeAdd, { id: root.id, form: 'qd-20', code: province.code });
}

async function filePapers(
  ask: Ask,
  agencyIds: ReadonlyMap<string, number>,
  systemIds: ReadonlyMap<string, number>,
): Promise<void> {
  for (const [code, systemId] of systemIds) {
    const change = dossierOf(code);
    if (change !== undefined) await ask(dossierSet, { systemId, change, isNew: false });
  }
  for (const { agency, role, patch } of DEMO_OFFICES) {
    await ask(officeSet, { agencyId: agencyIds.get(codeOf(agency)) ?? 0, role, patch });
  }
  for (const { code, controls, ...paper } of DEMO_ATTESTATIONS) {
    await ask(attestationPropose, {
      kind: 'own',
      systemId: systemIds.get(code),
      controls: [...controls],
      documents: [],
      ...paper,
    });
  }
  for (const { kind, values } of DEMO_LISTS) {
    const entries = values.map((value) => ({ value }));
    await ask(complianceListSet, { kind, entries, note: '' });
  }
}
