/** One side of the tree with a row of everything that belongs to an agency, each naming the side. */
import { createAgency } from '../../../collector/registry/agencies.ts';
import { addCode } from '../../../collector/registry/agency-codes.ts';
import { planChange } from '../../../collector/registry/agency-changes.ts';
import { createApiToken } from '../../../collector/registry/api-tokens.ts';
import { approveBaseline } from '../../../collector/registry/baseline-approvals.ts';
import { setBandwidthCap } from '../../../collector/registry/bandwidth-caps.ts';
import { setCalendar } from '../../../collector/registry/calendars.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { makeCases } from './case-side.ts';
import { makeChains } from './chain-side.ts';
import { makeAssessments } from './compliance-side.ts';
import { makeDossiers } from './dossier-side.ts';
import { addAllowed, listAllowed } from '../../../collector/registry/indicator/allowed.ts';
import { importIndicators } from '../../../collector/registry/indicator/import-indicators.ts';
import { createHold } from '../../../collector/registry/holds.ts';
import { houseAlertId, raiseHouseAlerts } from '../../../collector/registry/house-alerts.ts';
import { approveException, requestException } from '../../../collector/registry/exceptions/exception-acts.ts';
import { revokeException } from '../../../collector/registry/exceptions/exception-ends.ts';
import { recordRun } from '../../../collector/registry/hunt-schedules/hunt-runs.ts';
import { scheduleHunt } from '../../../collector/registry/hunt-schedules/hunt-schedules.ts';
import { saveAlertView } from '../../../collector/registry/alert-views.ts';
import { saveHunt } from '../../../collector/registry/hunts.ts';
import { BULK_KIND } from '../../../collector/registry/bulk-alerts.ts';
import { addJob } from '../../../collector/registry/job-acts.ts';
import { createJoinToken } from '../../../collector/registry/join-tokens.ts';
import { hardwareDigest, type HardwareFact } from '../../../collector/protocol/hardware.ts';
import { newLinkSchema } from '../../../collector/api/contract-exchange.ts';
import { newChannelSchema } from '../../../collector/api/contract-notify.ts';
import { changeLink, createLink } from '../../../collector/registry/exchange/links.ts';
import { addMessage, packDocument } from '../../../collector/registry/exchange/messages.ts';
import { createChannel } from '../../../collector/registry/notify-channels.ts';
import { setList } from '../../../collector/registry/compliance/assessment-lists.ts';
import { setQuota } from '../../../collector/registry/quotas.ts';
import { noteRefusal } from '../../../collector/registry/enrol-refusals.ts';
import { importMachines, setExpectedCount } from '../../../collector/registry/installed/expected-machines.ts';
import { createRequest } from '../../../collector/registry/requests/create-request.ts';
import { createReport } from '../../../collector/registry/reports/report-acts.ts';
import { moveRequest } from '../../../collector/registry/requests/change-request.ts';
import { requestAuthorisation } from '../../../collector/registry/authorisations/authorisations.ts';
import { requestResponse } from '../../../collector/registry/response-acts.ts';
import { assignHosts } from '../../../collector/registry/system-members.ts';
import { addSystemRule } from '../../../collector/registry/system-rules.ts';
import { addRule } from '../../../collector/registry/rules/rule-acts.ts';
import { setScope } from '../../../collector/registry/rules/rule-scopes.ts';
import { dataFolder } from '../../../collector/registry/data-folder.ts';
import { PACK_KIND } from '../../../collector/services/reports/inspection-jobs.ts';
import { PackFolders } from '../../../collector/services/reports/pack-folders.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { normalize } from '../../../collector/normalize/normalize.ts';
import type { SourceRecord } from '../../../collector/protocol/record.ts';
import type { EventRow } from '../../../collector/store/store.ts';
import type { ClickHouseStore } from '../../../collector/store/clickhouse-store.ts';
import { escalationSchema } from '../../../collector/oncall/escalation.ts';
import { rosterSchema } from '../../../collector/oncall/roster.ts';
import { savePlan, type PlanKind, type PlanSettings } from '../../../collector/registry/oncall/plans.ts';
import { createUser } from '../../../collector/registry/users.ts';
import { REQUEST_TEMPLATES } from '../../unit/api/api-fixture.ts';
import { CHEAP, enrolRequest, START_MS } from '../../unit/registry/registry-fixture.ts';

