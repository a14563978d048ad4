/** Every way a start can fail says what is wrong and what to do, and leaves nothing running. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startCollectorProcess } from '../../scripts/simulate/collector-process.ts';

const ROOT = path.dirname(path.dirname(import.meta.dirname));

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-start-'));
});
afterEach(async () => {
  await chmod(folder, 0o700);
  await rm(folder, { recursive: true, force: true });
});

async function startFails(
  env: Record<string, string>,
  args: readonly string[] = [],
): Promise<{ code: number; stderr: string }> {
  const child = spawn(process.execPath, ['collector/cli.ts', 'start', ...args], {
    cwd: ROOT,
    env: {
      ...process.env,
      LANG: 'C',
      VONGGAC_LISTEN: '127.0.0.1:0',
      VONGGAC_DATA: path.join(folder, 'data'),
      ...env,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = await once(child, 'close');
  return { code: Number(code), stderr };
}

describe('a collector that cannot start says why and what to do', () => {
  test('when the port is taken', async () => {
    const other = net.createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const listen = `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
    const { code, stderr } = await startFails({ VONGGAC_LISTEN: listen });
    other.close();
    expect(code).toBe(1);
    expect(stderr).toContain(`${listen} is taken by another program`);
    expect(stderr).toContain('VONGGAC_LISTEN');
  });

  test('when the data folder is used by another process, which it names', async () => {
    const dataDir = path.join(folder, 'data');
    const first = await startCollectorProcess({ dataDir });
    const { code, stderr } = await startFails({});
    expect(code).toBe(4);
    expect(stderr).toContain(`in use by process ${first.pid}`);
    expect(await first.stop()).toBe(0);
  });

  test('when the data folder is a file', async () => {
    await writeFile(path.join(folder, 'data'), '');
    const { code, stderr } = await startFails({});
    expect(code).toBe(1);
    expect(stderr).toMatch(/data folder .* is a file/);
  });

  test.skipIf(process.getuid?.() === 0)(
    'when the data folder is not writable (skipped as root, whom no mode stops)',
    async () => {
      await chmod(folder, 0o500);
      const { code, stderr } = await startFails({});
      expect(code).toBe(1);
      expect(stderr).toMatch(/data folder .* cannot be written/);
    },
  );

  test('when the data folder cannot be made, because its parent is a file', async () => {
    await writeFile(path.join(folder, 'file'), '');
    const { code, stderr } = await startFails({ VONGGAC_DATA: path.join(folder, 'file', 'data') });
    expect(code).toBe(1);
    expect(stderr).toMatch(/data folder .* cannot be written/);
  });

  test.each([
    ['VONGGAC_LISTEN', 'here', 'VONGGAC_LISTEN (--listen): "here" is not HOST:PORT'],
    ['VONGGAC_LISTEN', '127.0.0.1:99999', 'VONGGAC_LISTEN (--listen)'],
    ['VONGGAC_LOG_LEVEL', 'loud', 'VONGGAC_LOG_LEVEL'],
    ['VONGGAC_CLICKHOUSE_URL', 'nowhere', 'VONGGAC_CLICKHOUSE_URL'],
  ])('when %s is %s', async (name, value, message) => {
    const { code, stderr } = await startFails({ [name]: value });
    expect(code).not.toBe(0);
    expect(stderr).toContain(message);
  });

  test('when it is killed with SIGKILL the next start takes the folder over', async () => {
    const dataDir = path.join(folder, 'data');
    const first = await startCollectorProcess({ dataDir });
    await first.kill();
    const second = await startCollectorProcess({ dataDir });
    expect(await second.stop()).toBe(0);
  });
});

test('a folder of rules that is not there is named', async () => {
  const { code, stderr } = await startFails({ VONGGAC_RULES: path.join(folder, 'nowhere') });
  expect(code).toBe(1);
  expect(stderr).toContain(path.join(folder, 'nowhere'));
  expect(stderr).toContain('VONGGAC_RULES');
});

describe('a malformed rule file', () => {
  test('is named with its line; the other rules load', async () => {
    const rules = path.join(folder, 'rules');
    await mkdir(rules);
    await writeFile(
      path.join(rules, 'broken.yml'),
      'title: broken\nlogsource:\n  product: linux\ndetection:\n  selection:\n    a|nonsense: 1\n  condition: selection\n',
    );
    await writeFile(path.join(rules, 'bad-yaml.yml'), 'title: [\n');
    await writeFile(
      path.join(rules, 'hostile.yml'),
      'title: hostile\nlogsource:\n  product: linux\ndetection:\n  selection:\n    "a|\\e[2Jclear": 1\n  condition: selection\n',
    );
    await writeFile(
      path.join(rules, 'fine.yml'),
      'title: fine\nlogsource:\n  product: linux\ndetection:\n  selection:\n    a: 1\n  condition: selection\n',
    );
    const collector = await startCollectorProcess({
      dataDir: path.join(folder, 'data'),
      env: { VONGGAC_RULES: rules },
    });
    expect(collector.stderr()).toMatch(/broken\.yml:6:\d+: .*nonsense/);
    expect(collector.stderr()).toMatch(/bad-yaml\.yml:\d+:\d+/);
    expect(collector.stderr()).toMatch(/hostile\.yml:6:\d+: .*\ufffd\[2Jclear/);
    expect(collector.stderr()).not.toContain('\u001b');
    expect(collector.stderr()).not.toContain('fine.yml');
    expect(await collector.stop()).toBe(0);
  });
});
