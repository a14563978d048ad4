/**
 * Who somebody is by the word of a provider. Invariants: everything is bounded; what decides over rights (`sub`, groups) has its
 * form or nobody comes in; names and mail addresses are for show only, and never find an account.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { OidcError } from './oidc-error.ts';

export interface ExternalIdentity {
  issuer: string;
  /** Names the person at the issuer for good. */
  subject: string;
  /** What a new account would be called. */
  username: string;
  displayName: string | null;
  email: string | null;
  groups: readonly string[];
  /** When the person last proved who they are there; undefined when it is not said. */
  provedMs: number | undefined;
  /** Two factors were shown there. */
  hasTwoFactors: boolean;
  /** The provider's session, by which it is ended. */
  sid: string | undefined;
}

const GROUPS_MAX = 1_000;
const groupSchema = z.string().min(1).max(512);
const groupsSchema = z.union([
  z.array(groupSchema).max(GROUPS_MAX),
  groupSchema.transform((group) => [group]),
]);

const shown = (max: number) =>
  z
    .string()
    .transform((text) => text.replaceAll(/[\p{Cc}\p{Cf}]/gu, '').trim())
    .pipe(z.string().min(1).max(max));

const claimsSchema = z.object({
  sub: z.string().min(1).max(255),
  sid: z.string().max(255).optional().catch(undefined),
  auth_time: z.number().min(0).max(1e11).optional(),
  acr: z.string().max(256).optional().catch(undefined),
  amr: z.array(z.string().max(64)).max(20).optional().catch(undefined),
  preferred_username: z.string().max(256).optional().catch(undefined),
  email: z.email().max(254).optional().catch(undefined),
  name: shown(256).optional().catch(undefined),
});

/** RFC 8176: any of these is, or stands for, more than one factor. */
const TWO_FACTORS: ReadonlySet<string> = new Set(['mfa', 'otp', 'hwk', 'fido', 'sc']);
const USERNAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@-]{0,127}$/u;

/** A name that can be typed; else one made of the subject. */
function usernameOf(wanted: string | undefined, subject: string): string {
  const name = (wanted ?? '').normalize('NFKC').trim().toLowerCase();
  if (USERNAME.test(name)) return name;
  return `sso-${createHash('sha256').update(subject).digest('hex').slice(0, 16)}`;
}

/** `a.b` is a claim named so, else `b` within `a`, as Keycloak nests roles. */
export function claimAt(claims: Readonly<Record<string, unknown>>, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path];
  let value: unknown = claims;
  for (const part of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
    value = Object.entries(value).find(([name]) => name === part)?.[1];
  }
  return value;
}

/** @throws OidcError claims-invalid */
export function readIdentity(
  issuer: string,
  claims: Readonly<Record<string, unknown>>,
  { groupsClaim, acr }: { groupsClaim: string; acr: readonly string[] },
): ExternalIdentity {
  const said = claimsSchema.safeParse(claims);
  if (!said.success) throw invalid(said.error.issues[0]);
  const groups = groupsSchema.safeParse(claimAt(claims, groupsClaim) ?? []);
  if (!groups.success) {
    throw new OidcError('claims-invalid', `claim "${groupsClaim}" is no list of names, or too long`);
  }
  const { sub, preferred_username: name, email, auth_time: authTime, amr = [] } = said.data;
  return {
    issuer,
    subject: sub,
    username: usernameOf(name ?? email, `${issuer} ${sub}`),
    displayName: said.data.name ?? null,
    email: email ?? null,
    groups: groups.data,
    provedMs: authTime === undefined ? undefined : authTime * 1_000,
    hasTwoFactors:
      acr.length > 0
        ? said.data.acr !== undefined && acr.includes(said.data.acr)
        : amr.some((one) => TWO_FACTORS.has(one)),
    sid: said.data.sid,
  };
}

function invalid(issue: z.core.$ZodIssue | undefined): OidcError {
  const place = issue?.path.join('.') ?? 'claims';
  return new OidcError('claims-invalid', `claim "${place}" has not the form it must have`);
}
