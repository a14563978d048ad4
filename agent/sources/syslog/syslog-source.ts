/**
 * Takes in what network devices send by syslog: one listener, on UDP, TCP or TLS. Nothing that was sent can be read
 * again, so it has no positions: what is received is handed on at once, also what is there when the agent stops, and
 * what is not handed on is counted with its reason.
 */
import fs from 'node:fs';
import type { LaneName } from '#protocol/lane.ts';
import type { LogChannel } from '#protocol/record-names.ts';
import type { Source, SourceContext, SourceItem } from '../source.ts';
import { allowedNetworks } from './allowed-networks.ts';
import { Inbox } from './inbox.ts';
import { anyAddress } from './listening.ts';
import type { Listening } from './listening.ts';
import { Reception } from './reception.ts';
import { SenderRate } from './sender-rate.ts';
import { syslogSourceName } from './source-name.ts';
import { listenStream } from './stream-listener.ts';
import type { StreamLimits, TlsFiles } from './stream-listener.ts';
import { listenUdp } from './udp-listener.ts';
import { monotonicNow } from '../../monotonic-now.ts';

export interface SyslogTlsOptions {
  /** PEM files. */
  certFile: string;
  keyFile: string;
  /** Authorities whose certificates senders must show. */
  clientCaFile?: string | undefined;
}

export interface SyslogListenerOptions {
  protocol: 'udp' | 'tcp' | 'tls';
  /** Left out: all addresses of this host. */
  address?: string | undefined;
  port: number;
  /** `ADDRESS` or `ADDRESS/BITS`. */
  allow: readonly string[];
  channel: LogChannel;
  lane: LaneName;
  /** For the protocol `tls`. */
  tls?: SyslogTlsOptions | undefined;
}

export interface SyslogLimits extends StreamLimits {
  /** Of one sender. */
  recordsPerSecondMax: number;
}

export interface SyslogSourceOptions {
  listener: SyslogListenerOptions;
  limits: SyslogLimits;
  /** Milliseconds that only go forward; default `monotonicNow`. */
  monotonicMs?: (() => number) | undefined;
  /** Records that wait at most for the spool; default 5,000. */
  inboxRecordsMax?: number | undefined;
  onListening?: ((port: number) => void) | undefined;
}

export function createSyslogSource(options: SyslogSourceOptions): Source {
  return {
    name: syslogSourceName(options.listener),
    async *open(context) {
      const { signal } = context;
      if (signal.aborted) return;
      const { inbox, reception } = receptionOf(options, context);
      const listening = await listen(options, reception);
      try {
        options.onListening?.(listening.port);
        context.caughtUp?.();
        while (!signal.aborted) {
          await inbox.filled(signal);
          yield* takeAll(inbox);
          if (inbox.failure !== undefined) throw inbox.failure;
        }
      } finally {
        listening.close();
      }
      // What came while it was being closed.
      yield* takeAll(inbox);
    },
  };
}

function* takeAll(inbox: Inbox): Generator<SourceItem, void, void> {
  for (let item = inbox.take(); item !== undefined; item = inbox.take()) yield item;
}

function receptionOf(
  { listener, limits, monotonicMs = monotonicNow, inboxRecordsMax }: SyslogSourceOptions,
  context: SourceContext,
): { inbox: Inbox; reception: Reception } {
  const { channel, lane, allow } = listener;
  const inbox = new Inbox({
    lane,
    channel: `log/${channel}`,
    now: context.now,
    recordsMax: inboxRecordsMax,
  });
  const { recordsPerSecondMax } = limits;
  const reception = new Reception({
    channel,
    inbox,
    rate: new SenderRate({ recordsPerSecondMax, monotonicMs }),
    allows: allowedNetworks(allow),
    context,
    monotonicMs,
  });
  return { inbox, reception };
}

function listen({ listener, limits }: SyslogSourceOptions, reception: Reception): Promise<Listening> {
  const { protocol, port } = listener;
  const place = { address: listener.address ?? anyAddress(), port };
  if (protocol === 'udp') {
    return listenUdp({ listen: place, reception, messageBytesMax: limits.messageBytesMax });
  }
  const files = protocol === 'tls' ? readTls(listener.tls) : undefined;
  return listenStream({ listen: place, tls: files, reception, limits });
}

/** Read at every start of the listener. @throws Error naming the file. */
export function readTls(options: SyslogTlsOptions | undefined): TlsFiles {
  if (options === undefined) throw new Error('a TLS listener needs "tls" with "certFile" and "keyFile"');
  const { certFile, keyFile, clientCaFile } = options;
  return {
    cert: fs.readFileSync(certFile),
    key: fs.readFileSync(keyFile),
    clientCa: clientCaFile === undefined ? undefined : fs.readFileSync(clientCaFile),
  };
}
