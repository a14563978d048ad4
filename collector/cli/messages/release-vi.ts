/** `vonggac release` bằng tiếng Việt. */
import type { releaseHelpEn, ReleaseMessages } from './release-en.ts';

const size = (bytes: number): string =>
  bytes < 1_048_576
    ? `${Math.ceil(bytes / 1_024)} KB`
    : `${(bytes / 1_048_576).toFixed(1).replace('.', ',')} MB`;

export const releaseVi: ReleaseMessages = {
  notPair: (text) => `"${text}" không có dạng TÊN=GIÁ TRỊ`,
  notPlatform: (name, known) => `không có nền tảng "${name}"; có ${known}`,
  notEmpty: (folder) => `${folder} đã có tệp; hãy chọn thư mục khác`,
  rootsMade: (file, version, keys, threshold) =>
    `${file}: danh sách ${version} gồm ${keys} khóa, bản phát hành cần chữ ký của ${threshold} khóa. Bây giờ người giữ khóa ký chính danh sách này: "vonggac release sign ${file} --key KHÓA"${version > 1 ? ', cả người giữ khóa của danh sách trước' : ''}.`,
  made: (folder, version, builds, bytes) =>
    `${folder}: bản phát hành ${version} cho ${builds} nền tảng, ${size(bytes)}, chưa ai ký: "vonggac release sign ${folder}/release.json --key KHÓA".`,
  signed: (file, signatures) => `${file} hiện có ${signatures} chữ ký.`,
  good: ({ version, counter, until, platforms, signers, bytes }) =>
    `Bản phát hành ${version} (số ${counter}) cho ${platforms}, ${size(bytes)}, được bắt đầu cài đến ${until}: đúng như khi ${signers} ký.`,
  adding: (index, count, bytes) => `Phần ${index} trong ${count}, ${size(bytes)}...`,
  added: (version, counter) =>
    `Đã giữ bản phát hành ${version} (số ${counter}). Chưa phát cho máy nào: "vonggac update plan ${version}".`,
  withdrawn: (version) => `Đã rút bản phát hành ${version}: không phát nữa.`,
  none: 'Chưa giữ bản phát hành nào.',
  keys: (version, threshold, names) =>
    `Danh sách ${version}: bản phát hành cần chữ ký của ${threshold} trong số: ${names}.`,
  states: { kept: 'đang giữ', withdrawn: 'đã rút' },
  columns: {
    version: 'PHIÊN BẢN',
    counter: 'SỐ',
    platforms: 'NỀN TẢNG',
    until: 'BẮT ĐẦU CÀI ĐẾN',
    signed: 'NGƯỜI KÝ',
    added: 'THÊM LÚC',
  },
};

export const releaseHelpVi: typeof releaseHelpEn = {
  release: 'bản phát hành của tác nhân: tạo và ký ở nơi tách khỏi mọi bộ thu thập, bộ thu thập giữ và phát',
  releaseKeygen: 'tạo khóa ký bản phát hành; dòng cuối là phần công khai',
  releaseRoots: 'ghi lại khóa của ai làm nên một bản phát hành, và cần bao nhiêu khóa ký',
  releaseRootsKey: 'tên và phần công khai của khóa, ví dụ "An=ed25519:..."; lặp lại được',
  releaseThreshold: 'cần chữ ký của bao nhiêu khóa khác nhau, ít nhất 2',
  releasePrevious: 'tệp danh sách mà danh sách này nối tiếp; người giữ khóa của cả hai cùng ký',
  releaseRootsOut: 'tệp cần ghi; chưa được có sẵn',
  releaseRootsFile: 'tệp các danh sách khóa',
  releaseCreate: 'tạo bản phát hành từ các thư mục đã dựng; cùng thư mục và thông tin thì ra cùng một bản',
  releaseVersion: 'phiên bản của tác nhân bên trong, ví dụ 0.2.0',
  releaseCounter: 'lớn hơn số của mọi bản trước',
  releaseFromMin: 'phiên bản cũ nhất được thay bằng bản này',
  releaseRuntime: 'phiên bản Node mà nó chạy',
  releaseBuild: 'thư mục tác nhân cho một nền tảng, ví dụ linux-x64=dist/agent; lặp lại được',
  releaseNode: 'thư mục Node cho một nền tảng, cho máy chưa có; lặp lại được',
  releaseDays: 'được bắt đầu cài trong bao nhiêu ngày',
  releaseNotes: 'có gì mới, cho người phát',
  releaseOut: 'thư mục cần ghi; trống hoặc chưa có',
  releaseSign: 'thêm chữ ký vào bản phát hành, hoặc vào danh sách khóa cuối của một tệp',
  releaseFile: 'release.json của bản phát hành, hoặc tệp các danh sách khóa',
  releaseVerify: 'cho biết ai đã ký, và đọc hết mọi tệp; mã thoát 1 nếu không được nhận',
  releaseFolder: 'thư mục của bản phát hành',
  releaseAdd: 'giữ bản phát hành ở bộ thu thập này, khi đã đủ chữ ký; chưa phát cho máy nào',
  releaseList: 'liệt kê các bản phát hành đang giữ, và khóa của ai làm nên một bản',
  releaseWithdraw: 'không phát bản này nữa; máy đang chạy nó vẫn chạy',
};
