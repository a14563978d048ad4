import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { X509Certificate } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fingerprintOf, loadOrCreateCertificate } from '../../../collector/registry/certificate.ts';
import { dataFolder, prepareDataFolder } from '../../../collector/registry/data-folder.ts';
import { DataFolderInUseError, lockDataFolder } from '../../../collector/registry/data-lock.ts';
import { openRegistry } from '../../../collector/registry/database.ts';
import { ensureFirstAdministrator } from '../../../collector/registry/first-administrator.ts';
import { checkLogin } from '../../../collector/registry/people/check-login.ts';
import { CHEAP, START_MS, temporaryFolder } from './registry-fixture.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
let folder: { path: string; remove: () => void };

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

/** Another process that takes the lock, says so, and stays. */
async function otherHolder(): Promise<{ pid: number; kill: () => Promise<void> }> {
  const script = `
    const { dataFolder } = await import(${JSON.stringify(path.join(ROOT, 'collector/registry/data-folder.ts'))});
    const { lockDataFolder } = await import(${JSON.stringify(path.join(ROOT, 'collector/registry/data-lock.ts'))});
    lockDataFolder(dataFolder(${JSON.stringify(folder.path)}));
    globalThis.gc(); // whoever drops the handle still holds the folder
    process.stdout.write('held');
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return {
    pid: child.pid ?? 0,
    kill: async () => {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

describe('the data folder', () => {
  it('is made for its owner alone', () => {
    const made = dataFolder(path.join(folder.path, 'a', 'b'));
    prepareDataFolder(made);
    expect(modeOf(made.path)).toBe('700');
  });

  it('that every user of the machine may write is refused with what to do', () => {
    chmodSync(folder.path, 0o777);
    expect(() => prepareDataFolder(dataFolder(folder.path))).toThrow(/by every user .* "chmod 700"/);
    chmodSync(folder.path, 0o1777);
    expect(() => prepareDataFolder(dataFolder(folder.path))).toThrow(/by every user/);
    chmodSync(folder.path, 0o755);
    expect(() => prepareDataFolder(dataFolder(folder.path))).not.toThrow();
  });

  it('that is a file is refused with what to do', () => {
    const file = path.join(folder.path, 'file');
    writeFileSync(file, '');
    expect(() => prepareDataFolder(dataFolder(file))).toThrow(/is a file; choose another with --data/);
    expect(() => prepareDataFolder(dataFolder(path.join(file, 'below')))).toThrow(/cannot be written/);
  });

  it.skipIf(process.getuid?.() === 0)('that cannot be written is refused with what to do', () => {
    chmodSync(folder.path, 0o500);
    expect(() => prepareDataFolder(dataFolder(folder.path))).toThrow(/cannot be written: give this user/);
    chmodSync(folder.path, 0o700);
  });

  it('admits one process, names it, and is free again after kill -9', async () => {
    const data = dataFolder(folder.path);
    const other = await otherHolder();
    expect(() => lockDataFolder(data)).toThrow(`is in use by process ${other.pid}`);
    await other.kill();
    const lock = lockDataFolder(data);
    expect(readFileSync(data.lockOwner, 'utf8').trim()).toBe(String(process.pid));
    expect(() => lockDataFolder(data)).toThrow(DataFolderInUseError);
    lock.release();
    lock.release();
    expect(existsSync(data.lockOwner)).toBe(false);
    lockDataFolder(data).release();
  });
});

describe('the certificate', () => {
  const load = () =>
    loadOrCreateCertificate({
      dataDir: folder.path,
      names: ['soc.example.vn', '10.0.0.7'],
      now: () => START_MS,
    });

  it('is made once, valid ten years, for this host and the names given, its key private', async () => {
    const made = await load();
    const certificate = new X509Certificate(made.cert);
    expect(made.fingerprint).toBe(fingerprintOf(certificate.raw));
    expect(made.fingerprint).toBe(certificate.fingerprint256.replaceAll(':', '').toLowerCase());
    expect(certificate.subjectAltName).toBe(
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, DNS:soc.example.vn, IP Address:10.0.0.7',
    );
    expect(certificate.ca).toBe(false);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(made.expiresMs - START_MS).toBeGreaterThan(9.9 * 365 * 86_400_000);
    expect(certificate.validFromDate.getTime()).toBeLessThan(START_MS);
    expect(modeOf(dataFolder(folder.path).certificateKey)).toBe('600');
    expect(await load()).toEqual(made);
  });

  it('is made anew after a first start that was cut off between its two files', async () => {
    const first = await load();
    rmSync(dataFolder(folder.path).certificate);
    expect((await load()).fingerprint).not.toBe(first.fingerprint);
  });

  it('whose key is missing, foreign or damaged is an error, never replaced', async () => {
    const data = dataFolder(folder.path);
    const made = await load();
    rmSync(data.certificateKey);
    await expect(load()).rejects.toThrow(/collector.key is missing: restore it/);
    const otherDir = path.join(folder.path, 'other');
    mkdirSync(otherDir);
    const other = await loadOrCreateCertificate({ dataDir: otherDir, names: [], now: () => START_MS });
    writeFileSync(data.certificateKey, other.key);
    await expect(load()).rejects.toThrow(/does not belong to its key/);
    writeFileSync(data.certificateKey, 'damaged');
    await expect(load()).rejects.toThrow(/cannot be read: restore it/);
    expect(readFileSync(data.certificate, 'utf8')).toBe(made.cert);
  });
});

describe('the first administrator', () => {
  it('gets a private one-time password, kept over restarts until it is used', async () => {
    const data = dataFolder(folder.path);
    const registry = await openRegistry({ file: data.registry });
    const file = await ensureFirstAdministrator(registry, folder.path, CHEAP);
    expect(file).toBe(data.initialPassword);
    expect(modeOf(data.initialPassword)).toBe('600');
    const password = readFileSync(data.initialPassword, 'utf8').trim();
    expect(await checkLogin(registry, { username: 'admin', password }, CHEAP)).toMatchObject({
      ok: true,
      user: { role: 'administrator', mustChangePassword: true },
    });
    expect(await ensureFirstAdministrator(registry, folder.path, CHEAP)).toBe(file);
    expect(readFileSync(data.initialPassword, 'utf8').trim()).toBe(password);
    await registry.close();
  });

  it('is made whole by the next start after a cut between file and account', async () => {
    const data = dataFolder(folder.path);
    writeFileSync(data.initialPassword, 'left over\n');
    const registry = await openRegistry({ file: data.registry });
    await ensureFirstAdministrator(registry, folder.path, CHEAP);
    const password = readFileSync(data.initialPassword, 'utf8').trim();
    expect(await checkLogin(registry, { username: 'admin', password }, CHEAP)).toMatchObject({ ok: true });
    await registry.close();
  });
});
