/** What administrators, servers and those who watch over them do on an ordinary day. */
import type { MadeUp } from '../../collector/simulate/made-up.ts';
import type { Activity } from './activity.ts';
import type { SimulatedHost } from './estate.ts';
import { CMD, encoded, EXPLORER, loggedOn, POWERSHELL, SERVICES, SVCHOST, SYSTEM } from './office-noise.ts';
import {
  fileCreated,
  processStarted,
  registrySet,
  scriptBlock,
  security,
  serviceInstalled,
} from './windows-event.ts';

const SYSTEM32 = 'C:\\Windows\\System32\\';

/** A command as somebody types it. */
function typed(made: MadeUp, host: SimulatedHost, line: string, parent = CMD) {
  const [name = ''] = line.split(' ');
  const image = name.includes('\\') ? name : `${SYSTEM32}${name.replace(/\.exe$/i, '')}.exe`;
  return processStarted(made, { image, line, parent, user: host.user, level: 'High' });
}

const ADMIN_LINES = [
  'nltest /dclist:tinh.local',
  'nltest /domain_trusts',
  'dsquery user -inactive 12',
  'net group "Domain Admins" /domain',
  'net user nguyen.van.an /domain',
  'whoami /all',
  'ipconfig /all',
  'quser /server:SRV-001',
  'schtasks /query /s SRV-002 /fo csv /v',
  'netstat -ano',
  'reg query HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Uninstall /s',
  'gpresult /r',
  'auditpol /get /category:*',
  'netsh advfirewall firewall show rule name=all',
  'netsh advfirewall firewall add rule name="Zabbix" dir=in action=allow protocol=TCP localport=10050',
  'wmic /node:SRV-003 os get lastbootuptime',
  'wmic qfe list brief',
  'sc \\\\SRV-004 query',
  'sc stop Spooler',
  'net stop wuauserv',
  'tasklist /s SRV-005 /svc',
  'taskkill /f /im excel.exe',
  'robocopy \\\\fs01\\chung D:\\sao-luu /mir /r:1',
  'nslookup -type=any tinh.local',
  'icacls D:\\chung /grant "TINH\\Ke toan":(OI)(CI)M /T',
  'takeown /f D:\\cu /r /d y',
  'certutil -verify -urlfetch web.cer',
  'bcdedit /enum',
  'powershell.exe -Command "Get-ADUser -Filter * | Export-Csv ad.csv"',
  'powershell.exe -Command "Test-NetConnection SRV-001 -Port 3389"',
  'powershell.exe -Command "Invoke-Command -ComputerName SRV-001 {Get-Service}"',
  'mstsc.exe /v:SRV-006 /admin',
  'curl.exe -k https://10.1.9.9/api/v2/status',
];

