/** The correlator against its definition (correlation-model.ts). `VONGGAC_PROPERTY_RUNS` cases in all, 10,000 by default. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { compile, parseRules } from '../../../rules/sigma/index.ts';
import type { CorrelationHit, Correlator, CorrelatorOptions, Engine } from '../../../rules/sigma/index.ts';
import { compileCorrelations } from '../../../rules/sigma/correlation/compile.ts';
import { Frame, Work } from '../../../rules/sigma/correlation/frame.ts';
import { Group } from '../../../rules/sigma/correlation/group.ts';
import { RefTable } from '../../../rules/sigma/correlation/ref-table.ts';
import { propertySeed } from '../../support/property-seed.ts';
import { ABSENCES, absenceHits, KINDS, Model } from './correlation-model.ts';
import type { Kind, ModelHit, Pushed } from './correlation-model.ts';

const RUNS = Number(process.env.VONGGAC_PROPERTY_RUNS ?? 10_000);
/** Some cases of all; a failure says its seed, and so does every run. */
function cases(share: number): { numRuns: number; seed: number } {
  const seed = propertySeed() ?? (Date.now() ^ (Math.random() * 0x1_0000_0000)) | 0;
  process.stdout.write(`correlation property: seed ${String(seed)}\n`);
  return { numRuns: Math.max(1, Math.round(RUNS * share)), seed };
}
const timeout = 300_000;

const engines = new Map<string, Engine>();

function parsedOf(correlations: string): ReturnType<typeof parseRules> {
  const base = ['a', 'b', 'c'].map(
    (id) => `title: ${id}\nid: ${id}\ndetection: {s: {k: ${id}}, condition: s}\n`,
  );
  return parseRules([...base, correlations].join('---\n'), { source: 'x' });
}

/** Compiled once for each text of correlations over the rules a, b and c. */
function engineOf(correlations: string): Engine {
  const known = engines.get(correlations);
  if (known !== undefined) return known;
  const engine = compile([parsedOf(correlations)]);
  expect(engine.errors).toEqual([]);
  engines.set(correlations, engine);
  return engine;
}

type Shape = Pick<Kind, 'type' | 'condition'> & { rules?: readonly string[] };

function textOf({ type, condition, rules = ['a', 'b', 'c'] }: Shape): string {
  // An expression must name all that it lists.
  const words = condition.split(/[^a-z]+/);
  const listed = condition.startsWith('{') ? rules : rules.filter((rule) => words.includes(rule));
  return `title: K\nid: k\ncorrelation:\n  type: ${type}\n  rules: [${listed.join(', ')}]\n  group-by: [user]\n  timespan: 10s\n  condition: ${condition}\n`;
}

function engineFor(shape: Shape): Engine {
  return engineOf(textOf(shape));
}

const pushed: fc.Arbitrary<Pushed> = fc.record({
  rule: fc.constantFrom('a', 'b', 'c'),
  user: fc.constantFrom('x', 'y'),
  host: fc.constantFrom('h', 'i'),
  value: fc.option(fc.integer({ min: 0, max: 4 }), { nil: undefined }),
  // Whole and half seconds, so that equal times and exact spans occur.
  timeMs: fc.integer({ min: 0, max: 80 }).map((halves) => halves * 500),
});
/** Long enough that windows of more than a few entries, which keep a sum of their own, grow and shrink. */
const stream = fc
  .oneof(
    { weight: 3, arbitrary: fc.array(pushed, { maxLength: 40, size: 'max' }) },
    { weight: 1, arbitrary: fc.array(pushed, { minLength: 60, maxLength: 120, size: 'max' }) },
  )
  .map((list) => list.map((one, index): Pushed => ({ ...one, ref: `e/${String(index)}` })));
const kinds = fc.constantFrom(...KINDS);

function fieldsOf({ user, host, value }: Pushed): Record<string, unknown> {
  return value === undefined ? { user, host } : { user, host, value };
}

function push(correlator: Correlator, one: Pushed): CorrelationHit[] {
  return correlator.push({ rule: { id: one.rule } }, fieldsOf(one), one.timeMs, one.ref);
}

function errorOf(run: () => unknown): unknown {
  try {
    run();
    return undefined;
  } catch (error) {
    return error;
  }
}

