/** What desks do beside the ordinary (office-noise.ts): Windows' own programs, Monday morning, signing tokens, printers, cracks. */
import type { MadeUp } from '../../../collector/simulate/made-up.ts';
import type { SimulatedHost } from '../estate.ts';
import {
  CMD,
  COCCOC,
  EXPLORER,
  loggedOn,
  POWERSHELL,
  profile,
  SERVICES,
  SVCHOST,
  SYSTEM,
} from '../office-noise.ts';
import {
  accessed,
  connected,
  defenderChanged,
  fileCreated,
  loaded,
  processStarted,
  registrySet,
  resolved,
  scriptBlock,
  security,
  serviceInstalled,
  threatFound,
} from '../windows-event.ts';
import type { Doing } from './plan.ts';

const SYSTEM32 = 'C:\\Windows\\System32\\';
const DEFENDER = 'C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24090.11-0\\MsMpEng.exe';
const CHROME = 'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe';
const DESKS = ['office', 'admin', 'developer'] as const;
const WINDOWS = [...DESKS, 'server', 'web', 'database', 'backup', 'controller'] as const;

const SERVICE_GROUPS = [
  'netsvcs -p -s wuauserv',
  'netsvcs -p -s BITS',
  'LocalServiceNetworkRestricted -p -s WinHttpAutoProxySvc',
  'netsvcs -p -s Schedule',
  'wsappx -p -s AppXSvc',
  'print',
];

/** Windows starts most programs by itself; the line and parent of each are always the same. */
function byWindows(made: MadeUp, { user }: SimulatedHost) {
  const own = (image: string, line: string, parent = SVCHOST) =>
    processStarted(made, { image, line, parent, user: SYSTEM, level: 'System' });
  const users = (image: string, line: string, parent = SVCHOST) =>
    processStarted(made, { image, line, parent, user });
  const pipe = made.number(3_000);
  const choices = [
    () => own(SVCHOST, `${SVCHOST} -k ${made.pick(SERVICE_GROUPS)}`, SERVICES),
    () => users(`${SYSTEM32}RuntimeBroker.exe`, `${SYSTEM32}RuntimeBroker.exe -Embedding`),
    () => users(`${SYSTEM32}dllhost.exe`, `${SYSTEM32}DllHost.exe /Processid:{${made.guid().slice(1)}`),
    () =>
      own(
        `${SYSTEM32}SearchProtocolHost.exe`,
        `"${SYSTEM32}SearchProtocolHost.exe" Global\\UsGthrFltPipeMssGthrPipe${pipe}_ Global\\UsGthrCtrlFltPipeMssGthrPipe${pipe} 1 -2147483646 "Software\\Microsoft\\Windows Search" "Mozilla/4.0 (compatible; MSIE 6.0; Windows NT; MS Search 4.0 Robot)"`,
        `${SYSTEM32}SearchIndexer.exe`,
      ),
    () => users(`${SYSTEM32}taskhostw.exe`, 'taskhostw.exe {222A245B-E637-4AE9-A93F-A59CA119A75E}'),
    () =>
      users(
        `${SYSTEM32}backgroundTaskHost.exe`,
        `"${SYSTEM32}backgroundTaskHost.exe" -ServerName:App.AppXmtcan0h2tfbfy7k9kn8hbxb6dmzz1zh0.mca`,
      ),
    () => own(`${SYSTEM32}wbem\\WmiPrvSE.exe`, `${SYSTEM32}wbem\\wmiprvse.exe -secured -Embedding`),
    () => own(`${SYSTEM32}sppsvc.exe`, `${SYSTEM32}sppsvc.exe`, SERVICES),
    () => own(`${SYSTEM32}MusNotification.exe`, `${SYSTEM32}MusNotification.exe`),
    () => own(`${SYSTEM32}CompatTelRunner.exe`, `${SYSTEM32}compattelrunner.exe -maintenance`),
    () => own(`${SYSTEM32}rundll32.exe`, `${SYSTEM32}rundll32.exe ${SYSTEM32}PcaSvc.dll,PcaPatchSdbTask`),
    () => own(`${SYSTEM32}conhost.exe`, `\\??\\${SYSTEM32}conhost.exe 0xffffffff -ForceV1`, CMD),
    () =>
      own(
        DEFENDER.replace('MsMpEng', 'MpCmdRun'),
        `"${DEFENDER.replace('MsMpEng', 'MpCmdRun')}" SignatureUpdate -ScheduleJob -RestrictPrivileges`,
      ),
    () =>
      own(
        'C:\\Program Files (x86)\\Google\\GoogleUpdater\\131.0.6776.0\\updater.exe',
        '"C:\\Program Files (x86)\\Google\\GoogleUpdater\\131.0.6776.0\\updater.exe" --system --windows-service --service=update-internal',
        SERVICES,
      ),
    () =>
      users(
        CHROME,
        `"${CHROME}" --type=renderer --lang=vi --device-scale-factor=1 --renderer-client-id=${made.number(900)} --mojo-platform-channel-handle=${made.number(9_000)} /prefetch:1`,
        CHROME,
      ),
    () =>
      users(
        COCCOC,
        `"${COCCOC}" --type=utility --utility-sub-type=network.mojom.NetworkService --lang=vi /prefetch:8`,
        COCCOC,
      ),
    () =>
      users(
        'C:\\Windows\\splwow64.exe',
        'C:\\Windows\\splwow64.exe 8192',
        'C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE',
      ),
  ];
  return choices[made.number(choices.length)]?.() ?? own(SVCHOST, SVCHOST, SERVICES);
}

