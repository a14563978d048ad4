/**
 * The place where events are kept is encrypted. That it lies in a zone of its own, no sensor can see: that is for the person who
 * signs.
 */
import { z } from 'zod';
import { ofCentre } from '../centre-findings.ts';
import type { LogStoreFact } from '../centre-evidence.ts';
import { defineKind, type AnyEvidenceKind } from '../evidence-kind.ts';

type Own = 'encrypted' | 'not-encrypted' | 'elsewhere' | 'not-told';

const schema = z.strictObject({});

export const logStoreKind: AnyEvidenceKind = defineKind<z.infer<typeof schema>, LogStoreFact, Own>({
  kind: 'log-store',
  history: 'now',
  schema,
  reasons: {
    encrypted: {
      vi: 'Nơi lưu log của trung tâm nằm trên ổ đĩa mã hoá',
      en: 'The events of the centre lie on an encrypted disk',
    },
    'not-encrypted': {
      vi: 'Nơi lưu log của trung tâm nằm trên ổ đĩa không mã hoá',
      en: 'The events of the centre lie on a disk that is not encrypted',
    },
    elsewhere: {
      vi: 'Log lưu trên máy chủ cơ sở dữ liệu riêng, ổ đĩa của máy đó không thấy được từ đây',
      en: 'Events are kept by a database server of its own, whose disk cannot be seen from here',
    },
    'not-told': {
      vi: 'Hệ điều hành không cho biết ổ đĩa lưu log có mã hoá hay không',
      en: 'The system does not tell whether the disk of the events is encrypted',
    },
  },
  gather: ({ centre }) => centre.logStore(),
  judge(_params, { place, isEncrypted }, _system, { atMs }) {
    const finding = (result: 'met' | 'not-met' | 'not-assessed', code: Own) =>
      ofCentre<Own>({ result, reason: { code, args: {} }, atMs });
    if (place === 'elsewhere') return finding('not-assessed', 'elsewhere');
    if (isEncrypted === undefined) return finding('not-assessed', 'not-told');
    return isEncrypted ? finding('met', 'encrypted') : finding('not-met', 'not-encrypted');
  },
  explain: () => ({
    vi: 'Ổ đĩa chứa thư mục dữ liệu của trung tâm có được mã hoá không (lsblk)',
    en: 'Whether the disk of the data folder of the centre is encrypted (lsblk)',
  }),
});
