/** What the agent's commands say, in English. The Vietnamese catalogue has the same shape. */
import { auditEn } from './audit-en.ts';
import { integrityEn } from './integrity-en.ts';
import { discoverEn } from './discover-en.ts';
import { doctorEn, doctorNamesEn, sourceKindsEn } from './doctor-en.ts';
import { connectEn, killedEn, protectorEn, windowsDoctorEn, writingEn } from './protector-en.ts';
import { governorEn } from './governor-en.ts';
import { eventLogEn } from './event-log-en.ts';
import { journalEn } from './journal-en.ts';
import { postureEn } from './posture-en.ts';
import { policyEn } from './policy-en.ts';
import { probeEn } from './probe-en.ts';
import { statusEn } from './status-en.ts';
import { syslogEn } from './syslog-en.ts';
import { uninstallEn } from './uninstall-en.ts';

export const en = {
  discover: discoverEn,
  help: {
    program: 'Vong Gac agent: watches this host and reports to the collector of its agency.',
    lang: 'language of messages: vi or en (default: from LC_ALL, LC_MESSAGES, LANG)',
    state: 'folder for identity, spool and status',
    config: 'settings file (default: agent.json in the state folder)',
    json: 'print JSON',
    version: 'print the version',
    helpOption: 'print this help',
    enrol: 'make this host known to a collector with a join token',
    url: 'address of the collector, e.g. https://soc.example.vn:8443',
    token: 'join token as made on the collector (vonggac join-token create)',
    force: 'replace the identity this host already has',
    caFile: 'certificate authority of the collector (PEM), trusted instead of what the token pins',
    keepToken: 'keep the token, so that a copy of this disk enrols by itself on its own machine',
    run: 'watch and report until stopped',
    watch: 'folder or file to watch besides those configured; repeatable',
    tail: 'log to follow besides those configured; repeatable',
    untilInputEnds:
      'stop cleanly when standard input ends: for service managers that have no signals, as that of Windows',
    onlyGiven: 'watch and follow only what is given on the command line',
    logLevel: 'trace, debug, info, warn, error or silent',
    status: 'say what the agent of this host is doing',
    check: 'exit with 9 when the agent runs but somebody should look at it',
    watchStatus: 'show it again every two seconds until stopped; with --json one line each time',
    strict: 'exit with 9 when nothing failed but something needs attention',
    doctor: 'check everything the agent needs and say what to do; exit code 1 when something fails',
    replay: 'send a recorded log once through the whole way, from a temporary identity',
    channel: 'what the log is: auto, sshd, linux-syslog, dpkg, web-access, windows-xml',
    file: 'recorded log',
    checkPolicy: 'say whether this host would take a policy: a JSON file with a part of the settings',
    policyFile: 'JSON file with settings',
    exitCodes: [
      'Exit codes:',
      '  0  done, or stopped as asked',
      '  1  failure; doctor: at least one check failed; status: the agent is not running',
      '  2  wrong use of the command line',
      '  3  this host is not enrolled',
      '  4  the collector refuses this agent or token',
      '  5  the collector cannot be reached',
      '  6  the collector shows another certificate than expected',
      '  7  the settings are wrong',
      '  8  another agent is running on the same state folder',
      '  9  status --check, doctor --strict: it runs, but somebody should look at it',
      ' 10  the service is to start it anew',
    ].join('\n'),
  },
  usage: {
    title: 'Usage:',
    arguments: 'Arguments:',
    options: 'Options:',
    commands: 'Commands:',
    optionsWord: 'options',
    commandWord: 'command',
    choices: 'choices:',
    default: 'default:',
    environment: 'environment:',
  },
  usageError: {
    unknownOption: (option: string) => `unknown option ${option}; --help lists them`,
    unknownCommand: (command: string) => `unknown command ${command}; --help lists them`,
    missingArgument: (argument: string) => `missing argument ${argument}; --help says what it is`,
    optionMissingArgument: (option: string) => `option ${option} needs a value`,
    missingOption: (option: string) => `option ${option} is required`,
    excessArguments: 'too many arguments; --help says how it is written',
    commandMissing: 'say which command; --help lists them',
    invalidValue: (option: string, choices: string) =>
      `not a valid value for ${option}${choices === '' ? '' : `; choices: ${choices}`}`,
  },
  enrolled: (agency: string, agentId: string) => `Enrolled with ${agency} as agent ${agentId}.`,
  enrolledPending:
    'It waits until somebody approves it on the collector (vonggac agent approve); the agent may be started already.',
  startIt: (command: string) => `Start the agent: ${command}`,
  notStopped: 'The agent did not stop in time and was cut off.',
  /** What stands for the token in a command to be typed. */
  tokenWord: 'TOKEN',
  notEnrolled: (stateDir: string, command: string) =>
    `This host is not enrolled (nothing in ${stateDir}). Run: ${command}`,
  otherMachine: (stateDir: string, command: string) =>
    `The key in ${stateDir} was made on another machine: this disk was copied or moved. The key is discarded, and no join token is kept here (enrol --keep-token) to enrol this machine with. Run: ${command}`,
  tokenUnreadable: 'This is not a whole join token. Copy it again, from "vgjoin1." to its last character.',
  badUrl: (url: string) =>
    `"${url}" is not the address of a collector. It looks like https://soc.example.vn:8443`,
  alreadyEnrolled: (stateDir: string) =>
    `This host is already enrolled (${stateDir}). To enrol it anew, add --force.`,
  badToken:
    'The collector does not accept this join token: it is wrong, expired or used up. Ask for a new one.',
  wrongCertificate: (url: string) =>
    `The server at ${url} is not the collector this token was made for: its certificate differs. Nothing was sent. Check the address; if it is right, ask for a new token and find out who answers there.`,
  unreachable: (reason: string) =>
    `The collector cannot be reached: ${reason}. Check the address, the network and the firewall.`,
  proxy: {
    'proxy-unreachable': (reason: string) =>
      `${reason}. Check "proxy" in agent.json, or HTTPS_PROXY; "proxy": "none" goes straight.`,
    'proxy-auth': (reason: string) =>
      `${reason}. Write them into "proxy" of agent.json: http://user:password@host:port`,
    'proxy-refused': (reason: string) => `${reason}. Ask who runs the proxy to allow this address and port.`,
    'proxy-timeout': (reason: string) =>
      `${reason}. The proxy may not reach the collector; "proxy": "none" in agent.json goes straight.`,
  },
  /** What is wrong with join.txt. */
  joinFaults: {
    'too-long': 'it is longer than 64 KiB, so it is no join file',
    'no-equals': 'a line must be KEY=VALUE, such as URL=https://soc.example.vn:8443',
    'unknown-key': 'only URL, TOKEN, CA and KEEP are known',
    'no-url': 'URL= with the address of the collector is missing',
    'no-token': 'TOKEN= with the join token is missing',
    'no-ca-file': 'the certificate file that CA= names cannot be read',
  },
  settings: {
    /** Of the schema library's own messages. */
    locale: 'en',
    topLevel: 'top level',
    unreadable: (file: string, reason: string) => `${file}: cannot be read as JSON: ${reason}`,
    channel: (text: string, channel: string, known: string) =>
      `--tail ${text}: "${channel}" is not a channel; channels are ${known}`,
    proxy: 'HTTPS_PROXY in the environment is not the address of a proxy; it looks like http://host:3128',
    faults: {
      'absolute-path': 'must be an absolute path',
      argument: 'must not hold a NUL character',
      'command-twice': 'names two commands alike',
      'ca-pem': 'must be the certificate of an authority, PEM',
      'dns-server': 'must be ADDRESS or ADDRESS:PORT of a name server',
      'event-log-twice': 'names two logs alike',
      'ip-address': 'must be an IP address such as 0.0.0.0 or 192.0.2.1',
      'line-pattern': 'must be a regular expression without look-around and back-references',
      'listener-twice': 'names the same protocol, address and port twice',
      'one-pattern': 'needs one of "startsWith" and "continues"',
      'maintenance-form':
        'write {"from": "22:00", "to": "02:00", "days": [7], "timeZone": "Asia/Ho_Chi_Minh"} for every week, or {"from": "2026-12-01T20:00:00+07:00", "to": "2026-12-01T23:00:00+07:00"} for once; at, durationMs and until are no longer known',
      'maintenance-order': 'must have from before to',
      network: 'must be an address or a network such as 192.0.2.0/24',
      'probe-failures': '"needed" must not be more than "of"',
      'probe-target':
        'must look like https://portal.example.vn/, http://..., tls://host:port or tcp://host:port, without user and password',
      'probe-twice': 'names two probes alike; give each a "name" of its own',
      'proxy-url': 'must look like http://user:password@host:3128, or be "none"',
      'time-of-day': 'must be a time of day such as 07:30',
      'time-zone': 'must be a time zone such as Asia/Ho_Chi_Minh',
      'tls-files': 'the protocol tls needs "tls" with certFile and keyFile; the others have no "tls"',
      xpath: 'must be an XPath in one line',
    },
  },
  badAnswer: (reason: string) => `${reason}. Check that the address is that of a Vong Gac collector.`,
  refused: (code: string, message: string) => `The collector refuses this agent (${code}): ${message}`,
  refusedStop: (code: string, message: string) =>
    `The collector refuses this agent (${code}): ${message}. The agent stops. If this host should report, enrol it again.`,
  busy: (stateDir: string) =>
    `Another agent is already running on ${stateDir}. Stop it, or choose another folder with --state.`,
  spoolRefused: (reason: string) => `The spool cannot be written: ${reason}`,
  cannotRead: (file: string, reason: string) => `${file} cannot be read: ${reason}`,
  badChannel: (channel: string, known: string) => `"${channel}" is not a channel. Channels: ${known}`,
  replayProgress: (read: number, acked: number) => `${read} records read, ${acked} acknowledged`,
  replayStopped: 'Stopped before everything was acknowledged.',
  governor: governorEn,
  posture: postureEn,
  uninstall: uninstallEn,
  status: statusEn,
  sourceKinds: sourceKindsEn,
  probe: probeEn,
  audit: auditEn,
  integrity: integrityEn,
  doctor: {
    levels: { ok: 'ok', warn: 'warn', fail: 'fail' },
    names: {
      identity: 'identity',
      collector: 'collector',
      clock: 'clock',
      agent: 'agent',
      spool: 'spool',
      disk: 'disk',
      journal: 'journal',
      audit: 'audit',
      syslog: 'syslog',
      tail: 'log',
      watch: 'watch',
      ...doctorNamesEn,
    },
    identityOk: (agency: string, url: string) => `enrolled with ${agency} at ${url}`,
    stateFolderOpen: (folder: string, who: string) =>
      `${folder} can be opened by others (${who}); start the agent again as an administrator: it closes the folder`,
    stateFolderUnknown: (folder: string, reason: string) =>
      `who may open ${folder} cannot be told: ${reason}`,
    stateFolderPrivate: (folder: string) => `only the system and administrators may open ${folder}`,
    identityOpen: (file: string) => `${file} can be read by other users; run: chmod 600 ${file}`,
    collectorOk: (url: string) => `${url} answers and shows the expected certificate`,
    collectorNotAsked: 'not asked: this host is not enrolled',
    clockOk: (ms: number) => `differs from the collector by ${Math.abs(ms)} ms or less`,
    clockOff: (seconds: number) =>
      `is ${Math.abs(seconds)} s ${seconds > 0 ? 'ahead of' : 'behind'} the collector; set the time (NTP), else events carry wrong times`,
    clockUnknown: 'the collector did not tell its time',
    agentRunning: (pid: number) => `running as process ${pid}, connected`,
    agentOffline: (pid: number, problem: string) =>
      `running as process ${pid}, but not connected: ${problem}`,
    agentStopped: (command: string) => `not running; start it with: ${command}`,
    agentUnknown: (reason: string) => `its status cannot be read: ${reason}`,
    spoolOk: (records: number, used: string, max: string) => `${records} records waiting (${used} of ${max})`,
    spoolFilling: (used: string, max: string) =>
      `${used} of ${max} used: the collector takes less than this host produces, or is not reached`,
    spoolDropped: (records: number) =>
      `${records} records were dropped because it was full; enlarge spool.bytesMax or mend the line`,
    spoolRefused: 'the disk refuses writes: nothing new is read; free disk space or mend the permissions',
    spoolReadOnly: (folder: string, reason: string) => `${folder} cannot be written: ${reason}`,
    diskOk: (free: string) => `${free} free`,
    diskLow: (free: string, folder: string) => `only ${free} free at ${folder}; free some space`,
    tailOk: (file: string) => `${file} can be read`,
    tailAbsent: (file: string) => `${file} does not exist (yet); it is waited for`,
    unreadable: (file: string, reason: string) =>
      `${file} cannot be read: ${reason}; run the agent as a user who may`,
    watchOk: (file: string) => `${file} can be read`,
    watchAbsent: (file: string) => `${file} does not exist (yet)`,
    journal: journalEn,
    eventLog: eventLogEn,
    syslog: syslogEn,
    more: doctorEn,
    theCollector: 'the collector',
    protectors: protectorEn,
    connect: connectEn,
    writing: writingEn,
    windows: windowsDoctorEn,
    killed: killedEn,
    summaryOk: 'Everything the agent needs is there.',
    summaryFail: (count: number) => `${count} ${count === 1 ? 'check' : 'checks'} failed.`,
  },
  policy: policyEn,
};

export type Messages = typeof en;
