/** Two Windows by the stand-in: a PC as it should be, and a server that nobody looked after. Answers are written by us as Microsoft documents them. */
import type { ProgramResult } from '../../../agent/host/run-program.ts';
import { WindowsStandIn } from './windows-stand-in.ts';

const CURRENT = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion';
const UNINSTALL = 'SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall';
const SHARES = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\LanmanServer\\Shares';
export const AN = 'S-1-5-21-1111-2222-3333-1001';

/** As Microsoft's pages show it, in Vietnamese words of ours: only order and numbers are alike in all languages. */
const STATUS = [
  'Chỉ báo nhuận: 0(không cảnh báo)',
  'Tầng: 4 (tham chiếu thứ cấp - đồng bộ bằng (S)NTP)',
  'Độ chính xác: -23 (119.209ns mỗi nhịp)',
  'Độ trễ gốc: 0,0154902s',
  'Độ phân tán gốc: 7,7773722s',
  'ReferenceId: 0x0A00007B (IP nguồn:  10.0.0.123)',
  'Lần đồng bộ thành công cuối: 26/11/2026 2:32:05 CH',
  'Nguồn: 10.0.0.123,0x9',
  'Khoảng hỏi: 10 (1024s)',
  '',
  'Độ lệch pha: -0,2538147s',
  'ClockRate: 0,0156250s',
  'Máy trạng thái: 2 (Đồng bộ)',
  'Cờ nguồn giờ: 0 (Không)',
  'Vai trò: 0 (Không)',
  'Lỗi đồng bộ cuối: 0 (Lệnh hoàn tất.)',
  'Thời gian từ lần đồng bộ tốt cuối: 282,1997480s',
];
/** Of a clock that follows nobody. */
export const UNSET_CLOCK = STATUS.map((line) =>
  line
    .replace(': 0(không cảnh báo)', ': 3(chưa đồng bộ)')
    .replace(/Tầng: .*/, 'Tầng: 0 (không rõ)')
    .replace('0x0A00007B (IP nguồn:  10.0.0.123)', '0x00000000 (không rõ)')
    .replace('Nguồn: 10.0.0.123,0x9', 'Nguồn: Đồng hồ CMOS của máy'),
);
export const timeService = (lines: readonly string[], code = 0): ProgramResult => ({
  kind: 'ended',
  code,
  stdout: lines.map((line) => `${line}\r\n`).join(''),
  stderr: '',
  truncated: false,
});

/** A certificate as a store of the registry holds it. */
export function storedBlob(der: Buffer, properties: Readonly<Record<number, Buffer>> = {}): string {
  const all = [...Object.entries(properties), [32, der] as const];
  return Buffer.concat(
    all.flatMap(([property, bytes]) => {
      const head = Buffer.alloc(12);
      head.writeUInt32LE(Number(property), 0);
      head.writeUInt32LE(1, 4);
      head.writeUInt32LE(bytes.length, 8);
      return [head, bytes];
    }),
  ).toString('hex');
}

const service = (Name: string, State: string, StartMode: string): object => ({
  Name,
  DisplayName: Name,
  State,
  StartMode,
  PathName: `C:\\Windows\\${Name}.exe --password=x1y2z3w4`,
  StartName: 'LocalSystem',
});

/** A self-relative descriptor with one entry that allows. */
function allows(authority: number, numbers: readonly number[], mask: number): string {
  const sid = Buffer.alloc(8 + 4 * numbers.length);
  sid[0] = 1;
  sid[1] = numbers.length;
  sid[7] = authority;
  for (const [index, number] of numbers.entries()) sid.writeUInt32LE(number, 8 + 4 * index);
  const entry = Buffer.alloc(8);
  entry.writeUInt16LE(8 + sid.length, 2);
  entry.writeUInt32LE(mask, 4);
  const list = Buffer.alloc(8);
  list[0] = 2;
  list.writeUInt16LE(8 + entry.length + sid.length, 2);
  list.writeUInt16LE(1, 4);
  const head = Buffer.alloc(20);
  head[0] = 1;
  head.writeUInt16LE(0x80_04, 2);
  head.writeUInt32LE(20, 16);
  return Buffer.concat([head, list, entry, sid]).toString('hex');
}

