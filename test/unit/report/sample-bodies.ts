/** Bodies of reports as a small province would have them. */
import { EMPTY_DOSSIER, type DossierFacts } from '../../../collector/compliance/dossier/facts.ts';
import type { ReportBody } from '../../../collector/report/body.ts';
import { mau08Body, type Mau08Agency, type Mau08System } from '../../../collector/report/mau-08-body.ts';
import { doubtsOf } from '../../../collector/report/doubts.ts';
import type { ReportKind } from '../../../collector/report/report-words.ts';
import { known, unknown, type SummaryFacts } from '../../../collector/report/summary-facts.ts';

const PROVINCE: Mau08Agency = { id: 1, name: 'Ủy ban nhân dân tỉnh Quảng Ngãi', code: 'H48' };
const SCIENCE: Mau08Agency = { id: 2, name: 'Sở Khoa học và Công nghệ', code: '000.00.12.H48' };
const COMMUNE: Mau08Agency = { id: 3, name: 'Ủy ban nhân dân xã Hành Minh', code: null };

const APPROVED: Partial<DossierFacts> = {
  status: 'approved',
  proposedLevel: 3,
  approvalNumber: '12/QĐ-UBND',
  approvedOn: '2026-10-02',
  regulationNumber: '5/QĐ-SKHCN',
  regulationOn: '2026-09-01',
  plan: 'some',
  expectedFullOn: '2027-06-30',
  checkedBeforeUse: true,
  checkedPeriodically: true,
  criticalCandidate: true,
};

/** @param name of one of the systems */
export function mau08ReportBody(name = 'Cổng dịch vụ công', change: Partial<ReportBody> = {}): ReportBody {
  const system = (
    id: number,
    systemName: string,
    owner: Mau08Agency,
    facts: Partial<DossierFacts> | undefined,
  ): Mau08System => ({
    id,
    name: systemName,
    level: facts?.status === 'approved' ? (facts.proposedLevel ?? null) : null,
    owner,
    operator: id % 2 === 0 ? null : SCIENCE,
    dossiers: facts === undefined ? [] : [{ id: id * 10, facts: { ...EMPTY_DOSSIER, ...facts } }],
  });
  const table = mau08Body({
    agency: PROVINCE,
    from: '2025-12-15',
    day: '2026-12-14',
    systems: [
      system(1, name, PROVINCE, APPROVED),
      system(2, 'Trung tâm dữ liệu tỉnh', SCIENCE, {
        ...APPROVED,
        plan: 'full',
        expectedFullOn: null,
        rented: true,
        providerName: 'VNPT',
        contractNumber: '7/HĐ',
        contractUntil: '2027-12-31',
        regulationKept: 'Đã tuân thủ đầy đủ',
      }),
      system(3, 'Mạng nội bộ', COMMUNE, {
        status: 'submitted',
        proposedLevel: 2,
        expectedApprovalOn: '2027-03-01',
        plan: 'none',
        expectedFullOn: '2027-12-31',
      }),
      system(4, 'Trang thông tin điện tử', COMMUNE, undefined),
    ],
    sharedHosts: [],
    offices: [
      {
        agency: PROVINCE,
        owner: {
          name: PROVINCE.name,
          mandate: 'Luật Tổ chức chính quyền địa phương',
          head: 'Nguyễn Văn Ỷ',
          headTitle: 'Chủ tịch',
          address: '52 Hùng Vương, Quảng Ngãi',
          phone: '0255 3822 000',
          email: 'ubnd@quangngai.gov.vn',
        },
        unit: null,
      },
    ],
    confirmations: [],
    changes: [
      {
        on: '2026-07-01',
        kind: 'merge',
        before: ['Sở Thông tin và Truyền thông', 'Sở Khoa học và Công nghệ (cũ)'],
        after: [SCIENCE.name],
      },
    ],
  });
  return {
    ...frame('2026'),
    content: { kind: 'mau-08', table, assessment: FACTS.assessment, plan: FACTS.plan },
    ...change,
  };
}

