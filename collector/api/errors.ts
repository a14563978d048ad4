/** The one table of API errors: code, HTTP status and what to tell people. Nothing else decides a status. */
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { PasswordQueueFullError } from '../registry/passwords.ts';
import { isStorageError } from '../registry/storage-error.ts';
import { RefusalError, type RefusalCode } from '../registry/refusal.ts';
import { StoreUnavailableError } from '../store/store.ts';

export const API_ERRORS = {
  'bad-request': { status: 400, message: 'the request is not valid' },
  'bad-credentials': {
    status: 401,
    message:
      'the user name or password is wrong, or the account is locked for a while after repeated failures',
  },
  unauthenticated: { status: 401, message: 'sign in, or send a valid API token' },
  forbidden: { status: 403, message: 'your role does not allow this' },
  'password-change-required': { status: 403, message: 'change your password first: POST /api/v1/password' },
  'cross-site': {
    status: 403,
    message: 'a change with a session cookie must come from this site; scripts use an API token',
  },
  'second-factor-needed': {
    status: 401,
    message: 'send the code of the second factor too, or a recovery code, in `code`',
  },
  'second-factor-missing': {
    status: 403,
    message: 'your role asks for a second factor: POST /api/v1/second-factor, then confirm it',
  },
  'code-needed': {
    status: 403,
    message: 'send the code of your second factor first: POST /api/v1/step-up with `code`',
  },
  'second-factor-wrong': { status: 400, message: 'the code of the second factor is wrong' },
  'step-up-required': {
    status: 403,
    message: 'prove again who you are for this: POST /api/v1/step-up, then repeat it',
  },
  'password-weak': { status: 400, message: 'the new password is too weak' },
  'password-wrong': { status: 400, message: 'the current password is wrong' },
  'not-found': { status: 404, message: 'there is nothing here' },
  conflict: { status: 409, message: 'it is there already' },
  'version-conflict': {
    status: 412,
    message: 'somebody changed it meanwhile: read it again, and send its new ETag in If-Match',
  },
  'too-large': { status: 413, message: 'the request is too large' },
  'unsupported-media-type': { status: 415, message: 'send JSON, with content-type application/json' },
  'limit-exceeded': { status: 422, message: 'this asks for more than it may have' },
  'file-infected': { status: 422, message: 'the virus scanner finds something in this file: it is not kept' },
  'too-many-requests': { status: 429, message: 'too many requests; try again later' },
  'server-error': { status: 500, message: 'the collector failed; its log says more under the request id' },
  'provider-away': {
    status: 503,
    message: 'the identity provider cannot be reached; try again later, or sign in with a local account',
  },
  'scanner-away': { status: 503, message: 'the file could not be scanned for viruses; try again later' },
  'storage-unavailable': {
    status: 503,
    message: 'the collector cannot reach its data now, or its disk is full; try again later',
  },
} as const satisfies Record<string, { status: number; message: string }>;

export type ApiErrorCode = keyof typeof API_ERRORS;

export interface FieldFault {
  field: string;
  detail: string;
}

/** Faults told of one request; a hostile body may have thousands. */
const FAULTS_MAX = 20;

export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: ApiErrorCode;
  /** Finer than `code`: why the control plane refused. */
  readonly reason: RefusalCode | undefined;
  /** What stands in the way, where it can be opened. */
  readonly about: string | undefined;
  /** Which part of the request is at fault. */
  readonly field: string | undefined;
  /** All parts that are, with the reason of each. */
  readonly faults: readonly FieldFault[];
  /** Read by fastify and its plugins. */
  readonly statusCode: number;

  constructor(
    code: ApiErrorCode,
    options: {
      message?: string;
      field?: string | undefined;
      faults?: readonly FieldFault[] | undefined;
      cause?: unknown;
    } = {},
  ) {
    super(options.message ?? API_ERRORS[code].message, { cause: options.cause });
    this.code = code;
    this.reason = options.cause instanceof RefusalError ? options.cause.code : undefined;
    this.about =
      options.cause instanceof RefusalError && OPENED.has(options.cause.code)
        ? options.cause.subject
        : undefined;
    this.field = options.field;
    this.faults = options.faults ?? [];
    this.statusCode = API_ERRORS[code].status;
  }
}

