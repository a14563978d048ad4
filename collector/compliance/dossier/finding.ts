/** What is wrong with dossiers, in words of both languages. A code is stable; its arguments are texts of people: never markup. */
import type { DossierField } from './facts.ts';

export const FINDING_CODES = [
  'system-without-level',
  'system-without-dossier',
  'dossiers-overlap',
  'decision-before-regulation',
  'approved-without-decision',
  'approved-without-regulation',
  'unapproved-without-expected-date',
  'expected-date-passed',
  'level-differs',
  'register-level-differs',
  'plan-unknown',
  'plan-without-date',
  'host-in-two-systems',
  'rented-without-contract',
  'contract-over',
  'appraisal-body-unlawful',
  'approval-body-unlawful',
  'dates-out-of-order',
  'date-in-the-future',
  'hosts-beyond-dossier',
  'office-incomplete',
] as const;
export type FindingCode = (typeof FINDING_CODES)[number];

/** `error`: the report may not leave like this. `warning`: it may, and somebody should look. */
export type FindingSeverity = 'error' | 'warning';

type Args = Readonly<Record<string, string>>;

export interface DossierFinding {
  code: FindingCode;
  severity: FindingSeverity;
  /** Null for what is about an agency alone. */
  systemId: number | null;
  dossierId: number | null;
  agencyId: number | null;
  field: DossierField | 'level' | 'hosts' | 'office' | 'dossier';
  args: Args;
  text: { vi: string; en: string };
}

type Words = (args: Args) => { vi: string; en: string };