const inTime = (list: readonly Pushed[]): Pushed[] =>
  list.toSorted((left, right) => left.timeMs - right.timeMs);

/** What a hit says, in the form of the model. */
function told({ group, timeMs, firstMs, count, value, refs }: CorrelationHit): ModelHit {
  return { user: group.user ?? '', timeMs, firstMs, count, value, refs: [...refs] };
}

function sorted(hits: readonly ModelHit[]): ModelHit[] {
  return hits.toSorted((left, right) => left.timeMs - right.timeMs || (left.user < right.user ? -1 : 1));
}

test('in order: hits are exactly the beginnings of the stretches', { timeout }, () => {
  fc.assert(
    fc.property(kinds, stream, (kind, list) => {
      const correlator = engineFor(kind).correlator();
      const hits = inTime(list).flatMap((one) => push(correlator, one).map(told));
      const model = new Model(kind);
      for (const one of inTime(list)) model.add(one);
      expect(sorted(hits)).toEqual(sorted(model.settle()));
    }),
    cases(0.15),
  );
});

test(
  'in any order: each push gives the hits that are due by then, each stretch has one in the end',
  { timeout },
  () => {
    fc.assert(
      fc.property(kinds, stream, (kind, list) => {
        const correlator = engineFor(kind).correlator({ lateness: 100_000 });
        const model = new Model(kind);
        for (const one of list)
          expect(sorted(push(correlator, one).map(told))).toEqual(sorted(model.push(one)));
        for (const { entries } of model.stretches()) expect(entries.some(({ hit }) => hit)).toBe(true);
      }),
      cases(0.25),
    );
  },
);

test('a group that is put in order now and then gives the hits that are due by then', { timeout }, () => {
  const frames = KINDS.map((kind) => {
    const { rules, correlations } = parsedOf(textOf(kind));
    const infos = rules.map(({ info }) => info);
    const [correlation] = compileCorrelations(correlations, infos, []).correlations;
    if (correlation === undefined) throw new Error('rejected');
    const refs = new RefTable();
    return { kind, refs, frame: new Frame(correlation, 0, 10_000, refs, new Work(1)) };
  });
  fc.assert(
    fc.property(
      fc.constantFrom(...frames),
      stream,
      fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 120, maxLength: 120 }),
      ({ kind, refs, frame }, list, often) => {
        const group = new Group('x', frame);
        const model = new Model(kind);
        const settle = (): void => {
          const hits = group.settle().map((one) => ({ user: 'x', ...one, refs: [...one.refs] }));
          expect(hits).toEqual(sorted(model.settle()));
        };
        for (const [index, one] of list.entries()) {
          const rule = kind.rules.indexOf(one.rule);
          if (rule === -1 || (one.value === undefined && kind.type.startsWith('value_'))) continue;
          model.add({ ...one, user: 'x' });
          const value = frame.values?.take(String(one.value)) ?? one.value ?? 0;
          const head = refs.take(one.ref ?? '');
          group.add(one.timeMs, rule, value, head, refs.tail);
          if (often[index] === 0) settle();
        }
        settle();
        expect(group.sorted).toBe(group.log.size);
      },
    ),
    cases(0.1),
  );
});

test(
  'in any order: what more events cannot undo fires in the same stretches as in order',
  { timeout },
  () => {
    const monotone = KINDS.filter(
      ({ type, condition }) =>
        !/_(avg|percentile|median|ordered)$/.test(type) &&
        /^\{(field: value, )?gt/.test(condition) &&
        !condition.includes('lt'),
    );
    fc.assert(
      fc.property(fc.constantFrom(...monotone), stream, (kind, list) => {
        const correlator = engineFor(kind).correlator({ lateness: 100_000 });
        const hits = list.flatMap((one) => push(correlator, one));
        const model = new Model(kind);
        for (const one of inTime(list)) model.add(one);
        const stretches = model.stretches().map(({ user, entries }) => ({
          user,
          from: entries[0]?.timeMs ?? 0,
          to: entries.at(-1)?.timeMs ?? 0,
        }));
        const inside = (hit: CorrelationHit, { user, from, to }: (typeof stretches)[number]): boolean =>
          hit.group.user === user && hit.timeMs >= from && hit.timeMs <= to;
        for (const stretch of stretches) expect(hits.some((hit) => inside(hit, stretch))).toBe(true);
        for (const hit of hits) expect(stretches.some((stretch) => inside(hit, stretch))).toBe(true);
      }),
      cases(0.1),
    );
  },
);

test(
  'out of order within a lateness that forgets: the same as if nothing were forgotten',
  { timeout },
  () => {
    const late = fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 120, maxLength: 120 });
    fc.assert(
      fc.property(kinds, stream, late, (kind, list, halves) => {
        const options = { lateness: 6_000 };
        const correlator = engineFor(kind).correlator(options);
        const model = new Model(kind);
        // In order but for a delay of up to the lateness.
        const arriving = inTime(list)
          .map((one, index) => ({ one, at: one.timeMs + (halves[index] ?? 0) * 500 }))
          .toSorted((left, right) => left.at - right.at);
        for (const { one } of arriving)
          expect(sorted(push(correlator, one).map(told))).toEqual(sorted(model.push(one)));
        expect(correlator.stats().late).toBe(0);
      }),
      cases(0.1),
    );
  },
);

