/**
 * What is kept between assessments never shows: over random words of hosts, late and early ones, and moments that pass, an
 * assessment with what was kept says the same as one that reads everything. Words that grow too old, exceptions of hosts that end and
 * silence come with the time alone.
 */
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { assessSystem } from '../../collector/compliance/assess-system.ts';
import type { EvidenceSources } from '../../collector/compliance/evidence/evidence-sources.ts';
import { firewallKind } from '../../collector/compliance/evidence/kinds/firewall.ts';
import { postureKind } from '../../collector/compliance/evidence/kinds/posture.ts';
import { linkEvidence } from '../../collector/compliance/evidence/link-evidence.ts';
import { gatherEvidence } from '../../collector/compliance/gather-evidence.ts';
import { snapshotOf } from '../../collector/compliance/snapshot.ts';
import type { Registry } from '../../collector/registry/database.ts';
import { keptInventory } from '../../collector/services/compliance/kept-inventory.ts';
import { postureEvidence } from '../../collector/services/compliance/posture-evidence.ts';
import type { AssessReader, CheckWord } from '../../collector/store/assess-store.ts';
import type { FleetReader } from '../../collector/store/fleet-store.ts';
import { aHost, aSystem, AT_MS, DAY_MS } from '../unit/compliance/a-system.ts';
import { someSources } from '../unit/compliance/kinds/judge-kind.ts';
import { memoryRegistry } from '../unit/registry/registry-fixture.ts';

/** More than are asked for one by one, of which a few speak. */
const HOSTS = Array.from({ length: 205 }, (_, index) => `h${String(index).padStart(3, '0')}`);
const SPEAKING = 5;
const CHECKS = ['a', 'b'].map((check) => ({ policy: 'p', check, title: check, controls: ['CF-01'] }));

interface Word {
  kind: 'posture' | 'inventory';
  agentId: string;
  batch: number;
  timeMs: number;
  check: number;
  result: CheckWord['result'];
  untilMs: number;
}

type Step =
  | { do: 'tell'; words: readonly (Omit<Word, 'batch' | 'timeMs'> & { skewMs: number })[] }
  | { do: 'pass'; ms: number };

/** A store as the engine's is asked: a word counts up to a moment by its own time, the last in the order of batches. */
class Model {
  readonly words: Word[] = [];
  #batch = 0;

  tell(step: Step & { do: 'tell' }, nowMs: number): void {
    this.#batch += 1;
    for (const { skewMs, ...word } of step.words)
      this.words.push({ ...word, batch: this.#batch, timeMs: nowMs + skewMs });
  }

  #last(
    kind: Word['kind'],
    { fromMs, atMs, agentIds }: { fromMs: number; atMs: number; agentIds?: readonly string[] | undefined },
  ): Word[] {
    const last = new Map<string, Word>();
    for (const word of this.words)
      if (
        word.kind === kind &&
        word.timeMs >= fromMs &&
        word.timeMs <= atMs &&
        agentIds?.includes(word.agentId) !== false
      )
        last.set(`${word.agentId} ${kind === 'posture' ? word.check : ''}`, word);
    return [...last.values()].toSorted((one, other) => (one.agentId < other.agentId ? -1 : 1));
  }

  readonly assess: Pick<AssessReader, 'checks' | 'checkWords' | 'toldSince'> = {
    checks: () => Promise.resolve(CHECKS),
    checkWords: ({ fromMs, atMs, agentIds, afterBatch = 0 }) => {
      const seen = this.words.filter(
        ({ kind, batch, timeMs }) => kind === 'posture' && batch > afterBatch && timeMs >= fromMs,
      );
      const early = seen.filter(({ timeMs }) => timeMs > atMs).map(({ batch }) => batch);
      const last = Math.max(afterBatch, ...seen.map(({ batch }) => batch));
      const byAgent = new Map<string, CheckWord[]>();
      for (const { agentId, check, result, timeMs, untilMs, batch } of this.#last('posture', {
        fromMs,
        atMs,
        agentIds,
      })) {
        if (batch <= afterBatch) continue;
        const own = byAgent.get(agentId) ?? [];
        byAgent.set(agentId, own);
        own.push({ index: check, result, timeMs, exceptedUntilMs: untilMs, reasonCode: '', observed: '' });
      }
      return Promise.resolve({ byAgent, batch: Math.min(last, ...early.map((batch) => batch - 1)) });
    },
    toldSince: ({ channel, afterBatch, afterMs, atMs, fromMs, agentsMax }) => {
      const told = this.words.filter(({ kind, timeMs }) => kind === channel && timeMs >= fromMs);
      const news = told.filter(
        ({ batch, timeMs }) => (batch > afterBatch || timeMs > afterMs) && timeMs <= atMs,
      );
      const agentIds = [...new Set(news.map(({ agentId }) => agentId))];
      const batch = Math.max(0, ...told.map((word) => word.batch));
      return Promise.resolve({ agentIds: agentIds.length > agentsMax ? undefined : agentIds, batch });
    },
  };

  readonly fleet: Pick<FleetReader, 'standing' | 'items'> = {
    standing: (moment) =>
      Promise.resolve(
        this.#last('inventory', moment).map(({ agentId, timeMs }) => {
          const counts = { items: 1, truncated: 0 };
          return { agentId, category: 'firewall', state: 'complete', toldMs: timeMs, unread: '', ...counts };
        }),
      ),
    items: (moment) =>
      Promise.resolve({
        items: this.#last('inventory', moment).map(({ agentId, timeMs, result }) => {
          const facts = { active: String(result === 'pass'), inputPolicy: 'drop', rules: '1' };
          return { agentId, key: 'nftables', timeMs, facts };
        }),
        cutFrom: undefined,
      }),
  };
}

