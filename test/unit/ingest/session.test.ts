import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { describe, expect, test, vi } from 'vitest';
import type { AdmittedBatch } from '../../../collector/ingest/admitted.ts';
import { LaneBook } from '../../../collector/ingest/lane-book.ts';
import { AgentSession, type KnownAgent } from '../../../collector/ingest/session.ts';
import { encodePublicKey } from '../../../collector/protocol/agent-key.ts';
import type { DownMessage } from '../../../collector/protocol/down.ts';
import { ProtocolError } from '../../../collector/protocol/error.ts';
import { encodeFrame } from '../../../collector/protocol/frame.ts';
import { lossBytes, proofBytes } from '../../../collector/protocol/signing.ts';
import { PROTOCOL_VERSION } from '../../../collector/protocol/version.ts';
import { interpretPlainly, plainRows } from '../../support/interpret-plainly.ts';

const AGENT = '6a2f41a3-c54c-4fce-8d37-2b5a8e1f0c11';
const EPOCH = 'ab'.repeat(16);
const NONCE = Buffer.alloc(32, 5).toString('base64');
const FINGERPRINT = 'cd'.repeat(32);
const NOW = 1_760_000_000_000;
const WAIT = { timeout: 15_000 };

const line = (text: string): string =>
  JSON.stringify({ kind: 'log', at: NOW, channel: 'sshd', origin: '/var/log/auth.log', text });

function harness(
  options: {
    marks?: { lane: number; seq: number }[];
    revoked?: boolean;
    unknown?: boolean;
    /** Frames are interpreted when the test calls what `later` holds. */
    beside?: boolean;
  } = {},
) {
  const keys = generateKeyPairSync('ed25519');
  const publicKey = encodePublicKey(keys.publicKey);
  const sent: DownMessage[] = [];
  const accepted: AdmittedBatch[] = [];
  const losses: unknown[] = [];
  const events: [string, unknown][] = [];
  const lanes = new LaneBook(
    (options.marks ?? []).map((mark) => ({ agentId: AGENT, epoch: EPOCH, ...mark })),
  );
  const known: KnownAgent = {
    agentId: AGENT,
    publicKey,
    revoked: options.revoked ?? false,
    agencyId: 1,
    groupId: null,
  };
  const faults: { accept?: Error; accounts?: true } = {};
  const accounts: unknown[] = [];
  const later: (() => void)[] = [];
  const session = new AgentSession(
    {
      lanes,
      now: () => NOW,
      newSessionId: () => 'b7c9a1de-4f1b-4c3e-9a55-0d3f6a1b2c3d',
      newNonce: () => NONCE,
      ports: {
        findAgent: async () => (options.unknown ? undefined : known),
        policyOf: () => ({ version: 1, idleMsMax: 60_000, inFlightBatchesMax: 16 }),
        policyReported: async () => [],
        commandReported: async () => [],
        trusted: async () => undefined,
        recordLoss: async (loss) => void losses.push(loss),
        recordAccount: async (account) => {
          accounts.push(account);
          return faults.accounts !== true;
        },
        interpret: (work) =>
          options.beside === true
            ? new Promise<void>((resolve) => later.push(resolve)).then(() => interpretPlainly(work))
            : interpretPlainly(work),
        accept: (batch) => {
          if (faults.accept !== undefined) throw faults.accept;
          accepted.push(batch);
        },
        emit: (event, detail) => events.push([event, detail]),
      },
    },
    {
      collectorFingerprint: FINGERPRINT,
      send: (message) => sent.push(message),
      opened: async () => undefined,
    },
  );
  const hello = (changes: object = {}): string =>
    JSON.stringify({
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      agentId: AGENT,
      agentVersion: '0.1.0',
      host: {
        hostname: 'pc-01',
        platform: 'linux',
        osName: 'Debian',
        osVersion: '12',
        arch: 'x64',
        timeZone: 'Asia/Ho_Chi_Minh',
      },
      epoch: EPOCH,
      clockMs: NOW - 2_500,
      ...changes,
    });
  const proof = (key: KeyObject = keys.privateKey, changes: object = {}): string => {
    const bytes = proofBytes({
      agentId: AGENT,
      epoch: EPOCH,
      nonce: NONCE,
      collectorFingerprint: FINGERPRINT,
      ...changes,
    });
    return JSON.stringify({ type: 'proof', signature: sign(null, bytes, key).toString('base64') });
  };
  const loss = (
    range: { lane: number; fromSeq: number; toSeq: number },
    signer = keys.privateKey,
  ): string => {
    const reason = 'spool-full';
    const bytes = lossBytes({ agentId: AGENT, epoch: EPOCH, ...range, reason });
    return JSON.stringify({
      type: 'loss',
      ...range,
      reason,
      signature: sign(null, bytes, signer).toString('base64'),
    });
  };
  const open = async (): Promise<void> => {
    await session.onText(hello());
    await session.onText(proof());
  };
  return {
    session,
    sent,
    accepted,
    losses,
    accounts,
    later,
    events,
    lanes,
    known,
    faults,
    hello,
    proof,
    loss,
    open,
  };
}

