/** What the command line says, in English. The Vietnamese catalogue has the same shape. */
import { bundleEn, bundleHelpEn } from './bundle-en.ts';
import { rulesEn, rulesHelpEn } from './rules-en.ts';
import { indicatorEn, indicatorHelpEn } from './indicator-en.ts';
import { vulnerabilityEn, vulnerabilityHelpEn } from './vulnerability-en.ts';
import { exceptionEn, exceptionHelpEn } from './exception-en.ts';
import { exportEn, exportHelpEn } from './export-en.ts';
import { keysEn, keysHelpEn } from './keys-en.ts';
import { releaseEn, releaseHelpEn } from './release-en.ts';
import { updateEn, updateHelpEn } from './update-en.ts';
import { fileEn } from './file-en.ts';
import { huntEn, huntHelpEn } from './hunt-en.ts';
import { huntScheduleEn, huntScheduleHelpEn } from './hunt-schedule-en.ts';
import { auditEn, auditHelpEn } from './audit-en.ts';
import { peopleEn, peopleHelpEn } from './people-en.ts';
import { inspectionHelpEn, inspectionEn } from './inspection-en.ts';
import { incidentEn, incidentHelpEn } from './incident-en.ts';
import { reportEn, reportHelpEn } from './report-en.ts';
import { requestEn, requestHelpEn } from './request-en.ts';
import { notifyEn, notifyHelpEn } from './notify-en.ts';
import { complianceAssessEn, complianceAssessHelpEn } from './compliance-assess-en.ts';
import { complianceCatalogueEn, complianceCatalogueHelpEn } from './compliance-catalogue-en.ts';
import { dossierEn, dossierHelpEn } from './dossier-en.ts';
import { complianceOverridesEn, complianceOverridesHelpEn } from './compliance-overrides-en.ts';
import { complianceListsEn, complianceListsHelpEn } from './compliance-lists-en.ts';
import { calendarEn, calendarHelpEn } from './calendar-en.ts';
import type { RefusalCode } from '../../registry/refusal.ts';
import { agencyEn, agencyHelpEn } from './agency-en.ts';
import { inventoryEn, inventoryHelpEn } from './inventory-en.ts';
import { ledgerEn, ledgerHelpEn } from './ledger-en.ts';
import { retentionEn, retentionHelpEn } from './retention-en.ts';
import { identityEn, identityHelpEn } from './identity-en.ts';
import { backupEn, backupHelpEn } from './backup-en.ts';
import { alertEn, alertHelpEn, jobEn } from './alert-en.ts';
import { caseEn, caseHelpEn } from './case-en.ts';
import { responseEn, responseHelpEn } from './response-en.ts';
import { policyEn, policyHelpEn } from './policy-en.ts';
import { limitsEn, limitsHelpEn } from './limits-en.ts';
import { demoEn, demoHelpEn } from './demo-en.ts';
import { exchangeEn, exchangeHelpEn } from './exchange-en.ts';
import { simulateEn, simulateHelpEn } from './simulate-en.ts';
import { doctorEn, doctorHelpEn, sizeEn } from './doctor-en.ts';
import { probeEn, probeHelpEn } from './probe-en.ts';
import { installedEn, installedHelpEn } from './installed-en.ts';
import { postureEn, postureHelpEn } from './posture-en.ts';
import { sigmaEn, sigmaHelpEn } from './sigma-en.ts';

