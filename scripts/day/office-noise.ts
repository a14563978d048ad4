/** An ordinary day at the desks: programs, log-ons, updaters, remote help, and what looks worse than it is. */
import type { MadeUp } from '../../collector/simulate/made-up.ts';
import type { Activity } from './activity.ts';
import type { SimulatedHost } from './estate.ts';
import {
  connected,
  fileCreated,
  processStarted,
  registrySet,
  resolved,
  security,
  serviceInstalled,
  threatFound,
} from './windows-event.ts';

export const EXPLORER = 'C:\\Windows\\explorer.exe';
export const SERVICES = 'C:\\Windows\\System32\\services.exe';
export const SVCHOST = 'C:\\Windows\\System32\\svchost.exe';
export const CMD = 'C:\\Windows\\System32\\cmd.exe';
export const POWERSHELL = 'C:\\Windows\\System32\\WindowsPowerShell\\v1.0\\powershell.exe';
export const SYSTEM = 'NT AUTHORITY\\SYSTEM';
const OFFICE = 'C:\\Program Files\\Microsoft Office\\root\\Office16\\';
const CHROME = 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe';
export const COCCOC = 'C:\\Program Files\\CocCoc\\Browser\\Application\\browser.exe';

export const profile = ({ user }: SimulatedHost): string =>
  `C:\\Users\\${user.slice(user.indexOf('\\') + 1)}`;

/** A command as PowerShell takes it encoded. */
export const encoded = (command: string): string => Buffer.from(command, 'utf16le').toString('base64');

function opened(made: MadeUp, { user }: SimulatedHost) {
  const n = made.number(20_000);
  const programs: [string, string][] = [
    [`${OFFICE}WINWORD.EXE`, `"${OFFICE}WINWORD.EXE" /n "D:\\Van ban\\cong-van-${n}.docx" /o ""`],
    [`${OFFICE}EXCEL.EXE`, `"${OFFICE}EXCEL.EXE" "D:\\Bao cao\\bao-cao-${n}.xlsx"`],
    [CHROME, `"${CHROME}" --profile-directory=Default`],
    [COCCOC, `"${COCCOC}"`],
    ['C:\\Program Files\\UniKey\\UniKeyNT.exe', '"C:\\Program Files\\UniKey\\UniKeyNT.exe"'],
    ['C:\\Windows\\System32\\notepad.exe', `notepad.exe D:\\ghi-chu-${n}.txt`],
    ['C:\\Program Files\\7-Zip\\7zFM.exe', `"C:\\Program Files\\7-Zip\\7zFM.exe" "D:\\tai-lieu-${n}.zip"`],
    [
      'C:\\Program Files (x86)\\Adobe\\Acrobat Reader DC\\Reader\\AcroRd32.exe',
      `AcroRd32.exe "D:\\cv-${n}.pdf"`,
    ],
  ];
  const [image, line] = programs[made.number(programs.length)] ?? [EXPLORER, EXPLORER];
  return processStarted(made, { image, line, parent: EXPLORER, user });
}

const WRONG_PASSWORD = '0xc000006a';
const NO_SUCH_USER = '0xc0000064';

/** @param user with its domain; a bare name is one that the domain does not have */
export function loggedOn(made: MadeUp, user: string, type: string, ip: string, ok = true) {
  const name = user.slice(user.indexOf('\\') + 1);
  return security(ok ? 4624 : 4625, {
    SubjectUserSid: 'S-1-0-0',
    SubjectUserName: '-',
    SubjectDomainName: '-',
    SubjectLogonId: '0x0',
    TargetUserSid: 'S-1-5-21-1004336348-1177238915-682003330-1100',
    TargetUserName: name,
    TargetDomainName: 'TINH',
    TargetLogonId: `0x${made.hex(6)}`,
    LogonType: type,
    LogonProcessName: type === '3' ? 'Kerberos' : 'User32',
    AuthenticationPackageName: type === '3' ? 'Kerberos' : 'Negotiate',
    WorkstationName: '-',
    ProcessName: '-',
    IpAddress: ip,
    IpPort: String(40_000 + made.number(20_000)),
    ...(ok
      ? {}
      : {
          Status: '0xc000006d',
          SubStatus: user.includes('\\') || user === 'scan' ? WRONG_PASSWORD : NO_SUCH_USER,
          FailureReason: '%%2313',
        }),
  });
}

