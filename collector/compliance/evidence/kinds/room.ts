/** The disk of the logs is measured daily, an alert comes before it is full, and it is not about to be. */
import { z } from 'zod';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import { ofCentre } from '../centre-findings.ts';
import type { RoomFact } from '../centre-evidence.ts';
import { defineKind, type AnyEvidenceKind } from '../evidence-kind.ts';
import { showTime } from '../host-findings.ts';

type Own = 'watched' | 'filling' | 'below-reserve' | 'no-alert' | 'unmeasured';

const schema = z.strictObject({
  /** The alert has to come at least so many days ahead. */
  alertDays: z.number().min(0).max(365).default(1),
  /** Older measurements say nothing. */
  fresh: periodSchema.default({ iso: 'P2D', months: 0, ms: 2 * 86_400_000 }),
});
type Asked = z.infer<typeof schema>;

export const roomKind: AnyEvidenceKind = defineKind<Asked, RoomFact | undefined, Own>({
  kind: 'room',
  history: 'events',
  schema,
  reasons: {
    watched: {
      vi: 'Còn trống {free} %, cảnh báo trước {days} ngày; dự báo đầy sau: {full}',
      en: '{free} % is free, the alert comes {days} days ahead; days until full: {full}',
    },
    filling: {
      vi: 'Đĩa lưu log dự báo đầy sau {full} ngày (cảnh báo từ {days} ngày)',
      en: 'The disk of the logs will be full in {full} days (alerted from {days} days on)',
    },
    'below-reserve': {
      vi: 'Dung lượng trống còn {free} %, dưới mức dự phòng',
      en: '{free} % is free: less than the reserve',
    },
    'no-alert': {
      vi: 'Cảnh báo sắp đầy đặt trước {days} ngày, cần {wanted}',
      en: 'The alert is set {days} days ahead, {wanted} are asked for',
    },
    unmeasured: { vi: 'Dung lượng đĩa chưa được đo', en: 'The disk was never measured' },
  },
  outside: {
    watched: {
      vi: 'Dung lượng lưu log được theo dõi, cảnh báo đặt trước',
      en: 'The room for logs is watched, and an alert comes ahead',
    },
    filling: { vi: 'Đĩa lưu log sắp đầy', en: 'The disk of the logs will soon be full' },
    'below-reserve': { vi: 'Dung lượng trống dưới mức dự phòng', en: 'Less than the reserve is free' },
    'no-alert': {
      vi: 'Cảnh báo sắp đầy đặt chưa đủ sớm',
      en: 'The alert comes less ahead than is asked for',
    },
  },
  gather: ({ centre }, { atMs }) => centre.room(atMs),
  judge({ alertDays: wanted, fresh }, room, _system, { atMs }) {
    if (room === undefined)
      return ofCentre<Own>({ result: 'not-assessed', reason: { code: 'unmeasured', args: {} }, atMs });
    const { sampledMs, freeBytes, totalBytes, reserveBytes, daysUntilFull, alertDays: days } = room;
    if (sampledMs < periodBefore(atMs, fresh))
      return ofCentre<Own>({
        result: 'not-assessed',
        reason: { code: 'stale', args: { since: showTime(sampledMs) } },
        atMs: sampledMs,
      });
    const free = Math.floor((100 * freeBytes) / Math.max(1, totalBytes));
    const not = (reason: 'filling' | 'below-reserve' | 'no-alert', args: Record<string, number>) =>
      ofCentre<Own>({ result: 'not-met', reason: { code: reason, args }, atMs: sampledMs });
    if (freeBytes < reserveBytes) return not('below-reserve', { free });
    if (days < wanted) return not('no-alert', { days, wanted });
    if (daysUntilFull !== null && daysUntilFull <= days) return not('filling', { full: daysUntilFull, days });
    const args = { free, days, full: daysUntilFull ?? '-' };
    return ofCentre<Own>({ result: 'met', reason: { code: 'watched', args }, atMs: sampledMs });
  },
  explain: () => ({
    vi: 'Dung lượng đĩa đo hằng ngày, dự báo ngày đầy và ngưỡng cảnh báo (vonggac retention show)',
    en: 'The disk measured daily, the forecast of the day it is full, and when it is alerted (vonggac retention show)',
  }),
});