export const en = {
  usage: 'Usage:',
  optionsWord: 'options',
  commandWord: 'command',
  argumentsTitle: 'Arguments:',
  optionsTitle: 'Options:',
  globalOptionsTitle: 'Options of all commands:',
  commandsTitle: 'Commands:',
  defaultIs: 'default:',
  choicesAre: 'choices:',
  examples: 'Examples:',
  exitCodes: [
    'Exit codes:',
    '  0  done',
    '  1  refused or failed; the message says why',
    '  2  wrong use of the command line',
    '  3  needs a running collector, or data that is not there',
    '  4  another process holds the data folder',
  ].join('\n'),
  usageError: {
    unknownOption: (option: string) => `unknown option ${option}; --help lists them`,
    unknownCommand: (command: string) => `unknown command ${command}; --help lists them`,
    missingArgument: (argument: string) => `missing argument ${argument}; --help says what it is`,
    optionMissingArgument: (option: string) => `option ${option} needs a value`,
    missingOption: (option: string) => `option ${option} is required`,
    invalidArgument: (detail: string) => `not a valid value: ${detail}`,
    excessArguments: 'too many arguments; --help shows the right form',
    notInteger: (text: string) => `"${text}" is not a whole number above zero`,
    notWhole: (text: string) => `"${text}" is not a whole number`,
    notFact: (text: string) => `"${text}" is not NAME=VALUE, e.g. support=ended`,
    notTime: (text: string) => `"${text}" is not a time, e.g. 2026-11-25T08:00+07:00`,
    notNumber: (text: string) => `"${text}" is not a number above zero`,
    commandMissing: 'say which command; --help lists them',
  },
  help: {
    program: 'Vong Gac: the collector of a security watch post, and its administration.',
    version: 'print the version',
    help: 'print this help',
    data: 'data folder (default: VONGGAC_DATA, else ./data)',
    lang: 'language: vi or en (default: from LC_ALL, LC_MESSAGES, LANG)',
    json: 'print JSON',
    start: 'run the collector until it is stopped; says "ready" when it serves',
    listen: 'HOST:PORT to serve on (default: VONGGAC_LISTEN, else 127.0.0.1:8443)',
    rules: 'further folder or file with Sigma rules; repeatable',
    joinToken: 'join tokens: what lets a host enrol',
    joinTokenCreate: 'make a join token; it is the last line printed',
    joinTokenList: 'list join tokens and who used them',
    joinTokenRevoke: 'make a join token useless; hosts already enrolled stay',
    uses: 'how many hosts may enrol with it',
    days: 'how many days it is valid',
    agency: 'id of the agency (default: the root; see "vonggac agency list")',
    group: 'agent group of the hosts, made when it is new',
    tokenId: 'id of the token, as listed',
    agent: 'agents: the hosts that report here',
    agentList: 'list agents',
    agentShow: 'all that is known of one agent',
    agentRevoke: 'cut an agent off for good; its live session is closed',
    agentId: 'id of the agent, or its first characters',
    apiToken: 'API tokens for scripts',
    apiTokenCreate: 'make an API token; the bearer token is the last line printed',
    apiTokenList: 'list API tokens',
    apiTokenRevoke: 'make an API token useless',
    tokenMay: 'only these of what the role may',
    role: 'administrator, soc-lead, analyst, agency-operator, agency-viewer or auditor; api for a token that lists what it may',
    tokenName: 'what the token is for',
    user: 'people who sign in to the console',
    userCreate: 'add a person; the one-time password is the last line printed',
    userList: 'list people',
    userResetPassword: 'give a person a new one-time password; it is the last line printed',
    userDisable: "close a person's account and sessions",
    username: 'user name',
    agencyCommand: 'the agency tree',
    agencyList: 'list agencies',
    agencyCreate: 'add an agency',
    agencyName: 'name of the agency',
    kind: 'province, department, commune or unit',
    parent: 'id of the agency above it (default: the root)',
    status: 'how the running collector is doing',
    replay: 'push a recorded log through the whole way, and say what came of it',
    source: 'what the log is: sshd, apache, linux-syslog or windows-xml',
    file: 'recorded log',
    ...agencyHelpEn,
    ...inventoryHelpEn,
    ...probeHelpEn,
    ...ledgerHelpEn,
    ...retentionHelpEn,
    ...sigmaHelpEn,
    ...postureHelpEn,
    ...installedHelpEn,
    ...identityHelpEn,
    ...backupHelpEn,
    ...simulateHelpEn,
    ...demoHelpEn,
    ...exchangeHelpEn,
    ...limitsHelpEn,
    ...policyHelpEn,
    ...responseHelpEn,
    ...exceptionHelpEn,
    ...huntHelpEn,
    ...exportHelpEn,
    ...keysHelpEn,
    ...releaseHelpEn,
    ...updateHelpEn,
    ...huntScheduleHelpEn,
    ...rulesHelpEn,
    ...indicatorHelpEn,
    ...vulnerabilityHelpEn,
    ...alertHelpEn,
    ...caseHelpEn,
    ...auditHelpEn,
    ...peopleHelpEn,
    ...notifyHelpEn,
    ...inspectionHelpEn,
    ...incidentHelpEn,
    ...reportHelpEn,
    ...requestHelpEn,
    ...bundleHelpEn,
    ...calendarHelpEn,
    ...complianceAssessHelpEn,
    ...complianceCatalogueHelpEn,
    ...complianceOverridesHelpEn,
    ...complianceListsHelpEn,
    ...dossierHelpEn,
    ...doctorHelpEn,
  },
  columns: {
    id: 'ID',
    state: 'STATE',
    agency: 'AGENCY',
    group: 'GROUP',
    uses: 'USES',
    created: 'CREATED',
    by: 'BY',
    expires: 'EXPIRES',
    usedBy: 'USED BY',
    host: 'HOST',
    system: 'SYSTEM',
    version: 'VERSION',
    lastSeen: 'LAST SEEN',
    name: 'NAME',
    role: 'ROLE',
    permissions: 'MAY',
    lastUsed: 'LAST USED',
    passwordSince: 'PASSWORD SINCE',
    kind: 'KIND',
    parent: 'PARENT',
    severity: 'SEVERITY',
    count: 'COUNT',
    title: 'TITLE',
    entity: 'ABOUT',
  },
  states: {
    pending: 'waits for approval',
    replaced: 'replaced',
    usable: 'usable',
    'used-up': 'used up',
    expired: 'expired',
    revoked: 'revoked',
    online: 'online',
    offline: 'offline',
    unknown: 'unknown',
    active: 'active',
    invited: 'invited',
    unmapped: 'has no role yet',
    locked: 'locked',
    disabled: 'disabled',
  },
  allOfRole: 'as its role',
  roles: {
    administrator: 'administrator',
    'soc-lead': 'SOC lead',
    analyst: 'analyst',
    'agency-operator': 'agency operator',
    'agency-viewer': 'agency viewer',
    auditor: 'auditor',
    api: 'machine (API)',
  },
  kinds: { province: 'province', department: 'department', commune: 'commune', unit: 'unit' },
  severities: {
    informational: 'informational',
    low: 'low',
    medium: 'medium',
    high: 'high',
    critical: 'critical',
  },
  never: 'never',
  none: 'none',
  andMore: (count: number) => `and ${count} more`,
  mustChange: 'must change it at the next login',
  facts: {
    id: 'Agent',
    host: 'Host',
    state: 'State',
    agency: 'Agency',
    group: 'Group',
    system: 'System',
    timeZone: 'Time zone',
    agentVersion: 'Agent version',
    machineId: 'Machine id',
    joinToken: 'Join token',
    enrolled: 'Enrolled',
    lastSeen: 'Last seen',
    clockSkew: 'Clock',
    revoked: 'Revoked',
  },
  clockSkew: (ms: number) =>
    Math.abs(ms) < 50 ? 'right' : `${Math.abs(ms / 1_000).toFixed(1)} s ${ms > 0 ? 'ahead' : 'behind'}`,
  joinTokenCreated: (token: { id: string; uses: number; expires: string }) =>
    `Join token ${token.id}: for ${token.uses} ${token.uses === 1 ? 'host' : 'hosts'}, until ${token.expires}. It is shown only now:`,
  joinTokenRevoked: (id: string) => `Join token ${id} is revoked.`,
  apiTokenCreated: (token: { id: string; role: string; expires: string }) =>
    `API token ${token.id}: role ${token.role}, until ${token.expires}. It is shown only now:`,
  apiTokenRevoked: (id: string) => `API token ${id} is revoked.`,
  agentRevoked: (agent: { id: string; hostname: string }) =>
    `Agent ${agent.id} (${agent.hostname}) is revoked.`,
  userCreated: (username: string) =>
    `User ${username} is added and must choose a new password at the first login. One-time password:`,
  passwordReset: (username: string) =>
    `User ${username} has a new password and must change it at the next login; all sessions are closed. One-time password:`,
  userDisabled: (username: string) => `User ${username} is disabled; all sessions are closed.`,
  agencyCreated: (agency: { id: number; name: string }) => `Agency ${agency.id} is added: ${agency.name}`,
  /** By the name of the check; one that is not here is shown as it is. */
  checks: { 'event store': 'Event store', writer: 'Writer', disk: 'Disk' } as Readonly<
    Record<string, string>
  >,
  status: {
    ready: 'ready',
    notReady: 'not ready',
    collector: 'Collector',
    since: 'Since',
    agents: 'Agents',
    events: 'Events',
    rules: 'Rules',
    alerts: 'Open alerts',
    ledger: 'Ledger',
    ok: 'ok',
    failed: 'failed',
    agentsLine: (online: number, total: number) => `${online} online of ${total}`,
    eventsLine: (stored: number | null, perSecond: number) =>
      `${stored === null ? 'unknown' : stored.toLocaleString('en')} stored, ${perSecond.toLocaleString('en', { maximumFractionDigits: 1 })} per second`,
    rulesLine: (loaded: number, rejected: number) => `${loaded} loaded, ${rejected} rejected`,
  },
  start: {
    serving: (url: string, fingerprint: string) =>
      `Console and API: ${url} (certificate SHA-256 ${fingerprint})`,
    signIn: (file: string) => `Sign in as admin with the one-time password in ${file}`,
    ruleRejected: (place: string, reason: string) => `rule rejected: ${place}: ${reason}`,
    upgradeBackup: (name: string) =>
      `This version changes the databases: making the backup ${name} first. This may take a while.`,
    stopSlow: (ms: number) => `stopping took longer than ${ms} ms; ended by force`,
    inUse: (dataDir: string, pid: number | undefined) =>
      `data folder ${dataDir} is in use by ${pid === undefined ? 'another process' : `process ${pid}`}; stop it, or choose another folder with --data`,
    fewFiles: ({ limit, socketsMax, wanted }: { limit: number; socketsMax: number; wanted: number }) =>
      `this process may open only ${limit} files, so at most ${socketsMax} agents can connect; a province needs ${wanted}: raise the limit (LimitNOFILE= in the service's unit, or "ulimit -n")`,
    addressTaken: (listen: string) =>
      `${listen} is taken by another program: choose another address with --listen HOST:PORT or VONGGAC_LISTEN`,
    addressAbsent: (listen: string) =>
      `${listen} is not an address of this machine: choose another with --listen HOST:PORT or VONGGAC_LISTEN`,
    addressForbidden: (listen: string) =>
      `this user may not listen on ${listen}: choose a port above 1023, or grant the right to this one`,
    diskFull: 'the disk is full: free some space, or move the data folder with --data or VONGGAC_DATA',
  },
  replay: {
    notFile: 'it is not a file',
    sending: (file: string, url: string) => `Sending ${file} to ${url}`,
    failed: 'The replay did not finish; the lines above say why.',
    stored: (events: number) => `${events.toLocaleString('en')} ${events === 1 ? 'event' : 'events'} stored.`,
    noAlerts: 'No alert was raised or changed.',
    alerts: (count: number) => `${count} ${count === 1 ? 'alert was' : 'alerts were'} raised or changed:`,
    look: (url: string) => `Look at ${url}/alerts`,
  },
  inventory: inventoryEn,
  probe: probeEn,
  ledger: ledgerEn,
  retention: retentionEn,
  sigma: sigmaEn,
  posture: postureEn,
  installed: installedEn,
  identity: identityEn,
  backup: backupEn,
  simulate: simulateEn,
  demo: demoEn,
  exchange: exchangeEn,
  agency: agencyEn,
  limits: limitsEn,
  policy: policyEn,
  response: responseEn,
  exception: exceptionEn,
  hunt: huntEn,
  export: exportEn,
  huntSchedule: huntScheduleEn,
  rules: rulesEn,
  indicator: indicatorEn,
  vulnerability: vulnerabilityEn,
  alert: alertEn,
  case: caseEn,
  job: jobEn,
  audit: auditEn,
  people: peopleEn,
  notify: notifyEn,
  inspection: inspectionEn,
  incident: incidentEn,
  report: reportEn,
  request: requestEn,
  bundle: bundleEn,
  calendar: calendarEn,
  complianceAssess: complianceAssessEn,
  complianceCatalogue: complianceCatalogueEn,
  complianceOverrides: complianceOverridesEn,
  complianceLists: complianceListsEn,
  dossier: dossierEn,
  doctor: doctorEn,
  size: sizeEn,
  file: fileEn,
  keys: keysEn,
  release: releaseEn,
  update: updateEn,
  errors: {
    notRunning: (dataDir: string) =>
      `no collector is running on ${dataDir}: start it ("npm start" or "vonggac start"), or name its folder with --data`,
    noData: (dataDir: string) =>
      `there is no collector's data in ${dataDir}: start the collector once, or name its folder with --data`,
    inUse: (dataDir: string, pid: number | undefined) =>
      `data folder ${dataDir} is in use by ${pid === undefined ? 'another process' : `process ${pid}`}, which does not answer; try again when it has started or stopped`,
    badInput: (detail: string) => `not valid: ${detail}`,
    failed: (detail: string) => `the collector failed at this; its log says more: ${detail}`,
    otherVersion: (running: string, own: string) =>
      running === own
        ? `the running collector is other code than this command, though both say ${own}: restart the collector`
        : `the collector runs version ${running === '' ? 'unknown, an older one' : running}, this command is ${own}: upgrade and restart the collector, or use the command that belongs to it`,
  },
  /** A refusal keeps the message of the control plane where this has none. */
  refusals: {} as Partial<Record<RefusalCode, (detail: string) => string>>,
};

export type Messages = typeof en;
