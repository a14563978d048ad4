/** The one door through which a notice leaves: each kind of channel has its sender in this table. */
import type { ChannelSecrets, ChannelSettings } from './channel-settings.ts';
import type { DeliveryContext, Notice, Receipt } from './notice.ts';
import { sendEmail } from './send-email.ts';
import { sendCef } from './send-syslog.ts';
import { sendWebhook } from './send-webhook.ts';

/** @throws DeliveryError that says why it was not taken */
export function deliver(
  settings: ChannelSettings,
  secrets: ChannelSecrets,
  notice: Notice,
  context: DeliveryContext,
): Promise<Receipt> {
  switch (settings.kind) {
    case 'email':
      return sendEmail(settings, secrets, notice, context);
    case 'webhook':
      return sendWebhook(settings, secrets, notice, context);
    case 'syslog':
      return sendCef(settings, secrets, notice, context);
  }
}
