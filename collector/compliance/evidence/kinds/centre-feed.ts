/**
 * Data of the system's hosts reached the national centre: reports that it accepted within a period name each host, and nothing that
 * was tried since failed. A host of the period need not be in one yet. Hosts are known there by name.
 */
import { z } from 'zod';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import type { ExchangeFact } from '../centre-evidence.ts';
import { ofCentre, ofSystem } from '../centre-findings.ts';
import { defineKind, type AnyEvidenceKind, type Finding } from '../evidence-kind.ts';
import { some } from '../fleet-kind.ts';
import { showTime } from '../host-findings.ts';

type Own = 'covered' | 'not-covered' | 'too-old' | 'failing' | 'never' | 'not-set' | 'no-folder' | 'unread';

const schema = z.strictObject({ within: periodSchema });

/** As reports cut them. */
const NAME_CHARS = 512;

export const centreFeedKind: AnyEvidenceKind = defineKind<z.infer<typeof schema>, ExchangeFact, Own>({
  kind: 'centre-feed',
  history: 'events',
  schema,
  reasons: {
    covered: {
      vi: 'Trung tâm đã nhận báo cáo có đủ {hosts} máy trong {within}, gần nhất {last}',
      en: 'The centre accepted reports with all {hosts} hosts within {within}, the last at {last}',
    },
    'not-covered': {
      vi: '{missing}/{hosts} máy không có trong báo cáo nào được trung tâm nhận trong {within}; gần nhất {last}',
      en: '{missing} of {hosts} hosts are in no report that was accepted within {within}; the last at {last}',
    },
    'too-old': {
      vi: 'Báo cáo gần nhất được trung tâm nhận lúc {last}, đã quá {within}',
      en: 'The last report was accepted at {last}, more than {within} ago',
    },
    failing: {
      vi: '{failed} lần gửi sau lần được nhận gần nhất ({last}) đều lỗi',
      en: '{failed} attempts since the last accepted report ({last}) have failed',
    },
    never: {
      vi: 'Chưa có báo cáo nào được trung tâm nhận (vonggac exchange list)',
      en: 'No report was accepted by the centre yet (vonggac exchange list)',
    },
    'not-set': {
      vi: 'Chưa có kết nối tới trung tâm (vonggac exchange add), cũng chưa khai báo thư mục báo cáo (VONGGAC_EXCHANGE_DIR)',
      en: 'There is no link to the centre (vonggac exchange add), and no folder of reports is told (VONGGAC_EXCHANGE_DIR)',
    },
    'no-folder': {
      vi: 'Không có thư mục báo cáo đã khai báo (VONGGAC_EXCHANGE_DIR)',
      en: 'The folder of reports is not there (VONGGAC_EXCHANGE_DIR)',
    },
    unread: {
      vi: '{missing}/{hosts} máy chưa thấy trong báo cáo, nhưng tệp của {unread} báo cáo đã nhận không còn, đã bị sửa hoặc quá lớn',
      en: '{missing} of {hosts} hosts were not found, and the files of {unread} accepted reports are gone, changed or too large',
    },
  },
  outside: {
    'too-old': {
      vi: 'Báo cáo gần nhất được trung tâm nhận đã quá hạn',
      en: 'The last report was accepted longer ago than is asked for',
    },
    failing: {
      vi: 'Các lần gửi sau lần được nhận gần nhất đều lỗi',
      en: 'Attempts since the last accepted report have failed',
    },
  },
  gather: ({ centre }, { atMs, params }) =>
    centre.exchange(Math.min(...params.map(({ within }) => periodBefore(atMs, within))), atMs),
  judge({ within }, fact, { hosts: all }, { atMs }) {
    if (fact.kind !== 'read')
      return ofCentre<Own>({ result: 'not-assessed', reason: { code: fact.kind, args: {} }, atMs });
    const { accepted, lastAcceptedMs, failedSince, lastFault } = fact;
    const finding = (
      result: Finding['result'],
      reason: Finding<Own>['reason'],
      observed?: string,
    ): Omit<Finding<Own>, 'subject'> => ({ result, reason, observed, atMs: lastAcceptedMs ?? atMs });
    const say = (...said: Parameters<typeof finding>): Finding<Own>[] => ofSystem<Own>(finding(...said));
    const sayOfCentre = (...said: Parameters<typeof finding>): Finding<Own>[] =>
      ofCentre<Own>(finding(...said));
    if (all.length === 0) return say('not-assessed', { code: 'no-hosts', args: {} });
    if (lastAcceptedMs === undefined)
      return sayOfCentre('not-met', { code: 'never', args: {} }, lastFault?.slice(0, 200));
    const sinceMs = periodBefore(atMs, within);
    const last = showTime(lastAcceptedMs);
    if (lastAcceptedMs < sinceMs)
      return sayOfCentre('not-met', { code: 'too-old', args: { last, within: within.iso } });
    if (failedSince > 0)
      return sayOfCentre(
        'not-met',
        { code: 'failing', args: { failed: failedSince, last } },
        lastFault?.slice(0, 200),
      );
    const hosts = all.filter(({ enrolledMs }) => enrolledMs < sinceMs);
    const newest = all.at(-1);
    if (hosts.length === 0 && newest !== undefined)
      return say('not-assessed', {
        code: 'too-new',
        args: { enrolled: showTime(newest.enrolledMs), within: within.iso },
      });
    const counted = accepted.filter(({ acceptedMs }) => acceptedMs >= sinceMs);
    const missing = hosts.filter(
      ({ hostname }) => !counted.some(({ machines }) => machines?.has(hostname.slice(0, NAME_CHARS))),
    );
    const args = { hosts: hosts.length, missing: missing.length, within: within.iso, last };
    if (missing.length === 0) return say('met', { code: 'covered', args });
    const observed = some(missing.map(({ hostname }) => hostname));
    const unread = counted.filter(({ machines }) => machines === undefined).length;
    return unread > 0
      ? say('not-assessed', { code: 'unread', args: { ...args, unread } }, observed)
      : say('not-met', { code: 'not-covered', args }, observed);
  },
  explain: ({ within }) => ({
    vi: `Biên nhận của các tài liệu đã gửi: mọi máy có trong báo cáo được trung tâm nhận trong ${within.iso}, không lần gửi nào sau đó bị lỗi (vonggac exchange list, receipts)`,
    en: `Receipts of documents that were sent: each host is in a report that was accepted within ${within.iso}, and no attempt since has failed (vonggac exchange list, receipts)`,
  }),
});