export const MATRIX_RULE = 'rule-of-the-house';
export const MATRIX_IMPORT = 'import-of-the-house';

/** A rule of that id. */
export const matrixRule = (id: string, value = 'x'): string =>
  `title: ${id}\nid: ${id}\nlevel: low\nlogsource: { product: linux }\ndetection:\n  s: { a: ${value} }\n  condition: s\n`;

/** The rule of the house, made with the first side, and what is decided of it for this one. */
async function decideRule(registry: Registry, agencyId: number, mark: string): Promise<number> {
  const by = { actor: 'test', scope: EVERYWHERE };
  const made = await registry.db
    .selectFrom('rule')
    .select('id')
    .where('id', '=', MATRIX_RULE)
    .executeTakeFirst();
  if (made === undefined) {
    await addRule(registry, { text: matrixRule(MATRIX_RULE), why: 'test' }, by);
    const imported = { id: MATRIX_IMPORT, name: 'rules.zip', made_by: 'test', made_ms: START_MS };
    await registry.db
      .insertInto('rule_import')
      .values({ ...imported, published_ms: null, report: null })
      .execute();
  }
  const decided = {
    ruleId: MATRIX_RULE,
    target: { agencyId },
    isOn: null,
    severity: 'high' as const,
    reason: mark,
  };
  return (await setScope(registry, decided, by)).id;
}

const EVERYWHERE = { kind: 'all' } as const;
const HOUR_MS = 3_600_000;
/** Of each side's host. */
export const BASELINE_DIGEST = 'b1'.repeat(16);
const EPOCH = 'ab'.repeat(16);

export interface Side {
  /** A word that stands in everything of this side that has room for words. */
  mark: string;
  agencyId: number;
  /** What was decided of a rule for this agency. */
  ruleScopeId: number;
  /** A legal code of the agency, and one that may be taken back. */
  codeId: number;
  spareCodeId: number;
  baselineApprovalId: string;
  /** A renaming that is planned. */
  changeId: number;
  huntId: string;
  /** Filters of alerts that are shared: one to change, one to delete. */
  viewId: string;
  spareViewId: string;
  scheduledHuntId: string;
  /** One that waits, one more to refuse, and two that act. */
  exceptionId: number;
  endedExceptionId: number;
  spareExceptionId: number;
  actingExceptionId: number;
  spareActingExceptionId: number;
  /** Seen on both sides: indicators are everybody's, sightings are not. */
  indicatorId: number;
  cve: string;
  allowedId: number;
  /** Links to the centre, and documents: one that waits, one more to cancel, one that was refused. */
  linkId: number;
  spareLinkId: number;
  documentId: string;
  spareDocumentId: string;
  refusedDocumentId: string;
  channelId: number;
  spareChannelId: number;
  rosterId: number;
  spareRosterId: number;
  escalationId: number;
  spareEscalationId: number;
  username: string;
  /** A bulk act that waits for a second person. */
  jobId: string;
  /** Inspection packs that were built, and one more to let go. */
  packId: string;
  sparePackId: string;
  /** A rule of the system, and one that may be taken back. */
  ruleId: number;
  agentId: string;
  /** Set up anew on the machine of another agent, as it seems. */
  newAgentId: string;
  /** Nothing else is about it. */
  spareAgentId: string;
  hostId: string;
  alertId: string;
  eventId: string;
  joinTokenId: string;
  apiTokenId: string;
  systemId: number;
  holdId: number;
  /** A case of the side's alert, with one of every part; one that is closed; one to be merged. */
  caseId: string;
  closedCaseId: string;
  spareCaseId: string;
  linkedCaseId: string;
  /** Its alerts hang together. */
  chainCaseId: string;
  itemId: number;
  keptEventId: number;
  taskId: number;
  entryId: number;
  clockIds: [number, number];
  noticeId: number;
  attachmentIds: [string, string];
  moveId: number;
  handoverId: number;
  /** Of the list of machines that are to have an agent. */
  machineId: number;
  quotaId: number;
  capId: number;
  responseId: string;
  /** A request that was sent, and a draft; both of the agency to itself. */
  requestId: string;
  /** Drafts of monthly reports. */
  reportId: string;
  lockableReportId: string;
  authorisationId: string;
  draftId: string;
  /** A dossier of the system, its papers, what is attested of it, and a table that was taken in. */
  dossierId: number;
  paperId: string;
  sparePaperId: string;
  complianceAttestationId: number;
  dossierImportId: number;
}

