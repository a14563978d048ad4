/** Papers of the made-up province: dossiers of its systems' levels, who answers for them, and the lists hosts are held against. */

interface Paper {
  status: 'draft' | 'submitted' | 'appraised' | 'approved';
  level: number;
  /** Numbers are of nobody's books. */
  number?: number;
  plan: 'none' | 'some' | 'full';
  checked?: boolean;
  subjects?: number;
}

/** By the system's code. Two are not approved yet, as in a real province. */
const PAPERS: Readonly<Record<string, Paper>> = {
  'MH-TTDL': { status: 'approved', level: 3, number: 11, plan: 'some', checked: true },
  'MH-LGSP': { status: 'approved', level: 3, number: 12, plan: 'some', checked: true },
  'MH-DVC': { status: 'approved', level: 3, number: 13, plan: 'full', checked: true, subjects: 420_000 },
  'MH-QLVB': { status: 'approved', level: 3, number: 7, plan: 'full', checked: true, subjects: 9_000 },
  'MH-THU': { status: 'approved', level: 2, number: 14, plan: 'some', subjects: 9_000 },
  'MH-CTTDT': { status: 'approved', level: 2, number: 15, plan: 'full', checked: true },
  'MH-DLDC': { status: 'submitted', level: 4, plan: 'some', subjects: 1_900_000 },
  'MH-CBCC': { status: 'approved', level: 2, number: 3, plan: 'full', checked: true, subjects: 9_000 },
  'MH-TRANG': { status: 'appraised', level: 1, plan: 'none' },
  'MH-MAY': { status: 'approved', level: 2, number: 16, plan: 'some' },
};

/** The older ones were approved under the older law. */
const OLDER_MAX = 10;

/** @returns what a dossier says, as `system dossier set` takes it; undefined for a system that has none */
export function dossierOf(code: string) {
  const paper = PAPERS[code];
  if (paper === undefined) return undefined;
  const { status, level, number, plan, checked = false, subjects } = paper;
  const body = level === 4 ? ('ministry' as const) : ('specialised-unit' as const);
  const year = (number ?? OLDER_MAX) < OLDER_MAX ? '2025' : '2026';
  const isApproved = status === 'approved';
  return {
    status,
    proposedLevel: level,
    submittedOn: `${year}-08-24`,
    plan,
    expectedFullOn: plan === 'full' ? null : '2027-06-30',
    checkedBeforeUse: checked,
    checkedPeriodically: checked,
    checkedOn: checked ? `${year}-10-20` : null,
    basicSubjects: subjects ?? null,
    criticalCandidate: level === 4,
    regulationNumber: '99/QĐ-MINHHOA',
    regulationOn: '2025-03-10',
    regulationKept: 'Đã phổ biến tới các cơ quan; kiểm tra việc thực hiện mỗi năm.',
    ...(status === 'submitted'
      ? { expectedApprovalOn: '2026-12-31' }
      : { appraisalBody: body, appraisalNumber: `${number ?? 20}/BC-MINHHOA`, appraisedOn: `${year}-09-15` }),
    ...(status === 'appraised' ? { expectedApprovalOn: '2026-12-15' } : {}),
    ...(isApproved
      ? {
          decidedLevel: level,
          approvalBody: level >= 3 ? ('owner' as const) : body,
          approvalNumber: `${number ?? 0}/QĐ-MINHHOA`,
          approvedOn: `${year}-10-01`,
        }
      : {}),
  };
}

