/**
 * Whatever agents read, drop, send, tell and lose, in whatever order the collector hears of it: the ledger balances at
 * any moment, and what was lost without a name is named by the ledger, to the record.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Registry } from '../../../collector/registry/database.ts';
import { migratedMemory } from '../../unit/registry/migrated-memory.ts';
import { applyCount, readLedgerCursor } from '../../../collector/registry/ledger-count.ts';
import { recordAccounts } from '../../../collector/registry/ledger-told.ts';
import { unsettledCells, type UnsettledCell } from '../../../collector/registry/ledger-unsettled.ts';
import { recordLoss } from '../../../collector/registry/loss-book.ts';
import type { RowTally } from '../../../collector/store/store.ts';
import { LANE, ModelAgent, type Delivery } from './model-agent.ts';

const START_HOUR = 490_000;
const CHANNELS = ['log/sshd', 'integrity', 'inventory'];
const RUNS = Number(process.env['VONGGAC_PROPERTY_RUNS'] ?? 60);

type Step =
  | { kind: 'read'; agent: number; channel: number; count: number; limited: number }
  | { kind: 'drop'; agent: number; count: number }
  | { kind: 'store'; agent: number; count: number; spoil: number }
  | { kind: 'count' }
  | { kind: 'tell'; agent: number }
  | { kind: 'hour' }
  | { kind: 'image'; agent: number }
  | { kind: 'revert'; agent: number; count: number }
  | { kind: 'reset'; agent: number; known: boolean };

const agent = fc.integer({ min: 0, max: 1 });
const few = fc.integer({ min: 1, max: 12 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('read' as const),
        agent,
        channel: fc.integer({ min: 0, max: 2 }),
        count: few,
        limited: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, few),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('drop' as const), agent, count: few }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('store' as const),
        agent,
        count: few,
        spoil: fc.integer({ min: 2, max: 20 }),
      }),
    },
    { weight: 4, arbitrary: fc.constant({ kind: 'count' as const }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('tell' as const), agent }) },
    { weight: 1, arbitrary: fc.constant({ kind: 'hour' as const }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('image' as const), agent }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('revert' as const), agent, count: few }) },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('reset' as const), agent, known: fc.boolean() }),
    },
  ),
  { minLength: 5, maxLength: 60 },
);

class World {
  readonly agents = [new ModelAgent('a'), new ModelAgent('b')];
  readonly registry: Registry;
  #hour = START_HOUR;
  #batch = 0;
  #tallies: { batch: number; tally: RowTally }[] = [];
  #resets: { agent_id: string; epoch: string; hour: number; lost: number | null }[] = [];
  #ms = START_HOUR * 3_600_000;

  private constructor(registry: Registry) {
    this.registry = registry;
  }

  static async open(): Promise<World> {
    return new World(await migratedMemory(Date.now));
  }

  agent(index: number): ModelAgent {
    const found = this.agents[index];
    if (found === undefined) throw new RangeError(`no agent ${index}`);
    return found;
  }

  #now(): number {
    this.#ms += 1;
    return Math.max(this.#ms, this.#hour * 3_600_000);
  }

  async do(step: Step): Promise<void> {
    switch (step.kind) {
      case 'read':
        return this.agent(step.agent).produce(
          this.#hour,
          CHANNELS[step.channel] ?? '',
          step.count,
          step.limited,
        );
      case 'drop':
        return this.agent(step.agent).drop(step.count);
      case 'store': {
        const model = this.agent(step.agent);
        return this.store(
          model,
          model.deliver(step.count, (seq) => seq % step.spoil === 0),
        );
      }
      case 'count':
        return this.count();
      case 'tell':
        return this.tell(this.agent(step.agent));
      case 'hour':
        this.#hour += 1;
        return;
      case 'image':
        // Told first, as what was counted after it and never told is nobody's.
        await this.tell(this.agent(step.agent));
        return this.agent(step.agent).snapshot();
      case 'revert': {
        const model = this.agent(step.agent);
        await this.tell(model);
        return model.revert((other) => other.produce(this.#hour, 'log/sshd', step.count, 0));
      }
      case 'reset': {
        const model = this.agent(step.agent);
        await this.tell(model);
        const { epoch, lost } = model.reset(step.known);
        this.#resets.push({ agent_id: model.agentId, epoch, hour: this.#hour, lost });
        // The agent's own word of it is the first thing it reads.
        return model.produce(this.#hour, 'agent', 1, 0);
      }
    }
  }

  async store(model: ModelAgent, { rows, losses }: Delivery): Promise<void> {
    const place = { agentId: model.agentId, epoch: model.epoch, lane: LANE };
    for (const { fromSeq, toSeq, reason } of losses) {
      await recordLoss(this.registry.db, {
        agent_id: place.agentId,
        epoch: place.epoch,
        lane: LANE,
        from_seq: fromSeq,
        to_seq: toSeq,
        reason,
        recorded_ms: this.#now(),
      });
    }
    if (rows.length === 0) return;
    this.#batch += 1;
    for (const { seq, ...row } of rows) {
      this.#tallies.push({
        batch: this.#batch,
        tally: { ...place, ...row, rows: 1, seqMin: seq, seqMax: seq },
      });
    }
  }

  async count(): Promise<void> {
    const { db } = this.registry;
    const afterBatch = await readLedgerCursor(db);
    if (afterBatch === this.#batch) return;
    const tallies = this.#tallies.filter(({ batch }) => batch > afterBatch).map(({ tally }) => tally);
    const step = { afterBatch, toBatch: this.#batch, tallies, resets: this.#resets, nowMs: this.#now() };
    await applyCount(db, step);
  }

  async tell(model: ModelAgent): Promise<void> {
    const account = model.account();
    if (account !== undefined) await recordAccounts(this.registry.db, [account], this.#now());
  }

  async settle(): Promise<void> {
    for (const model of this.agents) {
      await this.store(
        model,
        model.deliver(Infinity, () => false),
      );
      await this.tell(model);
    }
    await this.count();
  }

  async unsettled(): Promise<UnsettledCell[]> {
    const cells: UnsettledCell[] = [];
    for await (const lane of unsettledCells(this.registry.db)) cells.push(...lane);
    return cells;
  }

  async gaps(): Promise<number> {
    const rows = await this.registry.db.selectFrom('ledger_gap').select('missing').execute();
    return rows.reduce((sum, { missing }) => sum + missing, 0);
  }
}

async function inWorld(work: (world: World) => Promise<void>): Promise<void> {
  const world = await World.open();
  try {
    await work(world);
  } finally {
    await world.registry.close();
  }
}

test('the ledger balances after every step, and nothing waits once all has come', async () => {
  await fc.assert(
    fc.asyncProperty(steps, (given) =>
      inWorld(async (world) => {
        for (const step of given) {
          await world.do(step);
          expect((await world.unsettled()).filter(({ missing }) => missing !== 0)).toEqual([]);
        }
        await world.settle();
        expect(await world.gaps()).toBe(0);
        for (const cell of await world.unsettled()) {
          expect(cell).toMatchObject({ waiting: 0, untold: 0, missing: 0 });
        }
      }),
    ),
    { numRuns: RUNS },
  );
});

test('records that vanish on the way are missing in the ledger, each of them', async () => {
  const harmless = steps.map((list) =>
    list.filter(({ kind }) => kind !== 'reset' && kind !== 'revert' && kind !== 'drop'),
  );
  await fc.assert(
    fc.asyncProperty(harmless, fc.integer({ min: 1, max: 5 }), (given, vanish) =>
      inWorld(async (world) => {
        for (const step of given) await world.do(step);
        const model = world.agent(0);
        model.produce(START_HOUR, 'log/sshd', 20, 0);
        const { rows, losses } = model.deliver(Infinity, () => false);
        await world.store(model, { rows: rows.toSpliced(0, vanish), losses });
        await world.settle();
        expect(await world.gaps()).toBe(vanish);
        const missing = (await world.unsettled()).reduce((sum, cell) => sum + cell.missing, 0);
        expect(missing).toBe(vanish);
      }),
    ),
    { numRuns: RUNS },
  );
});
