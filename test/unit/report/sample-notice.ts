/** Notices of an incident as a commune would send them. */
import { NO_FACTS, type IncidentFacts } from '../../../collector/case/incident-facts.ts';
import { gradeIncident } from '../../../collector/case/incident-grade.ts';
import type { NoticeBody } from '../../../collector/report/notice-body.ts';
import type { NoticeKind } from '../../../collector/report/notice-words.ts';

const FACTS: IncidentFacts = {
  ...NO_FACTS,
  occurredAt: '2026-11-25T15:40:00.000Z',
  detectedAt: '2026-11-26T01:10:00.000Z',
  containedAt: '2026-11-26T03:00:00.000Z',
  restoredAt: '2026-11-26T09:30:00.000Z',
  seriousDisruption: true,
  personalData: true,
  consequences: ['service-interrupted', 'data-destroyed'],
  signs:
    'Tệp trên máy chủ một cửa bị đổi đuôi .locked, có thư đòi tiền chuộc; dịch vụ nộp hồ sơ ngừng từ 08 giờ.',
  foundBy: 'Cảnh báo của hệ thống giám sát và phản ánh của cán bộ tiếp nhận',
  scopeAssets: '01 máy chủ ứng dụng, 03 máy trạm bộ phận một cửa',
  scopeData: 'Hồ sơ tiếp nhận trong tháng 11/2026',
  outsideParties: 'Đơn vị cho thuê phần mềm một cửa',
  usersAffected: 1240,
  downtimeMinutes: 480,
  causeCertainty: 'hypothesis',
  cause: 'Tài khoản quản trị từ xa bị lộ mật khẩu',
  vector: 'Đăng nhập từ xa qua VPN của nhà cung cấp',
  vulnerability: 'Tài khoản không có xác thực nhiều lớp',
  measuresDone: 'Cô lập máy chủ và ba máy trạm; thu hồi tài khoản; khôi phục từ bản sao lưu ngày 25/11/2026',
  measuresDoing: 'Rà soát nhật ký toàn bộ máy trong mạng',
  measuresPlanned: 'Bật xác thực nhiều lớp cho mọi tài khoản quản trị',
  helpWanted: 'Hỗ trợ phân tích mẫu mã độc',
  evidenceKept: 'Ảnh đĩa máy chủ, nhật ký VPN, mẫu mã độc (SHA-256 ghi trong hồ sơ)',
  evidenceKeeper: 'Nguyễn Văn An, Văn phòng HĐND và UBND xã',
  consequence: 'Dịch vụ gián đoạn 8 giờ; không mất dữ liệu',
  lessons: 'Không cho nhà cung cấp dùng chung tài khoản quản trị',
  proposals: 'Đề nghị tỉnh cấp giải pháp xác thực nhiều lớp dùng chung',
  contactName: 'Nguyễn Văn An',
  contactPhone: '0255 3822 000',
  contactEmail: 'an.nv@quangngai.gov.vn',
};

export function noticeBody(
  kind: NoticeKind,
  {
    drill = false,
    blank = false,
    facts = {},
  }: { drill?: boolean; blank?: boolean; facts?: Partial<IncidentFacts> } = {},
): NoticeBody {
  const known = { ...(blank ? NO_FACTS : FACTS), ...facts };
  const system = {
    id: 1,
    name: 'Hệ thống một cửa điện tử xã Hành Minh',
    level: 3,
    profile: 'vn-2026',
  } as const;
  const grade = gradeIncident(known, { severity: 'critical', systems: [system] });
  return {
    format: 'vonggac-report-1',
    period: '2026-11-26',
    agency: { id: 3, name: 'Ủy ban nhân dân xã Hành Minh' },
    system: null,
    office: {
      superior: 'TỈNH QUẢNG NGÃI',
      name: 'Ủy ban nhân dân xã Hành Minh',
      symbol: 'UBND',
      place: 'Hành Minh',
      capacity: ['KT. CHỦ TỊCH', 'PHÓ CHỦ TỊCH'],
      signer: 'Trần Thị Bình',
      copies: ['Sở Khoa học và Công nghệ'],
      archive: 'VT, VP',
      contact: '',
    },
    addressees: ['Lực lượng chuyên trách bảo vệ an ninh mạng thuộc Bộ Công an'],
    madeMs: Date.UTC(2026, 10, 26, 4),
    draft: false,
    revision: 1,
    amendment: null,
    notice: {
      kind,
      number: 'VG-2026-0012',
      title: 'Mã độc tống tiền',
      drill,
      severity: 'critical',
      class: 'malware',
      facts: known,
      isSerious: grade.isSerious,
      grounds: grade.grounds,
      systems: blank
        ? []
        : [
            {
              name: system.name,
              level: 3,
              approval: '12/QĐ-UBND ngày 02/10/2026',
              owner: 'Ủy ban nhân dân xã Hành Minh',
              operator: 'Sở Khoa học và Công nghệ tỉnh Quảng Ngãi',
            },
          ],
      told: blank
        ? []
        : [
            {
              atMs: Date.UTC(2026, 10, 26, 1, 30),
              receiver: 'Phòng An ninh mạng, Công an tỉnh Quảng Ngãi',
              channel: 'phone',
              number: '',
            },
            {
              atMs: Date.UTC(2026, 10, 26, 5),
              receiver: 'Cục A05',
              channel: 'document-system',
              number: '12/TB-UBND',
            },
          ],
      fullDueMs: Date.UTC(2026, 10, 29, 1, 10),
      revision: 1,
    },
  };
}
