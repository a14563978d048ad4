/** Figures of what arrives: events as they came in, the loss ledger by the hour, and who is silent. */
import { inScope, listAgencies } from '../../registry/agencies.ts';
import { countAgents } from '../../registry/agents.ts';
import { readLedger } from '../../registry/ledger-report.ts';
import { openSilences } from '../../registry/watch-figures.ts';
import { FIGURE_LIMITS, STORE_LIMITS, type FigureAsked, type FigureView } from './figure-view.ts';

const KINDS_MAX = 50;

const agencyIdsOf = ({ scope }: FigureAsked): readonly number[] | undefined =>
  scope.kind === 'all' ? undefined : scope.agencyIds;

export const INGEST_VIEWS: readonly FigureView[] = [
  {
    name: 'agencies',
    takes: [],
    columns: [
      { name: 'id', type: 'UInt64' },
      { name: 'name', type: 'String' },
    ],
    read: async ({ scope }, { registry }) =>
      (await listAgencies(registry)).filter(({ id }) => inScope(scope, id)).map(({ id, name }) => [id, name]),
  },
  {
    name: 'ingest',
    takes: ['from', 'to', 'step', 'agency'],
    columns: [
      { name: 'time', type: 'DateTime' },
      { name: 'agency', type: 'String' },
      { name: 'events', type: 'UInt64' },
      { name: 'matched', type: 'UInt64' },
    ],
    asksStore: true,
    read: async (asked, { registry, store }) => {
      const rows = await store.hunts.arrived(
        { ...asked, agencyIds: agencyIdsOf(asked), limit: FIGURE_LIMITS.rowsMax },
        STORE_LIMITS,
        asked.signal,
      );
      const names = new Map((await listAgencies(registry)).map(({ id, name }) => [id, name]));
      return rows.map(({ fromMs, agencyId, events, matched }) => [
        fromMs,
        names.get(agencyId) ?? String(agencyId),
        events,
        matched,
      ]);
    },
  },
  {
    name: 'ingest_kinds',
    takes: ['from', 'to', 'agency'],
    columns: [
      { name: 'kind', type: 'String' },
      { name: 'events', type: 'UInt64' },
      { name: 'hosts', type: 'UInt64' },
    ],
    asksStore: true,
    read: async (asked, { store }) => {
      const rows = await store.hunts.arrivedKinds(
        { ...asked, agencyIds: agencyIdsOf(asked), limit: KINDS_MAX },
        STORE_LIMITS,
        asked.signal,
      );
      return rows.map(({ channel, events, hosts }) => [channel, events, hosts]);
    },
  },
  {
    name: 'ledger',
    takes: ['from', 'to', 'agency'],
    columns: [
      { name: 'time', type: 'DateTime' },
      { name: 'produced', type: 'UInt64' },
      { name: 'stored', type: 'UInt64' },
      { name: 'limited', type: 'UInt64' },
      { name: 'dropped', type: 'UInt64' },
      { name: 'rejected', type: 'UInt64' },
      { name: 'waiting', type: 'UInt64' },
      { name: 'named_losses', type: 'UInt64' },
      { name: 'missing', type: 'Float64' },
    ],
    read: async ({ fromMs, toMs, scope }, { registry }) => {
      const { lines } = await readLedger(registry.db, { fromMs, toMs, scope, by: 'hour' });
      return lines
        .map((line) => [
          Date.parse(line.key),
          line.produced,
          line.stored,
          line.limited,
          line.dropped,
          line.rejected,
          line.waiting,
          line.named,
          line.missing,
        ])
        .toSorted(([a = 0], [b = 0]) => a - b);
    },
  },
  {
    name: 'silences',
    takes: ['agency'],
    columns: [
      { name: 'hosts', type: 'UInt64' },
      { name: 'silent_hosts', type: 'UInt64' },
      { name: 'silent_sites', type: 'UInt64' },
      { name: 'silent_channels', type: 'UInt64' },
    ],
    read: async ({ scope }, { registry }) => {
      const [hosts, { agents, sites, channels }] = await Promise.all([
        countAgents(registry, scope),
        openSilences(registry.db, scope),
      ]);
      return [[hosts, agents, sites, channels]];
    },
  },
];
