/** `vonggac response` bằng tiếng Việt. */
import { authorisationVi, authorisationHelpVi, responseBulkVi } from './authorisation-vi.ts';
import type { ResponseMessages, responseHelpEn } from './response-en.ts';

export const responseVi: ResponseMessages = {
  authorisation: authorisationVi,
  bulk: responseBulkVi,
  none: 'Không có lệnh nào.',
  dryRun: 'diễn tập',
  askCode: (user) => `Mã yếu tố thứ hai của ${user}:`,
  askPassword: (user) => `Mật khẩu của ${user}:`,
  needs: (action, option) => `${action} cần ${option}`,
  who: (by, decidedBy, reason) =>
    `do ${by} yêu cầu${decidedBy === undefined ? '' : `, ${decidedBy} quyết định`}: ${reason}`,
  waits: (id) => `Đang chờ người thứ hai: vonggac response approve ${id} --user TÊN`,
  actions: {
    isolate: 'cắt máy khỏi mọi thứ trừ bộ thu, trong một thời gian',
    release: 'kết thúc cô lập',
    'kill-process': 'dừng một tiến trình: số, lúc bắt đầu và tệp đều phải khớp',
    'quarantine-file': 'cách ly một tệp; SHA-256 phải khớp',
    'restore-file': 'trả lại tệp mà một lệnh đã cách ly',
    'disable-account': 'khóa một tài khoản cục bộ',
    'enable-account': 'mở lại tài khoản đó',
    'collect-bundle': 'thu thập dữ kiện: tiến trình, kết nối, tài khoản, những gì tự khởi động',
  },
  states: {
    requested: 'chờ duyệt',
    approved: 'đã duyệt',
    rejected: 'bị bác',
    sent: 'đã gửi',
    accepted: 'đang làm',
    refused: 'MÁY TỪ CHỐI',
    rehearsed: 'đã diễn tập',
    done: 'xong',
    failed: 'THẤT BẠI',
    undone: 'đã hoàn tác',
    unknown: 'KHÔNG RÕ',
    expired: 'hết hạn',
  },
  columns: { action: 'HÀNH ĐỘNG', requested: 'YÊU CẦU LÚC', by: 'NGƯỜI YÊU CẦU', decidedBy: 'NGƯỜI QUYẾT' },
};

export const responseHelpVi: typeof responseHelpEn = {
  ...authorisationHelpVi,
  response: 'lệnh cho máy: cô lập, dừng, cách ly, khóa, thu thập; tắt cho tới khi máy cho phép',
  responseRequest: 'yêu cầu một lệnh; lệnh lấy đi thứ gì phải chờ người thứ hai',
  responseApprove: 'duyệt lệnh mà người khác yêu cầu',
  responseReject: 'bác một lệnh đang chờ',
  responseList: 'liệt kê các lệnh và kết quả',
  responseShow: 'xem một lệnh và máy trả lời gì',
  responseRotateKey: 'ký lệnh bằng khóa mới; tác nhân theo lời khai của khóa trước',
  responseId: 'số hiệu lệnh, hoặc các ký tự đầu',
  responseAgent: 'số hiệu tác nhân, hoặc các ký tự đầu',
  responseUser: 'bạn là ai; mật khẩu được hỏi, hoặc lấy từ VONGGAC_PASSWORD',
  responseReason: 'lý do; được giữ cùng lệnh ở cả hai đầu',
  responseState: 'chỉ các lệnh ở trạng thái này',
  responseDryRun: 'máy cho biết sẽ làm gì, và không làm gì',
  responseMinutes: 'bao nhiêu phút (mặc định: 60); máy tự mở lại',
  responsePid: 'số của tiến trình',
  responseStarted: 'lúc tiến trình bắt đầu, sai không quá hai giây',
  responseExe: 'tệp mà nó chạy',
  responsePath: 'tệp',
  responseSha256: 'SHA-256 của nội dung',
  responseOf: 'số hiệu lệnh đã cách ly tệp',
  responseAccount: 'tên tài khoản cục bộ',
};

export const responseRefusalsVi = {
  'response-unknown': () => 'không có lệnh này, hoặc nhiều lệnh bắt đầu như vậy; xem "vonggac response list"',
  'authorisation-unknown': () =>
    'không có ủy quyền này, hoặc nhiều ủy quyền bắt đầu như vậy; xem "vonggac response authorisations"',
  'authorisation-state': () => 'trạng thái hiện tại của ủy quyền không cho phép việc này',
  'response-decided': () => 'lệnh này không còn chờ quyết định',
  'response-not-yours': () =>
    'người yêu cầu không thể tự duyệt, và chỉ người đăng nhập mới được yêu cầu hay duyệt: cần người thứ hai',
  'login-refused': () =>
    'sai tên hoặc mật khẩu, tài khoản bị khóa, phải đổi mật khẩu trước, hoặc vai trò không cho phép',
};
