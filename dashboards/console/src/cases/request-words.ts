/** The states of requests to agencies, in words and tones. */
import type { Words } from '../i18n/messages.ts';
import type { Tone } from '../ui/badge.tsx';
import type { NewAnswer, RequestState } from './requests-api.ts';

export const requestStates = [
  'draft',
  'sent',
  'seen',
  'overdue',
  'answered',
  'returned',
  'accepted',
  'cancelled',
] as const satisfies RequestState[];

export const requestWords: Readonly<Record<RequestState, Words>> = {
  draft: ['Dự thảo', 'Draft'],
  sent: ['Đã gửi', 'Sent'],
  seen: ['Đã xem', 'Seen'],
  overdue: ['Quá hạn', 'Overdue'],
  answered: ['Đã trả lời', 'Answered'],
  returned: ['Trả lại', 'Returned'],
  accepted: ['Đã nhận kết quả', 'Accepted'],
  cancelled: ['Đã hủy', 'Cancelled'],
};
export const requestTone: Readonly<Record<RequestState, Tone>> = {
  draft: 'quiet',
  sent: 'info',
  seen: 'info',
  overdue: 'bad',
  answered: 'warn',
  returned: 'warn',
  accepted: 'good',
  cancelled: 'quiet',
};

type Outcome = NewAnswer['steps'][number]['outcome'];
export const stepOutcomes = ['done', 'not-done', 'cannot'] as const satisfies Outcome[];
export const outcomeOfStep: Readonly<Record<Outcome, Words>> = {
  done: ['Đã làm', 'Done'],
  'not-done': ['Chưa làm', 'Not done'],
  cannot: ['Không làm được', 'Cannot'],
};
export const stepTone: Readonly<Record<Outcome, Tone>> = { done: 'good', 'not-done': 'warn', cannot: 'bad' };
