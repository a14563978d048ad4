import { createPrivateKey, X509Certificate } from 'node:crypto';
import { beforeAll, expect, test } from 'vitest';
import { leadsTo, stateRotation, type RotationStatement } from '../../../collector/protocol/rotation.ts';
import { makeCertificate, type TestCertificate } from '../../support/agent/certificate.ts';

let first: TestCertificate;
let second: TestCertificate;
let third: TestCertificate;
const stated = (from: TestCertificate, to: TestCertificate): RotationStatement =>
  stateRotation(
    { certificate: new X509Certificate(from.cert).raw, key: createPrivateKey(from.key) },
    to.fingerprint,
  );

beforeAll(async () => {
  first = await makeCertificate();
  second = await makeCertificate();
  third = await makeCertificate();
});

test('trust follows from certificate to certificate, in whatever order the statements come', () => {
  const statements = [stated(second, third), stated(first, second)];
  expect(leadsTo([first.fingerprint], third.fingerprint, statements)).toBe(true);
  expect(leadsTo([second.fingerprint], third.fingerprint, statements)).toBe(true);
});

test('it does not run backwards, nor begin with a certificate that is not trusted', () => {
  expect(leadsTo([third.fingerprint], first.fingerprint, [stated(first, third)])).toBe(false);
  expect(leadsTo([second.fingerprint], third.fingerprint, [stated(first, third)])).toBe(false);
});

test.each<[string, (statement: RotationStatement) => RotationStatement]>([
  ['another successor', (statement) => ({ ...statement, to: third.fingerprint })],
  ['another signature', (statement) => ({ ...statement, signature: stated(third, second).signature })],
  ['no certificate', (statement) => ({ ...statement, certificate: 'AAAA' })],
  ['an empty signature', (statement) => ({ ...statement, signature: '' })],
])('a statement with %s says nothing', (_, change) => {
  const forged = change(stated(first, second));
  expect(leadsTo([first.fingerprint], second.fingerprint, [forged])).toBe(false);
  expect(leadsTo([first.fingerprint], third.fingerprint, [forged])).toBe(false);
});

test('a trusted certificate needs no statement', () => {
  expect(leadsTo([first.fingerprint], first.fingerprint, [])).toBe(true);
});
