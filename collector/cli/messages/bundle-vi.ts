/** `vonggac bundle` bằng tiếng Việt. */
import type { BundleKind } from '../../bundle/bundle-manifest.ts';
import type { bundleEn, bundleHelpEn } from './bundle-en.ts';

const KIND: Record<BundleKind, string> = {
  rules: 'luật',
  indicators: 'chỉ dấu',
  release: 'bản phát hành',
};
const size = (bytes: number): string =>
  bytes < 1_048_576
    ? `${Math.ceil(bytes / 1_024)} KB`
    : `${(bytes / 1_048_576).toFixed(1).replace('.', ',')} MB`;

export const bundleVi: typeof bundleEn = {
  onePassphrase: 'hãy chọn --passphrase-file TỆP, hoặc --no-passphrase nếu không mã hóa khóa',
  exists: (file) => `${file} đã có; hãy chọn tên khác`,
  absent: (file) => `không có ${file}`,
  nothing: 'gói cần có nội dung: --rules, --indicators hoặc --release',
  noPassphrase: (file) => `${file} đã mã hóa: cần --passphrase-file`,
  keyMade: (file) =>
    `Khóa bí mật ở ${file}: hãy giữ nó ngoài mọi mạng, cùng một bản sao. Phần công khai để các nơi tin cậy:`,
  keyBare: 'Khóa CHƯA mã hóa: ai chép được tệp sẽ ký được thay bạn.',
  made: (file, files, bytes, keys) =>
    keys === 0
      ? `${file}: ${files} tệp, ${size(bytes)}, chưa ai ký: dùng "vonggac bundle sign".`
      : `${file}: ${files} tệp, ${size(bytes)}, đã ký bằng ${keys} khóa.`,
  signed: (file, signatures) => `${file} hiện có ${signatures} chữ ký.`,
  content: (kind, files, bytes) => `${KIND[kind]}: ${files} tệp, ${size(bytes)}`,
  facts: {
    publisher: 'Nơi phát hành',
    stream: 'Dòng và số thứ tự',
    title: 'Tên gọi',
    created: 'Tạo lúc',
    notAfter: 'Nhận được đến',
    content: 'Nội dung',
    signatures: 'Chữ ký',
    signers: 'Trong đó tin cậy',
  },
  good: 'Gói đúng như khi được ký, bằng các khóa tin cậy.',
  bad: (problem) => `KHÔNG nhận gói này: ${problem}`,
  trusted: (name, keys, threshold) =>
    `Từ nay nhận các gói của ${name} khi có chữ ký của ${threshold} trong ${keys} khóa.`,
  distrusted: (name) => `Không nhận gói của ${name} nữa; những gì đã nhận vẫn giữ.`,
  noPublishers: 'Chưa tin cậy nơi phát hành nào: bắt đầu bằng "vonggac bundle trust NƠI KHÓA...".',
  noneTaken: 'Chưa nhận gói nào.',
  columns: {
    name: 'NƠI PHÁT HÀNH',
    threshold: 'SỐ CHỮ KÝ',
    added: 'TIN CẬY TỪ',
    by: 'NGƯỜI LÀM',
    keys: 'KHÓA',
    stream: 'DÒNG',
    serial: 'SỐ',
    taken: 'NHẬN LÚC',
    title: 'TÊN GỌI',
  },
};

export const bundleHelpVi: typeof bundleHelpEn = {
  bundle: 'gói có chữ ký chứa luật, chỉ dấu và bản phát hành, cho nơi không có internet',
  bundleKeygen: 'tạo khóa để nơi phát hành ký; dòng cuối là phần công khai',
  bundleKeyOut: 'tệp khóa bí mật; chưa được có sẵn',
  bundlePassphrase: 'tệp có dòng đầu là mật khẩu của khóa; lặp lại cho khóa tiếp theo',
  bundleNoPassphrase: 'không mã hóa khóa',
  bundleCreate: 'tạo gói từ các tệp; cùng tệp, thông tin và khóa thì ra cùng một gói',
  bundlePublisher: 'tên nơi phát hành, ví dụ so-ttnt',
  bundleStream: 'dòng mà các gói thay thế nhau, ví dụ weekly',
  bundleSerial: 'lớn hơn số của gói trước',
  bundleRules: 'luật Sigma: tệp hoặc thư mục; lặp lại để thêm',
  bundleIndicators: 'chỉ dấu dạng CSV, STIX 2.1 hoặc MISP: tệp hoặc thư mục; lặp lại để thêm',
  bundleRelease: 'các gói cài của bản phát hành: tệp hoặc thư mục; lặp lại để thêm',
  bundleKey: 'tệp khóa bí mật dùng để ký',
  bundleDays: 'gói được nhận trong bao nhiêu ngày',
  bundleCreated: 'thời điểm tạo, để tạo lại y hệt',
  bundleTitle: 'một dòng mô tả cho người đọc',
  bundleOut: 'tệp gói cần ghi; chưa được có sẵn',
  bundleSign: 'thêm chữ ký của người thứ hai, sau khi đối chiếu mọi tệp với danh sách đã ký',
  bundleFile: 'tệp gói',
  bundleVerify: 'cho biết gói gồm gì, ai đã ký; mã thoát 1 nếu không được nhận',
  bundlePublicKey: 'phần công khai của khóa, ed25519:...',
  bundleThreshold: 'cần chữ ký của bao nhiêu khóa',
  bundleTrust: 'nhận gói của nơi phát hành ký bằng các khóa này, thay cho khóa trước',
  bundleDistrust: 'không nhận gói của nơi phát hành nữa',
  bundlePublishers: 'liệt kê các nơi đang tin cậy',
  bundleTaken: 'liệt kê các gói đã nhận, mới nhất trước',
};
