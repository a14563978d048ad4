/** What the doctor says of rights, limits and surroundings, in Vietnamese. */
import type { DoctorMessages, doctorNamesEn, sourceKindsEn } from './doctor-en.ts';

export const sourceKindsVi: Record<keyof typeof sourceKindsEn, string> = {
  file: 'tệp nhật ký',
  audit: 'nhật ký audit',
  journald: 'nhật ký hệ thống',
  'windows-event-log': 'nhật ký sự kiện Windows',
  'windows-registry': 'registry của Windows',
  syslog: 'nhận syslog',
  command: 'kết quả lệnh',
  integrity: 'tệp được canh',
  inventory: 'kiểm kê',
  posture: 'cấu hình an toàn',
  activity: 'diễn biến',
  probe: 'kiểm tra từ xa',
  other: 'nguồn khác',
};

export const doctorNamesVi: Record<keyof typeof doctorNamesEn, string> = {
  protector: 'bảo vệ',
  system: 'hệ thống',
  time: 'giờ hệ thống',
  names: 'tên miền',
  proxy: 'máy chủ proxy',
  sources: 'các nguồn',
  place: 'thư mục',
  rights: 'quyền',
  limits: 'giới hạn',
  'access-control': 'kiểm soát',
  command: 'lệnh',
  inventory: 'kiểm kê',
  posture: 'cấu hình an toàn',
  activity: 'diễn biến',
  probe: 'kiểm tra từ xa',
  'event-log': 'nhật ký sự kiện',
  registry: 'khóa registry',
};

export const doctorVi: DoctorMessages = {
  registryOk: (users) => `so sánh các khóa của hệ thống và của ${users} người dùng đang đăng nhập`,
  registryUnread: (reason) =>
    `${reason}; nếu có chương trình chặn, hãy cho tác nhân chạy reg.exe, hoặc đặt "windowsRegistry": { "enabled": false }`,
  rightsOk: (user) => `chạy bằng ${user}: không bị hạn chế gì`,
  noReadAll:
    'không phải root và không có CAP_DAC_READ_SEARCH: không đọc được tệp của người dùng khác (/etc/shadow, nhật ký, thư mục nhà); hãy chạy tác nhân bằng root, hoặc cấp quyền này cho dịch vụ',
  noOtherProcesses:
    'không có CAP_SYS_PTRACE: không biết chương trình nào của người dùng khác giữ cổng hoặc tệp; hãy chạy tác nhân bằng root, hoặc cấp quyền này cho dịch vụ',
  noLowPorts:
    'không có CAP_NET_BIND_SERVICE: không nhận được trên cổng dưới 1024; hãy chọn cổng cao hơn, hoặc cấp quyền này cho dịch vụ',
  inotifyOk: (max) => `được phép canh ${max} thư mục (fs.inotify.max_user_watches)`,
  inotifyLow: (name, value, wanted) =>
    `${name} là ${value}: khi hết, thay đổi chỉ được tìm bằng cách quét; hãy ghi "${name} = ${wanted}" vào /etc/sysctl.d/60-vonggac.conf rồi chạy: sysctl --system`,
  filesOk: (count) => `được mở cùng lúc ${count} tệp`,
  filesLow: (count, wanted) =>
    `chỉ được mở cùng lúc ${count} tệp; hãy đặt LimitNOFILE=${wanted} trong dịch vụ`,
  placeOk: (folder, type) => `${folder} nằm trên ổ đĩa tại chỗ (${type}) và còn chỗ`,
  readOnly: (folder, mount) =>
    `${folder} nằm trên hệ thống tệp chỉ đọc (${mount}): không lưu được gì; hãy gắn lại cho ghi, hoặc chọn thư mục khác bằng --state`,
  networkPlace: (folder, type) =>
    `${folder} nằm trên ổ mạng (${type}): hàng đợi cần ổ đĩa tại chỗ; hãy chọn thư mục khác bằng --state`,
  memoryPlace: (folder, type) =>
    `${folder} nằm trong bộ nhớ (${type}): những gì đang chờ sẽ mất khi khởi động lại; hãy chọn thư mục khác bằng --state`,
  inodesLow: (count, folder) =>
    `chỉ còn ${count} inode tại ${folder}: không tạo thêm được tệp; hãy xóa bớt các tệp nhỏ ở đó`,
  timeKept: (service) => `được ${service} giữ đúng`,
  timeNotYet: (service) =>
    `${service} đang chạy nhưng chưa chỉnh được giờ; hãy kiểm tra xem có tới được máy chủ giờ không`,
  timeUnknown: (service, reason) => `do ${service} giữ; không rõ mức chính xác: ${reason}`,
  nobodyKeepsTime:
    'không có dịch vụ giữ giờ (chrony, systemd-timesyncd hoặc ntpd); hãy cài một dịch vụ, trừ khi máy chủ chứa máy này lo việc đó',
  namesOk: (name, addresses) => `${name} là ${addresses}`,
  namesFail: (name, reason, where) =>
    `không phân giải được ${name}: ${reason}; hãy kiểm tra máy chủ tên miền (${where}) và địa chỉ có gõ đúng không`,
  namesLate: (name, seconds, where) =>
    `không máy chủ tên miền nào trả lời về ${name} trong ${seconds} giây; hãy kiểm tra máy chủ tên miền (${where}), và tường lửa có cho DNS qua không`,
  proxyUsed: (proxy) => `đường tới bộ thu thập đi qua ${proxy}`,
  nothingDenied: (name) => `${name} đang bật, và theo nhật ký không từ chối tác nhân điều gì`,
  denied: (name, count, line) => `${name} đã từ chối tác nhân ${count} lần; lần cuối: ${line}`,
  sourcesOk: (count) => `${count} nguồn đang làm việc, không nguồn nào có vấn đề`,
  moreProblems: (count) => `còn ${count} vấn đề nữa; vonggac-agent status cho xem tất cả`,
  activityOn: (parts) => `được xem từng lúc: ${parts}; điều gì ngắn hơn một lần xem thì bị bỏ sót`,
  activity: {
    processes: 'tiến trình mới',
    network: 'cổng và đích mới',
    logons: 'đăng nhập',
    devices: 'thiết bị USB',
  },
  inventoryOn: 'được thực hiện; phần không đọc được nêu ở mục các nguồn',
  commandOk: (name) => `${name}: được phép và chạy được`,
  commandNotAllowed: (name, line) =>
    `${name}: "${line}" không có trong commands.allow của cấu hình riêng máy này; hãy ghi vào đó, hoặc bỏ khỏi commands.run`,
  commandNotRun: (name, reason) => `${name}: không được chạy: ${reason}`,
  summaryWarn: (count) => `${count} mục cần chú ý.`,
};