/** @param nowMs what was done lately was done before it */
export function officePc(nowMs: number): WindowsStandIn {
  const windows = new WindowsStandIn();
  const ago = (days: number): string => `/Date(${nowMs - days * 86_400_000})/`;
  const day = new Date(nowMs - 10 * 86_400_000);
  windows.setState(`${CURRENT}\\CurrentMajorVersionNumber`, 'dword 10');
  windows.setState(`${CURRENT}\\CurrentMinorVersionNumber`, 'dword 0');
  windows.setState(`${CURRENT}\\CurrentBuildNumber`, 'text 26200');
  windows.setState(`${CURRENT}\\UBR`, 'dword 7171');
  windows.setState(`${CURRENT}\\ProductName`, 'text Windows 10 Pro');
  windows.setState(`${CURRENT}\\DisplayVersion`, 'text 25H2');
  windows.setState(`${CURRENT}\\EditionID`, 'text Professional');
  windows.setState('HKLM\\SYSTEM\\CurrentControlSet\\Control\\ProductOptions\\ProductType', 'text WinNT');
  windows.setState(
    'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate\\WUServer',
    'text http://kho.tinh.gov.vn:8530',
  );
  windows.setState('HKLM\\SYSTEM\\CurrentControlSet\\Services\\W32Time\\Parameters\\Type', 'text NTP');
  windows.setState(
    'HKLM\\SYSTEM\\CurrentControlSet\\Services\\W32Time\\Parameters\\NtpServer',
    'text 10.0.0.123,0x9',
  );
  windows.setState(
    'HKLM\\SYSTEM\\CurrentControlSet\\Control\\TimeZoneInformation\\TimeZoneKeyName',
    'text SE Asia Standard Time',
  );
  for (const [key, values] of Object.entries({
    [`HKLM\\${UNINSTALL}\\{1}`]: {
      DisplayName: 'Bộ gõ Tiếng Việt',
      DisplayVersion: '4.6.1',
      Publisher: 'UniKey',
      WindowsInstaller: 'dword 1',
      InstallDate: '20260102',
    },
    [`HKLM\\${UNINSTALL}\\KB1`]: { DisplayName: 'Update of something', ReleaseType: 'Update' },
    [`HKLM\\${UNINSTALL}\\part`]: { DisplayName: 'A part', SystemComponent: 'dword 1' },
    [`HKLM\\SOFTWARE\\WOW6432Node\\${UNINSTALL.slice(9)}\\7-Zip`]: {
      DisplayName: '7-Zip',
      DisplayVersion: '25.01',
    },
    [`HKU\\${AN}\\${UNINSTALL}\\7-Zip`]: { DisplayName: '7-Zip', DisplayVersion: '19.00' },
    [`HKU\\${AN}\\Software\\Microsoft\\Windows\\CurrentVersion\\Run`]: {
      Zalo: 'C:\\Users\\an\\Zalo.exe --token=abcd1234efgh',
    },
    [SHARES]: {},
  }))
    for (const [name, data] of Object.entries(values))
      windows.setState(`${key}\\${name}`, data.startsWith('dword ') ? data : `text ${data}`);
  windows.setState(`${SHARES}\\Công văn`, 'texts Path=D:\\Công văn\\0Permissions=63\\0Type=0\\0Remark=');
  windows.setState(`${SHARES}\\Máy in`, 'texts Path=HP\\0Type=1');
  windows.setState(`${SHARES}\\Security\\Công văn`, `bytes ${allows(1, [0], 0x0012_00a9)}`);
  windows.cim.set('computer', [
    { Name: 'MAY-01', Domain: 'tinh.gov.vn', PartOfDomain: true, Manufacturer: 'Dell', Model: 'Vostro' },
  ]);
  windows.cim.set('product', [{ UUID: 'U-1', IdentifyingNumber: 'S-1', Version: '' }]);
  windows.cim.set('bios', [{ Manufacturer: 'Dell', SMBIOSBIOSVersion: '1.2', SerialNumber: 'S-1' }]);
  windows.cim.set('board', [{ Manufacturer: 'Dell', Product: 'X', SerialNumber: 'B-1' }]);
  windows.cim.set('processor', [
    { Name: 'Intel i5', Manufacturer: 'GenuineIntel', NumberOfCores: 4, NumberOfLogicalProcessors: 8 },
  ]);
  windows.cim.set('users', [
    {
      Name: 'Quản trị viên',
      Sid: 'S-1-5-21-1111-2222-3333-500',
      Enabled: false,
      PasswordRequired: true,
      LastLogon: null,
    },
    {
      Name: 'an',
      Sid: AN,
      Enabled: true,
      PasswordRequired: true,
      PasswordLastSet: ago(20),
      PasswordExpires: ago(-70),
      LastLogon: ago(1),
    },
  ]);
  windows.cim.set('groups', [
    {
      Name: 'Người quản trị',
      SID: 'S-1-5-32-544',
      Members: { value: ['MAY-01\\Quản trị viên|S-1-5-21-1111-2222-3333-500'], Count: 1 },
    },
    { Name: 'Người dùng', SID: 'S-1-5-32-545', Members: [`MAY-01\\an|${AN}`] },
  ]);
  windows.cim.set('services', [
    service('WinDefend', 'Running', 'Auto'),
    service('Fax', 'Stopped', 'Disabled'),
  ]);
  windows.cim.set('tasks', [
    {
      TaskPath: '\\',
      TaskName: 'Sao lưu',
      State: 'Ready',
      User: 'SYSTEM',
      Level: 'Highest',
      Actions: ['robocopy.exe C:\\a D:\\b'],
      Triggers: ['MSFT_TaskDailyTrigger', 'MSFT_TaskLogonTrigger'],
    },
  ]);
  windows.cim.set('listeners', [
    { LocalAddress: '0.0.0.0', LocalPort: 445, OwningProcess: 4 },
    { LocalAddress: '::', LocalPort: 445, OwningProcess: 4 },
  ]);
  windows.cim.set('datagrams', [
    { LocalAddress: 'fe80::1%12', LocalPort: 546, OwningProcess: 900 },
    { LocalAddress: '0.0.0.0', LocalPort: 61_000, OwningProcess: 900 },
  ]);
  windows.cim.set('processes', [{ ProcessId: 4, Name: 'System', ExecutablePath: null }]);
  windows.cim.set('volumes', [
    { DeviceID: 'C:', DriveType: 3, FileSystem: 'NTFS', Size: 1000, FreeSpace: 400 },
    { DeviceID: 'E:', DriveType: 2, FileSystem: 'FAT32', Size: 10, FreeSpace: 1 },
    {
      DeviceID: 'Z:',
      DriveType: 4,
      FileSystem: 'NTFS',
      Size: 10,
      FreeSpace: 5,
      ProviderName: '\\\\tep\\chung',
    },
  ]);
  windows.cim.set('bitlocker', [{ DriveLetter: 'C:', ProtectionStatus: 1, VolumeType: 0 }]);
  windows.cim.set('disks', [
    { DeviceId: '0', FriendlyName: 'NVMe', SerialNumber: ' D-1 ', Size: 1000, MediaType: 4, HealthStatus: 0 },
  ]);
  windows.cim.set('usb', [
    {
      Name: 'USB Mass Storage Device',
      PNPDeviceID: 'USB\\VID_0781&PID_5581\\4C530001',
      PNPClass: 'USB',
      Service: 'USBSTOR',
    },
    {
      Name: 'Mouse',
      PNPDeviceID: 'USB\\VID_046D&PID_C077\\5&1AB&0&2',
      PNPClass: 'HIDClass',
      Service: 'HidUsb',
    },
    { Name: 'Root Hub', PNPDeviceID: 'USB\\ROOT_HUB30\\4&1&0&0', PNPClass: 'USB', Service: 'USBHUB3' },
  ]);
  windows.cim.set('backup', []);
  windows.programs.set('w32tm', () => timeService(STATUS));
  windows.cim.set('hotfixes', [
    {
      HotFixID: 'KB5068861',
      InstalledOn: `${day.getUTCMonth() + 1}/${day.getUTCDate()}/${day.getUTCFullYear()}`,
      Description: 'Security Update',
    },
    { HotFixID: 'KB5054156', InstalledOn: '', Description: 'Update' },
  ]);
  windows.cim.set('defender', [
    {
      AMRunningMode: 'Normal',
      AMServiceEnabled: true,
      AntivirusEnabled: true,
      RealTimeProtectionEnabled: true,
      IsTamperProtected: true,
      AntivirusSignatureVersion: '1.441.1.0',
      AntivirusSignatureLastUpdated: ago(1),
    },
  ]);
  windows.cim.set('antivirus', [
    { displayName: 'Windows Defender', productState: 397_568 },
    { displayName: 'Bkav Pro', productState: 262_160, pathToSignedProductExe: 'C:\\Bkav.exe' },
  ]);
  windows.cim.set('firewall', [
    { Name: 'Domain', Enabled: 'True', DefaultInboundAction: 'NotConfigured', LogBlocked: 'False' },
    { Name: 'Private', Enabled: 'True', DefaultInboundAction: 'Block', LogBlocked: 'False' },
    { Name: 'Public', Enabled: 'True', DefaultInboundAction: 'Block', LogBlocked: 'False' },
  ]);
  windows.cim.set('nameServers', [{ InterfaceAlias: 'Ethernet', ServerAddresses: ['10.0.0.53'] }]);
  windows.cim.set('neighbours', [
    {
      IPAddress: '10.0.0.1',
      LinkLayerAddress: '52-54-00-00-00-01',
      InterfaceAlias: 'Ethernet',
      State: 'Reachable',
    },
    {
      IPAddress: '224.0.0.22',
      LinkLayerAddress: '01-00-5E-00-00-16',
      InterfaceAlias: 'Ethernet',
      State: 'Permanent',
    },
  ]);
  windows.cim.set('routes', [
    { DestinationPrefix: '0.0.0.0/0', NextHop: '10.0.0.1', InterfaceAlias: 'Ethernet', RouteMetric: 25 },
    { DestinationPrefix: '224.0.0.0/4', NextHop: '0.0.0.0', InterfaceAlias: 'Ethernet', RouteMetric: 256 },
  ]);
  return windows;
}

