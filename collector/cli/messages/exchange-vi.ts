/** `vonggac exchange` in Vietnamese. */
import type { DocumentFaultCode } from '../../exchange/validate-document.ts';
import type { ExchangeOutcome, ExchangeState } from '../../registry/tables/exchange.ts';
import type { exchangeHelpEn, ExchangeMessages } from './exchange-en.ts';

const DOCUMENT_STATES: Readonly<Record<ExchangeState, string>> = {
  waiting: 'chờ gửi',
  sending: 'đang gửi',
  sent: 'đã gửi',
  receipt: 'đã gửi, có biên nhận',
  refused: 'BỊ TỪ CHỐI',
  failed: 'THÔI GỬI',
  cancelled: 'đã hủy',
};
const OUTCOMES: Readonly<Record<ExchangeOutcome, string>> = {
  accepted: 'đã nhận',
  refused: 'TỪ CHỐI',
  again: 'chưa nhận',
  interrupted: 'bị ngắt',
  carried: 'mang tận tay',
};

export const exchangeVi: ExchangeMessages = {
  toBeConfirmed:
    'Cần xác nhận: chưa đọc được phụ lục chính thức. Tên phần tử, phong bì và không gian tên nằm trong cấu hình; hãy hỏi trung tâm trước lần gửi đầu tiên.',
  unreadable: (file, problem) => `không đọc được ${file} (${problem})`,
  unwritable: (file, code) => `không ghi được ${file} (${code})`,
  badPeriod: '--from phải trước --to',
  unsigned: 'Cấu hình không nêu khoá và chứng thư: văn bản không được ký.',
  halfSigner: 'cấu hình chỉ nêu khoá hoặc chứng thư, cần cả hai',
  made: ({ file, machines, bytes, sha256 }) => `${file}: ${machines} máy, ${bytes} byte, SHA-256 ${sha256}`,
  wouldMake: ({ machines, bytes, sha256 }) =>
    `Sẽ có ${machines} máy, ${bytes} byte, SHA-256 ${sha256}. Chưa ghi gì.`,
  contents: ({ malware, connections, vulnerabilities, notUpdated, updateUnknown }) =>
    `Mã độc ${malware}, kết nối ${connections}, điểm yếu ${vulnerabilities}; máy quá 15 ngày chưa cập nhật ${notUpdated}, không rõ ${updateUnknown}.`,
  cut: (machines, entries) => `Bị giới hạn cắt bớt: ${machines} máy, ${entries} mục của các máy.`,
  valid: (variant, machines) => `Văn bản đúng mẫu ${variant}, có ${machines} máy.`,
  signature: (isSigned) =>
    isSigned ? 'Văn bản có chữ ký; kiểm tra bằng xmlsec1 --verify.' : 'Văn bản không có chữ ký.',
  invalid: (count) => `${count} lỗi`,
  fault: (line, path, code, what) => `dòng ${line} ${path}: ${FAULTS[code]}: ${what}`,
  more: (count) => `... và ${count} lỗi nữa`,
  entry: (state, file) => `${STATES[state]}  ${file}`,
  noneMade: 'Không có báo cáo nào ở đó.',
  noAddress: 'cấu hình chưa nêu địa chỉ nhận',
  wouldSend: (file, address) => `${file} sẽ được gửi đến ${address}. Chưa gửi gì.`,
  accepted: (file, status) => `${file}: đã được nhận (HTTP ${status})`,
  refused: (file, fault) => `${file}: chưa được nhận (${fault}); sẽ gửi lại sau`,
  queued: (state, attempts, due, file) =>
    `${QUEUE[state]}  ${attempts} lần gửi  ${due === '' ? '' : `từ ${due}  `}${file}`,
  noReceipts: 'Chưa gửi gì từ thư mục này.',
  outcome: (isAccepted) => (isAccepted ? 'đã nhận' : 'CHƯA NHẬN'),
  noDocuments: 'Chưa lập tài liệu nào; "vonggac exchange links" liệt kê các kết nối.',
  noLinks: 'Chưa có kết nối nào tới trung tâm; thêm bằng "vonggac exchange add".',
  columns: {
    id: 'SỐ HIỆU',
    link: 'KẾT NỐI',
    state: 'TRẠNG THÁI',
    made: 'LẬP LÚC',
    machines: 'SỐ MÁY',
    attempts: 'SỐ LẦN',
    next: 'LẦN TỚI',
    problem: 'LỖI',
    address: 'ĐỊA CHỈ',
    on: 'BẬT',
    accepted: 'ĐƯỢC NHẬN',
  },
  states: DOCUMENT_STATES,
  outcomes: OUTCOMES,
  underWay: 'đang gửi',
  byHand: 'mang đi bằng tay',
  enabled: (isOn) => (isOn ? 'có' : 'không'),
  document: (of) =>
    `${of.file}: ${of.machines} máy, ${of.bytes} byte, ${of.isSigned ? 'đã ký' : 'chưa ký'}, SHA-256 ${of.sha256}`,
  period: (from, to) => `kỳ từ ${from} đến ${to}`,
  nextTry: (at) => `Sẽ gửi lại từ ${at}.`,
  again: (id) => `Tài liệu ${id} được gửi lại.`,
  cancelled: (id) => `Tài liệu ${id} không gửi nữa.`,
  carried: (id) => `Tài liệu ${id} được ghi là đã giao tận tay.`,
  saved: (file) => `Đã ghi ${file}.`,
  linkAdded: (id, name) => `Đã thêm kết nối ${id} (${name}). Hãy thử: vonggac exchange test ${id}`,
  linkChanged: (id, name) => `Đã đổi kết nối ${id} (${name}).`,
  linkRemoved: (id) => `Đã xóa kết nối ${id} cùng các tài liệu của nó.`,
  trusted: (protocol) => `Có thể gửi tài liệu đến đó (${protocol}). Chưa gửi gì.`,
  notTrusted: (fault) => `Không gửi gì đến đó: ${fault}`,
  shown: (of) =>
    `Chứng thư của ${of.subject}, do ${of.issuer} cấp, đến ${of.validTo}; ghi vào "pins": ${of.fingerprint}`,
  queuedAs: (id, machines) =>
    `Tài liệu ${id} với ${machines} máy đã vào hàng đợi: vonggac exchange show ${id}`,
};

