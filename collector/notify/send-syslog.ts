/** A notice to a log server, in the Common Event Format. Syslog has no answer: the receipt says that it has left. */
import { parseSyslogTarget, sendSyslog } from '../audit/syslog-target.ts';
import { cefLines } from './cef.ts';
import type { ChannelSecrets, SettingsOf } from './channel-settings.ts';
import { DeliveryError, type DeliveryContext, type Notice, type Receipt } from './notice.ts';

export async function sendCef(
  { target, caPem }: SettingsOf<'syslog'>,
  _secrets: ChannelSecrets,
  notice: Notice,
  { hostname, timeoutMs, now, version }: DeliveryContext,
): Promise<Receipt> {
  const place = parseSyslogTarget(target);
  const lines = cefLines(notice, version);
  try {
    for (const { text, severity } of lines) {
      const line = { messageId: 'notice', severity, text };
      await sendSyslog(place, line, { hostname, atMs: now(), caPem, timeoutMs });
    }
  } catch (error) {
    throw new DeliveryError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  return { answer: `${lines.length} sent over ${place.transport}`, refused: [] };
}
