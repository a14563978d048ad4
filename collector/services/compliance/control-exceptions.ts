/**
 * What the register of exceptions accepts of controls: exceptions of kind posture whose condition names a control, asked as
 * for a failed check called `control/ID`. Invariant: one that reaches some hosts of a system accepts these and not the
 * system; without a host only exceptions of the system's agency that name no host and group count.
 */
import { builtInPipelines } from '../../../rules/pipelines/index.ts';
import type { AssessedHost, AssessedSystem, Excepted } from '../../compliance/evidence/evidence-kind.ts';
import { ExceptionIndex, type ActingException } from '../../exceptions/exception-index.ts';
import type { RegistryDb } from '../../registry/database.ts';
import { readGroups } from '../../registry/exceptions/exception-register.ts';
import { actingAt } from '../fleet/posture-exceptions.ts';

const ABOUT = { ruleId: 'posture' };
const WORDS = { categories: () => ['posture'], logsource: () => ({}) };

export type ControlExceptions = (
  system: AssessedSystem,
  control: string,
  host: AssessedHost | undefined,
) => Excepted | undefined;

/** Of the name by which a control is asked for. */
const CONTROL_CHECK = 'control/';

const NONE: ControlExceptions = () => undefined;

/** @param atMs milliseconds since 1970 */
export async function controlExceptions(
  db: RegistryDb,
  hosts: readonly AssessedHost[],
  atMs: number,
): Promise<ControlExceptions> {
  const acting = new Map([...(await actingAt(db, atMs))].filter(([, exception]) => namesControl(exception)));
  if (acting.size === 0) return NONE;
  const index = new ExceptionIndex([...acting.values()], WORDS, builtInPipelines());
  const groups = index.needsGroups
    ? await readGroups(
        db,
        hosts.map(({ id }) => id),
      )
    : undefined;
  const remembered = new Map<string, Excepted | undefined>();
  return (system, control, host) => {
    const key = `${system.id} ${control} ${host?.id ?? ''}`;
    if (remembered.has(key)) return remembered.get(key);
    const candidates = index.candidates({
      detection: {
        rule: ABOUT,
        agencyId: host?.agencyId ?? system.agencyId,
        agentId: host?.id ?? '',
        hostname: host?.hostname ?? '',
        timeMs: atMs,
        matched: {},
      },
      isCorrelation: false,
      groupId: host === undefined ? null : (groups?.get(host.id) ?? null),
    });
    const id = index.find(candidates, fieldsOf(system, control, host));
    const found = id === undefined ? undefined : acting.get(id);
    const excepted = found && { id: found.id, expiresMs: found.expiresMs };
    remembered.set(key, excepted);
    return excepted;
  };
}

/** One that takes whatever fails on some hosts was not decided about requirements of the law. */
function namesControl({ rules, condition }: ActingException): boolean {
  return (
    rules?.some((rule) => rule.startsWith(CONTROL_CHECK)) === true ||
    condition?.includes('compliance.control') === true
  );
}

/** What a condition may ask: no field is there that a failed check does not have, but those of the control and system. */
function fieldsOf(
  { id, name, level, profile }: AssessedSystem,
  control: string,
  host: AssessedHost | undefined,
): Record<string, unknown> {
  return {
    'posture.check': `${CONTROL_CHECK}${control}`,
    'posture.controls': [control],
    'posture.result': 'fail',
    'compliance.control': control,
    'compliance.profile': profile,
    'compliance.level': level,
    'system.id': id,
    'system.name': name,
    'event.dataset': 'posture',
    ...(host === undefined ? {} : { 'host.name': host.hostname, 'agent.id': host.id }),
  };
}
