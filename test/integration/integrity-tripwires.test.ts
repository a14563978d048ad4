/** Decoys, mass changes and what stops them, maintenance, packages and differences, over real files and programs. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { IntegrityOptions } from '../../agent/sources/integrity/integrity-options.ts';
import { openDpkgFiles } from '../../agent/sources/integrity/packages/dpkg-files.ts';
import type { Trip } from '../../agent/sources/integrity/tripwire.ts';
import { changesOf, IntegrityWorld } from '../support/agent/integrity-run.ts';
import { known } from '../support/agent/known-states.ts';

let world: IntegrityWorld;
let children: ChildProcess[];

beforeEach(() => {
  world = new IntegrityWorld();
  children = [];
});

afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  await world.dispose();
});

function hasProgram(name: string): boolean {
  return (process.env['PATH'] ?? '').split(':').some((folder) => fs.existsSync(path.join(folder, name)));
}

describe('decoys', () => {
  test('are placed as documents of a plausible age that sort first and last, and known silently', async () => {
    world.write('docs/Báo cáo.docx', 'x');
    const run = await world.watching({ decoys: { folders: [world.at('docs')] } });
    const names = fs.readdirSync(world.at('docs')).sort();
    expect(names).toHaveLength(3);
    expect(names[0]).toMatch(/^\.000_.*\.docx$/);
    expect(names[2]).toMatch(/^~zz_.*\.xlsx$/);
    for (const name of [names[0] ?? '', names[2] ?? '']) {
      const file = world.at(`docs/${name}`);
      expect(fs.readFileSync(file).subarray(0, 4).toString('latin1')).toBe('PK\x03\x04');
      expect(Date.now() - fs.statSync(file).mtimeMs).toBeGreaterThan(20 * 86_400_000);
      if (hasProgram('unzip')) execFileSync('unzip', ['-tqq', file]);
      expect(known(world.positions, file)?.type).toBe('file');
    }
    await run.stop();
  });

  test('touched in any way go out at once, and are placed again at the next start', async () => {
    fs.mkdirSync(world.at('docs'));
    const options = { decoys: { folders: [world.at('docs')] } };
    const run = await world.watching(options);
    const [first = '', last = ''] = fs.readdirSync(world.at('docs')).sort();
    const reading = changesOf(run, 2);
    fs.appendFileSync(world.at(`docs/${first}`), 'x');
    fs.renameSync(world.at(`docs/${last}`), world.at(`docs/${last}.locked`));
    const records = (await reading).filter(({ change }) => change === 'decoy');
    const was = records.map(({ path: file, detail }) => [path.basename(file), detail?.['was']]);
    expect(Object.fromEntries(was)).toEqual({ [first]: 'modified', [last]: 'deleted' });
    await run.stop();
    const next = world.start(options);
    await next.until((all) =>
      all.some((record) => record.kind === 'agent' && record.action === 'scan-completed'),
    );
    expect(fs.existsSync(world.at(`docs/${last}`))).toBe(true);
  });
});

describe('a mass change', () => {
  const documents = (options: Partial<IntegrityOptions> = {}): Partial<IntegrityOptions> => ({
    watch: [{ path: world.folder, documents: true }],
    tripwire: { filesMin: 10 },
    ...options,
  });

  function writeDocuments(count: number): string[] {
    return Array.from({ length: count }, (_, index) =>
      world.write(`docs/${index}.docx`, Buffer.concat([Buffer.from('PK\x03\x04'), randomBytes(4_000)])),
    );
  }

  test.each([
    ['renaming to another ending', (file: string) => fs.renameSync(file, `${file}.locked`), 'renamed'],
    [
      'overwriting with what looks random',
      (file: string) => fs.writeFileSync(file, randomBytes(4_000)),
      'encrypted',
    ],
    [
      'a random copy in place of the file',
      (file: string) => {
        fs.writeFileSync(`${file}.crypt`, randomBytes(4_000));
        fs.unlinkSync(file);
      },
      'replaced',
    ],
  ])('by %s is told once, with what it was', async (_name, change, signal) => {
    const files = writeDocuments(12);
    const trips: Trip[] = [];
    const tripwireAction = {
      react: async (trip: Trip) => {
        trips.push(trip);
        return { action: 'test', result: 'done', pid: 7 } as const;
      },
    };
    const run = await world.watching(documents({ tripwireAction }));
    const reading = run.until((all) =>
      all.some((record) => record.kind === 'integrity' && record.change === 'mass-change'),
    );
    for (const file of files) change(file);
    const told = (await reading).filter(
      (record) => record.kind === 'integrity' && record.change === 'mass-change',
    );
    expect(told).toMatchObject([
      {
        path: world.at('docs'),
        detail: { [signal]: 10, files: 10, action: 'test', actionResult: 'done', actionPid: 7 },
      },
    ]);
    expect(trips).toHaveLength(1);
  });

  test('is none when documents are saved, compressed, moved and removed', async () => {
    const files = writeDocuments(30);
    const run = await world.watching(documents());
    const reading = changesOf(run, 61);
    for (const [index, file] of files.entries()) {
      if (index % 3 === 0)
        fs.writeFileSync(file, Buffer.concat([Buffer.from('PK\x03\x04'), randomBytes(5_000)]));
      if (index % 3 === 1) fs.renameSync(file, world.at(`moved-${index}.docx`));
      if (index % 3 === 2) fs.unlinkSync(file);
      fs.writeFileSync(
        world.at(`photo-${index}.jpg`),
        Buffer.concat([Buffer.from('ffd8ff', 'hex'), randomBytes(3_000)]),
      );
    }
    expect((await reading).map(({ change }) => change)).not.toContain('mass-change');
  });

  test.skipIf(process.platform !== 'linux')(
    'is stopped where the settings say so, without any line',
    async () => {
      const files = writeDocuments(400);
      const run = await world.watching(documents({ tripwire: { filesMin: 10, action: 'suspend' } }));
      const reading = run.until((all) =>
        all.some((record) => record.kind === 'integrity' && record.change === 'mass-change'),
      );
      const script = `
      const fs = require('node:fs'), { randomBytes } = require('node:crypto');
      const files = ${JSON.stringify(files)};
      const next = () => {
        const file = files.shift();
        if (file === undefined) process.exit(0);
        const out = fs.openSync(file, 'r+');
        fs.writeSync(out, randomBytes(4004), 0, 4004, 0);
        setTimeout(() => { fs.closeSync(out); next(); }, 8);
      };
      next();`;
      const child = spawn(process.execPath, ['-e', script], { stdio: 'ignore' });
      children.push(child);
      const told = (await reading).find(
        (record) => record.kind === 'integrity' && record.change === 'mass-change',
      );
      expect(told).toMatchObject({
        detail: { action: 'suspend', actionResult: 'done', actionPid: child.pid },
      });
      await expect.poll(() => fs.readFileSync(`/proc/${child.pid}/stat`, 'utf8')).toMatch(/\) T /);
      const spared = files.filter((file) => fs.readFileSync(file).subarray(0, 2).toString() === 'PK');
      expect(spared.length).toBeGreaterThan(0);
    },
  );
});

describe('what differs in text', () => {
  test('is told of sets that ask for it, without secrets', async () => {
    world.write('app.conf', 'host=db\npassword=old-secret\nport=1\n');
    const run = await world.watching({ watch: [{ path: world.folder, difference: true }] });
    const reading = changesOf(run, 1);
    world.write('app.conf', 'host=db2\npassword=new-secret\nport=1\n');
    const [record] = await reading;
    expect(record?.difference).toMatch(/^-host=db$/m);
    expect(record?.difference).toMatch(/^\+host=db2$/m);
    expect(record?.difference).toMatch(/^-password=«masked [0-9a-f]{4}»$/m);
    expect(JSON.stringify([...world.positions.entries()])).not.toContain('secret');
    expect(record?.difference).not.toContain('secret');
  });

  test.each([
    ['a shadow file', 'shadow', {}],
    ['a private key', 'server.key', {}],
    ['a document', 'plan.txt', { documents: true }],
    ['a file that is not text', 'blob', {}],
  ])('is never kept of %s', async (_name, name, options) => {
    const content = name === 'blob' ? 'a\0b' : 'marked line\n';
    world.write(name, content);
    const run = await world.watching({ watch: [{ path: world.folder, difference: true, ...options }] });
    const reading = changesOf(run, 1);
    world.write(name, `${content}more`);
    expect((await reading)[0]?.difference).toBeUndefined();
    expect([...world.positions.entries()].filter(([key]) => key.startsWith('text:'))).toEqual([]);
  });
});

test.skipIf(!hasProgram('setfattr') || !hasProgram('setfacl'))(
  'access lists and extended attributes are read, and told when they alone change (needs the packages attr and acl)',
  async () => {
    const file = world.write('program', '#!/bin/sh\n', 0o755);
    execFileSync('setfattr', ['-n', 'user.origin', '-v', 'package', file]);
    const run = await world.watching({ watch: [{ path: world.folder, xattrs: true }] });
    expect(known(world.positions, file)?.xattrs).toBe('user.origin=package');
    const reading = changesOf(run, 1);
    execFileSync('setfacl', ['-m', 'u:12345:rw', file]);
    expect(await reading).toMatchObject([
      {
        change: 'attributes',
        path: file,
        after: { acl: 'user::rwx,user:12345:rw-,group::r-x,mask::rwx,other::r-x' },
      },
    ]);
  },
);

describe('with dpkg', () => {
  const missing = !hasProgram('dpkg') || !hasProgram('dpkg-deb');

  /** A package of one program and one settings file, installed into a root of its own. */
  function makePackage(version: string, program: string): string {
    const tree = world.at(`build-${version}`);
    fs.mkdirSync(path.join(tree, 'DEBIAN'), { recursive: true });
    fs.mkdirSync(path.join(tree, 'usr/bin'), { recursive: true });
    fs.mkdirSync(path.join(tree, 'etc'), { recursive: true });
    const control = `Package: vonggac-test\nVersion: ${version}\nArchitecture: all\nMaintainer: T <t@example.org>\nDescription: test\n`;
    fs.writeFileSync(path.join(tree, 'DEBIAN/control'), control);
    fs.writeFileSync(path.join(tree, 'DEBIAN/conffiles'), '/etc/vonggac-test.conf\n');
    fs.writeFileSync(path.join(tree, 'usr/bin/tool'), program, { mode: 0o755 });
    fs.writeFileSync(path.join(tree, 'etc/vonggac-test.conf'), `version ${version}\n`);
    const sums = execFileSync('md5sum', ['usr/bin/tool'], { cwd: tree });
    fs.writeFileSync(path.join(tree, 'DEBIAN/md5sums'), sums);
    fs.chmodSync(path.join(tree, 'DEBIAN'), 0o755);
    const file = world.at(`vonggac-test-${version}.deb`);
    execFileSync('dpkg-deb', ['--root-owner-group', '--build', tree, file], { stdio: 'ignore' });
    return file;
  }

  function prepareRoot(): string {
    const root = world.at('root');
    for (const folder of ['var/lib/dpkg/info', 'var/lib/dpkg/updates', 'usr/bin', 'etc']) {
      fs.mkdirSync(path.join(root, folder), { recursive: true });
    }
    // A system that dpkg keeps has some package from the start; where it has none, others keep the system.
    const base = [
      'Package: base',
      'Status: install ok installed',
      'Maintainer: T <t@example.org>',
      'Architecture: all',
      'Version: 1',
      'Description: test',
    ];
    fs.writeFileSync(path.join(root, 'var/lib/dpkg/status'), `${base.join('\n')}\n\n`);
    fs.writeFileSync(path.join(root, 'var/lib/dpkg/info/base.list'), '/.\n');
    return root;
  }

  const install = (root: string, file: string): void => {
    const args = [
      `--root=${root}`,
      '--force-not-root',
      '--force-bad-path',
      '--force-script-chrootless',
      '--log=/dev/null',
      '--install',
      file,
    ];
    execFileSync('dpkg', args, { stdio: 'pipe' });
  };

  const packages = (root: string) => (breathe: () => Promise<void>) =>
    openDpkgFiles({ adminDir: path.join(root, 'var/lib/dpkg'), root, breathe });

  test.skipIf(missing)(
    'what a package brings is marked as its own, what is changed afterwards is not',
    async () => {
      const root = prepareRoot();
      const file = makePackage('1.0', 'one\n');
      const run = await world.watching({
        watch: [{ path: path.join(root, 'usr') }, { path: path.join(root, 'etc') }],
        packages: packages(root),
      });
      let reading = changesOf(run, 2);
      install(root, file);
      const installed = await reading;
      expect(
        installed
          .filter(({ after }) => after?.type === 'file')
          .map((record) => [record.path, record.package]),
      ).toEqual(
        expect.arrayContaining([
          [path.join(root, 'etc/vonggac-test.conf'), 'vonggac-test 1.0'],
          [path.join(root, 'usr/bin/tool'), 'vonggac-test 1.0'],
        ]),
      );
      reading = changesOf(run, 1);
      fs.appendFileSync(path.join(root, 'usr/bin/tool'), 'evil\n');
      const [changed] = await reading;
      expect(changed).toMatchObject({ change: 'modified', path: path.join(root, 'usr/bin/tool') });
      expect(changed?.package).toBeUndefined();
    },
  );

  test.skipIf(missing)('a maintenance window is quiet, and one report comes after it', async () => {
    const root = prepareRoot();
    install(root, makePackage('1.0', 'one\n'));
    const update = makePackage('1.1', 'two\n');
    let now = Date.parse('2026-03-02T22:30:00+07:00');
    const windows = [
      { from: '22:00', to: '23:00', days: [1], timeZone: 'Asia/Ho_Chi_Minh', reason: 'updates' },
    ];
    const watch = [{ path: path.join(root, 'usr') }, { path: path.join(root, 'etc') }];
    const options = { watch, packages: packages(root), maintenance: { windows }, heartbeatMs: 100 };
    const run = await world.watching(options, { now: () => now });
    const records = [];
    install(root, update);
    world.write('root/etc/cron.d-intruder', '* * * * * root sh\n');
    const tool = path.join(root, 'usr/bin/tool');
    const before = known(world.positions, tool)?.sha256;
    while (
      known(world.positions, tool)?.sha256 === before ||
      known(world.positions, path.join(root, 'etc/cron.d-intruder')) === undefined
    ) {
      records.push(...(await run.step()));
    }
    expect(records.filter(({ kind }) => kind === 'integrity')).toEqual([]);
    await run.stop();
    // The report outlives a stop.
    now += 3_600_000;
    const [report] = await changesOf(world.start(options, { now: () => now }), 1);
    expect(report).toMatchObject({
      change: 'reconciled',
      detail: { reason: 'updates', packaged: 2, unpackaged: 1 },
    });
    expect(report?.detail?.['packages']).toBe('vonggac-test 1.1 (2)');
    expect(report?.detail?.['paths']).toBe(`created ${path.join(root, 'etc/cron.d-intruder')}`);
    expect(report?.detail?.['digest']).toMatch(/^[0-9a-f]{64}$/);
  });
});
