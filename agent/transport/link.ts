/**
 * Keeps the agent connected: session after session, with back-off between them, until stopped or until the
 * collector says for good that it does not want this agent.
 */
import { ERRORS } from '#protocol/error.ts';
import type { ErrorCode } from '#protocol/error.ts';
import type { Hardware } from '#protocol/hardware.ts';
import type { HostFacts } from '#protocol/up.ts';
import type { Clock } from '../clock.ts';
import type { Spool } from '../spool/spool.ts';
import { BackOff } from './back-off.ts';
import { rememberSpool } from './reconcile.ts';
import type { SentMemory } from './reconcile.ts';
import { runSession } from './session.ts';
import type { SessionEnd, SessionEvent, SessionOptions } from './session.ts';
import { ConnectError, PinMismatchError } from './transport.ts';
import type { Transport } from './transport.ts';

const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 300_000;
/** A session that lived this long, or got anything acknowledged, was healthy: the next attempt comes soon. */
const HEALTHY_MS_MIN = 30_000;

export type LinkEnd = { kind: 'stopped' } | { kind: 'refused'; code: ErrorCode; message: string };

export type LinkEvent =
  | SessionEvent
  | { kind: 'connecting' }
  | { kind: 'offline'; cause: OfflineCause; message: string; retryInMs: number };

export type OfflineCause =
  'unreachable' | 'wrong-certificate' | 'closed' | 'violation' | ErrorCode | 'epoch-changed';

export interface LinkOptions {
  /** @throws ConnectError, PinMismatchError */
  connect: (signal: AbortSignal) => Promise<Transport>;
  spool: Spool;
  agentId: string;
  agentVersion: string;
  host: HostFacts;
  hardware?: Hardware | undefined;
  announce?: SessionOptions['announce'];
  sign: (bytes: Uint8Array) => string;
  clock: Clock;
  /** Uniform in [0, 1). */
  random: () => number;
  signal: AbortSignal;
  onEvent: (event: LinkEvent) => void;
}

interface Attempt {
  end:
    | SessionEnd
    | { kind: 'unreachable' | 'wrong-certificate'; message: string; retryAfterMs?: number | undefined };
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

async function runLink(options: LinkOptions, firstMemory: SentMemory): Promise<LinkEnd> {
  const { spool, clock, random, signal, onEvent } = options;
  const backOff = new BackOff({ minMs: RETRY_MS_MIN, maxMs: RETRY_MS_MAX, random });
  let memory = firstMemory;
  while (!signal.aborted) {
    if (memory.epoch !== spool.epoch) memory = rememberEpoch(spool);
    onEvent({ kind: 'connecting' });
    const { end, healthy } = await attempt(options, memory);
    if (healthy) backOff.reset();
    if (end.kind === 'stopped' || signal.aborted) break;
    if (end.kind === 'refused' && ERRORS[end.code].next !== 'retry') {
      return { kind: 'refused', code: end.code, message: end.message };
    }
    // Somebody is asked to decide: the wait is as long as the collector says, however often it was asked.
    if (end.kind === 'refused' && end.code === 'pending-approval') backOff.reset();
    const retryInMs = backOff.next('retryAfterMs' in end ? end.retryAfterMs : undefined);
    onEvent({
      kind: 'offline',
      cause: end.kind === 'refused' ? end.code : end.kind,
      message: end.kind === 'closed' ? end.reason : end.message,
      retryInMs,
    });
    await clock.sleep(retryInMs, signal);
  }
  return { kind: 'stopped' };
}

/** Nothing of a new epoch can have been sent by an earlier process. */
function rememberEpoch(spool: Spool): SentMemory {
  const fresh = rememberSpool(spool.status());
  return { ...fresh, nextAtOpen: fresh.nextAtOpen.map(() => 1) };
}

async function attempt(options: LinkOptions, memory: SentMemory): Promise<Attempt> {
  const { spool, agentId, agentVersion, host, hardware, announce, sign, clock, signal, onEvent } = options;
  let transport: Transport;
  try {
    transport = await options.connect(signal);
  } catch (error) {
    if (error instanceof PinMismatchError) {
      return { end: { kind: 'wrong-certificate', message: error.message }, healthy: false };
    }
    if (error instanceof ConnectError) {
      const { message, retryAfterMs } = error;
      return { end: { kind: 'unreachable', message, retryAfterMs }, healthy: false };
    }
    throw error;
  }
  let onlineSinceMs: number | undefined;
  let acknowledged = false;
  const end = await runSession({
    transport,
    spool,
    memory,
    agentId,
    agentVersion,
    host,
    hardware,
    announce,
    sign,
    clock,
    signal,
    onEvent: (event) => {
      if (event.kind === 'online') onlineSinceMs = clock.monotonicMs();
      if (event.kind === 'acknowledged') acknowledged = true;
      onEvent(event);
    },
  });
  const livedMs = onlineSinceMs === undefined ? 0 : clock.monotonicMs() - onlineSinceMs;
  return { end, healthy: acknowledged || livedMs >= HEALTHY_MS_MIN };
}
