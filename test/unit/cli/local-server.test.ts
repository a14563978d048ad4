import http from 'node:http';
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import path from 'node:path';
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AttachmentFiles } from '../../../collector/case/attachment-files.ts';
import { noEvidence } from '../../support/no-evidence.ts';
import { NO_CASE_RULES } from '../../support/no-case-rules.ts';
import { LocalServer } from '../../../collector/api/local-server.ts';
import { callOperation, NotRunningError } from '../../../collector/cli/client.ts';
import { agentList, agentRevoke, agentShow } from '../../../collector/cli/operations/agent.ts';
import { documentAdd, documentList } from '../../../collector/cli/operations/dossier-document.ts';
import { dossierImport } from '../../../collector/cli/operations/dossier.ts';
import { joinTokenCreate, joinTokenList } from '../../../collector/cli/operations/join-token.ts';
import type { LiveCollector } from '../../../collector/cli/operations/operation.ts';
import { replayBegin, replayEnd } from '../../../collector/cli/operations/replay.ts';
import { status } from '../../../collector/cli/operations/status.ts';
import { version } from '../../../collector/version.ts';
import { createSystem } from '../../../collector/registry/systems.ts';
import { parseJoinToken } from '../../../collector/protocol/join-token.ts';
import { readAgent } from '../../../collector/registry/agents.ts';
import { enrolAgent } from '../../../collector/registry/enrolment.ts';
import { listAudit } from '../../../collector/registry/audit.ts';
import { dataFolder } from '../../../collector/registry/data-folder.ts';
import { lockDataFolder, type DataLock } from '../../../collector/registry/data-lock.ts';
import { openRegistry, type Registry } from '../../../collector/registry/database.ts';
import { memoryHunts } from '../../support/memory-hunts.ts';
import { memoryInventory } from '../../support/memory-inventory.ts';
import { JobRunner } from '../../../collector/services/jobs/job-runner.ts';
import { alertOf, putAlerts } from '../api/api-fixture.ts';
import { enrolRequest, temporaryFolder } from '../registry/registry-fixture.ts';
import { NO_RULES } from '../../support/no-rules.ts';

let folder: { path: string; remove: () => void };
let dataDir: string;
let registry: Registry;
let lock: DataLock;
let server: LocalServer;
let disconnected: string[];
let faults: unknown[];
let settled: number;
let neverSettles: boolean;
/** Resolves when an operation waits for the projector. */
let settling: Promise<void>;
let reachedSettled: () => void;

/** What a running collector has, as far as these operations look at it. */
function liveCollector(): LiveCollector {
  return {
    url: 'https://127.0.0.1:8443',
    version: '1.2.3',
    startedMs: 1,
    certificates: {
      current: { fingerprint: 'ab'.repeat(32) },
      authority: undefined,
      reload: async () => undefined,
    },
    health: { live: () => true, ready: async () => ({ ok: true, checks: [{ name: 'store', ok: true }] }) },
    metrics: {
      text: async () => '',
      eventsPerSecond: () => 3,
      workers: () => ({ wanted: 0, running: 0 }),
      batches: () => ({ storedBatch: 0, projectedBatch: 0 }),
    },
    presence: {
      isOnline: () => true,
      onlineCount: () => 1,
      disconnect: (agentId, code) => disconnected.push(`${agentId} ${code}`),
    },
    rules: NO_RULES,
    store: {
      count: async () => 42,
      detections: async () => [],
      search: async () => {
        throw new Error('not asked');
      },
      findAll: () => Promise.resolve([]),
      find: async () => undefined,
      inventory: memoryInventory(),
      posture: {
        states: () => Promise.resolve([]),
        counts: () => Promise.resolve([]),
        hosts: () => Promise.resolve([]),
      },
      probes: { targets: () => Promise.resolve([]) },
      hunts: memoryHunts([]),
      fleet: { baselines: () => Promise.resolve([]), loads: () => Promise.resolve([]) },
    },
    alerts: { changed: async () => undefined },
    cases: {
      changed: async () => undefined,
      files: new AttachmentFiles(path.join(folder.path, 'files')),
      rules: NO_CASE_RULES,
    },
    compliance: noEvidence(registry),
    jobs: new JobRunner({ registry, kinds: [], onProgress: () => undefined, onFault: () => undefined }),
    settleLedger: async () => undefined,
    backups: undefined,
    responses: { letGo: async () => undefined },
    hunts: {
      check: () => undefined,
      ruleText: () => '',
      unknownFields: async () => [],
      fields: async () => ({ names: [], aliases: [] }),
      run: async () => Promise.reject(new Error('not asked')),
      summary: async () => Promise.reject(new Error('not asked')),
    },
    exceptions: {
      termOf: () => ({ severities: [], isWindow: false }),
      request: async () => Promise.reject(new Error('not asked')),
      simulate: async () => Promise.reject(new Error('not asked')),
      approve: async () => Promise.reject(new Error('not asked')),
      revoke: async () => Promise.reject(new Error('not asked')),
    },
    indicators: {
      look: async () => undefined,
      tryFile: async () => Promise.reject(new Error('not asked')),
      stageFile: async () => Promise.reject(new Error('not asked')),
    },
    vulnerabilities: {
      look: async () => undefined,
      settle: async () => undefined,
      tryFeed: async () => Promise.reject(new Error('not asked')),
      stageFeed: async () => Promise.reject(new Error('not asked')),
    },
    audit: { places: [], send: async () => [] },
    requestTemplates: [],
    exchange: {
      key: Buffer.alloc(32),
      kick: () => undefined,
      facts: () => Promise.reject(new Error('nothing is read here')),
      make: () => Promise.reject(new Error('nothing is made here')),
      test: () => Promise.reject(new Error('nothing is tried here')),
    },
    notifications: { key: Buffer.alloc(32), test: async () => ({ answer: '', refused: [] }) },
    policies: { look: async () => undefined, rotate: async () => ({ publicKey: '' }) },
    sending: { reload: async () => undefined, slowing: () => 0 },
    retention: { begin: () => undefined, state: { kind: 'idle' }, last: undefined },
    disk: { isFull: false, room: undefined, cold: undefined },
    countEpoch: async () => ({ rows: 0, distinct: 0 }),
    settled: () => {
      settled += 1;
      reachedSettled();
      return neverSettles ? new Promise(() => undefined) : Promise.resolve();
    },
  };
}

