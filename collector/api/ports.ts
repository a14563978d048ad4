/** What the API asks of the rest of the collector. Each port is small, so that the composition root can adapt anything to it. */
import type { Receipt } from '../notify/notice.ts';
import type { HeadPlace } from '../audit/head-sender.ts';
import type { ReadDefaults } from '../indicator/indicator.ts';
import type { ReadReport } from '../indicator/read-file.ts';
import type { IndicatorForm } from '../indicator/read-indicators.ts';
import type { IndicatorCounts } from '../registry/indicator/import-indicators.ts';
import type { UploadFacts } from '../registry/vulnerability/uploads.ts';
import type { FeedForm } from '../vulnerability/advisory.ts';
import type { FeedRead } from '../vulnerability/read-feed-file.ts';
import type { RuleFile } from '../content/archive-limits.ts';
import type { ImportReport } from '../content/import-report.ts';
import type { RuleCheck } from '../content/rule-check.ts';
import type { AgentRecord } from '../registry/agents.ts';
import type { KindSights, SetOnHosts, Sight } from '../services/content/rule-coverage.ts';
import type { RuleReport, RuleStat, TechniqueCoverage } from '../services/content/rule-reports.ts';
import type { CoverageKind, Layer } from '../../rules/needs/index.ts';
import type { HuntPage } from '../hunt/run-hunt.ts';
import type { UnknownField } from '../hunt/unknown-fields.ts';
import type { AttachmentFiles } from '../case/attachment-files.ts';
import type { CaseRules } from '../case/legal-clocks.ts';
import type { AgencyScope } from '../registry/agencies.ts';
import type { JobRunner } from '../services/jobs/job-runner.ts';
import type { ErrorCode } from '../protocol/error.ts';
import type { KeyPurpose } from '../protocol/signing-key.ts';
import type { PackBuilder } from '../services/reports/pack-builder.ts';
import type { PayloadStore } from '../services/fleet/payload-store.ts';
import type { ExchangeService } from '../services/exchange/exchange-service.ts';
import type { DiskWatch } from '../retention/disk-watch.ts';
import type { ComplianceService } from '../services/compliance/compliance-service.ts';
import type { RetentionService } from '../retention/service.ts';
import type { ColdRoom } from '../store/event-retention.ts';
import type { HuntSummary } from '../store/hunt-store.ts';
import type { EventStore } from '../store/store.ts';
import type { Job } from '../registry/jobs.ts';
import type { Exception } from '../registry/exceptions/exception-book.ts';
import type { ExceptionBy } from '../registry/exceptions/write-exception.ts';
import type { ExceptionRequest } from '../registry/exceptions/exception-acts.ts';
import type { ExceptionKind } from '../exceptions/vocabulary.ts';
import type { TermFacts } from '../exceptions/term.ts';
import type { MaintenanceWindow } from '../protocol/maintenance-window.ts';
import type { Permission } from './permissions.ts';
import type { JobView } from './contract-jobs.ts';
import type { AgentSummary, Alert, RuleSummary } from './contract.ts';

/** A file of indicators as it came. */
export interface IndicatorFile {
  bytes: Uint8Array;
  /** Left out: told by how it begins. */
  form?: IndicatorForm | undefined;
  /** What is taken where neither the file nor its source says. */
  defaults: Pick<ReadDefaults, 'source' | 'confidence' | 'validUntilMs' | 'tlp'>;
}

/** What taking a file would come to. */
export interface IndicatorTried {
  report: ReadReport;
  counts: IndicatorCounts;
}

/** A feed of vulnerabilities as it came. */
export interface FeedFile {
  bytes: Uint8Array;
  name: string;
  /** Left out: told by how it begins. */
  form?: FeedForm | undefined;
  /** Of which day the data is; left out: what the file says. */
  dataMs?: number | undefined;
  /** Also when it is older than what is there, or holds much less. */
  replace: boolean;
}

/** What a feed came to. */
export interface FeedTried {
  read: FeedRead;
  feed: string;
  facts: UploadFacts;
}

