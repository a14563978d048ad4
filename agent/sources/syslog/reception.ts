/** What all listeners do with a message: ask the limits, make the record, put it into the inbox. */
import type { LogRecord } from '#protocol/record.ts';
import type { LogChannel } from '#protocol/record-names.ts';
import { decodeRecord } from '../file/text-encoding.ts';
import type { SourceContext } from '../source.ts';
import type { Inbox } from './inbox.ts';
import type { SenderRate } from './sender-rate.ts';
import type { SyslogFrame } from './syslog-framer.ts';

const LINE_END = 0x0a;
const TRAILERS: ReadonlySet<number> = new Set([LINE_END, 0x0d, 0]);
const TELL_EVERY_MS = 60_000;
const TOLD_MAX = 50;

export interface ReceptionOptions {
  channel: LogChannel;
  inbox: Inbox;
  rate: SenderRate;
  allows: (address: string) => boolean;
  context: Pick<SourceContext, 'now' | 'report'>;
  monotonicMs: () => number;
}

export class Reception {
  readonly #options: ReceptionOptions;
  readonly #told = new Set<string>();
  #toldSinceMs = -Infinity;

  constructor(options: ReceptionOptions) {
    this.#options = options;
  }

  get inbox(): Inbox {
    return this.#options.inbox;
  }

  /** @param address plain. */
  allows(address: string): boolean {
    if (this.#options.allows(address)) return true;
    this.tell(address, 'it is in none of the networks this listener takes messages from');
    return false;
  }

  /** @param address plain. */
  receive(address: string, { bytes, missingBytes }: SyslogFrame): void {
    const { channel, inbox, rate, context } = this.#options;
    const message = withoutTrailers(bytes);
    if (message.length === 0 && missingBytes === 0) return;
    if (!rate.take(address)) {
      inbox.drop('sender-rate');
      this.tell(address, 'it sends more messages a second than it may; the rest is dropped and counted');
      return;
    }
    const { text, cutBytes, repaired } = decodeRecord(message, 'utf-8', missingBytes);
    const record: LogRecord = { kind: 'log', at: context.now(), channel, origin: originOf(address), text };
    if (cutBytes > 0) record.cutBytes = cutBytes;
    if (repaired) record.repaired = true;
    inbox.add(record, message.length);
  }

  /** To status and log: each once a minute, and so many at most, as senders make up addresses. */
  tell(address: string, message: string, cause?: unknown): void {
    const { context, monotonicMs } = this.#options;
    const atMs = monotonicMs();
    if (atMs - this.#toldSinceMs >= TELL_EVERY_MS) {
      this.#told.clear();
      this.#toldSinceMs = atMs;
    }
    const key = `${address} ${message}`;
    if (this.#told.has(key) || this.#told.size >= TOLD_MAX) return;
    this.#told.add(key);
    context.report({ subject: address, message, cause });
  }
}

/** By this the collector tells devices apart. */
export function originOf(address: string): string {
  return `syslog://${address.includes(':') ? `[${address}]` : address}`;
}

function withoutTrailers(bytes: Buffer): Buffer {
  let { length } = bytes;
  while (length > 0 && TRAILERS.has(bytes[length - 1] ?? -1)) length -= 1;
  return bytes.subarray(0, length);
}
