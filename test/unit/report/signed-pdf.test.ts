import { createHash, X509Certificate } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { documentOf } from '../../../collector/report/document-of.ts';
import { render } from '../../../collector/report/render.ts';
import { childrenOf, DerError, oidOf, readDer } from '../../../collector/report/signature/der.ts';
import { verifySignedPdf, type ExpectedPdf } from '../../../collector/report/signature/signed-pdf.ts';
import { mau08ReportBody } from './sample-bodies.ts';
import { HAS_OPENSSL, makeOldPair, makePair, type Pair, signPdf } from './sign-pdf.ts';

const LEADER = 'O=Sở Y tế, CN=Nguyễn Văn An';

let folder: string;
let pdf: Buffer;
let expected: ExpectedPdf;
let root: Pair;
let leader: Pair;

const trusted = (...pairs: Pair[]) => ({
  trusted: pairs.map(({ certificate }) => new X509Certificate(fs.readFileSync(certificate))),
  nowMs: Date.now(),
});
const verdict = (file: Buffer, ...pairs: Pair[]) =>
  verifySignedPdf(file, expected, trusted(...pairs)).verdict;

beforeAll(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-signed-'));
  pdf = await render(documentOf(mau08ReportBody()), 'pdf');
  expected = { sha256: createHash('sha256').update(pdf).digest('hex'), bytes: pdf.length };
  if (!HAS_OPENSSL) return;
  root = makePair(folder, 'Root CA', { isAuthority: true });
  leader = makePair(folder, 'Nguyễn Văn An', { issuer: root });
});
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

/** The number of the first object of ours of a kind, and its text. */
function objectOf(kind: RegExp): { number: string; text: string } {
  for (const [, number = '', text = ''] of pdf.toString('latin1').matchAll(/(\d+) 0 obj\n(.*?)\nendobj/gs))
    if (kind.test(text)) return { number, text };
  throw new Error('no such object');
}

