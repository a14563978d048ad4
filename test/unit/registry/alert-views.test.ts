/** Filters of alerts that people keep: private ones, shared ones, and which one begins with. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { scopeOfAgency } from '../../../collector/registry/agency-scope.ts';
import {
  ALERT_VIEW_LIMITS,
  beginWithAlertView,
  changeAlertView,
  deleteAlertView,
  listAlertViews,
  saveAlertView,
  type ViewBy,
} from '../../../collector/registry/alert-views.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { memoryRegistry } from './registry-fixture.ts';

let registry: Registry;
let an: ViewBy;
let binh: ViewBy;
let viewer: ViewBy;
let far: ViewBy;

beforeEach(async () => {
  ({ registry } = await memoryRegistry());
  const [near, other] = [
    await createAgency(registry, { name: 'Sở A', kind: 'department' }, 'test'),
    await createAgency(registry, { name: 'Sở B', kind: 'department' }, 'test'),
  ];
  const person = async (username: string, agencyId: number, maySharedToo: boolean): Promise<ViewBy> => ({
    username,
    agencyId,
    maySharedToo,
    scope: await scopeOfAgency(registry.db, agencyId),
  });
  an = await person('an', near.id, true);
  binh = await person('binh', near.id, true);
  viewer = await person('viewer', near.id, false);
  far = await person('far', other.id, true);
});
afterEach(() => registry.close());

const names = async (by: ViewBy) => (await listAlertViews(registry.db, by)).map(({ name }) => name);
const save = (by: ViewBy, name: string, shared = false) =>
  saveAlertView(registry, { name, filter: { state: 'open' }, shared }, by);
const audited = async () =>
  (await registry.db.selectFrom('audit_log').select('action').execute())
    .map(({ action }) => action)
    .filter((action) => action.startsWith('alert-view.'));

describe('a view', () => {
  test('is its owner’s alone until it is shared, and then of who sees the agency', async () => {
    const { id } = await save(an, 'Ca trực');
    expect([await names(an), await names(binh), await names(far)]).toEqual([['Ca trực'], [], []]);
    expect(await audited()).toEqual([]);
    await changeAlertView(registry, { id, change: { shared: true }, version: 1 }, an);
    expect([await names(binh), await names(viewer), await names(far)]).toEqual([
      ['Ca trực'],
      ['Ca trực'],
      [],
    ]);
    expect(await audited()).toEqual(['alert-view.change']);
  });

  test('that is shared is changed and deleted by who may change alerts there, nobody else', async () => {
    const { id } = await save(an, 'Chung', true);
    for (const by of [viewer, far]) {
      const code = by === viewer ? 'alert-view-not-yours' : 'alert-view-unknown';
      const change = { id, change: { name: 'x' }, version: undefined };
      await expect(changeAlertView(registry, change, by)).rejects.toMatchObject({ code });
      await expect(deleteAlertView(registry, id, by)).rejects.toMatchObject({ code });
    }
    await expect(save(viewer, 'Của tôi', true)).rejects.toMatchObject({ code: 'alert-view-not-yours' });
    await changeAlertView(registry, { id, change: { name: 'Của tổ' }, version: 1 }, binh);
    const back = { id, change: { shared: false }, version: 2 };
    await expect(changeAlertView(registry, back, binh)).rejects.toMatchObject({
      code: 'alert-view-not-yours',
    });
    await expect(
      changeAlertView(registry, { id, change: { name: 'y' }, version: 1 }, an),
    ).rejects.toMatchObject({ code: 'version-conflict' });
    await deleteAlertView(registry, id, binh);
    expect(await names(an)).toEqual([]);
    expect(await audited()).toEqual(['alert-view.share', 'alert-view.change', 'alert-view.delete']);
  });

  test('has a name that its owner, or the agency, has once', async () => {
    await save(an, 'Nặng');
    await expect(save(an, 'Nặng')).rejects.toMatchObject({ code: 'alert-view-exists' });
    await save(binh, 'Nặng');
    const { id } = await save(an, 'Nặng', true);
    await expect(save(binh, 'Nặng', true)).rejects.toMatchObject({ code: 'alert-view-exists' });
    await save(far, 'Nặng', true);
    const back = { id, change: { shared: false }, version: undefined };
    await expect(changeAlertView(registry, back, an)).rejects.toMatchObject({ code: 'alert-view-exists' });
  });

  test('is one of a bounded number', async () => {
    for (let at = 0; at < ALERT_VIEW_LIMITS.ownMax; at += 1) await save(an, String(at));
    await expect(save(an, 'one more')).rejects.toMatchObject({ code: 'alert-views-too-many' });
    await save(binh, 'of another');
  });
});

describe('the one that one begins with', () => {
  const first = async (by: ViewBy) =>
    (await listAlertViews(registry.db, by)).filter((view) => view.first).map(({ name }) => name);

  test('is each person’s own, and goes when it is not seen any more', async () => {
    const [own, shared] = [await save(an, 'Riêng'), await save(an, 'Chung', true)];
    await beginWithAlertView(registry, own.id, an);
    await beginWithAlertView(registry, shared.id, binh);
    expect([await first(an), await first(binh)]).toEqual([['Riêng'], ['Chung']]);
    await expect(beginWithAlertView(registry, own.id, binh)).rejects.toMatchObject({
      code: 'alert-view-unknown',
    });
    await changeAlertView(registry, { id: shared.id, change: { shared: false }, version: undefined }, an);
    expect(await first(binh)).toEqual([]);
    await deleteAlertView(registry, own.id, an);
    expect(await first(an)).toEqual([]);
    await beginWithAlertView(registry, shared.id, an);
    await beginWithAlertView(registry, undefined, an);
    expect(await first(an)).toEqual([]);
  });
});
