/** Events on their way to the rules: routes, the other names, the forms of raw Windows JSON, and hostile input. */
import { describe, expect, test } from 'vitest';
import { compile, createRouter, parseRules, ShapedEvent } from '../../../rules/sigma/index.ts';
import type { EventAccessor, EventInput, LogSource, Pipeline, Route } from '../../../rules/sigma/index.ts';

type Fields = Record<string, unknown>;

const routesTo = (
  ...routes: [when: Route['when'], service: string, unless?: Route['unless']][]
): Pipeline => ({
  name: 'p',
  routes: routes.map(([when, service, unless]) => ({ when, unless, logsource: { service } })),
});
const services = (pipelines: Pipeline[], event: EventInput): (string | undefined)[] | undefined =>
  createRouter(pipelines)
    .route(event)
    ?.map(({ service }) => service);

/** An event behind accessors, as a host may have it. */
function accessor(fields: Fields): EventAccessor {
  return {
    get: (field) => fields[field],
    has: (field) => Object.hasOwn(fields, field),
    values: () => Object.values(fields),
  };
}

describe('conditions', () => {
  const p = routesTo(
    [{ Channel: 'Security' }, 'security'],
    [{ Channel: ['System', 'Application'], EventID: [{ from: 10, to: 12 }, 20] }, 'range'],
    [{ Channel: '*' }, 'any', { Channel: 'Quiet', EventID: 1 }],
    [{ 'type|cased': 'PATH' }, 'path'],
    [{ on: true }, 'flag'],
    [{ 'event.category': 'process', 'host.os.type': 'linux' }, 'nested'],
    [{ É: 'Σ' }, 'folded'],
  );
  test.each<[event: Fields, want: string[] | undefined]>([
    [{ Channel: 'Security' }, ['security', 'any']],
    [{ Channel: 'SECURITY' }, ['security', 'any']],
    [{ channel: 'Security' }, undefined],
    [{ Channel: 'Securit' }, ['any']],
    [{ Channel: 'Security ' }, ['any']],
    [{ Channel: 'System', EventID: 11 }, ['range', 'any']],
    [{ Channel: 'application', EventID: '12' }, ['range', 'any']],
    [{ Channel: 'System', EventID: 13 }, ['any']],
    [{ Channel: 'System', EventID: '011' }, ['any']],
    [{ Channel: 'System' }, ['any']],
    [{ EventID: 11 }, undefined],
    [{ Channel: 'Quiet', EventID: 1 }, undefined],
    [{ Channel: 'Quiet', EventID: 2 }, ['any']],
    [{ Channel: 'Quiet' }, ['any']],
    [{ Channel: null }, undefined],
    [{ Channel: '' }, undefined],
    [{ Channel: 5 }, ['any']],
    [{ Channel: ['x', 'security'] }, ['security', 'any']],
    [{ Channel: ['security', 'SECURITY', 'Security'] }, ['security', 'any']],
    [{ Channel: ['System', 'Security'], EventID: [1, 20] }, ['security', 'range', 'any']],
    [{ type: 'PATH' }, ['path']],
    [{ type: 'path' }, undefined],
    [{ on: true }, ['flag']],
    [{ on: 'TRUE' }, ['flag']],
    [{ on: 1 }, undefined],
    [{ event: { category: ['network', 'process'] }, host: { os: { type: 'linux' } } }, ['nested']],
    [{ 'event.category': 'process', host: { 'os.type': 'linux' } }, ['nested']],
    [{ event: { category: 'process' } }, undefined],
    [{ É: 'ς' }, ['folded']],
    [{}, undefined],
  ])('%j', (event, want) => {
    expect(services([p], event)).toEqual(want);
    // An accessor has no paths of its own.
    const nested = Object.values(event).some((value) => typeof value === 'object' && !Array.isArray(value));
    expect(services([p], nested ? event : accessor(event))).toEqual(want);
  });

  test('of all pipelines count, in their order', () => {
    const two = [
      { ...routesTo([{ a: 1 }, 'late']), order: 60 },
      routesTo([{ a: 1 }, 'first'], [{ b: 1 }, 'second']),
    ];
    expect(services(two, { b: 1, a: 1 })).toEqual(['first', 'second', 'late']);
  });

  test('that cannot be are refused', () => {
    expect(() => createRouter([routesTo([{ a: { from: 2, to: 1 } }, 's'])])).toThrow(RangeError);
    expect(() => createRouter([{ name: 'p', routes: [{ when: {}, logsource: {} }] }])).toThrow(RangeError);
    expect(() => createRouter([routesTo([{ a: 1 }, 's', {}])])).toThrow(RangeError);
  });
});