let registry: Registry;
beforeAll(async () => {
  ({ registry } = await memoryRegistry());
});
afterAll(() => registry.close());

function sourcesOver(model: Model): EvidenceSources {
  return someSources({
    posture: postureEvidence({ db: registry.db, store: model.assess }),
    fleet: keptInventory(model.fleet as FleetReader, model.assess),
    lists: { at: () => Promise.resolve([]) },
  });
}

const controls = ['CF-01', 'CF-02'].map((id) => ({
  id,
  levels: [1, 2, 3, 4, 5] as const,
  mode: 'auto' as const,
  thresholds: {},
  evidence: [
    { kind: 'posture', parameters: id === 'CF-01' ? { control: id } : { checks: ['b'] } },
    { kind: 'firewall', parameters: {} },
  ],
}));
const kinds = new Map([postureKind, firewallKind].map((kind) => [kind.kind, kind]));
const linked = linkEvidence(controls, kinds, () => ({ file: '', line: 1, field: '' }));

async function assessed(
  sources: EvidenceSources,
  atMs: number,
  seen: ReadonlyMap<string, number>,
): Promise<unknown> {
  const profile = { controls, linked };
  const hosts = HOSTS.map((id) => aHost(id, { seenMs: seen.get(id) }));
  const systems = [aSystem(hosts), aSystem(hosts.slice(0, 3), { id: 8, level: 1, expectedHosts: 4 })];
  const moment = { atMs, nowMs: atMs };
  const faults: unknown[] = [];
  const gathered = await gatherEvidence(
    { profiles: new Map([['vn-2026', profile]]), systems, sources, moment },
    (_kind, error) => faults.push(error),
  );
  expect(faults).toEqual([]);
  const decisions = {
    attestationOf: () => undefined,
    providerUntil: () => undefined,
    exceptionOf: () => undefined,
  };
  return systems.map((system) =>
    snapshotOf(
      assessSystem(system, { profile, gathered, decisions, moment }),
      { catalogue: '', sharedHosts: new Set() },
      1_000,
    ),
  );
}

const word = fc.record({
  kind: fc.constantFrom('posture' as const, 'inventory' as const),
  agentId: fc.nat({ max: SPEAKING - 1 }).map((index) => HOSTS[index] ?? ''),
  check: fc.nat({ max: CHECKS.length - 1 }),
  result: fc.constantFrom<CheckWord['result'][]>(
    'pass',
    'fail',
    'excepted',
    'not-assessed',
    'not-applicable',
    'removed',
  ),
  untilMs: fc.nat({ max: 20 }).map((days) => AT_MS + days * DAY_MS),
  // A clock that is ahead, and records that come late.
  skewMs: fc.constantFrom(0, 0, 0, -DAY_MS, -50 * DAY_MS, 2 * DAY_MS),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('tell' as const), words: fc.array(word, { minLength: 1, maxLength: 6 }) }),
  fc.record({
    do: fc.constant('pass' as const),
    ms: fc.constantFrom(0, 3_600_000, DAY_MS, 5 * DAY_MS, 16 * DAY_MS, 40 * DAY_MS),
  }),
);

it('an assessment with what was kept says what one says that reads everything', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      const model = new Model();
      const kept = sourcesOver(model);
      const seen = new Map<string, number>();
      let nowMs = AT_MS;
      for (const one of steps) {
        // Of one moment nothing more is heard.
        nowMs += 1;
        if (one.do === 'pass') nowMs += one.ms;
        else {
          model.tell(one, nowMs);
          for (const { agentId } of one.words) seen.set(agentId, nowMs);
        }
        expect(await assessed(kept, nowMs, seen)).toEqual(await assessed(sourcesOver(model), nowMs, seen));
      }
    }),
    { numRuns: 60 },
  );
});
