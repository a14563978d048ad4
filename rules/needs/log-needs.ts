/**
 * What a host has to write down for rules to see anything: each need with the log sources and event ids that show it is
 * met, the hosts that can meet it, and how it is switched on. Facts of Windows, Sysmon, auditd and of our own agent.
 */

export const HOST_KINDS = [
  'office-pc',
  'domain-controller',
  'linux-server',
  'web-server',
  'network-device',
] as const;
export type CoverageKind = (typeof HOST_KINDS)[number];

export interface InBoth {
  vi: string;
  en: string;
}

/** What can be seen in a host's events: a log source, and for the Security log which of its events. */
export interface Sign {
  product?: string;
  category?: string;
  service?: string;
  eventIds?: readonly number[];
}

export interface LogNeed {
  id: string;
  title: InBoth;
  how: InBoth;
  /** Met when any of these is seen. */
  signs: readonly Sign[];
  kinds: readonly CoverageKind[];
  /** When it is there: of itself, after `vonggac-agent audit install`, or only when somebody does what `how` says. */
  comes: 'itself' | 'audit-install' | 'by-hand';
  /** Rarely written even where all is well, so that its absence proves nothing. */
  isRare: boolean;
}

const WINDOWS: readonly CoverageKind[] = ['office-pc', 'domain-controller'];
const CONTROLLER: readonly CoverageKind[] = ['domain-controller'];
const LINUX: readonly CoverageKind[] = ['linux-server', 'web-server'];
const HOSTS: readonly CoverageKind[] = [...WINDOWS, ...LINUX];
const INSTALL: InBoth = {
  vi: 'chạy `vonggac-agent audit install` trên máy, hoặc đặt `audit.keep: true` trong chính sách tác nhân',
  en: 'run `vonggac-agent audit install` on the host, or set `audit.keep: true` in the policy of agents',
};
const ITSELF: InBoth = { vi: 'có sẵn khi tác nhân chạy', en: 'there as soon as the agent runs' };

const windows = (service: string): Sign => ({ product: 'windows', service });

/** Events of the Security log by the subcategory that writes them; the four digits are those of its GUID. */
const SUBCATEGORIES: readonly {
  digits: string;
  name: string;
  ids: readonly number[];
  kinds?: readonly CoverageKind[];
  /** Too much to be switched on everywhere: what it costs. */
  byHand?: InBoth;
  isCommon?: boolean;
}[] = [
  { digits: '9215', name: 'Logon', ids: [4624, 4625, 4648], isCommon: true },
  { digits: '9217', name: 'Account Lockout', ids: [4740] },
  { digits: '9224', name: 'File Share', ids: [5140, 5142, 5143, 5144] },
  {
    digits: '9244',
    name: 'Detailed File Share',
    ids: [5145],
    byHand: {
      vi: 'chỉ nên bật ở máy không chia sẻ tệp: máy chủ tệp và máy chủ miền ghi một sự kiện cho mỗi tệp có người mở',
      en: 'on hosts that serve no files: a file server or a domain controller writes one for each file that anybody opens',
    },
  },
  { digits: '9227', name: 'Other Object Access Events', ids: [4698, 4699, 4700, 4701, 4702] },
  { digits: '9245', name: 'Removable Storage', ids: [4656, 4658, 4663] },
  { digits: '9211', name: 'Security System Extension', ids: [4697] },
  { digits: '922F', name: 'Audit Policy Change', ids: [4719] },
  {
    digits: '9235',
    name: 'User Account Management',
    ids: [4720, 4722, 4723, 4724, 4725, 4726, 4738, 4765, 4766, 4767, 4781, 4794],
  },
  { digits: '9236', name: 'Computer Account Management', ids: [4741, 4742, 4743], kinds: CONTROLLER },
  { digits: '9237', name: 'Security Group Management', ids: [4728, 4729, 4732, 4733, 4756, 4757] },
  { digits: '923A', name: 'Other Account Management Events', ids: [4782, 4793] },
  { digits: '923B', name: 'Directory Service Access', ids: [4661, 4662], kinds: CONTROLLER },
  {
    digits: '923C',
    name: 'Directory Service Changes',
    ids: [5136, 5137, 5138, 5139, 5141],
    kinds: CONTROLLER,
  },
  {
    digits: '9240',
    name: 'Kerberos Service Ticket Operations',
    ids: [4769, 4770],
    kinds: CONTROLLER,
    isCommon: true,
  },
  {
    digits: '9242',
    name: 'Kerberos Authentication Service',
    ids: [4768, 4771],
    kinds: CONTROLLER,
    isCommon: true,
  },
  {
    digits: '923F',
    name: 'Credential Validation',
    ids: [4774, 4775, 4776],
    kinds: CONTROLLER,
    isCommon: true,
  },
];