const session = (made: MadeUp, id: 4634 | 4672, { user }: SimulatedHost) => {
  const name = user.slice(user.indexOf('\\') + 1);
  return id === 4634
    ? security(4634, {
        TargetUserSid: 'S-1-5-21-1004336348-1177238915-682003330-1100',
        TargetUserName: name,
        TargetDomainName: 'TINH',
        TargetLogonId: `0x${made.hex(6)}`,
        LogonType: '3',
      })
    : security(4672, {
        SubjectUserSid: 'S-1-5-18',
        SubjectUserName: 'SYSTEM',
        SubjectDomainName: 'NT AUTHORITY',
        SubjectLogonId: '0x3e7',
        PrivilegeList: 'SeAssignPrimaryTokenPrivilege\n\t\t\tSeTcbPrivilege\n\t\t\tSeSecurityPrivilege',
      });
};

const TOKEN_PLUGINS = [
  ['VNPT-CA Plugin', 'VNPT Group', 'vnpt-ca-plugin-1.0.4.1'],
  ['ViettelCASigner', 'Viettel', 'viettel-ca_v6.2'],
  ['VGCASignService', 'Ban Cơ yếu Chính phủ', 'VGCASignService-2.2.8'],
  ['BkavCA Signer Plugin', 'Bkav Corporation', 'BkavCASignerPlugin'],
] as const;