async function start(at: string): Promise<void> {
  dataDir = at;
  mkdirSync(dataDir, { recursive: true });
  const data = dataFolder(dataDir);
  lock = lockDataFolder(data);
  registry = await openRegistry({ file: data.registry });
  server = new LocalServer({
    dataDir,
    registry,
    live: liveCollector(),
    onFault: (_operation, error) => faults.push(error),
  });
  await server.listen();
}

async function stop(): Promise<void> {
  await server.close();
  await registry.close();
  lock.release();
}

beforeEach(async () => {
  disconnected = [];
  faults = [];
  settled = 0;
  neverSettles = false;
  ({ promise: settling, resolve: reachedSettled } = Promise.withResolvers<void>());
  folder = temporaryFolder();
  await start(path.join(folder.path, 'data'));
});
afterEach(async () => {
  await stop();
  folder.remove();
});

const call: <I, O>(operation: Parameters<typeof callOperation<I, O>>[0], input: I) => Promise<O> = (
  operation,
  input,
) => callOperation(operation, input, { dataDir, busyMsMax: 0 });

async function raw(
  name: string,
  body: string,
  method = 'POST',
): Promise<{ status: number | undefined; answer: { error?: { code: string }; result?: unknown } }> {
  const request = http.request({
    socketPath: dataFolder(dataDir).socket,
    path: `/operations/${name}`,
    method,
  });
  request.end(body);
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  // An answer may come before the whole of a body that is too large has left.
  request.on('error', () => undefined);
  let text = '';
  for await (const chunk of response) text += String(chunk);
  return { status: response.statusCode, answer: JSON.parse(text) };
}

async function enrolled(): Promise<string> {
  const made = await call(joinTokenCreate, {});
  const token = parseJoinToken(made.token);
  if (token === undefined) throw new Error('no token');
  const outcome = await enrolAgent(registry, enrolRequest(token), '127.0.0.1');
  if (!outcome.ok) throw new Error(outcome.fault);
  return outcome.agentId;
}

