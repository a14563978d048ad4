/**
 * What is installed beyond the allowed software. Of thousands of hosts only what is not on the list is read, by its keys;
 * an exception is an entry with its last day.
 */
import { z } from 'zod';
import type { FleetItem } from '../../../store/fleet-store.ts';
import { patternTest } from '../assessment-lists.ts';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { defineFleetKind, judgedAs, some } from '../fleet-kind.ts';
import { PICTURE_FRESH_MS } from '../host-pictures.ts';

type Own = 'allowed' | 'not-allowed' | 'too-many';

const KEYS_MAX = 200_000;
/** More names than that which no list has are no list to work through; and no more are read. */
const STRANGE_KEYS_MAX = 5_000;
const ITEMS_MAX = 100_000;

/** Managers all of whose software is allowed (`dpkg:*`): their items need not be read. */
function wholeManagers(listed: readonly string[]): string[] {
  return listed.flatMap((pattern) => /^([a-z]+):\*$/.exec(pattern.toLowerCase())?.[1] ?? []);
}

interface Strange {
  items: readonly FleetItem[];
  /** There may be more of this host than was read. */
  cut: boolean;
}

export const softwareAllowedKind: AnyEvidenceKind = defineFleetKind<Record<string, never>, Own, Strange>({
  kind: 'software-allowed',
  schema: z.strictObject({}),
  // How the category stands; the items are asked for by their keys.
  looks: [{ category: 'package' }],
  partialIsDoubt: true,
  list: 'software',
  reasons: {
    allowed: {
      vi: 'Mọi phần mềm đã cài đều trong danh sách được phép',
      en: 'All that is installed is on the list',
    },
    'not-allowed': {
      vi: '{count} phần mềm ngoài danh sách: {names}',
      en: '{count} programs beyond the list: {names}',
    },
    'too-many': {
      vi: 'Quá nhiều phần mềm ngoài danh sách trên các máy, chưa xét hết máy này',
      en: 'There is too much beyond the list on all hosts to look through all of this one',
    },
  },
  explain: () => ({
    vi: `Phần mềm đã cài của từng máy trừ danh sách "software", theo tên hoặc "trình-quản-lý:tên" (vonggac inventory find --category package --key '*')`,
    en: `What is installed on each host but the list "software", by name or "manager:name" (vonggac inventory find --category package --key '*')`,
  }),
  async more(fleet, moment, _params, listed) {
    const span = { ...moment, fromMs: moment.atMs - 2 * PICTURE_FRESH_MS, category: 'package' };
    const isAllowed = patternTest(listed);
    const all = await fleet.keys({ ...span, limit: KEYS_MAX });
    const strange = all.filter((key) => !isAllowed(key));
    const keys = strange.slice(0, STRANGE_KEYS_MAX);
    const { items, cutFrom } = await fleet.items({
      ...span,
      keys,
      unless: { fact: 'manager', in: wholeManagers(listed) },
      facts: ['name', 'manager', 'version'],
      limit: ITEMS_MAX,
    });
    const found = items.filter(
      ({ facts }) => !isAllowed(facts['name'] ?? '') && !isAllowed(`${facts['manager']}:${facts['name']}`),
    );
    const byHost = Map.groupBy(found, ({ agentId }) => agentId);
    const isCut = strange.length > keys.length || all.length >= KEYS_MAX;
    return new Map(
      (moment.agentIds ?? [...byHost.keys()]).map((id) => [
        id,
        { items: byHost.get(id) ?? [], cut: isCut || (cutFrom !== undefined && id >= cutFrom) },
      ]),
    );
  },
  judge(_params, { more }, own) {
    if (more === undefined) return undefined;
    const names = more.items.map(({ key, facts }) => `${key} ${facts['version']}`.trimEnd());
    if (names.length > 0)
      return judgedAs<Own>(
        'not-met',
        'not-allowed',
        { count: names.length, names: some(names) },
        own.toldMs,
        names.join(', '),
      );
    return more.cut
      ? judgedAs<Own>('not-assessed', 'too-many', {}, own.toldMs)
      : judgedAs<Own>('met', 'allowed', {}, own.toldMs);
  },
});
