/** The one live line of the page: its state for the badge, its events for the cache of what is shown. */
import type { QueryClient } from '@tanstack/react-query';
import { addWaiting, replaceInPlace, type AlertPages, type Waiting } from '../alerts/alert-feed.ts';
import { ApiError } from '../api/http.ts';
import { LiveStream, type ConnectionState } from '../api/live-stream.ts';
import type { AgentList, AgentSummary, Alert, AlertDetail } from '../api/types.ts';
import { api } from '../session/session-store.ts';
import { createStore } from '../ui/store.ts';

export const connectionStore = createStore<ConnectionState>({ kind: 'connecting' });

/** Alerts that arrived and are not in a list yet. */
export const waitingStore = createStore<Waiting>(new Map());

const countsDelayMs = 1_500;
let countsTimer = 0;

/** The counts follow soon, once for however many alerts arrive together. */
function refreshCounts(client: QueryClient): void {
  if (countsTimer !== 0) return;
  countsTimer = window.setTimeout(() => {
    countsTimer = 0;
    void client.invalidateQueries({ queryKey: ['overview'] });
  }, countsDelayMs);
}

/** Brings an alert that is new or changed into everything shown. */
function takeAlert(client: QueryClient, alert: Alert): void {
  for (const [key, pages] of client.getQueriesData<AlertPages>({ queryKey: ['alerts'] })) {
    if (pages !== undefined) client.setQueryData(key, replaceInPlace(pages, alert));
  }
  const detail = client.getQueryData<AlertDetail>(['alert', alert.id]);
  if (detail !== undefined) {
    client.setQueryData<AlertDetail>(['alert', alert.id], { ...detail, ...alert });
    if (detail.count !== alert.count) void client.invalidateQueries({ queryKey: ['alert', alert.id] });
  }
  waitingStore.set(addWaiting(waitingStore.get(), alert));
}

function takeAgent(client: QueryClient, agent: AgentSummary): void {
  client.setQueryData<AgentList>(['agents'], (list) => {
    if (list === undefined) return list;
    const index = list.agents.findIndex((known) => known.id === agent.id);
    return { agents: index < 0 ? [...list.agents, agent] : list.agents.with(index, agent) };
  });
}

/** The newest alerts, for what came while no line was open (between the list's reading and the first line too). */
async function catchUp(client: QueryClient, wasLive: boolean): Promise<void> {
  const page = await api.alerts({ limit: 200 });
  for (const alert of page.alerts.toReversed()) takeAlert(client, alert);
  if (wasLive) await client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== 'alerts' });
}

let current: LiveStream | null = null;

/** Tries to connect at once. */
export function reconnectNow(): void {
  current?.retryNow();
}

/** Opens the line for a signed-in session; returns what closes it. */
export function startLive(client: QueryClient): () => void {
  let wasLive = false;
  const stream = new LiveStream({
    open: (signal) => api.stream(signal),
    onState(state) {
      connectionStore.set(state);
      if (state.kind !== 'live') return;
      catchUp(client, wasLive).catch((error: unknown) => {
        // Shown and retried by the line itself: a server that answers the stream but not this is tried again.
        if (!(error instanceof ApiError)) throw error;
      });
      wasLive = true;
    },
    onEvent(event) {
      // The server validates what it streams against the contract.
      if (event.event === 'alert') takeAlert(client, JSON.parse(event.data) as Alert);
      if (event.event === 'refresh') void client.invalidateQueries({ queryKey: ['alerts'] });
      if (event.event === 'agent') takeAgent(client, JSON.parse(event.data) as AgentSummary);
      refreshCounts(client);
    },
    now: Date.now,
    random: Math.random,
    schedule(delayMs, run) {
      const timer = window.setTimeout(run, delayMs);
      return () => window.clearTimeout(timer);
    },
  });
  const online = () => stream.retryNow();
  window.addEventListener('online', online);
  current = stream;
  stream.start();
  return () => {
    window.removeEventListener('online', online);
    stream.stop();
    if (current === stream) current = null;
  };
}