/** Who answers for the systems of those who own some, by the agency's key. */
export const DEMO_OFFICES = [
  {
    agency: 'ubnd',
    role: 'owner',
    patch: {
      name: 'UBND tỉnh Minh Họa',
      mandate: 'Luật Tổ chức chính quyền địa phương',
      head: 'Nguyễn Văn Minh Họa',
      headTitle: 'Chủ tịch',
      address: 'Số 1, đường Minh Họa',
      phone: '0200 000 001',
      email: 'ubnd@minhhoa.example',
    },
  },
  {
    agency: 'ubnd',
    role: 'specialised-unit',
    patch: {
      name: 'Sở Khoa học và Công nghệ Minh Họa',
      mandate: '10/QĐ-MINHHOA',
      head: 'Trần Thị Minh Họa',
      headTitle: 'Giám đốc',
      address: 'Số 2, đường Minh Họa',
      phone: '0200 000 002',
      email: 'khcn@minhhoa.example',
    },
  },
  {
    agency: 'snv',
    role: 'owner',
    patch: {
      name: 'Sở Nội vụ Minh Họa',
      head: 'Lê Văn Minh Họa',
      headTitle: 'Giám đốc',
      address: 'Số 3, đường Minh Họa',
      phone: '0200 000 003',
      email: 'snv@minhhoa.example',
    },
  },
] as const;

/** What hosts are compared with. */
export const DEMO_LISTS = [
  { kind: 'resolvers', values: ['10.99.0.2'] },
  { kind: 'admin-sources', values: ['10.99.0.0/16', '10.0.0.0/14'] },
  { kind: 'jump-hosts', values: ['10.99.0.10'] },
  {
    kind: 'browsers',
    values: ['Google Chrome*', 'Mozilla Firefox*', 'Microsoft Edge*', 'Microsoft Office*'],
  },
  {
    kind: 'software',
    values: [
      '7-Zip*',
      'Google Chrome*',
      'Mozilla Firefox*',
      'Microsoft Office*',
      'UniKey*',
      'VGCA Sign Service*',
      'bash',
      'chrony',
      'clamav*',
      'nginx',
      'openssh-server',
      'openssl',
      'postgresql*',
      'rsyslog',
      'sudo',
      'systemd',
    ],
  },
] as const;

/** Proposed, by the system's code: a person whom nobody can make up accepts them. */
export const DEMO_ATTESTATIONS = [
  {
    code: 'MH-TTDL',
    controls: ['NW-01', 'NW-03'],
    statement: 'Sơ đồ mạng và các vùng mạng đúng với hồ sơ đã được phê duyệt.',
    signer: 'Trần Thị Minh Họa',
    signedOn: '2026-10-20',
  },
  {
    code: 'MH-DVC',
    controls: ['BK-01', 'BK-06'],
    statement: 'Quy định sao lưu đã ban hành; đã thử khôi phục cơ sở dữ liệu.',
    signer: 'Trần Thị Minh Họa',
    signedOn: '2026-10-22',
  },
] as const;

/** What is known of the break-in on the portal an hour after it; the rest is for whoever trains to find out. */
export function incidentFacts(detectedMs: number): Record<string, string> {
  const before = (minutes: number): string => new Date(detectedMs - minutes * 60_000).toISOString();
  return {
    occurredAt: before(60),
    detectedAt: before(0),
    seriousDisruption: 'false',
    personalData: 'false',
    serious: 'true',
    seriousWhy: 'Người lạ đăng nhập được tài khoản quản trị của hệ thống giải quyết thủ tục hành chính',
    signs: 'Nhiều lần thử mật khẩu tài khoản root từ một địa chỉ ngoài, lần cuối đăng nhập được',
    foundBy: 'Quy tắc phát hiện của trung tâm giám sát',
    scopeAssets: 'Một máy chủ của Cổng dịch vụ công; chưa thấy máy khác',
    causeCertainty: 'hypothesis',
    cause: 'Tài khoản root được đăng nhập từ xa bằng mật khẩu',
    measuresDoing: 'Cô lập máy chủ, đổi mật khẩu quản trị, rà soát các máy cùng hệ thống',
    contactName: 'Trần Thị Minh Họa',
    contactPhone: '0200 000 002',
    contactEmail: 'khcn@minhhoa.example',
  };
}
