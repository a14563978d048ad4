/** What every command is given, and how errors become a message and an exit code. */
import { BackupDamagedError } from '../backup/manifest.ts';
import { NoRoomError } from '../backup/room.ts';
import { BundleError } from '../bundle/bundle-error.ts';
import { ConfigError } from '../config.ts';
import { CertificateError } from '../registry/certificate.ts';
import { RegistryOpenError } from '../registry/database.ts';
import { PayloadError } from '../protocol/release-payload.ts';
import { ReleaseError } from '../protocol/release-trust.ts';
import { DataFolderError } from '../registry/data-folder.ts';
import { DataFolderInUseError } from '../registry/data-lock.ts';
import { PostgresSettingError } from '../registry/postgres-home.ts';
import type { RefusalCode } from '../registry/refusal.ts';
import type { RegistrySettings } from '../registry/registry-home.ts';
import { SealError } from '../registry/sealed-secret.ts';
import { SnapshotError } from '../registry/snapshot.ts';
import { ReleaseFileError } from '../release/release-folder.ts';
import { ServerUnfitError } from '../store/server-unfit-error.ts';
import { ClickHouseSettingError } from '../store/clickhouse-home.ts';
import { StoreCopyError } from '../store/store-copy-error.ts';
import { StoreUnavailableError } from '../store/store.ts';
import {
  type CallOptions,
  callOperation,
  NoDataError,
  NotRunningError,
  OperationError,
  OtherVersionError,
} from './client.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Language } from './language.ts';
import type { Messages } from './messages/en.ts';
import { fileProblem } from './named-file.ts';
import type { Operation } from './operations/operation.ts';
import { UsageError } from './usage-error.ts';

export interface CommandContext {
  m: Messages;
  language: Language;
  print: (line: string) => void;
  complain: (line: string) => void;
  dataDir: string;
  registry?: RegistrySettings | undefined;
}

export function call<I, O>(
  context: CommandContext,
  operation: Operation<I, O>,
  input: I,
  beside: Pick<CallOptions, 'clickhouse' | 'onProgress' | 'content'> = {},
): Promise<O> {
  const { dataDir, registry } = context;
  return callOperation(operation, input, { dataDir, registry, ...beside });
}

/** A refusal in the language of the user; where that has no words of its own, as the collector said it. */
export const refusalWords = (m: Messages, code: string, detail: string): string =>
  m.refusals[code as RefusalCode]?.(detail) ?? detail;

/** In plain words, for what a user can mend; undefined for a defect of ours. */
export function explain(
  error: unknown,
  { m, dataDir }: CommandContext,
): { message: string; exitCode: ExitCode } | undefined {
  if (error instanceof NotRunningError) {
    return { message: m.errors.notRunning(error.dataDir), exitCode: EXIT.notRunning };
  }
  if (error instanceof NoDataError) {
    return { message: m.errors.noData(error.dataDir), exitCode: EXIT.notRunning };
  }
  if (error instanceof DataFolderInUseError) {
    return { message: m.errors.inUse(dataDir, error.pid), exitCode: EXIT.busy };
  }
  if (error instanceof OtherVersionError)
    return { message: m.errors.otherVersion(error.running, error.own), exitCode: EXIT.failure };
  if (error instanceof OperationError) {
    if (error.code === 'bad-input')
      return { message: m.errors.badInput(error.message), exitCode: EXIT.usage };
    if (error.code === 'failed') return { message: m.errors.failed(error.message), exitCode: EXIT.failure };
    return { message: refusalWords(m, error.code, error.message), exitCode: EXIT.failure };
  }
  if (error instanceof UsageError) return { message: error.message, exitCode: EXIT.usage };
  if (
    error instanceof BackupDamagedError ||
    error instanceof BundleError ||
    error instanceof NoRoomError ||
    error instanceof PayloadError ||
    error instanceof ReleaseError ||
    error instanceof ReleaseFileError ||
    error instanceof DataFolderError ||
    error instanceof RegistryOpenError ||
    error instanceof PostgresSettingError ||
    error instanceof SealError ||
    error instanceof SnapshotError ||
    error instanceof StoreCopyError ||
    error instanceof StoreUnavailableError ||
    error instanceof ServerUnfitError ||
    error instanceof ClickHouseSettingError ||
    error instanceof ConfigError ||
    error instanceof CertificateError
  ) {
    return { message: error.message, exitCode: EXIT.failure };
  }
  const problem = fileProblem({ m }, error);
  return problem === undefined ? undefined : { message: problem, exitCode: EXIT.usage };
}
