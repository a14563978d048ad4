/**
 * Hosts that a system has by its dossier, or else by the list of machines, and that no agent tells of: they count as not assessed
 * wherever hosts are judged. Invariants: never fewer than none, whatever the dossier says; where nothing says how many there are,
 * nothing is missing and that is said.
 */
import type { AssessedSystem, Finding } from './evidence/evidence-kind.ts';

/** Undefined: nothing says how many there are. */
export function missingHosts({ hosts, expectedHosts }: AssessedSystem): number | undefined {
  return expectedHosts === undefined ? undefined : Math.max(0, expectedHosts - hosts.length);
}

/** With one finding for all hosts that have no agent, where the findings are about hosts. */
export function withMissing(
  findings: readonly Finding[],
  system: AssessedSystem,
  atMs: number,
): readonly Finding[] {
  const missing = missingHosts(system) ?? 0;
  if (missing === 0) return findings;
  const known = findings.filter(({ reason }) => reason.code !== 'no-hosts');
  const isAboutHosts =
    known.length < findings.length || findings.some(({ subject }) => subject.kind === 'host');
  if (!isAboutHosts) return findings;
  return [
    ...known,
    {
      subject: { kind: 'system' },
      result: 'not-assessed',
      reason: { code: 'not-enrolled', args: { missing, expected: missing + system.hosts.length } },
      atMs,
      hosts: missing,
    },
  ];
}

/** How far a system's hosts are seen, in words of both languages. */
export function hostsInWords(enrolled: number, expected: number | null): { vi: string; en: string } {
  if (expected === null)
    return {
      vi: 'Hồ sơ và danh sách máy chưa ghi số máy, nên chưa biết còn máy nào chưa cài tác nhân',
      en: 'Neither a dossier nor the list of machines says how many computers there are, so it is not known which have no agent',
    };
  if (enrolled > expected)
    return {
      vi: `Mâu thuẫn: ${enrolled} máy đã ghi danh, hồ sơ (hoặc danh sách máy) chỉ ghi ${expected} máy`,
      en: `A contradiction: ${enrolled} hosts are enrolled, the dossier (or the list of machines) says ${expected}`,
    };
  return enrolled === expected
    ? { vi: `Cả ${expected} máy đều có tác nhân`, en: `All ${expected} computers have an agent` }
    : {
        vi: `${expected - enrolled}/${expected} máy chưa cài tác nhân`,
        en: `${expected - enrolled} of ${expected} computers have no agent`,
      };
}
