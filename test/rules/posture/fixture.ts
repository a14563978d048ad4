/**
 * Hosts for posture policies, as folders made of the data beside the policies (`rules/posture/tests`): one on which every
 * check passes, and changes that make one fail. The user who runs the tests is its root.
 */
import fs from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import type { Host } from '../../../agent/host/host.ts';

const modeText = z.string().regex(/^0[0-7]{3,4}$/);
const fileSchema = z.union([
  z.string(),
  z.strictObject({ text: z.string().default(''), mode: modeText }),
  z.strictObject({ folder: modeText }),
]);
const pair = z.tuple([z.string(), z.string()]);
const changeSchema = z.union([
  /** The file's whole text. */
  z.string(),
  /** The file is gone. */
  z.null(),
  z.strictObject({ replace: pair, and: pair.optional() }),
  z.strictObject({ append: z.string() }),
  z.strictObject({ mode: modeText }),
  z.strictObject({ folder: modeText }),
]);
const serviceState = z.enum(['enabled', 'running', 'disabled', 'gone']);
const caseSchema = z.record(z.string(), z.union([changeSchema, serviceState]));

const testSchema = z.strictObject({
  policy: z.string(),
  /** Other files of this folder whose host is the beginning of this one. */
  on: z.array(z.string()).default([]),
  good: z.strictObject({
    files: z.record(z.string(), fileSchema).default({}),
    /** Units and how they are: `running` is enabled too. */
    services: z.record(z.string(), serviceState).default({}),
    /** Names and versions, by dpkg or rpm. */
    dpkg: z.record(z.string(), z.string()).optional(),
    rpm: z.record(z.string(), z.string()).optional(),
  }),
  /** By check; in a case, what changes by path, `service NAME`, `package NAME`. */
  fails: z.record(z.string(), z.array(caseSchema).min(1)),
});

export type PostureTestFile = z.infer<typeof testSchema>;
export type PostureCase = z.infer<typeof caseSchema>;
type Good = PostureTestFile['good'];

/** Where a host says nothing of accounts. */
const PASSWD = 'root:x:{uid}:{gid}:root:/root:/bin/bash\n';
const GROUP = 'root:x:{gid}:\n';
const FOLDER = path.join(import.meta.dirname, '../../../rules/posture/tests');

export function testFiles(): string[] {
  return fs
    .readdirSync(FOLDER)
    .filter((name) => name.endsWith('.yml'))
    .map((name) => path.basename(name, '.yml'));
}

/** With the hosts it stands on. */
export function readTestFile(name: string): PostureTestFile {
  const text = fs.readFileSync(path.join(FOLDER, `${name}.yml`), 'utf8');
  const own = testSchema.parse(load(text));
  const under = own.on.map(readTestFile);
  const join = (pick: (test: PostureTestFile) => object | undefined): object =>
    Object.assign({}, ...[...under, own].map(pick));
  return testSchema.parse({
    ...own,
    on: [],
    good: {
      files: join(({ good }) => good.files),
      services: join(({ good }) => good.services),
      ...(own.good.dpkg === undefined ? {} : { dpkg: own.good.dpkg }),
      ...(own.good.rpm === undefined ? {} : { rpm: own.good.rpm }),
    },
    fails: join(({ fails }) => fails),
  });
}

/** Takes the changes of a case back. */
export function restore({ root }: Host, good: Good, changes: PostureCase): void {
  for (const what of Object.keys(changes)) {
    const [kind, name = ''] = what.split(' ');
    if (kind === 'service') setService(root, name, good.services[name] ?? 'gone');
    else if (what.startsWith('/')) {
      fs.rmSync(path.join(root, what), { recursive: true, force: true });
      writeFiles(root, good, (file) => file === what || file.startsWith(`${what}/`));
    }
  }
  if (good.dpkg !== undefined) writePackages(root, good.dpkg);
}

function writeFiles(root: string, good: Good, isWanted: (file: string) => boolean): void {
  const files: Good['files'] = { '/etc/passwd': PASSWD, '/etc/group': GROUP, ...good.files };
  for (const [file, content] of Object.entries(files)) {
    if (!isWanted(file)) continue;
    if (typeof content === 'string') writeText(root, file, content);
    else if ('folder' in content) makeFolder(root, file, content.folder);
    else writeText(root, file, content.text, content.mode);
  }
}