describe('log sources', () => {
  const windows: Pipeline = {
    name: 'w',
    routes: [
      { when: { Channel: '*' }, logsource: { product: 'windows' } },
      { when: { Channel: 'S' }, logsource: { product: 'windows', service: 's' } },
      {
        when: { Channel: 'S', EventID: 1 },
        logsource: [{ product: 'Windows', service: 'S' }, { category: 'c' }],
      },
    ],
  };
  const router = createRouter([windows]);

  test('are each given once, and without those that a narrower one implies', () => {
    expect(router.route({ Channel: 'x' })).toEqual([{ product: 'windows' }]);
    expect(router.route({ Channel: 'S' })).toEqual([{ product: 'windows', service: 's' }]);
    expect(router.route({ Channel: 'S', EventID: 1 })).toHaveLength(2);
  });

  test('are the same frozen list for equal routes', () => {
    const list = router.route({ Channel: 'S', EventID: 1, Image: 'a' });
    expect(router.route({ Image: 'b', EventID: '1', Channel: 's' })).toBe(list);
    expect(router.prepare({ Channel: 'S', EventID: 1 }).logsources).toBe(list);
    expect(Object.isFrozen(list)).toBe(true);
    expect(list?.every((source) => Object.isFrozen(source))).toBe(true);
  });

  test('are what the event says itself, where no route fits', () => {
    const list = router.route({ product: 'linux', service: 'sshd', EventID: 1 });
    expect(list).toEqual([{ product: 'linux', category: undefined, service: 'sshd' }]);
    expect(router.route({ product: 'linux', service: 'sshd' })).toBe(list);
    expect(router.route({ product: 'linux', Channel: 'x' })).toEqual([{ product: 'windows' }]);
    expect(router.route({ product: '', category: 5, service: null })).toBeUndefined();
    expect(router.route({ product: 'x'.repeat(300) })).toBeUndefined();
    expect(router.route(accessor({ category: 'dns' }))).toEqual([{ category: 'dns' }]);
  });

  test('that are unknown leave every rule to be tried', () => {
    const rule = 'title: t\nid: r\nlogsource: {product: windows}\ndetection: {s: {a: v}, condition: s}\n';
    const engine = compile([parseRules(rule, { source: 't' })]);
    const { event, logsources } = router.prepare({ a: 'v' });
    expect(logsources).toBeUndefined();
    expect(engine.match(event, logsources)).toHaveLength(1);
  });
});