export const SERVER_NOISE: readonly Activity[] = [
  {
    name: 'administrators type',
    kinds: ['admin'],
    among: { share: 1 },
    perDay: 14,
    hours: 'office',
    events: (made, host) => [typed(made, host, made.pick(ADMIN_LINES))],
  },
  {
    name: 'PsExec onto servers',
    kinds: ['admin'],
    among: { share: 0.4 },
    perDay: 2,
    hours: 'office',
    events: (made, host) => [
      typed(made, host, `C:\\Tools\\PsExec64.exe \\\\SRV-0${10 + made.number(80)} -s cmd`),
      registrySet(
        'C:\\Tools\\PsExec64.exe',
        'HKU\\S-1-5-21-1004\\Software\\Sysinternals\\PsExec\\EulaAccepted',
        'DWORD (0x00000001)',
        host.user,
      ),
    ],
  },
  {
    name: 'PsExec on the servers',
    kinds: ['server', 'web'],
    among: { share: 0.04 },
    perDay: 1,
    hours: 'office',
    events: (made) => [
      serviceInstalled('PSEXESVC', '%SystemRoot%\\PSEXESVC.exe'),
      fileCreated('System', 'C:\\Windows\\PSEXESVC.exe', SYSTEM),
      processStarted(made, {
        image: 'C:\\Windows\\PSEXESVC.exe',
        line: 'C:\\Windows\\PSEXESVC.exe',
        parent: SERVICES,
        user: SYSTEM,
        level: 'System',
      }),
      processStarted(made, {
        image: CMD,
        line: '"cmd"',
        parent: 'C:\\Windows\\PSEXESVC.exe',
        user: SYSTEM,
        level: 'System',
      }),
    ],
  },
  {
    name: 'network scanners of administrators',
    kinds: ['admin'],
    among: { hosts: 2 },
    perDay: 1,
    hours: 'office',
    events: (made, host) => [
      processStarted(made, {
        image: 'C:\\Program Files (x86)\\Advanced IP Scanner\\advanced_ip_scanner.exe',
        line: '"C:\\Program Files (x86)\\Advanced IP Scanner\\advanced_ip_scanner.exe" /portable',
        parent: EXPLORER,
        user: host.user,
        product: { company: 'Famatech Corp.', name: 'Advanced IP Scanner' },
      }),
    ],
  },
  {
    name: 'a hung program is dumped',
    kinds: ['server', 'web'],
    among: { hosts: 3 },
    perDay: 1,
    hours: 'office',
    events: (made, host) => [
      typed(made, host, 'C:\\Tools\\procdump64.exe -accepteula -ma w3wp.exe D:\\dump'),
    ],
  },
  {
    name: 'remote administration with encoded commands',
    kinds: ['server', 'web', 'database'],
    among: { share: 0.8 },
    perDay: 3,
    hours: 'night',
    events: (made) => [
      processStarted(made, {
        image: POWERSHELL,
        line: `PowerShell -NoProfile -NonInteractive -ExecutionPolicy Unrestricted -EncodedCommand ${encoded(`&chcp.com 65001 > $null; $exec_wrapper_str = $input | Out-String; ${made.number(7)}`)}`,
        parent: `${SYSTEM32}wsmprovhost.exe`,
        user: 'TINH\\svc-ansible',
        level: 'High',
      }),
      scriptBlock(
        made,
        '$ProgressPreference = "SilentlyContinue"; Get-ItemProperty HKLM:\\SOFTWARE\\Microsoft | Out-Null',
      ),
    ],
  },
  {
    name: 'monitoring',
    kinds: ['server', 'web', 'database', 'backup', 'controller'],
    among: { share: 1 },
    perDay: 24,
    hours: 'any',
    events: (made) => [
      processStarted(made, {
        image: CMD,
        line: `cmd /C "powershell -NoProfile -ExecutionPolicy Bypass -File C:\\zabbix\\${made.pick(['disk', 'iis', 'cert'])}.ps1"`,
        parent: 'C:\\Program Files\\Zabbix Agent\\zabbix_agentd.exe',
        user: SYSTEM,
        level: 'System',
      }),
    ],
  },
  {
    name: 'backups',
    kinds: ['backup', 'database', 'server'],
    among: { share: 0.5 },
    perDay: 1,
    hours: 'night',
    events: (made) => [
      processStarted(made, {
        image: `${SYSTEM32}vssadmin.exe`,
        line: 'vssadmin list shadows',
        parent: CMD,
        user: SYSTEM,
        level: 'System',
      }),
      processStarted(made, {
        image: `${SYSTEM32}wbadmin.exe`,
        line: 'wbadmin start backup -backupTarget:\\\\bk01\\anh -include:C: -allCritical -quiet',
        parent: CMD,
        user: SYSTEM,
        level: 'System',
      }),
    ],
  },
  {
    name: 'old backups make room',
    kinds: ['backup'],
    among: { hosts: 3 },
    perDay: 1,
    hours: 'night',
    events: (made) => [
      processStarted(made, {
        image: `${SYSTEM32}vssadmin.exe`,
        line: 'vssadmin delete shadows /for=D: /oldest /quiet',
        parent: CMD,
        user: 'TINH\\svc-backup',
        level: 'High',
      }),
    ],
  },
  {
    name: 'jobs of the database',
    kinds: ['database'],
    among: { hosts: 2 },
    perDay: 24,
    hours: 'any',
    events: (made) => [
      processStarted(made, {
        image: CMD,
        line: `"C:\\Windows\\system32\\cmd.exe" /c bcp "select * from qlvb.dbo.vb" queryout D:\\xuat\\vb-${made.number(90)}.csv -c -T`,
        parent: 'C:\\Program Files\\Microsoft SQL Server\\MSSQL15.MSSQLSERVER\\MSSQL\\Binn\\sqlservr.exe',
        user: 'NT Service\\MSSQLSERVER',
        level: 'High',
      }),
    ],
  },
  {
    name: 'a web application that runs commands',
    kinds: ['web'],
    among: { hosts: 1 },
    perDay: 60,
    hours: 'office',
    events: (made) => [
      processStarted(made, {
        image: CMD,
        line: `cmd.exe /c D:\\app\\soffice.com --headless --convert-to pdf D:\\app\\tam\\${made.hex(8)}.docx`,
        parent: 'C:\\Windows\\System32\\inetsrv\\w3wp.exe',
        user: 'IIS APPPOOL\\qlvb',
        level: 'High',
      }),
    ],
  },
  {
    name: 'web applications are compiled',
    kinds: ['web'],
    among: { share: 0.7 },
    perDay: 2,
    hours: 'any',
    events: (made) => [
      processStarted(made, {
        image: 'C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\csc.exe',
        line: `csc.exe /noconfig /fullpaths @"C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\Temporary ASP.NET Files\\root\\${made.hex(8)}\\${made.hex(8)}.cmdline"`,
        parent: 'C:\\Windows\\System32\\inetsrv\\w3wp.exe',
        user: 'IIS APPPOOL\\portal',
        level: 'High',
      }),
    ],
  },
  {
    name: 'accounts are made, changed and locked',
    kinds: ['controller'],
    among: { share: 1 },
    perDay: 25,
    hours: 'office',
    events: (made) => {
      const target = `moi.${made.number(900)}`;
      const who = {
        SubjectUserName: made.pick(['it.hung', 'it.lan', 'it.minh']),
        SubjectDomainName: 'TINH',
        SubjectUserSid: 'S-1-5-21-1004-1201',
      };
      const id = [4720, 4722, 4724, 4738, 4740, 4767, 4728, 4756][made.number(8)] ?? 4724;
      const group = {
        TargetUserName: made.pick(['Ke toan', 'Van thu', 'VPN']),
        MemberName: `CN=${target},OU=Xa,DC=tinh,DC=local`,
        MemberSid: 'S-1-5-21-1004-1333',
      };
      return [
        security(id, {
          ...who,
          TargetUserName: target,
          TargetDomainName: 'TINH',
          TargetSid: 'S-1-5-21-1004-1333',
          ...(id === 4728 || id === 4756 ? group : {}),
        }),
      ];
    },
  },
  {
    name: 'log-ons of the domain',
    kinds: ['controller'],
    among: { share: 1 },
    perDay: 1_200,
    hours: 'office',
    events: (made) => [
      security(made.chance(0.03) ? 4771 : made.chance(0.5) ? 4769 : 4768, {
        TargetUserName: `${made.person()}${made.number(5_000)}`,
        TargetDomainName: 'TINH.LOCAL',
        ServiceName: made.pick(['krbtgt', 'SRV-001$', 'FS01$', 'svc-sql']),
        TicketOptions: '0x40810010',
        TicketEncryptionType: made.chance(0.02) ? '0x17' : '0x12',
        Status: '0x0',
        IpAddress: `::ffff:${made.ip()}`,
        IpPort: String(40_000 + made.number(20_000)),
      }),
    ],
  },
  {
    name: 'the vulnerability scanner knocks everywhere',
    kinds: ['server', 'web', 'database', 'backup', 'controller'],
    among: { share: 1 },
    perDay: 1,
    hours: 'night',
    events: (made) => [
      ...['administrator', 'admin', 'guest', 'nessus', 'root', 'test'].map((name) =>
        loggedOn(made, name, '3', '10.1.9.50', false),
      ),
      loggedOn(made, 'TINH\\svc-nessus', '3', '10.1.9.50'),
      processStarted(made, {
        image: CMD,
        line: `cmd.exe /Q /c netstat -ano 1> \\Windows\\Temp\\nessus_${made.hex(8)}.txt 2>&1`,
        parent: `${SYSTEM32}wbem\\WmiPrvSE.exe`,
        user: 'TINH\\svc-nessus',
        level: 'High',
      }),
    ],
  },
  {
    name: 'agents are rolled out',
    kinds: ['office', 'server'],
    among: { share: 0.05 },
    perDay: 1,
    hours: 'any',
    events: (made) => [
      serviceInstalled(
        'ManageEngine UEMS - Remote Control',
        '"C:\\Program Files (x86)\\ManageEngine\\UEMS_Agent\\bin\\dcrdservice.exe"',
      ),
      processStarted(made, {
        image: `${SYSTEM32}msiexec.exe`,
        line: 'msiexec /i \\\\sccm\\goi\\uems.msi /qn REBOOT=ReallySuppress',
        parent: SVCHOST,
        user: SYSTEM,
        level: 'System',
      }),
    ],
  },
  {
    name: 'new computers are set up',
    kinds: ['office'],
    among: { hosts: 4 },
    perDay: 1,
    hours: 'office',
    events: (made, host) => [
      security(1102, {
        SubjectUserName: 'it.hung',
        SubjectDomainName: 'TINH',
        SubjectUserSid: 'S-1-5-21-1004-1201',
      }),
      typed(made, host, 'net user quantri Matkhau-1 /add'),
      typed(made, host, 'net localgroup administrators quantri /add'),
      typed(made, host, 'powercfg /h off'),
      typed(made, host, 'cscript //nologo C:\\Windows\\System32\\slmgr.vbs /ipk W269N'),
      typed(
        made,
        host,
        'reg add "HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\WindowsUpdate\\AU" /v NoAutoUpdate /t REG_DWORD /d 1 /f',
      ),
    ],
  },
];
