/** Windows servers and domain controllers on a Monday, beside the ordinary (server-noise.ts). */
import { CMD, loggedOn, POWERSHELL, SERVICES, SVCHOST, SYSTEM } from '../office-noise.ts';
import {
  fileCreated,
  loaded,
  processStarted,
  registrySet,
  scriptBlock,
  security,
  serviceInstalled,
} from '../windows-event.ts';
import type { Doing } from './plan.ts';

const SYSTEM32 = 'C:\\Windows\\System32\\';
const SERVERS = ['server', 'web', 'database', 'backup', 'controller'] as const;

const ADMIN_SCRIPTS = [
  'Get-ADUser -Filter * -Properties LastLogonDate | Where-Object { $_.LastLogonDate -lt (Get-Date).AddDays(-90) }',
  'Invoke-Command -ComputerName (Get-Content .\\may.txt) -ScriptBlock { Get-HotFix }',
  'Get-WinEvent -FilterHashtable @{LogName="Security";Id=4625} -MaxEvents 200 | Select TimeCreated, Message',
  'Import-Module WebAdministration; Get-ChildItem IIS:\\AppPools | Restart-WebAppPool',
  '$cred = Get-Credential; New-PSSession -ComputerName SRV-011 -Credential $cred',
  'Get-ChildItem D:\\Chung -Recurse | Where-Object Length -gt 1GB',
  'Test-Connection -ComputerName (1..254 | ForEach-Object { "10.1.4.$_" }) -Count 1 -ErrorAction SilentlyContinue',
  'Get-MpComputerStatus | Select AntivirusSignatureLastUpdated',
  'Add-Type -AssemblyName System.Windows.Forms; [System.Windows.Forms.MessageBox]::Show("Xong")',
  'Invoke-WebRequest -Uri https://10.1.9.9/goi/agent.msi -OutFile C:\\CaiDat\\agent.msi',
];

