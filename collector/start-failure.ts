/** Every way a start can fail for reasons the user can mend, as one clear message and an exit code. */
import { EXIT, type ExitCode } from './cli/exit-code.ts';
import type { Messages } from './cli/messages/en.ts';
import { ConfigError } from './config.ts';
import { RulesUnreadableError } from './detect/rule-book.ts';
import { ColdDiskError } from './engine/cold-disk.ts';
import { EngineStartError } from './engine/supervisor.ts';
import { OidcSettingError } from './oidc/oidc-settings.ts';
import { CertificateError } from './registry/certificate.ts';
import { DataFolderError } from './registry/data-folder.ts';
import { DataFolderInUseError } from './registry/data-lock.ts';
import { RegistryOpenError } from './registry/database.ts';
import { NeighbourError } from './registry/leases.ts';
import { PostgresSettingError } from './registry/postgres-home.ts';
import { ServerUnfitError } from './store/server-unfit-error.ts';
import { ClickHouseSettingError } from './store/clickhouse-home.ts';
import { StoreUnavailableError } from './store/store.ts';
import { UpgradeBackupError } from './services/backup/upgrade-backup.ts';

/** Their own words say what to do. */
const KNOWN = [
  ConfigError,
  DataFolderError,
  EngineStartError,
  ColdDiskError,
  CertificateError,
  RegistryOpenError,
  PostgresSettingError,
  NeighbourError,
  ClickHouseSettingError,
  ServerUnfitError,
  StoreUnavailableError,
  RulesUnreadableError,
  UpgradeBackupError,
  OidcSettingError,
] as const;

export interface StartFailure {
  message: string;
  exitCode: ExitCode;
}

/** @returns undefined when the error is a defect of ours. */
export function startFailure(
  error: unknown,
  { dataDir, listen, m }: { dataDir: string; listen: string; m: Messages },
): StartFailure | undefined {
  if (error instanceof DataFolderInUseError) {
    return { message: m.start.inUse(dataDir, error.pid), exitCode: EXIT.busy };
  }
  const failure = (message: string): StartFailure => ({ message, exitCode: EXIT.failure });
  if (KNOWN.some((known) => error instanceof known) && error instanceof Error) return failure(error.message);
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return failure(m.start.addressTaken(listen));
    case 'EADDRNOTAVAIL':
      return failure(m.start.addressAbsent(listen));
    case 'EACCES':
      return failure(m.start.addressForbidden(listen));
    case 'ENOSPC':
      return failure(m.start.diskFull);
    default:
      return undefined;
  }
}
