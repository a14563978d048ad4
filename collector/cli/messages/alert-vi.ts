/** `vonggac alert` và `vonggac job` bằng tiếng Việt. */
import type { AlertMessages, JobMessages } from './alert-en.ts';
import type { alertHelpEn } from './alert-en.ts';

export const alertVi: AlertMessages = {
  none: 'Không có cảnh báo nào như vậy.',
  more: 'Còn nữa: hãy tăng --limit hoặc thu hẹp bộ lọc.',
  hosts: (count) => `${count} máy`,
  version: (version) => `phiên bản ${version}`,
  why: (score) => `Vì sao có mức độ này (${score}):`,
  seen: (first, last, count) => `${count} phát hiện từ ${first} đến ${last}`,
  earlier: 'Trước đây, về cùng sự việc:',
  bulkNeeds: 'hãy nêu việc cần làm: --close, --assign, --add-tag hoặc --remove-tag',
  preview: (total, changes) => `Tìm thấy ${total} cảnh báo, ${changes} sẽ thay đổi.`,
  sayYes: 'Chưa thay đổi gì: thêm --yes để thực hiện.',
  states: { new: 'mới', acknowledged: 'đã tiếp nhận', 'in-progress': 'đang xử lý', closed: 'đã đóng' },
  verdicts: {
    'true-positive': 'sự cố thật',
    benign: 'hợp lệ',
    'false-positive': 'báo nhầm',
    duplicate: 'trùng',
  },
  parts: {
    rule: 'quy tắc',
    'system-level': 'cấp độ của hệ thống',
    'asset-role': 'vai trò của máy',
    prevalence: 'số máy cùng có',
    indicator: 'độ tin cậy của chỉ dấu',
  },
  columns: { severity: 'MỨC ĐỘ', title: 'TIÊU ĐỀ', count: 'SỐ LẦN', assignee: 'NGƯỜI NHẬN', due: 'HẠN' },
};

const WHY: Readonly<Record<string, string>> = {
  unchanged: 'đã như vậy rồi',
  case: 'nằm trong vụ việc',
  'legal-clock': 'đang tính thời hạn pháp lý',
  'high-or-critical': 'mức cao hoặc nghiêm trọng',
  'more-than-500': 'hơn 500',
  'edited-since': 'người khác đã sửa sau đó',
};

export const jobVi: JobMessages = {
  none: 'Không có tác vụ nào.',
  why: (why) => WHY[why] ?? why,
  second: (why) => `Cần người thứ hai (${why}): vonggac job approve MÃ --user TÊN`,
  progress: (done, total, changed) => `đã xem ${done} trên ${total}, đã đổi ${changed}`,
  states: {
    waiting: 'chờ người thứ hai',
    queued: 'chờ đến lượt',
    running: 'đang chạy',
    done: 'xong',
    failed: 'HỎNG',
    cancelled: 'đã dừng',
    rejected: 'bị bác',
  },
  columns: { kind: 'LOẠI', done: 'ĐÃ XEM', changed: 'ĐÃ ĐỔI', by: 'NGƯỜI YÊU CẦU', at: 'LÚC' },
};

export const alertHelpVi: typeof alertHelpEn = {
  alert: 'cảnh báo: liệt kê, xem, giao, đóng, từng cái hay hàng loạt',
  alertList: 'liệt kê cảnh báo, mặc định là các cảnh báo đang mở, rủi ro cao nhất trước',
  alertShow: 'xem một cảnh báo: vì sao khớp, vì sao có mức độ này, bằng chứng nào',
  alertAssign: 'giao cảnh báo cho một người',
  alertAssignTo: 'tên người dùng; "none" để trả lại',
  alertAcknowledge: 'ghi nhận đã thấy cảnh báo',
  alertTake: 'ghi nhận đang xử lý cảnh báo',
  alertReopen: 'mở lại cảnh báo đã đóng',
  alertClose: 'đóng cảnh báo kèm kết luận và lý do',
  alertBulk: 'đổi mọi cảnh báo mà bộ lọc tìm thấy; chỉ xem trước, trừ khi có --yes',
  alertId: 'mã cảnh báo',
  alertState: 'new, acknowledged, in-progress, closed, cách nhau dấu phẩy; "open" (mặc định) hoặc "all"',
  alertSeverity: 'informational, low, medium, high, critical, cách nhau dấu phẩy',
  alertKind: 'detection, fleet, risk, digest, budget, house, cách nhau dấu phẩy',
  alertAgency: 'một cơ quan và mọi đơn vị bên dưới',
  alertHost: 'tên máy',
  alertUser: 'tài khoản liên quan',
  alertRule: 'mã quy tắc',
  alertTechnique: 'kỹ thuật ATT&CK, ví dụ T1110',
  alertAssignee: 'ai đang nhận; "none" là chưa ai nhận',
  alertTag: 'nhãn của quy tắc hoặc của người dùng',
  alertText: 'các từ đều phải có; không phân biệt dấu và chữ hoa',
  alertOverdue: 'chỉ các cảnh báo quá hạn',
  alertSort: 'sắp xếp theo',
  alertLimit: 'nhiều nhất bao nhiêu (mặc định: 100)',
  alertReason: 'lý do; được giữ cùng cảnh báo',
  alertVerdict: 'kết luận',
  alertDuplicateOf: 'cảnh báo mà nó trùng',
  alertBulkClose: 'đóng chúng với kết luận này',
  alertBulkAssign: 'giao chúng cho người này; "none" để trả lại',
  alertAddTag: 'thêm nhãn; có thể nêu nhiều lần',
  alertRemoveTag: 'bỏ nhãn; có thể nêu nhiều lần',
  alertYes: 'thực hiện, không chỉ xem trước',
  job: 'việc dài: thao tác hàng loạt và các việc chạy từng bước',
  jobList: 'liệt kê các tác vụ, mới nhất trước',
  jobShow: 'xem tác vụ đã đến đâu',
  jobApprove: 'cho chạy tác vụ mà người khác yêu cầu',
  jobReject: 'bác tác vụ đang chờ',
  jobCancel: 'dừng tác vụ sau bước đang chạy; phần đã làm vẫn giữ',
  jobUndo: 'hoàn tác điều tác vụ đã làm, trong 30 ngày',
  jobId: 'mã tác vụ, hoặc các ký tự đầu',
  jobState: 'chỉ các tác vụ ở trạng thái này',
};

export const alertRefusalsVi = {
  'alert-unknown': () => 'không có cảnh báo này; xem "vonggac alert list"',
  'alert-changed': () => 'người khác vừa sửa cảnh báo này: hãy đọc lại',
  'alert-invalid': () =>
    'thao tác không hợp lệ: đóng cần kết luận và lý do, trùng cần mã cảnh báo gốc, người nhận phải đăng nhập được',
  'job-unknown': () => 'không có tác vụ này, hoặc nhiều tác vụ bắt đầu như vậy; xem "vonggac job list"',
  'job-decided': () => 'tác vụ này không còn chờ hoặc đã kết thúc',
  'job-not-yours': () => 'người yêu cầu không thể tự duyệt: cần người thứ hai đăng nhập',
  'job-not-undoable': () => 'không thể hoàn tác tác vụ này: chưa kết thúc, đã hoàn tác, hoặc quá 30 ngày',
};