const codeOf = async (work: () => Promise<void> | void): Promise<string> => {
  try {
    await work();
    return 'none';
  } catch (error) {
    if (error instanceof ProtocolError) return error.code;
    throw error;
  }
};

describe('what the agent counted', () => {
  const entry = { hourMs: 3_600_000, lane: 1, channel: 'log/sshd', produced: 3, limited: {}, dropped: {} };
  const scope = { countsId: 'c'.repeat(32), sinceMs: 0, lanes: [{ lane: 1, seq: 3 }] };
  const told = JSON.stringify({ type: 'tally', id: 7, entries: [entry], scope });
  const opened = async ({ session, hello, proof }: ReturnType<typeof harness>): Promise<void> => {
    await session.onText(hello());
    await session.onText(proof());
  };

  test('is acknowledged once it is written down', async () => {
    const world = harness();
    await opened(world);
    await world.session.onText(told);
    expect(world.accounts).toEqual([{ agentId: AGENT, epoch: EPOCH, entries: [entry], scope }]);
    await vi.waitFor(() => expect(world.sent.at(-1)).toEqual({ type: 'tally-ack', id: 7 }), WAIT);
  });

  test('is not acknowledged when it could not be written down, and may be told again', async () => {
    const world = harness();
    world.faults.accounts = true;
    await opened(world);
    await world.session.onText(told);
    delete world.faults.accounts;
    await vi.waitFor(() => world.session.onText(told), WAIT);
    await vi.waitFor(() => expect(world.sent.at(-1)).toEqual({ type: 'tally-ack', id: 7 }), WAIT);
    expect(world.sent.filter(({ type }) => type === 'tally-ack')).toHaveLength(1);
  });

  test('is refused before the welcome', async () => {
    const { session } = harness();
    expect(await codeOf(() => session.onText(told))).toBe('out-of-order');
  });
});

