/**
 * An operation is what one command does: named, with checked input and output, the same whether it runs inside the
 * collector (through its local socket) or beside an idle data folder.
 */
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type {
  AlertControl,
  AuditHeads,
  CaseControl,
  ComplianceControl,
  DiskState,
  EventReader,
  ExceptionControl,
  ExchangeControl,
  HuntControl,
  IndicatorControl,
  Health,
  JobControl,
  MetricsReader,
  NotifyControl,
  PolicyControl,
  Presence,
  ResponseControl,
  RetentionControl,
  RuleReader,
  SendingControl,
  VulnerabilityControl,
} from '../../api/ports.ts';
import type { BackupProgress } from '../../backup/create-backup.ts';
import type { BackupRunner } from '../../backup/runner.ts';
import type { OidcClient } from '../../oidc/oidc-client.ts';
import type { Registry, RegistryHome } from '../../registry/database.ts';
import { RefusalError } from '../../registry/refusal.ts';
import type { RequestTemplate } from '../../request/request-template.ts';
import type { ServerHome } from '../../store/clickhouse-home.ts';
import type { EventStore } from '../../store/store.ts';

/** What only a running collector has. */
export interface LiveCollector {
  /** e.g. `https://127.0.0.1:8443`, as clients of this machine reach it. */
  url: string;
  version: string;
  startedMs: number;
  health: Health;
  metrics: MetricsReader;
  presence: Presence;
  rules: RuleReader;
  certificates: LiveCertificates;
  store: EventReader;
  alerts: AlertControl;
  jobs: JobControl;
  cases: CaseControl;
  compliance: ComplianceControl;
  retention: RetentionControl;
  disk: DiskState;
  /** Absent where the events lie on a server. */
  backups: BackupRunner | undefined;
  sending: SendingControl;
  policies: PolicyControl;
  responses: ResponseControl;
  audit: AuditHeads;
  notifications: NotifyControl;
  requestTemplates: readonly RequestTemplate[];
  /** Where people sign in elsewhere; undefined where they do not. */
  oidc?: OidcClient | undefined;
  hunts: HuntControl;
  exceptions: ExceptionControl;
  exchange: ExchangeControl;
  indicators: IndicatorControl;
  vulnerabilities: VulnerabilityControl;
  countEpoch: EventStore['countEpoch'];
  /** Resolves when everything stored so far has become alerts. */
  settled: () => Promise<void>;
  /** Resolves when everything told and stored so far is in the loss ledger. */
  settleLedger: () => Promise<void>;
}

/** The certificates of a running collector. */
export interface LiveCertificates {
  /** Served now; SHA-256 of the DER, lower-case hex. */
  readonly current: { fingerprint: string };
  /** SHA-256 of the authority that join tokens pin; undefined when they pin the certificate. */
  readonly authority: string | undefined;
  /** Reads the files again after they were changed. */
  reload: () => Promise<void>;
}

export interface OperationContext {
  registry: Registry;
  dataDir: string;
  /** As written in the audit trail, e.g. `cli:root`. */
  actor: string;
  live: LiveCollector | undefined;
  /** What came along with the input: a file, as a stream. */
  content?: Readable | undefined;
  /** Beside an idle data folder: where the settings keep the control plane, and the events when on a server. */
  homes?: { registry: RegistryHome; clickhouse: ServerHome | undefined } | undefined;
  /** Beside an idle data folder: told how far the operation is. */
  onProgress?: ((progress: BackupProgress) => void) | undefined;
}

/** `collector`: a running one. `data`: a data folder that is there. `nothing`: makes the folder when it is new. */
export type Needs = 'collector' | 'data' | 'nothing';

export interface Operation<I, O> {
  name: string;
  needs: Needs;
  input: z.ZodType<I>;
  output: z.ZodType<O>;
  run(context: OperationContext, input: I): Promise<O>;
}

/** An operation by name alone, as the local socket sees it. */
export interface AnyOperation {
  name: string;
  needs: Needs;
  /** Checks the input, runs, checks the output. @throws ZodError for input that is not valid */
  invoke(context: OperationContext, input: unknown): Promise<unknown>;
}

export function anyOperation<I, O>(operation: Operation<I, O>): AnyOperation {
  return {
    name: operation.name,
    needs: operation.needs,
    invoke: async (context, input) =>
      operation.output.parse(await operation.run(context, operation.input.parse(input))),
  };
}

/** Keeps the types of input and output. */
export function defineOperation<I, O>(operation: Operation<I, O>): Operation<I, O> {
  return operation;
}

/** @throws Error when the caller let an operation through without what it needs */
export function contentOf({ content }: OperationContext): Readable {
  if (content === undefined) throw new Error('a file has to come along with this operation');
  return content;
}

/** All of it. @throws RefusalError file-too-large */
export async function bytesOf(content: Readable, bytesMax: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of content.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > bytesMax) throw new RefusalError('file-too-large', '', `at most ${bytesMax} bytes are taken`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

/** @throws Error when the caller let an operation through that its `needs` forbid */
export function liveOf(context: OperationContext): LiveCollector {
  if (context.live === undefined) throw new Error('this operation runs inside the collector only');
  return context.live;
}