/** A machine on the list, how many there are to be, and a host that was not let in. */
async function listMachines(
  registry: Registry,
  { mark, agencyId, tokenId }: { mark: string; agencyId: number; tokenId: string },
  number: number,
): Promise<number> {
  const by = { actor: 'test', scope: EVERYWHERE, agencyId };
  const csv = `Tên máy;Số sê-ri;Vị trí;Người dùng\r\nlisted-${number};SN-${number};room of ${mark};user of ${mark}\r\n`;
  await importMachines(registry, csv, by, { dryRun: false });
  await setExpectedCount(registry, { agencyId, machines: 40 + number, source: `count of ${mark}` }, by);
  const said = { osName: 'Windows 7', osVersion: `of ${mark}`, arch: 'x86', address: '192.0.2.7' };
  await noteRefusal(registry, { ...said, hostname: `old-${number}`, tokenId, reason: 'old-system' });
  const machine = await registry.db
    .selectFrom('expected_machine')
    .select('id')
    .where('agency_id', '=', agencyId)
    .executeTakeFirstOrThrow();
  return machine.id;
}

/** Jobs that have built a pack; where it lies is the business of `putPacks`. */
async function makePacks(registry: Registry, mark: string, agencyId: number) {
  const by = { actor: 'test', scope: EVERYWHERE };
  const params = { asOf: '2026-11-22', agencyId, systemId: null, papers: false, masked: true, actor: 'test' };
  const preview = { total: 1, changes: 0, skipped: {}, sample: [], needsApproval: [] };
  const built = async (): Promise<string> => {
    const wanted = { kind: PACK_KIND, params, reason: `pack of ${mark}`, preview, agencyId };
    const { id } = await addJob(registry, wanted, by);
    const ended = { state: 'done', ended_ms: registry.now() } as const;
    await registry.db.updateTable('job').set(ended).where('id', '=', id).execute();
    return id;
  };
  return { packId: await built(), sparePackId: await built() };
}

/** The packs of a side in a data folder. */
export async function putPacks(dataDir: string, { mark, packId, sparePackId }: Side): Promise<void> {
  const folders = new PackFolders(dataFolder(dataDir).inspectionPacks);
  for (const id of [packId, sparePackId]) {
    await folders.begin(id);
    await folders.finish(id, mark, [{ name: 'index.html', text: mark }], []);
  }
}

async function beginReports(registry: Registry, agencyId: number) {
  const begin = async (period: string): Promise<string> => {
    const subject = { kind: 'monthly', period, agencyId, systemId: null } as const;
    return (await createReport(registry, subject, { actor: 'test', scope: EVERYWHERE })).id;
  };
  return { reportId: await begin('2026-10'), lockableReportId: await begin('2026-09') };
}

