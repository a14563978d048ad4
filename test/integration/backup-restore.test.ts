/** A restore drill: a backup taken under load is brought back, and nothing that it says is stored is missing. */
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { generateIdentity, identityToRecipient } from 'age-encryption';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openStore } from '../../collector/store/open-store.ts';
import {
  prepareJoinToken,
  startCollectorProcess,
  withRegistry,
  type CollectorProcess,
} from '../../scripts/simulate/collector-process.ts';
import { enrolSimAgent } from '../../collector/simulate/identity.ts';
import { SimSession } from '../../collector/simulate/sim-session.ts';
import { type CommandRun, vonggac as run } from '../support/vonggac-command.ts';

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
const AGENTS = 3;
/** A certificate that signatures on reports are traced to. */
const TRUSTED = path.join('report-trust', 'root.pem');
const FRAME_EVENTS = 50;

const vonggac = (...args: string[]): Promise<CommandRun> => run(args);

const line = (n: number): string =>
  JSON.stringify({
    kind: 'log',
    at: 1_790_000_000_000 + n,
    channel: 'linux-syslog',
    origin: '/var/log/syslog',
    text: `line ${n}`,
  });

/** Sends frames until told to stop. @returns the highest sequence acknowledged */
async function pour(session: SimSession, done: AbortSignal): Promise<void> {
  for (let n = 1; !done.aborted; n += FRAME_EVENTS) {
    session.send(
      1,
      Array.from({ length: FRAME_EVENTS }, (_, at) => line(n + at)),
    );
    await session.settled(2);
  }
  await session.settled();
}

/** Of every lane: its mark, and how many events of it there are. */
async function lanesOf(dataDir: string): Promise<{ mark: number; events: number }[]> {
  const opened = await openStore({ dataDir, log: quiet });
  try {
    const marks = await opened.store.readMarks();
    return await Promise.all(
      marks.map(async ({ agentId, seq }) => ({ mark: seq, events: await opened.store.count(agentId) })),
    );
  } finally {
    await opened.close();
  }
}

