/**
 * Failed checks that the register of exceptions covers, as of a moment. Invariants: an exception counts from its approval, within what it
 * reaches, until its end; one that was revoked counts for no moment.
 */
import { builtInPipelines } from '../../../rules/pipelines/index.ts';
import { ExceptionIndex, type ActingException } from '../../exceptions/exception-index.ts';
import type { RegistryDb } from '../../registry/database.ts';
import { readActing, readGroups } from '../../registry/exceptions/exception-register.ts';
import type { PostureState } from '../../store/posture-store.ts';

/** Any detection about postures: which check it is stands in the event. */
const ABOUT = { ruleId: 'posture' };
const WORDS = { categories: () => ['posture'], logsource: () => ({}) };

export interface PostureHost {
  id: string;
  agencyId: number;
  hostname: string;
}

export interface PostureExceptions {
  /** Whether any may cover a check of the host. */
  reach: (host: PostureHost) => boolean;
  /** What covers a check that failed. */
  cover: (host: PostureHost, state: PostureState) => { id: number; expiresMs: number } | undefined;
}

/** Undefined when none acts at the moment, as nearly always. @param atMs milliseconds since 1970 */
export async function postureExceptions(
  db: RegistryDb,
  hosts: readonly PostureHost[],
  atMs: number,
): Promise<PostureExceptions | undefined> {
  const acting = await actingAt(db, atMs);
  if (acting.size === 0) return undefined;
  const index = new ExceptionIndex([...acting.values()], WORDS, builtInPipelines());
  const groups = index.needsGroups
    ? await readGroups(
        db,
        hosts.map(({ id }) => id),
      )
    : undefined;
  const candidates = ({ id: agentId, agencyId, hostname }: PostureHost) =>
    index.candidates({
      detection: { rule: ABOUT, agencyId, agentId, hostname, timeMs: atMs, matched: {} },
      isCorrelation: false,
      groupId: groups?.get(agentId) ?? null,
    });
  return {
    reach: (host) => candidates(host).length > 0,
    cover: (host, state) => {
      const id = index.find(candidates(host), fieldsOf(host, state));
      const found = id === undefined ? undefined : acting.get(id);
      return found && { id: found.id, expiresMs: found.expiresMs };
    },
  };
}

/** Exceptions of kind posture that count at the moment. */
export async function actingAt(db: RegistryDb, atMs: number): Promise<Map<number, ActingException>> {
  const rows = await db
    .selectFrom('exception')
    .select('id')
    .where('kind', '=', 'posture')
    .where('decided_ms', '<=', atMs)
    .where('expires_ms', '>', atMs)
    .execute();
  if (rows.length === 0) return new Map();
  const ids = new Set(rows.map(({ id }) => id));
  const acting = await readActing(db, atMs);
  return new Map(acting.filter(({ id }) => ids.has(id)).map((one) => [one.id, one]));
}

/** As the event about it has them (normalize/posture.ts), and what every event has for a condition. */
function fieldsOf({ id, hostname }: PostureHost, state: PostureState): Record<string, unknown> {
  const { policy, policyVersion, check, result, title, reason, reasonCode, severity, controls } = state;
  const texts = {
    'posture.policy': policy,
    'posture.policy_version': policyVersion,
    'posture.check': check,
    'posture.result': result,
    'posture.reason': reason,
    'posture.reason_code': reasonCode,
    'posture.title': title,
    'posture.severity': severity,
    'posture.observed': state.observed,
    'posture.expected': state.expected,
    'rule.id': check,
    'rule.name': title,
    'rule.ruleset': policy,
    'rule.version': policyVersion,
    'host.name': hostname,
    'agent.id': id,
    'event.dataset': 'posture',
  };
  const told = Object.entries(texts).filter(([, text]) => text !== '');
  return { ...Object.fromEntries(told), ...(controls.length === 0 ? {} : { 'posture.controls': controls }) };
}
