/** Removable storage: what is plugged in is told, and a program against malware runs where something was. */
import { z } from 'zod';
import { periodSchema } from '../../iso-period.ts';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { defineFleetKind, judgedAs, some } from '../fleet-kind.ts';

type Own = 'none-used' | 'guarded' | 'not-guarded' | 'guard-unknown';

const schema = z.strictObject({ within: periodSchema.prefault('P30D') });

export const removableStorageKind: AnyEvidenceKind = defineFleetKind<z.infer<typeof schema>, Own>({
  kind: 'removable-storage',
  schema,
  looks: [
    { category: 'usb-device', facts: ['storage', 'product'], where: [{ fact: 'storage', in: ['true'] }] },
    { category: 'antivirus', facts: ['running'] },
  ],
  partialIsDoubt: true,
  events: { names: ['removable-storage'], within: ({ within }) => within },
  reasons: {
    'none-used': {
      vi: 'Không cắm thiết bị lưu trữ rời nào trong {within}',
      en: 'No removable storage was plugged in within {within}',
    },
    guarded: {
      vi: 'Có cắm thiết bị lưu trữ rời, phần mềm chống mã độc đang chạy: {names}',
      en: 'Removable storage was plugged in, and a program against malware runs: {names}',
    },
    'not-guarded': {
      vi: 'Có cắm thiết bị lưu trữ rời mà không phần mềm chống mã độc nào chạy',
      en: 'Removable storage was plugged in, and no program against malware runs',
    },
    'guard-unknown': {
      vi: 'Có cắm thiết bị lưu trữ rời, không rõ phần mềm chống mã độc có chạy hay không',
      en: 'Removable storage was plugged in; whether a program against malware runs is not known',
    },
  },
  explain: ({ within }) => ({
    vi: `Thiết bị USB lưu trữ đang cắm và đã cắm trong ${within.iso}, cùng phần mềm chống mã độc của từng máy`,
    en: `USB storage that is plugged in or was within ${within.iso}, with each host's program against malware`,
  }),
  judge({ within }, { count, picture }, own) {
    const used = count('removable-storage');
    if (used === undefined && own.items.length === 0)
      return judgedAs<Own>('met', 'none-used', { within: within.iso }, own.toldMs);
    const atMs = Math.max(own.toldMs, used?.lastMs ?? 0);
    const guard = picture('antivirus');
    if (guard === undefined || guard.state === 'failed')
      return judgedAs<Own>('not-assessed', 'guard-unknown', {}, atMs);
    const running = guard.items.filter(({ facts }) => facts['running'] === 'true').map(({ key }) => key);
    if (running.length > 0) return judgedAs<Own>('met', 'guarded', { names: some(running) }, atMs);
    return guard.items.some(({ facts }) => facts['running'] === '')
      ? judgedAs<Own>('not-assessed', 'guard-unknown', {}, atMs)
      : judgedAs<Own>('not-met', 'not-guarded', {}, atMs);
  },
});
