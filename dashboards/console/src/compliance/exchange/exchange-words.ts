/** The words of the exchange: states of documents, why they were made, schedules, what an attempt came to. */
import type { Words } from '../../i18n/messages.ts';
import type { Tone } from '../../ui/badge.tsx';
import type { DocumentDetail, ExchangeDocument, ExchangeLink } from './exchange-api.ts';

type State = ExchangeDocument['state'];
export const documentStates = [
  'waiting',
  'sending',
  'sent',
  'receipt',
  'refused',
  'failed',
  'cancelled',
] as const satisfies State[];
export const stateWords: Readonly<Record<State, Words>> = {
  waiting: ['Đang chờ', 'Waiting'],
  sending: ['Đang gửi', 'Sending'],
  sent: ['Đã nhận', 'Accepted'],
  receipt: ['Đã nhận, có trả lời', 'Accepted, answered'],
  refused: ['Bị từ chối', 'Refused'],
  failed: ['Không gửi được', 'Given up'],
  cancelled: ['Đã hủy', 'Cancelled'],
};
export const stateTone: Readonly<Record<State, Tone>> = {
  waiting: 'info',
  sending: 'info',
  sent: 'good',
  receipt: 'good',
  refused: 'bad',
  failed: 'bad',
  cancelled: 'quiet',
};

export const causeWords: Readonly<Record<ExchangeDocument['cause'], Words>> = {
  schedule: ['Theo lịch', 'By schedule'],
  report: ['Cùng báo cáo', 'With a report'],
  person: ['Lập bằng tay', 'By hand'],
};

type Outcome = NonNullable<DocumentDetail['tried'][number]['outcome']>;
export const outcomeWords: Readonly<Record<Outcome, Words>> = {
  accepted: ['Được nhận', 'Accepted'],
  refused: ['Bị từ chối', 'Refused'],
  again: ['Chưa được, sẽ thử lại', 'Not yet, to be tried again'],
  interrupted: ['Bị ngắt giữa chừng', 'Interrupted'],
  carried: ['Có người mang đi', 'Carried by a person'],
};
export const outcomeTone: Readonly<Record<Outcome, Tone>> = {
  accepted: 'good',
  refused: 'bad',
  again: 'warn',
  interrupted: 'warn',
  carried: 'good',
};

export const variants = ['soap-2026', 'edxml-2018'] as const satisfies ExchangeLink['settings']['variant'][];
export const variantWords: Readonly<Record<ExchangeLink['settings']['variant'], Words>> = {
  'soap-2026': ['SOAP, 2026', 'SOAP, 2026'],
  'edxml-2018': ['edXML, 2018', 'edXML, 2018'],
};

type Every = NonNullable<ExchangeLink['settings']['schedule']>['every'];
export const everyList = ['day', 'week', 'month', 'quarter', 'year'] as const satisfies Every[];
export const everyWords: Readonly<Record<Every, Words>> = {
  day: ['Mỗi ngày', 'Every day'],
  week: ['Mỗi tuần', 'Every week'],
  month: ['Mỗi tháng', 'Every month'],
  quarter: ['Mỗi quý', 'Every quarter'],
  year: ['Mỗi năm', 'Every year'],
};
export const weekDays: readonly Words[] = [
  ['thứ Hai', 'Monday'],
  ['thứ Ba', 'Tuesday'],
  ['thứ Tư', 'Wednesday'],
  ['thứ Năm', 'Thursday'],
  ['thứ Sáu', 'Friday'],
  ['thứ Bảy', 'Saturday'],
  ['Chủ nhật', 'Sunday'],
];

const faultLabels = {
  'not-xml': 'exchange.fault.xml',
  'unknown-document': 'exchange.fault.document',
  'unknown-element': 'exchange.fault.element',
  'wrong-namespace': 'exchange.fault.namespace',
  'missing-element': 'exchange.fault.missing',
  'too-often': 'exchange.fault.often',
  'unknown-attribute': 'exchange.fault.attributeUnknown',
  'missing-attribute': 'exchange.fault.attributeMissing',
  'bad-attribute': 'exchange.fault.attribute',
  'bad-text': 'exchange.fault.text',
} as const;

/** The words for what a check finds; of one that this console does not know yet: that the document is not known. */
export const faultLabel = (code: string): (typeof faultLabels)[keyof typeof faultLabels] =>
  Object.entries(faultLabels).find(([known]) => known === code)?.[1] ?? 'exchange.fault.document';