describe('the local socket', () => {
  it('is for the owner alone', () => {
    expect((statSync(dataFolder(dataDir).socket).mode & 0o777).toString(8)).toBe('600');
  });

  it('runs operations inside the collector, named after who asked', async () => {
    const { id } = await call(joinTokenCreate, { uses: 2 });
    expect(await call(joinTokenList, {})).toMatchObject([{ id, usesMax: 2 }]);
    expect((await listAudit(registry, { limit: 1 }))[0]?.actor).toMatch(/^cli:\S+$/);
  });

  it('says who is online, and closes the session of a revoked agent', async () => {
    const agentId = await enrolled();
    expect(await call(agentList, {})).toMatchObject([{ id: agentId, state: 'online' }]);
    expect(await call(agentShow, { id: agentId.slice(0, 8) })).toMatchObject({ id: agentId });
    expect(await call(agentRevoke, { ids: [agentId] })).toMatchObject({
      agents: [{ state: 'revoked' }],
      changed: [agentId],
    });
    expect(disconnected).toEqual([`${agentId} revoked`]);
  });

  it('never gives a key away', async () => {
    await enrolled();
    expect(JSON.stringify(await call(agentList, {}))).not.toMatch(/publicKey|[A-Za-z0-9+/]{43}=/);
  });

  it('asks for more of an id that several agents begin with', async () => {
    for (const last of ['1', '2']) {
      const { token } = await call(joinTokenCreate, {});
      const parsed = parseJoinToken(token);
      if (parsed === undefined) throw new Error('no token');
      const same = { ...registry, random: () => Buffer.alloc(16, 0xab).fill(Number(last), 15) };
      await enrolAgent(same, enrolRequest(parsed), '127.0.0.1');
    }
    await expect(call(agentShow, { id: 'abab' })).rejects.toMatchObject({ code: 'agent-ambiguous' });
  });

  it('tells the state of the collector', async () => {
    await enrolled();
    await putAlerts({ registry }, alertOf('a1'));
    expect(await call(status, {})).toMatchObject({
      ready: true,
      agentsOnline: 1,
      agentsTotal: 1,
      eventsStored: 42,
      alertsOpenBySeverity: { high: 1 },
    });
  });

  it('frames a replay: a single-use token, then its events and alerts, and its agent is revoked', async () => {
    const begun = await call(replayBegin, {});
    const token = parseJoinToken(begun.token);
    if (token === undefined) throw new Error('no token');
    const outcome = await enrolAgent(registry, enrolRequest(token), '127.0.0.1');
    const again = await enrolAgent(registry, enrolRequest(token), '127.0.0.1');
    expect([outcome.ok, again.ok, begun.url]).toEqual([true, false, 'https://127.0.0.1:8443']);
    const agent = await registry.db.selectFrom('agent').select('id').executeTakeFirstOrThrow();
    const now = new Date(begun.sinceMs).toISOString();
    for (const [id, agentId] of [
      ['own', agent.id],
      ['other', 'somebody'],
    ] as const) {
      await putAlerts({ registry }, alertOf(id, { updatedAt: now }));
      await registry.db
        .insertInto('alert_detection')
        .values({
          alert_id: id,
          detection_id: id,
          time_ms: begun.sinceMs,
          event_id: `${agentId}/epoch/0/1`,
          hostname: '',
          message: '',
          matched: '{}',
        })
        .execute();
    }
    const end = await call(replayEnd, { tokenId: begun.tokenId, sinceMs: begun.sinceMs });
    expect(end).toMatchObject({ events: 42, alerts: [{ id: 'own' }] });
    expect(end.alerts).toHaveLength(1);
    expect(settled).toBe(1);
    expect(await readAgent(registry, end.agentId ?? '')).toMatchObject({ state: 'revoked', group: 'replay' });
  });

  it('of a replay that never enrolled leaves no usable token', async () => {
    const begun = await call(replayBegin, {});
    expect(await call(replayEnd, { tokenId: begun.tokenId, sinceMs: 0 })).toMatchObject({
      agentId: null,
      events: 0,
    });
    expect(await call(joinTokenList, {})).toMatchObject([{ state: 'revoked' }]);
  });

  it.each([
    ['nothing', '{}', 404, 'unknown-operation'],
    ['../status', '{}', 404, 'unknown-operation'],
    ['status', '{', 400, 'bad-input'],
    ['status', '{"user":"x","input":{"extra":1}}', 400, 'bad-input'],
    ['join-token.create', '{"user":"x","input":{"uses":-1}}', 400, 'bad-input'],
    ['join-token.create', '{"user":"","input":{}}', 400, 'bad-input'],
    ['agent.show', '{"user":"x","input":{"id":"none"}}', 409, 'agent-unknown'],
    ['status', `{"user":"${'x'.repeat(2_200_000)}"}`, 413, 'bad-input'],
  ])('answers %s with body %.40s by %i %s', async (name, body, statusCode, code) => {
    const { status: got, answer } = await raw(name, body);
    expect([got, answer.error?.code]).toEqual([statusCode, code]);
    expect(faults).toEqual([]);
  });

  it('takes a file along with the input, and keeps it as it came', async () => {
    const content = Buffer.alloc(3_000_000, 'Quyết định phê duyệt. ');
    const { id: systemId } = await createSystem(
      registry,
      { name: 'Cổng', agencyId: 1, lawProfile: 'vn-2026' },
      'test',
    );
    const owner = { systemId, agencyId: null };
    const kept = await callOperation(
      documentAdd,
      { owner, name: 'quyet-dinh.txt', kind: 'decision' },
      { dataDir, busyMsMax: 0, content: () => Readable.from([content]) },
    );
    expect(kept).toMatchObject({
      bytes: content.length,
      sha256: createHash('sha256').update(content).digest('hex'),
      addedBy: expect.stringMatching(/^cli:/),
    });
    const stored = await new AttachmentFiles(path.join(folder.path, 'files')).read(kept.id);
    expect((await buffer(stored)).equals(content)).toBe(true);
    expect((await call(documentList, owner)).documents).toEqual([kept]);
  });

  it('refuses a file in words after it was sent to its end', async () => {
    const wanted = { name: 'a.csv', columns: {}, skipBad: false, dryRun: true };
    const part = Buffer.alloc(1_048_576, 'x');
    let sent = 0;
    const content = () =>
      Readable.from(
        (function* () {
          for (; sent < 12; sent += 1) yield part;
        })(),
      );
    await expect(
      callOperation(dossierImport, wanted, { dataDir, busyMsMax: 0, content }),
    ).rejects.toMatchObject({ code: 'file-too-large', message: expect.stringContaining('8388608 bytes') });
    expect(sent).toBe(12);
    expect(faults).toEqual([]);
  });

  it('of a collector that is other code is told apart from what was asked', async () => {
    const unknown = { ...status, name: 'status.of-tomorrow' };
    await expect(call(unknown, {})).rejects.toMatchObject({ name: 'OtherVersionError', running: version() });
    const changed = { ...status, output: z.object({ tomorrow: z.string() }) };
    await expect(call({ ...changed, run: () => Promise.reject(new Error()) }, {})).rejects.toMatchObject({
      name: 'OtherVersionError',
      own: version(),
    });
  });

  it('takes nothing but POST', async () => {
    expect((await raw('status', '', 'GET')).status).toBe(404);
  });

  it('reports a fault of ours and goes on', async () => {
    await call(joinTokenCreate, {});
    await registry.db.schema.dropTable('join_token_use').execute();
    await expect(call(joinTokenList, {})).rejects.toMatchObject({ code: 'failed' });
    expect(faults).toHaveLength(1);
    expect(await call(status, {})).toMatchObject({ ready: true });
  });
});