const ofSecurity = SUBCATEGORIES.map(({ digits, name, ids, kinds, byHand, isCommon }): LogNeed => {
  const guid = `{0CCE${digits}-69AE-11D9-BED3-505054503030}`;
  const command = `auditpol /set /subcategory:${guid} /success:enable /failure:enable`;
  return {
    id: `windows-audit-${digits.toLowerCase()}`,
    title: { vi: `Nhật ký Security: ${name}`, en: `Security log: ${name}` },
    how:
      byHand === undefined
        ? INSTALL
        : {
            vi: `\`${command}\`, hoặc cùng mục ấy trong chính sách nhóm; ${byHand.vi}`,
            en: `\`${command}\`, or the same in group policy; ${byHand.en}`,
          },
    signs: [{ product: 'windows', service: 'security', eventIds: ids }],
    kinds: kinds ?? WINDOWS,
    comes: byHand === undefined ? 'audit-install' : 'by-hand',
    isRare: isCommon !== true,
  };
});

/** Logs of their own; most are on, and silent where nothing happens. */
const LOGS: readonly (readonly [service: string, name: string])[] = [
  ['system', 'System'],
  ['application', 'Application'],
  ['windefend', 'Microsoft Defender'],
  ['taskscheduler', 'TaskScheduler'],
  ['wmi', 'WMI-Activity'],
  ['bits-client', 'Bits-Client'],
  ['codeintegrity-operational', 'CodeIntegrity'],
  ['applocker', 'AppLocker'],
  ['printservice-admin', 'PrintService/Admin'],
  ['printservice-operational', 'PrintService/Operational'],
  ['firewall-as', 'Windows Firewall'],
  ['ntlm', 'NTLM'],
  ['dns-client', 'DNS Client'],
  ['terminalservices-localsessionmanager', 'TerminalServices-LocalSessionManager'],
  ['smbclient-security', 'SmbClient/Security'],
  ['driver-framework', 'DriverFrameworks-UserMode'],
];

/** The log is on, and empty until somebody writes rules for it. */
const APPLOCKER: InBoth = {
  vi: 'đặt quy tắc AppLocker bằng chính sách nhóm (chế độ chỉ ghi nhận là đủ); tác nhân tự đọc nhật ký',
  en: 'set AppLocker rules by group policy (audit only is enough); the agent reads the log by itself',
};

const ofLogs = LOGS.map(([service, name]): LogNeed => {
  const isOn = ['system', 'application', 'windefend', 'wmi', 'bits-client'].includes(service);
  const isAppLocker = service === 'applocker';
  return {
    id: `windows-${service}`,
    title: { vi: `Nhật ký ${name} của Windows`, en: `Windows log ${name}` },
    how: isOn ? ITSELF : isAppLocker ? APPLOCKER : INSTALL,
    signs: [windows(service)],
    kinds: WINDOWS,
    comes: isOn ? 'itself' : isAppLocker ? 'by-hand' : 'audit-install',
    isRare: service !== 'system' && service !== 'application',
  };
});

const own = (
  service: string,
  vi: string,
  en: string,
  kinds: readonly CoverageKind[],
  isRare: boolean,
): LogNeed => ({
  id: service,
  title: { vi, en },
  how: ITSELF,
  signs: [{ product: 'vonggac', service }],
  kinds,
  comes: 'itself',
  isRare,
});

const syslogOf = (service: string, vi: string, en: string, isRare: boolean): LogNeed => ({
  id: `linux-${service}`,
  title: { vi, en },
  how: {
    vi: 'tác nhân đọc journald hoặc các tệp trong /var/log; kiểm tra bằng `vonggac-agent doctor`',
    en: 'the agent reads journald or the files of /var/log; see `vonggac-agent doctor`',
  },
  signs: [{ product: 'linux', service }],
  kinds: LINUX,
  comes: 'itself',
  isRare,
});