describe('a backup', () => {
  let dataDir: string;
  let target: string;
  let collector: CollectorProcess;
  let token: string;
  const sessions: SimSession[] = [];
  const pouring = new AbortController();
  let poured: Promise<unknown>;
  let backup: string;

  beforeAll(async () => {
    dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-backup-'));
    target = await mkdtemp(path.join(os.tmpdir(), 'vonggac-restore-'));
    token = await prepareJoinToken(dataDir, AGENTS);
    collector = await startCollectorProcess({ dataDir });
    await mkdir(path.join(dataDir, 'report-trust'));
    await writeFile(path.join(dataDir, TRUSTED), await readFile(path.join(dataDir, 'collector.crt')));
    for (let at = 0; at < AGENTS; at += 1) {
      const session = new SimSession(
        await enrolSimAgent({ url: collector.url, token, hostname: `host-${at}` }),
      );
      await session.open();
      sessions.push(session);
    }
    poured = Promise.all(sessions.map((session) => pour(session, pouring.signal)));
    // Something is stored before the backup begins.
    await Promise.all(sessions.map((session) => session.settled(1)));
    const made = await vonggac('--data', dataDir, 'backup', 'create', '--json');
    if (made.code !== 0) throw new Error(made.err);
    backup = (JSON.parse(made.out) as { place: string }).place;
    pouring.abort();
    await poured;
    await collector.kill();
  });

  afterAll(async () => {
    pouring.abort();
    for (const session of sessions) session.close();
    await collector.kill();
    await rm(dataDir, { recursive: true, force: true });
    await rm(target, { recursive: true, force: true });
  });

  test('is whole, private, and listed', async () => {
    const verified = await vonggac('--data', dataDir, 'backup', 'verify', backup);
    expect(verified).toMatchObject({ code: 0, err: '' });
    const listed = await vonggac('--data', dataDir, 'backup', 'list', '--json');
    expect(JSON.parse(listed.out)).toMatchObject({ backups: [{ name: path.basename(backup) }] });
  });

  test('is restored: every lane has all events up to its mark, and the identity that agents trust', async () => {
    const restored = await vonggac('--data', target, 'restore', backup);
    expect(restored).toMatchObject({ code: 0 });
    expect(restored.out).toMatch(/Restored: [\d,]+ events and 3 agents/);
    const lanes = await lanesOf(target);
    expect(lanes).toHaveLength(AGENTS);
    for (const { mark, events } of lanes) {
      expect(mark).toBeGreaterThan(0);
      expect(events).toBe(mark);
    }
    for (const name of ['collector.crt', 'collector.key', TRUSTED]) {
      expect(await readFile(path.join(target, name), 'utf8')).toBe(
        await readFile(path.join(dataDir, name), 'utf8'),
      );
    }
    const actions = await withRegistry(target, ({ db }) =>
      db.selectFrom('audit_log').select('action').where('action', 'like', 'backup.%').execute(),
    );
    expect(actions.map(({ action }) => action)).toEqual(['backup.create', 'backup.restore']);
  });

  test('is not restored over data unless told so; then the data is moved aside', async () => {
    const refused = await vonggac('--data', target, 'restore', backup);
    expect(refused).toMatchObject({ code: 2 });
    expect(refused.err).toContain('--replace');
    await writeFile(path.join(target, 'mine'), 'kept');
    const replaced = await vonggac('--data', target, 'restore', '--replace', backup);
    expect(replaced).toMatchObject({ code: 0 });
    const aside = (await readdir(target)).find((name) => name.startsWith('before-restore-'));
    expect(await readFile(path.join(target, aside ?? '', 'mine'), 'utf8')).toBe('kept');
  });

  test('in one encrypted file is opened by its key only, and a drill proves it', async () => {
    const identity = await generateIdentity();
    const keyFile = path.join(dataDir, 'key.txt');
    await writeFile(keyFile, `# made for this test\n${identity}\n`);
    const archive = path.join(dataDir, 'all.tar.age');
    const recipient = await identityToRecipient(identity);
    const planned = await vonggac('--data', dataDir, 'backup', 'create', '--dry-run', '--to', archive);
    expect(planned).toMatchObject({ code: 0, err: '' });
    expect(planned.out).toMatch(/would take about [\d.,]+ MiB in .*backup, where/);
    expect(planned.out).toContain(`packed into ${archive}`);
    await expect(stat(archive)).rejects.toThrow('ENOENT');
    const made = await vonggac(
      '--data',
      dataDir,
      'backup',
      'create',
      '--to',
      archive,
      '--recipient',
      recipient,
    );
    expect(made).toMatchObject({ code: 0, err: '' });
    const locked = await vonggac('--data', dataDir, 'backup', 'verify', archive);
    expect(locked).toMatchObject({ code: 1 });
    expect(locked.err).toContain('encrypted');
    const drilled = await vonggac('--data', dataDir, 'backup', 'drill', '--identity-file', keyFile, archive);
    expect(drilled).toMatchObject({ code: 0, err: '' });
    expect(drilled.out).toMatch(/Restorable: .* 3 agents/);
    const empty = await mkdtemp(path.join(os.tmpdir(), 'vonggac-empty-'));
    const restored = await vonggac('--data', empty, 'restore', '--identity-file', keyFile, archive);
    expect(restored).toMatchObject({ code: 0 });
    // Nothing was there to move aside, and the unpacked archive, with its key in the clear, is gone.
    const left = await readdir(empty);
    expect(left.filter((name) => /^(before-restore|vonggac-unpacked)-/.test(name))).toEqual([]);
    expect(left).toContain('collector.key');
    await rm(empty, { recursive: true, force: true });
  });

  test('of which one byte was changed is refused, and names the file', async () => {
    const file = path.join(backup, 'registry.sqlite');
    const bytes = await readFile(file);
    bytes[bytes.length - 1] = (bytes[bytes.length - 1] ?? 0) ^ 1;
    await writeFile(file, bytes);
    const verified = await vonggac('--data', dataDir, 'backup', 'verify', backup);
    expect(verified).toMatchObject({ code: 1 });
    expect(verified.err).toContain('registry.sqlite was changed');
    const empty = await mkdtemp(path.join(os.tmpdir(), 'vonggac-empty-'));
    const restored = await vonggac('--data', empty, 'restore', backup);
    expect(restored).toMatchObject({ code: 1 });
    expect((await readdir(empty)).filter((name) => !name.startsWith('lock.'))).toEqual([]);
    await rm(empty, { recursive: true, force: true });
  });
});