export const SERVER_DAY: readonly Doing[] = [
  {
    name: 'log-ons over the network',
    kinds: SERVERS,
    among: { share: 1 },
    perDay: 150,
    hours: 'office',
    events: (made) => {
      const [user, ip] = [`TINH\\${made.person()}${made.number(5_000)}`, made.ip()];
      return [
        loggedOn(made, user, '3', ip),
        ...(made.chance(0.04) ? [loggedOn(made, user, '3', ip, false)] : []),
      ];
    },
  },
  {
    name: 'file shares are used',
    kinds: ['server'],
    among: { share: 0.2 },
    perDay: 60,
    hours: 'office',
    events: (made) => [
      security(5140, {
        SubjectUserSid: 'S-1-5-21-1004336348-1177238915-682003330-1100',
        SubjectUserName: `${made.person()}${made.number(5_000)}`,
        SubjectDomainName: 'TINH',
        SubjectLogonId: `0x${made.hex(6)}`,
        ObjectType: 'File',
        IpAddress: made.ip(),
        IpPort: '50233',
        ShareName: made.pick(['\\\\*\\Chung', '\\\\*\\IPC$', '\\\\*\\SYSVOL']),
        ShareLocalPath: '\\??\\D:\\Chung',
        AccessMask: '0x1',
        AccessList: '%%4416',
      }),
    ],
  },
  {
    name: 'administrators and their sessions',
    kinds: ['server', 'web', 'database', 'controller'],
    among: { share: 0.5 },
    perDay: 2,
    hours: 'office',
    events: (made) => {
      const who = `TINH\\${made.pick(['it.hung', 'it.lan', 'it.minh'])}`;
      return [
        loggedOn(made, who, '10', `10.1.9.${10 + made.number(6)}`),
        processStarted(made, {
          image: POWERSHELL,
          line: `"${POWERSHELL}"`,
          parent: 'C:\\Windows\\explorer.exe',
          user: who,
          level: 'High',
        }),
        scriptBlock(made, made.pick(ADMIN_SCRIPTS)),
        processStarted(made, {
          image: `${SYSTEM32}mmc.exe`,
          line: `"${SYSTEM32}mmc.exe" "${SYSTEM32}${made.pick(['dsa.msc', 'gpmc.msc', 'services.msc', 'eventvwr.msc'])}"`,
          parent: 'C:\\Windows\\explorer.exe',
          user: who,
          level: 'High',
        }),
      ];
    },
  },
  {
    name: 'a service with an outdated password',
    kinds: ['server'],
    among: { hosts: 5 },
    perDay: 1,
    hours: 'night',
    events: (made) =>
      Array.from({ length: 200 }, () => ({
        ...loggedOn(made, 'TINH\\svc-baocao', '5', '-', false),
        waitMs: 300_000,
      })),
  },
  {
    name: 'controllers replicate and lock',
    kinds: ['controller'],
    among: { share: 1 },
    perDay: 120,
    hours: 'any',
    events: (made) => [
      security(4662, {
        SubjectUserSid: 'S-1-5-21-1004336348-1177238915-682003330-1001',
        SubjectUserName: made.pick(['DC-001$', 'DC-002$', 'DC-003$']),
        SubjectDomainName: 'TINH',
        SubjectLogonId: `0x${made.hex(6)}`,
        ObjectServer: 'DS',
        ObjectType: '%{19195a5b-6da0-11d0-afd3-00c04fd930c9}',
        ObjectName: '%{c4a1f4b8-2c1e-4f0a-9a0b-6b1f6f7d8e90}',
        OperationType: 'Object Access',
        AccessList: '%%7688',
        AccessMask: '0x100',
        Properties:
          '%%7688\n\t\t{1131f6aa-9c07-11d1-f79f-00c04fc2dcd2}\n\t{19195a5b-6da0-11d0-afd3-00c04fd930c9}',
      }),
      ...(made.chance(0.15)
        ? [
            security(4740, {
              TargetUserName: `${made.person()}${made.number(5_000)}`,
              TargetDomainName: `PC-${made.number(8_000)}`,
              TargetSid: 'S-1-5-21-1004336348-1177238915-682003330-4311',
              SubjectUserSid: 'S-1-5-18',
              SubjectUserName: 'DC-001$',
              SubjectDomainName: 'TINH',
              SubjectLogonId: '0x3e7',
            }),
          ]
        : []),
      ...(made.chance(0.3)
        ? [
            security(4776, {
              PackageName: 'MICROSOFT_AUTHENTICATION_PACKAGE_V1_0',
              TargetUserName: made.person(),
              Workstation: `PC-${made.number(8_000)}`,
              Status: made.chance(0.1) ? '0xc000006a' : '0x0',
            }),
          ]
        : []),
    ],
  },
  {
    name: 'passwords that end on Monday, seen by the controllers',
    kinds: ['controller'],
    among: { share: 1 },
    perDay: 80,
    hours: 'monday-morning',
    events: (made) => {
      const [user, ip] = [`${made.person()}${made.number(5_000)}`, `::ffff:${made.ip()}`];
      return Array.from({ length: 1 + made.number(4) }, () =>
        security(4771, {
          TargetUserName: user,
          TargetSid: 'S-1-5-21-1004336348-1177238915-682003330-4311',
          ServiceName: 'krbtgt/TINH',
          TicketOptions: '0x40810010',
          Status: '0x18',
          PreAuthType: '2',
          IpAddress: ip,
          IpPort: String(40_000 + made.number(20_000)),
          CertIssuerName: '',
          CertSerialNumber: '',
          CertThumbprint: '',
        }),
      );
    },
  },
  {
    name: 'services and tasks are set up',
    kinds: SERVERS,
    among: { share: 0.2 },
    perDay: 1,
    hours: 'any',
    events: (made) => {
      const [name, file] = made.chance(0.5)
        ? [
            'Zabbix Agent 2',
            '"C:\\Program Files\\Zabbix Agent 2\\zabbix_agent2.exe" -c "C:\\Program Files\\Zabbix Agent 2\\zabbix_agent2.conf" -f=false',
          ]
        : ['VeeamDeploySvc', '"C:\\Windows\\Veeam\\Backup\\VeeamDeploymentSvc.exe"'];
      return [
        serviceInstalled(name, file),
        security(4698, {
          SubjectUserSid: 'S-1-5-18',
          SubjectUserName: 'SYSTEM',
          SubjectDomainName: 'NT AUTHORITY',
          SubjectLogonId: '0x3e7',
          TaskName: '\\SaoLuu\\Hang ngay',
          TaskContent:
            '<?xml version="1.0" encoding="UTF-16"?><Task version="1.2"><Actions><Exec><Command>C:\\SaoLuu\\sao-luu.cmd</Command></Exec></Actions></Task>',
        }),
        processStarted(made, {
          image: `${SYSTEM32}schtasks.exe`,
          line: 'schtasks.exe /create /tn "SaoLuu\\Hang ngay" /tr C:\\SaoLuu\\sao-luu.cmd /sc daily /st 22:00 /ru SYSTEM /f',
          parent: CMD,
          user: SYSTEM,
          level: 'High',
        }),
      ];
    },
  },
  {
    name: 'drivers and printers of servers',
    kinds: ['server'],
    among: { share: 0.1 },
    perDay: 1,
    hours: 'office',
    events: (made) => [
      loaded(`${SYSTEM32}spoolsv.exe`, `${SYSTEM32}spool\\drivers\\x64\\3\\hpcui${made.number(300)}.dll`, {
        signed: true,
        company: 'HP',
      }),
      registrySet(
        `${SYSTEM32}spoolsv.exe`,
        'HKLM\\System\\CurrentControlSet\\Control\\Print\\Printers\\HP-T3\\DsSpooler',
        'Binary Data',
        SYSTEM,
      ),
      fileCreated(
        `${SYSTEM32}spoolsv.exe`,
        `${SYSTEM32}spool\\PRINTERS\\FP${made.number(90_000)}.SPL`,
        SYSTEM,
      ),
    ],
  },
  {
    name: 'databases are backed up by their own programs',
    kinds: ['database'],
    among: { share: 1 },
    perDay: 2,
    hours: 'night',
    events: (made) => [
      processStarted(made, {
        image: 'C:\\Program Files\\Microsoft SQL Server\\Client SDK\\ODBC\\170\\Tools\\Binn\\SQLCMD.EXE',
        line: `sqlcmd -S . -E -Q "BACKUP DATABASE qlvb TO DISK='D:\\SaoLuu\\qlvb-${made.number(90)}.bak' WITH COMPRESSION"`,
        parent: CMD,
        user: SYSTEM,
        level: 'High',
      }),
      processStarted(made, {
        image: `${SYSTEM32}robocopy.exe`,
        line: 'robocopy D:\\SaoLuu \\\\bk01\\kho /mir /r:1 /w:1 /log:D:\\SaoLuu\\robocopy.log',
        parent: CMD,
        user: SYSTEM,
        level: 'High',
      }),
      processStarted(made, {
        image: 'C:\\Program Files\\7-Zip\\7z.exe',
        line: `"C:\\Program Files\\7-Zip\\7z.exe" a -mx3 D:\\SaoLuu\\qlvb-${made.number(90)}.7z D:\\SaoLuu\\*.bak`,
        parent: CMD,
        user: SYSTEM,
        level: 'High',
      }),
    ],
  },
  {
    name: 'Windows Update on servers',
    kinds: SERVERS,
    among: { share: 0.3 },
    perDay: 1,
    hours: 'night',
    events: (made) => {
      const servicing =
        'C:\\Windows\\WinSxS\\amd64_microsoft-windows-servicingstack_31bf3856ad364e35_10.0.17763.6530\\TiWorker.exe';
      return [
        processStarted(made, {
          image: servicing,
          line: `${servicing} -Embedding`,
          parent: SVCHOST,
          user: SYSTEM,
          level: 'System',
        }),
        fileCreated(servicing, `${SYSTEM32}ntdll.dll`, SYSTEM),
        processStarted(made, {
          image: 'C:\\Windows\\servicing\\TrustedInstaller.exe',
          line: 'C:\\Windows\\servicing\\TrustedInstaller.exe',
          parent: SERVICES,
          user: SYSTEM,
          level: 'System',
        }),
      ];
    },
  },
];
