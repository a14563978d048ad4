/** Records of the kinds of log that matter have the fields that are asked for, host by host. A host that sent none is not judged by them. */
import { z } from 'zod';
import { LOG_FIELDS, LOG_KINDS } from '../../../store/assess-store.ts';
import { periodSchema } from '../../iso-period.ts';
import { defineKind, type AnyEvidenceKind } from '../evidence-kind.ts';
import { gatherShares, judgeShares, SHARE_REASONS, type ShareReason, type Shares } from '../log-shares.ts';
import { inWords } from '../reason-words.ts';

const schema = z.strictObject({
  /** Which kinds of log are looked at. */
  logs: z.array(z.enum(LOG_KINDS)).min(1).max(LOG_KINDS.length).default(['system-access']),
  fields: z.array(z.enum(LOG_FIELDS)).min(1).max(LOG_FIELDS.length),
  share: z.number().min(1).max(100).default(95),
  within: periodSchema.default({ iso: 'P1D', months: 0, ms: 86_400_000 }),
});
type Asked = z.infer<typeof schema>;

export const logFieldsKind: AnyEvidenceKind = defineKind<Asked, Shares, ShareReason>({
  kind: 'log-fields',
  history: 'events',
  schema,
  reasons: SHARE_REASONS,
  gather: (sources, { params, ...moment }) => gatherShares(sources, params, moment),
  judge: (params, shares, system, moment) => judgeShares(params, shares, system, moment, 'not-assessed'),
  explain: ({ logs, fields, share, within }) => ({
    vi: `Tỷ lệ bản ghi mới nhất loại ${inWords('log', logs.join(', ')).vi} trong ${within.iso} có các trường ${inWords('field', fields.join(', ')).vi}, từ ${share} %; địa chỉ MAC của máy lấy từ danh mục thiết bị`,
    en: `The share of the newest records of ${inWords('log', logs.join(', ')).en} within ${within.iso} that have ${inWords('field', fields.join(', ')).en}: ${share} % at least; the MAC addresses of a host are those of its inventory`,
  }),
});
