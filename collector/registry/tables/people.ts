/** Rows of people, their sessions, API tokens and the audit trail. Times are milliseconds UTC. */
import type { Generated } from 'kysely';
import type { PersonRole, Role } from '../../api/contract.ts';

export interface UserTable {
  id: Generated<number>;
  /** Normalised: NFKC, lower case. */
  username: string;
  /** Argon2id in PHC form. */
  password_hash: string;
  role: Role;
  /** The subtree the user sees. */
  agency_id: number;
  /** 1 or 0. */
  must_change_password: number;
  /** Failed logins since the last good one. */
  failed_attempts: number;
  locked_until_ms: number | null;
  created_ms: number;
  password_changed_ms: number;
  disabled_ms: number | null;
  /** From then on it is as one that was disabled; null: it has no end of its own. */
  ends_ms: number | null;
  display_name: string | null;
  email: string | null;
  /** Who vouches for a person that signs in elsewhere: OpenID Connect `iss` and `sub`. */
  external_issuer: string | null;
  external_subject: string | null;
  /** What gives such a person their role: mapped groups, an administrator here, or nothing yet. */
  external_role: 'groups' | 'local' | 'none' | null;
  /** JSON: the groups told at the last signing in; null when there were too many to keep, or none was since they are kept. */
  external_groups: Generated<string | null>;
  /** The second factor's secret, sealed (people/sealed-factor.ts); it counts from `totp_since_ms` on. */
  totp_secret: string | null;
  totp_since_ms: number | null;
  /** Time step of the code used last: none is used twice. */
  totp_last_step: number | null;
  last_login_ms: number | null;
  /** Grows with each change of the account. */
  version: Generated<number>;
}

/** Codes for who lost the second factor, each for one use. */
export interface RecoveryCodeTable {
  /** SHA-256, hex. */
  code_hash: string;
  user_id: number;
  created_ms: number;
}

/** Browsers in which a person signed in: their wrong passwords count apart from strangers'. */
export interface DeviceTable {
  /** SHA-256 of the cookie's value, hex. */
  id_hash: string;
  user_id: number;
  created_ms: number;
  last_used_ms: number;
  failed_attempts: number;
  locked_until_ms: number | null;
}

/** Failed logins by client address (an IPv6 network is one). */
export interface LoginAddressTable {
  address: string;
  failed_attempts: number;
  locked_until_ms: number | null;
  last_ms: number;
}

export interface InvitationTable {
  /** SHA-256 of the link's secret, hex. */
  token_hash: string;
  user_id: number;
  created_ms: number;
  expires_ms: number;
}

/** One row: what is asked of accounts (people-policy.ts). */
export interface PeoplePolicyTable {
  id: number;
  value: string;
  version: number;
}

/** Groups of the identity provider, in order of precedence. */
export interface ExternalGroupTable {
  id: Generated<number>;
  place: number;
  name: string;
  role: PersonRole;
  agency_id: number;
}

/** Logout tokens of the identity provider that were taken: none counts twice. */
export interface OidcLogoutTable {
  /** SHA-256 of issuer and `jti`, hex. */
  jti_hash: string;
  /** From then on the token is too old anyway. */
  stale_ms: number;
}

export interface PeopleTables {
  oidc_logout: OidcLogoutTable;
  external_group: ExternalGroupTable;
  user_account: UserTable;
  user_recovery_code: RecoveryCodeTable;
  user_device: DeviceTable;
  user_invitation: InvitationTable;
  user_session: SessionTable;
  login_address: LoginAddressTable;
  people_policy: PeoplePolicyTable;
  api_token: ApiTokenTable;
  audit_log: AuditLogTable;
  audit_head: AuditHeadTable;
}

export interface SessionTable {
  /** SHA-256 of the cookie's value, hex. */
  id_hash: string;
  user_id: number;
  created_ms: number;
  last_used_ms: number;
  /** Absolute end. */
  expires_ms: number;
  /** Names the session to people. */
  id: Generated<string>;
  method: Generated<'password' | 'oidc'>;
  address: string | null;
  /** What the browser calls itself. */
  client: string | null;
  /** When the person last proved who they are in it. */
  proved_ms: number | null;
  /** The identity provider's session. */
  external_sid: string | null;
  /** Where a second factor was shown in a session that began at the provider. */
  factor: 'provider' | 'local' | null;
  /** ID token of the identity provider, sealed: what ends its session. */
  external_token: string | null;
  external_checked_ms: number | null;
}

export interface ApiTokenTable {
  /** Public name. */
  id: string;
  name: string;
  /** SHA-256 of the bearer token, hex. */
  token_hash: string;
  role: Role;
  agency_id: number;
  created_ms: number;
  created_by: string;
  expires_ms: number;
  last_used_ms: number | null;
  last_used_address: string | null;
  revoked_ms: number | null;
  /** JSON array of permissions; null: what the role may. */
  permissions: string | null;
}

/** Append-only: a trigger refuses update and delete. Chained: collector/audit/chain.ts. */
export interface AuditLogTable {
  id: Generated<number>;
  /** Place in the chain. */
  seq: number;
  at_ms: number;
  /** `user:NAME`, `token:ID`, `cli:NAME`, `agent:ID` or `system`. */
  actor: string;
  /** e.g. `join-token.create`. */
  action: string;
  /** e.g. `agent:ID`; empty when the act has none. */
  target: string;
  /** Whose affair it is; null: everybody's. */
  agency_id: number | null;
  /** JSON object. */
  detail: string;
  /** SHA-256 over the entry and the hash before it, hex. */
  hash: string;
}

/** One row: where the chain stands. */
export interface AuditHeadTable {
  id: number;
  /** Random; begins the chain. */
  trail_id: string;
  seq: number;
  hash: string;
}