test('chains: an outer correlation sees the hits of the inner one as they come', { timeout }, () => {
  const inner = KINDS[0];
  const outer = KINDS.find(({ type, condition }) => type === 'temporal_ordered' && condition === '{gte: 2}');
  if (inner === undefined || outer === undefined) throw new Error('kinds are missing');
  const engine = engineOf(
    'title: I\nid: i\ncorrelation: {type: event_count, rules: [a, b], group-by: [user, host], timespan: 10s, condition: {gte: 3}}\n' +
      '---\ntitle: O\nid: o\ncorrelation: {type: temporal_ordered, rules: [i, c], group-by: [user], timespan: 10s}\n',
  );
  fc.assert(
    fc.property(stream, (list) => {
      const correlator = engine.correlator({ lateness: 100_000 });
      const below = new Model(inner, ({ user, host }) => `${user} ${host}`);
      const above = new Model({
        ...outer,
        rules: ['i', 'c'],
        value: (window) => {
          const first = window.findIndex(({ rule }) => rule === 'i');
          return first === -1 ? 0 : window.slice(first).some(({ rule }) => rule === 'c') ? 2 : 1;
        },
      });
      for (const one of list) {
        const want = below
          .push(one)
          .flatMap(({ user, timeMs }) => above.push({ rule: 'i', user, host: '', value: undefined, timeMs }));
        want.push(...above.push(one));
        expect(sorted(push(correlator, one).map(told))).toEqual(sorted(want));
      }
    }),
    cases(0.1),
  );
});

test('absence: the same hits in any order, exactly those of the definition', { timeout }, () => {
  fc.assert(
    fc.property(fc.constantFrom(...ABSENCES), stream, fc.integer({ min: 1, max: 5 }), (kind, list, step) => {
      const correlator = engineFor(kind).correlator({ lateness: 100_000 });
      correlator.advance(0);
      const hits: CorrelationHit[] = [];
      const rules: readonly string[] = kind.condition.match(/\b[abc]\b/g) ?? [];
      const seen = list.filter(({ rule }) => rules.includes(rule));
      for (const [index, one] of list.entries()) {
        hits.push(...push(correlator, one));
        if (index % step === 0) hits.push(...correlator.advance(index * 800));
      }
      hits.push(...correlator.advance(1_000_000));
      expect(correlator.stats()).toMatchObject({ late: 0, groups: 0, entries: 0 });
      const unordered = ({ refs, ...rest }: ModelHit): ModelHit => ({ ...rest, refs: refs.toSorted() });
      expect(sorted(hits.map(told)).map(unordered)).toEqual(sorted(absenceHits(kind, seen)).map(unordered));
    }),
    cases(0.1),
  );
});

