/**
 * Hosts for posture policies, as folders made of the data beside the policies (`rules/posture/tests`): one on which every
 * check passes, and changes that make one fail. The user who runs the tests is its root.
 */
import fs from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import type { Host } from '../../../agent/host/host.ts';
import { WindowsStandIn } from '../../support/agent/windows-stand-in.ts';

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
const rowsSchema = z.array(z.record(z.string(), z.unknown()));
const caseSchema = z.record(z.string(), z.union([changeSchema, serviceState, z.int(), rowsSchema]));

const windowsSchema = z.strictObject({
  /** `dword 1`, `text x`, by key and name. */
  registry: z.record(z.string(), z.string()).default({}),
  /** By section and name. */
  secpol: z.record(z.string(), z.string()).default({}),
  auditpol: z.record(z.string(), z.int().min(0).max(3)).default({}),
  /** `on 268435456` */
  logs: z.record(z.string(), z.string()).default({}),
  /** Rows by section. */
  cim: z.record(z.string(), rowsSchema).default({}),
});

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
    /** A stand-in for Windows. */
    windows: windowsSchema.optional(),
  }),
  /** By check; in a case, what changes by path, `service NAME`, `package NAME`; of Windows by `registry`, `secpol`, `auditpol`, `log`, `cim`. */
  fails: z.record(z.string(), z.array(caseSchema).min(1)),
});

export type PostureTestFile = z.infer<typeof testSchema>;
export type PostureCase = z.infer<typeof caseSchema>;
type Good = PostureTestFile['good'];
type Windows = z.infer<typeof windowsSchema>;

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
      ...joinWindows([...under, own]),
      ...(own.good.rpm === undefined ? {} : { rpm: own.good.rpm }),
    },
    fails: join(({ fails }) => fails),
  });
}

function joinWindows(tests: readonly PostureTestFile[]): Partial<Good> {
  const all = tests.flatMap(({ good: { windows } }) => (windows === undefined ? [] : [windows]));
  if (all.length === 0) return {};
  const join = <K extends keyof Windows>(name: K): Windows[K] =>
    Object.assign({}, ...all.map((each) => each[name])) as Windows[K];
  const [registry, secpol, auditpol] = [join('registry'), join('secpol'), join('auditpol')];
  return { windows: { registry, secpol, auditpol, logs: join('logs'), cim: join('cim') } };
}

/** Windows with the changes of a case. */
function makeWindows(good: Windows, changes: PostureCase = {}): Host {
  const windows = new WindowsStandIn();
  const now: Windows = windowsSchema.parse(structuredClone(good));
  for (const [what, to] of Object.entries(changes)) {
    const cut = what.indexOf(' ');
    const [kind, name] = [what.slice(0, cut), what.slice(cut + 1)];
    if (kind === 'registry') {
      if (to === null) delete now.registry[name];
      else now.registry[name] = z.string().parse(to);
    } else if (kind === 'secpol') now.secpol[name] = z.string().parse(to);
    else if (kind === 'auditpol') now.auditpol[name] = z.int().parse(to);
    else if (kind === 'log') now.logs[name] = z.string().parse(to);
    else if (kind === 'cim') now.cim[name] = rowsSchema.parse(to);
    else throw new Error(`${what} is nothing of Windows`);
  }
  for (const [name, state] of Object.entries(now.registry)) windows.setState(name, state);
  for (const [name, value] of Object.entries(now.secpol)) windows.secpol.set(name, value);
  for (const [guid, bits] of Object.entries(now.auditpol)) windows.policy.set(guid, bits);
  for (const [log, state] of Object.entries(now.logs)) {
    const [word, bytes] = state.split(' ');
    windows.logs.set(log, { enabled: word === 'on', bytes: Number(bytes) });
  }
  for (const [section, rows] of Object.entries(now.cim)) windows.cim.set(section, rows);
  return windows.host;
}

/** Takes the changes of a case back. */
export function restore({ root }: Host, good: Good, changes: PostureCase): void {
  if (good.windows !== undefined) return;
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
  if (good.windows !== undefined) return makeWindows(good.windows);
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
  if (good.windows !== undefined) return makeWindows(good.windows, changes);
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
