/**
 * The engine against public rules and labelled events. The corpus is not part of the project: without it
 * (VONGGAC_CORPUS, default ../shared/corpus beside the project) these tests report themselves skipped.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { compile, formatError, matchNaive, parseRules } from '../../rules/sigma/index.ts';
import type { Engine, LogSource, ParsedRules } from '../../rules/sigma/index.ts';

const root = resolve(
  process.env.VONGGAC_CORPUS ?? join(import.meta.dirname, '../../../shared/corpus'),
  'sigma',
);
const missing = !existsSync(root);

type Fields = Record<string, unknown>;

function lines<T>(name: string): T[] {
  const bytes = readFileSync(join(root, name));
  const text = (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

function json(name: string): unknown {
  return JSON.parse(readFileSync(join(root, name), 'utf8'));
}

function ids(engine: Engine, event: Fields, logsource?: LogSource | LogSource[]): string[] {
  return engine.match(event, logsource).map(({ rule }) => rule.id);
}

/** Placeholder rules and others with `expand`: each name gets a value, so that the rule loads. */
function placeholdersIn(texts: readonly string[]): Record<string, string> {
  const names = texts.flatMap((text) => [...text.matchAll(/%([^%\s\\]+)%/g)].map((found) => found[1] ?? ''));
  return Object.fromEntries(names.map((name) => [name, `value-of-${name}`]));
}

describe.skipIf(missing)('public corpus', () => {
  const texts: string[] = [];
  let parsed: ParsedRules[] = [];
  let engine: Engine;

  beforeAll(() => {
    const files = readdirSync(join(root, 'rules'), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    texts.push(...files.map((file) => readFileSync(file, 'utf8')));
    parsed = files.map((file, index) => parseRules(texts[index] ?? '', { source: relative(root, file) }));
    engine = compile(parsed);
  });

  test('every rule loads, but for those that need their table of placeholders', () => {
    expect(engine.rules.length + engine.errors.length).toBe(parsed.length);
    const reasons = engine.errors.map(formatError);
    expect(
      reasons.filter((reason) => !/:\d+:\d+: the placeholder %[^%]+% has no values/.test(reason)),
    ).toEqual([]);
    expect(engine.errors.length).toBeLessThan(30);
  });

  test('with their placeholders, all of them load', () => {
    const complete = compile(parsed, { placeholders: placeholdersIn(texts) });
    expect(complete.errors).toEqual([]);
    expect(complete.rules).toHaveLength(parsed.length);
  });

  test('regression events raise their rule', () => {
    type Case = { rule_id: string; rule_path: string; logsource: LogSource; events: Fields[] };
    const wrong = lines<Case>('regression.jsonl').filter(
      ({ rule_id, logsource, events }) =>
        !events.some((event) => ids(engine, event, logsource).includes(rule_id)),
    );
    expect(wrong.map(({ rule_path }) => rule_path)).toEqual([]);
  });

  test('cases of other engines', () => {
    type Case = { source: string; case: string; rule_yaml: string; event: Fields; expected: boolean };
    const wrong = lines<Case>('peer-unit.jsonl').filter(({ rule_yaml, event, expected }) => {
      const peer = compile([parseRules(rule_yaml, { source: 'peer' })]);
      return ids(peer, event).length > 0 !== expected || matchNaive(peer, event).length > 0 !== expected;
    });
    expect(wrong.map((peer) => `${peer.source} ${peer.case}`)).toEqual([]);
  });

  test('pitfalls of detection', () => {
    type Case = { case: string; detection: unknown; event: Fields; expected: boolean };
    const wrong = (json('pitfalls-detection.json') as Case[]).filter(({ detection, event, expected }) => {
      const one = compile([parseRules(JSON.stringify({ title: 't', detection }), { source: 'pitfall' })]);
      return ids(one, event).length > 0 !== expected || matchNaive(one, event).length > 0 !== expected;
    });
    expect(wrong).toEqual([]);
  });

  test('pitfalls of correlation', () => {
    type Case = {
      case: string;
      rules_yaml: string;
      events: [number, Fields][];
      first_fire_index: number | null;
    };
    const wrong = (json('pitfalls-correlation.json') as Case[]).filter(
      ({ rules_yaml, events, first_fire_index }) => {
        const one = compile([parseRules(rules_yaml, { source: 'pitfall' })]);
        const correlator = one.correlator();
        const first = events.findIndex(([seconds, event]) =>
          one.match(event).some((match) => correlator.push(match, event, seconds * 1000).length > 0),
        );
        return (first === -1 ? null : first) !== first_fire_index;
      },
    );
    expect(wrong).toEqual([]);
  });

  test('synthetic events, each against its rule alone', { timeout: 60_000 }, () => {
    type Case = { rule_id: string; kind: string; event: Fields; expected: boolean };
    const files = new Map(
      parsed.flatMap((file) => file.rules.map((rule): [string, ParsedRules] => [rule.info.id, file])),
    );
    const engines = new Map<string, Engine>();
    const wrong: string[] = [];
    let judged = 0;
    for (const { rule_id, kind, event, expected } of lines<Case>('synthetic.jsonl.gz')) {
      const file = files.get(rule_id);
      // One rule of the set lies outside the folders of the corpus.
      if (file === undefined) continue;
      const one = engines.get(rule_id) ?? compile([file]);
      engines.set(rule_id, one);
      judged += 1;
      if (ids(one, event).length > 0 !== expected) wrong.push(`${rule_id} ${kind}`);
    }
    expect(wrong).toEqual([]);
    expect(judged).toBeGreaterThan(35_000);
  });

  test('real Windows events raise exactly their rules', { timeout: 60_000 }, () => {
    type Case = { event: Fields; logsources: string[]; expected_rule_ids: string[] };
    const cases = lines<Case>('windows-labelled.jsonl.gz');
    const scope = new Set(
      engine.rules.filter(({ source }) => !source.startsWith('rules/placeholder')).map(({ id }) => id),
    );
    const wrong: unknown[] = [];
    for (const { event, logsources, expected_rule_ids } of cases) {
      const got = ids(engine, process4688(event), logsources.map(readLogSource)).filter((id) =>
        scope.has(id),
      );
      if (got.toSorted().join() !== expected_rule_ids.toSorted().join())
        wrong.push({ event, got, expected_rule_ids });
    }
    expect(wrong).toEqual([]);
    expect(cases.length).toBeGreaterThan(16_000);
  });
});

/** `product/category/service`, `-` where absent. */
function readLogSource(text: string): LogSource {
  const [product, category, service] = text.split('/').map((part) => (part === '-' ? undefined : part));
  return { product, category, service };
}

/** The labels take a process creation of the Security channel under the names that rules use. */
function process4688(event: Fields): Fields {
  if (String(event.EventID) !== '4688') return event;
  return {
    ...event,
    Image: event.Image ?? event.NewProcessName,
    ParentImage: event.ParentImage ?? event.ParentProcessName,
  };
}