/** Links that rest, so that nothing is sent anywhere, and documents of them. */
async function makeExchange(registry: Registry, mark: string, agencyId: number) {
  const key = Buffer.alloc(32, 1);
  const by = { actor: 'test', scope: EVERYWHERE };
  const settings = {
    variant: 'soap-2026',
    organisation: { id: '000.00.00.H01', name: mark },
    address: 'https://127.0.0.1:1/',
  };
  const resting = async (name: string): Promise<number> => {
    const link = newLinkSchema.parse({ name: `${name} of ${mark}`, agencyId, settings });
    const { id } = await createLink(registry, key, link, by);
    await changeLink(registry, key, id, { enabled: false }, by);
    return id;
  };
  const linkId = await resting('link');
  const document = async (state: 'waiting' | 'refused'): Promise<string> => {
    const id = registry.random(16).toString('hex');
    const packed = await packDocument(`<a>${mark}</a>`);
    const told = {
      cause: 'person',
      reportId: null,
      fromMs: 0,
      toMs: 1,
      file: `${mark}.xml`,
      machines: 1,
    } as const;
    const message = { id, linkId, ...told, ...packed, sha256: 'ab'.repeat(32), isSigned: false };
    await registry.db
      .transaction()
      .execute((trx) => addMessage(trx, START_MS, message, { actor: 'test', agencyId }));
    await registry.db.updateTable('exchange_message').set({ state }).where('id', '=', id).execute();
    return id;
  };
  const refusedDocumentId = await document('refused');
  await registry.db
    .insertInto('exchange_attempt')
    .values({
      message_id: refusedDocumentId,
      at_ms: START_MS,
      ended_ms: START_MS,
      address: 'https://127.0.0.1:1/',
      outcome: 'refused',
      status: 400,
      answer: `refused ${mark}`,
      answer_sha256: 'cd'.repeat(32),
      fault: 'HTTP 400',
    })
    .execute();
  return {
    linkId,
    spareLinkId: await resting('spare link'),
    documentId: await document('waiting'),
    spareDocumentId: await document('waiting'),
    refusedDocumentId,
  };
}

async function makePlans(
  registry: Registry,
  { mark, agencyId, channelId }: { mark: string; agencyId: number; channelId: number },
) {
  const by = { actor: 'test', scope: EVERYWHERE };
  const people = [{ name: `on duty of ${mark}`, phone: '+84 912 345 678' }];
  const roster = rosterSchema.parse({ layers: [{ startOn: '2026-01-05', people }] });
  const steps = escalationSchema.parse({ steps: [{ afterMinutes: 5, channelId }] });
  const save = async <K extends PlanKind>(
    kind: K,
    name: string,
    settings: PlanSettings[K],
  ): Promise<number> =>
    (await savePlan(registry, kind, { name: `${name} of ${mark}`, agencyId, settings }, by)).id;
  return {
    rosterId: await save('roster', 'roster', roster),
    spareRosterId: await save('roster', 'spare roster', roster),
    escalationId: await save('escalation', 'ladder', steps),
    spareEscalationId: await save('escalation', 'spare ladder', steps),
  };
}

async function enrol(
  registry: Registry,
  token: { id: string; secret: string },
  hostname: string,
  hardware: HardwareFact[],
) {
  const request = enrolRequest(token);
  const outcome = await enrolAgent(
    registry,
    { ...request, host: { ...request.host, hostname }, hardware, machineId: `${hostname}-machine` },
    '10.1.2.3',
  );
  if (!outcome.ok) throw new Error(outcome.fault);
  return outcome.agentId;
}

function recordsOf(mark: string): SourceRecord[] {
  const at = START_MS - HOUR_MS;
  return [
    {
      kind: 'log',
      at,
      channel: 'sshd',
      origin: '/var/log/auth.log',
      text: `Failed password for ${mark} from 10.1.2.3 port 22 ssh2`,
    },
    {
      kind: 'inventory',
      at,
      change: 'present',
      category: 'package',
      snapshot: 's1',
      key: 'openssl',
      after: { version: '3.0', note: mark },
    },
    {
      kind: 'inventory',
      at: at + 1,
      change: 'present',
      category: 'collection',
      snapshot: 's1',
      key: 'package',
      after: { status: 'complete', items: 1 },
    },
    {
      kind: 'agent',
      at,
      action: 'scan-completed',
      subject: 'load',
      detail: { cpuPercent: 5, memoryTotalMb: 2_048, memoryUsedMb: 512, note: mark },
    },
    {
      kind: 'posture',
      at,
      change: 'present',
      policy: `policy-${mark}`,
      policyVersion: '1.0.0',
      check: 'one',
      title: 'Một điểm kiểm',
      severity: 'high',
      controls: ['CF-01'],
      result: 'fail',
      observed: mark,
    },
    {
      kind: 'agent',
      at,
      action: 'scan-completed',
      subject: 'integrity',
      detail: { trigger: 'scheduled', paths: 12, baselineRows: 12, baselineDigest: BASELINE_DIGEST },
    },
  ] as SourceRecord[];
}

