/**
 * Every route x every role x the own agency and another: no row, count or live event of another agency, whatever is asked.
 * Beside what each example says, one thing is asked of all reading routes: that an answer is the same, byte for byte, before
 * the other agency has anything and after.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { holds, isPermission, type Access } from '../../collector/api/access.ts';
import { PERMISSIONS } from '../../collector/api/permissions.ts';
import { roleSchema, type Role } from '../../collector/api/contract.ts';
import { OidcClient } from '../../collector/oidc/oidc-client.ts';
import { createApiToken } from '../../collector/registry/api-tokens.ts';
import { setPolicy, widenRollout } from '../../collector/registry/policies.ts';
import { ensureAgentGroup, rootAgencyId } from '../../collector/registry/agencies.ts';
import { ClickHouseStore } from '../../collector/store/clickhouse-store.ts';
import { putFiles } from '../support/api-matrix/case-side.ts';
import { OPEN_ROUTES, ROUTE_EXAMPLES, type RouteExample } from '../support/api-matrix/examples.ts';
import { TableWatch } from '../support/api-matrix/table-watch.ts';
import { makeAgency, makeSide, putPacks, secretsOf, type Side } from '../support/api-matrix/side.ts';
import { addUser, alertOf, buildWorld, signIn, type World } from '../unit/api/api-fixture.ts';
import { START_MS } from '../unit/registry/registry-fixture.ts';
import { startTestEngine, type TestEngine } from './store-engine.ts';

type Headers = Record<string, string>;
type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
interface Case {
  name: string;
  method: Method;
  url: string;
  access: Access;
  example: RouteExample;
}

/** Nobody signs in there: only who accounts are there is asked about. */
const OIDC = {
  issuer: 'https://sso.example.vn',
  clientId: 'vonggac',
  clientSecret: undefined,
  caPem: undefined,
  publicUrl: 'https://soc.example.vn',
  name: 'SSO',
  scopes: ['openid'],
  groupsClaim: 'groups',
  acr: [],
  unmapped: 'refuse',
} as const;
const ROLES = roleSchema.options;
let engine: TestEngine;
let store: ClickHouseStore;
let world: World;
let own: Side;
let other: Side;
let cases: Case[];
let tables: TableWatch;
/** Who asks: of one agency, and of the whole tree. */
const inAgency = new Map<Role, Headers>();
const ofAll = new Map<Role, Headers>();
/** What the agency was answered before the other one had anything. */
const before = new Map<string, string>();

/** People sign in; a machine holds a token. */
async function credential(role: Role, agencyId: number): Promise<Headers> {
  if (role === 'api') {
    const permissions = PERMISSIONS.filter((one) => holds({ role }, one));
    const { token } = await createApiToken(world.registry, { role, agencyId, permissions }, 'test');
    return { authorization: `Bearer ${token}` };
  }
  const username = `${role}-${agencyId}`;
  await addUser(world, username, role, false, agencyId);
  return signIn(world, username);
}

function requestOf({ method, url, example }: Case, side: Side, headers: Headers) {
  const { params = {}, query = {}, body, type } = example.ask?.(side) ?? {};
  const path = url.replaceAll(/:(\w+)/g, (_whole, name: string) => String(params[name] ?? 'missing'));
  const search = new URLSearchParams(
    Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]),
  );
  return {
    method,
    url: search.size === 0 ? path : `${path}?${search.toString()}`,
    headers: type === undefined ? headers : { ...headers, 'content-type': type },
    remoteAddress: '192.0.2.7',
    ...(body === undefined ? {} : { payload: body as object }),
  };
}

/** What came of asking about another agency. */
function outcomeOf(
  example: RouteExample,
  role: Role,
  { statusCode, json }: { statusCode: number; json: () => { code?: string } },
): string {
  const said = `${statusCode} ${statusCode === 204 ? '' : (json().code ?? '')}`;
  const isToken = example.peopleOnly && role === 'api';
  const isRight =
    example.global !== undefined ||
    (example.other === 'hidden' && statusCode === (example.own ?? 200)) ||
    (isToken && statusCode >= 400) ||
    (example.wholeTree && said === '403 forbidden') ||
    said.endsWith(` ${example.other ?? 'not-found'}`);
  return isRight ? 'as it should be' : said;
}

/** What the request says, so what an answer may say again. */
const namedBy = (request: { url: string; payload?: object }): string =>
  `${decodeURIComponent(request.url)} ${JSON.stringify(request.payload ?? null)}`;
