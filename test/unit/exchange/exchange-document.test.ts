/** Reports to the national centre: whatever hosts are called, the document is XML of its schema, and its signature holds. */
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  EXCHANGE_VARIANTS,
  REPORT_LIMITS,
  reportElement,
  type ExchangeVariant,
  type ReportedMachine,
  type ReportFacts,
} from '../../../collector/exchange/av-report.ts';
import { writeEnvelope } from '../../../collector/exchange/envelope.ts';
import { exchangeSettingsSchema } from '../../../collector/exchange/exchange-settings.ts';
import { validateDocument } from '../../../collector/exchange/validate-document.ts';
import { readSigner, SignerError, type Signer } from '../../../collector/exchange/xml-signature.ts';

const NOW = Date.now();
const settingsOf = (variant: ExchangeVariant, more: object = {}) =>
  exchangeSettingsSchema.parse({
    variant,
    organisation: { id: '000.00.00.H01', name: 'Tỉnh An Giang & "cơ quan"' },
    ...more,
  });

const machine = (more: Partial<ReportedMachine> = {}): ReportedMachine => ({
  hostname: 'may-01',
  address: '192.0.2.7',
  osName: 'Debian 13',
  patchedMs: NOW,
  malware: [
    { name: 'EICAR', type: 'test', behaviour: '', files: 2, path: '/tmp/<a>&b', hash: 'ab'.repeat(32) },
  ],
  connections: [{ program: '', md5: '', sha256: '', targetAddress: '203.0.113.9', targetPort: '443' }],
  vulnerabilities: ['CVE-2026-0001'],
  antivirusOn: true,
  firewallOn: null,
  ...more,
});

const facts = (machines: readonly ReportedMachine[]): ReportFacts => ({
  fromMs: NOW - 1_000,
  toMs: NOW,
  madeMs: NOW,
  machines,
  notUpdated: 1,
  updateUnknown: 0,
});

function write(variant: ExchangeVariant, machines: readonly ReportedMachine[], signer?: Signer, more = {}) {
  const settings = settingsOf(variant, more);
  const { element, cuts } = reportElement(facts(machines), variant, settings.reportName);
  return { text: writeEnvelope(element, settings, signer), settings, cuts };
}

let folder: string;
let keyPem: string;
let certificatePem: string;
beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-exchange-'));
  const [key, certificate] = ['key.pem', 'certificate.pem'].map((name) => path.join(folder, name));
  const arguments_ = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=SOC'];
  execFileSync('openssl', [...arguments_, '-keyout', key ?? '', '-out', certificate ?? ''], {
    stdio: 'ignore',
  });
  keyPem = fs.readFileSync(key ?? '', 'utf8');
  certificatePem = fs.readFileSync(certificate ?? '', 'utf8');
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const HAS_XMLSEC = spawnSync('xmlsec1', ['--version']).status === 0;

function verified(text: string): boolean {
  const file = path.join(folder, 'report.xml');
  fs.writeFileSync(file, text);
  const trusted = path.join(folder, 'certificate.pem');
  return spawnSync('xmlsec1', ['--verify', '--trusted-pem', trusted, file]).status === 0;
}

const HOSTILE = machine({
  hostname: `]]><!--&"'\u0000\u001b\r\n\t<x>Máy Nguyễn Văn Đức \ud800 😀`,
  osName: '<\u0007&',
});

