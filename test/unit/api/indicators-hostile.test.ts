/** Whatever a file of indicators holds: it is refused with its field, or read in its time, and nothing is half done. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importAnswerSchema, indicatorPageSchema } from '../../../collector/api/contract-indicators.ts';
import { addUser, buildWorld, signIn, type World } from './api-fixture.ts';

let world: World;
let headers: Record<string, string>;

beforeAll(async () => {
  world = await buildWorld();
  await addUser(world, 'lan', 'analyst');
  headers = await signIn(world, 'lan');
});
afterAll(() => world.close());

const file = (text: string | Buffer, query = '', type = 'text/csv') =>
  world.app.inject({
    method: 'POST',
    url: `/api/v1/indicators/import?${query}`,
    headers: { ...headers, 'content-type': type },
    payload: text,
  });

const values = async (): Promise<string[]> => {
  const answer = await world.app.inject({ url: '/api/v1/indicators', headers });
  return indicatorPageSchema.parse(answer.json()).indicators.map(({ value }) => value);
};

const MB = 1_048_576;
const bundle = (objects: unknown): string => JSON.stringify({ type: 'bundle', objects });
const stix = (pattern: unknown): string =>
  bundle([{ type: 'indicator', id: 'indicator--1', pattern, pattern_type: 'stix' }]);

describe('a hostile file', () => {
  it.each<[string, string, string | Buffer]>([
    ['nothing', 'text/csv', ''],
    ['bytes that are no text', 'text/csv', Buffer.from([0xff, 0xfe, 0x00, 0x41])],
    ['half a JSON', 'application/json', '{"objects": ['],
    ['JSON of another kind', 'application/json', '{"hello": 1}'],
    ['columns without a value', 'text/csv', 'source,confidence\nx,1\n'],
  ])('is refused whole: %s', async (_what, type, text) => {
    const answer = await file(text, '', type);
    expect(answer.statusCode).toBe(400);
    expect(answer.headers['content-type']).toContain('application/problem+json');
    expect(answer.json()).toMatchObject({ code: 'bad-request', field: 'body' });
    expect(await values()).toEqual([]);
    expect(await world.registry.db.selectFrom('indicator_upload').select('id').execute()).toEqual([]);
  });

  it.each<[string, string, string, object]>([
    [
      '10 MB in one cell',
      'text/csv',
      `value\n"${'x'.repeat(10 * MB)}"\nok.example\n`,
      { indicators: 1, refused: 1 },
    ],
    ['10 MB of separators', 'text/csv', `value\n${','.repeat(10 * MB)}\n`, { indicators: 0, refused: 1 }],
    ['10 MB of quotes', 'text/csv', `value\n${'"'.repeat(10 * MB)}`, { indicators: 0 }],
    ['10 MB of lines at fault', 'text/csv', `value\n${'0.0.0.0/0\n'.repeat(MB)}`, { refused: MB }],
    ['formulas', 'text/csv', 'value,description\nok.example,"=HYPERLINK(1)"\n', { indicators: 1 }],
    [
      'directions of writing',
      'text/csv',
      'value,description\nok.example,a\u202Eb\u0000c\n',
      { indicators: 1, refused: 0 },
    ],
    ['SQL', 'text/csv', `value,source\nok.example,"'); drop table indicator; --"\n`, { indicators: 1 }],
    ['a pattern of brackets', 'application/json', stix('['.repeat(MB)), { indicators: 0 }],
    [
      'a pattern of ORs',
      'application/json',
      stix(Array.from({ length: 20_000 }, () => `[domain-name:value = 'a.example']`).join(' OR ')),
      {},
    ],
    ['a pattern that is none', 'application/json', stix({ toString: 1 }), { refused: 1 }],
    [
      'prototypes',
      'application/json',
      `{"objects":[{"__proto__":{"type":"indicator"},"id":"x"}]}`,
      { refused: 1 },
    ],
    [
      'lists within lists',
      'application/json',
      `{"objects":${'['.repeat(MB)}${']'.repeat(MB)}}`,
      { refused: 1 },
    ],
    [
      'objects within objects',
      'application/json',
      `${'{"Event":'.repeat(200_000)}1${'}'.repeat(200_000)}`,
      { indicators: 0 },
    ],
    ['objects that are none', 'application/json', bundle([null, 1, 'x', [], {}]), { refused: 5 }],
    [
      'deep objects among good ones',
      'application/json',
      `{"type":"bundle","objects":[{"type":"indicator","id":"i","pattern":"[domain-name:value = 'ok.example']","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}]}`,
      { indicators: 1 },
    ],
    [
      'MISP attributes of no form',
      'application/json',
      `{"Event":{"Attribute":[null,{"type":"domain","value":1},{"type":"domain","value":"ok.example","to_ids":true}]}}`,
      { indicators: 1, refused: 2 },
    ],
  ])('is read in its time, and nothing half done: %s', async (_what, type, text, report) => {
    const answer = await file(text, 'dryRun=true', type);
    expect(answer.statusCode).toBe(200);
    const read = importAnswerSchema.parse(answer.json());
    expect(read.report).toMatchObject(report);
    expect(answer.body.length).toBeLessThan(MB);
    expect(answer.body).not.toMatch(/[\u202A-\u202E]/u);
    expect(await values()).toEqual([]);
  });

  it('is refused by its size, its type, and for who sees a part of the tree', async () => {
    expect((await file(Buffer.alloc(65 * MB, 'a'))).statusCode).toBe(413);
    expect((await file('a.example', '', 'image/png')).statusCode).toBe(415);
    expect((await file('a.example', 'confidence=1000')).json()).toMatchObject({ code: 'bad-request' });
  });
});
