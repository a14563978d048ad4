/**
 * A notice by e-mail. Invariants: the server proves who it is, and nothing goes out unencrypted unless the channel says
 * so; no header is made of what events say but the subject, which is one line; the Message-ID is the notice's own.
 */
import type { SettingsOf, ChannelSecrets } from './channel-settings.ts';
import { leavingText } from './leaving-text.ts';
import {
  ANSWER_CHARS_MAX,
  DeliveryError,
  type DeliveryContext,
  type Notice,
  type Receipt,
} from './notice.ts';
import { noticeText, plainText, simpleHtml } from './notice-text.ts';

const SUBJECT_MAX = 200;

export async function sendEmail(
  settings: SettingsOf<'email'>,
  secrets: ChannelSecrets,
  notice: Notice,
  { timeoutMs, hostname, link }: DeliveryContext,
): Promise<Receipt> {
  // Loaded by whoever has such a channel only.
  const { createTransport } = await import('nodemailer');
  const { host, port, security, user, from, to, language, caPem } = settings;
  const text = noticeText(notice, language, link);
  const onDuty = notice.person?.email;
  const receivers = onDuty === undefined ? to : [onDuty];
  const transport = createTransport({
    host,
    port,
    secure: security === 'tls',
    requireTLS: security === 'starttls',
    ignoreTLS: security === 'none',
    ...(user === undefined ? {} : { auth: { user, pass: secrets.password ?? '' } }),
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true, ...(caPem === undefined ? {} : { ca: caPem }) },
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    name: hostname.replaceAll(/[^A-Za-z0-9.-]/g, '') || 'vonggac',
  });
  try {
    const sent = await transport.sendMail({
      messageId: `<${notice.id}@${from.slice(from.lastIndexOf('@') + 1)}>`,
      date: new Date(notice.atMs),
      from: { name: 'Vọng Gác', address: from },
      to: receivers.map((one) => ({ name: '', address: one })),
      subject: leavingText(text.subject, SUBJECT_MAX),
      text: plainText(text),
      html: simpleHtml(text, language),
      headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
    });
    return {
      answer: leavingText(sent.response ?? '', ANSWER_CHARS_MAX),
      refused: (sent.rejected ?? []).map(String),
    };
  } catch (error) {
    throw new DeliveryError(
      leavingText(error instanceof Error ? error.message : String(error), ANSWER_CHARS_MAX),
      {
        isFinal: isFinal(error),
        cause: error,
      },
    );
  } finally {
    transport.close();
  }
}

/** A wrong password is put right by people; what a server refuses for good (5xx) stays refused. */
function isFinal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error ? error.code : undefined;
  const answer = 'responseCode' in error ? error.responseCode : undefined;
  return (code === 'EENVELOPE' || code === 'EMESSAGE') && typeof answer === 'number' && answer >= 500;
}
