/** Packages of the agent and of the collector: the same bytes of the same sources, what is in them, and what they say of it. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeAgentDeb } from '../../scripts/package/agent-deb.ts';
import { fillLinuxFolder, fillWindowsFolder } from '../../scripts/package/agent-folder.ts';
import { bundleAgent, type Bundle } from '../../scripts/package/bundle.ts';
import { makeCollectorDeb } from '../../scripts/package/collector-deb.ts';
import { librariesFor, OF_THE_CONSOLE } from '../../scripts/package/collector-libraries.ts';
import { maintainerOf } from '../../scripts/package/maintainer.ts';
import { makeMsi, MSI_TOOLS } from '../../scripts/package/msi.ts';
import { hasTool, runTool } from '../../scripts/package/run-tool.ts';
import type { Runtime } from '../../scripts/package/runtimes.ts';
import { makeSbom } from '../../scripts/package/sbom.ts';
import { HOST_TOOLS, makeServiceHost } from '../../scripts/package/service-host.ts';
import { makeTarball } from '../../scripts/package/tarball.ts';
import { makeFolder, removeFolder } from '../support/agent/spool-fixture.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const EPOCH = 1_790_000_000;

let folder: string;
let runtime: Runtime;
/** Made apart, at another time. */
const bundles: Bundle[] = [];

beforeAll(async () => {
  folder = makeFolder();
  // Small: what is packed with it is what the test is about.
  const program = path.join(folder, 'node');
  fs.writeFileSync(program, '#!/bin/sh\n', { mode: 0o700 });
  const licence = path.join(folder, 'licence');
  fs.writeFileSync(licence, 'MIT\n', { mode: 0o600 });
  runtime = { platform: 'linux', version: '24.21.0', program, licence };
  for (const name of ['one', 'two']) bundles.push(await bundleAgent(path.join(folder, name, 'bundle')));
});

afterAll(() => removeFolder(folder));

const digest = (file: string): string => createHash('sha256').update(fs.readFileSync(file)).digest('hex');

const options = (name: string) => ({ bundle: path.join(folder, name, 'bundle'), runtime, version: '0.1.0' });

test.skipIf(!hasTool('dpkg-deb'))('the same sources make the same .deb, whose files are root’s', () => {
  const [one = '', two = ''] = ['one', 'two'].map((name) => {
    const out = path.join(folder, name, 'out');
    const scratch = path.join(folder, name, 'deb');
    fs.mkdirSync(out);
    fs.mkdirSync(scratch);
    return makeAgentDeb({ ...options(name), scratch, maintainer: 'Vọng Gác', epoch: EPOCH, out });
  });
  expect(digest(one)).toBe(digest(two));
  const listed = execFileSync('dpkg-deb', ['--contents', one], {
    encoding: 'utf8',
    env: { ...process.env, TZ: 'UTC' },
  });
  const rows = listed.trim().split('\n');
  expect(
    rows.filter(
      (row) => !/^(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--|lrwxrwxrwx) root\/root .* 2026-09-21 /.test(row),
    ),
  ).toEqual([]);
  expect(listed).toMatch(/-rwxr-xr-x .* \.\/opt\/vonggac-agent\/runtimes\/24\.21\.0\/node\n/);
  expect(listed).toMatch(/-rw-r--r-- .* \.\/opt\/vonggac-agent\/versions\/0\.1\.0\/vonggac-agent\.js\n/);
  expect(listed).toContain('./usr/bin/vonggac-agent -> /opt/vonggac-agent/vonggac-agent');
});

test.skipIf(!hasTool('dpkg-deb'))('the same sources make the same .deb of the collector', () => {
  const console = path.join(folder, 'console');
  fs.mkdirSync(console);
  fs.writeFileSync(path.join(console, 'index.html'), '<!doctype html>');
  const [one = '', two = ''] = ['one', 'two'].map((name) => {
    const out = path.join(folder, name, 'collector-out');
    const scratch = path.join(folder, name, 'collector');
    fs.mkdirSync(out);
    fs.mkdirSync(scratch);
    const making = { version: '0.1.0', maintainer: 'Vọng Gác', epoch: EPOCH, out, isPacked: false };
    return makeCollectorDeb({ ...making, scratch, runtime, console, libraries: ['ws', 'zod'] });
  });
  expect(digest(one)).toBe(digest(two));
  expect(runTool('dpkg-deb', ['--field', one, 'Maintainer'])).toBe('Vọng Gác\n');
  const listed = runTool('dpkg-deb', ['--contents', one]);
  for (const file of [
    '-rwxr-xr-x root/root .* ./opt/vonggac/vonggac\n',
    '-rwxr-xr-x root/root .* ./opt/vonggac/runtime/node\n',
    '-rw-r--r-- root/root .* ./opt/vonggac/dashboards/console/dist/index.html\n',
    '-rw-r--r-- root/root .* ./opt/vonggac/rules/detections/.*\\.yml\n',
    '-rw-r--r-- root/root .* ./usr/share/doc/vonggac/docs/vi/administration.md\n',
    '-rw-r--r-- root/root .* ./usr/share/man/man8/vonggac.8.gz\n',
  ])
    expect(listed).toMatch(new RegExp(file));
  expect(listed).not.toMatch(/screenshots|node_modules.*\.d\.ts/);
});

test('the collector’s package has the libraries that it runs with, and none of the console’s', () => {
  const modules = path.join(ROOT, 'node_modules');
  const libraries = librariesFor(modules);
  expect(libraries).toEqual(expect.arrayContaining(['@chdb/lib-linux-x64-gnu', 'fastify', 'avvio']));
  expect(libraries.filter((name) => ['antd', 'react', 'vite', 'typescript'].includes(name))).toEqual([]);
  const sources = ['agent', 'collector', 'rules'].flatMap((name) =>
    fs.globSync(path.join(ROOT, name, '**/*.ts')).map((file) => fs.readFileSync(file, 'utf8')),
  );
  const imported = [...OF_THE_CONSOLE].filter((name) =>
    sources.some((text) => text.includes(`from '${name}'`) || text.includes(`import('${name}'`)),
  );
  expect(imported).toEqual([]);
});

