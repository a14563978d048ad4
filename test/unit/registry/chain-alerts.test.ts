/** What chains are made of: which of many open alerts are looked at, with which of their proofs. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { deterministicId, type Detection } from '../../../collector/alert/detection.ts';
import { createAgency, scopeOfAgency } from '../../../collector/registry/agencies.ts';
import { changeAlert } from '../../../collector/registry/alert-acts.ts';
import { createCase } from '../../../collector/registry/cases/case-acts.ts';
import {
  CHAIN_SHARES,
  hostRowIds,
  openChainIds,
  readChainAlerts,
} from '../../../collector/registry/cases/chain-alerts.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { applyProjection } from '../../../collector/registry/projection.ts';
import { EACH_AN_ALERT } from '../../../scripts/bench/stored-alerts.ts';
import { emptyRegistry } from './registry-fixture.ts';

const T0 = 1_760_000_000_000;
const ALL = { kind: 'all' } as const;

let registry: Registry;
let batch: number;
let serial: number;
let commune: number;
beforeEach(async () => {
  registry = await emptyRegistry(() => T0);
  [batch, serial] = [0, 0];
  ({ id: commune } = await createAgency(registry, { name: 'Xã A', kind: 'commune' }, 'test'));
});
afterEach(() => registry.close());

interface Found {
  rule: string;
  host: string;
  severity?: Detection['rule']['severity'];
  /** Equal ones are one alert. */
  about?: string;
  agencyId?: number;
}

function found({ rule, host, severity = 'high', about, agencyId = 1 }: Found): Detection {
  serial += 1;
  return {
    id: deterministicId(rule, String(serial)),
    rule: {
      ruleId: rule,
      title: rule,
      titleVi: null,
      description: '',
      descriptionVi: null,
      advice: null,
      adviceVi: null,
      severity,
      tags: ['attack.execution'],
      falsePositives: [],
      references: [],
    },
    entity: { about: about ?? String(serial) },
    timeMs: T0 + serial,
    eventId: `${host}/e/0/${serial}`,
    agentId: host,
    hostname: host,
    agencyId,
    message: rule,
    matched: { 'user.name': `u${serial}` },
  };
}

async function raise(...detections: Detection[]): Promise<void> {
  batch += 1;
  const rest = { correlations: [], lateTimes: [], nowMs: T0, policy: EACH_AN_ALERT };
  await applyProjection(registry.db, { afterBatch: batch - 1, batch, detections, ...rest });
}

const times = (count: number, one: Found): Detection[] => Array.from({ length: count }, () => found(one));

/** Of those that are looked at, how many of each rule. */
async function looked(limit = 1_000, scope: Parameters<typeof openChainIds>[1] = ALL) {
  const { ids, open } = await openChainIds(registry.db, scope, limit);
  const alerts = await readChainAlerts(registry.db, ids);
  const byId = new Map(alerts.map((alert) => [alert.id, alert]));
  const rules = ids.map((id) => byId.get(id)?.ruleId ?? '');
  return {
    rules,
    counts: Object.fromEntries(
      [...Map.groupBy(rules, (rule) => rule)].map(([rule, own]) => [rule, own.length]),
    ),
    open,
  };
}

it('are the newest few of each rule on each host, however many of it somebody makes', async () => {
  await raise(found({ rule: 'quiet step', host: 'pc-1' }), found({ rule: 'elsewhere', host: 'pc-2' }));
  await raise(
    ...times(300, { rule: 'noise', host: 'pc-1' }),
    ...times(30, { rule: 'over hosts', host: 'pc-3' }),
  );
  // As an alert over many hosts has none.
  await registry.db
    .updateTable('alert')
    .set({ agent_id: null })
    .where('rule_id', '=', 'over hosts')
    .execute();
  const { counts, open } = await looked();
  expect(counts).toEqual({
    'quiet step': 1,
    elsewhere: 1,
    noise: CHAIN_SHARES.alike,
    'over hosts': CHAIN_SHARES.alikeOverHosts,
  });
  expect(open).toBe(332);
});

it('of one host, many rules do not push out its severe alerts nor those of others', async () => {
  await raise(
    found({ rule: 'severe', host: 'pc-1' }),
    found({ rule: 'other', host: 'pc-2', severity: 'low' }),
  );
  await raise(
    ...Array.from({ length: 100 }, (_, n) => found({ rule: `slight-${n}`, host: 'pc-1', severity: 'low' })),
  );
  const { rules, counts } = await looked();
  expect([counts['severe'], counts['other'], rules.length]).toEqual([1, 1, CHAIN_SHARES.host + 1]);
});

it('of very many, the severe come first, then the newest', async () => {
  await raise(
    found({ rule: 'old and severe', host: 'pc-1' }),
    found({ rule: 'new and severe', host: 'pc-2' }),
    found({ rule: 'old and slight', host: 'pc-3', severity: 'low' }),
    found({ rule: 'newest and slight', host: 'pc-4', severity: 'low' }),
  );
  expect((await looked(3)).rules).toEqual(['new and severe', 'old and severe', 'newest and slight']);
});

it('are open, in no case, and of the reader’s agencies', async () => {
  await raise(
    found({ rule: 'open', host: 'pc-1', agencyId: commune }),
    found({ rule: 'of others', host: 'pc-2' }),
    found({ rule: 'in a case', host: 'pc-3', agencyId: commune }),
    found({ rule: 'closed', host: 'pc-4', agencyId: commune }),
  );
  const rows = await registry.db.selectFrom('alert').select(['id', 'rule_id']).execute();
  const idOf = (rule: string): string => rows.find((row) => row.rule_id === rule)?.id ?? '';
  const by = { actor: 'user:test', scope: ALL };
  const about = { title: 'one', summary: '', severity: 'high', class: 'other', tags: [] } as const;
  const placed = { agencyId: commune, ownAgencyId: commune, alertIds: [idOf('in a case')] };
  await createCase(registry, { ...about, ...placed }, by);
  const closed = { state: 'closed', verdict: 'benign', reason: 'ours' } as const;
  await changeAlert(registry, idOf('closed'), closed, by);
  expect((await looked()).counts).toEqual({ open: 1, 'of others': 1 });
  const narrow = await looked(1_000, await scopeOfAgency(registry.db, commune));
  expect(narrow).toMatchObject({ counts: { open: 1 }, open: 1 });
  expect(await hostRowIds(registry.db, ['pc-1', 'pc-2'], ALL)).toEqual([]);
});

it('come with the first two and the newest two of their proofs', async () => {
  await raise(...Array.from({ length: 9 }, () => found({ rule: 'often', host: 'pc-1', about: 'one' })));
  const { ids } = await openChainIds(registry.db, ALL, 10);
  const [alert] = await readChainAlerts(registry.db, ids);
  expect(alert?.proofs.map(({ matched }) => matched['user.name']).toSorted()).toEqual([
    'u1',
    'u2',
    'u8',
    'u9',
  ]);
});