const FAULTS: Readonly<Record<DocumentFaultCode, string>> = {
  'not-xml': 'không phải XML',
  'unknown-document': 'không thuộc mẫu nào',
  'unknown-element': 'không có phần tử này ở đây',
  'wrong-namespace': 'sai không gian tên',
  'missing-element': 'thiếu phần tử',
  'too-often': 'lặp quá số lần',
  'unknown-attribute': 'không có thuộc tính này ở đây',
  'missing-attribute': 'thiếu thuộc tính',
  'bad-attribute': 'sai định dạng',
  'bad-text': 'sai định dạng',
};
const STATES = { 'as-written': 'nguyên vẹn', changed: 'ĐÃ BỊ SỬA', missing: 'THIẾU' } as const;

const QUEUE = {
  accepted: 'đã nhận',
  due: 'chờ gửi',
  waiting: 'đợi gửi lại',
  changed: 'ĐÃ BỊ SỬA',
  missing: 'THIẾU',
} as const;

export const exchangeHelpVi: typeof exchangeHelpEn = {
  exchange: 'báo cáo máy gửi trung tâm quốc gia (cần xác nhận theo phụ lục chính thức)',
  exchangeMake: 'tạo báo cáo thành tệp để mang đi, ký số nếu cấu hình nêu khoá',
  exchangeValidate: 'kiểm tra văn bản theo mẫu; lỗi kèm số dòng và đường dẫn',
  exchangeList: 'tài liệu bộ thu thập gửi; với thư mục: báo cáo còn nguyên vẹn hay không',
  exchangeSettings: 'cấu hình: mẫu, đơn vị gửi, tên phần tử, khoá và chứng thư (JSON)',
  exchangeOut: 'thư mục chứa báo cáo và SHA256SUMS',
  exchangeFrom: 'đầu kỳ (mặc định: 7 ngày trước cuối kỳ)',
  exchangeTo: 'cuối kỳ (mặc định: bây giờ)',
  exchangeAgency: 'máy của cơ quan này và các cơ quan bên dưới',
  exchangeDryRun: 'chỉ cho biết nội dung, không ghi gì',
  exchangeListFolder: 'thư mục báo cáo; bỏ trống: những gì bộ thu thập tự gửi',
  exchangeState: 'chỉ tài liệu ở trạng thái này',
  exchangeLink: 'số của kết nối',
  exchangeDocument: 'số hiệu tài liệu, hoặc những ký tự đầu',
  exchangeShow: 'một tài liệu do bộ thu thập gửi, kèm từng lần gửi',
  exchangeRetry: 'gửi lại một tài liệu, ngay và đủ số lần như tài liệu mới',
  exchangeCancel: 'thôi gửi một tài liệu đang chờ',
  exchangeSave: 'ghi tài liệu ra thư mục, kèm trả lời của trung tâm',
  exchangeCarried: 'ghi nhận có người đã mang tài liệu đến nơi',
  exchangeNote: 'ai mang, giao cho ai, số văn bản nào',
  exchangeLinks: 'các kết nối tới trung tâm mà bộ thu thập tự phục vụ',
  exchangeAdd: 'thêm kết nối: tài liệu lập theo lịch và gửi từ hàng đợi',
  exchangeChange: 'đổi kết nối',
  exchangeEnable: 'cho kết nối lập và gửi tài liệu trở lại',
  exchangeDisable: 'cho kết nối nghỉ',
  exchangeRemove: 'xóa kết nối cùng các tài liệu của nó',
  exchangeTest: 'thử đường tới trung tâm bằng bắt tay TLS; không gửi gì',
  exchangeRun: 'lập tài liệu của kết nối ngay bây giờ',
  exchangeLinkFile: 'cấu hình như của make và send, thêm schedule, pins và tệp khóa (JSON)',
  exchangeName: 'tên kết nối',
  exchangeFile: 'văn bản',
  exchangeFolder: 'thư mục',
  exchangeSend: 'gửi các báo cáo đến hạn qua HTTPS; mỗi báo cáo một lần, có biên nhận (chạy theo lịch)',
  exchangeNow: 'gửi cả báo cáo đang đợi gửi lại',
  exchangeSendDryRun: 'chỉ cho biết sẽ gửi gì, không gửi',
  exchangeQueue: 'tình trạng từng báo cáo trong thư mục',
  exchangeReceipts: 'từng lần gửi, kèm trả lời và mã băm',
};
