/** Where hosts take their patches from, against the servers that an agency keeps for it. */
import { z } from 'zod';
import { patternTest } from '../assessment-lists.ts';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { defineFleetKind, judgedAs, some } from '../fleet-kind.ts';

type Own = 'own-server' | 'elsewhere' | 'not-known';

export const patchSourceKind: AnyEvidenceKind = defineFleetKind<Record<string, never>, Own>({
  kind: 'patch-source',
  schema: z.strictObject({}),
  looks: [{ category: 'patch-level', facts: ['servers', 'proxy'] }],
  list: 'patch-servers',
  reasons: {
    'own-server': { vi: 'Lấy bản vá từ {servers}', en: 'It takes patches from {servers}' },
    elsewhere: {
      vi: 'Lấy bản vá từ nơi ngoài danh sách: {servers}',
      en: 'It takes patches from beyond the list: {servers}',
    },
    'not-known': {
      vi: 'Agent chưa báo máy lấy bản vá từ đâu',
      en: 'The agent did not tell where the host takes patches from',
    },
  },
  explain: () => ({
    vi: `Máy chủ bản vá (kho gói, proxy, WSUS) của từng máy so với danh sách "patch-servers" (vonggac inventory find --category patch-level --key sources)`,
    en: `Each host's servers for patches (repositories, proxy, WSUS) against the list "patch-servers" (vonggac inventory find --category patch-level --key sources)`,
  }),
  judge(_params, { listed }, own) {
    const facts = own.items.find(({ key }) => key === 'sources')?.facts;
    const proxy = facts?.['proxy'] ?? '';
    const servers = (facts?.['servers'] ?? '').split(' ').filter(Boolean);
    // What goes through a proxy comes from there, whatever it is called.
    const from = proxy === '' ? servers : [proxy];
    if (from.length === 0) return judgedAs<Own>('not-assessed', 'not-known', {}, own.toldMs);
    const isOwn = patternTest(listed);
    const elsewhere = from.filter((server) => !isOwn(server.replace(/:\d+$/, '')) && !isOwn(server));
    return elsewhere.length === 0
      ? judgedAs<Own>('met', 'own-server', { servers: some(from) }, own.toldMs)
      : judgedAs<Own>('not-met', 'elsewhere', { servers: some(elsewhere) }, own.toldMs);
  },
});