describe('opening a session', () => {
  test('goes hello, challenge, proof, welcome with the stored marks and the measured clock skew', async () => {
    const { sent, events, open } = harness({ marks: [{ lane: 1, seq: 40 }] });
    await open();
    expect(sent[0]).toEqual({ type: 'challenge', nonce: NONCE });
    expect(sent[1]).toMatchObject({ type: 'welcome', marks: [{ lane: 1, seq: 40 }], serverTimeMs: NOW });
    expect(events).toContainEqual(['session.opened', { agentId: AGENT, clockSkewMs: -2_500 }]);
  });

  test.each([
    ['a clock an hour ahead', NOW + 3_600_000, 3_600_000],
    ['a clock a day behind', NOW - 86_400_000, -86_400_000],
    ['a hello that was nine seconds on its way', NOW - 9_000, undefined],
    ['a clock that is right', NOW, undefined],
  ])('hands on what is to be corrected: %s', async (_, clockMs, clockSkewMs) => {
    const { session, hello, proof } = harness();
    await session.onText(hello({ clockMs }));
    await session.onText(proof());
    expect(session.sender?.clockSkewMs).toBe(clockSkewMs);
  });

  test('is refused to an agent that is not enrolled', async () => {
    const { session, hello } = harness({ unknown: true });
    expect(await codeOf(() => session.onText(hello()))).toBe('unknown-agent');
  });

  test('is refused to a revoked agent', async () => {
    const { session, hello } = harness({ revoked: true });
    expect(await codeOf(() => session.onText(hello()))).toBe('revoked');
  });

  test('is refused to an agent that was revoked while it was answering the challenge', async () => {
    const { session, sent, known, hello, proof } = harness();
    await session.onText(hello());
    known.revoked = true;
    expect(await codeOf(() => session.onText(proof()))).toBe('revoked');
    expect(sent.map(({ type }) => type)).not.toContain('welcome');
    expect(session.sender).toBeUndefined();
  });

  test('is refused to a version that is not served', async () => {
    const { session, hello } = harness();
    expect(await codeOf(() => session.onText(hello({ protocol: 99 })))).toBe('version-unsupported');
  });

  test.each<[string, object]>([
    ['another nonce: a replayed proof', { nonce: Buffer.alloc(32, 6).toString('base64') }],
    ['another collector: a relayed proof', { collectorFingerprint: 'ee'.repeat(32) }],
    ['another epoch', { epoch: 'cd'.repeat(16) }],
    ['another agent', { agentId: 'b7c9a1de-4f1b-4c3e-9a55-0d3f6a1b2c3d' }],
  ])('is refused to a proof over %s', async (_, changes) => {
    const { session, hello, proof } = harness();
    await session.onText(hello());
    expect(await codeOf(() => session.onText(proof(undefined, changes)))).toBe('bad-proof');
  });

  test('is refused to another key', async () => {
    const { session, hello, proof } = harness();
    await session.onText(hello());
    const stranger = generateKeyPairSync('ed25519').privateKey;
    expect(await codeOf(() => session.onText(proof(stranger)))).toBe('bad-proof');
  });

  test.each<[string, (h: ReturnType<typeof harness>) => Promise<void> | void]>([
    ['a batch before anything', (h) => h.session.onBatch(encodeFrame({ lane: 0, firstSeq: 1 }, [line('x')]))],
    ['a proof before hello', (h) => h.session.onText(h.proof())],
    ['a loss before welcome', (h) => h.session.onText(h.loss({ lane: 0, fromSeq: 1, toSeq: 1 }))],
    ['a second hello', async (h) => h.open().then(() => h.session.onText(h.hello()))],
  ])('keeps its order: %s is refused', async (_, act) => {
    const h = harness();
    expect(await codeOf(() => act(h))).toBe('out-of-order');
    expect(h.accepted).toEqual([]);
  });

  test.each([
    ['not JSON', '{'],
    ['an unknown type', '{"type":"sudo"}'],
    ['an extra field', '{"type":"bye","reason":"shutdown","x":1}'],
    ['a prototype key', '{"type":"hello","__proto__":{}}'],
  ])('refuses control messages that are %s', async (_, text) => {
    expect(await codeOf(() => harness().session.onText(text))).toBe('bad-frame');
  });

  test('refuses a control message over the limit', async () => {
    expect(await codeOf(() => harness().session.onText(' '.repeat(70_000)))).toBe('too-large');
  });
});

