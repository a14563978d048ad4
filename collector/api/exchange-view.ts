/** Links to the centre and their documents as the API tells them. */
import type { z } from 'zod';
import type { ExchangeLink } from '../registry/exchange/links.ts';
import type { ExchangeAttempt, ExchangeMessage } from '../registry/exchange/messages.ts';
import { isoTime } from '../registry/iso-time.ts';
import type { linkSchema, messageDetailSchema, messageSchema } from './contract-exchange.ts';

const isoOrNull = (ms: number | null): string | null => (ms === null ? null : isoTime(ms));

export function viewLink(link: ExchangeLink): z.infer<typeof linkSchema> {
  const { nextMs, madeToMs: _made, reportsSinceMs: _since, acceptedMs, ...rest } = link;
  return { ...rest, nextAt: isoOrNull(nextMs), acceptedAt: isoOrNull(acceptedMs) };
}

export function viewMessage(message: ExchangeMessage): z.infer<typeof messageSchema> {
  const { fromMs, toMs, createdMs, nextMs, endedMs, tries: _tries, ...rest } = message;
  return {
    ...rest,
    from: isoTime(fromMs),
    to: isoTime(toMs),
    createdAt: isoTime(createdMs),
    nextAt: rest.state === 'waiting' ? isoTime(nextMs) : null,
    endedAt: isoOrNull(endedMs),
  };
}

export function viewMessageDetail(
  message: ExchangeMessage,
  attempts: readonly ExchangeAttempt[],
): z.infer<typeof messageDetailSchema> {
  const tried = attempts.map(({ id: _id, answer: _answer, atMs, endedMs, ...rest }) => ({
    ...rest,
    at: isoTime(atMs),
    endedAt: isoOrNull(endedMs),
  }));
  return { ...viewMessage(message), tried };
}
