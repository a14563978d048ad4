/** Whether what hosts keep lies on encrypted disks: LUKS and the like on Linux, BitLocker on Windows. */
import { z } from 'zod';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { defineFleetKind, judgedAs, some } from '../fleet-kind.ts';

type Own = 'encrypted' | 'plain' | 'unknown';

/** What a host starts from is read before there is a key; it holds no data. */
const START = /^\/(boot|efi)(\/|$)/;
const NO_DATA = new Set(['tmpfs', 'vfat', 'iso9660', 'overlay']);

export const encryptionKind: AnyEvidenceKind = defineFleetKind<Record<string, never>, Own>({
  kind: 'encryption',
  schema: z.strictObject({}),
  looks: [{ category: 'mount', facts: ['encrypted', 'fsType', 'network'] }],
  partialIsDoubt: false,
  reasons: {
    encrypted: {
      vi: '{count} phân vùng dữ liệu đều mã hoá',
      en: 'All {count} volumes with data are encrypted',
    },
    plain: { vi: 'Phân vùng chưa mã hoá: {mounts}', en: 'Volumes that are not encrypted: {mounts}' },
    unknown: {
      vi: 'Không rõ có mã hoá hay không: {mounts}',
      en: 'Whether these are encrypted is not known: {mounts}',
    },
  },
  explain: () => ({
    vi: `Mã hoá của từng phân vùng dữ liệu trên đĩa của máy (vonggac inventory find --category mount --key '*')`,
    en: `Encryption of each volume with data on the host's disks (vonggac inventory find --category mount --key '*')`,
  }),
  judge(_params, _host, own) {
    const data = own.items.filter(
      ({ key, facts }) =>
        facts['network'] !== 'true' && !START.test(key) && !NO_DATA.has(facts['fsType'] ?? ''),
    );
    const plain = data.filter(({ facts }) => facts['encrypted'] === 'false').map(({ key }) => key);
    if (plain.length > 0) return judgedAs<Own>('not-met', 'plain', { mounts: some(plain) }, own.toldMs);
    const unknown = data.filter(({ facts }) => facts['encrypted'] !== 'true').map(({ key }) => key);
    if (unknown.length > 0)
      return judgedAs<Own>('not-assessed', 'unknown', { mounts: some(unknown) }, own.toldMs);
    if (data.length === 0) return undefined;
    return judgedAs<Own>('met', 'encrypted', { count: data.length }, own.toldMs);
  },
});
