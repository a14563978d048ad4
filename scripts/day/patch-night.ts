/** The night in which all hosts take the same updates and start anew, and what ransomware does on one of them meanwhile. */
import { MadeUp } from '../../collector/simulate/made-up.ts';
import { logRecord, type Activity, type StampedRecord } from './activity.ts';
import type { SimulatedHost } from './estate.ts';
import { CMD, encoded, EXPLORER, POWERSHELL, SERVICES, SVCHOST, SYSTEM } from './office-noise.ts';
import {
  fileCreated,
  processStarted,
  registrySet,
  security,
  serviceInstalled,
  windowsXml,
} from './windows-event.ts';

const SYSTEM32 = 'C:\\Windows\\System32\\';
const ALL = ['office', 'admin', 'developer', 'server', 'web', 'database', 'backup', 'controller'] as const;
const AGENT = 'C:\\Program Files (x86)\\ManageEngine\\UEMS_Agent\\bin\\dcagentservice.exe';
const NEW_FILES = ['ntoskrnl.exe', 'win32kfull.sys', 'tcpip.sys', 'lsasrv.dll', 'mshtml.dll'];

/** As the patching agent and Windows' own servicing run on each host. */
export const PATCH_NIGHT: readonly Activity[] = [
  {
    name: 'updates',
    kinds: ALL,
    among: { share: 1 },
    perDay: 1,
    hours: 'night',
    events: (made) => {
      const started = (image: string, line: string, parent: string) =>
        processStarted(made, { image, line, parent, user: SYSTEM, level: 'System' });
      const script = encoded('Install-WindowsUpdate -KB KB5046613,KB5046542 -AcceptAll -IgnoreReboot');
      const servicing = 'C:\\Windows\\WinSxS\\amd64_servicingstack\\TiWorker.exe';
      const task = '\\Microsoft\\Windows\\UpdateOrchestrator\\Reboot_AC';
      return [
        started(POWERSHELL, `powershell.exe -NoProfile -NonInteractive -EncodedCommand ${script}`, AGENT),
        started(`${SYSTEM32}net.exe`, 'net stop wuauserv', POWERSHELL),
        started(
          `${SYSTEM32}wusa.exe`,
          'wusa.exe C:\\ProgramData\\UEMS\\kb5046613.msu /quiet /norestart',
          AGENT,
        ),
        started(`${SYSTEM32}msiexec.exe`, 'msiexec /i \\\\sccm\\goi\\uems-12.4.msi /qn', AGENT),
        started(servicing, `${servicing} -Embedding`, SVCHOST),
        ...NEW_FILES.map((name) => fileCreated(servicing, `${SYSTEM32}${name}`, SYSTEM)),
        serviceInstalled(
          'UEMS Patch Helper',
          '"C:\\Program Files (x86)\\ManageEngine\\UEMS_Agent\\patch\\helper.exe"',
        ),
        started(
          'C:\\Program Files (x86)\\ManageEngine\\UEMS_Agent\\patch\\helper.exe',
          'helper.exe --apply',
          SERVICES,
        ),
        started(
          `${SYSTEM32}schtasks.exe`,
          'schtasks /create /tn UEMS-Reboot /tr "shutdown /r /t 0" /sc once /st 04:00 /ru SYSTEM /f',
          AGENT,
        ),
        registrySet(
          SVCHOST,
          `HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Schedule\\TaskCache\\Tree${task}`,
          'Binary Data',
          SYSTEM,
        ),
        security(4698, {
          SubjectUserName: 'SYSTEM',
          SubjectDomainName: 'NT AUTHORITY',
          TaskName: task,
          TaskContent: '<Exec><Command>%systemroot%\\system32\\MusNotification.exe</Command></Exec>',
        }),
        started(
          `${SYSTEM32}dism.exe`,
          'dism.exe /online /cleanup-image /startcomponentcleanup /quiet',
          AGENT,
        ),
        started(`${SYSTEM32}sc.exe`, 'sc.exe config wuauserv start= demand', AGENT),
        started(`${SYSTEM32}shutdown.exe`, 'shutdown.exe /r /t 0 /f', AGENT),
      ];
    },
  },
];

