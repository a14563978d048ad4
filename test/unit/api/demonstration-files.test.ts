/** What leaves a demonstration over the API says so; a real installation's files are as they are. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { markDemonstration } from '../../../collector/registry/demonstration-mark.ts';
import { DEMONSTRATION_WORDS as MARK } from '../../../collector/report/demonstration-words.ts';
import { bearer, buildWorld, type World } from './api-fixture.ts';

let world: World;
let headers: { authorization: string };

beforeEach(async () => {
  world = await buildWorld();
  headers = await bearer(world, 'administrator');
});
afterEach(() => world.close());

const get = (url: string) => world.app.inject({ url: `/api/v1${url}`, headers });

describe('files', () => {
  it('of a real installation carry no mark', async () => {
    const answer = await get('/agencies/export');
    expect(answer.headers['content-disposition']).toBe('attachment; filename="co-quan.csv"');
    expect(answer.body).not.toContain(MARK);
  });

  it('of a demonstration say so in their names and in their first line or field', async () => {
    await markDemonstration(world.registry.db, world.clock.ms);
    for (const url of ['/agencies/export', '/alerts/export']) {
      const answer = await get(url);
      expect(answer.headers['content-disposition']).toMatch(/filename="TRINH-DIEN-[a-z-]+\.csv"/u);
      expect(answer.body.split('\r\n')[0]).toBe(`\ufeff# ${MARK}`);
      expect(answer.body.lastIndexOf(MARK)).toBe(answer.body.indexOf(MARK));
    }
    const stix = await get('/indicators/stix');
    expect(Object.entries(stix.json<object>())[0]).toEqual(['x_demonstration', MARK]);
    const report = await get('/reports/preview?kind=mau-08&period=2026&format=json');
    expect(Object.entries(report.json<object>())[0]).toEqual(['demonstration', MARK]);
    // What is only shown is no file.
    expect((await get('/agencies')).body).not.toContain(MARK);
  });
});