/** Vulnerabilities at work. */
export interface VulnerabilityControl {
  /** Takes over what changed on hosts, now. */
  look(): Promise<void>;
  /** Before findings are shown: what the register of exceptions says by now. */
  settle(): Promise<void>;
  /** Nothing is written. @throws FeedFileError, RefusalError import-invalid */
  tryFeed(file: FeedFile): Promise<FeedTried>;
  /** Keeps what the file holds for the job that takes it over. @throws FeedFileError, RefusalError import-invalid */
  stageFeed(file: FeedFile, actor: string): Promise<FeedTried & { uploadId: number }>;
}

/** Indicators of compromise at work. */
export interface IndicatorControl {
  /** What was changed is matched by when it resolves. */
  look(): Promise<void>;
  /** Nothing is written. @throws IndicatorFileError */
  tryFile(file: IndicatorFile): Promise<IndicatorTried>;
  /** Keeps what the file holds for the job that takes it in; undefined: it holds nothing. @throws IndicatorFileError */
  stageFile(
    file: IndicatorFile,
    actor: string,
  ): Promise<{ uploadId: string | undefined; report: ReadReport }>;
}

/** Systems against the controls of their level. */
export type ComplianceControl = Pick<
  ComplianceService,
  'assess' | 'begin' | 'isRunning' | 'profiles' | 'snapshot'
>;

/** Long work: asked for, run in steps, taken back. */
export type JobControl = Pick<JobRunner, 'kind' | 'kinds' | 'preview' | 'request' | 'undo' | 'kick'>;

/** Told of alerts that people changed. */
export interface AlertControl {
  /** Shows the alerts as they are now to whoever listens. */
  changed(ids: readonly string[]): Promise<void>;
}

/** Cases at work. */
export interface CaseControl {
  /** Tells whoever listens and sees one of the cases that it changed. */
  changed(ids: readonly string[]): Promise<void>;
  readonly files: AttachmentFiles;
  readonly rules: CaseRules;
}

/** Runs of retention, and the room on the disk. */
/** Where heads of the audit trail are kept. */
export interface AuditHeads {
  readonly places: readonly HeadPlace[];
  /** Sends the head to every place now. */
  send: () => Promise<readonly HeadPlace[]>;
}

export type RetentionControl = Pick<RetentionService, 'begin' | 'state' | 'last'>;
export interface DiskState extends Pick<DiskWatch, 'isFull' | 'room'> {
  /** The volume for old days as it was found last; undefined without one. */
  readonly cold: ColdRoom | undefined;
}

/** Quotas and bandwidth caps at work. */
export interface SendingControl {
  /** Reads them again after a change. */
  reload(): Promise<void>;
  /** How many meters of a quota slow somebody down now. */
  slowing(quotaId: number): number;
}

/** Policies at work. */
export interface PolicyControl {
  /** Tells agents that are online what has changed. */
  look(): Promise<void>;
  /** The next key takes over. @throws SigningKeyError */
  rotate(purpose: KeyPurpose, actor: string): Promise<{ publicKey: string }>;
}

/** Payloads of releases: agents load them, and they go with the release. */
export type PayloadControl = Pick<PayloadStore, 'bytesOf' | 'read' | 'remove'>;

/** Channels at work. */
export interface NotifyControl {
  /** What secrets of channels are sealed with. */
  readonly key: Buffer;
  /** @throws DeliveryError */
  test(channelId: number, scope: AgencyScope): Promise<Receipt>;
}

/** Inspection packs that are built. */
export type PackControl = Pick<PackBuilder, 'folders' | 'size'>;

/** Documents to the national centre at work. */
export type ExchangeControl = Pick<ExchangeService, 'facts' | 'key' | 'kick' | 'make' | 'test'>;

/** Commands to hosts at work. */
export interface ResponseControl {
  /** Something was let go for this agent. */
  letGo(agentId: string): Promise<void>;
}

export interface RejectedRule {
  source: string;
  line: number;
  column: number;
  message: string;
}

