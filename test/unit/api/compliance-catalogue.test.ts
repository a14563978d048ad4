/** The catalogue over the API: what is asked, what is doubtful, and what an administrator put in its place. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { bearer, buildWorld, type World } from './api-fixture.ts';

let world: World;
let administrator: { authorization: string };
let viewer: { authorization: string };

beforeEach(async () => {
  world = await buildWorld();
  administrator = await bearer(world, 'administrator');
  const { id } = await createAgency(world.registry, { name: 'Sở Y tế', kind: 'department' }, 'test');
  viewer = await bearer(world, 'agency-viewer', id);
});
afterEach(() => world.close());

const ask = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  payload?: object,
  headers = administrator,
) =>
  world.app.inject({
    method,
    url: `/api/v1/compliance${url}`,
    headers,
    ...(payload === undefined ? {} : { payload }),
  });
const PLACE = { profile: 'vn-2022', control: 'LG-07', field: 'thresholds.keep.2' };

describe('the catalogue', () => {
  it('tells profiles with their law, and controls by level, group and mode', async () => {
    const { profiles } = (await ask('GET', '/profiles', undefined, viewer)).json();
    expect(
      profiles.map(({ profile, controls }: { profile: string; controls: number }) => [profile, controls]),
    ).toEqual([
      ['vn-2026', 118],
      ['vn-2022', 54],
    ]);
    const { controls } = (await ask('GET', '/controls?level=2&group=LG&mode=auto', undefined, viewer)).json();
    expect(controls.map(({ id }: { id: string }) => id)).toEqual([
      'LG-02',
      'LG-03',
      'LG-05',
      'LG-07',
      'LG-15',
    ]);
    expect((await ask('GET', '/controls?profile=vn-1999')).statusCode).toBe(404);
    expect((await ask('GET', '/controls?level=9')).statusCode).toBe(400);
  });

  it('shows an override beside what the product says, until it is dropped', async () => {
    const made = await ask('PUT', '/overrides', {
      ...PLACE,
      value: 'P2M',
      reason: 'TCVN 11930:2017 6.2.1.4',
    });
    expect(made.statusCode).toBe(200);
    const shown = (await ask('GET', '/controls?profile=vn-2022&group=LG&level=2', undefined, viewer)).json();
    const kept = shown.controls.find(({ id }: { id: string }) => id === 'LG-07');
    expect(kept.thresholds.keep['2']).toBe('P2M');
    expect(kept.overrides).toMatchObject([
      { field: 'thresholds.keep.2', shipped: 'P1M', value: 'P2M', refused: null },
    ]);
    const url = `/overrides?${new URLSearchParams(PLACE).toString()}`;
    const headers = { ...administrator, 'if-match': '"999"' };
    expect((await ask('DELETE', url, undefined, headers)).statusCode).toBe(412);
    expect((await ask('DELETE', url)).statusCode).toBe(204);
    expect((await ask('DELETE', url)).statusCode).toBe(404);
    expect((await ask('GET', '/overrides')).json()).toEqual({ overrides: [] });
  });

  it.each([
    ['a fact that was read', { field: 'thresholds.keep.3', value: 'P2M' }],
    ['a value that does not fit', { value: '<script>'.repeat(100) }],
    ['a hostile field', { field: '../../etc', value: 'P2M' }],
    ['an inherited field', { field: 'constructor.prototype', value: 'P2M' }],
    ['a text of 10,000 characters', { field: 'clauses.2', value: 'x'.repeat(10_000) }],
    ['nothing', {}],
  ])('is not changed by %s', async (_, change) => {
    const answer = await ask('PUT', '/overrides', { ...PLACE, reason: 'x', ...change });
    expect(answer.statusCode).toBe(400);
    expect((await ask('GET', '/overrides')).json()).toEqual({ overrides: [] });
  });

  it('is changed by administrators of the whole province only', async () => {
    expect((await ask('PUT', '/overrides', { ...PLACE, value: 'P2M', reason: 'x' }, viewer)).statusCode).toBe(
      403,
    );
  });
});

describe('the questionnaire', () => {
  it('is told with who approves, and evaluates answers', async () => {
    const criteria = (await ask('GET', '/criteria', undefined, viewer)).json();
    expect(criteria.authority[2]).toMatchObject({ level: 3, approves: 'owner', appraisalDays: 15 });
    const answers = { kinds: ['public-service'], procedures: ['yes'] };
    const result = (await ask('POST', '/criteria/evaluation', { answers }, viewer)).json();
    expect(result).toMatchObject({ level: 3, isComplete: false });
    expect(result.decided[0].clause).toBe('NĐ 331/2026 Đ13.2.b');
    const older = await ask('POST', '/criteria/evaluation', { profile: 'vn-2022', answers: {} });
    expect(older.json().level).toBeNull();
    expect((await ask('GET', '/criteria?profile=vn-1999')).statusCode).toBe(404);
  });
});
