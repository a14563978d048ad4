/**
 * Keeps the agent connected: session after session, with back-off between them, until stopped or until every
 * collector says for good that it does not want this agent. A session with a less preferred collector ends as soon as
 * a better one answers again.
 */
import { ERRORS } from '#protocol/error.ts';
import type { ErrorCode } from '#protocol/error.ts';
import type { Hardware } from '#protocol/hardware.ts';
import type { HostFacts } from '#protocol/message-fields.ts';
import type { Clock } from '../clock.ts';
import type { Spool } from '../spool/spool.ts';
import { parseAddress } from './address.ts';
import type { Bandwidth } from './bandwidth.ts';
import { CollectorList } from './collector-list.ts';
import { rememberSpool } from './reconcile.ts';
import type { SentMemory } from './reconcile.ts';
import { runSession } from './session.ts';
import type { SessionEnd, SessionEvent, SessionOptions } from './session.ts';
import { ConnectError, PinMismatchError } from './transport.ts';
import type { ConnectProblem, Transport } from './transport.ts';

/** How often a better collector is looked for; jittered by half of it either way. */
const RETURN_EVERY_MS = 600_000;
/** Said once by any collector, they hold for all: who is enrolled and revoked is known to all of them. */
const FOR_ALL: ReadonlySet<ErrorCode> = new Set(['revoked', 'cloned']);
/** A session that lived this long, or got anything acknowledged, was healthy: the next attempt comes soon. */
const HEALTHY_MS_MIN = 30_000;

export type LinkEnd = { kind: 'stopped' } | { kind: 'refused'; code: ErrorCode; message: string };

export type LinkEvent =
  | SessionEvent
  | { kind: 'connecting'; url: string }
  /** In order of preference, from now on. */
  | { kind: 'collectors'; urls: readonly string[] }
  /** A better collector answers again. */
  | { kind: 'moving'; from: string; to: string }
  | { kind: 'offline'; cause: OfflineCause; message: string; retryInMs: number };

export type OfflineCause =
  ConnectProblem | 'wrong-certificate' | 'closed' | 'violation' | ErrorCode | 'epoch-changed';

export interface LinkOptions {
  /** @throws ConnectError, PinMismatchError */
  connect: (url: string, signal: AbortSignal) => Promise<Transport>;
  /** https: origin of the collector enrolled with. */
  home: string;
  /** Preferred ones, as last heard. */
  collectors?: readonly string[] | undefined;
  bandwidth: Bandwidth;
  spool: Spool;
  agentId: string;
  agentVersion: string;
  host: HostFacts;
  hardware?: Hardware | undefined;
  announce?: SessionOptions['announce'];
  signed?: SessionOptions['signed'];
  sign: (bytes: Uint8Array) => string;
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  signal: AbortSignal;
  onEvent: (event: LinkEvent) => void;
}

interface NotConnected {
  kind: ConnectProblem | 'wrong-certificate';
  message: string;
  retryAfterMs?: number | undefined;
}

interface Attempt {
  end: SessionEnd | NotConnected;
  healthy: boolean;
}

/**
 * Call it right after the spool was opened and before anything is committed: what is in the spool then may have
 * been sent by an earlier process, what comes later cannot.
 */
export function prepareLink(options: LinkOptions): { run: () => Promise<LinkEnd> } {
  const memory = rememberSpool(options.spool.status(), options.spool.sentBefore());
  return { run: () => runLink(options, memory) };
}

/** A collector and the line to it, opened ahead of its session. */
interface Opened {
  url: string;
  transport: Transport;
}

