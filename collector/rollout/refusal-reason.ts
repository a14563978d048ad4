/** Why a host was not let in: by its own word, or since its join token did not admit it. */

/** Told by the host's installer: no agent runs there, whatever token it has. */
export const UNFIT_REASONS = ['old-system', 'not-64-bit', 'other-system'] as const;
export type UnfitReason = (typeof UNFIT_REASONS)[number];

/** Seen by the collector: another token would do. */
export const TOKEN_REASONS = [
  'token-expired',
  'token-revoked',
  'token-used-up',
  'key-revoked',
  'key-in-use',
] as const;

export const REFUSAL_REASONS = [...UNFIT_REASONS, ...TOKEN_REASONS] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** The host can have no agent, so nothing of it is assessed. */
export function isUnfit(reason: RefusalReason): boolean {
  return (UNFIT_REASONS as readonly string[]).includes(reason);
}