/** Writes the host into a folder. */
export function makeHost(root: string, good: Good): Host {
  writeFiles(root, good, () => true);
  for (const [name, state] of Object.entries(good.services)) setService(root, name, state);
  const { dpkg, rpm = {} } = good;
  if (dpkg !== undefined) writePackages(root, dpkg);
  if (good.rpm !== undefined) writeText(root, '/var/lib/rpm/rpmdb.sqlite', '');
  return {
    root,
    run: (name) =>
      Promise.resolve(
        name === 'rpm'
          ? { kind: 'ended', code: 0, stderr: '', truncated: false, stdout: rpmList(rpm) }
          : { kind: 'absent' },
      ),
  };
}

/** Makes the changes of a case. */
export function change(host: Host, good: Good, changes: PostureCase): Host {
  const rpm = { ...good.rpm };
  const dpkg = { ...good.dpkg };
  for (const [what, to] of Object.entries(changes)) {
    const [kind, name = ''] = what.split(' ');
    if (kind === 'service') setService(host.root, name, serviceState.parse(to));
    else if (kind === 'package') {
      for (const book of [rpm, dpkg]) {
        if (to === null) delete book[name];
        else book[name] = z.string().parse(to);
      }
    } else changeFile(host.root, what, changeSchema.parse(to));
  }
  if (good.dpkg !== undefined) writePackages(host.root, dpkg);
  return {
    ...host,
    run: (name, args, options) =>
      name === 'rpm'
        ? Promise.resolve({ kind: 'ended', code: 0, stderr: '', truncated: false, stdout: rpmList(rpm) })
        : host.run(name, args, options),
  };
}

function changeFile(root: string, file: string, to: z.infer<typeof changeSchema>): void {
  const place = path.join(root, file);
  if (typeof to === 'string') writeText(root, file, to);
  else if (to === null) fs.rmSync(place, { recursive: true });
  else if ('mode' in to) fs.chmodSync(place, Number.parseInt(to.mode, 8));
  else if ('folder' in to) makeFolder(root, file, to.folder);
  else {
    let text = fs.readFileSync(place, 'utf8');
    if ('append' in to) text = `${text.trimEnd()}\n${to.append}\n`;
    else {
      for (const [from, by] of [to.replace, ...(to.and === undefined ? [] : [to.and])]) {
        if (!text.includes(filled(from))) throw new Error(`${file} does not hold ${JSON.stringify(from)}`);
        text = text.replace(filled(from), filled(by));
      }
    }
    writeText(root, file, text);
  }
}

function filled(text: string): string {
  return text
    .replaceAll('{uid}', String(process.getuid?.() ?? 0))
    .replaceAll('{gid}', String(process.getgid?.() ?? 0));
}

/** Modes do not depend on the umask of who runs the tests. */
function writeText(root: string, file: string, text: string, mode?: string): void {
  const place = path.join(root, file);
  fs.mkdirSync(path.dirname(place), { recursive: true, mode: 0o755 });
  const before = fs.statSync(place, { throwIfNoEntry: false })?.mode;
  if (before !== undefined) fs.chmodSync(place, 0o600);
  fs.writeFileSync(place, filled(text));
  fs.chmodSync(place, mode === undefined ? (before ?? 0o644) & 0o7777 : Number.parseInt(mode, 8));
}

function makeFolder(root: string, folder: string, mode: string): void {
  const place = path.join(root, folder);
  fs.mkdirSync(place, { recursive: true });
  fs.chmodSync(place, Number.parseInt(mode, 8));
}

function setService(root: string, name: string, state: z.infer<typeof serviceState>): void {
  const unit = name.includes('.') ? name : `${name}.service`;
  const file = `/usr/lib/systemd/system/${unit}`;
  const want = `/etc/systemd/system/multi-user.target.wants/${unit}`;
  const group = `/sys/fs/cgroup/system.slice/${unit}`;
  for (const place of [file, want, group])
    fs.rmSync(path.join(root, place), { recursive: true, force: true });
  makeFolder(root, '/sys/fs/cgroup/system.slice', '0755');
  if (state === 'gone') return;
  writeText(root, file, '[Service]\nExecStart=/usr/sbin/x\n[Install]\nWantedBy=multi-user.target\n');
  if (state !== 'disabled') writeText(root, want, '');
  if (state === 'running') writeText(root, `${group}/cgroup.events`, 'populated 1\n');
}

function writePackages(root: string, packages: Readonly<Record<string, string>>): void {
  const blocks = Object.entries(packages).map(
    ([name, version]) =>
      `Package: ${name}\nStatus: install ok installed\nArchitecture: amd64\nVersion: ${version}\n`,
  );
  writeText(root, '/var/lib/dpkg/status', `${blocks.join('\n')}\n`);
}

function rpmList(packages: Readonly<Record<string, string>>): string {
  return Object.entries(packages)
    .map(([name, version]) => `${name}\t0:${version}\tx86_64\tRocky\t${name}.src.rpm\n`)
    .join('');
}