async function runLink(options: LinkOptions, firstMemory: SentMemory): Promise<LinkEnd> {
  const { spool, clock, random, signal, onEvent, home } = options;
  const list = new CollectorList({ home, random, monotonicMs: () => clock.monotonicMs() });
  list.update(origins(options.collectors ?? []));
  onEvent({ kind: 'collectors', urls: list.urls });
  let memory = firstMemory;
  let opened: Opened | undefined;
  while (!signal.aborted) {
    const { url, waitMs } = opened === undefined ? list.next() : { url: opened.url, waitMs: 0 };
    if (waitMs > 0) {
      await clock.sleep(waitMs, signal);
      continue;
    }
    if (memory.epoch !== spool.epoch) memory = rememberEpoch(spool);
    onEvent({ kind: 'connecting', url });
    const { end, healthy, better } = await attempt(options, list, { url, memory, opened });
    opened = better;
    if (healthy) list.healthy(url);
    if (opened !== undefined) {
      onEvent({ kind: 'moving', from: url, to: opened.url });
      continue;
    }
    if (end.kind === 'stopped' || signal.aborted) break;
    if (end.kind === 'refused' && ERRORS[end.code].next !== 'retry') {
      if (list.refused(url) || FOR_ALL.has(end.code))
        return { kind: 'refused', code: end.code, message: end.message };
    }
    // Somebody is asked to decide: the wait is as long as the collector says, however often it was asked.
    if (end.kind === 'refused' && end.code === 'pending-approval') list.healthy(url);
    list.ended(url, 'retryAfterMs' in end ? end.retryAfterMs : undefined);
    onEvent({
      kind: 'offline',
      cause: end.kind === 'refused' ? end.code : end.kind,
      message: end.kind === 'closed' ? end.reason : end.message,
      retryInMs: Math.round(list.next().waitMs),
    });
  }
  opened?.transport.close();
  return { kind: 'stopped' };
}

/** What is no https address is left out. */
function origins(urls: readonly string[]): string[] {
  return urls.flatMap((url) => parseAddress(url)?.origin ?? []);
}

/** Nothing of a new epoch can have been sent by an earlier process. */
function rememberEpoch(spool: Spool): SentMemory {
  const fresh = rememberSpool(spool.status());
  return { ...fresh, nextAtOpen: fresh.nextAtOpen.map(() => 1) };
}

interface Try {
  url: string;
  memory: SentMemory;
  opened: Opened | undefined;
}

/** One session, or the failure to have one. `better` is open when the session was ended for it. */
async function attempt(
  options: LinkOptions,
  list: CollectorList,
  { url, memory, opened }: Try,
): Promise<Attempt & { better?: Opened | undefined }> {
  const { clock, signal, onEvent } = options;
  const connected = opened?.transport ?? (await connect(options, url, signal));
  if (!('send' in connected)) return { end: connected, healthy: false };
  let onlineSinceMs: number | undefined;
  let acknowledged = false;
  const over = new AbortController();
  const moving = new AbortController();
  const looking = lookForBetter(options, list, url, over.signal).then((better) => {
    if (better !== undefined) moving.abort();
    return better;
  });
  const end = await runSession({
    ...options,
    transport: connected,
    memory,
    signal: AbortSignal.any([signal, moving.signal]),
    onEvent: (event) => {
      if (event.kind === 'online') onlineSinceMs = clock.monotonicMs();
      if (event.kind === 'acknowledged') acknowledged = true;
      onEvent(event);
      if (event.kind !== 'policy') return;
      list.update(origins((event.policy.collectors ?? []).map((one) => one.url)));
      onEvent({ kind: 'collectors', urls: list.urls });
    },
  }).finally(() => over.abort());
  const better = await looking;
  const livedMs = onlineSinceMs === undefined ? 0 : clock.monotonicMs() - onlineSinceMs;
  return { end, healthy: acknowledged || livedMs >= HEALTHY_MS_MIN, better };
}

async function connect(
  options: LinkOptions,
  url: string,
  signal: AbortSignal,
): Promise<Transport | NotConnected> {
  try {
    return await options.connect(url, signal);
  } catch (error) {
    if (error instanceof PinMismatchError) return { kind: 'wrong-certificate', message: error.message };
    if (!(error instanceof ConnectError)) throw error;
    const { message, retryAfterMs, problem } = error;
    return { kind: problem, message, retryAfterMs };
  }
}

/** Resolves with an open line to a collector preferred to `url`, or with undefined once `over`. */
async function lookForBetter(
  options: LinkOptions,
  list: CollectorList,
  url: string,
  over: AbortSignal,
): Promise<Opened | undefined> {
  const { clock, random } = options;
  while (!over.aborted) {
    await clock.sleep(RETURN_EVERY_MS * (0.5 + random()), over);
    const better = over.aborted ? undefined : list.betterThan(url);
    if (better === undefined) continue;
    const connected = await connect(options, better, over);
    if ('send' in connected) {
      if (!over.aborted) return { url: better, transport: connected };
      connected.close();
    } else if (!over.aborted) list.ended(better, connected.retryAfterMs);
  }
  return undefined;
}