/** Refusals whose subject whoever is refused may open. */
const OPENED: ReadonlySet<RefusalCode> = new Set(['report-exists']);

/** What of the request is at fault, where a refusal is always about the same. */
const REFUSED_FIELDS: Partial<Record<RefusalCode, string>> = {
  'agency-exists': 'name',
  'code-invalid': 'code',
  'code-overlap': 'code',
  'user-exists': 'username',
  'user-ends-past': 'endsAt',
  'rule-invalid': 'text',
  'rule-exists': 'text',
  'rule-state': 'state',
  'rule-needs': 'state',
  'rule-in-use': 'state',
  'rule-version-unknown': 'version',
  'rule-scope-unknown': 'scopeId',
  'exception-acts': 'id',
};

export const REFUSALS: Readonly<Record<RefusalCode, ApiErrorCode>> = {
  'agency-unknown': 'not-found',
  'alert-unknown': 'not-found',
  'alert-changed': 'version-conflict',
  'alert-invalid': 'bad-request',
  'job-unknown': 'not-found',
  'job-kind-unknown': 'not-found',
  'job-decided': 'conflict',
  'job-not-yours': 'forbidden',
  'job-not-undoable': 'conflict',
  'upgrade-first': 'conflict',
  'backup-running': 'conflict',
  'backup-impossible': 'conflict',
  'agency-exists': 'conflict',
  'agency-ended': 'conflict',
  'agency-root': 'conflict',
  'agency-cycle': 'conflict',
  'agency-depth': 'conflict',
  'code-unknown': 'not-found',
  'code-invalid': 'bad-request',
  'code-overlap': 'conflict',
  'date-invalid': 'bad-request',
  'change-unknown': 'not-found',
  'change-conflict': 'conflict',
  'change-over': 'conflict',
  'import-invalid': 'bad-request',
  'indicator-exists': 'conflict',
  'indicator-invalid': 'bad-request',
  'indicator-limit': 'conflict',
  'indicator-source-unknown': 'not-found',
  'indicator-unknown': 'not-found',
  'membership-overlap': 'conflict',
  'rule-unknown': 'not-found',
  'rule-exists': 'conflict',
  'rule-invalid': 'bad-request',
  'rule-state': 'conflict',
  'rule-in-use': 'conflict',
  'rule-needs': 'conflict',
  'exception-acts': 'conflict',
  'bulk-changed': 'conflict',
  'rule-not-yours': 'forbidden',
  'rule-version-unknown': 'not-found',
  'rule-scope-unknown': 'not-found',
  'rule-scopes-too-many': 'conflict',
  'rule-import-unknown': 'not-found',
  'version-conflict': 'version-conflict',
  'agent-unknown': 'not-found',
  'machine-unknown': 'not-found',
  'agent-ambiguous': 'bad-request',
  'agent-retired': 'conflict',
  'same-host-unknown': 'not-found',
  'same-host-alive': 'conflict',
  'join-token-unknown': 'not-found',
  'api-token-unknown': 'not-found',
  'permission-excess': 'bad-request',
  'invitation-unknown': 'not-found',
  'logout-token-used': 'bad-request',
  'second-factor-set': 'conflict',
  'second-factor-needed': 'second-factor-needed',
  'second-factor-wrong': 'second-factor-wrong',
  'user-unknown': 'not-found',
  'user-linked': 'conflict',
  'external-groups-lockout': 'conflict',
  'provider-absent': 'not-found',
  'user-external': 'conflict',
  'user-exists': 'conflict',
  'user-ends-past': 'bad-request',
  'user-last-administrator': 'conflict',
  'system-unknown': 'not-found',
  'system-exists': 'conflict',
  'dossier-unknown': 'not-found',
  'dossier-invalid': 'bad-request',
  'dossier-not-yours': 'forbidden',
  'dossier-document-unknown': 'not-found',
  'key-in-use': 'conflict',
  'file-too-large': 'too-large',
  'file-infected': 'file-infected',
  'file-not-scanned': 'scanner-away',
  'dossier-import-changed': 'conflict',
  'compliance-profile-unknown': 'not-found',
  'compliance-override-unknown': 'not-found',
  'compliance-override-invalid': 'bad-request',
  'compliance-override-not-yours': 'forbidden',
  'compliance-control-unknown': 'not-found',
  'compliance-gap-unknown': 'not-found',
  'compliance-running': 'conflict',
  'compliance-snapshot-damaged': 'conflict',
  'compliance-snapshot-unknown': 'not-found',
  'compliance-list-unknown': 'not-found',
  'compliance-list-invalid': 'bad-request',
  'compliance-list-not-yours': 'forbidden',
  'attestation-unknown': 'not-found',
  'attestation-invalid': 'bad-request',
  'attestation-state': 'conflict',
  'attestation-not-yours': 'forbidden',
  'exception-unknown': 'not-found',
  'exception-decided': 'conflict',
  'exception-invalid': 'bad-request',
  'exception-not-yours': 'forbidden',
  'exceptions-too-many': 'conflict',
  'hunt-unknown': 'not-found',
  'hunt-exists': 'conflict',
  'hunts-too-many': 'conflict',
  'alert-view-unknown': 'not-found',
  'alert-view-exists': 'conflict',
  'alert-view-not-yours': 'forbidden',
  'alert-views-too-many': 'conflict',
  'baseline-unknown': 'conflict',
  'baseline-changed': 'conflict',
  'baseline-tampered': 'conflict',
  'baseline-approval-unknown': 'not-found',
  'hunt-schedule-unknown': 'not-found',
  'hunt-schedules-too-many': 'conflict',
  'hold-unknown': 'not-found',
  'hold-released': 'conflict',
  'months-too-few': 'bad-request',
  'retention-running': 'conflict',
  'password-weak': 'password-weak',
  'password-wrong': 'password-wrong',
  'group-unknown': 'not-found',
  'quota-unknown': 'not-found',
  'bandwidth-unknown': 'not-found',
  'calendar-unknown': 'not-found',
  'calendar-invalid': 'bad-request',
  'release-unknown': 'not-found',
  'release-invalid': 'bad-request',
  'release-known': 'conflict',
  'release-full': 'conflict',
  'release-in-use': 'conflict',
  'release-withdrawn': 'conflict',
  'rollout-unknown': 'not-found',
  'rollout-open': 'conflict',
  'rollout-invalid': 'bad-request',
  'rollout-state': 'conflict',
  'rollout-not-yours': 'forbidden',
  'policy-unknown': 'not-found',
  'policy-invalid': 'bad-request',
  'signing-key-absent': 'conflict',
  'response-unknown': 'not-found',
  'response-decided': 'conflict',
  'response-not-yours': 'forbidden',
  'login-refused': 'bad-credentials',
  'bundle-publisher-unknown': 'not-found',
  'bundle-publishers-full': 'conflict',
  'bundle-rolled-back': 'conflict',
  'notify-plan-unknown': 'not-found',
  'notify-plan-exists': 'conflict',
  'notify-plan-used': 'conflict',
  'ladder-unknown': 'not-found',
  'inspection-pack-unknown': 'not-found',
  'inspection-pack-large': 'limit-exceeded',
  'inspection-packs-full': 'limit-exceeded',
  'exchange-link-unknown': 'not-found',
  'exchange-link-exists': 'conflict',
  'exchange-link-invalid': 'bad-request',
  'exchange-message-unknown': 'not-found',
  'exchange-message-state': 'conflict',
  'exchange-document-gone': 'not-found',
  'exchange-document-large': 'limit-exceeded',
  'exchange-queue-full': 'limit-exceeded',
  'notify-channel-unknown': 'not-found',
  'notify-channel-exists': 'conflict',
  'notify-message-unknown': 'not-found',
  'authorisation-unknown': 'not-found',
  'authorisation-state': 'conflict',
  'report-unknown': 'not-found',
  'report-period': 'bad-request',
  'report-exists': 'conflict',
  'report-state': 'conflict',
  'report-too-early': 'conflict',
  'report-findings': 'conflict',
  'request-unknown': 'not-found',
  'request-invalid': 'bad-request',
  'request-state': 'conflict',
  'request-not-yours': 'forbidden',
  'case-unknown': 'not-found',
  'case-invalid': 'bad-request',
  'case-merged': 'conflict',
  'case-closed': 'conflict',
  'case-limit': 'limit-exceeded',
  'case-part-unknown': 'not-found',
  'case-alert-elsewhere': 'conflict',
  'case-clock-running': 'conflict',
  'case-clock-proof': 'conflict',
  'case-incident-incomplete': 'conflict',
  'case-move-final': 'conflict',
  'case-not-yours': 'forbidden',
  'handover-unknown': 'not-found',
  'vulnerability-unknown': 'not-found',
  'demonstration-refused': 'conflict',
  'demonstration-on': 'conflict',
  'story-among-real': 'conflict',
  'story-told': 'conflict',
  'handover-not-yours': 'forbidden',
};

