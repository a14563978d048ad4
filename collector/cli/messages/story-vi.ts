/** Kịch bản tấn công bằng tiếng Việt. */
import { gapWords, offset, type StoryMessages, type storyHelpEn } from './story-en.ts';

const UNITS = ['giây', 'phút', 'giờ'] as const;

export const storyVi: StoryMessages = {
  needsFile:
    'hãy cho tên tệp kèm --source, hoặc một kịch bản: vonggac replay --story TÊN; --list liệt kê các kịch bản',
  needsSource: 'hãy cho biết tệp là loại nhật ký gì: --source sshd, apache, linux-syslog hoặc windows-xml',
  unknown: (name, known) => `không có kịch bản "${name}"; hiện có: ${known.join(', ')}, và all là tất cả`,
  oneWay: 'mỗi lần chỉ một: tệp, --story, --list hoặc --remove-stories',
  onlyWithStory: (flag) => `${flag} chỉ dùng cùng --story TÊN; không có kịch bản thì nó không làm gì`,
  sourceOfFile: '--source cho biết tệp là loại nhật ký gì: hãy cho tên tệp, hoặc bỏ nó',
  badTime: (text) => `"${text}" không phải thời điểm; hãy viết như 2026-11-26T08:00:00+07:00`,
  future: 'kịch bản sẽ kết thúc ở tương lai: hãy cho bắt đầu sớm hơn, hoặc bỏ --at',
  speedAndAt: 'với --speed kịch bản diễn ra trực tiếp và bắt đầu ngay: không dùng cùng --at',
  faults: (lines) => ['Kịch bản viết chưa đúng:', ...lines.map((line) => `  ${line}`)],
  columns: { name: 'Kịch bản', hosts: 'Máy', steps: 'Bước', lasts: 'Kéo dài', title: 'Nội dung' },
  lasts: (seconds) => gapWords(seconds, UNITS),
  starting: 'Chạy một bộ thu thập riêng trong thư mục tạm; không có gì lọt sang bộ thu thập khác.',
  playing: (names, url) => `Gửi đến ${url}: ${names.join(', ')}`,
  among:
    'Máy, sự kiện và cảnh báo của kịch bản nằm lẫn với máy thật cho đến khi chạy "vonggac replay --remove-stories"; sự kiện được giữ như mọi sự kiện khác.',
  stopped: (alerts) => `Đã dừng khi kịch bản chưa hết; đến lúc đó đã có ${alerts} cảnh báo.`,
  closes: '"vonggac replay --remove-stories" đóng những gì còn lại của nó trong hàng đợi.',
  timeline: 'Diễn biến',
  step: (seconds, host, technique, what) => `  ${offset(seconds)}  ${host}  ${technique}  ${what}`,
  alerts: 'Những cảnh báo phải có',
  found: '[có]',
  missing: '[THIẾU]',
  twice: (rows, times) => `[${rows} THAY VÌ ${times}]`,
  loud: 'Luật lẽ ra phải im mà lại báo',
  more: 'Cảnh báo khác của các máy này',
  theCase: 'Vụ việc',
  noCase: '  không có vụ việc nào được đề xuất',
  caseHead: (severity, alerts, hosts) => `  ${severity}, ${alerts} cảnh báo trên ${hosts.join(', ')}`,
  tactics: (tactics) => `  ${tactics.join(' > ')}`,
  because: 'vì',
  begins: 'bắt đầu từ đây',
  before: (title, host, seconds) =>
    seconds === 0
      ? `với "${title}" trên ${host}`
      : `với "${title}" trên ${host}, cách ${gapWords(seconds, UNITS)}`,
  reasons: {
    process: (label) => `cùng tiến trình ${label}`,
    file: (label) => `cùng tệp ${label}`,
    domain: (label) => `cùng tên miền ${label}`,
    address: (label) => `cùng địa chỉ ${label}`,
    user: (label) => `cùng tài khoản ${label}`,
    host: (label) => `cùng máy ${label}, cùng lúc`,
  },
  lead: (from, to) => `  ${from} -> ${to}`,
  leftOut: 'Ở gần nhưng không thuộc vụ việc',
  why: {
    minor: 'chỉ trùng máy, trùng lúc, và mức độ thấp',
    common: 'điểm chung này có ở nhiều máy',
  },
  fault: (fault) => {
    switch (fault.fault) {
      case 'none':
        return 'không có vụ việc nào được đề xuất';
      case 'several':
        return `${fault.cases} vụ việc thay vì một`;
      case 'foreign':
        return `có cảnh báo của máy khác: ${fault.hosts.join(', ')}`;
      case 'host-missing':
        return `thiếu máy ${fault.host}`;
      case 'alert-missing':
        return `thiếu cảnh báo ${fault.rule} trên ${fault.host}`;
      case 'tactics':
        return `chiến thuật là ${fault.found.join(', ')}, không phải ${fault.wanted.join(', ')} theo thứ tự này`;
      case 'lead-missing':
        return `không có gì loại ${fault.by} dẫn từ ${fault.from} sang ${fault.to}`;
    }
  },
  verdict: 'Kết luận cần có của người trực',
  holds: (name) => `${name}: đủ mọi điều phải có.`,
  fails: (name) => `${name}: chưa đủ những điều phải có.`,
  sum: (held, of) => `${held} trên ${of} kịch bản đạt.`,
  look: (url) => `Xem tại ${url}/alerts và ${url}/cases/proposals`,
  removeReason: 'kịch bản tấn công để tập huấn',
  removed: (closed) =>
    closed === 0
      ? 'Không còn cảnh báo nào của kịch bản đang mở.'
      : `Đã đóng ${closed} cảnh báo của kịch bản là vô hại.`,
};

export const storyHelpVi: typeof storyHelpEn = {
  story: 'diễn một kịch bản tấn công: máy giả gửi đúng những gì cuộc tấn công để lại; "all" là tất cả',
  storyList: 'liệt kê các kịch bản',
  storyDryRun:
    'trong một bộ thu thập riêng, xong thì xóa; mã thoát 1 khi cảnh báo hoặc vụ việc không như phải có',
  storySpeed: 'diễn trực tiếp, ngần ấy phút của kịch bản trong một phút; không có thì gửi hết một lượt',
  storyAt: 'thời điểm bắt đầu; không có thì tính sao cho kết thúc ngay lúc này',
  storyAmongReal: 'cả khi bộ thu thập có máy thật, hàng đợi khi đó có cảnh báo giả lẫn vào',
  storyRemove: 'đóng những cảnh báo mà kịch bản để lại trong hàng đợi',
};
