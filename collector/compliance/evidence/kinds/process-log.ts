/** Processes are logged on each host, with host, name, number, parent, command line and account. A host that logs none is not met. */
import { z } from 'zod';
import { LOG_FIELDS, type LogField } from '../../../store/assess-store.ts';
import { periodSchema } from '../../iso-period.ts';
import { defineKind, type AnyEvidenceKind } from '../evidence-kind.ts';
import { gatherShares, judgeShares, SHARE_REASONS, type ShareReason, type Shares } from '../log-shares.ts';
import { inWords } from '../reason-words.ts';

/** TCVN 14423:2026, clauses 5.8.2.1 a, 6.8.2.1 a, 7.8.2.1 a (read in a paraphrase). */
const FIELDS: LogField[] = [
  'host',
  'process-name',
  'process-id',
  'process-parent',
  'process-command',
  'account',
  'action',
];

const schema = z
  .strictObject({
    fields: z.array(z.enum(LOG_FIELDS)).min(1).max(LOG_FIELDS.length).default(FIELDS),
    share: z.number().min(1).max(100).default(95),
    within: periodSchema.default({ iso: 'P1D', months: 0, ms: 86_400_000 }),
  })
  .transform((asked) => ({ ...asked, logs: ['process' as const] }));
type Asked = z.infer<typeof schema>;

export const processLogKind: AnyEvidenceKind = defineKind<Asked, Shares, ShareReason>({
  kind: 'process-log',
  history: 'events',
  schema,
  reasons: SHARE_REASONS,
  gather: (sources, { params, ...moment }) => gatherShares(sources, params, moment),
  judge: (params, shares, system, moment) => judgeShares(params, shares, system, moment, 'not-met'),
  explain: ({ fields, share, within }) => ({
    vi: `Sự kiện tạo tiến trình mới nhất của từng máy trong ${within.iso} có các trường ${inWords('field', fields.join(', ')).vi}, từ ${share} %`,
    en: `The newest process events of each host within ${within.iso} have ${inWords('field', fields.join(', ')).en}: ${share} % at least`,
  }),
});