const WORDS: Readonly<Record<FindingCode, Words>> = {
  'system-without-level': () => ({
    vi: 'Hệ thống chưa có cấp độ đề xuất',
    en: 'the system has no proposed level',
  }),
  'system-without-dossier': () => ({
    vi: 'Hệ thống chưa có hồ sơ đề xuất cấp độ',
    en: 'the system has no dossier',
  }),
  'dossiers-overlap': ({ other = '' }) => ({
    vi: `Hồ sơ chồng lấn thời gian hiệu lực với hồ sơ ${other}`,
    en: `the dossier holds at the same time as dossier ${other}`,
  }),
  'decision-before-regulation': ({ decision = '', regulation = '' }) => ({
    vi: `Quyết định phê duyệt (${decision}) trước ngày ban hành quy chế (${regulation}); NĐ 331/2026 Đ30.7 yêu cầu quy chế có trước`,
    en: `the decision (${decision}) is older than the regulation (${regulation}), which must be issued first (decree 331/2026, article 30.7)`,
  }),
  'approved-without-decision': () => ({
    vi: 'Đã được phê duyệt nhưng thiếu số hoặc ngày quyết định phê duyệt',
    en: 'approved, but the number or the day of the decision is missing',
  }),
  'approved-without-regulation': () => ({
    vi: 'Đã được phê duyệt nhưng thiếu số hoặc ngày ban hành quy chế',
    en: 'approved, but the number or the day of the regulation is missing',
  }),
  'unapproved-without-expected-date': () => ({
    vi: 'Chưa được phê duyệt nhưng thiếu thời gian dự kiến phê duyệt',
    en: 'not approved, and no day is given by when it is expected to be',
  }),
  'expected-date-passed': ({ expected = '' }) => ({
    vi: `Đã quá thời gian dự kiến phê duyệt (${expected})`,
    en: `the day by which it was expected to be approved (${expected}) has passed`,
  }),
  'level-differs': ({ proposed = '', decided = '' }) => ({
    vi: `Cấp độ được quyết định (${decided}) khác cấp độ đề xuất (${proposed}), chưa nêu lý do`,
    en: `the level decided (${decided}) is not the one proposed (${proposed}), and no reason is given`,
  }),
  'register-level-differs': ({ dossier = '', register = '' }) => ({
    vi: `Cấp độ trong hồ sơ đã phê duyệt (${dossier}) khác cấp độ đang ghi của hệ thống (${register})`,
    en: `the approved dossier says level ${dossier}, the register of systems ${register}`,
  }),
  'plan-unknown': () => ({
    vi: 'Chưa cho biết tình trạng triển khai phương án bảo vệ',
    en: 'it is not said how far the plan of protection is carried out',
  }),
  'plan-without-date': () => ({
    vi: 'Phương án bảo vệ chưa triển khai đầy đủ nhưng thiếu thời gian dự kiến triển khai đủ',
    en: 'the plan of protection is not carried out in full, and no day is given by when it will be',
  }),
  'host-in-two-systems': ({ host = '', other = '', level = '', otherLevel = '' }) => ({
    vi: `Máy ${host} thuộc hai hệ thống khác cấp độ: hệ thống này (${level}) và "${other}" (${otherLevel})`,
    en: `host ${host} belongs to two systems of different levels: this one (${level}) and "${other}" (${otherLevel})`,
  }),
  'rented-without-contract': () => ({
    vi: 'Hệ thống thuê dịch vụ nhưng thiếu nhà cung cấp hoặc số hợp đồng',
    en: 'the system is rented, but the provider or the number of the contract is missing',
  }),
  'contract-over': ({ until = '' }) => ({
    vi: `Hợp đồng thuê dịch vụ đã hết hạn (${until})`,
    en: `the contract with the provider ended on ${until}`,
  }),
  'appraisal-body-unlawful': ({ body = '', wanted = '', level = '' }) => ({
    vi: `Đơn vị thẩm định (${bodyWords(body).vi}) không đúng thẩm quyền: cấp độ ${level} do ${bodyWords(wanted).vi} thẩm định`,
    en: `appraised by ${bodyWords(body).en}; the law names ${bodyWords(wanted).en} for level ${level}`,
  }),
  'approval-body-unlawful': ({ body = '', wanted = '', level = '' }) => ({
    vi: `Cấp phê duyệt (${bodyWords(body).vi}) không đúng thẩm quyền: cấp độ ${level} do ${bodyWords(wanted).vi} phê duyệt`,
    en: `approved by ${bodyWords(body).en}; the law names ${bodyWords(wanted).en} for level ${level}`,
  }),
  'dates-out-of-order': ({ earlier = '', later = '' }) => ({
    vi: `Ngày không theo thứ tự: ${earlier} phải trước ${later}`,
    en: `the days are out of order: ${earlier} must come before ${later}`,
  }),
  'date-in-the-future': ({ day = '' }) => ({
    vi: `Ngày ${day} ở tương lai`,
    en: `${day} lies in the future`,
  }),
  'hosts-beyond-dossier': ({ hosts = '', expected = '' }) => ({
    vi: `${hosts} máy đã ghi danh vào hệ thống, nhiều hơn số máy trong hồ sơ (${expected}): sửa hồ sơ hoặc danh sách máy`,
    en: `${hosts} hosts are enrolled in the system, more than the ${expected} of its dossier: mend the dossier or the list of hosts`,
  }),
  'office-incomplete': ({ agency = '', missing = '' }) => ({
    vi: `${agency}: thiếu thông tin chủ quản hoặc đơn vị chuyên trách (${missing})`,
    en: `${agency}: facts of the owner or its specialised unit are missing (${missing})`,
  }),
};

const BODY_WORDS: Readonly<Record<string, { vi: string; en: string }>> = {
  'specialised-unit': { vi: 'đơn vị chuyên trách về an ninh mạng', en: 'the specialised unit' },
  owner: { vi: 'chủ quản hệ thống thông tin', en: 'the owner' },
  ministry: { vi: 'Bộ Công an', en: 'the Ministry of Public Security' },
  'prime-minister': { vi: 'Thủ tướng Chính phủ', en: 'the Prime Minister' },
};

/** What a body of article 18 is called. */
export function bodyWords(body: string): { vi: string; en: string } {
  return BODY_WORDS[body] ?? { vi: body, en: body };
}

export function finding(
  code: FindingCode,
  severity: FindingSeverity,
  about: Pick<DossierFinding, 'field'> &
    Partial<Pick<DossierFinding, 'systemId' | 'dossierId' | 'agencyId'>> & { args?: Args },
): DossierFinding {
  const { field, systemId = null, dossierId = null, agencyId = null, args = {} } = about;
  return { code, severity, systemId, dossierId, agencyId, field, args, text: WORDS[code](args) };
}
