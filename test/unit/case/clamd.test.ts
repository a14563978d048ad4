/** Files are scanned by clamd: by one of our own that speaks its protocol, and by the real one where it is installed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import type net from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AttachmentFiles } from '../../../collector/case/attachment-files.ts';
import { parseClamdTarget, pingClamd, scanFile } from '../../../collector/case/clamd.ts';
import { clamdScanner } from '../../../collector/case/file-scan.ts';
import { fakeClamd, listenAt } from '../../support/clamd.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

const CLAMD = '/usr/sbin/clamd';
const BAD = Buffer.from('this stands for something bad');
const ID = 'ab'.repeat(16);

let folder: ReturnType<typeof temporaryFolder>;
let socket: string;
let closers: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  folder = temporaryFolder();
  socket = path.join(folder.path, 'clamd.ctl');
});
afterEach(async () => {
  for (const close of closers.toReversed()) await close();
  closers = [];
  folder.remove();
});

async function* bytesOf(...parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}

function filesWith(isRequired: boolean, outcomes: string[] = []): AttachmentFiles {
  const scanner = clamdScanner({
    target: { path: socket },
    isRequired,
    onOutcome: (outcome) => outcomes.push(outcome),
    onFault: () => outcomes.push('fault'),
  });
  return new AttachmentFiles(path.join(folder.path, 'files'), scanner);
}

const kept = (): string[] =>
  readdirSync(path.join(folder.path, 'files'), { recursive: true, encoding: 'utf8' }).filter(
    (name) => path.basename(name).length === 32,
  );

async function listen(onConnection: (from: net.Socket) => void): Promise<void> {
  closers.push(await listenAt(socket, onConnection));
}

describe('a virus scanner', () => {
  it.each([
    ['unix:/run/clamav/clamd.ctl', { path: '/run/clamav/clamd.ctl' }],
    ['tcp:127.0.0.1:3310', { host: '127.0.0.1', port: 3310 }],
    ['tcp:[::1]:3310', { host: '::1', port: 3310 }],
  ])('is named as %s', (text, target) => {
    expect(parseClamdTarget(text)).toEqual(target);
  });

  it.each(['', 'clamd', 'unix:clamd.ctl', 'tcp:host', 'tcp:host:0', 'tcp:host:99999', 'http://host:1'])(
    'is not named as %j',
    (text) => {
      expect(() => parseClamdTarget(text)).toThrow(/write it like/);
    },
  );

  it('lets in what is clean, in pieces, and keeps out what is not: nothing of it stays', async () => {
    const clamd = await fakeClamd(socket, BAD);
    closers.push(clamd.close);
    const outcomes: string[] = [];
    const files = filesWith(false, outcomes);
    const large = Buffer.alloc(1_000_000, 7);
    expect(await files.put(ID, bytesOf(large, Buffer.from('end')), 2_000_000)).toMatchObject({
      bytes: 1_000_003,
      scan: 'clean',
    });
    const infected = files.put('cd'.repeat(16), bytesOf(Buffer.from('so '), BAD), 100);
    await expect(infected).rejects.toMatchObject({ name: 'FileInfectedError', signature: 'Test.Bad-1' });
    expect(kept().map((name) => path.basename(name))).toEqual([ID]);
    expect(outcomes).toEqual(['clean', 'infected']);
    expect(clamd.seen).toEqual([1_000_003, 32]);
    expect(await files.scanner.state()).toEqual({ state: 'ok', message: '' });
  });

  it('that is away marks a file as not scanned, or keeps it out where that is set', async () => {
    const outcomes: string[] = [];
    const open = filesWith(false, outcomes);
    expect(await open.put(ID, bytesOf(BAD), 100)).toMatchObject({ scan: 'not-scanned' });
    const strict = filesWith(true, outcomes).put('cd'.repeat(16), bytesOf(BAD), 100);
    await expect(strict).rejects.toMatchObject({ name: 'FileNotScannedError' });
    expect(kept()).toHaveLength(1);
    expect(outcomes).toEqual(['fault', 'not-scanned', 'fault', 'not-scanned']);
    expect(await open.scanner.state()).toMatchObject({ state: 'away' });
    expect(await new AttachmentFiles(folder.path).scanner.state()).toMatchObject({ state: 'off' });
  });

  it.each([
    ['that its limit is passed', 'INSTREAM size limit exceeded. ERROR\0'],
    ['nothing', ''],
    ['what it never says', 'stream: OK or so\0'],
    ['too much', 'x'.repeat(10_000)],
    ['controls', 'stream: \u001b[2J FOUND\0'],
  ])('that says %s has not said "clean"', async (_what, answer) => {
    await listen((from) => from.end(answer));
    const file = path.join(folder.path, 'file');
    writeFileSync(file, BAD);
    await expect(scanFile({ path: socket }, file)).rejects.toMatchObject({ name: 'ClamdError' });
    await expect(pingClamd({ path: socket })).rejects.toMatchObject({ name: 'ClamdError' });
  });

  it('that hangs is waited for no longer than so', async () => {
    await listen((from) => from.resume());
    const file = path.join(folder.path, 'file');
    writeFileSync(file, BAD);
    await expect(scanFile({ path: socket }, file, 50)).rejects.toThrow(/no answer within/);
  });

  it('that takes nothing more, and says why, is not written to for ever', async () => {
    await listen((from) => from.write('INSTREAM size limit exceeded. ERROR\0'));
    const file = path.join(folder.path, 'file');
    writeFileSync(file, Buffer.alloc(8_000_000));
    await expect(scanFile({ path: socket }, file)).rejects.toThrow(/size limit exceeded/);
  });

  it.skipIf(!existsSync(CLAMD))(
    `is clamd itself (needs ${CLAMD}; Debian: apt-get install clamav-daemon)`,
    async () => {
      const digest = createHash('sha256').update(BAD).digest('hex');
      writeFileSync(path.join(folder.path, 'own.hsb'), `${digest}:${BAD.length}:Test.Bad-1\n`);
      const settings = path.join(folder.path, 'clamd.conf');
      writeFileSync(
        settings,
        `Foreground yes\nLocalSocket ${socket}\nDatabaseDirectory ${folder.path}\nStreamMaxLength 1M\nTemporaryDirectory ${folder.path}\n`,
      );
      const clamd: ChildProcess = spawn(CLAMD, ['--config-file', settings], { stdio: 'ignore' });
      closers.push(async () => {
        clamd.kill('SIGKILL');
        if (clamd.exitCode === null && clamd.signalCode === null) await once(clamd, 'exit');
      });
      await expect
        .poll(() => filesWith(true).scanner.state(), { timeout: 20_000 })
        .toMatchObject({ state: 'ok' });
      const files = filesWith(true);
      expect(await files.put(ID, bytesOf(Buffer.from('xin chào')), 100)).toMatchObject({ scan: 'clean' });
      await expect(files.put('cd'.repeat(16), bytesOf(BAD), 100)).rejects.toMatchObject({
        signature: expect.stringMatching(/^Test\.Bad-1/),
      });
      // Above the limit of its own.
      await expect(
        files.put('ef'.repeat(16), bytesOf(Buffer.alloc(3_000_000)), 4_000_000),
      ).rejects.toMatchObject({ name: 'FileNotScannedError' });
      expect(kept()).toHaveLength(1);
    },
    30_000,
  );
});