describe.each(EXCHANGE_VARIANTS)('a report as %s', (variant) => {
  it('is of its schema', () => {
    const { text, settings } = write(variant, [machine(), machine({ hostname: 'may-02', malware: [] })]);
    expect(validateDocument(text, settings)).toEqual({
      variant,
      machines: 2,
      isSigned: false,
      faults: [],
      faultCount: 0,
    });
    expect(text.includes('HashFile')).toBe(variant === 'soap-2026');
  });

  it('is of its schema whatever machines are called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ maxLength: 40 }), (name, os_) => {
        const { text, settings } = write(variant, [machine({ hostname: `x${name}`, osName: os_ })]);
        expect(validateDocument(text, settings).faults).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it.skipIf(!HAS_XMLSEC)(
    'carries a signature that xmlsec1 accepts, and no longer once a word is changed',
    () => {
      const signer = readSigner(keyPem, certificatePem, Date.now());
      const { text, settings } = write(variant, [machine(), HOSTILE], signer);
      expect(validateDocument(text, settings)).toMatchObject({ isSigned: true, faults: [] });
      expect(verified(text)).toBe(true);
      expect(verified(text.replace('CVE-2026-0001', 'CVE-2026-0002'))).toBe(false);
    },
  );

  it('takes other names and another namespace from the settings', () => {
    const more = { names: { AVReport: 'BaoCao', Machine: 'May' }, namespace: 'http://example.vn/edxml' };
    const { text, settings } = write(variant, [machine()], undefined, more);
    expect(text).toContain('<BaoCao name=');
    expect(validateDocument(text, settings).faults).toEqual([]);
    expect(validateDocument(text, settingsOf(variant)).faultCount).toBeGreaterThan(0);
  });
});

describe('a document at fault', () => {
  const { text, settings } = write('edxml-2018', [machine(), machine({ hostname: 'may-02' })]);
  const faultsOf = (document: string) =>
    validateDocument(document, settings).faults.map(
      ({ path: place, code, what }) => `${code} ${place} ${what}`,
    );
  const body = 'edXMLEnvelope/edXMLBody/AVReport';

  it.each<[string, string, string[]]>([
    ['<NumberFile>2<', '<NumberFile>two<', [`bad-text ${body}/Malware/Machine/MalwareInfo/NumberFile two`]],
    [' ip="192.0.2.7"', '', [`missing-attribute ${body}/Malware/Machine ip`]],
    ['<OrganId>', '<OrganId x="1">', []],
    ['<AVReport name', '<AVReport more="1" name', [`unknown-attribute ${body}/@more 1`]],
    ['<Datetime>', '<Extra></Extra><Datetime>', [`unknown-element ${body}/Extra Extra`]],
    [/<Update>[^]*<\/Update>\n/.exec(text)?.[0] ?? '', '', [`missing-element ${body} Update`]],
  ])('%s as %s is told with its path', (from, to, faults) => {
    expect(faultsOf(text.replace(from, to))).toEqual(faults);
  });

  it('is told with its line', () => {
    const bad = text.replaceAll('<OSName>Debian 13<', '<OSName>Debian\n13</OSName><OSName>x<');
    const [first] = validateDocument(bad, settings).faults;
    const line = bad.split('\n').findIndex((one) => one.includes('<OSName>x<')) + 1;
    expect(first).toMatchObject({ code: 'too-often', line });
  });

  it.each([
    ['', 'there is no element'],
    ['<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 'a document type is not allowed'],
    [text.slice(0, -40), 'a closing tag is cut off'],
  ])('%.30s is no XML', (document, message) => {
    const { faults } = validateDocument(document, settings);
    expect(faults.at(-1)).toMatchObject({ code: 'not-xml' });
    expect(faults.at(-1)?.what).toContain(message.slice(0, 20));
  });

  it('of another kind is said once', () => {
    expect(faultsOf('<html><body>x</body></html>')).toEqual(['unknown-document html html']);
  });
});

describe('limits', () => {
  it('cut machines and their entries, and say how many', () => {
    const names = Array.from({ length: REPORT_LIMITS.entriesPerMachineMax + 5 }, (_, at) => `CVE-${at}`);
    const many = Array.from({ length: REPORT_LIMITS.machinesMax + 2 }, () => machine({ malware: [] }));
    const { cuts } = reportElement(facts([machine({ vulnerabilities: names }), ...many]), 'soap-2026', 'x');
    expect(cuts).toEqual({ machines: 3, entries: 5 });
  });
});

describe('a key that cannot sign', () => {
  it('is refused with what to do', () => {
    expect(() => readSigner('nothing', certificatePem, NOW)).toThrow(SignerError);
    expect(() => readSigner(keyPem, certificatePem, NOW + 1e12)).toThrow(/the certificate holds from/);
  });
});