describe('other names', () => {
  const p: Pipeline = {
    name: 'p',
    side: 'events',
    fields: { Image: 'NewProcessName', User: ['User', 'TargetUserName', 'SubjectUserName'], Level: 'Label' },
    values: { Label: { map: { High: 'S-1', Highest: 's-1' } }, Own: { prefix: { 'HKLM\\': '\\R\\M\\' } } },
    routes: [{ when: { id: 1 }, logsource: { category: 'c' } }],
  };
  const prepared = (event: EventInput): Fields => {
    const { event: made } = createRouter([p]).prepare(event);
    return { ...(made as Fields) };
  };

  test.each<[event: Fields, added: Fields]>([
    [{ NewProcessName: 'a' }, { Image: 'a' }],
    [{ NewProcessName: 'a', Image: 'own' }, {}],
    [{ NewProcessName: 'a', Image: null }, {}],
    [{ SubjectUserName: 's' }, { User: 's' }],
    [{ TargetUserName: 't', SubjectUserName: 's' }, { User: 't' }],
    [{ TargetUserName: null, SubjectUserName: 's' }, { User: 's' }],
    [{ TargetUserName: null }, { User: null }],
    [{ User: 'u', TargetUserName: 't' }, {}],
    [{ User: null, TargetUserName: 't' }, { User: 't' }],
    [{ Label: 'S-1' }, { Level: ['High', 'Highest', 'S-1'] }],
    [{ Label: 'S-2' }, { Level: 'S-2' }],
    [{ Label: ['S-2', 'S-1'] }, { Level: ['S-2', 'High', 'Highest', 'S-1'] }],
    [{ Own: '\\r\\m\\A' }, { Own: ['HKLM\\A', '\\r\\m\\A'] }],
    [{ Own: 'HKLM\\A' }, {}],
    [{ Label: { nested: 1 } }, { Level: { nested: 1 } }],
    [{}, {}],
  ])('%j', (fields, added) => {
    const event = { id: 1, ...fields };
    const before = structuredClone(event);
    expect(prepared(event)).toEqual({ ...event, ...added });
    expect(event).toEqual(before);
    expect(prepared(prepared(event))).toEqual(prepared(event));
    const { event: renamed } = createRouter([p]).prepare(accessor(event));
    for (const [name, value] of Object.entries({ ...event, ...added })) {
      expect([name, (renamed as EventAccessor).has(name), (renamed as EventAccessor).get(name)]).toEqual([
        name,
        true,
        value,
      ]);
    }
  });

  test('are not given where there is nothing to do: the event is the same object', () => {
    const router = createRouter([p]);
    for (const event of [{ id: 2, NewProcessName: 'a' }, { id: 1, x: 1 }, { y: 1 }])
      expect(router.prepare(event).event).toBe(event);
  });

  test('of several pipelines lead from the event’s to the rule’s', () => {
    const chain = (name: string, from: string, to: string): Pipeline => ({
      ...p,
      name,
      fields: { [from]: to },
      values: undefined,
    });
    const router = createRouter([chain('1', 'A', 'B'), chain('2', 'B', 'C')]);
    expect({ ...(router.prepare({ id: 1, C: 'v' }).event as Fields) }).toEqual({
      id: 1,
      A: 'v',
      B: 'v',
      C: 'v',
    });
  });

  test('reach paths into nested objects', () => {
    const ecs: Pipeline = {
      ...p,
      fields: { Image: 'process.executable', Args: 'process.args' },
      values: undefined,
    };
    const event = { id: 1, process: { executable: 'a', args: ['b', 'c'] } };
    expect({ ...(createRouter([ecs]).prepare(event).event as Fields) }).toEqual({
      ...event,
      Image: 'a',
      Args: ['b', 'c'],
    });
  });

  test('are put into an event of the caller’s own, routed by other facts where asked', () => {
    const router = createRouter([p]);
    const record = ShapedEvent.from<unknown>({ NewProcessName: 'a', id: 9 });
    expect(router.complete(record)).toBeUndefined();
    expect(router.complete(record, { id: 1 })).toEqual([{ category: 'c' }]);
    expect({ ...record.toRecord() }).toEqual({ NewProcessName: 'a', id: 9, Image: 'a' });
  });
});

