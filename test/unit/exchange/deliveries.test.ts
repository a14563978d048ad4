/** What the centre accepted, read of a folder of reports: by hash, by time, bounded. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { reportElement } from '../../../collector/exchange/av-report.ts';
import { writeEnvelope } from '../../../collector/exchange/envelope.ts';
import { exchangeSettingsSchema } from '../../../collector/exchange/exchange-settings.ts';
import { DELIVERY_LIMITS, readDeliveries } from '../../../collector/exchange/deliveries.ts';
import { addReceipt, readReceipts, type Receipt } from '../../../collector/exchange/receipts.ts';
import { putReport, sha256 } from '../../../collector/exchange/report-folder.ts';

const ALL = { fromMs: 0, toMs: 1_000 };
let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-deliveries-'));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

const report = (...names: string[]): string =>
  `<AVReport name="AVReport"><OS>${names.map((name) => `<May ip="10.0.0.1" name="${name}"/>`).join('')}</OS></AVReport>`;

async function receipt(change: Partial<Receipt>): Promise<void> {
  const sent = { address: 'https://centre.vn', status: 200, answerSha256: null, fault: null };
  await addReceipt(folder, { file: 'x.xml', sha256: '', atMs: 1, isAccepted: true, ...sent, ...change });
}

async function delivered(text: string, atMs: number, isAccepted = true): Promise<string> {
  const file = path.basename(await putReport(folder, text, atMs));
  await receipt({ file, sha256: sha256(text), atMs, isAccepted, fault: isAccepted ? null : 'HTTP 500' });
  return file;
}

test('names the machines of what was accepted in the time, whatever elements are called', async () => {
  await delivered(report('pc-a'), 100);
  await delivered(report('pc-b', 'T&amp;T'), 200);
  expect(await readDeliveries(folder, { fromMs: 150, toMs: 1_000 })).toEqual({
    accepted: [{ acceptedMs: 200, machines: new Set(['pc-b', 'T&T']) }],
    lastAcceptedMs: 200,
    failedSince: 0,
    lastFault: undefined,
  });
  expect(await readDeliveries(folder, { fromMs: 0, toMs: 150 })).toMatchObject({ lastAcceptedMs: 100 });
});

test.each(['edxml-2018', 'soap-2026'] as const)(
  'knows the machines of a report as it is made: %s',
  async (variant) => {
    const silent = { malware: [], connections: [], vulnerabilities: [], antivirusOn: null, firewallOn: null };
    const machines = ['pc-a', 'máy "2"'].map((hostname) => ({
      ...silent,
      hostname,
      address: '',
      osName: '',
      patchedMs: null,
    }));
    const facts = { fromMs: 0, toMs: 1, madeMs: 1, machines, notUpdated: 0, updateUnknown: 2 };
    const settings = exchangeSettingsSchema.parse({
      variant,
      organisation: { id: '000.00.00.H01', name: 'Sở' },
      names: { Machine: 'May', OS: 'HeDieuHanh' },
    });
    const { element } = reportElement(facts, variant, 'AVReport');
    await delivered(writeEnvelope(element, settings, undefined), 100);
    const found = await readDeliveries(folder, ALL);
    expect(found?.accepted).toEqual([{ acceptedMs: 100, machines: new Set(['pc-a', 'máy "2"']) }]);
  },
);

test('counts what failed since', async () => {
  await delivered(report('pc-b'), 50, false);
  await delivered(report('pc-a'), 100);
  await delivered(report('pc-b', 'pc-c'), 300, false);
  expect(await readDeliveries(folder, ALL)).toMatchObject({
    lastAcceptedMs: 100,
    failedSince: 1,
    lastFault: 'HTTP 500',
  });
});

test('does not read what is gone, was changed, is no XML or lies elsewhere', async () => {
  const changed = await delivered(report('pc-a'), 100);
  fs.appendFileSync(path.join(folder, changed), ' ');
  fs.rmSync(path.join(folder, await delivered(report('pc-b'), 200)));
  await delivered('<AVReport', 300);
  const outside = path.join(folder, '..', `${path.basename(folder)}.xml`);
  fs.writeFileSync(outside, report('pc-d'));
  await receipt({ file: `../${path.basename(outside)}`, sha256: sha256(report('pc-d')), atMs: 400 });
  const found = await readDeliveries(folder, ALL);
  fs.rmSync(outside);
  expect(found?.accepted.map(({ machines }) => machines)).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test('reads the newest receipts alone where there are too many', async () => {
  const line = `${JSON.stringify({ filler: 'x'.repeat(1_000) })}\n`;
  await receipt({ atMs: 1 });
  fs.appendFileSync(path.join(folder, 'RECEIPTS.jsonl'), line.repeat(DELIVERY_LIMITS.receiptBytes / 1_000));
  await receipt({ atMs: 2 });
  expect((await readReceipts(folder)).map(({ atMs }) => atMs)).toEqual([1, 2]);
  expect((await readReceipts(folder, DELIVERY_LIMITS.receiptBytes)).map(({ atMs }) => atMs)).toEqual([2]);
});

test('says that there is no folder, and that there is nothing in one', async () => {
  expect(await readDeliveries(path.join(folder, 'none'), ALL)).toBeUndefined();
  expect(await readDeliveries(folder, ALL)).toMatchObject({ accepted: [], lastAcceptedMs: undefined });
});
