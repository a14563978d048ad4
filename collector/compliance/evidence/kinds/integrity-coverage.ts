/** Whether files of hosts are watched for changes: a full comparison with a baseline, and nobody touched the baseline. */
import { z } from 'zod';
import type { IntegrityScan } from '../../../store/fleet-store.ts';
import { periodBefore, periodSchema } from '../../iso-period.ts';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { absentFor, defineFleetKind, judgedAs } from '../fleet-kind.ts';
import { showTime } from '../host-findings.ts';

type Own = 'compared' | 'never' | 'empty' | 'tampered';

const schema = z.strictObject({
  within: periodSchema.prefault('P7D'),
  /** So many paths must be watched. */
  pathsMin: z.int().min(1).default(1),
});

export const integrityCoverageKind: AnyEvidenceKind = defineFleetKind<
  z.infer<typeof schema>,
  Own,
  IntegrityScan
>({
  kind: 'integrity-coverage',
  schema,
  events: { names: ['integrity-tampered'], within: ({ within }) => within },
  reasons: {
    compared: {
      vi: 'So sánh toàn bộ {paths} đường dẫn với bản gốc lúc {at}',
      en: 'All {paths} paths were compared with the baseline at {at}',
    },
    never: {
      vi: 'Không có lần so sánh toàn bộ nào trong {within}',
      en: 'There was no full comparison within {within}',
    },
    empty: {
      vi: 'Chỉ theo dõi {paths} đường dẫn, ít hơn {least}',
      en: 'Only {paths} paths are watched, fewer than {least}',
    },
    tampered: { vi: 'Bản gốc đối chiếu bị can thiệp lúc {at}', en: 'The baseline was tampered with at {at}' },
  },
  explain: ({ within, pathsMin }) => ({
    vi: `Lần so sánh toàn vẹn đầy đủ cuối của từng máy trong ${within.iso}, ít nhất ${pathsMin} đường dẫn, bản gốc không bị can thiệp (vonggac-agent integrity status)`,
    en: `The last full comparison of each host's watched files within ${within.iso}, at least ${pathsMin} paths, with a baseline that nobody touched (vonggac-agent integrity status)`,
  }),
  async more(fleet, moment, { within }) {
    const scans = await fleet.integrityScans({ ...moment, fromMs: periodBefore(moment.atMs, within) });
    return new Map(scans.map((scan) => [scan.agentId, scan]));
  },
  judge({ within, pathsMin }, told) {
    const { count, more } = told;
    const tampered = count('integrity-tampered')?.lastMs;
    if (tampered !== undefined)
      return judgedAs<Own>('not-met', 'tampered', { at: showTime(tampered) }, tampered);
    if (more === undefined) return absentFor<Own>(told, within, 'never');
    const { baselineRows, timeMs } = more;
    return baselineRows < pathsMin
      ? judgedAs<Own>('not-met', 'empty', { paths: baselineRows, least: pathsMin }, timeMs)
      : judgedAs<Own>(
          'met',
          'compared',
          { paths: baselineRows, at: showTime(timeMs) },
          timeMs,
          more.baselineDigest,
        );
  },
});