describe('batches', () => {
  test('are admitted in order, each event once', async () => {
    const { session, accepted, open, events } = harness();
    await open();
    await session.onBatch(encodeFrame({ lane: 0, firstSeq: 1 }, [line('a'), line('b')]));
    await session.onBatch(encodeFrame({ lane: 0, firstSeq: 1 }, [line('a'), line('b')]));
    await session.onBatch(encodeFrame({ lane: 0, firstSeq: 2 }, [line('b'), line('c')]));
    expect(accepted.flatMap((batch) => plainRows(batch.rows).map((row) => row.seq))).toEqual([1, 2, 3]);
    expect(events.filter(([name]) => name === 'events.duplicate').map(([, detail]) => detail)).toMatchObject([
      { count: 2, agentId: AGENT, lane: 0 },
      { count: 1, agentId: AGENT, lane: 0 },
    ]);
  });

  test('with a gap before them are refused', async () => {
    const { session, accepted, open } = harness();
    await open();
    expect(await codeOf(() => session.onBatch(encodeFrame({ lane: 0, firstSeq: 5 }, [line('a')])))).toBe(
      'out-of-order',
    );
    expect(accepted).toEqual([]);
  });

  test('are acknowledged once stored, never before, and each mark once', async () => {
    const { session, lanes, sent, open } = harness();
    await open();
    await session.onBatch(encodeFrame({ lane: 0, firstSeq: 1 }, [line('a'), line('b')]));
    session.acknowledge(0);
    expect(sent.filter((message) => message.type === 'ack')).toEqual([]);
    lanes.commit({ agentId: AGENT, epoch: EPOCH, lane: 0, seq: 2 });
    session.acknowledge(0);
    session.acknowledge(0);
    expect(sent.filter((message) => message.type === 'ack')).toEqual([{ type: 'ack', lane: 0, seq: 2 }]);
  });

  test('keep good records when one is bad: the bad one is kept as refused, with the field that is wrong', async () => {
    const { session, accepted, open, events } = harness();
    await open();
    const bad = JSON.stringify({ kind: 'log', at: 'yesterday', channel: 'sshd', origin: '', text: 'x' });
    await session.onBatch(encodeFrame({ lane: 0, firstSeq: 1 }, [line('a'), bad, line('c')]));
    const rows = plainRows(accepted[0]?.rows ?? []);
    expect(rows.map(({ channel }) => channel)).toEqual(['log/sshd', 'rejected', 'log/sshd']);
    expect(rows[1]?.event.fields.get('error.message')).toContain('at');
    expect(events).toContainEqual(['events.rejected', { count: 1 }]);
  });

  test('keep good records when one is nested deeper than it can be written down', async () => {
    const { session, accepted, open } = harness();
    await open();
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    await session.onBatch(encodeFrame({ lane: 0, firstSeq: 1 }, [line('a'), deep, line('c')]));
    expect(plainRows(accepted[0]?.rows ?? []).map(({ channel }) => channel)).toEqual([
      'log/sshd',
      'rejected',
      'log/sshd',
    ]);
  });

  test('that could not be taken over are still due: they are neither skipped nor called known', async () => {
    const { session, accepted, faults, lanes, open } = harness();
    await open();
    const frame = encodeFrame({ lane: 0, firstSeq: 1 }, [line('a'), line('b')]);
    faults.accept = new TypeError('a defect behind the door');
    expect(() => session.onBatch(frame)).toThrow(TypeError);
    delete faults.accept;
    expect(await codeOf(() => session.onBatch(encodeFrame({ lane: 0, firstSeq: 3 }, [line('c')])))).toBe(
      'out-of-order',
    );
    expect(lanes.admit(AGENT, EPOCH, 0, 3, 1)).toEqual({ kind: 'gap', expected: 1 });
    await session.onBatch(frame);
    expect(accepted.flatMap((batch) => plainRows(batch.rows).map((row) => row.seq))).toEqual([1, 2]);
  });

  test('have lone surrogates mended before anyone sees them', async () => {
    const { session, accepted, open } = harness();
    await open();
    await session.onBatch(
      encodeFrame({ lane: 0, firstSeq: 1 }, [line('a').replace('"a"', String.raw`"\ud800x"`)]),
    );
    expect(plainRows(accepted[0]?.rows ?? [])[0]?.event.message).toBe('\ufffdx');
  });
});