export interface RuleReader {
  list(): { rules: readonly RuleSummary[]; rejected: readonly RejectedRule[] };
  /** Resolves when what was changed is in force here. */
  refresh(): Promise<void>;
  /** What an import would come to. */
  lookAtImport(files: readonly RuleFile[], state: 'auto' | 'draft' | 'test'): Promise<ImportReport>;
  /** What each rule in force did in the last days. @throws HuntLimitError, StoreUnavailableError */
  report(days: number, scope: AgencyScope): Promise<RuleReport>;
  pick(kind: 'stats' | 'noisy' | 'dead', report: RuleReport, limit: number): RuleStat[];
  coverage(report: RuleReport, product?: string): TechniqueCoverage[];
  /** The same as a layer for the ATT&CK Navigator. */
  layer(report: RuleReport, product?: string): Layer;
  /** What such hosts see once that was done on them. */
  sightOfKind(kind: CoverageKind, set: SetOnHosts): Promise<Sight>;
  /** Every kind at a glance. */
  sightOfKinds(): Promise<KindSights[]>;
  /** What one host sees, by what came of it. @throws as `report` */
  sightOfHost(agent: Pick<AgentRecord, 'id' | 'platform'>, days: number): Promise<Sight>;
  /** A text before it is kept: what is wrong, what it means, and which of these events it matches. */
  check(text: string, events: readonly Readonly<Record<string, unknown>>[]): Promise<RuleCheck>;
}

export interface Presence {
  isOnline(agentId: string): boolean;
  onlineCount(): number;
  /** Closes the agent's live session, when it has one. */
  disconnect(agentId: string, code: ErrorCode): void;
}

export interface CaseNews {
  id: string;
  number: string;
  state: string;
  severity: string;
  version: number;
  updatedAt: string;
}

export type LiveEvent =
  | { type: 'alert'; alert: Alert }
  | { type: 'agent'; agent: AgentSummary }
  /** That a case changed, without what it says: each reader reads it as they see it. */
  | { type: 'case'; case: CaseNews; agencyIds: readonly number[] }
  | { type: 'job'; job: JobView; agencyId: number; permission: Permission }
  /** More changed than is worth telling one by one: what is shown of it is to be read again. */
  | { type: 'refresh'; what: 'alerts' };

export interface LiveFeed {
  /** The listener must not throw. @returns function that ends the subscription */
  subscribe(listener: (event: LiveEvent) => void): () => void;
}

export interface HealthCheck {
  name: string;
  ok: boolean;
  /** What is wrong, for people. */
  message?: string | undefined;
}

export interface Health {
  /** The collector takes events and answers queries. */
  ready(): Promise<{ ok: boolean; checks: readonly HealthCheck[] }>;
  /** The process works at all; false makes a supervisor restart it. */
  live(): boolean;
}

export interface MetricsReader {
  /** Prometheus text format. */
  text(): Promise<string>;
  /** Events stored per second, over the last while. */
  eventsPerSecond(): number;
  /** Numbers of the last batch stored and of the last one that became alerts. */
  batches(): { storedBatch: number; projectedBatch: number };
  /** Threads that make rows of what agents send: how many there should be, and how many work. */
  workers(): { wanted: number; running: number };
}

/** What the API reports of itself, to be counted. */
export interface ApiEvents {
  'login.refused': { fault: string };
  'enrol.accepted': { agentId: string };
  'enrol.refused': { code: ErrorCode };
  /** Of a refusal no record was kept: the agency has too many. */
  'enrol.refusal-unkept': Record<string, never>;
  'package.served': { outcome: 'whole' | 'part' | 'broken' | 'refused' };
  'stream.dropped': { reason: 'slow' | 'too-many' };
  /** Of a payload of a release, to an agent. */
  'payload.sent': { bytes: number };
  /** Too many were under way. */
  'payload.refused': Record<string, never>;
}

export type EventReader = Pick<
  EventStore,
  'search' | 'detections' | 'find' | 'findAll' | 'count' | 'inventory' | 'posture' | 'probes'
> & {
  readonly fleet: Pick<EventStore['fleet'], 'baselines' | 'loads'>;
  readonly hunts: Pick<EventStore['hunts'], 'arrived' | 'arrivedKinds'>;
};

/** What is hunted for. */
export type HuntAsked = { query: string } | { sigma: string } | { ruleId: string };

export interface HuntSpan {
  scope: AgencyScope;
  /** `fromMs` included, `toMs` not. */
  fromMs: number;
  toMs: number;
  secondsMax: number;
  /** Given up by the signal, it ends in the event store too. */
  signal?: AbortSignal | undefined;
}

export interface HuntRun extends HuntSpan {
  asked: HuntAsked;
  limit: number;
  after?: { timeMs: number; id: string } | undefined;
  onProgress?: ((reachedMs: number) => void) | undefined;
}