describe('raw Windows JSON', () => {
  const router = createRouter([
    {
      name: 'w',
      routes: [
        { when: { Channel: 'Security', EventID: 4688 }, logsource: { product: 'windows', category: 'c' } },
      ],
    },
  ]);
  const flat = (event: Fields): Fields => ({ ...(router.prepare(event).event as Fields) });

  test('the tree of the event log', () => {
    const event = {
      file: 'a.evtx',
      Event: {
        '#attributes': { xmlns: 'http://schemas.microsoft.com/win/2004/08/events/event' },
        System: {
          Provider: { '#attributes': { Name: 'P', Guid: 'G' } },
          EventID: { '#attributes': { Qualifiers: 7 }, '#text': 4688 },
          TimeCreated: { '#attributes': { SystemTime: 'T' } },
          Correlation: null,
          Channel: 'Security',
        },
        EventData: { 'New Process Name': 'a', Data: ['x', 'y'], Empty: null },
        UserData: {
          Outer: { '#attributes': { xmlns: 'u', Kind: 'k' }, SubjectUserName: 'bob', Deep: { Leaf: 1 } },
        },
        RenderingInfo: { '#attributes': { Culture: 'en' }, Message: 'm' },
      },
    };
    const before = structuredClone(event);
    expect(flat(event)).toEqual({
      Provider_Name: 'P',
      Provider_Guid: 'G',
      EventID: 4688,
      EventID_Qualifiers: 7,
      TimeCreated_SystemTime: 'T',
      Correlation: null,
      Channel: 'Security',
      NewProcessName: 'a',
      Data: ['x', 'y'],
      Empty: null,
      Outer_Kind: 'k',
      SubjectUserName: 'bob',
      Leaf: 1,
      Message: 'm',
      file: 'a.evtx',
    });
    expect(event).toEqual(before);
    expect(router.route(event)).toEqual([{ product: 'windows', category: 'c' }]);
  });

  test('attributes under @, names of data as attributes, no Event around it', () => {
    const event = {
      System: { Provider: { '@Name': 'P' }, EventID: '4688', Channel: 'Security' },
      EventData: {
        '@Name': 'N',
        Data: [
          { '@Name': 'Image', '#text': 'a' },
          { '#attributes': { Name: 'Empty' } },
          { '#text': ['b', 'c'] },
          'd',
        ],
      },
    };
    expect(flat(event)).toEqual({
      Provider_Name: 'P',
      EventID: '4688',
      Channel: 'Security',
      Image: 'a',
      Empty: null,
      Data: ['b', 'c', 'd'],
    });
  });

  test('a name that comes twice holds a list', () => {
    const event = {
      Event: { System: { Channel: 'Security', EventID: 1 }, EventData: { Channel: 'fake', 'E ventID': 2 } },
    };
    expect(flat(event)).toEqual({ Channel: ['Security', 'fake'], EventID: [1, 2] });
  });

  test.each([
    [
      'as objects',
      {
        winlog: {
          channel: 'Security',
          event_id: 4688,
          provider_name: 'P',
          computer_name: 'C',
          record_id: 9,
          process: { pid: 4, thread: { id: 5 } },
          user: { identifier: 'S-1-5-18' },
          event_data: { Image: 'a', message: 'not mine' },
          user_data: { Image: 'b', X: 'x' },
        },
      },
    ],
    [
      'with dots in the names',
      {
        'winlog.channel': 'Security',
        'winlog.event_id': 4688,
        'winlog.provider_name': 'P',
        'winlog.computer_name': 'C',
        'winlog.record_id': 9,
        'winlog.process.pid': 4,
        'winlog.process.thread.id': 5,
        'winlog.user.identifier': 'S-1-5-18',
        'winlog.event_data.Image': 'a',
        'winlog.user_data.X': 'x',
      },
    ],
  ])('winlogbeat %s', (_form, winlog) => {
    const event = { message: 'mine', ...winlog };
    expect(flat(event)).toEqual({
      ...event,
      Channel: 'Security',
      EventID: 4688,
      Provider_Name: 'P',
      Computer: 'C',
      EventRecordID: 9,
      Execution_ProcessID: 4,
      Execution_ThreadID: 5,
      Security_UserID: 'S-1-5-18',
      Image: 'a',
      X: 'x',
    });
  });

  test.each<Fields>([
    { winlog: { channel: 'Security' }, event: { code: '4688' } },
    { winlog: { channel: 'Security' }, 'event.code': 4688 },
    { 'winlog.channel': 'Security', event: { code: 4688 } },
  ])('winlogbeat with the id as event.code: %j', (event) => {
    expect(router.route(event)).toEqual([{ product: 'windows', category: 'c' }]);
  });

  test.each<Fields>([
    { Event: 'text' },
    { Event: null },
    { Event: { System: 'text' } },
    { Event: [{ System: {} }] },
    { System: 'text' },
    { winlog: 'text' },
    { Channel: 'Security', Event: { System: { Channel: 'x' } } },
    { a: 1 },
  ])('%j is no such form and stays the same object', (event) => {
    expect(router.prepare(event).event).toBe(event);
  });
});

