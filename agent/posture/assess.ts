/**
 * Policies over a host: for every check one result with its reason. A check passes or fails, does not concern this host
 * (which condition says so), could not be assessed (why), or fails with an exception somebody answers for.
 */
import type { BothLanguages, PostureCheck, PosturePolicy } from '#protocol/posture-policy.ts';
import type { PostureException } from '#protocol/posture-names.ts';
import type { PostureResult } from '#protocol/posture-record.ts';
import type { Host } from '../host/host.ts';
import { readOsRelease } from '../host/os-release.ts';
import { evaluate, type Outcome, type Turn } from './evaluate.ts';
import type { Finding } from './finding.ts';
import { HostView } from './host-view.ts';
import { shippedPolicy, shippedPolicyNames } from './shipped-policies.ts';

export interface CheckResult {
  check: PostureCheck;
  result: PostureResult;
  /** `platform`, `condition:<name>`, `exception`, or why it could not be assessed. */
  reasonCode?: string | undefined;
  reason?: BothLanguages | undefined;
  observed: string;
  expected: string;
  exception?: { by: string; untilMs: number } | undefined;
}

export interface PolicyResults {
  policy: PosturePolicy;
  /** A policy that was not asked for by name and does not concern this host is left out, and says why. */
  left?: BothLanguages | undefined;
  results: readonly CheckResult[];
}

export interface AssessOptions {
  host: Host;
  /** Names and documents; left out: what the agent has for this host. */
  policies?: readonly (string | PosturePolicy)[] | undefined;
  exceptions?: readonly PostureException[] | undefined;
  /** Milliseconds since 1970. */
  now: () => number;
  signal?: AbortSignal | undefined;
  turn?: Turn | undefined;
  /** A name that no policy has. */
  onUnknown?: ((name: string) => void) | undefined;
}

const EVIDENCE_MAX = 2_000;
const DAY_MS = 86_400_000;

export async function* assess(options: AssessOptions): AsyncGenerator<PolicyResults, void, void> {
  const { host, policies, now, signal, turn = () => Promise.resolve(), onUnknown } = options;
  const view = new HostView(host, now, signal);
  const systems = await systemsOf(host, signal);
  const chosen = policies ?? shippedPolicyNames();
  for (const each of chosen) {
    const policy = typeof each === 'string' ? shippedPolicy(each) : each;
    if (policy === undefined) {
      if (typeof each === 'string') onUnknown?.(each);
      continue;
    }
    const conditions = new Conditions(policy, view, turn);
    const against = await concerns(policy, systems, conditions);
    if (against !== undefined && policies === undefined) {
      yield { policy, left: against.reason, results: [] };
      continue;
    }
    const results: CheckResult[] = [];
    for (const check of policy.checks) {
      if (signal?.aborted === true) return;
      const result =
        against === undefined ? await assessCheck(check, conditions, view, turn) : none(check, against);
      results.push(excepted(result, policy, options));
    }
    yield { policy, results };
  }
}

/** os-release's ID and ID_LIKE, and `linux`; or what kind of Windows it is. */
async function systemsOf(host: Host, signal?: AbortSignal): Promise<ReadonlySet<string>> {
  if (host.platform === 'win32') {
    const { readWindowsRelease } = await import('../windows/windows-release.ts');
    const { kind } = await readWindowsRelease(host, signal);
    return new Set(['windows', kind === 'client' ? 'windows-client' : 'windows-server', `windows-${kind}`]);
  }
  const release = await readOsRelease(host);
  return new Set(['linux', release.get('ID') ?? '', ...(release.get('ID_LIKE') ?? '').split(/\s+/)]);
}

/** Why a check, or all of a policy, says nothing about this host. */
interface Against {
  result: 'not-applicable' | 'not-assessed';
  code: string;
  reason: BothLanguages;
}

async function concerns(
  policy: PosturePolicy,
  systems: ReadonlySet<string>,
  conditions: Conditions,
): Promise<Against | undefined> {
  if (policy.platforms.some((platform) => systems.has(platform))) return conditions.against(policy.when);
  const wanted = policy.platforms.join(', ');
  return {
    result: 'not-applicable',
    code: 'platform',
    reason: { vi: `Chính sách dành cho ${wanted}`, en: `The policy is for ${wanted}` },
  };
}

/** Each condition is looked at once. */
class Conditions {
  readonly #policy: PosturePolicy;
  readonly #view: HostView;
  readonly #turn: Turn;
  readonly #outcomes = new Map<string, Promise<Outcome>>();

  constructor(policy: PosturePolicy, view: HostView, turn: Turn) {
    this.#policy = policy;
    this.#view = view;
    this.#turn = turn;
  }

  /** The first that does not hold. */
  async against(names: readonly string[]): Promise<Against | undefined> {
    for (const name of names) {
      const condition = this.#policy.conditions[name];
      if (condition === undefined) continue;
      const kept = this.#outcomes.get(name) ?? evaluate(condition.holds, this.#view, this.#turn);
      this.#outcomes.set(name, kept);
      const outcome = await kept;
      if (outcome.kind === 'no')
        return { result: 'not-applicable', code: `condition:${name}`, reason: condition.otherwise };
      if (outcome.kind === 'unknown')
        return {
          result: 'not-assessed',
          code: outcome.code,
          reason: { vi: outcome.reason, en: outcome.reason },
        };
    }
    return undefined;
  }
}

function none(check: PostureCheck, { result, code, reason }: Against): CheckResult {
  return { check, result, reasonCode: code, reason, observed: '', expected: '' };
}

async function assessCheck(
  check: PostureCheck,
  conditions: Conditions,
  view: HostView,
  turn: Turn,
): Promise<CheckResult> {
  const against = await conditions.against(check.when);
  if (against !== undefined) return none(check, against);
  const outcome = await evaluate(check.assess, view, turn);
  const evidence = {
    observed: together(outcome.findings, 'observed'),
    expected: together(outcome.findings, 'expected'),
  };
  if (outcome.kind !== 'unknown')
    return { check, result: outcome.kind === 'yes' ? 'pass' : 'fail', ...evidence };
  const { code, reason } = outcome;
  return { check, result: 'not-assessed', reasonCode: code, reason: { vi: reason, en: reason }, ...evidence };
}

function together(findings: readonly Finding[], what: 'observed' | 'expected'): string {
  const text = [...new Set(findings.map((finding) => finding[what]))].join('; ');
  return text.length > EVIDENCE_MAX ? `${text.slice(0, EVIDENCE_MAX)}…` : text;
}

/** An exception changes only a failure, and only until its end. */
function excepted(
  result: CheckResult,
  { policy }: PosturePolicy,
  { exceptions = [], now }: AssessOptions,
): CheckResult {
  if (result.result !== 'fail') return result;
  const atMs = now();
  const found = exceptions.find(
    (exception) =>
      exception.check === result.check.id &&
      (exception.policy === undefined || exception.policy === policy) &&
      untilMs(exception) > atMs,
  );
  if (found === undefined) return result;
  return {
    ...result,
    result: 'excepted',
    reasonCode: 'exception',
    reason: { vi: found.reason, en: found.reason },
    exception: { by: found.by, untilMs: untilMs(found) },
  };
}

/** The end of a day, in UTC, or the moment it says. */
function untilMs({ until }: PostureException): number {
  const ms = Date.parse(until);
  return /^\d{4}-\d{2}-\d{2}$/.test(until) ? ms + DAY_MS : ms;
}
