/** One finding of the doctor: what was looked at, how it is, and what to do. */
import type { Messages } from '../messages/en.ts';

export type CheckName = keyof Messages['doctor']['names'];

export interface Check {
  name: CheckName;
  level: 'ok' | 'warn' | 'fail';
  message: string;
}

export function ok(name: CheckName, message: string): Check {
  return { name, level: 'ok', message };
}

export function warn(name: CheckName, message: string): Check {
  return { name, level: 'warn', message };
}

export function fail(name: CheckName, message: string): Check {
  return { name, level: 'fail', message };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
