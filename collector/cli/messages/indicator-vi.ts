/** `vonggac indicator` in Vietnamese. */
import { indicatorSourcesVi, indicatorSourcesHelpVi } from './indicator-sources-vi.ts';
import { PREFIX_MIN } from '../../indicator/canonical.ts';
import { INDICATOR_LIMITS, type IndicatorFault, type IndicatorWarning } from '../../indicator/indicator.ts';
import type { indicatorEn, indicatorHelpEn } from './indicator-en.ts';

const FAULTS: Readonly<Record<IndicatorFault, string>> = {
  empty: 'không có giá trị',
  'too-long': `dài hơn ${INDICATOR_LIMITS.valueCharsMax} ký tự`,
  'unknown-kind': 'loại không phải ip, domain, url, hash, email, và giá trị không cho biết loại',
  'bad-address': 'không phải địa chỉ hoặc mạng IPv4, IPv6',
  'prefix-too-short': `mạng quá rộng: ít nhất /${PREFIX_MIN.v4} (IPv4) hoặc /${PREFIX_MIN.v6} (IPv6)`,
  'local-address': 'là địa chỉ nội bộ, cục bộ hoặc multicast: mạng nào cũng có',
  'bad-domain': 'không phải tên miền',
  'public-suffix': 'ai cũng đăng ký được tên bên dưới',
  'bad-url': 'không phải URL http, https hoặc ftp',
  'bad-hash': 'không phải MD5, SHA-1 hoặc SHA-256',
  'empty-file-hash': 'là mã băm của tệp rỗng, máy nào cũng có',
  'bad-email': 'không phải địa chỉ thư điện tử',
  'bad-confidence': 'độ tin cậy không phải số nguyên từ 0 đến 100',
  'bad-date': 'không phải ngày hoặc thời điểm',
  'bad-tlp': 'không phải mức TLP',
  'bad-pattern': 'không đọc được mẫu',
  'bad-row': 'không đọc được mục này',
  'common-value': 'ai cũng dùng (máy chủ DNS công cộng, dịch vụ lớn, cập nhật, mạng phân phối nội dung)',
  'own-value': 'đơn vị đã khai báo đây là của mình',
};
const WARNINGS: Readonly<Record<IndicatorWarning, string>> = {
  'shared-address': 'thuộc mạng phân phối nội dung, nhiều trang dùng chung một địa chỉ',
  'shared-name': 'nằm dưới tên của một dịch vụ lớn',
};

export const indicatorVi: typeof indicatorEn = {
  sources: indicatorSourcesVi,
  none: 'Không có chỉ dấu nào như vậy.',
  more: 'Còn nữa: hãy thu hẹp bộ lọc hoặc tăng --limit.',
  columns: {
    type: 'LOẠI',
    value: 'GIÁ TRỊ',
    source: 'NGUỒN',
    confidence: 'TIN CẬY',
    state: 'TRẠNG THÁI',
    until: 'HẾT HẠN',
    hosts: 'SỐ MÁY',
    host: 'MÁY',
    first: 'LẦN ĐẦU',
    last: 'LẦN CUỐI',
    events: 'SỰ KIỆN',
    hindsight: 'KHI RÀ LẠI',
  },
  states: { active: 'đang dùng', expired: 'hết hạn', retired: 'ngừng dùng' },
  throttled: 'bị giảm tần suất',
  added: (id, value) => `Chỉ dấu ${id}: ${value}. Từ nay sự kiện được đối chiếu với chỉ dấu này.`,
  warned: (value, why) => `${value}: ${why}`,
  warning: (warning) => WARNINGS[warning],
  fault: (fault) => FAULTS[fault],
  retired: (value) => `${value} không còn được đối chiếu; vẫn lưu để tra cứu.`,
  restored: (value) => `${value} lại được đối chiếu.`,
  unseen: 'Chưa máy nào gặp chỉ dấu này.',
  refused: (place, field, value, why) => `${place}, ${field}: ${value}: ${why}`,
  moreRefused: (count) => `... và ${count} mục nữa bị từ chối`,
  read: (form, indicators, refused, warned) =>
    `${form}: ${indicators} chỉ dấu, ${refused} bị từ chối, ${warned} cần xem lại.`,
  skipped: (what, count) => `  bỏ qua: ${count} x ${what}`,
  tried: ({ added, updated, unchanged, expired, retired }) =>
    `Sẽ thêm ${added}, sửa ${updated}, giữ nguyên ${unchanged}; ${retired} đã ngừng dùng, ${expired} đã hết hạn. Chưa ghi gì.`,
  empty: 'Không có gì để nạp.',
  exported: (count, withheld, out) =>
    `Đã ghi ${count} chỉ dấu vào ${out}; giữ lại ${withheld} chỉ dấu do nhãn TLP.`,
  unwritable: (file, code) => `không ghi được ${file} (${code})`,
  sent: (indicators) => `đã gửi ${indicators}...`,
  job: (id) => `Đang thực hiện trong tác vụ ${id}: vonggac job show ${id}`,
  retroOfWhat: 'hãy nêu chỉ dấu nào: --id, --source hoặc --added-since',
};

