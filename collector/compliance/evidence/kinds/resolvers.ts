/** Name servers that hosts ask, against those that an administrator trusts. */
import { z } from 'zod';
import { rangeTest } from '../assessment-lists.ts';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { defineFleetKind, judgedAs, some } from '../fleet-kind.ts';

type Own = 'trusted' | 'not-trusted' | 'none' | 'only-itself';

const LOOPBACK = /^(127\.|::1$)/;

export const resolversKind: AnyEvidenceKind = defineFleetKind<Record<string, never>, Own>({
  kind: 'resolvers',
  schema: z.strictObject({}),
  looks: [{ category: 'dns-server', facts: ['address'] }],
  partialIsDoubt: true,
  list: 'resolvers',
  reasons: {
    trusted: {
      vi: 'Chỉ hỏi máy chủ DNS trong danh sách: {servers}',
      en: 'Asks only name servers of the list: {servers}',
    },
    'not-trusted': {
      vi: 'Hỏi máy chủ DNS ngoài danh sách: {servers}',
      en: 'Asks name servers beyond the list: {servers}',
    },
    none: { vi: 'Máy không đặt máy chủ DNS nào', en: 'The host has no name server' },
    'only-itself': {
      vi: 'Máy tự phân giải ({servers}), không rõ hỏi tiếp máy chủ nào',
      en: 'The host asks itself ({servers}); whom it asks then is not known',
    },
  },
  explain: () => ({
    vi: `Máy chủ DNS của từng máy so với danh sách "resolvers" (vonggac inventory find --category dns-server --key '*')`,
    en: `Each host's name servers against the list "resolvers" (vonggac inventory find --category dns-server --key '*')`,
  }),
  judge(_params, { listed }, own) {
    const servers = [...new Set(own.items.map(({ facts }) => (facts['address'] ?? '').replace(/%.*$/, '')))];
    const trusted = rangeTest(listed);
    const others = servers.filter((server) => !LOOPBACK.test(server));
    const bad = others.filter((server) => !trusted(server));
    const of = (
      result: 'met' | 'not-met' | 'not-applicable' | 'not-assessed',
      code: Own,
      names: readonly string[],
    ) => judgedAs<Own>(result, code, { servers: some(names) }, own.toldMs);
    if (servers.length === 0) return of('not-applicable', 'none', []);
    if (bad.length > 0) return of('not-met', 'not-trusted', bad);
    return others.length === 0 ? of('not-assessed', 'only-itself', servers) : of('met', 'trusted', others);
  },
});
