/** Documents to the centre by a real collector, from the command line: once in effect, whatever happens while they are sent. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { legalDayAt } from '../../collector/agency/legal-day.ts';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type CollectorProcess, startCollectorProcess } from '../../scripts/simulate/collector-process.ts';
import { type Centre, makeCertificate, startCentre } from '../support/exchange-server.ts';
import { vonggacHere } from '../support/vonggac-command.ts';

let dataDir: string;
let centre: Centre;
let collector: CollectorProcess;

const start = () => startCollectorProcess({ dataDir, env: { VONGGAC_WORKERS: '0' } });

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(os.tmpdir(), 'vonggac-exchange-'));
  centre = await startCentre();
  collector = await start();
});

afterEach(async () => {
  await collector.kill();
  centre.close();
  await rm(dataDir, { recursive: true, force: true });
});

const exchange = (...args: string[]) => vonggacHere(['exchange', ...args], { VONGGAC_DATA: dataDir });

test('a pack is built by a job of the collector, whose papers are fetched once', async () => {
  const pack = (...args: string[]) => vonggacHere(['inspection-pack', ...args], { VONGGAC_DATA: dataDir });
  const asOf = legalDayAt(Date.now());
  const out = path.join(dataDir, 'pack');
  expect(await pack('--as-of', asOf, '--out', out)).toMatchObject({ code: 0 });
  expect(JSON.parse((await pack('verify', out, '--json')).out)).toMatchObject({ whole: true });
  const jobs = JSON.parse((await vonggacHere(['job', 'list', '--json'])).out) as { id: string }[];
  const again = await pack('fetch', jobs[0]?.id ?? '', '--out', `${out}-2`);
  expect(again).toMatchObject({ code: 1, err: expect.stringContaining('there is no such pack here') });
});

test('a document whose collector is killed while it is sent is sent again as the same one', async () => {
  const at = (name: string): string => path.join(dataDir, name);
  const signer = makeCertificate('Sở', 'rsa');
  await writeFile(at('key.pem'), signer.key);
  await writeFile(at('certificate.pem'), signer.certificate);
  await writeFile(at('authority.pem'), centre.certificate);
  const settings = {
    variant: 'soap-2026',
    organisation: { id: '000.00.00.H01', name: 'Sở' },
    address: centre.address,
    authority: at('authority.pem'),
    pins: [centre.pin],
    key: at('key.pem'),
    certificate: at('certificate.pem'),
    schedule: { every: 'month', day: 5 },
  };
  await writeFile(at('link.json'), JSON.stringify(settings));
  expect(await exchange('add', at('link.json'), '--name', 'Trung tâm')).toMatchObject({ code: 0 });
  expect((await exchange('test', '1')).out).toContain(`for "pins": ${centre.pin}`);
  expect((await exchange('run', '1', '--dry-run')).out).toContain('It would be 0 machines');
  expect((await exchange('list')).out).toContain('No document was made yet');

  centre.answer = 'silence';
  const arrived = new Promise<void>((resolve) => (centre.onGot = resolve));
  const made = JSON.parse((await exchange('run', '1', '--json')).out) as { message: { id: string } };
  await arrived;
  await collector.kill();
  const { id } = made.message;
  expect((await exchange('show', id)).out).toContain('under way');

  centre.answer = { status: 200, body: '<bien-nhan>12</bien-nhan>' };
  const again = new Promise<void>((resolve) => (centre.onGot = resolve));
  collector = await start();
  await again;
  await expect.poll(async () => (await exchange('show', id)).out).toContain('sent, with receipt');
  expect(centre.got.map((one) => one.id)).toEqual([id, id]);
  expect(centre.got[1]?.body).toBe(centre.got[0]?.body);
  expect((await exchange('show', id)).out).toMatch(/interrupted[\s\S]+accepted {2}200/);

  const folder = at('out');
  expect(await exchange('save', id.slice(0, 8), '--out', folder)).toMatchObject({ code: 0 });
  const saved = JSON.parse((await exchange('list', folder, '--json')).out) as { file: string }[];
  const file = saved[0]?.file ?? 'none';
  expect(await readFile(path.join(folder, file), 'utf8')).toBe(centre.got[0]?.body);
  expect(await readFile(path.join(folder, `${file}.receipt`), 'utf8')).toBe('<bien-nhan>12</bien-nhan>');
  expect((await exchange('validate', path.join(folder, file))).code).toBe(0);
  expect((await exchange('retry', id)).code).toBe(1);
  expect((await exchange('links')).out).toContain('Trung tâm');
  expect((await exchange('remove', '1')).code).toBe(0);
  expect((await exchange('show', id)).code).toBe(1);
});
