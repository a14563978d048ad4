/**
 * A notice by HTTPS. Signed as Standard Webhooks 1.0 describes: HMAC-SHA256 over id, time and body. Invariants: no
 * redirection is followed; the address is looked at as it is connected to (address-guard.ts); of the answer no more than
 * its first bytes are read.
 */
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { isIP } from 'node:net';
import { AddressRefusedError, checkAddress, guardedLookup } from './address-guard.ts';
import type { ChannelSecrets, SettingsOf } from './channel-settings.ts';
import { leavingText } from './leaving-text.ts';
import {
  ANSWER_CHARS_MAX,
  DeliveryError,
  type DeliveryContext,
  type Notice,
  type Receipt,
} from './notice.ts';
import { noticeText, type NoticeText } from './notice-text.ts';
import { fillTemplate } from './webhook-template.ts';

const ANSWER_BYTES_MAX = 4_096;
/** The same request cannot become right by waiting. */
const FINAL_STATUS: ReadonlySet<number> = new Set([400, 405, 410, 413, 414, 415, 422]);

/** @param atMs of this try: receivers refuse what is old */
export function signWebhook(
  signingKey: string,
  id: string,
  atMs: number,
  body: string,
): Record<string, string> {
  const key = Buffer.from(signingKey.replace(/^whsec_/, ''), 'base64');
  const seconds = String(Math.floor(atMs / 1_000));
  const signature = createHmac('sha256', key).update(`${id}.${seconds}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': seconds, 'webhook-signature': `v1,${signature}` };
}

function bodyOf(
  { template, language }: SettingsOf<'webhook'>,
  notice: Notice,
  { link }: DeliveryContext,
): string {
  const text = noticeText(notice, language, link);
  return template === undefined ? noticeJson(notice, text) : fillTemplate(template, notice, text);
}

function noticeJson(notice: Notice, { subject }: NoticeText): string {
  const { id, kind, atMs, total, alerts } = notice;
  return JSON.stringify({
    id,
    kind,
    at: new Date(atMs).toISOString(),
    subject,
    total,
    alerts: alerts.map((alert) => ({
      id: alert.id,
      ruleId: alert.ruleId,
      severity: alert.severity,
      title: leavingText(alert.title, 200),
      titleVi: leavingText(alert.titleVi, 200),
      agency: leavingText(alert.agency, 200),
      hostname: alert.hostname === null ? null : leavingText(alert.hostname, 200),
      detections: alert.detections,
      state: alert.state,
      message: leavingText(alert.message, 1_000),
      firstSeenAt: new Date(alert.firstSeenMs).toISOString(),
      lastSeenAt: new Date(alert.lastSeenMs).toISOString(),
    })),
  });
}

async function firstBytes(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    const part = Buffer.from(chunk);
    chunks.push(part);
    bytes += part.length;
    if (bytes >= ANSWER_BYTES_MAX) break; // ends the answer
  }
  return Buffer.concat(chunks).toString('utf8').slice(0, ANSWER_BYTES_MAX);
}

function withoutSecret(text: string, secret: string | undefined): string {
  return secret === undefined
    ? text
    : text.replaceAll(secret, '***').replaceAll(secret.replace(/^\S+ /, ''), '***');
}

export async function sendWebhook(
  settings: SettingsOf<'webhook'>,
  secrets: ChannelSecrets,
  notice: Notice,
  context: DeliveryContext,
): Promise<Receipt> {
  const { timeoutMs, now } = context;
  const url = new URL(settings.url);
  const hostname = url.hostname.replaceAll(/^\[|\]$/g, '');
  const body = bodyOf(settings, notice, context);
  const { signingKey, authorization } = secrets;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    // An address that is written as one is never looked up.
    if (isIP(hostname) !== 0) checkAddress(hostname, settings.allowPrivate);
    const call = request(url, {
      method: 'POST',
      signal,
      lookup: guardedLookup(settings.allowPrivate),
      agent: false,
      minVersion: 'TLSv1.2',
      ...(settings.caPem === undefined ? {} : { ca: settings.caPem }),
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(body),
        'user-agent': 'vonggac',
        ...(signingKey === undefined
          ? { 'webhook-id': notice.id }
          : signWebhook(signingKey, notice.id, now(), body)),
        ...(authorization === undefined ? {} : { authorization }),
      },
    });
    call.end(body);
    const [response] = (await once(call, 'response', { signal })) as [IncomingMessage];
    const status = response.statusCode ?? 0;
    // A receiver may say back what it was sent.
    const said = withoutSecret(await firstBytes(response), authorization);
    const answer = leavingText(`${status} ${said}`, ANSWER_CHARS_MAX);
    if (status >= 200 && status < 300) return { answer, refused: [] };
    throw new DeliveryError(answer, { isFinal: FINAL_STATUS.has(status) });
  } catch (error) {
    if (error instanceof DeliveryError) throw error;
    if (signal.aborted) throw new DeliveryError(`no answer within ${timeoutMs} ms`, { cause: error });
    const said = error instanceof Error ? error.message : String(error);
    throw new DeliveryError(leavingText(said, ANSWER_CHARS_MAX), {
      isFinal: error instanceof AddressRefusedError,
      cause: error,
    });
  }
}