export type HuntFound = HuntPage;

export type HuntTold = HuntSummary & {
  exact: boolean;
  stepMs: number;
  hosts: {
    inScope: number;
    withEvents: number;
    silent: { agentId: string; hostname: string; lastSeenMs: number | null }[];
  };
};

export interface HuntControl {
  /** @throws HuntQueryError, HuntRuleError */
  check(asked: HuntAsked): void;
  /** The query as a Sigma rule. @throws HuntQueryError */
  ruleText(query: string, head: { title: string; id?: string; level?: string }): string;
  /** Newest first. @throws HuntQueryError, HuntRuleError, HuntTooWideError, HuntLimitError, StoreUnavailableError */
  run(run: HuntRun): Promise<HuntFound>;
  /** Fields of a query that no event of the time has, for a hunt that found nothing; none when that cannot be said soon. @throws as `run` */
  unknownFields(span: HuntSpan & { asked: HuntAsked }): Promise<UnknownField[]>;
  /** What it comes to in all, and which hosts had nothing to say; nothing asked: all events. @throws as `run` */
  summary(span: HuntSpan & { asked: HuntAsked | undefined }): Promise<HuntTold>;
  /** Names of fields that events of the time have, by name, and names that stand for several. @throws as `run` */
  fields(span: HuntSpan): Promise<{ names: string[]; aliases: string[] }>;
}

/** An exception as it is asked for; one of condition, fields, alert, unless it is a window. */
export interface AskedException {
  name: string;
  kind: ExceptionKind;
  /** A Sigma detection block, YAML. */
  condition?: string | undefined;
  /** Each field has exactly this value, or one of these. */
  fields?: Readonly<Record<string, unknown>> | undefined;
  /** The same with the values of an alert's newest event; by default what the alert is about. */
  alert?: { id: string; fields?: readonly string[] | undefined } | undefined;
  window?: MaintenanceWindow | undefined;
  agencyId?: number | undefined;
  agentId?: string | undefined;
  group?: string | undefined;
  rules?: readonly string[] | undefined;
  categories?: readonly string[] | undefined;
  allRules?: boolean | undefined;
  takesAll?: boolean | undefined;
  reason: string;
  startsMs?: number | undefined;
  expiresMs?: number | undefined;
  reviewMs?: number | undefined;
}

/** Exceptions: checked, tried out, decided. */
export interface ExceptionControl {
  /** How long such a one may last. */
  termOf(exception: Pick<ExceptionRequest, 'kind' | 'rules' | 'window'>): TermFacts;
  /** @throws ExceptionInvalidError, RefusalError */
  request(asked: AskedException, by: ExceptionBy): Promise<Exception>;
  /** A job: of one in the register, or of a draft. @throws ExceptionInvalidError, RefusalError */
  simulate(
    wanted: { days?: number | undefined } & (
      { id: number; draft?: undefined } | { draft: AskedException; id?: undefined }
    ),
    by: ExceptionBy,
  ): Promise<Job>;
  /** @param act `close`: the open alerts that it covers are closed as that */
  approve(act: {
    id: number;
    version: number | undefined;
    by: ExceptionBy;
    reason: string | undefined;
    close: 'benign' | 'false-positive' | undefined;
  }): Promise<{ exception: Exception; jobId: string | null }>;
  revoke(act: {
    id: number;
    version: number | undefined;
    by: ExceptionBy;
    reason: string;
  }): Promise<Exception>;
}

export interface DemonstrationStatus {
  /** `cut-off`: the process ended while it was filled. */
  state: 'off' | 'filling' | 'on' | 'cut-off' | 'leaving';
  since: number | null;
  hosts: number;
  told: number;
  of: number;
  /** Made-up hosts that are connected now. */
  online: number;
  /** Why none can begin; null: nothing is in the way, or there is one. */
  obstacle: 'hosts' | 'agencies' | 'systems' | 'unavailable' | null;
}

/** A made-up province in a data folder of its own, begun and removed by starting anew. */
export interface DemonstrationControl {
  readonly isOn: boolean;
  status: () => Promise<DemonstrationStatus>;
  /** @throws RefusalError demonstration-refused */
  enter: (hosts: number, by: string) => Promise<void>;
  /** @throws RefusalError demonstration-refused */
  leave: (by: string) => Promise<void>;
}
