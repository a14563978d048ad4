/**
 * The API's and the command line's port to exceptions: what is asked for is checked against the rules in force, and long work
 * becomes jobs. Invariant: what is written down has a condition that compiles, rules that there are, and a term that is allowed.
 */
import { builtInPipelines } from '../../../rules/pipelines/index.ts';
import type { AskedException, ExceptionControl } from '../../api/ports.ts';
import type { Severity } from '../../api/contract.ts';
import type { JobRunner } from '../jobs/job-runner.ts';
import {
  askedFields,
  compileCondition,
  conditionOfFields,
  ExceptionInvalidError,
  isEverything,
} from '../../exceptions/condition.ts';
import { commonLogsource, type RuleWords } from '../../exceptions/exception-index.ts';
import { checkWindow } from '../../exceptions/maintenance.ts';
import { checkTerm, usualReviewMs, type TermFacts } from '../../exceptions/term.ts';
import { SIMULATION } from '../../exceptions/simulation.ts';
import { isRecurring } from '../../protocol/maintenance-window.ts';
import { type AgencyScope, inScope } from '../../registry/agency-scope.ts';
import { readAlert } from '../../registry/alert-book.ts';
import type { Registry } from '../../registry/database.ts';
import {
  approveException,
  approveIn,
  requestException,
  type ExceptionRequest,
} from '../../registry/exceptions/exception-acts.ts';
import { revokeException } from '../../registry/exceptions/exception-ends.ts';
import { readException } from '../../registry/exceptions/exception-book.ts';
import { addJob } from '../../registry/job-acts.ts';
import { RefusalError } from '../../registry/refusal.ts';
import {
  COVER_KIND,
  SIMULATE_KIND,
  type CoverParams,
  type Draft,
  type SimulateParams,
} from './exception-jobs.ts';
import { huntFields } from '../../hunt/run-hunt.ts';
import type { FoundEvent, RowName } from '../../store/store.ts';

const ALL = { kind: 'all' } as const;
const PREVIEW = { total: 0, changes: 0, skipped: {}, sample: [], needsApproval: [] };
const UNDO_MS = 30 * 86_400_000;

export interface ExceptionControlPorts {
  registry: Registry;
  words: RuleWords;
  /** Of a rule in force, or of the house's own on events; undefined when there is none. */
  severityOf: (ruleId: string) => Severity | undefined;
  findEvent: (name: RowName) => Promise<FoundEvent | undefined>;
  nameOf: (eventId: string) => RowName;
  jobs: Pick<JobRunner, 'request' | 'kick'>;
  /** Something ended: what it had closed is to be opened again. */
  onEnded: () => void;
}

export function exceptionControl(ports: ExceptionControlPorts): ExceptionControl {
  const { registry, jobs, onEnded } = ports;
  const termOf: ExceptionControl['termOf'] = (one): TermFacts => {
    const isWindow = one.window !== null;
    if (one.kind !== 'rule') return { severities: [], isWindow };
    if (one.rules === null) return { severities: undefined, isWindow };
    return { severities: one.rules.map((ruleId) => ports.severityOf(ruleId) ?? 'high'), isWindow };
  };
  const prepare = (asked: AskedException, who: { scope: AgencyScope; agencyId: number }) =>
    prepareRequest(ports, termOf, asked, who);

  return {
    termOf,
    request: async (asked, by) => requestException(registry, await prepare(asked, by), by),
    async simulate(wanted, by) {
      const { draft, id } = wanted;
      const subject: Omit<Draft, 'rules' | 'categories'> &
        Pick<ExceptionRequest, 'name' | 'rules' | 'categories'> =
        id === undefined ? await prepare(draft, by) : await readException(registry.db, id, by.scope);
      const { kind, condition, window, agencyId, agentId, groupId, rules, categories } = subject;
      const params: SimulateParams = {
        draft: {
          kind,
          condition,
          window,
          agencyId,
          agentId,
          groupId,
          rules: rules && [...rules],
          categories: categories && [...categories],
        },
        exceptionId: id ?? null,
        untilMs: registry.now(),
        days: wanted.days ?? SIMULATION.days,
      };
      return jobs.request(SIMULATE_KIND, { params, reason: subject.name, agencyId }, by);
    },
    async approve(act) {
      const before = await readException(registry.db, act.id, act.by.scope);
      const approval = { ...act, term: termOf(before) };
      if (act.close === undefined)
        return { exception: await approveException(registry, approval), jobId: null };
      const params: CoverParams = {
        exceptionId: act.id,
        verdict: act.close,
        reason: (act.reason ?? before.reason).slice(0, 4_000) || before.name,
        actor: act.by.actor,
        askedMs: registry.now(),
      };
      const job = await addJob(
        registry,
        {
          kind: COVER_KIND,
          params,
          reason: params.reason,
          preview: PREVIEW,
          agencyId: before.agencyId,
          undoMs: UNDO_MS,
          check: async (trx) => void (await approveIn(trx, approval, registry.now())),
        },
        act.by,
      );
      jobs.kick();
      return { exception: await readException(registry.db, act.id, ALL), jobId: job.id };
    },
    async revoke(act) {
      const exception = await revokeException(registry, act);
      onEnded();
      return exception;
    },
  };
}