test('who stands for the packages is who was named, else the author', () => {
  expect(maintainerOf(undefined).text).toBe('Vọng Gác');
  expect(maintainerOf('Sở Khoa học và Công nghệ Đồng Nai <soc@dongnai.example>')).toEqual({
    text: 'Sở Khoa học và Công nghệ Đồng Nai <soc@dongnai.example>',
    asciiName: 'So Khoa hoc va Cong nghe Dong Nai',
  });
  for (const wrong of ['', '<soc@a.example>', 'A <nobody>', 'A\nB'])
    expect(() => maintainerOf(wrong)).toThrow('--maintainer is');
});

test('the same sources make the same .tar.gz', () => {
  const [one = '', two = ''] = ['one', 'two'].map((name) => {
    const tree = path.join(folder, name, 'tar/vonggac-agent-0.1.0');
    fillLinuxFolder(tree, options(name));
    return makeTarball(tree, path.join(folder, name, 'agent.tar.gz'), EPOCH);
  });
  expect(digest(one)).toBe(digest(two));
});

test('the bill of materials names each library with its licence, and is the same of the same', () => {
  const [bundle] = bundles;
  const libraries = bundle?.components ?? [];
  const make = (): string =>
    makeSbom({
      name: 'vonggac-agent',
      version: '0.1.0',
      libraries,
      node: { node: '24.21.0', openssl: '3.5.4', modules: '137' },
      epoch: EPOCH,
    });
  expect(make()).toBe(make());
  const bom = JSON.parse(make()) as Record<string, unknown> & {
    components: { 'bom-ref': string; name: string; purl: string; licenses?: unknown[] }[];
  };
  // What the schema of CycloneDX 1.6 requires, and its patterns.
  expect(bom).toMatchObject({ bomFormat: 'CycloneDX', specVersion: '1.6', version: 1 });
  expect(bom['serialNumber']).toMatch(
    /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/,
  );
  expect(bom['metadata']).toMatchObject({ timestamp: '2026-09-21T14:13:20.000Z' });
  expect(bom.components.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['commander', 'pino', 'ws', 'zod', 'node']),
  );
  expect(bom.components.length).toBe(libraries.length + 1);
  expect(new Set(bom.components.map((each) => each['bom-ref'])).size).toBe(bom.components.length);
  for (const { purl, licenses } of bom.components) {
    expect(purl).toMatch(/^pkg:(npm|generic)\/[^@]+@[\w.+-]+$/);
    expect(licenses).toHaveLength(1);
  }
  expect(bom.components).toContainEqual(
    expect.objectContaining({
      purl: expect.stringMatching(/^pkg:npm\/ws@/) as unknown,
      licenses: [{ license: { id: 'MIT' } }],
    }),
  );
});

test.skipIf(![...MSI_TOOLS, ...HOST_TOOLS].every(hasTool))(
  'the same sources make the same .msi, with its service, properties and what removes it',
  () => {
    const [one = '', two = ''] = ['one', 'two'].map((name) => {
      const scratch = path.join(folder, name, 'msi');
      fs.mkdirSync(scratch);
      const tree = path.join(scratch, 'folder');
      const windows: Runtime = { ...runtime, platform: 'win' };
      fillWindowsFolder(tree, makeServiceHost(scratch, '0.1.0'), { ...options(name), runtime: windows });
      const out = path.join(folder, name, 'msi-out');
      fs.mkdirSync(out);
      return makeMsi({
        folder: tree,
        version: '0.1.0',
        manufacturer: 'Vong Gac',
        epoch: EPOCH,
        scratch,
        out,
      });
    });
    expect(digest(one)).toBe(digest(two));
    const table = (name: string): string => runTool('msiinfo', ['export', one, name]);
    expect(table('ServiceInstall')).toContain('VongGacAgent');
    expect(table('File')).toContain('vonggac-file-facts.exe');
    expect(table('IniFile')).toContain('[TOKEN]');
    expect(table('Property')).toMatch(/MsiHiddenProperties\tTOKEN/);
    expect(table('Property')).toMatch(/SecureCustomProperties\t.*URL;TOKEN;CA;KEEP;KEEPDATA/);
    expect(table('Component')).toMatch(/Join\t.*\t\(URL AND TOKEN\) OR REMOVE~="ALL"\t/);
    expect(table('Upgrade')).toMatch(/\t0\.1\.0\t\t513\t\tWIX_UPGRADE_DETECTED/);
    expect(table('ActionText')).not.toContain('[4]');
    expect(table('CreateFolder')).toContain('VENDORDIR\tService');
    const sequence = table('InstallExecuteSequence');
    expect(sequence).toMatch(/Purge\tREMOVE~="ALL" AND NOT UPGRADINGPRODUCTCODE/);
    // The state folder is marked before the older version goes, and the service has ended before what is purged.
    const at = (action: string): number =>
      Number(new RegExp(`^${action}\t.*\t(\\d+)`, 'm').exec(sequence)?.[1]);
    const order = [
      'MarkUpgrade',
      'InstallExecute',
      'RemoveExistingProducts',
      'StopServices',
      'Purge',
      'DeleteServices',
    ];
    expect(order.map(at)).toEqual(order.map(at).toSorted((one, other) => one - other));
    expect(order.map(at)).not.toContain(NaN);
  },
);
