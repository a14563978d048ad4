/** What is said about file integrity, in Vietnamese. */
import type { IntegrityMessages } from './integrity-en.ts';

export const integrityVi: IntegrityMessages = {
  help: {
    integrity: 'toàn vẹn tệp: đối chiếu ngay, xem tình trạng, kiểm tra hoặc chấp nhận đường cơ sở',
    scan: 'đối chiếu ngay mọi thứ đang canh và chờ kết quả; khác biệt được báo về máy thu',
    status: 'đang canh những gì, đối chiếu lúc nào, lần quét đã đến đâu',
    baseline: 'đường cơ sở có chữ ký',
    verify: 'kiểm tra đường cơ sở có đúng như tác nhân đã ghi; dùng được cả khi tác nhân không chạy',
    accept: 'coi những gì trên đĩa lúc này là đúng: một báo cáo thay cho từng thay đổi',
    yes: 'làm ngay, không hỏi lại',
    timeout: 'chờ tác nhân đang chạy bao nhiêu giây (mặc định: 3600)',
  },
  notRunning: 'không có tác nhân nào chạy trên thư mục trạng thái này: hãy khởi động nó trước',
  noAnswer: (seconds) => `tác nhân không trả lời trong ${seconds} giây; nó vẫn làm tiếp`,
  scanned: (paths, changes, seconds) =>
    `đã đối chiếu ${paths} đường dẫn trong ${seconds} giây, ${changes} thay đổi`,
  accepted: (paths, changes) =>
    `${paths} đường dẫn nay là đường cơ sở; ${changes} thay đổi được gộp vào một báo cáo`,
  acceptAsks:
    'lệnh này coi mọi khác biệt trên đĩa là đúng, kể cả những gì kẻ xâm nhập đã sửa. Thêm --yes khi đã biết rõ những gì thay đổi',
  genuine: (rows, digest) => `đường cơ sở nguyên vẹn: ${rows} dòng, giá trị băm ${digest}`,
  forged: (rows) =>
    `${rows} dòng của đường cơ sở không như tác nhân đã ghi; phần đó được ghi nhận lại và báo về`,
  faults: (faults) => `đường cơ sở không như tác nhân đã ghi: ${faults}`,
  noBaseline: 'chưa có đường cơ sở',
  noStatus: 'chưa biết gì: tác nhân chưa canh tệp nào ở đây',
  set: (path, realtime, scanned, next) =>
    `${path}: ${realtime ? 'canh liên tục' : 'chỉ quét theo giờ'}, đối chiếu ${scanned}, lần tới ${next}`,
  baselineLine: (rows, digest) => `đường cơ sở: ${rows} dòng, giá trị băm ${digest}`,
  degraded: 'không canh được tất cả; việc quét thay thế (xem status)',
  scanning: (kind, paths, folder) => `đang quét (${kind}): ${paths} đường dẫn, đến ${folder}`,
  maintenance: (until) => `bảo trì đến ${until}: thay đổi được gộp vào một báo cáo`,
  never: 'chưa bao giờ',
};