describe('batches that are interpreted beside this thread', () => {
  const [first, second] = [
    encodeFrame({ lane: 0, firstSeq: 1 }, [line('a'), line('b')]),
    encodeFrame({ lane: 0, firstSeq: 2 }, [line('b'), line('c')]),
  ];

  test('are admitted when they are done, and not before', async () => {
    const { session, accepted, later, open, lanes } = harness({ beside: true });
    await open();
    const done = session.onBatch(first);
    expect(accepted).toEqual([]);
    expect(lanes.isSettled(AGENT)).toBe(true);
    later.shift()?.();
    await done;
    expect(accepted).toMatchObject([{ lane: 0, lastSeq: 2 }]);
    expect(lanes.isSettled(AGENT)).toBe(false);
  });

  test('are dropped when the session has ended meanwhile: the agent sends them again', async () => {
    const { session, accepted, later, open, lanes } = harness({ beside: true });
    await open();
    const done = session.onBatch(first);
    session.close();
    later.shift()?.();
    await done;
    expect(accepted).toEqual([]);
    expect(lanes.judge(AGENT, EPOCH, 0, 1, 2)).toEqual({ kind: 'new', skip: 0 });
  });

  test('admit what another session of the agent has not brought meanwhile', async () => {
    const { session, accepted, later, open, lanes, sent } = harness({ beside: true });
    await open();
    const [one, other] = [session.onBatch(first), session.onBatch(first)];
    for (const settle of later.splice(0)) settle();
    await Promise.all([one, other]);
    expect(accepted).toHaveLength(1);
    lanes.commit({ agentId: AGENT, epoch: EPOCH, lane: 0, seq: 1 });
    session.acknowledge(0);
    const part = session.onBatch(second);
    lanes.admit(AGENT, EPOCH, 0, 3, 1);
    later.shift()?.();
    await part;
    expect(accepted).toHaveLength(1);
    expect(sent.at(-1)).toEqual({ type: 'ack', lane: 0, seq: 1 });
  });

  test('are interpreted again when another session has brought a part of them', async () => {
    const { session, accepted, later, open, lanes } = harness({ beside: true });
    await open();
    const done = session.onBatch(first);
    lanes.admit(AGENT, EPOCH, 0, 1, 1);
    later.shift()?.();
    await vi.waitFor(() => expect(later).toHaveLength(1), WAIT);
    later.shift()?.();
    await done;
    expect(accepted.flatMap((batch) => plainRows(batch.rows).map((row) => row.seq))).toEqual([2]);
  });

  test('that are no such batches end the session', async () => {
    const { session, later, open } = harness({ beside: true });
    await open();
    const broken = Buffer.from(first);
    broken[24] = 0;
    const done = session.onBatch(broken);
    later.shift()?.();
    await expect(done).rejects.toMatchObject({ code: 'bad-frame' });
  });
});

describe('a declared loss', () => {
  test('lets the lane go on after the gap, once it is written down', async () => {
    const { session, accepted, losses, loss, open, events } = harness();
    await open();
    await session.onText(loss({ lane: 0, fromSeq: 1, toSeq: 9 }));
    await session.onBatch(encodeFrame({ lane: 0, firstSeq: 10 }, [line('j')]));
    expect(losses).toEqual([
      { agentId: AGENT, epoch: EPOCH, lane: 0, fromSeq: 1, toSeq: 9, reason: 'spool-full' },
    ]);
    expect(accepted.map(({ lastSeq, rows }) => [lastSeq, rows.length])).toEqual([
      [9, 0],
      [10, 1],
    ]);
    expect(events).toContainEqual(['events.lost', { count: 9, reason: 'spool-full' }]);
  });

  test('is refused when another key signed it', async () => {
    const { session, loss, losses, open } = harness();
    await open();
    const stranger = generateKeyPairSync('ed25519').privateKey;
    expect(await codeOf(() => session.onText(loss({ lane: 0, fromSeq: 1, toSeq: 9 }, stranger)))).toBe(
      'bad-proof',
    );
    expect(losses).toEqual([]);
  });

  test('does not jump over sequences that are due', async () => {
    const { session, loss, losses, open } = harness();
    await open();
    expect(await codeOf(() => session.onText(loss({ lane: 0, fromSeq: 5, toSeq: 9 })))).toBe('out-of-order');
    expect(losses).toEqual([]);
  });

  test('of events that had arrived already is written down only for the rest', async () => {
    const { session, loss, losses, open } = harness();
    await open();
    await session.onBatch(encodeFrame({ lane: 0, firstSeq: 1 }, [line('a'), line('b')]));
    await session.onText(loss({ lane: 0, fromSeq: 1, toSeq: 9 }));
    expect(losses).toMatchObject([{ fromSeq: 3, toSeq: 9 }]);
  });

  test('that is said again is written down once', async () => {
    const { session, loss, losses, open } = harness();
    await open();
    for (let time = 0; time < 3; time += 1) await session.onText(loss({ lane: 0, fromSeq: 1, toSeq: 9 }));
    expect(losses).toHaveLength(1);
  });

  test('weighs something while it waits, so that losses are held back when the store is behind', async () => {
    const { session, accepted, loss, open } = harness();
    await open();
    await session.onText(loss({ lane: 0, fromSeq: 1, toSeq: 9 }));
    expect(accepted[0]?.bytes).toBeGreaterThan(0);
  });
});
