/** Where people sign in elsewhere: an OpenID Connect provider, its settings and the secret, which is never written down by us. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';

const httpsUrl = z.url({ protocol: /^https$/, error: 'it must be an https:// address' }).max(2_000);
const words = z
  .string()
  .transform((text) => text.split(/[\s,]+/).filter((word) => word !== ''))
  .pipe(z.array(z.string().max(256)).max(20));

/** What the environment says, by setting. */
export const oidcSettingsSchema = z.strictObject({
  issuer: httpsUrl,
  clientId: z.string().min(1).max(512),
  clientSecret: z.string().min(1).max(4_096).optional(),
  clientSecretFile: z.string().min(1).optional(),
  caFile: z.string().min(1).optional(),
  /** As browsers reach the console; the provider sends them back there. */
  publicUrl: httpsUrl.transform((url) => new URL(url).origin),
  /** On the button. */
  name: z.string().trim().min(1).max(60).default('OpenID Connect'),
  scopes: words.default(['openid', 'profile', 'email']).refine((scopes) => scopes.includes('openid'), {
    error: 'it must hold "openid"',
  }),
  groupsClaim: z.string().min(1).max(256).default('groups'),
  /** Values of `acr` that say that two factors were shown; asked for, and looked for. */
  acr: words.default([]),
  /** What becomes of who has no group that is mapped. */
  unmapped: z.enum(['refuse', 'pending']).default('refuse'),
});
export type OidcSettings = z.infer<typeof oidcSettingsSchema>;

export const OIDC_VARIABLES: Record<keyof OidcSettings, string> = {
  issuer: 'VONGGAC_OIDC_ISSUER',
  clientId: 'VONGGAC_OIDC_CLIENT_ID',
  clientSecret: 'VONGGAC_OIDC_CLIENT_SECRET',
  clientSecretFile: 'VONGGAC_OIDC_CLIENT_SECRET_FILE',
  caFile: 'VONGGAC_OIDC_CA_FILE',
  publicUrl: 'VONGGAC_OIDC_PUBLIC_URL',
  name: 'VONGGAC_OIDC_NAME',
  scopes: 'VONGGAC_OIDC_SCOPES',
  groupsClaim: 'VONGGAC_OIDC_GROUPS_CLAIM',
  acr: 'VONGGAC_OIDC_ACR',
  unmapped: 'VONGGAC_OIDC_UNMAPPED',
};

/** The settings that are set; undefined when none is. */
export function oidcVariables(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> | undefined {
  const set = Object.entries(OIDC_VARIABLES).flatMap(([key, name]) => {
    const value = env[name];
    return value === undefined || value === '' ? [] : [[key, value] as const];
  });
  return set.length === 0 ? undefined : Object.fromEntries(set);
}

/** A setting names a file that cannot be read, or two things that exclude each other. */
export class OidcSettingError extends Error {
  override readonly name = 'OidcSettingError';
}

/** What a client needs, with what lies in files. */
export interface OidcClientSettings extends Omit<
  OidcSettings,
  'clientSecret' | 'clientSecretFile' | 'caFile' | 'scopes' | 'acr'
> {
  clientSecret: string | undefined;
  caPem: string | undefined;
  scopes: readonly string[];
  acr: readonly string[];
}

function readNamed(variable: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new OidcSettingError(`${variable}: ${file} cannot be read: ${why}`, { cause: error });
  }
}

/** Without a secret the client is public, and PKCE alone proves who began. @throws OidcSettingError */
export function readOidcFiles(settings: OidcSettings): OidcClientSettings {
  const { clientSecret, clientSecretFile, caFile, ...rest } = settings;
  if (clientSecret !== undefined && clientSecretFile !== undefined) {
    const [text, file] = [OIDC_VARIABLES.clientSecret, OIDC_VARIABLES.clientSecretFile];
    throw new OidcSettingError(`${text} and ${file} are both set: leave one out`);
  }
  const fromFile =
    clientSecretFile === undefined
      ? undefined
      : readNamed(OIDC_VARIABLES.clientSecretFile, clientSecretFile).trim();
  if (fromFile === '') throw new OidcSettingError(`${OIDC_VARIABLES.clientSecretFile} is an empty file`);
  return {
    ...rest,
    clientSecret: clientSecret ?? fromFile,
    caPem: caFile === undefined ? undefined : readNamed(OIDC_VARIABLES.caFile, caFile),
  };
}
