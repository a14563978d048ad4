/** `vonggac doctor` và `vonggac size` bằng tiếng Việt. */
import type { DoctorMessages, doctorHelpEn, SizeMessages } from './doctor-en.ts';

const findings: DoctorMessages['findings'] = {
  running: (level, [version]) =>
    level === 'ok'
      ? `bộ thu đang chạy, phiên bản ${version}`
      : 'không có bộ thu nào chạy trên thư mục dữ liệu này; một số mục chưa xem được',
  store: (level, [why]) => (level === 'ok' ? 'kho sự kiện trả lời' : `kho sự kiện không trả lời: ${why}`),
  writer: (level, [why]) => (level === 'ok' ? 'sự kiện được ghi ngay khi đến' : `máy trạm phải chờ: ${why}`),
  projector: (level, [lag]) =>
    level === 'ok'
      ? 'cảnh báo theo kịp sự kiện'
      : `cảnh báo chậm ${lag} lô so với sự kiện; nếu kéo dài thì luật hoặc bộ xử lý đang quá tải`,
  workers: (level, [running, wanted]) => {
    if (wanted === 0) return 'luồng chính tự xử lý sự kiện (VONGGAC_WORKERS)';
    return level === 'ok'
      ? `${running} luồng phụ xử lý sự kiện`
      : `${running} trên ${wanted} luồng phụ đang chạy; các luồng khác đang được khởi động lại, nhật ký nói vì sao`;
  },
  'data-folder': (level, [mode]) =>
    level === 'ok'
      ? 'thư mục dữ liệu chỉ chủ sở hữu xem được'
      : `người dùng khác xem được thư mục dữ liệu (quyền ${mode}): hãy chạy chmod 700`,
  disk: (level, [free, share]) =>
    `còn trống ${free} GiB (${share} %)${level === 'ok' ? '' : ': hãy giải phóng chỗ, rút ngắn thời hạn lưu hoặc thêm ổ đĩa'}`,
  files: (level, [have, need]) =>
    `được mở ${have} tệp, cần ${need}${level === 'ok' ? '' : ': hãy tăng LimitNOFILE của dịch vụ'}`,
  memory: (level, [gib]) =>
    `bộ nhớ ${gib} GiB${level === 'ok' ? '' : ': ít cho cơ sở dữ liệu nhúng, tối thiểu 4 GiB'}`,
  clock: (level) =>
    level === 'ok'
      ? 'đồng hồ đã đồng bộ'
      : 'đồng hồ chưa đồng bộ: hãy cấu hình NTP, vì giờ của sự kiện so theo đồng hồ này',
  certificate: (level, [days]) =>
    Number(days) < 0
      ? 'chứng thư đã hết hạn: máy trạm ghim chứng thư vẫn chạy, trình duyệt và CA thì không'
      : `chứng thư còn hạn ${days} ngày${level === 'ok' ? '' : ': hãy lên kế hoạch thay'}`,
  'control-plane': (level, [fault]) =>
    level === 'ok'
      ? 'dữ liệu quản lý nguyên vẹn'
      : `dữ liệu quản lý bị hỏng: ${fault}; hãy khôi phục từ bản sao lưu`,
  rules: (level, [count]) =>
    level === 'ok' ? 'mọi luật đã được nạp' : `${count} luật bị từ chối; "vonggac sigma check" nói lý do`,
  backup: (level, [days]) =>
    days === undefined
      ? 'chưa có bản sao lưu: "vonggac backup create"'
      : `bản sao lưu gần nhất đã ${days} ngày${level === 'ok' ? '' : ': hãy tạo bản mới'}`,
  'agents-skew': (level, [skewed, all]) =>
    level === 'ok'
      ? `đồng hồ của cả ${all} máy đều đúng`
      : `${skewed} trên ${all} máy sai giờ; "vonggac agent list" liệt kê`,
  'agents-version': (level, [other, all]) =>
    level === 'ok' ? `cả ${all} máy cùng phiên bản này` : `${other} trên ${all} máy có phiên bản khác`,
  scanner: (level, [state, message]) =>
    level === 'warn'
      ? `tệp không được quét: ${message}; hãy xem clamd, hoặc VONGGAC_CLAMD`
      : state === 'off'
        ? 'chưa cài đặt: tệp đính kèm được ghi là "chưa quét" (VONGGAC_CLAMD)'
        : 'clamd trả lời',
};

export const doctorVi: DoctorMessages = {
  levels: { ok: 'tốt', warn: 'xem', fail: 'HỎNG', unknown: '-' },
  names: {
    running: 'bộ thu',
    store: 'kho sự kiện',
    writer: 'ghi',
    projector: 'cảnh báo',
    workers: 'luồng phụ',
    'data-folder': 'thư mục dữ liệu',
    disk: 'ổ đĩa',
    files: 'tệp mở',
    memory: 'bộ nhớ',
    clock: 'đồng hồ',
    certificate: 'chứng thư',
    'control-plane': 'dữ liệu quản lý',
    rules: 'luật',
    backup: 'sao lưu',
    'agents-skew': 'giờ máy trạm',
    'agents-version': 'phiên bản máy trạm',
    scanner: 'quét vi-rút',
  },
  findings,
  unknown: 'không xem được ở đây',
  good: 'Không có gì hỏng.',
  bad: (count) => `Có ${count} mục cần sửa.`,
};

export const sizeVi: SizeMessages = {
  hosts: 'Số máy',
  rate: 'Sự kiện',
  rateLine: (average, peak) => `trung bình ${average}/giây, tính cho ${peak}/giây`,
  cores: 'Bộ xử lý',
  coresLine: (cores) => `${cores} nhân`,
  memory: 'Bộ nhớ',
  memoryLine: (gib, workers, each) =>
    workers === 0 ? `${gib} GiB` : `${gib} GiB, trong đó ${workers} luồng phụ, mỗi luồng ${each}`,
  disk: 'Ổ đĩa',
  diskLine: (bytes, months, year) => `${bytes} cho ${months} tháng (sự kiện tăng ${year} mỗi năm)`,
  line: 'Đường truyền',
  lineLine: (bits) => `${bits} tại bộ thu lúc cao điểm`,
  spool: 'Hàng đợi',
  spoolLine: (pc, server, controller) =>
    `bảy ngày mất đường truyền chiếm ${pc} trên máy trạm, ${server} trên máy chủ, ${controller} trên máy điều khiển miền`,
  assumed: (pc, server, controller) =>
    `Giả định số sự kiện mỗi ngày: máy trạm ${pc}, máy chủ ${server}, máy điều khiển miền ${controller}. Hãy đo một tuần rồi nêu bằng --eps.`,
  nothing: 'hãy nêu số máy: --pcs, --servers, --domain-controllers',
};

export const doctorHelpVi: typeof doctorHelpEn = {
  doctor: 'xem mọi thứ bộ thu cần và nói phải sửa gì; mã thoát 1 khi có mục hỏng',
  size: 'bộ thu cần gì cho từng ấy máy: bộ xử lý, bộ nhớ, ổ đĩa, đường truyền',
  sizePcs: 'số máy tính văn phòng',
  sizeServers: 'số máy chủ',
  sizeControllers: 'số máy điều khiển miền',
  sizeEps: 'số sự kiện mỗi giây đo được, trung bình cả ngày, thay cho giả định',
  sizeMonths: 'số tháng lưu sự kiện (cấp 3: ít nhất 3, cấp 4: 6, cấp 5: 12)',
};
