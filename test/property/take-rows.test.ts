/** Some agents' rows of a batch, in whatever order agents came and however the batch was cut: what they say is the same. */
import { tableFromIPC } from 'apache-arrow';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { ColumnCollector } from '../../collector/store/column-rows.ts';
import { ColumnShelf } from '../../collector/store/column-shelf.ts';
import { MessageBook } from '../../collector/store/message-book.ts';
import type { EventRow } from '../../collector/store/store.ts';
import { ShapedEvent } from '../../rules/sigma/index.ts';

const RUNS = Number(process.env['VONGGAC_PROPERTY_RUNS'] ?? 100);
const AGENTS = ['a', 'b', 'c'];

const text = fc.string({ unit: 'grapheme', maxLength: 12 }).map((value) => value.toWellFormed());

const rows: fc.Arbitrary<EventRow[]> = fc
  .array(
    fc.record({
      agentId: fc.constantFrom(...AGENTS),
      fields: fc.dictionary(text, text, { maxKeys: 4 }),
      message: text,
      action: text,
      logsources: fc.array(fc.record({ product: text }), { maxLength: 2 }),
      hits: fc.array(fc.record({ ruleId: text, fields: fc.dictionary(text, text, { maxKeys: 2 }) }), {
        maxLength: 2,
      }),
      timeMs: fc.integer({ min: -1e12, max: 2e12 }),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((list) =>
    list.map(({ agentId, hits, timeMs, message, fields, action, logsources }, at) => ({
      agentId,
      epoch: 'e',
      lane: 1,
      seq: at + 1,
      hostname: `host-${agentId}`,
      agencyId: 7,
      channel: 'log/sshd',
      origin: '/var/log/auth.log',
      readHour: 490_000,
      hits,
      event: {
        timeMs,
        logsources,
        columns: { event_action: action },
        fields: ShapedEvent.from(fields),
        message,
        parsed: true,
      },
    })),
  );

/** What an insert of these rows says, cell by cell; numbers of rows are left out, since they are given anew. */
function said(set: {
  encode: (batch: number, receivedMs: number) => { chunks: readonly Uint8Array[] };
}): unknown {
  const table = tableFromIPC(Buffer.concat(set.encode(1, 2).chunks));
  return table.toArray().map((row) => {
    const cells: unknown = JSON.parse(
      JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
    );
    return { ...(cells as object), row: 0 };
  });
}

test('the rows of some agents say what they said among the others', () => {
  fc.assert(
    fc.property(rows, fc.subarray(AGENTS), fc.nat(), fc.nat(), (list, agents, one, other) => {
      const collect = (some: readonly EventRow[]): ReturnType<ColumnCollector['close']> => {
        const collector = new ColumnCollector(some.length, new ColumnShelf(new MessageBook()));
        for (const row of some) collector.add(row);
        return collector.close();
      };
      const [from = 0, to = 0] = [one % (list.length + 1), other % (list.length + 1)].toSorted(
        (a, b) => a - b,
      );
      const wanted = new Set(agents);
      const whole = collect(list);
      const part = whole.slice(from, to);
      const taken = part.of(wanted);
      const places = list.flatMap(({ agentId }, at) =>
        at >= from && at < to && wanted.has(agentId) ? [at] : [],
      );
      expect(taken.length).toBe(places.length);
      const all = said(whole) as unknown[];
      expect(said(taken)).toEqual(places.map((at) => all[at]));
      expect(places.map((_, at) => taken.nameAt(at).seq)).toEqual(places.map((at) => at + 1));
      expect(taken.hits.map(({ row, seq }) => [row, seq])).toEqual(
        places.flatMap((place, at) => ((list[place]?.hits.length ?? 0) > 0 ? [[at, place + 1]] : [])),
      );
      expect(taken.agentIds).toEqual(new Set(places.map((at) => list[at]?.agentId)));
      expect(taken.rejected(new Error('no')).length).toBe(places.length);
    }),
    { numRuns: RUNS },
  );
});

test('rows that another thread packed, added in whatever stretches and beside others, say what they say added one by one', () => {
  const cuts = fc.array(fc.record({ size: fc.integer({ min: 1, max: 8 }), isPacked: fc.boolean() }), {
    minLength: 1,
    maxLength: 8,
  });
  fc.assert(
    fc.property(rows, cuts, fc.integer({ min: 1, max: 5 }), (list, parts, frame) => {
      const whole = new ColumnCollector(list.length, new ColumnShelf(new MessageBook()));
      for (const row of list) whole.add(row);
      const collector = new ColumnCollector(1, new ColumnShelf(new MessageBook()));
      const elsewhere = new MessageBook();
      for (let from = 0, part = 0; from < list.length; part += 1) {
        const { size = 1, isPacked = true } = parts[part % parts.length] ?? {};
        const some = list.slice(from, from + size);
        if (isPacked) {
          const other = new ColumnCollector(some.length, new ColumnShelf(elsewhere));
          for (const row of some) other.add(row);
          const packed = other.pack();
          const pack = structuredClone(packed, { transfer: [packed.columns.buffer] });
          for (let at = 0; at < some.length; at += frame)
            collector.addPacked({ pack, from: at, length: Math.min(frame, some.length - at) });
        } else for (const row of some) collector.add(row);
        from += some.length;
        expect(collector.length).toBe(from);
      }
      const [direct, made] = [whole.close(), collector.close()];
      expect(withoutPatterns(said(made))).toEqual(withoutPatterns(said(direct)));
      expect(made.digest()).toBe(direct.digest());
      expect(made.hits).toEqual(direct.hits);
    }),
    { numRuns: RUNS },
  );
});

test('rows in columns that others had before say what they say in new ones', () => {
  fc.assert(
    fc.property(fc.array(rows, { minLength: 2, maxLength: 5 }), fc.boolean(), (lists, isPacked) => {
      const shelf = new ColumnShelf(new MessageBook());
      for (const list of lists) {
        const [used, fresh] = [shelf, new ColumnShelf(new MessageBook())].map((columns) => {
          const collector = new ColumnCollector(1, columns);
          for (const row of list) collector.add(row);
          if (!isPacked) return collector.close();
          const other = new ColumnCollector(1, new ColumnShelf(new MessageBook()));
          other.addPacked({ pack: collector.pack(), from: 0, length: list.length });
          return other.close();
        });
        expect(withoutPatterns(said(used ?? fail()))).toEqual(withoutPatterns(said(fresh ?? fail())));
        expect(used?.digest()).toBe(fresh?.digest());
        expect(used?.hits).toEqual(fresh?.hits);
        used?.release();
        used?.release();
        expect(() => used?.encode(1, 2)).toThrow('these rows were released');
      }
    }),
    { numRuns: RUNS },
  );
});

test('a part of rows keeps what it says until the whole is released, and releases nothing itself', () => {
  const shelf = new ColumnShelf(new MessageBook());
  const collector = new ColumnCollector(1, shelf);
  for (const row of fc.sample(rows, 1)[0] ?? fail()) collector.add(row);
  const whole = collector.close();
  const part = whole.slice(0, 1);
  const before = said(part);
  part.release();
  new ColumnCollector(1, shelf).add(fc.sample(rows, 1)[0]?.[0] ?? fail());
  expect(said(part)).toEqual(before);
});

function fail(): never {
  throw new Error('there is no such thing');
}

/** Which pattern a message is stored by depends on the messages before it in its thread. */
function withoutPatterns(said: unknown): unknown[] {
  if (!Array.isArray(said)) throw new TypeError('rows are a list');
  return said.map((row: object) => ({ ...row, message_pattern: '', message_text: '' }));
}
