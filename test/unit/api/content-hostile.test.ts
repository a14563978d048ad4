/** Hostile archives and bodies at the routes of rules and exceptions: refused with the field or file at fault, and nothing half done. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { zipOf, type ZipEntry } from '../content/zip-bytes.ts';
import { bearer, buildWorld, type World } from './api-fixture.ts';

const RULE = 'title: One\nid: 11111111-1111-4111-8111-111111111111\n';

let world: World;
let lead: { authorization: string };
beforeEach(async () => {
  world = await buildWorld();
  lead = await bearer(world, 'administrator');
});
afterEach(() => world.close());

/** Rows that an import or a request would leave. */
async function left(): Promise<number> {
  let count = 0;
  for (const table of ['rule', 'rule_import', 'rule_import_item', 'job', 'exception'] as const)
    count += (
      await world.registry.db
        .selectFrom(table)
        .select((eb) => eb.lit(1).as('one'))
        .execute()
    ).length;
  return count;
}

const good: ZipEntry = { name: 'good.yml', text: RULE };
it.each<[string, ZipEntry[], string]>([
  ['climbs out', [good, { name: '../../etc/cron.d/a.yml', text: RULE }], '../../etc/cron.d/a.yml'],
  ['has an absolute name', [good, { name: '/etc/a.yml', text: RULE }], '/etc/a.yml'],
  ['holds a link', [good, { name: 'a.yml', text: '/etc/passwd', mode: 0o120_777 }], 'a.yml'],
  ['unpacks to more than it says', [good, { name: 'a.yml', text: 'x'.repeat(500_000), size: 10 }], 'a.yml'],
  ['holds a rule of 10 MB', [good, { name: 'a.yml', text: 'x'.repeat(10_000_000) }], 'a.yml'],
])('an archive that %s is refused whole, naming the file', async (_what, entries, file) => {
  for (const url of ['/rules/imports', '/rules/imports/preview']) {
    const answer = await world.app.inject({
      method: 'POST',
      url: `/api/v1${url}?name=sigma.zip`,
      headers: { ...lead, 'content-type': 'application/zip' },
      payload: zipOf(entries),
    });
    expect([answer.statusCode, answer.json().field]).toEqual([400, file]);
    expect(answer.headers['content-type']).toContain('application/problem+json');
  }
  expect(await left()).toBe(0);
});

it.each(['not a zip', 'PK\u0003\u0004 and then nothing', '\u001F\u008B no gzip', '\0'])(
  'bytes that only say they are an archive are refused: %j',
  async (text) => {
    const answer = await world.app.inject({
      method: 'POST',
      url: '/api/v1/rules/imports',
      headers: { ...lead, 'content-type': 'application/zip' },
      payload: Buffer.from(text, 'latin1'),
    });
    const { unsupported } = answer.json().job?.preview ?? {};
    expect(answer.statusCode === 400 || unsupported !== 0).toBe(true);
    expect(await world.registry.db.selectFrom('rule').select('id').execute()).toEqual([]);
  },
);

it.each([
  'POST /rules',
  'POST /rules/x/versions',
  'POST /rules/x/state',
  'POST /rules/x/back-test',
  'PUT /rules/x/scopes',
  'POST /rules/bulk',
  'POST /exceptions',
  'POST /exceptions/simulate',
  'POST /exceptions/1/raise',
  'POST /jobs/abcd/undo',
])('a body of 10 MB is refused before it is read: %s', async (route) => {
  const [method = '', url = ''] = route.split(' ');
  const answer = await world.app.inject({
    method: method === 'PUT' ? 'PUT' : 'POST',
    url: `/api/v1${url}`,
    headers: { ...lead, 'content-type': 'application/json' },
    payload: `{"why":"${'x'.repeat(10_000_000)}"}`,
  });
  expect([answer.statusCode, answer.json().code]).toEqual([413, 'too-large']);
  expect(await left()).toBe(0);
});

it('a regular expression that is a bomb elsewhere is a rule here, and one that cannot be searched in linear time is none', async () => {
  const text = `title: Bomb\nid: 11111111-1111-4111-8111-111111111111\nlogsource: { product: linux }\ndetection:\n  s: { a|re: '^(a+)+$' }\n  condition: s\nlevel: low\n`;
  const added = await world.app.inject({
    method: 'POST',
    url: '/api/v1/rules',
    headers: lead,
    payload: { text, why: 'x' },
  });
  expect(added.statusCode).toBe(201);
  const around = text.replace('^(a+)+$', '(?=a)b');
  const refused = await world.app.inject({
    method: 'POST',
    url: '/api/v1/rules',
    headers: lead,
    payload: { text: around.replace('1111-111111111111', '1111-111111111112'), why: 'x' },
  });
  const { field, detail } = refused.json();
  expect([refused.statusCode, field, detail]).toEqual([
    400,
    'text',
    expect.stringMatching(/line \d+: .*linear time/),
  ]);
});
