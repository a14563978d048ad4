/** What `vonggac ledger` says, in Vietnamese. */
import type { LedgerMessages, ledgerHelpEn } from './ledger-en.ts';

export const ledgerVi: LedgerMessages = {
  locale: 'vi',
  by: { channel: 'Kênh', hour: 'Giờ', agent: 'Máy', agency: 'Cơ quan' },
  total: 'Tất cả',
  columns: {
    produced: 'Đã đọc',
    limited: 'Bị giới hạn',
    spooled: 'Vào hàng đợi',
    sent: 'Đã đến',
    stored: 'Đã lưu',
    rejected: 'Bị từ chối',
    duplicate: 'Gửi lại',
    dropped: 'Bị bỏ',
    uncounted: 'Không đếm',
    waiting: 'Đang chờ',
    untold: 'Đến trước',
    named: 'Mất',
    missing: 'Chênh lệch',
  },
  reasons: {
    'spool-full': 'hàng đợi đầy',
    'spool-age': 'chờ quá lâu trong hàng đợi',
    'spool-corrupt': 'hỏng trong hàng đợi',
    'spool-lost': 'mất cùng hàng đợi bị hỏng, tác nhân không biết số lượng',
    unsendable: 'quá lớn để gửi',
    'not-retained': 'đã lưu trước khi bộ thu thập được khôi phục từ bản cũ',
    'put-back': 'đang chờ trên máy bị đưa về trạng thái cũ',
    unattributed: 'không còn đọc được kênh',
  },
  balanced: 'Sổ cân bằng: mọi bản ghi đã đọc đều đã lưu, đang chờ, hoặc mất có nêu lý do.',
  notBalanced: (count) => `Sổ không cân bằng ở ${count} chỗ.`,
  unbalanced: (cell) =>
    `${cell.host}, ${cell.channel}, giờ ${cell.hour}: ${
      cell.difference > 0
        ? `${cell.difference} bản ghi đã đọc nhưng không được lưu và không nêu lý do mất`
        : `${-cell.difference} bản ghi được lưu nhiều hơn số đã đọc`
    }`,
  gap: (gap) =>
    `${gap.host}, làn ${gap.lane}, số thứ tự ${gap.afterSeq + 1} đến ${gap.toSeq}: ${
      gap.missing > 0 ? `thiếu ${gap.missing}` : `${-gap.missing} được lưu hơn một lần`
    }`,
  unknownLoss: (host, hour) => `${host}: hàng đợi bị mất lúc ${hour}, không rõ bao nhiêu bản ghi trong đó`,
  more: (count) => `và ${count} chỗ nữa; --json cho xem tất cả`,
  summary: (s) =>
    [
      s.unbalancedHours + s.sequenceGaps === 0
        ? 'cân bằng'
        : `KHÔNG cân bằng ở ${s.unbalancedHours + s.sequenceGaps} chỗ ("vonggac ledger --check")`,
      `${s.declaredLosses.toLocaleString('vi')} bản ghi báo mất trong 24 giờ`,
      `im lặng: ${s.silentAgents} máy, ${s.silentSites} điểm`,
    ].join('; '),
};

export const ledgerHelpVi: typeof ledgerHelpEn = {
  ledger: 'mỗi bản ghi đã đi đâu: đã đọc, bị giới hạn, vào hàng đợi, đã lưu, đang chờ, bị mất',
  ledgerAgent: 'chỉ một tác nhân: số hiệu, hoặc các ký tự đầu của nó',
  ledgerAgency: 'chỉ một cơ quan',
  ledgerFrom:
    'giờ đầu, ví dụ 2026-11-25 hoặc 2026-11-25T08:00+07:00 (mặc định: hôm qua; với --check: từ đầu)',
  ledgerTo: 'giờ cuối, như --from (mặc định: bây giờ)',
  ledgerBy: 'cộng theo',
  ledgerCheck: 'chỉ nêu chỗ không cân bằng, và mã thoát 1 nếu có',
};