/** By fastify's own error codes; what is not here and has a 4xx status is a bad request. */
const FASTIFY_CODES = new Map<string, ApiErrorCode>([
  ['FST_ERR_CTP_BODY_TOO_LARGE', 'too-large'],
  ['FST_ERR_CTP_INVALID_MEDIA_TYPE', 'unsupported-media-type'],
  ['FST_ERR_NOT_FOUND', 'not-found'],
]);

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function statusOf(error: unknown): number | undefined {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
    ? error.statusCode
    : undefined;
}

/** @param issue what zod says of one place of the request */
function faultOf(
  issue: { instancePath?: string | undefined; message?: string | undefined; params?: unknown },
  context: string,
): FieldFault {
  const place = (issue.instancePath ?? '').split('/').filter((part) => part !== '');
  const detail = issue.message ?? API_ERRORS['bad-request'].message;
  // A field that nobody asked for is at fault itself, not what it lies in.
  const keys: unknown =
    typeof issue.params === 'object' && issue.params !== null && 'keys' in issue.params
      ? issue.params.keys
      : undefined;
  const extra: unknown = Array.isArray(keys) ? keys[0] : undefined;
  if (typeof extra === 'string') place.push(extra.slice(0, 128));
  return { field: place.length === 0 ? context : place.join('.'), detail };
}

/** Any error as one of the table; `server-error` for what is our own fault. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof RefusalError) {
    const field = REFUSED_FIELDS[error.code];
    return new ApiError(REFUSALS[error.code], { message: error.message, field, cause: error });
  }
  if (error instanceof StoreUnavailableError || isStorageError(error)) {
    return new ApiError('storage-unavailable', { cause: error });
  }
  if (error instanceof PasswordQueueFullError) return new ApiError('too-many-requests', { cause: error });
  if (hasZodFastifySchemaValidationErrors(error)) {
    const faults = error.validation
      .slice(0, FAULTS_MAX)
      .map((issue) => faultOf(issue, error.validationContext ?? 'body'));
    return new ApiError('bad-request', {
      message: faults[0]?.detail ?? API_ERRORS['bad-request'].message,
      field: faults[0]?.field,
      faults,
      cause: error,
    });
  }
  const known = FASTIFY_CODES.get(codeOf(error) ?? '');
  if (known !== undefined) return new ApiError(known, { cause: error });
  const status = statusOf(error);
  if (status !== undefined && status >= 400 && status < 500)
    return new ApiError('bad-request', { cause: error });
  return new ApiError('server-error', { cause: error });
}