describe.skipIf(!HAS_OPENSSL)('a signed report', () => {
  it('is signed when it is ours and of somebody whose chain is trusted, with names and times', () => {
    const found = verifySignedPdf(signPdf(pdf, { pair: leader }), expected, trusted(root));
    expect(found).toMatchObject({
      verdict: 'signed',
      changes: [],
      signatures: [{ state: 'holds', coversReport: true, coversFile: true, signer: { chain: 'trusted' } }],
    });
    expect(found.signatures[0]?.signer?.name).toBe(LEADER);
    expect(found.signatures[0]?.signer?.issuers).toEqual(['O=Sở Y tế, CN=Root CA']);
    expect(Math.abs(Date.parse(found.signatures[0]?.signer?.signedAt ?? '') - Date.now())).toBeLessThan(
      60_000,
    );
  });

  it('holds with RSA, PSS and longer digests', () => {
    const rsa = makePair(folder, 'Trần Thị Bình', { issuer: root, kind: 'rsa' });
    expect(verdict(signPdf(pdf, { pair: rsa }), root)).toBe('signed');
    expect(verdict(signPdf(pdf, { pair: rsa, pss: true }), root)).toBe('signed');
    expect(verdict(signPdf(pdf, { pair: leader, digest: 'sha512' }), root)).toBe('signed');
  });

  it('goes by authorities on the way, but believes none that is not trusted', () => {
    const middle = makePair(folder, 'Issuing CA', { issuer: root, isAuthority: true });
    const low = makePair(folder, 'Lê Văn Cường', { issuer: middle });
    expect(verdict(signPdf(pdf, { pair: low, chain: [middle] }), root)).toBe('signed');
    expect(verdict(signPdf(pdf, { pair: low }), root)).toBe('signer-unknown');
    const own = makePair(folder, 'Nobody', {});
    expect(verdict(signPdf(pdf, { pair: own }), root)).toBe('signer-unknown');
    // Who is no authority issues nothing.
    const below = makePair(folder, 'Below', { issuer: leader });
    expect(verdict(signPdf(pdf, { pair: below, chain: [leader] }), root)).toBe('signer-unknown');
  });

  it('says so when the certificate was over', async () => {
    expect(verdict(signPdf(pdf, { pair: await makeOldPair(folder, 'Old', root) }), root)).toBe(
      'signer-expired',
    );
  });

  it('may be signed by several, one over the other', () => {
    const second = makePair(folder, 'Chánh Văn phòng', { issuer: root });
    const twice = signPdf(signPdf(pdf, { pair: leader }), { pair: second });
    const found = verifySignedPdf(twice, expected, trusted(root));
    expect(found.verdict).toBe('signed');
    expect(found.signatures.map(({ coversFile }) => coversFile)).toEqual([false, true]);
  });

  it('may show its signature on a page, and change nothing else', () => {
    const page = objectOf(/\/Type \/Page\b/);
    const withField = `${page.number} 0 obj\n${page.text.replace('<<', '<< /Annots [90001 0 R]')}\nendobj\n90001 0 obj\n<< /Type /Annot /Subtype /Widget >>\nendobj`;
    expect(verdict(signPdf(pdf, { pair: leader, extra: withField }), root)).toBe('signed');
    const moved = withField.replace(/\/Contents \d+ 0 R/, '/Contents 90002 0 R');
    expect(verdict(signPdf(pdf, { pair: leader, extra: moved }), root)).toBe('changed');
    const stream = objectOf(/\/Font\b/);
    const other = `${stream.number} 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj`;
    expect(verdict(signPdf(pdf, { pair: leader, extra: other }), root)).toBe('changed');
    const acts = '90003 0 obj\n<< /S /JavaScript /JS (app.alert\\(1\\)) >>\nendobj';
    expect(verdict(signPdf(pdf, { pair: leader, extra: acts }), root)).toBe('changed');
  });

  it('is not signed when a byte of ours changed, something came after it, or nothing was signed', () => {
    const signed = signPdf(pdf, { pair: leader });
    const other = Buffer.from(signed);
    other.writeUInt8(other.readUInt8(2_000) ^ 1, 2_000);
    expect(verdict(other, root)).toBe('other-file');
    expect(verdict(Buffer.concat([signed, Buffer.from('\n90004 0 obj\n<< >>\nendobj\n')]), root)).toBe(
      'broken',
    );
    expect(verdict(pdf, root)).toBe('unsigned');
    const later = signed.lastIndexOf('/Size 90001');
    const forged = Buffer.from(signed);
    forged.write('/Size 90009', later, 'latin1');
    expect(verifySignedPdf(forged, expected, trusted(root)).signatures[0]).toMatchObject({
      state: 'changed',
    });
    expect(verdict(forged, root)).toBe('broken');
  });

  it('refuses digests that are broken', () => {
    const [found] = verifySignedPdf(
      signPdf(pdf, { pair: leader, digest: 'sha1' }),
      expected,
      trusted(root),
    ).signatures;
    expect(found).toMatchObject({ state: 'unreadable', why: expect.stringContaining('not accepted') });
  });

  it('with any byte changed is never signed, and never an error', () => {
    const signed = signPdf(pdf, { pair: leader });
    const options = trusted(root);
    const hole = signed.lastIndexOf('/Contents <') + '/Contents <'.length;
    const end = signed.indexOf('>', hole);
    const at = fc.integer({ min: pdf.length, max: signed.length - 1 });
    fc.assert(
      fc.property(at, fc.integer({ min: 1, max: 255 }), (place, flip) => {
        const other = Buffer.from(signed);
        other.writeUInt8(other.readUInt8(place) ^ flip, place);
        const { verdict: said, signatures } = verifySignedPdf(other, expected, options);
        // Parts of the signature's own envelope are signed by nobody, and say nothing; the signer stays the same.
        const isEnvelope = place >= hole && place < end && signatures[0]?.signer?.name === LEADER;
        expect(said === 'signed' && !isEnvelope).toBe(false);
      }),
      { numRuns: 80 },
    );
  });
});

describe('a structure', () => {
  it('of any bytes is read or refused, and nothing else', () => {
    const read = (bytes: Uint8Array): unknown => {
      try {
        return childrenOf(readDer(Buffer.from(bytes)));
      } catch (error) {
        return error;
      }
    };
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        const found = read(bytes);
        expect(found instanceof DerError || Array.isArray(found)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('has identifiers as dotted numbers', () => {
    expect(oidOf(readDer(Buffer.from('06092a864886f70d010702', 'hex')))).toBe('1.2.840.113549.1.7.2');
    expect(oidOf(readDer(Buffer.from('0609608648016503040201', 'hex')))).toBe('2.16.840.1.101.3.4.2.1');
  });
});
