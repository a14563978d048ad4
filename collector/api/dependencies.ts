/** What the routes work with, and the type of the server they are added to. */
import type { BodyLimits } from './body-pace.ts';
import type { Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyBaseLogger, FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { MachineFacts } from '../doctor/read-machine.ts';
import type { OidcClient } from '../oidc/oidc-client.ts';
import type { RotationStatement } from '../protocol/rotation.ts';
import type { Registry } from '../registry/database.ts';
import type { PasswordCost } from '../registry/passwords.ts';
import type { RequestTemplate } from '../request/request-template.ts';
import type {
  AlertControl,
  ApiEvents,
  CaseControl,
  ComplianceControl,
  DemonstrationControl,
  DiskState,
  HuntControl,
  IndicatorControl,
  EventReader,
  ExceptionControl,
  ExchangeControl,
  Health,
  JobControl,
  LiveFeed,
  MetricsReader,
  NotifyControl,
  PackControl,
  PayloadControl,
  PolicyControl,
  Presence,
  ResponseControl,
  RetentionControl,
  RuleReader,
  SendingControl,
  VulnerabilityControl,
} from './ports.ts';
import type { TurnBudget } from './turns.ts';

export type ApiServer = FastifyInstance<
  Server,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

export interface ApiOptions {
  registry: Registry;
  store: EventReader;
  alerts: AlertControl;
  jobs: JobControl;
  cases: CaseControl;
  compliance: ComplianceControl;
  rules: RuleReader;
  presence: Presence;
  live: LiveFeed;
  health: Health;
  retention: RetentionControl;
  disk: DiskState;
  sending: SendingControl;
  policies: PolicyControl;
  responses: ResponseControl;
  notifications: NotifyControl;
  requestTemplates: readonly RequestTemplate[];
  hunts: HuntControl;
  exceptions: ExceptionControl;
  exchange: ExchangeControl;
  packs: PackControl;
  payloads: PayloadControl;
  demonstration: DemonstrationControl;
  indicators: IndicatorControl;
  vulnerabilities: VulnerabilityControl;
  /** Where people sign in elsewhere; undefined where they do not. */
  oidc: OidcClient | undefined;
  metrics: MetricsReader;
  /** What the machine says of itself. */
  machine: () => Promise<MachineFacts>;
  /** What is served now, and what leads to it from certificates before; it changes while the server runs. */
  tls: ServedCertificates;
  /** Key of session tickets (registry/ticket-keys.ts); left out, one that ends with the process. */
  ticketKeys?: Buffer | undefined;
  /** Folder of the built console; without it the API alone is served. */
  consoleDir: string | undefined;
  /** Where the first administrator's password waits to be deleted. */
  dataDir: string;
  now: () => number;
  log: FastifyBaseLogger;
  emit?: (<K extends keyof ApiEvents>(event: K, detail: ApiEvents[K]) => void) | undefined;
  /** For tests. */
  passwordCost?: PasswordCost | undefined;
  limits?: Partial<ApiLimits> | undefined;
}

export interface ServedCertificates {
  /** PEM texts, and SHA-256 of the DER: lower-case hex. */
  readonly current: { key: string; cert: string; fingerprint: string };
  /** SHA-256 of the authority that join tokens pin; undefined when they pin the certificate. */
  readonly authority: string | undefined;
  readonly statements: readonly RotationStatement[];
}

export interface ApiLimits extends BodyLimits {
  /** Per client address and minute. */
  loginsPerMinute: number;
  enrolmentsPerMinute: number;
  /** Of an identity provider, which tells of everybody who signs out there. */
  providerLogoutsPerMinute: number;
  /** Looks at and answers on pages without an account. */
  answersPerMinute: number;
  /** Per client address and minute: requests of nobody who is known. */
  refusedPerMinute: number;
  /** Per person or token and minute. */
  requestsPerMinute: number;
  streamsMax: number;
  streamsPerPrincipalMax: number;
  /** Bytes that may wait for a slow client of the live stream before it is cut off. */
  streamBufferBytesMax: number;
  streamHeartbeatMs: number;
}

export const API_LIMITS: ApiLimits = {
  loginsPerMinute: 20,
  // A department enrols behind one address; the token's secret cannot be guessed at any rate.
  enrolmentsPerMinute: 600,
  // All of a shift may sign out at once.
  providerLogoutsPerMinute: 600,
  answersPerMinute: 30,
  refusedPerMinute: 300,
  // A console that is worked in asks some hundred times; a script that asks more should read a stream or an export.
  requestsPerMinute: 3_000,
  streamsMax: 500,
  streamsPerPrincipalMax: 20,
  streamBufferBytesMax: 1_048_576,
  streamHeartbeatMs: 15_000,
  bodyMsMax: 30_000,
  // 32 kbit/s: what a commune's line has left. The largest file takes 3 h 34 min so.
  pacedBytesPerSecondMin: 4_096,
  paceMs: 30_000,
};

export interface ApiDependencies extends Omit<ApiOptions, 'emit' | 'limits' | 'passwordCost'> {
  limits: ApiLimits;
  passwordCost: PasswordCost;
  /** Of all that asks the event store. */
  engineTurns: TurnBudget;
  emit: <K extends keyof ApiEvents>(event: K, detail: ApiEvents[K]) => void;
}
