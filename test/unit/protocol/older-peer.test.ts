import { expect, test } from 'vitest';
import { downMessageSchema, type AgentPolicy, type DownMessage } from '../../../collector/protocol/down.ts';
import { ERROR_CODES } from '../../../collector/protocol/error.ts';
import { forVersion } from '../../../collector/protocol/older-peer.ts';
import { upMessageSchema } from '../../../collector/protocol/up.ts';
import { downMessageSchema as downVersion2 } from '../../fixtures/protocol-2/down.ts';
import { upMessageSchema as upVersion2 } from '../../fixtures/protocol-2/up.ts';

const FULL_POLICY: Required<AgentPolicy> = {
  version: 3,
  idleMsMax: 90_000,
  inFlightBatchesMax: 16,
  bytesPerSecondMax: 20_000,
  catchUpBytesPerSecondMax: 5_000,
  catchUpAgeMs: 600_000,
  retainMs: 172_800_000,
  lanes: [{ lane: 0, ageMsMax: 604_800_000, percentMax: 50 }],
  collectors: [{ url: 'https://second.example:8443' }],
  fingerprints: ['ab'.repeat(32)],
  caPem: 'PEM',
};

const CHAIN = { key: 'A'.repeat(44), statements: [] };

const SAID: DownMessage[] = [
  { type: 'challenge', nonce: 'A'.repeat(44) },
  {
    type: 'welcome',
    protocol: 2,
    sessionId: '00000000-0000-4000-8000-000000000000',
    serverTimeMs: 1,
    marks: [{ lane: 0, seq: 7 }],
    policy: FULL_POLICY,
  },
  { type: 'config', policy: FULL_POLICY },
  { type: 'ack', lane: 0, seq: 7 },
  { type: 'tally-ack', id: 1 },
  { type: 'signing-keys', policy: CHAIN, command: CHAIN },
  {
    type: 'policy-document',
    group: 'servers',
    version: 1,
    issue: 1,
    sha256: 'ab'.repeat(32),
    part: 1,
    parts: 1,
    text: '{}',
    signature: 'A'.repeat(88),
  },
  { type: 'policy-ack', issue: 1 },
  { type: 'command', body: '{}', signature: 'A'.repeat(88) },
  { type: 'command-ack', id: '00000000-0000-4000-8000-000000000000', report: 1 },
  ...ERROR_CODES.map((code): DownMessage => ({ type: 'bye', code, message: 'why', retryAfterMs: 1_000 })),
];

test.each(SAID)('version 2 understands what it is told: $type $code', (message) => {
  expect(downMessageSchema.safeParse(message).success).toBe(true);
  const said = forVersion(2, message);
  expect(said === undefined || downVersion2.safeParse(said).success).toBe(true);
});

test.each(SAID)('version 3 is told everything: $type $code', (message) => {
  expect(forVersion(3, message)).toBe(message);
});

test('what version 2 says is understood', () => {
  const host = { hostname: 'a', platform: 'linux', osName: '', osVersion: '', arch: 'x64', timeZone: 'UTC' };
  const agentId = '00000000-0000-4000-8000-000000000000';
  const signature = 'A'.repeat(88);
  const said: unknown[] = [
    { type: 'hello', protocol: 2, agentId, agentVersion: '0.1.0', host, epoch: '0'.repeat(32), clockMs: 1 },
    { type: 'proof', signature },
    { type: 'loss', lane: 0, fromSeq: 1, toSeq: 2, reason: 'spool-full', signature },
    { type: 'bye', reason: 'shutdown' },
  ];
  for (const message of said) {
    expect(upVersion2.safeParse(message).error).toBeUndefined();
    expect(upMessageSchema.safeParse(message).error).toBeUndefined();
  }
});