describe('the local socket of a collector that stops', () => {
  it('is not held open by an operation that never ends', async () => {
    neverSettles = true;
    const begun = await call(replayBegin, {});
    const token = parseJoinToken(begun.token);
    if (token === undefined) throw new Error('no token');
    await enrolAgent(registry, enrolRequest(token), '127.0.0.1');
    const outcome = call(replayEnd, { tokenId: begun.tokenId, sinceMs: 0 }).then(
      () => 'answered',
      (error: unknown) => String(error),
    );
    await settling;
    await stop();
    expect(await outcome).toMatch(/socket hang up|ECONNRESET/);
    await start(dataDir);
  });
});

describe('the local socket of a dead collector', () => {
  it('does not keep commands from working beside the folder, nor the next collector from starting', async () => {
    const { socket } = dataFolder(dataDir);
    await stop();
    writeFileSync(socket, ''); // what kill -9 leaves is a file nobody listens on
    expect(await call(joinTokenList, {})).toEqual([]);
    await expect(call(status, {})).rejects.toThrow(NotRunningError);
    await start(dataDir);
    expect(await call(status, {})).toMatchObject({ ready: true });
  });
});

describe.skipIf(process.platform !== 'linux')('a data folder with a long path', () => {
  it('has a local socket all the same', async () => {
    await stop();
    await start(path.join(folder.path, ...Array.from({ length: 12 }, () => 'a-long-folder-name')));
    expect(Buffer.byteLength(dataFolder(dataDir).socket)).toBeGreaterThan(200);
    expect(await call(status, {})).toMatchObject({ ready: true });
  });
});
