/** Extensions of browsers, against those that an administrator allows, by name or id. */
import { z } from 'zod';
import { patternTest } from '../assessment-lists.ts';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { defineFleetKind, judgedAs, some } from '../fleet-kind.ts';

type Own = 'allowed' | 'not-allowed';

export const browserExtensionsKind: AnyEvidenceKind = defineFleetKind<Record<string, never>, Own>({
  kind: 'browser-extensions',
  schema: z.strictObject({}),
  looks: [{ category: 'browser-extension', facts: ['name', 'id', 'browser', 'user'] }],
  partialIsDoubt: true,
  list: 'browser-extensions',
  reasons: {
    allowed: { vi: 'Cả {count} tiện ích đều trong danh sách', en: 'All {count} extensions are on the list' },
    'not-allowed': { vi: 'Tiện ích ngoài danh sách: {names}', en: 'Extensions beyond the list: {names}' },
  },
  explain: () => ({
    vi: `Tiện ích trình duyệt của từng máy so với danh sách "browser-extensions" (vonggac inventory find --category browser-extension --key '*')`,
    en: `Each host's browser extensions against the list "browser-extensions" (vonggac inventory find --category browser-extension --key '*')`,
  }),
  judge(_params, { listed }, own) {
    const isAllowed = patternTest(listed);
    const strange = own.items.filter(
      ({ key, facts }) =>
        ![key, facts['id'] ?? '', facts['name'] ?? ''].some((text) => text !== '' && isAllowed(text)),
    );
    if (strange.length === 0) return judgedAs<Own>('met', 'allowed', { count: own.items.length }, own.toldMs);
    const names = [...new Set(strange.map(({ key, facts }) => facts['name'] || key))];
    return judgedAs<Own>('not-met', 'not-allowed', { names: some(names) }, own.toldMs, names.join(', '));
  },
});