/** What the agents themselves tell of new programs and services: as on hosts whose folders are watched. */
export function watchedChanges(
  hosts: readonly SimulatedHost[],
  random: () => number,
  dayMs: number,
): StampedRecord[] {
  const made = new MadeUp(random, dayMs);
  return hosts.flatMap((host) => {
    const beginMs = dayMs + made.number(5 * 3_600_000);
    const after = {
      type: 'file',
      size: 20_480,
      mode: 0o755,
      uid: 0,
      gid: 0,
      mtimeMs: beginMs,
      sha256: 'a'.repeat(64),
    };
    const paths = [
      '/usr/bin/openssl',
      '/usr/sbin/sshd',
      '/usr/lib/systemd/system/ssh.service',
      '/etc/ssh/sshd_config',
      '/etc/cron.d/uems',
    ];
    return paths.map((path, at): StampedRecord => {
      const timeMs = beginMs + at * 700;
      return {
        timeMs,
        host,
        record: { kind: 'integrity', at: timeMs, change: at < 4 ? 'modified' : 'created', path, after },
      };
    });
  });
}

/** Steps of ransomware as its families take them, on one host within ten minutes. */
export function ransom(host: SimulatedHost, beginMs: number, random: () => number): StampedRecord[] {
  const made = new MadeUp(random, beginMs);
  const malware = `C:\\Users\\Public\\${made.hex(6)}.exe`;
  const started = (image: string, line: string, parent = malware) =>
    processStarted(made, { image, line, parent, user: host.user, level: 'High' });
  const events = [
    started(malware, `"${malware}" -p D:\\`, EXPLORER),
    started(`${SYSTEM32}vssadmin.exe`, 'vssadmin.exe delete shadows /all /quiet', CMD),
    started(`${SYSTEM32}wbem\\WMIC.exe`, 'wmic.exe shadowcopy delete', CMD),
    started(`${SYSTEM32}bcdedit.exe`, 'bcdedit.exe /set {default} recoveryenabled no', CMD),
    started(`${SYSTEM32}bcdedit.exe`, 'bcdedit.exe /set {default} bootstatuspolicy ignoreallfailures', CMD),
    started(`${SYSTEM32}wbadmin.exe`, 'wbadmin.exe delete catalog -quiet', CMD),
    ...['MSSQLSERVER', 'VeeamBackupSvc', 'WinDefend', 'vss'].map((name) =>
      started(`${SYSTEM32}net.exe`, `net stop ${name} /y`, CMD),
    ),
    started(`${SYSTEM32}taskkill.exe`, 'taskkill /f /im sqlservr.exe', CMD),
    ...Array.from({ length: 40 }, (_, n) =>
      fileCreated(malware, `D:\\Ho so\\ho-so-${n}.docx.locked`, host.user),
    ),
    ...['D:\\Ho so', 'D:\\', 'C:\\Users\\Public\\Desktop'].map((folder) =>
      fileCreated(malware, `${folder}\\HOW_TO_DECRYPT_FILES.txt`, host.user),
    ),
    started(`${SYSTEM32}wevtutil.exe`, 'wevtutil.exe cl Security', CMD),
  ];
  const records = events.map((event, at) => {
    const timeMs = beginMs + at * 9_000;
    return logRecord(host, timeMs, windowsXml(event, `${host.hostname}.tinh.local`, timeMs));
  });
  const told = [
    { change: 'decoy', path: 'D:\\Ho so\\.000_a.docx' },
    { change: 'mass-change', path: 'D:\\Ho so', detail: { files: 240, encrypted: 240, renamed: 240 } },
  ];
  for (const [at, record] of told.entries()) {
    const timeMs = beginMs + 120_000 + at * 20_000;
    records.push({ timeMs, host, record: { kind: 'integrity', at: timeMs, ...record } });
  }
  return records;
}
