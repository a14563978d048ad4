/** What the doctor says of programs that guard the host beside us, of blocked connections and files, and of Windows; in Vietnamese. */
import type { connectEn, killedEn, protectorEn, Steps, windowsDoctorEn, writingEn } from './protector-en.ts';

const windows =
  (files: string, processes: string) =>
  (folders: string, program: string, address: string): string =>
    `${files}: thêm ${folders}; ${processes}: thêm ${program}; tường lửa và phần bảo vệ web của nó: cho qua ${address}, không giải mã TLS`;

/** Names of lists: as in English. */
const lookFor = windows(
  'trong phần mềm đó hoặc trên máy chủ quản lý của nó, tìm mục Exclusions hoặc Exceptions (loại trừ)',
  'mục tương tự cho chương trình hoặc tiến trình',
);

const steps: Steps = {
  defender: (folders: string, program: string, address: string) =>
    `mở PowerShell bằng quyền quản trị rồi chạy: Add-MpPreference -ExclusionPath ${folders} -ExclusionProcess '${program}'; bằng chính sách nhóm: Computer Configuration > Administrative Templates > Windows Components > Microsoft Defender Antivirus > Exclusions; Windows Firewall: cho phép kết nối đi tới ${address}`,
  kaspersky: windows(
    'Scan exclusions (có Security Center thì đặt trong chính sách)',
    'Trusted applications, không bị quét và không bị giám sát',
  ),
  bkav: lookFor,
  cmc: lookFor,
  eset: windows('Performance exclusions (có ESET PROTECT thì đặt trong chính sách)', 'Processes exclusions'),
  'trend-micro': windows('Scan Exclusions trên máy chủ của nó', 'Trusted Program List'),
  symantec: windows(
    'trên máy chủ quản lý, chính sách Exceptions, Windows Exceptions > Folder',
    'Windows Exceptions > Application (Ignore) và Tamper Protection Exception',
  ),
  avast: windows('Menu > Settings > General > Exceptions', 'cùng mục Exceptions'),
  trellix: lookFor,
  sophos: windows('trong Sophos Central, Global Exclusions, File or folder', 'Global Exclusions, Process'),
  bitdefender: lookFor,
  fortinet: lookFor,
  crowdstrike: lookFor,
  sentinelone: lookFor,
  clamav: (folders: string) =>
    `với mỗi thư mục ${folders}, ghi dòng "OnAccessExcludePath THƯ-MỤC" vào /etc/clamav/clamd.conf, thêm dòng "OnAccessExcludeRootUID yes", rồi khởi động lại clamav-daemon và clamav-clamonacc`,
  mdatp: (folders: string, program: string) =>
    `hãy chạy "mdatp exclusion folder add --path THƯ-MỤC" cho từng thư mục ${folders}, và: mdatp exclusion process add --path '${program}'`,
  kesl: (folders: string) =>
    `hãy chạy "kesl-control --set-settings 1 --add-exclusion THƯ-MỤC" cho từng thư mục ${folders} (có Security Center thì đặt trong chính sách)`,
  osquery: () =>
    'nhật ký audit chỉ một chương trình được đọc: hãy để --disable_audit=true trong /etc/osquery/osquery.flags, để auditd có những sự kiện mà tác nhân đọc',
  auditbeat: () =>
    'nhật ký audit chỉ một chương trình được đọc: hãy đặt "socket_type: multicast" cho module auditd trong auditbeat.yml, để auditd có những sự kiện mà tác nhân đọc',
  wazuh: () => 'cũng đọc nhật ký như tác nhân và không lấy mất gì; mỗi máy chỉ cần một trong hai',
  falco: () => 'theo dõi lời gọi hệ thống và không lấy mất gì; nếu có luật báo về tác nhân thì thêm ngoại lệ',
  other: (folders: string, program: string, address: string) =>
    `trong danh sách loại trừ: ${folders}; trong danh sách chương trình tin cậy: ${program}; trong tường lửa và phần giải mã TLS: cho qua ${address}`,
};

export const protectorVi: typeof protectorEn = {
  off: (name) => `${name}: có đăng ký nhưng hiện không bảo vệ`,
  quiet: (name, how) => `${name} đang bảo vệ máy này; chưa thấy nó cản tác nhân. Nếu bị cản: ${how}`,
  mayBlock: (name, how) => `có thể ${name} đang cản tác nhân. Để loại trừ tác nhân: ${how}`,
  steps,
};

