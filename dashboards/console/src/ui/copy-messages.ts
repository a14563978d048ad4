/** Words of what is copied to the clipboard, and of what is shown once. */
import { defineMessages } from '../i18n/messages.ts';

export const messages = defineMessages({
  'copy.done': ['Đã chép.', 'Copied.'],
  'copy.failed': [
    'Trình duyệt không cho chép: hãy bôi đen rồi chép.',
    'The browser does not allow it: select the text and copy it.',
  ],
  'copy.kept': ['Tôi đã chép xong', 'I have copied it'],
  'copy.once': ['Chỉ hiện một lần này, không xem lại được.', 'Shown this once; it cannot be seen again.'],
});