const ask = (one: Case, side: Side, headers: Headers) => world.app.inject(requestOf(one, side, headers));
const reading = (): Case[] => cases.filter(({ method, example }) => method === 'GET' || example.reads);
const permissionOf = (access: Access) => (access === 'metrics' ? 'metrics:read' : access);
const allowed = (role: Role, access: Access): boolean => {
  const permission = permissionOf(access);
  return !isPermission(permission) || holds({ role }, permission);
};
/** What is wrong with what came of asking by GET. */
function faultsOf(
  { body, headers }: { body: string; headers: Record<string, unknown> },
  isUntouched: boolean,
): string[] {
  const type = String(headers['content-type']);
  const isSaid = body === '' || /; charset=utf-8$|\/(zip|octet-stream)$/.test(type);
  return [
    ...(isUntouched ? [] : ['changed something']),
    ...(isSaid ? [] : [`says that it is ${type}`]),
    ...(headers['cache-control'] === 'no-store' ? [] : ['may be kept']),
  ];
}

const stable = (text: string): string => text.replaceAll(/"requestId":"[^"]*"/g, '');

async function joinGroup(agentId: string): Promise<void> {
  const groupId = await ensureAgentGroup(world.registry.db, 'servers', START_MS);
  await world.registry.db.updateTable('agent').set({ group_id: groupId }).where('id', '=', agentId).execute();
}

beforeAll(async () => {
  engine = await startTestEngine();
  store = await ClickHouseStore.open({ home: { socketPath: engine.engine.socketPath } });
  world = await buildWorld({
    limits: {
      loginsPerMinute: 100_000,
      enrolmentsPerMinute: 100_000,
      refusedPerMinute: 100_000,
      requestsPerMinute: 100_000,
    },
    store,
    oidc: new OidcClient(OIDC, () => START_MS),
  });
  const { registry } = world;
  cases = world.app.declaredRoutes
    .filter(({ url }) => url !== '/api/v1/stream')
    .map((route) => ({ ...route, name: `${route.method} ${route.url}` }))
    .filter(({ name }) => !OPEN_ROUTES.has(name) && name !== 'GET /metrics')
    .map((route) => ({
      ...route,
      method: route.method as Method,
      example: ROUTE_EXAMPLES[route.name] ?? {},
    }));
  await ensureAgentGroup(registry.db, 'servers', START_MS);
  const [ownAgency, otherAgency] = [await makeAgency(registry, 'alpha'), await makeAgency(registry, 'bravo')];
  for (const role of ROLES) {
    inAgency.set(role, await credential(role, ownAgency));
    ofAll.set(role, await credential(role, await rootAgencyId(registry.db)));
  }
  own = await makeSide(registry, store, { id: ownAgency, mark: 'alphaword', number: 1 });
  putFiles(world.dataDir, own);
  await putPacks(world.dataDir, own);
  const policy = { group: 'servers', text: '{}', percent: 10 };
  await setPolicy(registry, policy, 'test');
  for (const one of reading()) {
    for (const [role, headers] of inAgency) {
      const answer = await ask(one, own, headers);
      before.set(`${one.name} ${role}`, `${answer.statusCode} ${stable(answer.body)}`);
    }
  }
  other = await makeSide(registry, store, { id: otherAgency, mark: 'bravoword', number: 2 });
  putFiles(world.dataDir, other);
  await putPacks(world.dataDir, other);
  await joinGroup(other.agentId);
  await widenRollout(registry, 'servers', { percent: 10, canaries: [other.agentId] }, 'test');
  tables = await TableWatch.open(registry.db);
});

afterAll(async () => {
  await world.close();
  await store.close();
  await engine.close();
});