export function frame(period: string): Omit<ReportBody, 'content'> {
  return {
    format: 'vonggac-report-1',
    period,
    agency: { id: 1, name: PROVINCE.name },
    system: null,
    office: {
      superior: '',
      name: PROVINCE.name,
      symbol: 'UBND',
      place: 'Quảng Ngãi',
      capacity: ['TM. Ủy ban nhân dân', 'KT. Chủ tịch', 'Phó Chủ tịch'],
      signer: '',
      copies: ['Chủ tịch, các Phó Chủ tịch UBND tỉnh'],
      archive: 'VT, CĐS',
      contact: '',
    },
    addressees: ['Bộ Công an'],
    madeMs: Date.UTC(2026, 11, 14, 17),
    draft: false,
    revision: 1,
    amendment: null,
  };
}

const NOBODY = { met: 0, partly: 0, notMet: 0, notApplicable: 0, notAssessed: 4, excepted: 0, provider: 0 };

export const FACTS: SummaryFacts = {
  coverage: known({ agencies: 8, systems: 10, hosts: 300, reporting: 281, silent: 19 }),
  levels: known([
    { level: 3, systems: 4, hosts: 120 },
    { level: null, systems: 6, hosts: 180 },
  ]),
  assessment: known({
    day: '2026-12-14',
    groups: [
      { group: 'LG', title: 'Nhật ký', counts: { ...NOBODY, met: 5, partly: 2, notMet: 1 }, score: 0.5 },
      { group: 'GV', title: 'Pháp lý và quản trị', counts: NOBODY, score: null },
    ],
    systems: [
      {
        system: 'Cổng dịch vụ công',
        agency: SCIENCE.name,
        level: 3,
        score: 0.625,
        coverage: 0.9,
        why: null,
      },
      {
        system: 'Mạng nội bộ',
        agency: COMMUNE.name,
        level: null,
        score: null,
        coverage: null,
        why: 'chưa xác định cấp độ',
      },
    ],
    failed: [
      { control: 'LG-07', title: 'Lưu nhật ký đủ thời hạn', clause: 'TCVN 14423 5.8.2.1 a', systems: 3 },
    ],
  }),
  incidents: known({
    alerts: [{ severity: 'critical', opened: 12, closed: 11, open: 1 }],
    cases: [{ title: 'Mã độc', opened: 2, closed: 2, open: 0 }],
    clocks: [{ clock: 'Thông báo ban đầu (24 giờ)', due: 2, kept: 1, late: 1, running: 0 }],
  }),
  patches: unknown('chưa có dữ liệu kiểm kê'),
  vulnerabilities: known({
    hosts: 240,
    notAssessed: [
      { why: 'không gửi dữ liệu', hosts: 19 },
      { why: 'không có nguồn dữ liệu cho hệ điều hành này', hosts: 41 },
    ],
    rows: [
      { severity: 'critical', open: 12, hosts: 9, exploited: 2, oldestDays: 40 },
      { severity: 'high', open: 1_204, hosts: 110, exploited: 0, oldestDays: 92 },
      { severity: 'medium', open: 0, hosts: 0, exploited: 0, oldestDays: null },
    ],
    exposedHosts: 111,
    exploitedHosts: 2,
    feeds: [
      { name: 'debian-tracker', day: '2026-12-13', old: false },
      { name: 'kev', day: '2026-11-02', old: true },
    ],
  }),
  logs: known({
    rows: [{ level: 3, standard: 'TCVN 14423:2026', systems: 4, wantedMonths: 3, keptMonths: 6 }],
  }),
  changes: unknown('không có báo cáo kỳ trước'),
  plan: known([
    {
      system: 'Mạng nội bộ',
      control: 'LG-07',
      title: 'Lưu nhật ký',
      owner: 'Phòng CNTT',
      due: '2026-12-01',
      state: 'đang thực hiện',
      late: true,
    },
  ]),
  attestations: known([]),
};

export function quarterlyBody(): ReportBody {
  return summaryBody('quarterly', '2026-Q4');
}

/** With nothing of its form confirmed. */
export function summaryBody(kind: Exclude<ReportKind, 'mau-08'>, period: string): ReportBody {
  return { ...frame(period), toConfirm: doubtsOf(kind, []), content: { kind, facts: FACTS } };
}
