/** `vonggac hunt` in Vietnamese. */
import type { huntEn, huntHelpEn } from './hunt-en.ts';

export const huntVi: typeof huntEn = {
  oneAsked: 'cần nêu điều muốn tìm: một câu truy vấn, hoặc --sigma TỆP, hoặc --rule MÃ',
  noSpan: '--from phải trước --to',
  ruleOfQuery: '--as-rule chỉ chuyển câu truy vấn thành luật',
  wrong: (fault, at, found) =>
    `không đọc được câu truy vấn: ${fault}, ở ký tự ${at}${found === '' ? '' : `: ${found}`}`,
  faults: {
    empty: 'câu không hỏi gì',
    'too-long': 'câu quá dài',
    'too-deep': 'quá nhiều dấu ngoặc lồng nhau',
    'too-many': 'quá nhiều điều kiện',
    'open-quote': 'dấu nháy chưa đóng',
    'open-pattern': 'biểu thức chính quy chưa đóng bằng /',
    'open-parenthesis': 'dấu ngoặc chưa đóng',
    'value-expected': 'thiếu một giá trị',
    'condition-expected': 'thiếu một điều kiện',
    'end-expected': 'phần này không đúng chỗ',
    'field-expected': 'thiếu tên trường trước toán tử',
    'number-expected': 'cần một con số',
    'network-wrong': 'đây không phải dải mạng (các bit sau tiền tố phải bằng 0)',
  },
  unknownField: (field, near) =>
    `Không sự kiện nào trong khoảng này có trường ${field}${near === '' ? '.' : `; có: ${near}.`}`,
  none: (from, to) => `Không có gì như vậy từ ${from} đến ${to}.`,
  more: (shown) => `${shown} sự kiện mới nhất; còn nữa: tăng --limit, hoặc rút ngắn thời gian.`,
  columns: { time: 'THỜI GIAN', host: 'MÁY', channel: 'KÊNH', message: 'NỘI DUNG' },
  count: (count) => `${count} sự kiện.`,
  atMost: (count) =>
    `Nhiều nhất ${count} sự kiện: riêng cơ sở dữ liệu không quyết định được hết câu truy vấn này.`,
  hosts: (inScope, withEvents) =>
    inScope === 0
      ? 'Chưa có máy nào ghi danh trong thời gian này nên không có máy im lặng.'
      : inScope === withEvents
        ? `Cả ${inScope} máy đều có gửi dữ liệu trong thời gian này.`
        : `${withEvents} trên ${inScope} máy có gửi dữ liệu trong thời gian này. Các máy còn lại không thể tìm được gì:`,
  silent: (host, lastSeen) =>
    `  ${host}: ${lastSeen === undefined ? 'chưa từng liên lạc' : `liên lạc lần cuối ${lastSeen}`}`,
  silentMore: (count) => `  ... và ${count} máy nữa`,
};

export const huntHelpVi: typeof huntHelpEn = {
  hunt: 'tìm trong mọi sự kiện đã lưu bằng câu truy vấn hoặc luật Sigma',
  huntQuery: 'ví dụ "user.name: an and not source.ip: 10.0.0.0/8" (docs/hunting.md)',
  huntSigma: 'tệp có một luật Sigma, thay cho câu truy vấn',
  huntRule: 'một luật đang dùng, thay cho câu truy vấn',
  huntFrom: 'từ lúc này trở đi (mặc định một ngày trước --to)',
  huntTo: 'trước lúc này (mặc định bây giờ)',
  huntLimit: 'nhiều nhất bấy nhiêu sự kiện, mới nhất trước (50; với --csv là 10000)',
  huntSeconds: 'dừng sau chừng ấy giây',
  huntSummary: 'đếm theo thời gian và giá trị, và máy nào im lặng',
  huntAsRule: 'in câu truy vấn thành luật Sigma với tiêu đề này',
};
