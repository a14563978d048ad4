/** Deliveries to the centre over TLS, with a real server: what is accepted, refused or lost, and what is tried again when. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { messagesIn } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import { addReceipt, readQueue, readReceipts } from '../../../collector/exchange/receipts.ts';
import { putReport } from '../../../collector/exchange/report-folder.ts';
import { SEND_LIMITS, sendReport } from '../../../collector/exchange/send-report.ts';

interface Got {
  body: string;
  type: string | undefined;
  action: string | undefined;
}

let root: string;
let certificate: string;
let server: https.Server;
let address: string;
let got: Got[] = [];
let answer: { status: number; body: string } | 'hang up' = { status: 200, body: '' };

beforeAll(async () => {
  root = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-send-'));
  const [key, pem] = [path.join(root, 'k.pem'), path.join(root, 'c.pem')];
  const made = [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-days',
    '2',
  ];
  const names = [
    '-subj',
    '/CN=centre',
    '-addext',
    'subjectAltName=IP:127.0.0.1',
    '-keyout',
    key,
    '-out',
    pem,
  ];
  execFileSync('openssl', [...made, ...names], { stdio: 'ignore' });
  certificate = fs.readFileSync(pem, 'utf8');
  server = https.createServer({ key: fs.readFileSync(key), cert: certificate }, (request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { 'content-type': type, soapaction } = request.headers;
      got.push({ body, type, action: soapaction?.toString() });
      if (answer === 'hang up') request.socket.destroy();
      else response.writeHead(answer.status, { location: '/elsewhere' }).end(answer.body);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  address = `https://127.0.0.1:${(server.address() as AddressInfo).port}/AVReport`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
  fs.rmSync(root, { recursive: true, force: true });
});
beforeEach(() => {
  got = [];
  answer = { status: 200, body: '<ok/>' };
});

const send = (more: object = {}) =>
  sendReport('<a>Đức</a>', {
    address,
    variant: 'soap-2026',
    soapAction: 'send',
    authority: certificate,
    ...more,
  });

describe('one delivery', () => {
  it('carries the document as it lies there', async () => {
    expect(await send()).toMatchObject({ isAccepted: true, status: 200, fault: null });
    expect(got).toEqual([{ body: '<a>Đức</a>', type: 'text/xml; charset=utf-8', action: '"send"' }]);
    await send({ variant: 'edxml-2018' });
    expect(got[1]?.action).toBeUndefined();
  });

  it.each<[typeof answer, string]>([
    [{ status: 500, body: '' }, 'HTTP 500'],
    [{ status: 302, body: '' }, 'HTTP 302'],
    [{ status: 200, body: '<s:Envelope><s:Body><s:Fault>no</s:Fault></s:Body></s:Envelope>' }, 'SOAP fault'],
    [{ status: 200, body: 'x'.repeat(SEND_LIMITS.answerBytesMax + 1) }, 'the answer is too large'],
    ['hang up', 'ECONNRESET'],
  ])('answered by %.60j is not accepted', async (given, fault) => {
    answer = given;
    expect(await send()).toMatchObject({ isAccepted: false, fault });
    expect(got.length).toBe(1);
  });

  it('is never made to a server that is not trusted', async () => {
    expect(await send({ authority: undefined })).toMatchObject({ isAccepted: false, status: null });
    expect(got).toEqual([]);
  });
});

describe('a folder of reports', () => {
  it('is delivered once, tried again later, and its receipts are kept', async () => {
    const folder = path.join(root, 'out');
    const settings = path.join(root, 's.json');
    const organisation = { id: '000.00.00.H01', name: 'x' };
    const authority = path.join(root, 'c.pem');
    fs.writeFileSync(settings, JSON.stringify({ variant: 'soap-2026', organisation, address, authority }));
    const lines: string[] = [];
    const vonggac = (...operands: string[]) =>
      runProgram(['exchange', ...operands], {
        m: messagesIn('en'),
        language: 'en',
        env: { VONGGAC_DATA: '/nowhere/at/all' },
        version: '1.2.3',
        print: (line) => lines.push(line),
        complain: (line) => lines.push(line),
      });
    await putReport(folder, '<a></a>', Date.UTC(2026, 10, 26));
    await putReport(folder, '<b></b>', Date.UTC(2026, 10, 26));
    expect(await vonggac('send', folder, '--settings', settings, '--dry-run')).toBe(0);
    expect(got).toEqual([]);
    answer = { status: 503, body: '' };
    expect(await vonggac('send', folder, '--settings', settings)).toBe(1);
    answer = { status: 200, body: '<ok/>' };
    expect(await vonggac('send', folder, '--settings', settings)).toBe(0);
    expect(got.length).toBe(2); // they wait
    expect(await vonggac('send', folder, '--settings', settings, '--now')).toBe(0);
    expect(await vonggac('send', folder, '--settings', settings, '--now')).toBe(0);
    expect(got.map(({ body }) => body)).toEqual(['<a></a>', '<b></b>', '<a></a>', '<b></b>']);
    expect((await readReceipts(folder)).map(({ status }) => status)).toEqual([503, 503, 200, 200]);
    expect((await readQueue(folder, Date.now())).map(({ queue }) => queue)).toEqual(['accepted', 'accepted']);
  });

  it('waits longer after each failure, and up to six hours', async () => {
    const folder = path.join(root, 'waits');
    await putReport(folder, '<a></a>', 0);
    const [report] = await readQueue(folder, 0);
    const waits: number[] = [];
    for (let attempt = 0; attempt < 12; attempt += 1) {
      const failed = { address, isAccepted: false, status: 500, answerSha256: null, fault: 'HTTP 500' };
      await addReceipt(folder, {
        file: report?.file ?? '',
        sha256: report?.sha256 ?? '',
        atMs: 0,
        ...failed,
      });
      waits.push(((await readQueue(folder, 0))[0]?.dueMs ?? 0) / 60_000);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]);
  });
});
