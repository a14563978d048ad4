/** The one door through which a notice leaves: each kind of channel has its sender in this table. */
import type { ChannelSecrets, ChannelSettings } from './channel-settings.ts';
import { DeliveryError, type DeliveryContext, type Notice, type Receipt } from './notice.ts';
import { sendEmail } from './send-email.ts';
import { sendCef } from './send-syslog.ts';
import { sendWebhook } from './send-webhook.ts';

/** @throws DeliveryError that says why it was not taken */
export async function deliver(
  settings: ChannelSettings,
  secrets: ChannelSecrets,
  notice: Notice,
  context: DeliveryContext,
): Promise<Receipt> {
  if (notice.personal !== undefined && settings.kind !== 'email')
    throw new DeliveryError('the channel carries no mail any more', { isFinal: true });
  switch (settings.kind) {
    case 'email':
      return sendEmail(settings, secrets, notice, context);
    case 'webhook':
      return sendWebhook(settings, secrets, notice, context);
    case 'syslog':
      return sendCef(settings, secrets, notice, context);
  }
}
