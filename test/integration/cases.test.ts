/** A case in a real collector: files through kills, backups and restores; a legal clock that becomes an alert. */
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import https from 'node:https';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { dataFolder } from '../../collector/registry/data-folder.ts';
import {
  prepareApiToken,
  startCollectorProcess,
  type CollectorProcess,
} from '../../scripts/simulate/collector-process.ts';
import { vonggacHere } from '../support/vonggac-command.ts';
import { temporaryFolder } from '../unit/registry/registry-fixture.ts';

const FILE_BYTES = 3_000_000;
let folder: ReturnType<typeof temporaryFolder>;
let target: ReturnType<typeof temporaryFolder>;
let collector: CollectorProcess;
let token: string;

beforeAll(async () => {
  folder = temporaryFolder();
  target = temporaryFolder();
  token = await prepareApiToken(folder.path, 'soc-lead');
  collector = await startCollectorProcess({ dataDir: folder.path });
});
afterAll(async () => {
  await collector.kill();
  folder.remove();
  target.remove();
});

function ask(method: string, url: string, body?: Buffer | object): Promise<{ status: number; body: Buffer }> {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body === undefined ? '' : JSON.stringify(body));
  const type = Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json';
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body === undefined ? {} : { 'content-type': type, 'content-length': bytes.length }),
  };
  return new Promise((resolve, reject) => {
    const request = https.request(
      `${collector.url}/api/v1${url}`,
      { method, headers, rejectUnauthorized: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(chunks) }));
      },
    );
    request.on('error', reject);
    request.end(bytes);
  });
}
const json = (answer: { body: Buffer }) => JSON.parse(answer.body.toString('utf8'));

test('a case lives through a kill and a restore with its files, and its clock is told of', async () => {
  const made = await vonggacHere([
    '--data',
    folder.path,
    'case',
    'create',
    'Mã độc tống tiền',
    '--class',
    'malware',
    '--checklist',
    '--json',
  ]);
  expect([made.code, made.err]).toEqual([0, '']);
  const { number } = JSON.parse(made.out);
  const content = randomBytes(FILE_BYTES);
  const sent = await ask('POST', `/cases/${number}/attachments?name=m%E1%BA%ABu.bin`, content);
  expect(sent.status).toBe(201);
  const [file] = json(sent).attachments;
  expect(file).toMatchObject({
    name: 'mẫu.bin',
    bytes: FILE_BYTES,
    sha256: createHash('sha256').update(content).digest('hex'),
  });
  const startedAt = new Date(Date.now() - 23 * 3_600_000).toISOString();
  expect((await ask('POST', `/cases/${number}/clocks`, { kind: 'vn-2026-24h', startedAt })).status).toBe(201);

  const backup = await vonggacHere(['--data', folder.path, 'backup', 'create', '--json']);
  expect(backup).toMatchObject({ code: 0 });
  await collector.kill();
  // What a kill during an upload leaves behind.
  const stray = path.join(dataFolder(folder.path).attachments, '.incoming');
  mkdirSync(stray, { recursive: true });
  writeFileSync(path.join(stray, 'ab'.repeat(16)), 'half');
  collector = await startCollectorProcess({ dataDir: folder.path });
  const again = await ask('GET', `/cases/${number}/attachments/${file.id}`);
  expect(again.body.equals(content)).toBe(true);
  await expect.poll(() => readdirSync(stray), { timeout: 60_000 }).toEqual([]);
  const alerts = async (): Promise<unknown> =>
    json(await ask('GET', '/alerts?ruleId=vonggac:legal-clock')).alerts;
  await expect
    .poll(alerts, { timeout: 60_000 })
    .toMatchObject([{ entity: { case: number, clock: 'vn-2026-24h' } }]);

  const name = readdirSync(path.join(folder.path, 'backup')).find((one) => one.startsWith('vonggac-')) ?? '';
  const restored = await vonggacHere([
    '--data',
    target.path,
    'restore',
    path.join(folder.path, 'backup', name),
  ]);
  expect(restored).toMatchObject({ code: 0 });
  const place = path.join(dataFolder(target.path).attachments, file.id.slice(0, 2), file.id);
  expect(readFileSync(place).equals(content)).toBe(true);
  const out = path.join(target.path, 'case.zip');
  const exported = await vonggacHere(['--data', target.path, 'case', 'export', number, '--out', out]);
  expect([exported.code, exported.err]).toEqual([0, '']);
  expect(readFileSync(out).includes(content)).toBe(true);
});
