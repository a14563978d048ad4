import { mkdtempSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ticketKey } from '../../../collector/registry/ticket-keys.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(os.tmpdir(), 'vonggac-tickets-'));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

test('the key of session tickets outlives a restart, for a day, in a file of its owner alone', () => {
  let aheadMs = 0;
  const key = (fingerprint = 'ab'): string =>
    ticketKey({ dataDir, fingerprint, now: () => Date.now() + aheadMs, random: randomBytes }).toString('hex');
  const first = key();
  expect(key()).toBe(first);
  expect(key('cd')).not.toBe(first);
  expect(statSync(path.join(dataDir, 'tls-ticket.key')).mode & 0o777).toBe(0o600);
  aheadMs = 86_400_001;
  expect(key()).not.toBe(first);
});