async function keepEvents(
  store: ClickHouseStore,
  batch: number,
  { mark, agencyId, agentId }: Pick<Side, 'mark' | 'agencyId' | 'agentId'>,
): Promise<void> {
  const rows = recordsOf(mark).map((record, index): EventRow => ({
    agentId,
    epoch: EPOCH,
    lane: 1,
    seq: index + 1,
    event: normalize(record, { hostname: `pc-${mark}`, timeZone: 'UTC', receivedMs: START_MS }),
    hostname: `pc-${mark}`,
    agencyId,
    channel: record.kind === 'log' ? 'log/sshd' : record.kind,
    origin: '',
    readHour: Math.floor(START_MS / HOUR_MS),
    hits: index === 0 ? [{ ruleId: `rule-${mark}`, fields: { mark } }] : [],
  }));
  await store.insert({ batch, receivedMs: START_MS, rows });
}

async function raiseAlert(
  registry: Registry,
  { mark, agencyId, agentId }: Pick<Side, 'mark' | 'agencyId' | 'agentId'>,
): Promise<string> {
  const rule = {
    ruleId: 'rule-1',
    title: `Alert of ${mark}`,
    titleVi: null,
    description: '',
    descriptionVi: null,
    advice: null,
    adviceVi: null,
    severity: 'high',
    tags: [],
    falsePositives: [],
    references: [],
  } as const;
  await raiseHouseAlerts(
    registry.db,
    [
      {
        rule: { ...rule, tags: [], falsePositives: [], references: [] },
        finding: mark,
        entity: { user: mark },
        agencyId,
        agentId,
        hostname: `pc-${mark}`,
        timeMs: START_MS - HOUR_MS,
        message: `message of ${mark}`,
        matched: { user: mark },
      },
    ],
    registry.now(),
  );
  return houseAlertId('rule-1', mark);
}

/** The one indicator, shown by a host of this side as often as that takes to tell the sides apart. */
async function sightIndicator(
  registry: Registry,
  { mark, agencyId, agentId }: Pick<Side, 'mark' | 'agencyId' | 'agentId'>,
): Promise<number> {
  const value = 'seen.example';
  const nowMs = registry.now();
  const indicator = { kind: 'domain' as const, value, source: 'manual', confidence: 50, validUntilMs: null };
  await registry.db.transaction().execute((trx) =>
    importIndicators(trx, [{ ...indicator, tlp: null, tags: [], description: '' }], {
      actor: 'test',
      nowMs,
    }),
  );
  const { id } = await registry.db
    .selectFrom('indicator')
    .select('id')
    .where('value', '=', value)
    .executeTakeFirstOrThrow();
  await registry.db
    .insertInto('indicator_sighting')
    .values({
      indicator_id: id,
      agent_id: agentId,
      agency_id: agencyId,
      hostname: `pc-${mark}`,
      first_ms: nowMs,
      last_ms: nowMs,
      events: 10 + agencyId,
      hindsight: 0,
    })
    .execute();
  return id;
}

/** A vulnerability that only this side's host has. */
async function findVulnerability(
  registry: Registry,
  { mark, agentId }: Pick<Side, 'mark' | 'agentId'>,
  number: number,
): Promise<string> {
  const nowMs = registry.now();
  const cve = `CVE-2026-1000${number}`;
  await registry.db
    .insertInto('host_software')
    .values({
      agent_id: agentId,
      system: `Debian ${mark}`,
      release: 'debian:12',
      is_whole: 1,
      packages: 100 + number,
      place: '1/1',
      told_ms: nowMs,
      matched_by: '',
      matched_ms: nowMs,
      body: '',
    })
    .execute();
  await registry.db
    .insertInto('vulnerability_finding')
    .values({
      agent_id: agentId,
      cve,
      package: 'openssl',
      installed: '3.0.11-1',
      fixed: null,
      advisory: cve,
      severity: 'high',
      score_tenths: 75,
      exploited: 0,
      epss_ppm: null,
      priority: 4_075_000,
      first_ms: nowMs,
      last_ms: nowMs,
      fixed_ms: null,
      exception_id: null,
      excepted_until_ms: null,
    })
    .execute();
  return cve;
}