test('a snapshot taken anywhere changes nothing', { timeout }, () => {
  const all = [...KINDS, ...ABSENCES];
  fc.assert(
    fc.property(fc.constantFrom(...all), stream, fc.nat(120), (kind, list, cut) => {
      const engine = engineFor(kind);
      const options: CorrelatorOptions = { lateness: 20_000, entriesMax: 8, groupsMax: 2 };
      const [through, before, after] = [
        engine.correlator(options),
        engine.correlator(options),
        engine.correlator(options),
      ];
      for (const one of list.slice(0, cut)) expect(push(before, one)).toEqual(push(through, one));
      after.restore(JSON.parse(JSON.stringify(before.snapshot())));
      expect(after.snapshot()).toEqual(before.snapshot());
      for (const one of list.slice(cut)) expect(push(after, one)).toEqual(push(through, one));
      const { steps: _stepsAfter, ...restAfter } = after.stats();
      const { steps: _stepsThrough, ...restThrough } = through.stats();
      expect(restAfter).toEqual(restThrough);
      expect(after.advance(200_000)).toEqual(through.advance(200_000));
    }),
    cases(0.1),
  );
});

test('what a full group has let go is forgotten with and without a snapshot', () => {
  const kind = ABSENCES.find(({ condition }) => condition === 'a and not (b and c)');
  if (kind === undefined) throw new Error('the kind is missing');
  const at = (rule: string, timeMs: number, n: number): Parameters<typeof push>[1] => ({
    rule,
    user: 'x',
    host: 'h',
    value: undefined,
    timeMs,
    ref: `e/${n}`,
  });
  const list = [
    at('b', 0, 0),
    at('a', 500, 1),
    at('c', 0, 2),
    ...[3, 4, 5, 6].map((n) => at('a', 0, n)),
    ...[7, 8].map((n) => at('a', 30_500, n)),
  ];
  const engine = engineFor(kind);
  const options: CorrelatorOptions = { lateness: 20_000, entriesMax: 8, groupsMax: 2 };
  const [through, after] = [engine.correlator(options), engine.correlator(options)];
  for (const one of list) push(through, one);
  after.restore(JSON.parse(JSON.stringify(through.snapshot())));
  expect(after.advance(200_000)).toEqual(through.advance(200_000));
});

test('state never exceeds its bounds, whatever is pushed', { timeout }, () => {
  fc.assert(
    fc.property(fc.constantFrom(...KINDS, ...ABSENCES), stream, (kind, list) => {
      const correlator = engineFor(kind).correlator({ entriesMax: 7, groupsMax: 1, lateness: 5000 });
      for (const one of list) {
        push(correlator, one);
        const { groups, entries } = correlator.stats();
        expect(groups).toBeLessThanOrEqual(1);
        // An absence may have an eighth and a few more waiting to be put in order.
        expect(entries).toBeLessThanOrEqual('required' in kind ? 7 + 17 : 7);
      }
      expect(correlator.stats().pushed).toBe(list.length);
    }),
    cases(0.05),
  );
});

test(
  'a snapshot that was tampered with restores or is refused with a TypeError, and then changes nothing',
  { timeout },
  () => {
    const places = (value: unknown, path: readonly (string | number)[] = []): (string | number)[][] =>
      typeof value === 'object' && value !== null
        ? [[...path], ...Object.entries(value).flatMap(([name, inner]) => places(inner, [...path, name]))]
        : [[...path]];
    const junk = fc.constantFrom<unknown>(
      null,
      -1,
      0.5,
      1e300,
      3,
      '',
      'x',
      '3:',
      [],
      {},
      [null],
      true,
      undefined,
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...KINDS, ...ABSENCES),
        stream,
        fc.nat(),
        junk,
        (kind, list, where, value) => {
          const engine = engineFor(kind);
          const source = engine.correlator();
          for (const one of list) push(source, one);
          const snapshot: unknown = JSON.parse(JSON.stringify(source.snapshot()));
          const all = places(snapshot).slice(1);
          const path = all[where % all.length] ?? [];
          let holder = snapshot as Record<string, unknown>;
          for (const name of path.slice(0, -1)) holder = holder[name] as Record<string, unknown>;
          holder[path.at(-1) ?? ''] = value;
          const target = engine.correlator();
          for (const one of list.slice(0, 3)) push(target, one);
          const kept = target.snapshot();
          const error = errorOf(() => target.restore(snapshot));
          expect(error === undefined || error instanceof TypeError).toBe(true);
          expect(error === undefined ? kept : target.snapshot()).toEqual(kept);
          // Whatever was let in is state like any other.
          for (const one of list) expect(() => push(target, one)).not.toThrow();
          target.advance(1_000_000);
          expect(() => target.restore(target.snapshot())).not.toThrow();
        },
      ),
      cases(0.05),
    );
  },
);
