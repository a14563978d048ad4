/**
 * Whether an incident is serious and which clocks run, by rules that name where they come from. Pure. Invariant: what the law does
 * not define is marked D, "to be confirmed", and a person's word goes before it.
 */
import type { Consequence, IncidentFacts } from './incident-facts.ts';
import type { LegalClock } from './legal-clocks.ts';

type LawProfile = LegalClock['profile'];

export interface AffectedSystem {
  id: number;
  name: string;
  /** Null until it is decided. */
  level: number | null;
  profile: LawProfile;
}

export interface Ground {
  code: 'national-security' | 'serious-disruption' | 'decision-05' | 'own-severity' | 'person';
  /** Where it stands; empty for a rule of our own. */
  source: string;
  confidence: 'A' | 'B' | 'C' | 'D';
  vi: string;
  en: string;
}

export interface Grade {
  isSerious: boolean;
  /** What speaks for it; of a person's word, that alone. */
  grounds: readonly Ground[];
}

const DUTY = 'Nghị định 331/2026/NĐ-CP, Điều 31 khoản 2 điểm d';
const OLDER = 'Quyết định 05/2017/QĐ-TTg, Điều 9';
const HIGH_LEVEL = 4;
/** What makes an incident of a level 4 or 5 system serious; that it is beyond the owner's capacity is asked besides. */
const GRAVE: ReadonlySet<Consequence> = new Set([
  'service-interrupted',
  'secret-data',
  'data-destroyed',
  'control-lost',
  'wide-spread',
]);

export function gradeIncident(
  facts: IncidentFacts,
  { severity, systems }: { severity: string; systems: readonly AffectedSystem[] },
): Grade {
  if (facts.serious !== null) {
    const why = facts.seriousWhy === '' ? '' : `: ${facts.seriousWhy}`;
    const ground: Ground = {
      code: 'person',
      source: '',
      confidence: 'D',
      vi: `Người phụ trách xác định${why}`,
      en: `Said by a person${why}`,
    };
    return { isSerious: facts.serious, grounds: [ground] };
  }
  const grounds: Ground[] = [];
  if (facts.nationalSecurity)
    grounds.push({
      code: 'national-security',
      source: DUTY,
      confidence: 'A',
      vi: 'Có dấu hiệu xâm phạm an ninh quốc gia, trật tự, an toàn xã hội',
      en: 'Signs of harm to national security or public order',
    });
  if (facts.seriousDisruption)
    grounds.push({
      code: 'serious-disruption',
      source: DUTY,
      confidence: 'A',
      vi: 'Gây gián đoạn nghiêm trọng',
      en: 'Serious disruption',
    });
  const level = Math.max(0, ...systems.map((system) => system.level ?? 0));
  if (level >= HIGH_LEVEL && facts.consequences.some((one) => GRAVE.has(one))) {
    const isBeyond = facts.consequences.includes('beyond-capacity');
    grounds.push({
      code: 'decision-05',
      source: OLDER,
      confidence: isBeyond ? 'B' : 'D',
      vi: `Hệ thống cấp độ ${level} chịu hậu quả nêu tại Điều 9${isBeyond ? '' : '; điều kiện vượt khả năng xử lý của chủ quản cần xác nhận'}`,
      en: `A system of level ${level} suffers what article 9 names${isBeyond ? '' : "; whether it is beyond the owner's capacity is to be confirmed"}`,
    });
  }
  if (severity === 'critical')
    grounds.push({
      code: 'own-severity',
      source: '',
      confidence: 'D',
      vi: 'Mức nghiêm trọng cao nhất theo thang của trung tâm giám sát; văn bản không định nghĩa "nghiêm trọng"',
      en: 'Critical by the own scale of the centre; the decree does not define "serious"',
    });
  return { isSerious: grounds.length > 0, grounds };
}

/** Clocks of `rules/cases/legal-clocks.yml` that the facts start. A case that names no system goes by the rules in force now. */
export function clocksOf(
  facts: IncidentFacts,
  grade: Pick<Grade, 'isSerious'>,
  systems: readonly AffectedSystem[],
): string[] {
  const profiles = new Set<LawProfile>(systems.map(({ profile }) => profile));
  if (profiles.size === 0) profiles.add('vn-2026');
  const kinds: string[] = [];
  if (profiles.has('vn-2026')) {
    if (facts.nationalSecurity || facts.seriousDisruption) kinds.push('vn-2026-at-once');
    if (grade.isSerious) kinds.push('vn-2026-24h', 'vn-2026-72h');
  }
  if (profiles.has('vn-2022')) kinds.push('vn-2022-5d');
  if (facts.personalData) kinds.push('personal-data-72h');
  return kinds;
}
