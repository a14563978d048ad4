/** A record that breaks the schema is still counted where it says it belongs. */
import { expect, test } from 'vitest';
import { claimsOf } from '../../../collector/ingest/validate.ts';

test.each([
  [{ kind: 'log', channel: 'sshd', at: 5 }, 'log/sshd', 5],
  [{ kind: 'log', channel: 'never-heard-of', at: 5 }, 'log/never-heard-of', 5],
  [{ kind: 'integrity', at: 7, path: 3 }, 'integrity', 7],
  [{ kind: 'log', at: -1 }, 'log', undefined],
  [{ kind: 'log', channel: 'x'.repeat(300), at: 1.5 }, 'log', undefined],
  [{ kind: 'agent\ud800', at: Infinity }, 'agent\ufffd', undefined],
  [{ kind: '' }, 'unknown', undefined],
  [null, 'unknown', undefined],
  ['a line', 'unknown', undefined],
  [[], 'unknown', undefined],
])('%j is of channel %s', (value, channel, atMs) => {
  expect(claimsOf(value)).toStrictEqual({ channel, atMs });
});
