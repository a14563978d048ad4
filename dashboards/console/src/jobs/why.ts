/** Why a job waits for a second person, or left something as it was: the server's words for it in the person's language. */
import { defineMessages, type Words } from '../i18n/messages.ts';
import { useWords } from '../i18n/use-text.ts';

const why = defineMessages({
  unchanged: ['đã như vậy rồi', 'is so already'],
  case: ['nằm trong vụ việc', 'in a case'],
  'legal-clock': ['đang tính thời hạn pháp lý', 'a legal clock runs'],
  'high-or-critical': ['mức cao hoặc nghiêm trọng', 'high or critical'],
  'edited-since': ['người khác đã sửa sau đó', 'changed by others since'],
  server: ['máy chủ', 'server'],
  servers: ['có máy chủ', 'servers'],
  'shared-system': ['hệ thống cấp độ 3 trở lên', 'system of level 3 or above'],
  'in-use': ['một tương quan đang dùng luật này', 'a correlation in force is made of it'],
  'needs-its-rules': ['dựa trên một luật chưa dùng', 'it is made of a rule that is not in force'],
  'does-not-compile': ['không biên dịch được', 'does not compile'],
});

/** `more-than-500` */
const moreThan = /^more-than-(\d+)$/u;

function wordsOf(code: string): Words {
  const known = Object.entries(why).find(([key]) => key === code)?.[1];
  if (known !== undefined) return known;
  const number = moreThan.exec(code)?.[1];
  return number === undefined ? [code, code] : [`hơn ${number}`, `more than ${number}`];
}

/** A code that is not known here is shown as it is. */
export function useWhy(): (code: string) => string {
  const words = useWords();
  return (code) => words(wordsOf(code));
}
