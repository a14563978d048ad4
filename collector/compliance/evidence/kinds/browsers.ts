/** Browsers and mail programs of hosts: allowed ones only, and none with an update waiting. */
import { z } from 'zod';
import type { FleetItem } from '../../../store/fleet-store.ts';
import { patternTest } from '../assessment-lists.ts';
import type { AnyEvidenceKind } from '../evidence-kind.ts';
import { defineFleetKind, judgedAs, some } from '../fleet-kind.ts';
import { PICTURE_FRESH_MS } from '../host-pictures.ts';

type Own = 'allowed' | 'not-allowed' | 'outdated' | 'none' | 'updates-unknown';

const BROWSERS =
  /^(?:(?:snap|flatpak):)?(?:firefox(?:-esr)?|chromium(?:-browser)?|google-chrome(?:-(?:stable|beta))?|microsoft-edge(?:-(?:stable|beta))?|brave-browser|opera(?:-stable)?|vivaldi(?:-stable)?|coccoc-browser(?:-stable)?|thunderbird|evolution|kmail|geary|mozilla (?:firefox|thunderbird).*|google chrome|microsoft edge|brave|cốc cốc|coc ?coc|opera \S+|microsoft outlook.*|org\.mozilla\.\w+|com\.google\.chrome|org\.chromium\.chromium)(?::\w+)?$/i;
const KEYS_MAX = 200_000;
const ITEMS_MAX = 200_000;

export const browsersKind: AnyEvidenceKind = defineFleetKind<
  Record<string, never>,
  Own,
  readonly FleetItem[]
>({
  kind: 'browsers',
  schema: z.strictObject({}),
  looks: [
    // How the category stands; the items are asked for by their keys.
    { category: 'package' },
    { category: 'patch-level', facts: ['name', 'security'] },
  ],
  partialIsDoubt: true,
  list: 'browsers',
  reasons: {
    allowed: {
      vi: 'Chỉ có phần mềm trong danh sách, không bản nào chờ cập nhật: {names}',
      en: 'Only programs of the list, none with an update waiting: {names}',
    },
    'not-allowed': { vi: 'Ngoài danh sách: {names}', en: 'Beyond the list: {names}' },
    outdated: { vi: 'Chờ cập nhật: {names}', en: 'An update waits for: {names}' },
    none: { vi: 'Máy không có trình duyệt hay phần mềm thư', en: 'The host has no browser or mail program' },
    'updates-unknown': {
      vi: 'Không rõ có bản cập nhật chờ cài cho {names} hay không',
      en: 'Whether updates wait for {names} is not known',
    },
  },
  explain: () => ({
    vi: `Trình duyệt và phần mềm thư đã cài của từng máy so với danh sách "browsers" và bản cập nhật chờ cài (vonggac inventory find --category package --key 'firefox*')`,
    en: `Browsers and mail programs of each host against the list "browsers" and the updates that wait (vonggac inventory find --category package --key 'firefox*')`,
  }),
  async more(fleet, moment) {
    const span = { ...moment, fromMs: moment.atMs - 2 * PICTURE_FRESH_MS, category: 'package' };
    const keys = (await fleet.keys({ ...span, limit: KEYS_MAX })).filter((key) => BROWSERS.test(key));
    const { items } = await fleet.items({ ...span, keys, facts: ['name', 'version'], limit: ITEMS_MAX });
    return Map.groupBy(items, ({ agentId }) => agentId);
  },
  judge(_params, { listed, more = [], picture }, own) {
    const names = more.map(({ key }) => key);
    if (names.length === 0) return judgedAs<Own>('not-applicable', 'none', {}, own.toldMs);
    const isAllowed = patternTest(listed);
    const strange = more.filter(({ key, facts }) => !isAllowed(key) && !isAllowed(facts['name'] ?? ''));
    if (strange.length > 0)
      return judgedAs<Own>(
        'not-met',
        'not-allowed',
        { names: some(strange.map(({ key }) => key)) },
        own.toldMs,
      );
    const updates = picture('patch-level');
    const waiting = new Set(
      updates?.items.flatMap(({ facts }) => (facts['name'] === '' ? [] : [facts['name']])),
    );
    const outdated = more.filter(({ key, facts }) => waiting.has(key) || waiting.has(facts['name']));
    if (outdated.length > 0)
      return judgedAs<Own>(
        'not-met',
        'outdated',
        { names: some(outdated.map(({ key }) => key)) },
        own.toldMs,
      );
    return updates === undefined || updates.state !== 'complete'
      ? judgedAs<Own>('not-assessed', 'updates-unknown', { names: some(names) }, own.toldMs)
      : judgedAs<Own>('met', 'allowed', { names: some(names) }, own.toldMs);
  },
});