export const DESK_DAY: readonly Doing[] = [
  {
    name: 'Windows starts its own programs',
    kinds: WINDOWS,
    among: { share: 1 },
    perDay: 50,
    hours: 'any',
    events: (made, host) => [byWindows(made, host)],
  },
  {
    name: 'sessions end and get their rights',
    kinds: WINDOWS,
    among: { share: 1 },
    perDay: 20,
    hours: 'office',
    events: (made, host) => [session(made, made.chance(0.6) ? 4634 : 4672, host)],
  },
  {
    name: 'Monday morning',
    kinds: DESKS,
    among: { share: 0.92 },
    perDay: 1,
    hours: 'monday-morning',
    events: (made, { user, ip }) =>
      [
        loggedOn(made, user, '2', '127.0.0.1'),
        processStarted(made, { image: EXPLORER, line: EXPLORER, parent: `${SYSTEM32}userinit.exe`, user }),
      ].concat(made.chance(0.3) ? [loggedOn(made, user, '3', ip)] : []),
  },
  {
    name: 'passwords forgotten over the weekend',
    kinds: ['office'],
    among: { share: 0.06 },
    perDay: 1,
    hours: 'monday-morning',
    events: (made, { user }) => [
      ...Array.from({ length: 2 + made.number(6) }, () => loggedOn(made, user, '2', '127.0.0.1', false)),
      loggedOn(made, user, '2', '127.0.0.1'),
    ],
  },
  {
    name: 'somebody who does not give up',
    kinds: ['office'],
    among: { share: 0.0015 },
    perDay: 1,
    hours: 'monday-morning',
    events: (made, { user }) => [
      ...Array.from({ length: 12 + made.number(10) }, () => ({
        ...loggedOn(made, user, '7', '127.0.0.1', false),
        waitMs: 8_000 + made.number(20_000),
      })),
      loggedOn(made, user, '7', '127.0.0.1'),
    ],
  },
  {
    name: 'a network drive kept with the old password',
    kinds: ['server'],
    among: { hosts: 4 },
    perDay: 1,
    hours: 'monday-morning',
    events: (made) => {
      const [user, ip] = [
        `TINH\\${made.person()}${made.number(400)}`,
        `10.1.${made.number(30)}.${made.number(250)}`,
      ];
      return Array.from({ length: 150 }, () => ({
        ...loggedOn(made, user, '3', ip, false),
        waitMs: 120_000,
      }));
    },
  },
  {
    name: 'printers scan to shares',
    kinds: ['office'],
    among: { share: 0.04 },
    perDay: 8,
    hours: 'office',
    events: (made, { agency }) => {
      const printer = `10.1.${agency}.240`;
      const scan = loggedOn(made, 'scan', '3', printer);
      const data = {
        ...scan.data,
        LogonProcessName: 'NtLmSsp ',
        AuthenticationPackageName: 'NTLM',
        LmPackageName: 'NTLM V2',
        KeyLength: '128',
        WorkstationName: 'RICOH-MP',
        TargetDomainName: 'PC',
      };
      return made.chance(0.03)
        ? Array.from({ length: 3 }, () => loggedOn(made, 'scan', '3', printer, false))
        : [
            { ...scan, data },
            security(5140, {
              SubjectUserName: 'scan',
              ShareName: '\\\\*\\Scan',
              ShareLocalPath: '\\??\\D:\\Scan',
              IpAddress: printer,
              IpPort: '50211',
              ObjectType: 'File',
              AccessMask: '0x1',
            }),
          ];
    },
  },
  {
    name: 'plug-ins of signing tokens start',
    kinds: ['office'],
    among: { share: 0.35 },
    perDay: 1,
    hours: 'monday-morning',
    events: (made, host) => {
      const [name, company] = TOKEN_PLUGINS[made.number(TOKEN_PLUGINS.length)] ?? TOKEN_PLUGINS[0];
      const image = `C:\\Program Files (x86)\\${name}\\${name}.exe`;
      return [
        processStarted(made, {
          image,
          line: `"${image}" -silent`,
          parent: EXPLORER,
          user: host.user,
          product: { company, name },
        }),
        loaded(image, `${SYSTEM32}vnptca_p11_v6.dll`, { signed: true, company }),
      ];
    },
  },
  {
    name: 'drivers and plug-ins of signing tokens are installed',
    kinds: ['office'],
    among: { share: 0.012 },
    perDay: 1,
    hours: 'office',
    events: (made, host) => {
      const [name, company, file] = TOKEN_PLUGINS[made.number(TOKEN_PLUGINS.length)] ?? TOKEN_PLUGINS[0];
      const setup = `${profile(host)}\\Downloads\\${file}.exe`;
      const temp = `${profile(host)}\\AppData\\Local\\Temp\\is-${made.hex(5).toUpperCase()}.tmp\\${file}.tmp`;
      const folder = `C:\\Program Files (x86)\\${name}`;
      const product = { company, name };
      const by = (image: string, line: string, parent = temp) =>
        processStarted(made, { image, line, parent, user: host.user, level: 'High' });
      return [
        fileCreated(CHROME, setup, host.user),
        processStarted(made, {
          image: setup,
          line: `"${setup}" `,
          parent: EXPLORER,
          user: host.user,
          level: 'High',
          product,
        }),
        fileCreated(setup, temp, host.user),
        processStarted(made, {
          image: temp,
          line: `"${temp}" /SL5="$${made.hex(6)},8192,121344,${setup}" `,
          parent: setup,
          user: host.user,
          level: 'High',
          product: { company: '', name },
        }),
        fileCreated(temp, `${folder}\\${name}.exe`, host.user),
        fileCreated(temp, `${SYSTEM32}drivers\\token_${made.hex(4)}.sys`, host.user),
        by(`${SYSTEM32}certutil.exe`, `certutil -addstore -f Root "${folder}\\rootca.cer"`),
        by(`${SYSTEM32}regsvr32.exe`, `regsvr32.exe /s "${folder}\\csp11.dll"`),
        by(
          `${SYSTEM32}netsh.exe`,
          `netsh advfirewall firewall add rule name="${name}" dir=in action=allow program="${folder}\\${name}.exe" enable=yes`,
        ),
        by(`${SYSTEM32}taskkill.exe`, `taskkill /f /im "${name}.exe"`),
        registrySet(
          temp,
          `HKLM\\SOFTWARE\\WOW6432Node\\Microsoft\\Windows\\CurrentVersion\\Run\\${name}`,
          `"${folder}\\${name}.exe" -silent`,
          host.user,
        ),
        serviceInstalled(`${name} Service`, `"${folder}\\${name}Service.exe"`),
        fileCreated(
          temp,
          `C:\\ProgramData\\Microsoft\\Windows\\Start Menu\\Programs\\Startup\\${name}.lnk`,
          host.user,
        ),
      ];
    },
  },
  {
    name: 'UniKey from wherever it was unpacked',
    kinds: ['office'],
    among: { share: 0.4 },
    perDay: 1,
    hours: 'monday-morning',
    events: (made, host) => {
      const image = made.chance(0.5)
        ? 'D:\\UniKey\\UniKeyNT.exe'
        : `${profile(host)}\\Downloads\\unikey46RC2-230919-win64\\UniKeyNT.exe`;
      return [
        processStarted(made, {
          image,
          line: `"${image}"`,
          parent: EXPLORER,
          user: host.user,
          product: { company: 'Pham Kim Long', name: 'UniKey' },
        }),
        registrySet(
          image,
          'HKU\\S-1-5-21-1004336348-1177238915-682003330-1100\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run\\UniKey',
          image,
          host.user,
        ),
      ];
    },
  },
  {
    name: 'KMS emulators that renew themselves',
    kinds: ['office'],
    among: { share: 0.03 },
    perDay: 1,
    hours: 'any',
    events: (made) => {
      const run = (image: string, line: string, parent = SVCHOST) =>
        processStarted(made, { image, line, parent, user: SYSTEM, level: 'System' });
      return [
        run('C:\\Windows\\AutoKMS\\AutoKMS.exe', 'C:\\Windows\\AutoKMS\\AutoKMS.exe'),
        run(
          `${SYSTEM32}cscript.exe`,
          `cscript.exe //nologo ${SYSTEM32}slmgr.vbs /ato`,
          'C:\\Windows\\AutoKMS\\AutoKMS.exe',
        ),
        run(
          `${SYSTEM32}cscript.exe`,
          `cscript //nologo "C:\\Program Files\\Microsoft Office\\Office16\\OSPP.VBS" /sethst:kms.digiboy.ir`,
          CMD,
        ),
      ];
    },
  },
  {
    name: 'cracks from a helpful neighbour',
    kinds: ['office'],
    among: { share: 0.0015 },
    perDay: 1,
    hours: 'office',
    events: (made, host) => {
      const by = (image: string, line: string, parent = POWERSHELL) =>
        processStarted(made, { image, line, parent, user: host.user, level: 'High' });
      const file = `C:\\Windows\\Temp\\MAS_${made.hex(8)}.cmd`;
      return [
        by(POWERSHELL, 'powershell.exe "irm https://get.activated.win | iex"', EXPLORER),
        resolved(POWERSHELL, 'get.activated.win', host.user),
        scriptBlock(made, 'irm https://get.activated.win | iex'),
        by(CMD, `"${CMD}" /c ""${file}" "`),
        by(
          `${SYSTEM32}reg.exe`,
          'reg query "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion" /v EditionID',
          CMD,
        ),
        by(
          `${SYSTEM32}cscript.exe`,
          `cscript //nologo ${SYSTEM32}slmgr.vbs /ipk W269N-WFGWX-YVC9B-4J6C9-T83GX`,
          CMD,
        ),
      ];
    },
  },
  {
    name: 'KMSpico with its setup',
    kinds: ['office'],
    among: { share: 0.0015 },
    perDay: 1,
    hours: 'office',
    events: (made, host) => {
      const setup = `${profile(host)}\\Downloads\\KMSpico_setup.exe`;
      return [
        processStarted(made, {
          image: setup,
          line: `"${setup}"`,
          parent: EXPLORER,
          user: host.user,
          level: 'High',
        }),
        serviceInstalled('Service KMSELDI', '"C:\\Program Files\\KMSpico\\Service_KMS.exe"'),
        threatFound('HackTool:Win32/AutoKMS!pz', setup, host.user),
      ];
    },
  },
  {
    name: 'UltraViewer and AnyDesk are installed for good',
    kinds: ['office'],
    among: { share: 0.004 },
    perDay: 1,
    hours: 'office',
    events: (made, host) => {
      const setup = `${profile(host)}\\Downloads\\UltraViewer_setup_6.6_vi.exe`;
      return [
        processStarted(made, {
          image: setup,
          line: `"${setup}"`,
          parent: EXPLORER,
          user: host.user,
          level: 'High',
          product: { company: 'DucFabulous', name: 'UltraViewer' },
        }),
        serviceInstalled(
          'UltraViewService',
          '"C:\\Program Files (x86)\\UltraViewer\\UltraViewer_Service.exe"',
        ),
        processStarted(made, {
          image: 'C:\\Program Files (x86)\\UltraViewer\\UltraViewer_Service.exe',
          line: '"C:\\Program Files (x86)\\UltraViewer\\UltraViewer_Service.exe"',
          parent: SERVICES,
          user: SYSTEM,
          level: 'System',
        }),
      ];
    },
  },
  {
    name: 'scripts of group policy and of the management server',
    kinds: WINDOWS,
    among: { share: 0.7 },
    perDay: 2,
    hours: 'any',
    events: (made) => {
      const run = (line: string, parent: string) =>
        processStarted(made, { image: POWERSHELL, line, parent, user: SYSTEM, level: 'System' });
      const file = `C:\\Windows\\CCM\\SystemTemp\\${made.guid().slice(1, -1).toLowerCase()}.ps1`;
      return made.chance(0.5)
        ? [
            run(
              `"${POWERSHELL}" -NoLogo -Noninteractive -NoProfile -ExecutionPolicy Bypass & '${file}'`,
              'C:\\Windows\\CCM\\CcmExec.exe',
            ),
            scriptBlock(
              made,
              '$os = Get-CimInstance Win32_OperatingSystem; if ($os.BuildNumber -ge 19045) { "Compliant" }',
              file,
            ),
          ]
        : [
            run(
              `"${POWERSHELL}" -NoProfile -ExecutionPolicy Bypass -File "\\\\tinh.local\\SysVol\\tinh.local\\Policies\\{31B2F340-016D-11D2-945F-00C04FB984F9}\\Machine\\Scripts\\Startup\\cau-hinh.ps1"`,
              `${SYSTEM32}gpscript.exe`,
            ),
          ];
    },
  },
  {
    name: 'what guards the host looks at its passwords',
    kinds: WINDOWS,
    among: { share: 0.9 },
    perDay: 3,
    hours: 'any',
    events: (made) => {
      const readers: [string, string][] = [
        [DEFENDER, '0x1000'],
        ['C:\\Program Files (x86)\\Kaspersky Lab\\KES.12.6.0\\avp.exe', '0x1410'],
        [`${SYSTEM32}wbem\\WmiPrvSE.exe`, '0x1410'],
        [SVCHOST, '0x1000'],
        [`${SYSTEM32}csrss.exe`, '0x1fffff'],
        [`${SYSTEM32}wininit.exe`, '0x1fffff'],
        ['C:\\Program Files (x86)\\Google\\GoogleUpdater\\131.0.6776.0\\updater.exe', '0x1410'],
        ['C:\\Program Files\\BkavPro\\BkavService.exe', '0x1410'],
        ['C:\\Program Files\\ESET\\ESET Security\\ekrn.exe', '0x1fffff'],
      ];
      const [source, mask] = readers[made.number(readers.length)] ?? [SVCHOST, '0x1000'];
      return [accessed(source, `${SYSTEM32}lsass.exe`, mask)];
    },
  },
  {
    name: 'libraries that programs bring along',
    kinds: DESKS,
    among: { share: 0.5 },
    perDay: 3,
    hours: 'office',
    events: (made, host) => {
      const zalo = `${profile(host)}\\AppData\\Local\\Programs\\Zalo`;
      const pairs: [string, string, string][] = [
        [`${zalo}\\Zalo.exe`, `${zalo}\\ffmpeg.dll`, 'VNG Corp.'],
        [
          'C:\\Program Files (x86)\\HTKK\\HTKK.exe',
          'C:\\Program Files (x86)\\HTKK\\dbghelp.dll',
          'Microsoft Corporation',
        ],
        [CHROME, 'C:\\Program Files\\Google\\Chrome\\Application\\131.0.6778.86\\chrome.dll', 'Google LLC'],
        [
          `${profile(host)}\\AppData\\Local\\Microsoft\\OneDrive\\OneDrive.exe`,
          `${profile(host)}\\AppData\\Local\\Microsoft\\OneDrive\\24.201.1006.0005\\version.dll`,
          'Microsoft Corporation',
        ],
        ['D:\\MISA\\MISA SME.NET\\MISA.exe', 'D:\\MISA\\MISA SME.NET\\System.Data.SQLite.dll', 'MISA'],
      ];
      const [image, library, company] = pairs[made.number(pairs.length)] ?? [CHROME, CHROME, ''];
      return [loaded(image, library, { signed: company !== 'MISA', company })];
    },
  },
  {
    name: 'Defender renews itself and its settings',
    kinds: WINDOWS,
    among: { share: 0.8 },
    perDay: 1,
    hours: 'any',
    events: (made) => [
      defenderChanged(
        'HKLM\\SOFTWARE\\Microsoft\\Windows Defender\\Signature Updates\\SignatureLocation',
        `C:\\ProgramData\\Microsoft\\Windows Defender\\Definition Updates\\${made.guid()}`,
      ),
      serviceInstalled(
        `MpKsl${made.hex(8)}`,
        `C:\\ProgramData\\Microsoft\\Windows Defender\\Definition Updates\\${made.guid()}\\MpKslDrv.sys`,
      ),
    ],
  },
  {
    name: 'memory sticks and what is opened from them',
    kinds: ['office'],
    among: { share: 0.15 },
    perDay: 1,
    hours: 'office',
    events: (made, { user }) => {
      const word = 'C:\\Program Files\\Microsoft Office\\root\\Office16\\WINWORD.EXE';
      return [
        fileCreated(EXPLORER, `E:\\bao-cao-${made.number(900)}.docx`, user),
        processStarted(made, {
          image: word,
          line: `"${word}" /n "E:\\to-trinh-${made.number(900)}.docx" /o ""`,
          parent: EXPLORER,
          user,
        }),
      ];
    },
  },
  {
    name: 'accountants and their programs',
    kinds: ['office'],
    among: { share: 0.08 },
    perDay: 1,
    hours: 'office',
    events: (made, { user }) => {
      const run = (image: string, line: string, parent = EXPLORER) =>
        processStarted(made, { image, line, parent, user });
      const choices = [
        () => [
          run('C:\\Program Files (x86)\\HTKK\\HTKK.exe', '"C:\\Program Files (x86)\\HTKK\\HTKK.exe"'),
          run(
            CMD,
            'cmd /c copy /y "C:\\Program Files (x86)\\HTKK\\DataFiles\\*.*" "D:\\SaoLuuHTKK"',
            'C:\\Program Files (x86)\\HTKK\\HTKK.exe',
          ),
        ],
        () => [
          run(
            'C:\\Program Files\\iTaxViewer\\iTaxViewer.exe',
            `"C:\\Program Files\\iTaxViewer\\iTaxViewer.exe" "D:\\to-khai-${made.number(90)}.xml"`,
          ),
        ],
        () => [
          run(
            `${SYSTEM32}msiexec.exe`,
            `"${SYSTEM32}msiexec.exe" /i "D:\\CaiDat\\eBHXH-${made.number(9)}.msi"`,
          ),
        ],
        () => [
          run(
            `${SYSTEM32}mshta.exe`,
            `"${SYSTEM32}mshta.exe" "C:\\Program Files (x86)\\KBNN\\huong-dan.hta"`,
          ),
        ],
      ];
      return choices[made.number(choices.length)]?.() ?? [];
    },
  },
  {
    name: 'archives of letters are unpacked',
    kinds: ['office'],
    among: { share: 0.2 },
    perDay: 2,
    hours: 'office',
    events: (made, host) => {
      const winrar = 'C:\\Program Files\\WinRAR\\WinRAR.exe';
      const file = `${profile(host)}\\Downloads\\van-ban-${made.number(9_000)}.rar`;
      return [
        processStarted(made, {
          image: winrar,
          line: `"${winrar}" "${file}"`,
          parent: EXPLORER,
          user: host.user,
        }),
        fileCreated(
          winrar,
          `${profile(host)}\\AppData\\Local\\Temp\\Rar$DIa${made.number(9_000)}.${made.number(90)}\\cong-van.pdf`,
          host.user,
        ),
      ];
    },
  },
  {
    name: 'names that browsers ask for',
    kinds: DESKS,
    among: { share: 0.7 },
    perDay: 8,
    hours: 'office',
    events: (made, { user }) => [
      resolved(
        made.chance(0.6) ? CHROME : COCCOC,
        made.pick([
          'www.google.com',
          'mail.tinh.gov.vn',
          'dichvucong.gov.vn',
          'qlvb.tinh.gov.vn',
          'chat.zalo.me',
          'www.facebook.com',
          'drive.google.com',
          'www.fshare.vn',
          'mega.nz',
          'wetransfer.com',
          'vanbanphapluat.co',
          'baochinhphu.vn',
          'raw.githubusercontent.com',
          'translate.googleapis.com',
        ]),
        user,
      ),
      connected(CHROME, user, { ip: `118.70.${made.number(250)}.${made.number(250)}`, port: 443 }),
    ],
  },
];