async function prepareRequest(
  ports: ExceptionControlPorts,
  termOf: ExceptionControl['termOf'],
  asked: AskedException,
  { scope, agencyId: own }: { scope: AgencyScope; agencyId: number },
): Promise<ExceptionRequest> {
  const refuse = (field: string, message: string): never => {
    throw new ExceptionInvalidError(field, message);
  };
  const { registry } = ports;
  const nowMs = registry.now();
  const alert = asked.alert === undefined ? undefined : await fromAlert(ports, asked.alert, scope);
  const { kind } = asked;
  const rules = asked.rules ?? (alert === undefined ? null : [alert.ruleId]);
  const categories = asked.categories ?? null;
  if (rules === null && categories === null && asked.allRules !== true)
    refuse('rules', 'name rules or categories, or say allRules');
  if (rules !== null && categories !== null) refuse('categories', 'name rules or categories, not both');
  if (rules !== null && asked.allRules === true) refuse('allRules', 'name rules or say allRules, not both');
  if (kind !== 'rule' && categories !== null) refuse('categories', 'only rules have categories');
  for (const ruleId of kind === 'rule' ? (rules ?? []) : []) {
    if (ports.severityOf(ruleId) === undefined)
      refuse('rules', `there is no rule ${ruleId.slice(0, 128)} in force`);
  }
  const agencyId = asked.agencyId ?? alert?.agencyId ?? own;
  if (!inScope(scope, agencyId)) {
    throw new RefusalError('agency-unknown', String(agencyId), `there is no agency ${agencyId}`);
  }
  const groupId = asked.group === undefined ? null : await groupNamed(registry, asked.group);
  const window = asked.window ?? null;
  if (window !== null) checkWindow(window);
  const given = [asked.condition, asked.fields, alert?.condition].filter((one) => one !== undefined);
  if (given.length > 1) refuse('condition', 'say one of: condition, fields, alert');
  const condition =
    asked.condition ??
    (asked.fields === undefined ? alert?.condition : conditionOfFields(asked.fields)) ??
    null;
  if (kind === 'vulnerability' && window !== null)
    refuse('window', 'a vulnerability is there or not, whatever the hour: leave the window out');
  // A vulnerability that is named is condition enough.
  const isNamed = kind === 'vulnerability' && rules !== null;
  if (condition === null && window === null && !isNamed)
    refuse('condition', 'say one of: condition, fields, alert, window');
  const takesAll = asked.takesAll === true;
  const agentId = asked.agentId ?? null;
  if (condition !== null) {
    const logsource = commonLogsource({ kind, rules }, ports.words);
    const { compiled, matches } = compileCondition(
      { id: 'exception', text: condition, logsource },
      builtInPipelines(),
    );
    const isNarrow = agentId !== null && rules?.length === 1;
    if (window === null && isEverything(askedFields(compiled), matches) && !(takesAll && isNarrow)) {
      refuse(
        'condition',
        'it matches everything, or nearly: narrow it, or ask with takesAll for one rule on one host',
      );
    }
  }
  const end = window !== null && !isRecurring(window) ? Date.parse(window.to) : undefined;
  const expiresMs = asked.expiresMs ?? end ?? refuse('expiresAt', 'say when it expires');
  const reviewMs = asked.reviewMs ?? usualReviewMs(expiresMs, nowMs);
  const startsMs = asked.startsMs ?? null;
  checkTerm({ startsMs, expiresMs, reviewMs }, termOf({ kind, rules, window }), nowMs);
  const { name, reason } = asked;
  return {
    name,
    kind,
    condition,
    window,
    agencyId,
    agentId,
    groupId,
    rules,
    categories,
    takesAll,
    reason,
    startsMs,
    expiresMs,
    reviewMs,
  };
}

async function groupNamed({ db }: Registry, name: string): Promise<number> {
  const group = await db.selectFrom('agent_group').select('id').where('name', '=', name).executeTakeFirst();
  if (group === undefined) throw new ExceptionInvalidError('group', 'there is no such group of hosts');
  return group.id;
}

/** The simple form of what an alert's newest event says. */
async function fromAlert(
  { registry, findEvent, nameOf }: ExceptionControlPorts,
  { id, fields }: { id: string; fields?: readonly string[] | undefined },
  scope: AgencyScope,
): Promise<{ ruleId: string; agencyId: number; condition: string }> {
  const alert = await readAlert(registry.db, id, scope, registry.now());
  if (alert === undefined) throw new ExceptionInvalidError('alert', 'there is no such alert');
  const [proof] = alert.detections;
  const event =
    proof === undefined || proof.eventId === '' ? undefined : await findEvent(nameOf(proof.eventId));
  const known: Record<string, unknown> = {
    ...alert.entity,
    ...proof?.matched,
    ...(event === undefined ? {} : huntFields(event)),
  };
  const chosen = (fields ?? Object.keys(alert.entity)).map((field): [string, unknown] => {
    if (!Object.hasOwn(known, field))
      throw new ExceptionInvalidError('alert', `the alert's event has no field ${field.slice(0, 128)}`);
    return [field, known[field]];
  });
  const { ruleId, agencyId } = alert;
  return { ruleId, agencyId, condition: conditionOfFields(Object.fromEntries(chosen)) };
}