export const LOG_NEEDS: readonly LogNeed[] = [
  {
    id: 'windows-process',
    title: {
      vi: 'Tiến trình khởi chạy kèm dòng lệnh (4688 hoặc Sysmon 1)',
      en: 'Processes with their command lines (4688 or Sysmon 1)',
    },
    how: INSTALL,
    signs: [{ product: 'windows', category: 'process_creation' }],
    kinds: WINDOWS,
    comes: 'audit-install',
    isRare: false,
  },
  {
    id: 'windows-powershell',
    title: { vi: 'Nội dung lệnh PowerShell (4103, 4104)', en: 'What PowerShell runs (4103, 4104)' },
    how: INSTALL,
    signs: [
      windows('powershell'),
      { product: 'windows', category: 'ps_script' },
      { product: 'windows', category: 'ps_module' },
    ],
    kinds: WINDOWS,
    comes: 'audit-install',
    isRare: true,
  },
  {
    id: 'windows-sysmon',
    title: {
      vi: 'Sysmon: tệp, registry, kết nối, thư viện, truy cập bộ nhớ, DNS',
      en: 'Sysmon: files, registry, connections, libraries, memory access, DNS',
    },
    how: {
      vi: 'cài Sysmon của Microsoft với cấu hình có các loại sự kiện này; tác nhân tự đọc nhật ký của nó',
      en: "install Microsoft's Sysmon with a configuration that has these events; the agent reads its log by itself",
    },
    signs: [windows('sysmon')],
    kinds: WINDOWS,
    comes: 'by-hand',
    isRare: false,
  },
  ...ofSecurity,
  {
    id: 'windows-security',
    title: { vi: 'Nhật ký Security của Windows', en: 'Windows log Security' },
    how: ITSELF,
    signs: [windows('security')],
    kinds: WINDOWS,
    comes: 'itself',
    isRare: false,
  },
  ...ofLogs,
  syslogOf('sshd', 'Đăng nhập SSH', 'SSH logins', false),
  syslogOf('auth', 'Tài khoản, su và PAM', 'Accounts, su and PAM', false),
  syslogOf('sudo', 'Lệnh chạy bằng sudo', 'Commands run by sudo', true),
  syslogOf('cron', 'Việc chạy theo lịch', 'Jobs of cron', false),
  syslogOf('syslog', 'Nhật ký hệ thống Linux', 'The system log of Linux', false),
  syslogOf('dpkg', 'Cài và gỡ gói phần mềm', 'Packages installed and removed', true),
  {
    id: 'linux-auditd',
    title: { vi: 'Nhật ký kiểm toán của nhân Linux (auditd)', en: "The kernel's audit log (auditd)" },
    how: INSTALL,
    signs: [{ product: 'linux', service: 'auditd' }],
    kinds: LINUX,
    comes: 'audit-install',
    isRare: false,
  },
  {
    id: 'linux-process',
    title: { vi: 'Tiến trình khởi chạy trên Linux', en: 'Processes of Linux' },
    how: INSTALL,
    signs: [{ product: 'linux', category: 'process_creation' }],
    kinds: LINUX,
    comes: 'audit-install',
    isRare: false,
  },
  {
    id: 'webserver',
    title: { vi: 'Nhật ký truy cập của máy chủ web', en: 'Access log of the web server' },
    how: {
      vi: 'ghi nhật ký truy cập ở dạng combined; tác nhân tự tìm /var/log/nginx và /var/log/apache2, nơi khác thì khai ở `tails`',
      en: 'write the access log in the combined form; the agent finds /var/log/nginx and /var/log/apache2, other places go into `tails`',
    },
    signs: [{ category: 'webserver' }],
    kinds: ['web-server'],
    comes: 'itself',
    isRare: false,
  },
  {
    id: 'device-syslog',
    title: {
      vi: 'Syslog của tường lửa, bộ định tuyến, bộ chuyển mạch',
      en: 'Syslog of firewalls, routers and switches',
    },
    how: {
      vi: 'bật bộ nhận syslog ở một tác nhân trong mạng và cho thiết bị gửi syslog tới đó',
      en: 'switch on the syslog receiver of an agent in the network and let the device send there',
    },
    signs: [
      { category: 'firewall' },
      { product: 'cisco' },
      { product: 'draytek' },
      { product: 'mikrotik' },
      { product: 'fortigate' },
      { product: 'fortios' },
      { product: 'pfsense' },
      { product: 'sophos' },
    ],
    kinds: ['network-device'],
    comes: 'by-hand',
    isRare: false,
  },
  own('integrity', 'Toàn vẹn tệp', 'Integrity of files', HOSTS, true),
  own('registry', 'Toàn vẹn registry', 'Integrity of the registry', WINDOWS, true),
  own(
    'inventory',
    'Kiểm kê máy: người dùng, cổng, phần mềm, dịch vụ',
    'Inventory: users, ports, software, services',
    HOSTS,
    false,
  ),
  own('agent', 'Tác nhân nói về chính nó', 'The agent about itself', HOSTS, true),
  own('posture', 'Kiểm tra cấu hình', 'Checks of the configuration', HOSTS, true),
  own('response', 'Việc ứng phó', 'Acts of response', HOSTS, true),
  {
    ...own(
      'probe',
      'Thăm dò cổng và trang web từ bên ngoài',
      'Probes of ports and sites from outside',
      ['web-server', 'network-device'],
      true,
    ),
    how: { vi: 'tạo phép thăm dò: `vonggac probe add`', en: 'add a probe: `vonggac probe add`' },
    comes: 'by-hand',
  },
];