export function neglectedServer(nowMs: number): WindowsStandIn {
  const windows = officePc(nowMs);
  const ago = (days: number): string => `/Date(${nowMs - days * 86_400_000})/`;
  windows.setState(`${CURRENT}\\CurrentBuildNumber`, 'text 9600');
  windows.setState(`${CURRENT}\\CurrentMajorVersionNumber`, 'dword 6');
  windows.setState(`${CURRENT}\\CurrentMinorVersionNumber`, 'dword 3');
  windows.setState(`${CURRENT}\\ProductName`, 'text Windows Server 2012 R2 Standard');
  windows.setState('HKLM\\SYSTEM\\CurrentControlSet\\Control\\ProductOptions\\ProductType', 'text ServerNT');
  windows.setState('HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate\\WUServer', 'text ');
  windows.setState(`${SHARES}\\Security\\Công văn`, `bytes ${allows(5, [32, 546], 0x001f_01ff)}`);
  windows.cim.set('computer', [{ Name: 'MAY-CHU', Domain: 'WORKGROUP', PartOfDomain: false }]);
  windows.cim.set('users', [
    {
      Name: 'Administrator',
      Sid: 'S-1-5-21-1-2-3-500',
      Enabled: true,
      PasswordRequired: true,
      PasswordLastSet: ago(900),
      LastLogon: ago(200),
    },
    { Name: 'Guest', Sid: 'S-1-5-21-1-2-3-501', Enabled: true, PasswordRequired: false },
  ]);
  windows.cim.set('groups', [
    {
      Name: 'Administrators',
      SID: 'S-1-5-32-544',
      Members: ['S\\Administrator|S-1-5-21-1-2-3-500', 'S\\Guest|S-1-5-21-1-2-3-501'],
    },
  ]);
  windows.cim.set('defender', [
    { AMServiceEnabled: false, AntivirusEnabled: false, RealTimeProtectionEnabled: false },
  ]);
  windows.cim.set('firewall', [
    { Name: 'Domain', Enabled: 'True', DefaultInboundAction: 'Block' },
    { Name: 'Private', Enabled: 'False', DefaultInboundAction: 'Block' },
    { Name: 'Public', Enabled: 'True', DefaultInboundAction: 'Allow' },
  ]);
  windows.cim.set('bitlocker', [{ DriveLetter: 'C:', ProtectionStatus: 0, VolumeType: 0 }]);
  windows.cim.set('listeners', [{ LocalAddress: '0.0.0.0', LocalPort: 23, OwningProcess: 4 }]);
  windows.cim.set('hotfixes', []);
  windows.cim.set('backup', [
    {
      NextBackupTime: '/Date(-62135596800000)/',
      LastSuccessfulBackupTime: ago(200),
      LastSuccessfulBackupTargetLabel: 'NAS cũ',
    },
  ]);
  windows.programs.set('w32tm', () => timeService(UNSET_CLOCK));
  windows.cim.set('nameServers', [{ InterfaceAlias: 'Ethernet', ServerAddresses: ['8.8.8.8'] }]);
  windows.cim.set('neighbours', [
    { IPAddress: '10.0.0.9', LinkLayerAddress: '52-54-00-00-00-99', InterfaceAlias: 'E', State: 'Stale' },
  ]);
  return windows;
}