/** @param number 1 or 2: keeps hardware and batches apart */
export async function makeSide(
  registry: Registry,
  store: ClickHouseStore,
  agency: { id: number; mark: string; number: number },
): Promise<Side> {
  const { id: agencyId, mark, number } = agency;
  const by = { actor: 'user:root', scope: EVERYWHERE };
  const fact = (kind: HardwareFact['kind'], value: string) => ({ kind, digest: hardwareDigest(kind, value) });
  const hardware = [fact('disk', `naa.${number}`), fact('mac', `54:e1:ad:00:00:0${number}`)];
  const addOne = async (code: string): Promise<number> =>
    (await addCode(registry, agencyId, { code, from: '2026-01-01' }, by)).id;
  const codeId = await addOne(`G0${number}.11`);
  const spareCodeId = await addOne(`000.0${number}.22.H01`);
  await setCalendar(registry, agencyId, { off: [`2026-0${number}-05`] }, 'test');
  const token = await createJoinToken(registry, { agencyId, note: `token of ${mark}`, uses: 10 }, 'test');
  const agentId = await enrol(registry, token, `pc-${mark}`, []);
  await enrol(registry, token, `twin-${mark}`, hardware);
  const newAgentId = await enrol(registry, token, `twin-${mark}`, hardware);
  const spareAgentId = await enrol(registry, token, `spare-${mark}`, []);
  const agent = await registry.db
    .selectFrom('agent')
    .select('host_id')
    .where('id', '=', agentId)
    .executeTakeFirstOrThrow();
  const system = await createSystem(
    registry,
    { name: `system of ${mark}`, agencyId, level: 3, lawProfile: 'vn-2026' },
    'test',
  );
  await assignHosts(registry, system.id, { agentIds: [agentId] }, 'test');
  const rule = { rule: { hostnames: [`pc-${mark}-*`] }, note: '' };
  const { id: ruleId } = await addSystemRule(registry, system.id, rule, { ...by, agencyId: 1 });
  const plan = {
    kind: 'rename' as const,
    on: '2027-03-01',
    agencyId,
    codes: [],
    reason: 'Nghị quyết 7',
    name: `Cơ quan khác ${mark}`,
  };
  const { change } = await planChange(registry, plan, by);
  const sought = {
    name: `hunt of ${mark}`,
    description: '',
    kind: 'query' as const,
    text: 'ssh',
    spanMs: 86_400_000,
  };
  const sharer = { username: 'somebody', agencyId, scope: EVERYWHERE, maySharedToo: true };
  const view = (name: string) =>
    saveAlertView(registry, { name: `${name} of ${mark}`, filter: { text: mark }, shared: true }, sharer);
  const [{ id: viewId }, { id: spareViewId }] = [await view('view'), await view('spare view')];
  const { id: huntId } = await saveHunt(registry, { ...sought, agencyId }, 'test');
  const scheduled = { ...sought, name: `scheduled ${sought.name}`, agencyId };
  const hunt = await saveHunt(registry, scheduled, 'test');
  const scheduledHuntId = hunt.id;
  const wanted = { every: { dailyAt: '07:30' }, overlapMs: 3_600_000, threshold: 1, isEnabled: true };
  const byHunt = { huntId: scheduledHuntId, wanted };
  const schedule = await scheduleHunt(registry, byHunt, 'test', { kind: 'all' });
  const result = { outcome: 'failed', fault: `fault of ${mark}` } as const;
  const ran = { fromMs: 0, toMs: 1, startedMs: registry.now(), tookMs: 5, result };
  await recordRun(registry, { hunt, schedule }, ran);
  const preview = { total: 1, changes: 1, skipped: {}, sample: [mark], needsApproval: ['more than 500'] };
  const job = await addJob(
    registry,
    { kind: BULK_KIND, params: {}, reason: `bulk of ${mark}`, preview, agencyId },
    by,
  );
  const indicatorId = await sightIndicator(registry, { mark, agencyId, agentId });
  // Everybody's too: the same on both sides.
  const [known] = await listAllowed(registry.db);
  const ownAddress = { kind: 'ip' as const, value: '198.51.100.1', reason: 'ours' };
  const { id: allowedId } = known ?? (await addAllowed(registry, ownAddress, 'test'));
  const excepted = {
    name: `exception of ${mark}`,
    kind: 'rule' as const,
    condition: `selection:\n  user.name: ${mark}\ncondition: selection`,
    window: null,
    agencyId,
    agentId,
    groupId: null,
    rules: ['r1'],
    categories: null,
    takesAll: false,
    reason: `reason of ${mark}`,
    startsMs: null,
    expiresMs: START_MS + 720 * HOUR_MS,
    reviewMs: START_MS + 480 * HOUR_MS,
  };
  const exceptionIds: number[] = [];
  for (const isActing of [false, false, true, true, true]) {
    const { id } = await requestException(registry, excepted, by);
    exceptionIds.push(id);
    const act = {
      id,
      version: undefined,
      by: { actor: 'user:somebody', agencyId, scope: EVERYWHERE },
      reason: undefined,
      term: { severities: [], isWindow: false },
    };
    if (isActing) await approveException(registry, act);
  }
  const [
    exceptionId = 0,
    spareExceptionId = 0,
    actingExceptionId = 0,
    spareActingExceptionId = 0,
    endedExceptionId = 0,
  ] = exceptionIds;
  const whoEnds = { actor: 'user:somebody', agencyId, scope: EVERYWHERE };
  const end = { id: endedExceptionId, version: undefined, by: whoEnds, reason: `no more of ${mark}` };
  await revokeException(registry, end);
  await registry.db
    .insertInto('exception_hit')
    .values({
      exception_id: endedExceptionId,
      rule_id: 'r1',
      agent_id: agentId,
      agency_id: agencyId,
      hostname: `host-${mark}`,
      hidden: 3,
      first_ms: START_MS,
      last_ms: START_MS,
      first_batch: 1,
      last_batch: 1,
    })
    .execute();
  const username = `person-${mark}`;
  const person = {
    username,
    password: 'correct-horse-battery',
    role: 'analyst' as const,
    mustChangePassword: false,
  };
  await createUser(registry, { ...person, agencyId }, 'test', CHEAP);
  const channel = newChannelSchema.parse({
    name: `channel of ${mark}`,
    settings: { kind: 'syslog', target: 'syslog+tls://siem.example.vn:6514' },
    agencyId,
  });
  const { id: channelId } = await createChannel(registry, Buffer.alloc(32, 1), channel, by);
  const spare = { ...channel, name: `spare of ${mark}` };
  const { id: spareChannelId } = await createChannel(registry, Buffer.alloc(32, 1), spare, by);
  const hold = await createHold(
    registry,
    { subject: { kind: 'agent', agentId }, reason: `hold of ${mark}` },
    'test',
  );
  await setList(
    registry,
    {
      kind: 'vpn',
      scope: { kind: 'system', id: system.id },
      entries: [{ value: `10.${number}.0.0/16` }],
      note: mark,
    },
    { actor: 'test', scope: EVERYWHERE },
  );
  const machineId = await listMachines(registry, { mark, agencyId, tokenId: token.id }, number);
  const quota = await setQuota(
    registry,
    { agencyId, perAgent: false, eventsPerSecond: 1_000 + number },
    'test',
  );
  const cap = await setBandwidthCap(
    registry,
    {
      agencyId,
      prefix: null,
      fromHour: 7,
      toHour: 18,
      timeZone: 'Asia/Ho_Chi_Minh',
      bytesPerSecond: 10_000 + number,
    },
    'test',
  );
  const response = await requestResponse(
    registry,
    {
      agentId,
      command: { action: 'isolate', durationMs: HOUR_MS },
      dryRun: false,
      reason: `reason of ${mark}`,
      expiresInMs: HOUR_MS,
    },
    by,
  );
  const apiToken = await createApiToken(
    registry,
    { role: 'agency-viewer', agencyId, name: `api of ${mark}` },
    'test',
  );
  const alertId = await raiseAlert(registry, { mark, agencyId, agentId });
  const asks = async () =>
    createRequest(
      registry,
      REQUEST_TEMPLATES,
      { alertIds: [alertId], title: `request of ${mark}`, steps: ['Một'] },
      { ...by, agencyId },
    );
  const { id: requestId } = await asks();
  await moveRequest(registry, requestId, 'send', {}, by);
  const { id: draftId } = await asks();
  const signed = {
    agencyId,
    title: `authorisation of ${mark}`,
    signer: 'Giám đốc',
    documentSha256: 'ab'.repeat(32),
    validFromMs: 0,
    validToMs: START_MS,
    fromTime: '18:00',
    toTime: '07:00',
    daysOff: true,
    action: 'isolate' as const,
    rules: ['rule-1'],
    hostsMax: 1,
    breakerHosts: 1,
    breakerWindowMs: HOUR_MS,
    isolateMs: HOUR_MS,
    dryRun: true,
  };
  const { id: authorisationId } = await requestAuthorisation(registry, signed, by);
  await keepEvents(store, number, { mark, agencyId, agentId });
  const { id: baselineApprovalId } = await approveBaseline(
    registry,
    { agentId, digest: BASELINE_DIGEST, note: `baseline of ${mark}` },
    { digest: BASELINE_DIGEST, paths: 12, toldMs: START_MS - HOUR_MS, isTampered: false },
    by,
  );
  const cases = await makeCases(registry, { mark, agencyId, alertId, username });
  const chains = await makeChains(registry, { mark, agencyId, agentId, number });
  const dossiers = await makeDossiers(registry, { mark, agencyId, systemId: system.id });
  await makeAssessments(registry, { mark, agencyId, systemId: system.id });
  return {
    ...cases,
    ...chains,
    ...dossiers,
    mark,
    agencyId,
    codeId,
    spareCodeId,
    baselineApprovalId,
    changeId: change.id,
    huntId,
    viewId,
    spareViewId,
    scheduledHuntId,
    exceptionId,
    endedExceptionId,
    spareExceptionId,
    actingExceptionId,
    spareActingExceptionId,
    indicatorId,
    cve: await findVulnerability(registry, { mark, agentId }, number),
    allowedId,
    channelId,
    spareChannelId,
    ...(await makeExchange(registry, mark, agencyId)),
    ...(await makePacks(registry, mark, agencyId)),
    ...(await makePlans(registry, { mark, agencyId, channelId })),
    username,
    jobId: job.id,
    ruleId,
    agentId,
    newAgentId,
    spareAgentId,
    hostId: agent.host_id ?? '',
    alertId,
    eventId: `${agentId}/${EPOCH}/1/1`,
    joinTokenId: token.id,
    apiTokenId: apiToken.id,
    systemId: system.id,
    holdId: hold.id,
    machineId,
    quotaId: quota.id,
    capId: cap.id,
    responseId: response.id,
    ruleScopeId: await decideRule(registry, agencyId, mark),
    requestId,
    ...(await beginReports(registry, agencyId)),
    authorisationId,
    draftId,
  };
}

/** What of a side must not be read on the other: its word and the ids that name its things. */
export function secretsOf(side: Side): string[] {
  return [
    side.mark,
    side.agentId,
    side.newAgentId,
    side.spareAgentId,
    side.hostId,
    side.alertId,
    side.joinTokenId,
    side.apiTokenId,
    side.responseId,
    side.requestId,
    side.reportId,
    side.lockableReportId,
    side.authorisationId,
    side.draftId,
    side.jobId,
    side.caseId,
    side.closedCaseId,
    side.spareCaseId,
    ...side.attachmentIds,
    side.paperId,
    side.sparePaperId,
    side.documentId,
    side.spareDocumentId,
    side.refusedDocumentId,
    side.packId,
    side.sparePackId,
  ];
}

export async function makeAgency(registry: Registry, mark: string): Promise<number> {
  return (await createAgency(registry, { name: `Cơ quan ${mark}`, kind: 'department' }, 'test')).id;
}
