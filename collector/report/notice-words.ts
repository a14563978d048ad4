/** The vocabulary of notices of incidents. */
import { SEND_CHANNELS } from './report-words.ts';

/** `older-…`: forms 03 and 04 of circular 20/2017/TT-BTTTT, from memory, to be confirmed. */
export const NOTICE_KINDS = [
  'initial-24h',
  'report-72h',
  'update',
  'final',
  'older-initial',
  'older-final',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** A call is told of at once; it needs no document. */
export const TOLD_CHANNELS = [...SEND_CHANNELS, 'phone'] as const;
export type ToldChannel = (typeof TOLD_CHANNELS)[number];
