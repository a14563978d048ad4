/** Các lệnh sao lưu bằng tiếng Việt. */
import type { BackupMessages, backupHelpEn } from './backup-en.ts';

const number = (count: number): string => count.toLocaleString('vi');
const mebibytes = (bytes: number): string =>
  `${(bytes / 1_048_576).toLocaleString('vi', { maximumFractionDigits: 1 })} MiB`;

export const backupVi: BackupMessages = {
  steps: {
    'control-plane': 'đang sao chép dữ liệu quản lý',
    events: 'đang sao chép sự kiện',
    digests: 'đang đọc lại toàn bộ',
    check: 'đang khởi động trên bản đã khôi phục',
    pack: 'đang đóng gói',
    unpack: 'đang mở gói',
  },
  progress: (step, files, bytes, bytesTotal) =>
    `${step}: ${number(files)} tệp, ${mebibytes(bytes)}${bytesTotal === undefined ? '' : ` trong khoảng ${mebibytes(bytesTotal)}`}`,
  wouldTake: (folder, bytes, free) =>
    `Một bản sao lưu sẽ cần khoảng ${mebibytes(bytes)} trong ${folder}, nơi đó còn trống ${mebibytes(free)}.`,
  wouldHold: (place, bytes) => `Máy chủ ClickHouse sẽ ghi khoảng ${mebibytes(bytes)} tại ${place}.`,
  wouldPack: (file, free) =>
    `Bản này sẽ được gói vào ${file} (nơi đó còn trống ${mebibytes(free)}), gói tới đâu xóa khỏi thư mục tới đó.`,
  theArchive: 'tệp lưu trữ',
  made: (place, bytes) => `Đã tạo bản sao lưu và đọc lại đúng: ${place} (${mebibytes(bytes)})`,
  held: (place, folder) =>
    `Sự kiện nằm trên máy chủ ClickHouse, tại ${place} trong thư mục ${folder}; "vonggac backup drill" đọc lại toàn bộ.`,
  heldPlain: (place) =>
    `Lưu ý: tệp này được mã hóa, còn sự kiện tại ${place} thì không: hãy mã hóa ổ đĩa hoặc bộ lưu trữ đó trên máy chủ.`,
  heldWhole: (place) =>
    `Máy chủ có bản sao sự kiện của nó tại ${place}; "vonggac backup drill" đọc lại toàn bộ.`,
  heldUnseen: (place) =>
    `Sự kiện nằm tại ${place} của máy chủ ClickHouse: hãy đặt VONGGAC_CLICKHOUSE_URL để kiểm tra cả phần này.`,
  plainKey:
    'Lưu ý: bản sao lưu chứa khóa bí mật mà các máy trạm tin cậy, chưa mã hóa. Hãy bảo vệ như thư mục dữ liệu, hoặc dùng --recipient hay --passphrase-file.',
  failed: (why) => `sao lưu không thành công: ${why}`,
  none: (folder) => `Không có bản sao lưu nào trong ${folder}.`,
  damaged: 'hỏng',
  whole: (events, files) =>
    `Nguyên vẹn: ${number(files)} tệp đúng như lúc ghi, ít nhất ${number(events)} sự kiện.`,
  restorable: (events, agents) =>
    `Khôi phục được: đã khởi động trên một bản chép có ${number(events)} sự kiện và ${number(agents)} máy, rồi xóa bản chép đó.`,
  restored: (events, agents, made) =>
    `Đã khôi phục: ${number(events)} sự kiện và ${number(agents)} máy, tại thời điểm ${made}.`,
  movedTo: (folder) => `Dữ liệu trước đó nằm trong ${folder}; hãy xóa khi không còn cần.`,
  next: 'Hãy khởi động bộ thu. Các máy trạm gửi lại những gì còn giữ; phần mất hẳn được ghi là tổn thất ("vonggac ledger").',
  notEmpty: (dataDir) =>
    `${dataDir} đang có dữ liệu: khôi phục vào thư mục khác bằng --data, hoặc chuyển dữ liệu cũ sang bên bằng --replace`,
  noSuch: (place) => `không có bản sao lưu ở ${place}; "vonggac backup list" liệt kê những bản hiện có`,
  exists: (file) => `${file} đã tồn tại: hãy chọn tên khác`,
  oneLock: 'chỉ chọn một trong --passphrase-file và --recipient',
  emptyPassphrase: (file) => `dòng đầu của ${file} không có mật khẩu`,
  badRecipient: (text) => `"${text}" không phải người nhận age (age1...)`,
  badIdentities: (file) => `${file} không chứa khóa age nào (AGE-SECRET-KEY-1...)`,
  onlyArchive: '--passphrase-file và --recipient cần đi cùng --to TỆP',
  columns: { name: 'TÊN', made: 'LÚC TẠO', size: 'KÍCH THƯỚC', events: 'SỰ KIỆN', version: 'PHIÊN BẢN' },
  size: mebibytes,
  events: number,
};

export const backupHelpVi: typeof backupHelpEn = {
  backup: 'sao lưu toàn bộ: sự kiện, dữ liệu quản lý, danh tính',
  backupCreate: 'tạo bản sao lưu khi bộ thu đang chạy, hoặc bên thư mục dữ liệu đang nghỉ; đọc lại ngay',
  backupDryRun: 'chỉ nói bản sao lưu cần bao nhiêu chỗ và ở đâu, không tạo',
  backupTo: 'ghi thành một tệp (tar) ở đó thay vì một thư mục trong thư mục sao lưu',
  backupRecipient: 'mã hóa cho khóa công khai age này; dùng được nhiều lần',
  backupPassphrase: 'tệp có dòng đầu là mật khẩu để mã hóa hoặc giải mã',
  backupIdentity: 'tệp chứa các khóa age để giải mã',
  backupList: 'liệt kê các bản trong thư mục sao lưu (VONGGAC_BACKUP, nếu không thì DATA/backup)',
  backupVerify: 'đọc hết bản sao lưu và so từng tệp với mã băm của nó',
  backupDrill: 'khôi phục thử vào thư mục tạm, khởi động trên đó rồi xóa đi',
  backupScratch: 'nơi tạo thư mục tạm (mặc định: thư mục tạm của hệ thống)',
  backupPlace: 'tên như trong danh sách, thư mục sao lưu, hoặc tệp lưu trữ',
  restore: 'khôi phục một bản sao lưu vào thư mục dữ liệu không có bộ thu nào chạy',
  restoreReplace: 'trước hết chuyển những gì có trong thư mục dữ liệu sang bên',
  restoreDryRun: 'kiểm tra bản sao lưu và nói sẽ làm gì',
};
