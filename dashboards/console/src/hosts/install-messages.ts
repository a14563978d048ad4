import { defineMessages } from '../i18n/messages.ts';

export const messages = defineMessages({
  'install.copy': ['Chép các lệnh', 'Copy the commands'],
  'install.token': ['MÃ-GHI-DANH', 'JOIN-TOKEN'],
});
