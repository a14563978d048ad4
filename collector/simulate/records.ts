/** A plausible mix of what hosts send, made from a seed: the same seed gives the same records. */

/** Uniform in [0, 1). */
export type Random = () => number;

/** Small, fast generator (mulberry32); good enough for made-up logs. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const USERS = ['root', 'admin', 'nguyen.van.an', 'tran.thi.binh', 'backup', 'www-data', 'oracle', 'le.hoang'];
const COLLEAGUES = ['nguyen.van.an', 'tran.thi.binh', 'le.hoang', 'deploy'];
const PATHS = ['/', '/dich-vu-cong/ho-so', '/api/v1/tra-cuu?ma=', '/static/app.js', '/login', '/van-ban/den'];
const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/131.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1',
];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function stamp(ms: number): string {
  const time = new Date(ms);
  const day = String(time.getUTCDate()).padStart(2, ' ');
  return `${MONTHS[time.getUTCMonth()] ?? ''} ${day} ${time.toISOString().slice(11, 19)}`;
}

/**
 * One record as JSON: half sshd and syslog, a third web access, the rest Windows process creations. An ordinary day:
 * colleagues log in with their keys, one login in fifty fails, one request in fifty is for what is not there.
 */
export function makeRecord(random: () => number, nowMs: number): string {
  const pick = (list: readonly string[]): string => list[Math.floor(random() * list.length)] ?? '';
  const number = (max: number): number => Math.floor(random() * max);
  const ip = `10.${number(4)}.${number(256)}.${number(256)}`;
  const share = random();
  const log = (channel: string, origin: string, text: string): string =>
    JSON.stringify({ kind: 'log', at: nowMs, channel, origin, text });
  if (share < 0.3) {
    const what =
      random() < 0.02 ? `Failed password for ${pick(USERS)}` : `Accepted publickey for ${pick(COLLEAGUES)}`;
    const text = `${stamp(nowMs)} srv-${number(40)} sshd[${number(60_000)}]: ${what} from ${ip} port ${1_024 + number(60_000)} ssh2`;
    return log('linux-syslog', '/var/log/auth.log', text);
  }
  if (share < 0.5) {
    const text = `${stamp(nowMs)} srv-${number(40)} systemd[1]: Started session-${number(100_000)}.scope - Session ${number(100_000)} of User ${pick(USERS)}.`;
    return log('linux-syslog', '/var/log/syslog', text);
  }
  if (share < 0.85) {
    const time = new Date(nowMs);
    const when = `${String(time.getUTCDate()).padStart(2, '0')}/${MONTHS[time.getUTCMonth()] ?? ''}/${time.getUTCFullYear()}:${time.toISOString().slice(11, 19)} +0000`;
    const text = `${ip} - - [${when}] "GET ${pick(PATHS)}${number(1_000_000)} HTTP/1.1" ${random() < 0.02 ? '404' : pick(['200', '200', '304'])} ${number(90_000)} "-" "${pick(AGENTS)}"`;
    return log('web-access', '/var/log/nginx/access.log', text);
  }
  return log('windows-xml', 'Security', processCreated(random, nowMs));
}

interface SecurityEvent {
  id: number;
  task: number;
  computer: string;
  data: Readonly<Record<string, string>>;
}

function securityXml(random: Random, nowMs: number, { id, task, computer, data }: SecurityEvent): string {
  const entries = Object.entries(data).map(([name, value]) => `<Data Name="${name}">${value}</Data>`);
  return `<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event"><System><Provider Name="Microsoft-Windows-Security-Auditing" Guid="{54849625-5478-4994-A5BA-3E3B0328C30D}"/><EventID>${id}</EventID><Version>2</Version><Level>0</Level><Task>${task}</Task><Opcode>0</Opcode><Keywords>0x8020000000000000</Keywords><TimeCreated SystemTime="${new Date(nowMs).toISOString()}"/><EventRecordID>${Math.floor(random() * 9_000_000)}</EventRecordID><Channel>Security</Channel><Computer>${computer}</Computer></System><EventData>${entries.join('')}</EventData></Event>`;
}

function processCreated(random: Random, nowMs: number): string {
  const number = (max: number): number => Math.floor(random() * max);
  return securityXml(random, nowMs, {
    id: 4688,
    task: 13_312,
    computer: `PC-${number(300)}.tinh.local`,
    data: {
      SubjectUserSid: 'S-1-5-18',
      SubjectUserName: USERS[number(USERS.length)] ?? '',
      NewProcessId: `0x${number(30_000).toString(16)}`,
      NewProcessName: 'C:\\Windows\\System32\\svchost.exe',
      TokenElevationType: '%%1936',
      ProcessId: '0x2f0',
      CommandLine: `C:\\Windows\\system32\\svchost.exe -k netsvcs -p -s Schedule ${number(1_000)}`,
      ParentProcessName: 'C:\\Windows\\System32\\services.exe',
    },
  });
}

const securityRecord = (at: number, text: string): string =>
  JSON.stringify({ kind: 'log', at, channel: 'windows-xml', origin: 'Security', text });

/** What an office computer sends: its programs, and now and then somebody who signs in. */
export function makeWorkstationRecord(random: Random, nowMs: number): string {
  return random() < 0.9 ? securityRecord(nowMs, processCreated(random, nowMs)) : makeLogon(random, nowMs);
}

/** What a domain controller sends all day: tickets, logons and logoffs; one logon in fifty fails. */
export function makeLogon(random: Random, nowMs: number): string {
  const number = (max: number): number => Math.floor(random() * max);
  const share = random();
  const user = USERS[number(USERS.length)] ?? '';
  const from = {
    IpAddress: `10.${number(4)}.${number(256)}.${number(256)}`,
    IpPort: String(49_152 + number(16_000)),
  };
  const computer = `DC-${1 + number(2)}.tinh.local`;
  const event = ((): SecurityEvent => {
    if (share < 0.4) {
      const data = {
        TargetUserName: user,
        TargetDomainName: 'TINH',
        ServiceName: 'krbtgt',
        Status: '0x0',
        ...from,
      };
      return { id: share < 0.2 ? 4768 : 4769, task: share < 0.2 ? 14_339 : 14_337, computer, data };
    }
    const logon = {
      TargetUserName: user,
      TargetDomainName: 'TINH',
      LogonType: '3',
      LogonProcessName: 'Kerberos',
      WorkstationName: `PC-${number(300)}`,
    };
    if (share < 0.41)
      return {
        id: 4625,
        task: 12_544,
        computer,
        data: { ...logon, Status: '0xc000006d', SubStatus: '0xc000006a', ...from },
      };
    if (share < 0.75) return { id: 4624, task: 12_544, computer, data: { ...logon, ...from } };
    return {
      id: 4634,
      task: 12_545,
      computer,
      data: {
        TargetUserName: user,
        TargetDomainName: 'TINH',
        TargetLogonId: `0x${number(9_000_000).toString(16)}`,
        LogonType: '3',
      },
    };
  })();
  return securityRecord(nowMs, securityXml(random, nowMs, event));
}
