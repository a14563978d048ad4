/**
 * Whatever a peer says, in whatever order: a session ends with a code or goes on; nothing is admitted before the proof,
 * and what is admitted of a lane has no gap and comes once.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { LaneBook } from '../../../collector/ingest/lane-book.ts';
import { AgentSession, type SessionContext } from '../../../collector/ingest/session.ts';
import { encodePublicKey } from '../../../collector/protocol/agent-key.ts';
import { ProtocolError } from '../../../collector/protocol/error.ts';
import { encodeFrame } from '../../../collector/protocol/frame.ts';
import { lossBytes, proofBytes } from '../../../collector/protocol/signing.ts';
import { interpretPlainly, plainRows } from '../../support/interpret-plainly.ts';

const AGENT = '6a2f41a3-c54c-4fce-8d37-2b5a8e1f0c11';
const EPOCH = 'ab'.repeat(16);
const NONCE = Buffer.alloc(32, 5).toString('base64');
const FINGERPRINT = 'cd'.repeat(32);
const RUNS = Number(process.env['VONGGAC_PROPERTY_RUNS'] ?? 300);
const keys = generateKeyPairSync('ed25519');
const publicKey = encodePublicKey(keys.publicKey);
const record = JSON.stringify({
  kind: 'log',
  at: 1,
  channel: 'sshd',
  origin: '/var/log/auth.log',
  text: 'x',
});

type Step = { text: string } | { frame: Buffer };

const signed = (bytes: Buffer): string => sign(null, bytes, keys.privateKey).toString('base64');
const HELLO = {
  type: 'hello',
  protocol: 2,
  agentId: AGENT,
  agentVersion: '1',
  host: { hostname: 'h', platform: 'linux', osName: '', osVersion: '', arch: '', timeZone: 'UTC' },
  epoch: EPOCH,
  clockMs: 1,
};
const PROOF = {
  type: 'proof',
  signature: signed(
    proofBytes({ agentId: AGENT, epoch: EPOCH, nonce: NONCE, collectorFingerprint: FINGERPRINT }),
  ),
};
const seq = fc.integer({ min: 1, max: 12 });
const lane = fc.nat(2);
const loss = fc.tuple(lane, seq, seq, fc.boolean()).map(([lane, fromSeq, toSeq, honest]) => {
  const facts = { lane, fromSeq, toSeq, reason: 'spool-full' };
  const bytes = lossBytes({ agentId: honest ? AGENT : AGENT.replace('6', '7'), epoch: EPOCH, ...facts });
  return { type: 'loss', ...facts, signature: signed(bytes) };
});
/** A message of the protocol with one of its values replaced by anything. */
const bent = (message: object): fc.Arbitrary<object> =>
  fc
    .tuple(fc.constantFrom(...Object.keys(message)), fc.jsonValue())
    .map(([key, value]) => ({ ...message, [key]: value }));
const text: fc.Arbitrary<Step> = fc
  .oneof(
    { weight: 4, arbitrary: fc.constant(JSON.stringify(HELLO)) },
    { weight: 4, arbitrary: fc.constant(JSON.stringify(PROOF)) },
    { weight: 3, arbitrary: loss.map((message) => JSON.stringify(message)) },
    { weight: 2, arbitrary: bent(HELLO).map((message) => JSON.stringify(message)) },
    { weight: 2, arbitrary: bent(PROOF).map((message) => JSON.stringify(message)) },
    { weight: 1, arbitrary: fc.constant('{"type":"bye","reason":"shutdown"}') },
    { weight: 1, arbitrary: fc.json() },
    { weight: 1, arbitrary: fc.string() },
  )
  .map((said) => ({ text: said }));
const honestFrame = fc.tuple(lane, seq, fc.integer({ min: 1, max: 5 })).map(([lane, firstSeq, count]) =>
  encodeFrame(
    { lane, firstSeq },
    Array.from({ length: count }, () => record),
  ),
);
const frame: fc.Arbitrary<Step> = fc
  .oneof(
    { weight: 6, arbitrary: honestFrame },
    {
      weight: 2,
      arbitrary: fc.tuple(honestFrame, fc.nat(), fc.nat(255)).map(([bytes, at, value]) => {
        bytes[at % bytes.length] = value;
        return bytes;
      }),
    },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  )
  .map((bytes) => ({ frame: bytes }));

test('a session stands whatever is said to it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.array(fc.oneof(text, frame), { maxLength: 25 }),
      async (begun, steps) => {
        const covered = new Map<number, number>();
        let proved = false;
        const context: SessionContext = {
          lanes: new LaneBook([]),
          now: () => 1,
          newSessionId: () => AGENT,
          newNonce: () => NONCE,
          ports: {
            findAgent: async (agentId) =>
              agentId === AGENT
                ? { agentId, publicKey, revoked: false, agencyId: 1, groupId: null }
                : undefined,
            policyOf: () => ({ version: 1, idleMsMax: 60_000, inFlightBatchesMax: 16 }),
            policyReported: async () => [],
            commandReported: async () => [],
            trusted: async () => undefined,
            recordLoss: async () => undefined,
            recordAccount: async () => true,
            interpret: interpretPlainly,
            accept: ({ lane, lastSeq, rows }) => {
              expect(proved).toBe(true);
              const before = covered.get(lane) ?? 0;
              for (const [index, row] of plainRows(rows).entries()) expect(row.seq).toBe(before + 1 + index);
              expect(lastSeq).toBeGreaterThan(before);
              covered.set(lane, lastSeq);
            },
            emit: () => undefined,
          },
        };
        const session = new AgentSession(context, {
          collectorFingerprint: FINGERPRINT,
          send: () => undefined,
          opened: async () => void (proved = true),
        });
        const all: Step[] = begun
          ? [{ text: JSON.stringify(HELLO) }, { text: JSON.stringify(PROOF) }, ...steps]
          : steps;
        for (const step of all) {
          try {
            if ('text' in step) await session.onText(step.text);
            else await session.onBatch(step.frame);
          } catch (error) {
            if (!(error instanceof ProtocolError)) throw error;
            break; // the gate ends the session here
          }
        }
      },
    ),
    { numRuns: RUNS },
  );
});
