/** Hours, quiet time and digests in words. */
import { defineMessages, type LabelOf, type Text } from '../../i18n/messages.ts';
import type { Hours, Routing } from './notify-api.ts';

export const messages = defineMessages({
  'hours.label': ['Trong giờ nào', 'In which hours'],
  'hours.always': ['Mọi lúc', 'At all hours'],
  'hours.working': ['Giờ làm việc của cơ quan', 'Working hours of the agency'],
  'hours.off': ['Ngoài giờ làm việc', 'Outside working hours'],
  'hours.window': ['Khung giờ riêng', 'A window of its own'],
  'hours.days': ['Những ngày', 'Days'],
  'hours.from': ['Từ', 'From'],
  'hours.to': ['Đến', 'To'],
  'hours.over': [
    'Kết thúc trước lúc bắt đầu nghĩa là sang ngày hôm sau.',
    'An end before the beginning is of the next day.',
  ],
  'hours.day1': ['T2', 'Mon'],
  'hours.day2': ['T3', 'Tue'],
  'hours.day3': ['T4', 'Wed'],
  'hours.day4': ['T5', 'Thu'],
  'hours.day5': ['T6', 'Fri'],
  'hours.day6': ['T7', 'Sat'],
  'hours.day7': ['CN', 'Sun'],
  'hours.everyDay': ['hằng ngày', 'every day'],
  'hours.span': ['{from} đến {to}, {days}', '{from} to {to}, {days}'],
  'quiet.on': ['Có giờ yên lặng', 'There is quiet time'],
  'quiet.text': [
    'Trong giờ yên lặng, chỉ việc từ mức dưới đây trở lên được gửi ngay; phần còn lại chờ đến hết giờ, không mất.',
    'In quiet time only what is at least this serious leaves at once; the rest waits until it is over, and is not lost.',
  ],
  'quiet.severity': ['Mức vẫn gửi ngay', 'What leaves all the same'],
  'quiet.digest': ['Gửi gộp vào lúc', 'All together at'],
  'quiet.digestHint': [
    'Ví dụ 08:00, 16:00. Để trống: gửi khi có việc.',
    'E.g. 08:00, 16:00. Left empty: as it comes.',
  ],
  'quiet.is': ['Yên lặng {when} (trừ từ mức {severity})', 'Quiet {when} (but for {severity} and above)'],
  'quiet.digestIs': ['Gộp vào lúc {times}', 'Together at {times}'],
});

type Room = typeof messages;

export const hoursLabel = {
  always: 'hours.always',
  working: 'hours.working',
  'off-hours': 'hours.off',
  window: 'hours.window',
} as const satisfies Record<string, LabelOf<Room>>;

export const dayLabel: Readonly<Record<number, LabelOf<Room>>> = {
  1: 'hours.day1',
  2: 'hours.day2',
  3: 'hours.day3',
  4: 'hours.day4',
  5: 'hours.day5',
  6: 'hours.day6',
  7: 'hours.day7',
};

export function hoursText(hours: Hours, text: Text<Room>): string {
  if (typeof hours === 'string') return text(hoursLabel[hours]);
  const days =
    hours.days.length === 7
      ? text('hours.everyDay')
      : hours.days.map((day) => text(dayLabel[day] ?? 'hours.day1')).join(', ');
  return text('hours.span', { from: hours.from, to: hours.to, days });
}

/** @param severity writes a severity */
export function quietTexts(
  { quiet, digestAt }: Pick<Routing, 'quiet' | 'digestAt'>,
  text: Text<Room>,
  severity: (value: NonNullable<Routing['quiet']>['severityMin']) => string,
): readonly string[] {
  return [
    ...(quiet === null
      ? []
      : [
          text('quiet.is', {
            when: hoursText(quiet.window, text),
            severity: severity(quiet.severityMin).toLocaleLowerCase(),
          }),
        ]),
    ...(digestAt.length === 0 ? [] : [text('quiet.digestIs', { times: digestAt.join(', ') })]),
  ];
}