const DESKS = ['office', 'admin', 'developer'] as const;

export const OFFICE_NOISE: readonly Activity[] = [
  {
    name: 'programs are opened',
    kinds: DESKS,
    among: { share: 0.9 },
    perDay: 12,
    hours: 'office',
    events: (made, host) => [opened(made, host)],
  },
  {
    name: 'log-ons',
    kinds: DESKS,
    among: { share: 0.9 },
    perDay: 3,
    hours: 'office',
    events: (made, { user, ip }) => [loggedOn(made, user, made.chance(0.5) ? '2' : '3', ip)],
  },
  {
    name: 'mistyped passwords',
    kinds: DESKS,
    among: { share: 0.25 },
    perDay: 1.6,
    hours: 'office',
    events: (made, { user, ip }) => [
      loggedOn(made, user, '2', ip, false),
      ...(made.chance(0.3) ? [loggedOn(made, user, '2', ip, false)] : []),
      loggedOn(made, user, '2', ip),
    ],
  },
  {
    name: 'browsing',
    kinds: DESKS,
    among: { share: 0.9 },
    perDay: 6,
    hours: 'office',
    events: (made, { user }) => [
      resolved(
        CHROME,
        made.pick(['dichvucong.gov.vn', 'vnexpress.net', 'zalo.me', 'drive.google.com']),
        user,
      ),
      connected(CHROME, user, { ip: `203.113.${made.number(250)}.${made.number(250)}`, port: 443 }),
    ],
  },
  {
    name: 'Zalo from the profile, with its updater',
    kinds: DESKS,
    among: { share: 0.6 },
    perDay: 1,
    hours: 'office',
    events: (made, host) => {
      const zalo = `${profile(host)}\\AppData\\Local\\Programs\\Zalo\\Zalo.exe`;
      const setup = `${profile(host)}\\AppData\\Local\\Temp\\ZaloSetup-24.${made.number(12)}.exe`;
      const product = { company: 'VNG Corp.', name: 'Zalo' };
      return [
        processStarted(made, { image: zalo, line: `"${zalo}"`, parent: EXPLORER, user: host.user, product }),
        ...(made.chance(0.1)
          ? [
              fileCreated(zalo, setup, host.user),
              processStarted(made, {
                image: setup,
                line: `"${setup}" /S`,
                parent: zalo,
                user: host.user,
                product,
              }),
              registrySet(
                setup,
                'HKU\\S-1-5-21-1004\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\Zalo',
                `"${zalo}" --auto-start`,
                host.user,
              ),
            ]
          : []),
      ];
    },
  },
  {
    name: 'OneDrive renews itself',
    kinds: DESKS,
    among: { share: 0.5 },
    perDay: 0.3,
    hours: 'office',
    events: (made, host) => {
      const image = `${profile(host)}\\AppData\\Local\\Microsoft\\OneDrive\\24.201.1006.0005\\OneDriveSetup.exe`;
      const key = 'HKU\\S-1-5-21-1004\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\OneDrive';
      const line = `"${image}" /update /restart /updateSource:ODU /peruser /childprocess`;
      return [
        processStarted(made, { image, line, parent: SVCHOST, user: host.user }),
        registrySet(
          image,
          key,
          `"${profile(host)}\\AppData\\Local\\Microsoft\\OneDrive\\OneDrive.exe" /background`,
          host.user,
        ),
      ];
    },
  },
  {
    name: 'the log-on script of the domain',
    kinds: ['office'],
    among: { share: 0.8 },
    perDay: 1,
    hours: 'office',
    events: (made, { user, agency }) => [
      processStarted(made, {
        image: 'C:\\Windows\\System32\\wscript.exe',
        line: `wscript.exe //B "\\\\tinh.local\\NETLOGON\\dang-nhap.vbs" ${agency}`,
        parent: 'C:\\Windows\\System32\\gpscript.exe',
        user,
      }),
      processStarted(made, {
        image: 'C:\\Windows\\System32\\net.exe',
        line: 'net use Z: \\\\fs01\\chung /persistent:yes',
        parent: 'C:\\Windows\\System32\\wscript.exe',
        user,
      }),
    ],
  },
  {
    name: "the management agent's encoded scripts",
    kinds: ['office', 'server'],
    among: { share: 0.4 },
    perDay: 2,
    hours: 'any',
    events: (made) => [
      processStarted(made, {
        image: POWERSHELL,
        line: `powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -EncodedCommand ${encoded(`Get-CimInstance Win32_Product | Export-Clixml C:\\ProgramData\\UEMS\\kk-${made.number(90)}.xml`)}`,
        parent: 'C:\\Program Files (x86)\\ManageEngine\\UEMS_Agent\\bin\\dcagentservice.exe',
        user: SYSTEM,
        level: 'System',
      }),
    ],
  },
  {
    name: 'the inventory script',
    kinds: ['office', 'server', 'web', 'database'],
    among: { share: 0.7 },
    perDay: 1,
    hours: 'any',
    events: (made) => [
      processStarted(made, {
        image: POWERSHELL,
        line: 'powershell.exe -NoProfile -ExecutionPolicy Bypass -File "C:\\ProgramData\\KiemKe\\kiem-ke.ps1"',
        parent: SVCHOST,
        parentLine: `${SVCHOST} -k netsvcs -p -s Schedule`,
        user: SYSTEM,
        level: 'System',
      }),
      processStarted(made, {
        image: 'C:\\Windows\\System32\\systeminfo.exe',
        line: 'systeminfo /fo csv',
        parent: POWERSHELL,
        user: SYSTEM,
        level: 'System',
      }),
      processStarted(made, {
        image: 'C:\\Windows\\System32\\wbem\\WMIC.exe',
        line: 'wmic product get name,version /format:csv',
        parent: POWERSHELL,
        user: SYSTEM,
        level: 'System',
      }),
    ],
  },
  {
    name: 'remote help by AnyDesk',
    kinds: ['office'],
    among: { share: 0.02 },
    perDay: 1,
    hours: 'office',
    events: (made, host) => {
      const image = `${profile(host)}\\${made.pick(['Downloads', 'Desktop'])}\\AnyDesk.exe`;
      const product = { company: 'AnyDesk Software GmbH', name: 'AnyDesk' };
      return [
        processStarted(made, { image, line: `"${image}"`, parent: EXPLORER, user: host.user, product }),
        resolved(image, `relay-${made.hex(8)}.net.anydesk.com`, host.user),
        connected(image, host.user, { ip: '49.12.130.236', port: 443, host: 'relays.net.anydesk.com' }),
      ];
    },
  },
  {
    name: 'remote help by UltraViewer and TeamViewer',
    kinds: ['office'],
    among: { share: 0.05 },
    perDay: 1,
    hours: 'office',
    events: (made, host) => {
      const [name, image, domain] = made.chance(0.7)
        ? ['UltraViewer', 'C:\\Program Files (x86)\\UltraViewer\\UltraViewer_Desktop.exe', 'ultraviewer.net']
        : ['TeamViewer', 'C:\\Program Files\\TeamViewer\\TeamViewer.exe', 'teamviewer.com'];
      const product = { company: name, name };
      return [
        processStarted(made, { image, line: `"${image}"`, parent: EXPLORER, user: host.user, product }),
        resolved(image, `router1.${domain}`, host.user),
      ];
    },
  },
  {
    name: 'printers and drivers',
    kinds: ['office'],
    among: { share: 0.03 },
    perDay: 1,
    hours: 'office',
    events: (made, { user }) => [
      processStarted(made, {
        image: 'C:\\Windows\\System32\\rundll32.exe',
        line: 'rundll32.exe printui.dll,PrintUIEntry /in /n \\\\print01\\HP-T3',
        parent: CMD,
        user,
      }),
      processStarted(made, {
        image: 'C:\\Windows\\System32\\regsvr32.exe',
        line: `regsvr32.exe /s "C:\\Program Files (x86)\\HTKK\\bin\\mscomct${made.number(3)}.ocx"`,
        parent: CMD,
        user,
      }),
    ],
  },
  {
    name: 'certificates of the digital signature',
    kinds: ['office'],
    among: { share: 0.02 },
    perDay: 1,
    hours: 'office',
    events: (made, { user }) => [
      processStarted(made, {
        image: 'C:\\Windows\\System32\\certutil.exe',
        line: 'certutil -addstore -f Root "C:\\Program Files\\VGCA\\rootca.cer"',
        parent: 'C:\\Program Files\\VGCA\\vgca-setup.exe',
        user,
        level: 'High',
      }),
    ],
  },
  {
    name: 'cracks that Defender takes away',
    kinds: ['office'],
    among: { share: 0.006 },
    perDay: 1,
    hours: 'office',
    events: (made, host) => [
      threatFound(
        'HackTool:Win32/AutoKMS',
        `${profile(host)}\\Downloads\\KMSAuto-${made.number(9)}.exe`,
        host.user,
      ),
    ],
  },
  {
    name: 'worms on memory sticks',
    kinds: ['office'],
    among: { share: 0.003 },
    perDay: 1,
    hours: 'office',
    events: (made, { user }) => [
      threatFound('Worm:VBS/Jenxcus!lnk', `E:\\tai-lieu-${made.number(90)}.lnk`, user),
    ],
  },
  {
    name: 'help desks and their commands',
    kinds: ['office'],
    among: { share: 0.015 },
    perDay: 1,
    hours: 'office',
    events: (made, { user }) =>
      [
        'ipconfig /all',
        'whoami',
        'net user',
        'tasklist',
        'netstat -ano',
        'systeminfo',
        'net localgroup administrators',
      ]
        .filter(() => made.chance(0.4))
        .map((line) => {
          const [name = ''] = line.split(' ');
          const image = `C:\\Windows\\System32\\${name}.exe`;
          return processStarted(made, { image, line, parent: CMD, user, level: 'High' });
        }),
  },
  {
    name: 'software is installed',
    kinds: DESKS,
    among: { share: 0.04 },
    perDay: 1,
    hours: 'office',
    events: (made, host) => {
      const name = made.pick([
        'ZoomInstallerFull',
        'FoxitReader',
        'vlc-3.0',
        'UniKey46',
        'HTKK_5.2',
        'eTax',
        'MISA',
      ]);
      const file = `${profile(host)}\\Downloads\\${name}.exe`;
      return [
        fileCreated(CHROME, file, host.user),
        processStarted(made, {
          image: file,
          line: `"${file}"`,
          parent: EXPLORER,
          user: host.user,
          level: 'High',
        }),
        ...(made.chance(0.3)
          ? [serviceInstalled(`${name} Update`, `"C:\\Program Files\\${name}\\update.exe" /svc`)]
          : []),
      ];
    },
  },
  {
    name: 'developers at work',
    kinds: ['developer'],
    among: { share: 1 },
    perDay: 15,
    hours: 'office',
    events: (made, { user }) => {
      const node = 'C:\\Program Files\\nodejs\\node.exe';
      const lines: [string, string, string][] = [
        [CMD, 'C:\\Windows\\system32\\cmd.exe /d /s /c "npm run build"', node],
        [
          'C:\\Program Files\\Git\\cmd\\git.exe',
          'git.exe fetch --all',
          'C:\\Program Files\\Microsoft VS Code\\Code.exe',
        ],
        ['C:\\Windows\\System32\\curl.exe', 'curl -s http://localhost:8080/health', CMD],
        ['C:\\Python312\\python.exe', 'python.exe -c "import sys; print(sys.version)"', CMD],
        [
          'C:\\Windows\\Microsoft.NET\\Framework64\\v4.0.30319\\csc.exe',
          'csc.exe /noconfig /fullpaths @"C:\\src\\a.cmdline"',
          POWERSHELL,
        ],
        [POWERSHELL, 'powershell.exe -ExecutionPolicy Bypass -File build.ps1', CMD],
        ['C:\\Windows\\System32\\wsl.exe', 'wsl.exe -e bash -lc "make test"', CMD],
        [
          'C:\\Windows\\System32\\curl.exe',
          `curl -k -O https://10.1.9.${made.number(20)}/goi-${made.number(99)}.zip`,
          CMD,
        ],
      ];
      const [image, line, parent] = lines[made.number(lines.length)] ?? [CMD, CMD, EXPLORER];
      return [processStarted(made, { image, line, parent, user })];
    },
  },
];
