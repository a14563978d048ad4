/** Kinds of values that several settings have. */
import net from 'node:net';
import path from 'node:path';
import { z } from 'zod';
import type { SettingFault } from './config-error.ts';
import { parseNetwork } from './sources/syslog/allowed-networks.ts';
import { minuteOfDay } from '#protocol/time-of-day.ts';

/** Words the catalogues know. */
export function fault(name: SettingFault): SettingFault {
  return name;
}

export const absolutePath = z
  .string()
  .max(4_096)
  .refine((text) => path.isAbsolute(text), fault('absolute-path'));

export const ipAddress = z
  .string()
  .max(64)
  .refine((text) => net.isIP(text) !== 0, fault('ip-address'));

/** An address, or `ADDRESS/BITS`. */
export const network = z
  .string()
  .max(64)
  .refine((text) => parseNetwork(text) !== undefined, fault('network'));

/** `HH:MM`, and `24:00` for the end of a day. */
export const timeOfDay = z.string().refine((text) => minuteOfDay(text) !== undefined, fault('time-of-day'));

/** As `Asia/Ho_Chi_Minh`. */
export const timeZone = z.string().max(64).refine(isTimeZone, fault('time-zone'));

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
