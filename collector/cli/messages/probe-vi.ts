/** What the commands about probes say, in Vietnamese. */
import type { probeHelpEn, ProbeMessages } from './probe-en.ts';

export const probeHelpVi: typeof probeHelpEn = {
  probe: 'các hệ thống không cài được tác nhân, do tác nhân được chọn kiểm tra từ xa',
  probeStatus: 'tình trạng hiện nay, tỷ lệ hoạt động trong 24 giờ và 30 ngày',
  probeAgency: 'chỉ của cơ quan này',
  probeHost: 'chỉ do máy này kiểm tra: tên máy, hoặc phần đầu của mã tác nhân',
  probeCheck: 'mã thoát 1 khi có hệ thống hỏng',
};

export const probeVi: ProbeMessages = {
  none: 'Trong 30 ngày qua không tác nhân nào báo về mục kiểm tra từ xa. Hãy ghi "probes" cho một tác nhân, hoặc trong chính sách của nhóm (docs/probe.md).',
  more: 'Còn nhiều hơn số được hiện; hãy lọc bằng --agency hoặc --host.',
  unknown: 'chưa rõ',
  stale: 'cũ',
  columns: {
    state: 'tình trạng',
    name: 'tên',
    host: 'máy kiểm tra',
    day: 'hoạt động 24 giờ',
    month: 'hoạt động 30 ngày',
    certificate: 'hạn chứng thư',
    domain: 'hạn tên miền',
  },
  states: {
    ok: 'tốt',
    degraded: 'chú ý',
    failed: 'hỏng',
    changed: 'thay đổi',
    'not-assessed': 'chưa đánh giá',
    unknown: 'chưa rõ',
  },
};
