/**
 * An expression over a host: true, false, or unknown with the reason. What is unknown only matters where it could
 * change the answer: one part that fails is enough for `all`, one that holds for `any`.
 */
import type { PostureExpression, PostureTest, PostureTestKind } from '#protocol/posture-policy.ts';
import { NotAssessedError, type Finding, type NotAssessedCode } from './finding.ts';
import type { HostView } from './host-view.ts';
import { evidenceText, policyText } from './evidence-text.ts';
import { probeAccounts } from './probes/accounts-probe.ts';
import { probeApache } from './probes/apache-probe.ts';
import { probeCommand } from './probes/command-probe.ts';
import { probeCron } from './probes/cron-probe.ts';
import { probeFile } from './probes/file-probe.ts';
import { probeListening } from './probes/listening-probe.ts';
import { probeModule } from './probes/module-probe.ts';
import { probeMount } from './probes/mount-probe.ts';
import { probeNginx } from './probes/nginx-probe.ts';
import { probePackage } from './probes/package-probe.ts';
import { probePam } from './probes/pam-probe.ts';
import { probePermission } from './probes/permission-probe.ts';
import { probeHba, probePostgresql } from './probes/postgresql-probe.ts';
import { probeService } from './probes/service-probe.ts';
import { probeSetting } from './probes/setting-probe.ts';
import { probeSshd } from './probes/sshd-probe.ts';
import { probeSudoers } from './probes/sudoers-probe.ts';
import { probeSysctl } from './probes/sysctl-probe.ts';

/** undefined: the test is of another kind. */
type Probe = (test: PostureTest, view: HostView) => Promise<Finding> | undefined;

/** Those of Windows are loaded where there is something to look at by them. */
const windows = async () => import('./probes/windows-probes.ts');

const PROBES: Readonly<Record<PostureTestKind, Probe>> = {
  accounts: (test, view) => test.accounts && probeAccounts(test.accounts, view),
  apache: (test, view) => test.apache && probeApache(test.apache, view),
  auditpol: (test, view) => {
    const { auditpol } = test;
    return auditpol && windows().then(({ probeAuditpol }) => probeAuditpol(auditpol, view));
  },
  command: (test, view) => test.command && probeCommand(test.command, view),
  cron: (test, view) => test.cron && probeCron(test.cron, view),
  eventlog: (test, view) => {
    const { eventlog } = test;
    return eventlog && windows().then(({ probeEventlog }) => probeEventlog(eventlog, view));
  },
  file: (test, view) => test.file && probeFile(test.file, view),
  hba: (test, view) => test.hba && probeHba(test.hba, view),
  listening: (test, view) => test.listening && probeListening(test.listening, view),
  module: (test, view) => test.module && probeModule(test.module, view),
  mount: (test, view) => test.mount && probeMount(test.mount, view),
  nginx: (test, view) => test.nginx && probeNginx(test.nginx, view),
  package: (test, view) => test.package && probePackage(test.package, view),
  pam: (test, view) => test.pam && probePam(test.pam, view),
  permission: (test, view) => test.permission && probePermission(test.permission, view),
  postgresql: (test, view) => test.postgresql && probePostgresql(test.postgresql, view),
  registry: (test, view) => {
    const { registry } = test;
    return registry && windows().then(({ probeRegistry }) => probeRegistry(registry, view));
  },
  secpol: (test, view) => {
    const { secpol } = test;
    return secpol && windows().then(({ probeSecpol }) => probeSecpol(secpol, view));
  },
  service: (test, view) => test.service && probeService(test.service, view),
  setting: (test, view) => test.setting && probeSetting(test.setting, view),
  sshd: (test, view) => test.sshd && probeSshd(test.sshd, view),
  sudoers: (test, view) => test.sudoers && probeSudoers(test.sudoers, view),
  sysctl: (test, view) => test.sysctl && probeSysctl(test.sysctl, view),
  windows: (test, view) => {
    const { windows: facts } = test;
    return facts && windows().then(({ probeFacts }) => probeFacts(facts, view));
  },
};

export type Outcome =
  | { kind: 'yes' | 'no'; findings: readonly Finding[] }
  | { kind: 'unknown'; code: NotAssessedCode; reason: string; findings: readonly Finding[] };

/** Called between tests, for whoever paces them. */
export type Turn = () => Promise<void>;

export async function evaluate(expression: PostureExpression, view: HostView, turn: Turn): Promise<Outcome> {
  if (expression.all !== undefined) return combine(expression.all, view, turn, 'no');
  if (expression.any !== undefined) return combine(expression.any, view, turn, 'yes');
  if (expression.none !== undefined) {
    const outcome = await combine(expression.none, view, turn, 'yes');
    if (outcome.kind === 'unknown') return outcome;
    const findings = outcome.findings.map((finding) => ({
      ...finding,
      expected: `not: ${finding.expected}`,
    }));
    return { kind: outcome.kind === 'yes' ? 'no' : 'yes', findings };
  }
  await turn();
  return probe(expression, view);
}

/** Looks until one part decides; what it shows is what decided, else all of it. */
async function combine(
  parts: readonly PostureExpression[],
  view: HostView,
  turn: Turn,
  decides: 'yes' | 'no',
): Promise<Outcome> {
  const outcomes: Outcome[] = [];
  const deciding: Finding[] = [];
  for (const part of parts) {
    const outcome = await evaluate(part, view, turn);
    outcomes.push(outcome);
    if (outcome.kind !== decides) continue;
    // All parts that fail are told, so that they are mended at once; one that holds is enough.
    deciding.push(...outcome.findings);
    if (decides === 'yes') break;
  }
  if (deciding.length > 0) return { kind: decides, findings: deciding };
  const findings = outcomes.flatMap((outcome) => outcome.findings);
  const unknown = outcomes.find((outcome) => outcome.kind === 'unknown');
  if (unknown !== undefined) return { ...unknown, findings };
  return { kind: decides === 'yes' ? 'no' : 'yes', findings };
}

async function probe(test: PostureTest, view: HostView): Promise<Outcome> {
  try {
    const finding = await dispatch(test, view);
    if (finding === undefined)
      return { kind: 'unknown', code: 'defect', reason: 'the test says nothing', findings: [] };
    const { ok, observed, expected } = finding;
    return {
      kind: ok ? 'yes' : 'no',
      findings: [{ ok, observed: evidenceText(observed), expected: policyText(expected) }],
    };
  } catch (error) {
    if (view.signal?.aborted === true) throw error;
    if (error instanceof NotAssessedError)
      return { kind: 'unknown', code: error.code, reason: evidenceText(error.message), findings: [] };
    // A defect of one test is told as such, and costs no other test its answer.
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'unknown', code: 'defect', reason: evidenceText(message), findings: [] };
  }
}

async function dispatch(test: PostureTest, view: HostView): Promise<Finding | undefined> {
  for (const look of Object.values(PROBES)) {
    const found = look(test, view);
    if (found !== undefined) return found;
  }
  return undefined;
}
