/**
 * Configuration checks as evidence: the store's last words with what the register accepts. Invariants: what was read once is
 * kept, and only what came since is read anew, as long as the moment moves on; another moment is read by itself and
 * leaves what is kept alone.
 */
import type { AssessedHost } from '../../compliance/evidence/evidence-kind.ts';
import type { PostureEvidence, PostureFact } from '../../compliance/evidence/evidence-sources.ts';
import type { RegistryDb } from '../../registry/database.ts';
import type { AssessReader, CheckName, CheckWord } from '../../store/assess-store.ts';
import { postureExceptions, type PostureExceptions } from '../fleet/posture-exceptions.ts';

/** How checks stood at a moment, as far as they were asked for. */
interface Kept {
  /** Of the checks, in their order. */
  key: string;
  atMs: number;
  fromMs: number;
  batch: number;
  byAgent: Map<string, Map<number, CheckWord>>;
}

/** Of fewer hosts only they are asked for, and nothing is kept. */
const FEW_HOSTS = 200;

export interface PostureEvidenceOptions {
  db: RegistryDb;
  store: Pick<AssessReader, 'checks' | 'checkWords'>;
}

export function postureEvidence({ db, store }: PostureEvidenceOptions): PostureEvidence {
  let kept: Kept | undefined;

  async function words(
    checks: readonly CheckName[],
    asked: { atMs: number; fromMs: number },
    hosts: readonly AssessedHost[],
  ): Promise<ReadonlyMap<string, ReadonlyMap<number, CheckWord>>> {
    if (hosts.length <= FEW_HOSTS) {
      const agentIds = hosts.map(({ id }) => id);
      const { byAgent } = await store.checkWords({ ...asked, checks, agentIds });
      return new Map([...byAgent].map(([id, list]) => [id, byIndex(list)]));
    }
    const key = JSON.stringify(checks.map(({ policy, check }) => [policy, check]));
    const canGoOn = kept?.key === key && kept.atMs <= asked.atMs && kept.fromMs <= asked.fromMs;
    const from: Kept = canGoOn && kept !== undefined ? kept : { key, ...asked, batch: 0, byAgent: new Map() };
    const { byAgent, batch } = await store.checkWords({ ...asked, checks, afterBatch: from.batch });
    for (const [agentId, list] of byAgent) {
      const mine = from.byAgent.get(agentId) ?? new Map<number, CheckWord>();
      from.byAgent.set(agentId, mine);
      for (const word of list) mine.set(word.index, word);
    }
    const expired = expiredOf(from.byAgent, asked.fromMs);
    if (expired.length > FEW_HOSTS) {
      kept = undefined;
      return words(checks, asked, hosts);
    }
    if (expired.length > 0) {
      const { byAgent: again } = await store.checkWords({ ...asked, checks, agentIds: expired });
      for (const agentId of expired) from.byAgent.set(agentId, byIndex(again.get(agentId) ?? []));
    }
    const now = { ...from, atMs: asked.atMs, fromMs: asked.fromMs, batch };
    // A look into the past is not where the next one goes on from.
    if (kept === undefined || kept.key !== key || kept.atMs <= asked.atMs) kept = now;
    return now.byAgent;
  }

  return {
    async read(hosts, { controls, checks: names, fromMs, atMs }) {
      const isAsked = ({ check, controls: of }: CheckName): boolean =>
        names.includes(check) || of.some((control) => controls.includes(control));
      const checks = (await store.checks({ fromMs, atMs })).filter(isAsked);
      if (checks.length === 0 || hosts.length === 0) return new Map();
      const byAgent = await words(checks, { fromMs, atMs }, hosts);
      const exceptions = await postureExceptions(db, hosts, atMs);
      const facts = new Map<string, readonly PostureFact[]>();
      for (const host of hosts) {
        const mine = byAgent.get(host.id);
        if (mine === undefined) continue;
        const reached = exceptions?.reach(host) === true ? exceptions : undefined;
        const list: PostureFact[] = [];
        // In the order of checks, so that what a reason names first does not hang on who told what when.
        for (const word of [...mine.values()].toSorted((one, other) => one.index - other.index)) {
          const check = checks[word.index];
          if (check !== undefined && word.timeMs >= fromMs && word.result !== 'removed')
            list.push(toFact(check, word, host, { atMs, exceptions: reached }));
        }
        facts.set(host.id, list);
      }
      return facts;
    },
  };
}

/**
 * Hosts of which a word grew too old: behind it may stand another, of a time that is not, since what comes late has a later
 * batch.
 */
function expiredOf(byAgent: ReadonlyMap<string, ReadonlyMap<number, CheckWord>>, fromMs: number): string[] {
  return [...byAgent].flatMap(([agentId, words]) =>
    [...words.values()].some(({ timeMs }) => timeMs < fromMs) ? [agentId] : [],
  );
}

function byIndex(words: readonly CheckWord[]): Map<number, CheckWord> {
  return new Map(words.map((word) => [word.index, word]));
}

function toFact(
  { policy, check, title, controls }: CheckName,
  { result: told, timeMs, exceptedUntilMs, reasonCode, observed }: CheckWord,
  host: AssessedHost,
  { atMs, exceptions }: { atMs: number; exceptions: PostureExceptions | undefined },
): PostureFact {
  // What the host's own policy excepts beyond its end has failed.
  const isOver = told === 'excepted' && exceptedUntilMs <= atMs;
  const result = told === 'removed' ? 'not-assessed' : isOver ? 'fail' : told;
  const fact = { check, title, controls, result, reasonCode, observed, timeMs };
  if (result === 'excepted') return { ...fact, excepted: { id: null, expiresMs: exceptedUntilMs } };
  if (result !== 'fail' || exceptions === undefined) return fact;
  const covered = exceptions.cover(host, {
    agentId: host.id,
    policy,
    policyVersion: '',
    check,
    title,
    severity: '',
    controls,
    result,
    reason: '',
    reasonCode,
    observed,
    expected: '',
    exceptedBy: '',
    exceptedUntilMs: undefined,
    timeMs,
  });
  return covered === undefined ? fact : { ...fact, excepted: covered };
}
