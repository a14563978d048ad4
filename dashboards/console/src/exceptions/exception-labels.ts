/** Words and tones for exceptions. */
import type { Tone } from '../ui/badge.tsx';
import type { Exception, ExceptionState } from './exceptions-api.ts';

export const exceptionStates = ['requested', 'approved', 'rejected', 'revoked', 'expired'] as const;
export const exceptionKinds = ['rule', 'posture', 'vulnerability'] as const;

export const stateTones: Readonly<Record<ExceptionState, Tone>> = {
  requested: 'warn',
  approved: 'good',
  rejected: 'bad',
  revoked: 'quiet',
  expired: 'quiet',
};

/** The actor of a person as the audit trail writes it. */
export const isBy = (actor: string, username: string): boolean =>
  actor === username || actor === `user:${username}`;

/** Where it holds, in one line. @param agencyName of its agency */
export function scopeText(exception: Exception, agencyName: string): string {
  return [agencyName, exception.group ?? '', exception.hostname ?? '']
    .filter((part) => part !== '')
    .join(' · ');
}