describe('every route', () => {
  it('has an example in the table, and the table none for routes that are not', () => {
    const known = new Set(Object.keys(ROUTE_EXAMPLES));
    const names = new Set(cases.map(({ name }) => name));
    expect([...names].filter((name) => !known.has(name))).toEqual([]);
    expect([...known].filter((name) => !names.has(name))).toEqual([]);
  });

  it('refuses a role that has not its permission, before anything else', async () => {
    for (const one of cases) {
      for (const role of ROLES) {
        if (allowed(role, one.access)) continue;
        for (const headers of [inAgency.get(role), ofAll.get(role)]) {
          const answer = await ask(one, own, headers ?? {});
          expect
            .soft([one.name, role, answer.statusCode, answer.json().code])
            .toEqual([one.name, role, 403, 'forbidden']);
        }
      }
    }
  });

  it('that reads answers an agency the same, whatever others have; by GET it changes nothing and says what it is', async () => {
    await tables.isAsBefore();
    for (const one of reading()) {
      for (const [role, headers] of inAgency) {
        const answer = await ask(one, own, headers);
        const key = `${one.name} ${role}`;
        const isUntouched = await tables.isAsBefore();
        const faults = one.method === 'GET' ? faultsOf(answer, isUntouched) : [];
        expect.soft([key, faults]).toEqual([key, []]);
        const told = secretsOf(other).filter((secret) => answer.body.includes(secret));
        expect.soft([key, told]).toEqual([key, []]);
        const said = `${answer.statusCode} ${stable(answer.body)}`;
        const isAsBefore = one.example.grows !== undefined || said === before.get(key);
        expect.soft([key, isAsBefore ? said : before.get(key)]).toEqual([key, said]);
        if (!allowed(role, one.access) || (one.example.peopleOnly && role === 'api')) continue;
        const { example } = one;
        const isRefused = example.wholeTree || (example.personal && !holds({ role }, 'personal:read'));
        expect.soft([key, answer.statusCode]).toEqual([key, isRefused ? 403 : (example.own ?? 200)]);
      }
    }
  });

  it('that reads shows who sees the whole tree what an agency is not shown', async () => {
    for (const one of reading()) {
      const { global, alike, wholeTree } = one.example;
      if (global !== undefined || alike !== undefined || wholeTree) continue;
      const answer = await ask(one, other, ofAll.get('administrator') ?? {});
      const narrow = await ask(one, own, inAgency.get('administrator') ?? {});
      expect.soft([one.name, answer.statusCode]).toEqual([one.name, 200]);
      expect.soft([one.name, stable(answer.body) === stable(narrow.body)]).toEqual([one.name, false]);
    }
  });

  it('asked about another agency answers as if there were nothing, and changes nothing', async () => {
    const secrets = secretsOf(other);
    await tables.isAsBefore();
    for (const one of cases) {
      const named = namedBy(requestOf(one, other, {}));
      if (named === namedBy(requestOf(one, own, {}))) continue; // names nothing of anybody
      for (const [role, headers] of inAgency) {
        if (!allowed(role, one.access)) continue;
        const answer = await ask(one, other, headers);
        const key = `${one.name} ${role}`;
        const told = secrets.filter((secret) => !named.includes(secret) && answer.body.includes(secret));
        expect.soft([key, told]).toEqual([key, []]);
        expect
          .soft([key, await tables.isAsBefore(), outcomeOf(one.example, role, answer)])
          .toEqual([key, true, 'as it should be']);
      }
    }
  });

  it('that changes works on one’s own agency, so that the refusals above mean something', async () => {
    await tables.isAsBefore();
    for (const one of cases) {
      if (one.method === 'GET' || one.name.endsWith('/logout')) continue;
      const headers = (one.example.wholeTree ? ofAll : inAgency).get('administrator') ?? {};
      const answer = await ask(one, own, headers);
      expect
        .soft([one.name, answer.statusCode, answer.body])
        .toEqual([one.name, one.example.own ?? 200, expect.any(String)]);
      if (!one.example.wholeTree) continue;
      const refused = await ask(one, own, inAgency.get('administrator') ?? {});
      expect.soft([one.name, refused.statusCode, refused.json().code]).toEqual([one.name, 403, 'forbidden']);
    }
    expect(await tables.isAsBefore()).toBe(false);
  });
});

describe('the live stream', () => {
  it('of an agency carries its own alerts and hosts only, whatever the role', async () => {
    for (const [role, headers] of inAgency) {
      const response = await world.app.inject({
        url: '/api/v1/stream',
        headers,
        payloadAsStream: true,
      });
      expect.soft([role, response.statusCode]).toEqual([role, 200]);
      const stream = response.stream();
      const text = new Promise<string>((resolve, reject) => {
        let all = '';
        stream.on('data', (chunk: Buffer) => {
          all += chunk.toString('utf8');
          if (all.includes('last-word')) {
            resolve(all);
            stream.destroy();
          }
        });
        stream.on('error', reject);
      });
      const tell = (id: string, agencyId: number): void =>
        world.publish({ type: 'alert', alert: alertOf(id, { agencyId }) });
      tell('bravo-alert', other.agencyId);
      tell('alpha-alert', own.agencyId);
      tell('root-alert', 1);
      tell('last-word', own.agencyId);
      const told = await text;
      const seen = ['bravo-alert', 'alpha-alert', 'root-alert'].map((id) => told.includes(id));
      expect.soft([role, ...seen]).toEqual([role, false, true, false]);
    }
  });
});

describe('the numbers of the watch post', () => {
  it('are for who sees the whole tree: they count everybody', async () => {
    const metrics = (headers: Headers | undefined) =>
      world.app.inject({ url: '/metrics', headers: headers ?? {}, remoteAddress: '192.0.2.7' });
    expect((await metrics(ofAll.get('agency-viewer'))).statusCode).toBe(200);
    expect((await metrics(inAgency.get('agency-viewer'))).json().code).toBe('forbidden');
  });
});
