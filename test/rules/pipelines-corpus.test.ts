/**
 * The built-in pipelines against public rules and real Windows events: every event is routed by what it says itself
 * (channel, event id), never by the log source that the corpus labels it with. Skipped where the corpus is absent.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { load } from 'js-yaml';
import { beforeAll, describe, expect, test } from 'vitest';
import { builtInPipelines } from '../../rules/pipelines/index.ts';
import { compile, createRouter, parseRules } from '../../rules/sigma/index.ts';
import type { Engine, EventInput, LogSource, Router } from '../../rules/sigma/index.ts';
import { CORPUS, eventOf, view } from './pack.ts';

const SIGMA = path.join(CORPUS, 'sigma');
const XML = path.join(CORPUS, 'evtx-xml');
type Fields = Record<string, unknown>;

function lines<T>(name: string): T[] {
  const bytes = readFileSync(path.join(SIGMA, name));
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes)
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T);
}

const show = ({ product = '-', category = '-', service = '-' }: LogSource): string =>
  `${product}/${category}/${service}`;

/** The names that the event log's own `System` gives; attributes are joined to their element by `_`. */
const SYSTEM =
  /^(?:Provider|TimeCreated|Execution|Security|Correlation|EventID|Version|Level|Task|Opcode|Keywords|EventRecordID|Channel|Computer)(?:_|$)/;

/** The flat event as the event log's JSON has it: a tree with attributes apart. */
function nest(event: Fields): Fields {
  const system: Fields = {};
  const data: Fields = {};
  for (const [name, value] of Object.entries(event)) {
    const [element = '', attribute] = SYSTEM.test(name) ? name.split('_', 2) : [''];
    if (element === '') data[name] = value;
    else if (attribute === undefined) system[element] = value;
    else {
      const known = system[element] as { '#attributes'?: Fields } | null | undefined;
      system[element] = { ...known, '#attributes': { ...known?.['#attributes'], [attribute]: value } };
    }
  }
  return {
    Event: {
      '#attributes': { xmlns: 'http://schemas.microsoft.com/win/2004/08/events/event' },
      System: system,
      EventData: data,
    },
  };
}

/** As winlogbeat sends it: names of the event log under `winlog`. */
function beat(event: Fields): Fields {
  const data = Object.fromEntries(Object.entries(event).filter(([name]) => !SYSTEM.test(name)));
  return {
    '@timestamp': '2025-01-01T00:00:00.000Z',
    event: { code: String(event['EventID']) },
    winlog: {
      channel: event['Channel'],
      event_id: String(event['EventID']),
      provider_name: event['Provider_Name'],
      computer_name: event['Computer'],
      event_data: data,
    },
  };
}

interface ThorEntry {
  product?: string;
  category?: string;
  service?: string;
  sources?: string[];
  conditions?: { EventID: number | number[]; EventType?: string };
  rewrite?: { service: string };
}

