/** What the doctor says of programs that guard the host beside us, of blocked connections and files, and of Windows; in Vietnamese. */
import type { connectEn, killedEn, protectorEn, Steps, windowsDoctorEn, writingEn } from './protector-en.ts';

const windows =
  (files: string, processes: string, network: string) =>
  (folders: string, program: string, address: string): string =>
    `${files}: thêm ${folders}; ${processes}: thêm ${program}; ${network}: cho qua ${address}, không giải mã TLS`;

const steps: Steps = {
  defender: (folders: string, program: string, address: string) =>
    `mở PowerShell bằng quyền quản trị rồi chạy: Add-MpPreference -ExclusionPath ${folders} -ExclusionProcess '${program}'; bằng chính sách nhóm: Computer Configuration > Administrative Templates > Windows Components > Microsoft Defender Antivirus > Exclusions; Windows Firewall: cho phép kết nối đi tới ${address}`,
  kaspersky: windows(
    'Settings > Threats and exclusions > Manage exclusions (vùng tin cậy; có Security Center thì đặt trong chính sách)',
    'Trusted applications ("Do not scan opened files", "Do not monitor application activity")',
    'Network settings > Encrypted connections scan > Trusted addresses',
  ),
  bkav: windows(
    'danh sách loại trừ của Bkav (dùng Bkav Endpoint thì đặt trên máy chủ quản lý)',
    'danh sách chương trình tin cậy',
    'tường lửa của Bkav',
  ),
  cmc: windows(
    'danh sách loại trừ của CMC (có máy chủ quản lý thì đặt ở đó)',
    'danh sách chương trình tin cậy',
    'tường lửa của CMC',
  ),
  eset: windows(
    'Setup > Advanced setup (F5) > Detection engine > Exclusions > Performance exclusions',
    'Processes exclusions và luật HIPS',
    'Web and email > SSL/TLS > danh sách chứng thư hoặc địa chỉ loại trừ',
  ),
  'trend-micro': windows(
    'trên máy chủ Apex One: Agents > Agent Management > Settings > Scan Settings > Scan exclusions',
    'Trusted Program List và ngoại lệ của Behavior Monitoring',
    'chính sách tường lửa',
  ),
  symantec: windows(
    'trên máy chủ SEPM: Policies > Exceptions > Windows exceptions > Folder',
    'Windows exceptions > Application (ignore) và ngoại lệ của Tamper Protection',
    'chính sách tường lửa',
  ),
  avast: windows(
    'Menu > Settings > General > Exceptions',
    'Exceptions và Blocked & allowed apps',
    'Protection > Core Shields > Web Shield > ngoại lệ của HTTPS scanning',
  ),
  trellix: windows(
    'Endpoint Security Threat Prevention > On-Access Scan > Exclusions (có ePO thì đặt trong chính sách)',
    'loại trừ của Exploit Prevention và Adaptive Threat Protection',
    'luật của Endpoint Security Firewall',
  ),
  sophos: windows(
    'Sophos Central > Global Settings > Global Exclusions > file or folder',
    'Global Exclusions > process',
    'loại trừ của HTTPS decryption',
  ),
  bitdefender: windows(
    'GravityZone > Policies > Antimalware > Settings > Custom exclusions',
    'Custom exclusions > process',
    'Network Protection > exclusions và SSL scanning',
  ),
  fortinet: windows(
    'EMS > Endpoint Profiles > Malware Protection > Exclusions',
    'loại trừ của Anti-Exploit và của FortiEDR',
    'ngoại lệ của Web Filter và của SSL inspection trên FortiGate',
  ),
  crowdstrike: windows(
    'bảng Falcon > Endpoint security > Exclusions > Sensor visibility',
    'Exclusions > Machine learning và IOA',
    'Firewall management',
  ),
  sentinelone: windows(
    'bảng quản lý > Sentinels > Exclusions > Path',
    'Exclusions > Path, chế độ "interoperability"',
    'Firewall Control',
  ),
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