export const indicatorHelpVi: typeof indicatorHelpEn = {
  ...indicatorSourcesHelpVi,
  indicator: 'chỉ dấu xâm nhập: địa chỉ, tên miền, URL, mã băm, người gửi mà sự kiện được đối chiếu',
  indicatorImport: 'nạp tệp chỉ dấu: CSV hoặc danh sách, STIX 2.1, MISP',
  indicatorFile: 'tệp',
  indicatorForm: 'csv, stix hoặc misp (tự nhận biết)',
  indicatorSource: 'của nguồn này',
  indicatorImportSource: 'nguồn của mục không ghi nguồn',
  indicatorConfidence: 'độ tin cậy, 0 đến 100',
  indicatorDays: 'có hiệu lực bấy nhiêu ngày (đến khi ngừng dùng)',
  indicatorTlp: 'được chia sẻ đến đâu',
  indicatorDryRun: 'chỉ cho biết kết quả, không ghi gì',
  indicatorExport: 'ghi chỉ dấu thành gói STIX 2.1 để chia sẻ',
  indicatorTlpMax: 'bỏ qua chỉ dấu được đánh dấu trên mức này (amber)',
  indicatorList: 'các chỉ dấu theo thứ tự được nạp',
  indicatorType: 'thuộc loại này',
  indicatorTag: 'có nhãn này',
  indicatorValue: 'giá trị này, viết cách nào cũng được',
  indicatorText: 'có chữ này trong giá trị hoặc mô tả',
  indicatorState: 'theo trạng thái',
  indicatorLimit: 'nhiều nhất bấy nhiêu',
  indicatorShow: 'mọi thông tin về một chỉ dấu',
  indicatorId: 'số của chỉ dấu trong danh sách',
  indicatorAdd: 'thêm một chỉ dấu',
  indicatorAddValue: 'giá trị; đọc được cả hxxp:// và [.]',
  indicatorTags: 'nhãn; có thể ghi nhiều lần',
  indicatorDescription: 'nói về điều gì',
  indicatorRetire: 'ngừng dùng một chỉ dấu: không còn đối chiếu',
  indicatorRestore: 'dùng lại một chỉ dấu, hoặc thôi giảm tần suất',
  indicatorReason: 'lý do; được ghi vào nhật ký kiểm toán',
  indicatorSightings: 'những máy đã gặp, từ khi nào, bao nhiêu lần',
  indicatorRetro: 'tìm chỉ dấu trong sự kiện đã lưu; tìm thấy thì thành cảnh báo',
  indicatorRetroId: 'chỉ dấu này; có thể ghi nhiều lần',
  indicatorAddedSince: 'các chỉ dấu nạp từ thời điểm này',
  indicatorFrom: 'sự kiện từ thời điểm này (30 ngày trước)',
  indicatorTo: 'sự kiện trước thời điểm này (bây giờ)',
};

export const indicatorRefusalsVi = {
  'indicator-unknown': () => 'không có chỉ dấu này; xem "vonggac indicator list"',
  'indicator-exists': (detail: string) => `đã có rồi (số ${detail}): hãy sửa hoặc dùng lại mục đó`,
  'indicator-limit': (detail: string) => `nhiều hơn mức cho phép (${detail})`,
  'indicator-source-unknown': () => 'không có chỉ dấu nào của nguồn này',
};
