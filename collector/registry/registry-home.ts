/** Which home the settings give the control plane: the file in the data folder, or a PostgreSQL server. */
import type { RegistryHome } from './database.ts';
import { PostgresSettingError, readPostgresHome } from './postgres-home.ts';

export interface RegistrySettings {
  registryUrl?: string | undefined;
  registryPasswordFile?: string | undefined;
  registryCaFile?: string | undefined;
}

/** @throws PostgresSettingError */
export function chooseRegistryHome(file: string, settings: RegistrySettings): RegistryHome {
  const { registryUrl: url, registryPasswordFile: passwordFile, registryCaFile: caFile } = settings;
  if (url !== undefined) return { postgres: readPostgresHome({ url, passwordFile, caFile }) };
  if (passwordFile !== undefined || caFile !== undefined) {
    throw new PostgresSettingError('VONGGAC_REGISTRY_URL is missing beside the other settings of its server');
  }
  return { file };
}

/** As `readConfig` reads them, for commands that run beside an idle data folder. */
export function registrySettings(env: Readonly<Record<string, string | undefined>>): RegistrySettings {
  return {
    registryUrl: env['VONGGAC_REGISTRY_URL'] || undefined,
    registryPasswordFile: env['VONGGAC_REGISTRY_PASSWORD_FILE'] || undefined,
    registryCaFile: env['VONGGAC_REGISTRY_CA_FILE'] || undefined,
  };
}
