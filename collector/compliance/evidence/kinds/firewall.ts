/** Whether a host's own packet filter works. Of Windows each profile counts, of Linux one of its programs is enough. */
import { z } from 'zod';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { defineFleetKind, judgedAs, some, unreadPart } from '../fleet-kind.ts';

type Own = 'active' | 'inactive' | 'profile-off' | 'lets-all-in' | 'none' | 'unknown';

const schema = z.strictObject({
  /** What no rule names is turned away. */
  denyByDefault: z.boolean().default(false),
});

const PROFILES = /^(domain|private|public)\b/i;

export const firewallKind: AnyEvidenceKind = defineFleetKind<z.infer<typeof schema>, Own>({
  kind: 'firewall',
  schema,
  looks: [{ category: 'firewall', facts: ['active', 'inputPolicy', 'rules'] }],
  partialIsDoubt: false,
  reasons: {
    active: { vi: 'Tường lửa đang bật: {names}', en: 'A firewall is on: {names}' },
    inactive: {
      vi: 'Tường lửa có nhưng đang tắt: {names}',
      en: 'There is a firewall and it is off: {names}',
    },
    'profile-off': {
      vi: 'Cấu hình mạng đang tắt tường lửa: {names}',
      en: 'Network profiles without firewall: {names}',
    },
    'lets-all-in': {
      vi: 'Tường lửa bật nhưng cho qua mọi kết nối vào không có luật: {names}',
      en: 'The firewall is on and lets in what no rule names: {names}',
    },
    none: { vi: 'Không có tường lửa trên máy', en: 'The host has no firewall' },
    unknown: {
      vi: 'Không rõ tường lửa đang bật hay tắt: {names}',
      en: 'It is not known whether the firewall is on: {names}',
    },
  },
  explain: ({ denyByDefault }) => ({
    vi: `Trạng thái tường lửa của từng máy${denyByDefault ? ', mặc định phải chặn' : ''} (vonggac inventory find --category firewall --key '*')`,
    en: `The state of each host's firewall${denyByDefault ? ', which must deny by default' : ''} (vonggac inventory find --category firewall --key '*')`,
  }),
  judge({ denyByDefault }, _host, own) {
    const { items, toldMs } = own;
    const names = (list: typeof items): string => some(list.map(({ key }) => key));
    const unread = unreadPart<Own>(own);
    if (items.length === 0) return unread ?? judgedAs<Own>('not-met', 'none', {}, toldMs);
    const profiles = items.filter(({ key }) => PROFILES.test(key));
    const off = profiles.filter(({ facts }) => facts['active'] === 'false');
    if (off.length > 0) return judgedAs<Own>('not-met', 'profile-off', { names: names(off) }, toldMs);
    const active = items.filter(({ facts }) => facts['active'] === 'true');
    const unknown = items.filter(({ facts }) => facts['active'] === '');
    if (active.length < Math.max(1, profiles.length)) {
      return unknown.length > 0
        ? judgedAs<Own>('not-assessed', 'unknown', { names: names(unknown) }, toldMs)
        : (unread ?? judgedAs<Own>('not-met', 'inactive', { names: names(items) }, toldMs));
    }
    const denies = active.some(({ facts }) => /^(drop|deny|reject|block)$/i.test(facts['inputPolicy'] ?? ''));
    const code = denyByDefault && !denies ? 'lets-all-in' : 'active';
    return judgedAs<Own>(code === 'active' ? 'met' : 'not-met', code, { names: names(active) }, toldMs);
  },
});
