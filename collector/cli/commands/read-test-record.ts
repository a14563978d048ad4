/** A record of a rule's test as the engine sees it: through the same check and normaliser as one that an agent sends. */
import type { ReadEvent } from '../../../rules/testing/play-rule-test.ts';
import { normalize } from '../../normalize/normalize.ts';
import { recordSchema } from '../../protocol/record.ts';

/** Days after the test's start at which its records arrive: none of them lies in the future. */
const LATER_MS = 3 * 86_400_000;
const HOST = { hostname: 'srv01', timeZone: 'Asia/Ho_Chi_Minh' };

/** @throws when the record is none that an agent could send */
export function readTestRecord(record: Record<string, unknown>): ReadEvent {
  const checked = recordSchema.parse(record);
  const { fields, message, logsources, parsed } = normalize(checked, {
    ...HOST,
    receivedMs: checked.at + LATER_MS,
  });
  return {
    event: { ...fields.toRecord(), ...(typeof message === 'string' && { message }) },
    logsources,
    isUnderstood: parsed,
  };
}
