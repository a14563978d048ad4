/**
 * The table of roles. Each is cut by its holder's part of the agency tree. Who approves is another person than who asks,
 * whatever both may; a machine never asks for commands, approves, or reads personal data.
 */
import type { Permission } from './permissions.ts';
import type { Role } from './contract.ts';

/** Looks at one agency and what is below it. Personal data is masked. */
const AGENCY_VIEWER: readonly Permission[] = [
  'agency:read',
  'agent:read',
  'alert:read',
  'bandwidth:read',
  'case:read',
  'event:read',
  'exception:read',
  'hold:read',
  'ledger:read',
  'live:read',
  'metrics:read',
  'overview:read',
  'policy:read',
  'quota:read',
  'report:read',
  'request:read',
  'response:read',
  'retention:read',
  'rule:read',
  'system:read',
  'vulnerability:read',
];

/** Runs an agency's own hosts: lets them in, answers for them, asks for exceptions. */
const AGENCY_OPERATOR: readonly Permission[] = [
  ...AGENCY_VIEWER,
  'agent:write',
  'compliance:write',
  'exception:request',
  'join-token:read',
  'join-token:write',
  'personal:unmask',
  'report:write',
  'request:answer',
];

const ANALYST: readonly Permission[] = [
  ...AGENCY_VIEWER,
  'alert:bulk',
  'alert:write',
  'case:write',
  'exception:request',
  'hunt:run',
  'hunt:save',
  'indicator:read',
  'indicator:write',
  'notify:read',
  'personal:read',
  'personal:unmask',
  'request:write',
  'response:request',
];

const SOC_LEAD: readonly Permission[] = [
  ...ANALYST,
  'api-token:read',
  'audit:read',
  'compliance:approve',
  'compliance:write',
  'exception:approve',
  'exchange:read',
  'feed:read',
  'hold:write',
  'inspection:read',
  'join-token:read',
  'notify:write',
  'report:write',
  'response:approve',
  'role:read',
  'rule:write',
  'user:read',
  'vulnerability:write',
];

/** Sees who may do what and who did what; changes nothing. Personal data is masked. */
const AUDITOR: readonly Permission[] = [
  ...AGENCY_VIEWER,
  'api-token:read',
  'audit:read',
  'exchange:read',
  'feed:read',
  'indicator:read',
  'inspection:read',
  'join-token:read',
  'notify:read',
  'role:read',
  'user:read',
];

/** The most a machine can be given: a token of this role lists what it may, out of these. */
const API: readonly Permission[] = [
  ...AGENCY_VIEWER,
  'agency:write',
  'agent:write',
  'alert:bulk',
  'alert:write',
  'api-token:read',
  'audit:read',
  'case:write',
  'compliance:write',
  'exception:request',
  'feed:read',
  'hunt:run',
  'hunt:save',
  'indicator:read',
  'indicator:write',
  'join-token:read',
  'join-token:write',
  'notify:read',
  'request:answer',
  'request:write',
  'role:read',
  'system:write',
  'user:read',
  'vulnerability:write',
];

const ADMINISTRATOR: readonly Permission[] = [
  ...SOC_LEAD,
  'agency:write',
  'agent:write',
  'api-token:write',
  'bandwidth:write',
  'exchange:write',
  'join-token:write',
  'policy:write',
  'quota:write',
  'request:answer',
  'retention:write',
  'system:write',
  'user:write',
];

export const GRANTS: Record<Role, ReadonlySet<Permission>> = {
  administrator: new Set(ADMINISTRATOR),
  'soc-lead': new Set(SOC_LEAD),
  analyst: new Set(ANALYST),
  'agency-operator': new Set(AGENCY_OPERATOR),
  'agency-viewer': new Set(AGENCY_VIEWER),
  auditor: new Set(AUDITOR),
  api: new Set(API),
};

/** What a token of the role `api` may whose maker listed nothing: look, as an agency's viewer. */
export const API_DEFAULT: ReadonlySet<Permission> = new Set(AGENCY_VIEWER);