describe.skipIf(!existsSync(SIGMA))('built-in pipelines over the public corpus', () => {
  let engine: Engine;
  let router: Router;

  beforeAll(() => {
    const files = readdirSync(path.join(SIGMA, 'rules'), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.ya?ml$/.test(name))
      .sort();
    const pipelines = builtInPipelines();
    engine = compile(
      files.map((name) =>
        parseRules(readFileSync(path.join(SIGMA, 'rules', name), 'utf8'), { source: name }),
      ),
      { pipelines },
    );
    router = createRouter(pipelines);
  });

  const ids = (raw: EventInput): string[] => {
    const { event, logsources } = router.prepare(raw);
    return engine.match(event, logsources).map(({ rule }) => rule.id);
  };

  test('every file of Windows event XML raises its rule, by way of the normaliser', () => {
    const files = readdirSync(XML);
    const silent = files.filter((file) => {
      const texts = readFileSync(path.join(XML, file), 'utf8').match(/<Event[ >][\s\S]*?<\/Event>/g) ?? [];
      return !texts.some((text) => {
        const record = { kind: 'log', at: Date.UTC(2025, 0, 1), channel: 'windows-xml', origin: file, text };
        const event = eventOf(record, Date.UTC(2027, 0, 1));
        const raised = engine.match(view(event), event.logsources).map(({ rule }) => rule.id);
        return raised.includes(file.replace('.xml', ''));
      });
    });
    expect(silent).toEqual([]);
    expect(files).toHaveLength(107);
  });

  test.each([
    ['flat', (event: Fields) => event],
    ['as the tree of the event log', nest],
    ['as winlogbeat sends it', beat],
  ])('regression events raise their rule, %s', (_form, shape) => {
    type Case = { rule_id: string; events: Fields[] };
    const cases = lines<Case>('regression.jsonl');
    const silent = cases.filter(
      ({ rule_id, events }) => !events.some((event) => ids(shape(event)).includes(rule_id)),
    );
    expect(silent.map(({ rule_id }) => rule_id)).toEqual([]);
    expect(cases).toHaveLength(107);
  });

  test('the tree of the event log becomes the very record that the corpus made of it', () => {
    type Case = { events: Fields[] };
    for (const event of lines<Case>('regression.jsonl').flatMap(({ events }) => events))
      expect({ ...(router.prepare(nest(event)).event as Fields) }).toEqual(event);
  });

  type Labelled = { event: Fields; logsources: string[]; expected_rule_ids: string[] };

  test.each([
    ['flat', (event: Fields) => event],
    ['as the tree of the event log', (event: Fields) => ('Channel' in event ? nest(event) : event)],
  ])('real Windows events raise exactly their rules, %s', { timeout: 60_000 }, (_form, shape) => {
    const cases = lines<Labelled>('windows-labelled.jsonl.gz');
    const scope = new Set(
      engine.rules.filter(({ source }) => !source.startsWith('placeholder')).map(({ id }) => id),
    );
    const wrong = cases.flatMap(({ event, expected_rule_ids }) => {
      const got = ids(shape(event)).filter((id) => scope.has(id));
      return got.toSorted().join() === expected_rule_ids.toSorted().join()
        ? []
        : [{ event, got, expected_rule_ids }];
    });
    expect(wrong).toEqual([]);
    expect(cases.length).toBeGreaterThan(16_000);
  });

  test('log sources are those of the labels, and those for which the corpus has no rule', () => {
    const used = new Set(engine.rules.map(({ logsource }) => show(logsource)));
    const missing = new Set<string>();
    const added = new Set<string>();
    for (const { event, logsources } of lines<Labelled>('windows-labelled.jsonl.gz')) {
      const routed = (router.route(event) ?? []).map(show);
      // A narrower log source stands for the wider one that it lies in.
      const implied = routed.some((one) => one.startsWith('windows/')) ? [...routed, 'windows/-/-'] : routed;
      for (const one of logsources) if (!implied.includes(one)) missing.add(one);
      for (const one of routed) if (!logsources.includes(one)) added.add(one);
    }
    expect([...missing]).toEqual([]);
    expect([...added].filter((one) => used.has(one))).toEqual([]);
    expect([...added].toSorted()).toEqual([
      'windows/-/powershell',
      'windows/clipboard_change/-',
      'windows/file_block_shredding/-',
      'windows/file_delete_detected/-',
      'windows/process_termination/-',
      'windows/ps_classic_script/-',
      'windows/registry_rename/-',
    ]);
  });

  test('the public map of log sources to channels and event ids is all in the pipelines', () => {
    const map = load(readFileSync(path.join(SIGMA, 'thor.yml'), 'utf8')) as {
      logsources: Record<string, ThorEntry>;
    };
    const channels = new Map<string, string[]>();
    for (const { service = '', sources = [] } of Object.values(map.logsources)) {
      const named = sources.flatMap((source) => /^WinEventLog:(.*)$/.exec(source)?.[1] ?? []);
      if (named.length > 0) channels.set(service, named);
    }
    expect(channels.size).toBeGreaterThan(40);
    for (const [service, named] of channels)
      for (const Channel of named)
        expect(router.route({ Channel })).toContainEqual({ product: 'windows', service });
    let conditions = 0;
    for (const { product, category = '', conditions: given, rewrite } of Object.values(map.logsources)) {
      if (given === undefined) continue;
      for (const EventID of [given.EventID].flat())
        for (const Channel of channels.get(rewrite?.service ?? '') ?? []) {
          conditions += 1;
          const source = product === undefined ? { category } : { product, category };
          expect(router.route({ Channel, ...given, EventID })).toContainEqual(source);
        }
    }
    expect(conditions).toBeGreaterThan(50);
  });

  test('fields that no pipeline knows are reported, and they are such that no event of their log source has', () => {
    const fields = new Map<string, Set<string>>();
    for (const { pipelines, field } of engine.unmapped)
      for (const name of pipelines) fields.set(name, (fields.get(name) ?? new Set()).add(field));
    expect([...(fields.get('sysmon-process-creation') ?? [])]).toEqual(['GrandParentImage']);
    expect([...(fields.get('sysmon-file-event') ?? [])].toSorted()).toEqual([
      'CommandLine',
      'IntegrityLevel',
      'ParentCommandLine',
      'ParentImage',
    ]);
    expect(engine.unmapped.length).toBeLessThan(40);
    for (const { ruleId, field } of engine.unmapped)
      expect(engine.rules.find(({ id }) => id === ruleId)?.warnings.join()).toContain(`"${field}"`);
  });
});
