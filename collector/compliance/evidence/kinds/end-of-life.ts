/**
 * Systems and software whose makers no longer mend them. Packages of a distribution end with it; other software is looked up
 * by name. What the table does not know is not assessed, unless an administrator says until when it is supported.
 */
import { z } from 'zod';
import { builtInEndOfLife, type EndOfLife, type SupportEnd } from '../../../../rules/compliance/index.ts';
import type { FleetItem } from '../../../store/fleet-store.ts';
import { patternTest } from '../assessment-lists.ts';
import type { AnyEvidenceKind, AssessedHost } from '../evidence-kind.ts';
import { defineFleetKind, judgedAs, some, type Judged } from '../fleet-kind.ts';
import type { HostPicture } from '../host-pictures.ts';

type Own = 'supported' | 'ended' | 'extended-only' | 'system-unknown' | 'software-unknown';

const schema = z.strictObject({});

/** Managers of software that no distribution answers for; Windows has no other. */
const OWN_MANAGERS = ['snap', 'flatpak', 'msi', 'registry', 'appx', 'winget', 'windows', 'brew', ''];

export const endOfLifeKind: AnyEvidenceKind = defineEndOfLifeKind(() => builtInEndOfLife());

/** @param table asked when it is needed first */
export function defineEndOfLifeKind(table: () => EndOfLife): AnyEvidenceKind {
  return defineFleetKind<Record<string, never>, Own>({
    kind: 'end-of-life',
    schema,
    looks: [
      {
        category: 'os',
        facts: [
          'id',
          'versionId',
          'kernel',
          'name',
          'version',
          'support',
          'supportEnds',
          'extendedSupportEnds',
        ],
      },
      {
        category: 'package',
        facts: ['name', 'version', 'manager'],
        sort: { fact: 'manager', in: OWN_MANAGERS },
      },
    ],
    list: 'supported-software',
    listIsOptional: () => true,
    reasons: {
      supported: {
        vi: '{system} và phần mềm đã biết đều còn hỗ trợ',
        en: '{system} and the software known are supported',
      },
      ended: { vi: 'Hết hỗ trợ: {names}', en: 'No longer supported: {names}' },
      'extended-only': {
        vi: '{system} chỉ còn hỗ trợ mở rộng đến {until}; cần xác nhận đã đăng ký',
        en: '{system} has extended support only, until {until}: confirm that it is had',
      },
      'system-unknown': {
        vi: 'Không rõ thời hạn hỗ trợ của {system}',
        en: 'The end of support of {system} is not known',
      },
      'software-unknown': {
        vi: 'Không rõ thời hạn hỗ trợ của {count} phần mềm: {names}',
        en: 'The end of support of {count} programs is not known: {names}',
      },
    },
    explain: () => ({
      vi: `Hệ điều hành và phần mềm ngoài bản phân phối so với bảng hết hỗ trợ tính đến ${table().asOf} và danh sách "supported-software" (vonggac inventory find --category os --where support=ended)`,
      en: `Systems, and software beside the distribution's, against the table of ends of support as of ${table().asOf} and the list "supported-software" (vonggac inventory find --category os --where support=ended)`,
    }),
    judge(_params, { host, atMs, picture, listed }, own) {
      const today = new Date(atMs).toISOString().slice(0, 10);
      const { name, end } = systemOf(table(), own.items[0], host);
      const software = softwareOf(table(), picture('package'), today, listed);
      const args = { system: name, until: end?.extended ?? '' };
      const of = (
        result: Judged<Own>['result'],
        code: Own,
        more: Record<string, string | number> = {},
      ): Judged<Own> => judgedAs<Own>(result, code, { ...args, ...more }, own.toldMs);
      const isOver = end !== undefined && today > end.ends;
      const isExtended = isOver && end.extended !== undefined && today <= end.extended;
      const ended = [...(isOver && !isExtended ? [`${name} (${end.ends})`] : []), ...software.ended];
      if (ended.length > 0) return of('not-met', 'ended', { names: some(ended) });
      if (end === undefined) return of('not-assessed', 'system-unknown');
      if (isExtended) return of('not-assessed', 'extended-only');
      const { unknown } = software;
      if (unknown.length > 0)
        return of('not-assessed', 'software-unknown', { count: unknown.length, names: some(unknown) });
      return of('met', 'supported');
    },
  });
}

/** The table here first: it is newer than that of an agent long installed. */
function systemOf(
  table: EndOfLife,
  item: FleetItem | undefined,
  host: AssessedHost,
): { name: string; end: Pick<SupportEnd, 'ends' | 'extended'> | undefined } {
  const facts: FleetItem['facts'] = item?.facts ?? {};
  const isWindows = /^win/i.test(host.platform);
  const id = isWindows
    ? /server/i.test(facts['name'] ?? '')
      ? 'windows-server'
      : 'windows'
    : (facts['id'] ?? '');
  const version = (isWindows ? facts['kernel'] : facts['versionId']) ?? '';
  const name = `${facts['name'] ?? host.osName} ${facts['versionId'] || facts['version'] || version}`.trim();
  const known = table.system(id, version);
  if (known !== undefined) return { name, end: known };
  return { name, end: toldEnd(facts) };
}

/** As the agent's own table has it. */
function toldEnd(facts: FleetItem['facts']): Pick<SupportEnd, 'ends' | 'extended'> | undefined {
  const { support = '', supportEnds = '', extendedSupportEnds = '' } = facts;
  if (support === 'unknown' || supportEnds === '') return undefined;
  return { ends: supportEnds, extended: extendedSupportEnds === '' ? undefined : extendedSupportEnds };
}

function softwareOf(
  table: EndOfLife,
  packages: HostPicture | undefined,
  today: string,
  listed: readonly string[],
): { ended: string[]; unknown: string[] } {
  const isSupported = patternTest(listed);
  const ended: string[] = [];
  const unknown: string[] = [];
  for (const { key, facts } of packages?.items ?? []) {
    const name = facts['name'] === '' ? key : (facts['name'] ?? key);
    if (isSupported(name) || isSupported(key)) continue;
    const end = table.product(name, facts['version'] ?? '') ?? table.product(key, facts['version'] ?? '');
    if (end === undefined) unknown.push(name);
    else if (today > end.ends) ended.push(`${name} (${end.ends})`);
  }
  return { ended, unknown };
}