export const connectVi: typeof connectEn = {
  filtered: (address) =>
    `Tường lửa hoặc chương trình diệt vi rút của chính máy này không cho kết nối: hãy cho phép tác nhân kết nối đi tới ${address}.`,
  refused: (address) =>
    `Có nơi trả lời rằng ${address} đóng: bộ thu thập không chạy ở đó, hoặc tường lửa trên đường từ chối. Hãy xem bộ thu thập ("vonggac status") và các tường lửa trên đường.`,
  reset: (address) =>
    `Kết nối tới ${address} bị cắt ngay: do bộ lọc trên đường hoặc chương trình diệt vi rút giải mã TLS. Hãy cho địa chỉ này qua mà không kiểm tra.`,
  silent: (address) =>
    `${address} không trả lời gì: tường lửa bỏ gói tin, hoặc địa chỉ sai. Hãy nhờ quản trị mạng cho phép TCP từ máy này tới ${address}.`,
  'no-way': (address) => `Không có đường tới ${address}: hãy xem dây mạng, Wi-Fi, VPN và cổng mặc định.`,
  inspected: (who, address) =>
    `Chứng thư do ${who} tạo ra, tức là có nơi giải mã TLS trên đường: hãy miễn kiểm tra TLS cho ${address}; tác nhân không gửi gì qua đó.`,
  otherIssuer: (issuer) =>
    `Chứng thư nhận được do "${issuer}" cấp: nếu đó là bộ lọc của đơn vị, hãy miễn kiểm tra TLS cho địa chỉ bộ thu thập.`,
};

export const writingVi: typeof writingEn = {
  ok: (folder) => `tạo, thay và xóa được tệp trong ${folder}`,
  held: (folder, reason) =>
    `tệp trong ${folder} đang bị chương trình khác giữ (${reason}): diệt vi rút, sao lưu hoặc lập chỉ mục; hãy loại trừ thư mục này ở đó`,
  forbidden: (folder, reason) =>
    `không được ghi tệp trong ${folder} (${reason}): hãy chạy bằng quyền quản trị (root); nếu đã có quyền thì một chương trình bảo vệ thư mục đang cấm: hãy cho phép tác nhân ở đó`,
  full: (folder, reason) => `${folder} đã đầy (${reason}): hãy giải phóng ổ đĩa này`,
  'read-only': (folder, reason) => `${folder} nằm trên ổ đĩa chỉ đọc (${reason}): hãy gắn lại cho ghi`,
  other: (folder, reason) => `không ghi được tệp trong ${folder}: ${reason}; hãy kiểm tra ổ đĩa`,
};

export const windowsDoctorVi: typeof windowsDoctorEn = {
  fit: (release) => `Windows ${release}, 64 bit: tác nhân chạy được ở đây`,
  'old-system': (release) =>
    `Windows ${release} cũ hơn Windows 10 1607 / Server 2016: tác nhân không chạy được ở đây; hãy cho máy chuyển sự kiện sang máy bên cạnh (hướng dẫn "Cài đặt tác nhân", phần máy cũ)`,
  'not-64-bit': (release) =>
    `Windows ${release} là bản 32 bit: tác nhân không chạy được ở đây; hãy cho máy chuyển sự kiện sang máy bên cạnh (hướng dẫn "Cài đặt tác nhân", phần máy cũ)`,
  system: 'đang hỏi bằng tài khoản SYSTEM: không bị hạn chế gì',
  administrator: 'đang hỏi bằng quyền quản trị, như dịch vụ có',
  notElevated:
    'đang hỏi mà không có quyền quản trị: nhật ký Security và thư mục trạng thái bị đóng; hãy mở cửa sổ lệnh bằng "Run as administrator" rồi hỏi lại',
  notAdministrator:
    'tài khoản này không phải quản trị viên: nhật ký Security và thư mục trạng thái bị đóng; hãy hỏi lại bằng tài khoản quản trị',
  rightsUnknown: 'không biết đang có quyền gì (whoami không trả lời); hãy hỏi lại bằng tài khoản quản trị',
};

export const killedVi: typeof killedEn = (pid, when, log) =>
  `tiến trình ${pid} kết thúc mà không dừng đúng cách (lần cuối thấy lúc ${when}): đã bị giết hoặc bị hỏng; hãy tìm trong mục cách ly và lịch sử của chương trình diệt vi rút, và trong ${log}`;