describe('hostile events', () => {
  const parts = Array.from({ length: 14 }, (_, index): [Route['when'], string] => [
    { [`f${String(index)}`]: '*' },
    `s${String(index)}`,
  ]);
  const router = createRouter([routesTo(...parts, [{ Channel: 'Security', EventID: 1 }, 'w'])]);

  test('with every set of routes are answered, and equal ones alike again', () => {
    const eventOf = (bits: number): Fields =>
      Object.fromEntries(
        parts.flatMap((_, index) => ((bits >> index) & 1 ? [[`f${String(index)}`, 1]] : [])),
      );
    for (let bits = 1; bits < 16_384; bits += 1) {
      const found = router.route(eventOf(bits));
      expect(found?.length).toBe(bits.toString(2).replaceAll('0', '').length);
    }
    expect(router.route(eventOf(5))).toBe(router.route(eventOf(5)));
  });

  test('that name ever new log sources, spellings and values leave nothing behind that grows', () => {
    const lists: (readonly LogSource[] | undefined)[] = [];
    for (let index = 0; index < 20_000; index += 1) {
      lists.push(router.route({ product: `p${String(index)}` }));
      const spelled = 'security'
        .split('')
        .map((letter, at) => ((index >> at) & 1 ? letter.toUpperCase() : letter))
        .join('');
      expect(router.route({ Channel: spelled, EventID: 1 })).toHaveLength(1);
      expect(router.route({ Channel: `c${String(index)}`, EventID: index })).toBeUndefined();
    }
    // What was remembered of the first has been forgotten, and is made anew.
    expect(router.route({ product: 'p0' })).toEqual(lists[0]);
    expect(router.route({ product: 'p0' })).not.toBe(lists[0]);
  });

  test.each<[what: string, event: Fields]>([
    [
      'names of prototypes',
      JSON.parse('{"__proto__": {"Channel": "Security", "EventID": 1}, "constructor": 1}') as Fields,
    ],
    ['long values', { Channel: 'Security'.repeat(200_000), EventID: 1 }],
    ['long lists', { Channel: Array.from({ length: 100_000 }, () => 'x'), EventID: 1 }],
    ['objects', { Channel: { Channel: 'Security' }, EventID: [[1]] }],
    ['other kinds', { Channel: Number.NaN, EventID: Symbol('x'), f: () => 1 }],
    [
      'a getter of its own',
      Object.defineProperty({}, 'Channel', { enumerable: false, value: 'Other' }) as Fields,
    ],
  ])('%s are nothing known', (_what, event) => {
    expect(router.route(event)).toBeUndefined();
  });

  test('cannot reach a prototype by the name of a field', () => {
    const p: Pipeline = {
      name: 'p',
      side: 'events',
      fields: Object.fromEntries([
        ['__proto__', 'a'],
        ['constructor', 'b'],
      ]),
      routes: [{ when: { id: 1 }, logsource: {} }],
    };
    const { event } = createRouter([p]).prepare({ id: 1, a: { polluted: true }, b: 'c' });
    expect(Object.keys(event)).toEqual(['id', 'a', 'b', '__proto__', 'constructor']);
    expect(({} as Fields)['polluted']).toBeUndefined();
    expect((event as Fields)['polluted']).toBeUndefined();
  });

  test('deep and wide trees are cut', () => {
    let deep: unknown = { Leaf: 'v' };
    for (let index = 0; index < 10_000; index += 1) deep = { a: deep };
    const wide = Object.fromEntries(
      Array.from({ length: 50_000 }, (_, index) => [`n${String(index)}`, index]),
    );
    const { event } = router.prepare({
      Event: { System: { Channel: 'Security', EventID: 1 }, UserData: { deep }, EventData: wide },
    });
    expect((event as Fields)['Leaf']).toBeUndefined();
    expect(Object.keys(event).length).toBeLessThan(5_000);
  });
});
