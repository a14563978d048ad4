/** Signs a PDF as signing programs do: a revision with the signature's field is appended, the CMS signature fills its gap. Needs openssl. */
import 'reflect-metadata'; // before the next one, which needs it
import { X509Certificate, X509CertificateGenerator } from '@peculiar/x509';
import { createPrivateKey, webcrypto } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

export const HAS_OPENSSL = spawnSync('openssl', ['version']).status === 0;

const HOLE = 16_384;

export interface Pair {
  certificate: string;
  key: string;
}

const run = (args: readonly string[], input?: Buffer): Buffer =>
  execFileSync('openssl', args, { input, stdio: ['pipe', 'pipe', 'ignore'] });

/** A certificate of its own, or issued by another. @param kind `rsa:2048`, `ec` */
export function makePair(
  folder: string,
  name: string,
  options: { issuer?: Pair; kind?: 'rsa' | 'ec'; isAuthority?: boolean } = {},
): Pair {
  const { issuer, kind = 'ec', isAuthority = false } = options;
  const pair = { certificate: path.join(folder, `${name}.pem`), key: path.join(folder, `${name}.key`) };
  const newKey = kind === 'ec' ? ['ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] : ['rsa:2048'];
  run([
    'req',
    '-x509',
    '-newkey',
    ...newKey,
    '-nodes',
    '-utf8',
    '-subj',
    `/O=Sở Y tế/CN=${name}`,
    '-keyout',
    pair.key,
    '-out',
    pair.certificate,
    ...(issuer === undefined ? [] : ['-CA', issuer.certificate, '-CAkey', issuer.key]),
    '-days',
    '30',
    '-addext',
    `basicConstraints=critical,CA:${isAuthority ? 'TRUE' : 'FALSE'}`,
  ]);
  return pair;
}

/** A certificate that was over years ago: openssl makes none. */
export async function makeOldPair(folder: string, name: string, issuer: Pair): Promise<Pair> {
  const pair = { certificate: path.join(folder, `${name}.pem`), key: path.join(folder, `${name}.key`) };
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const issuerKey = createPrivateKey(fs.readFileSync(issuer.key)).export({ type: 'pkcs8', format: 'der' });
  const made = await X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: new X509Certificate(fs.readFileSync(issuer.certificate, 'utf8')).subject,
    notBefore: new Date('2020-01-01'),
    notAfter: new Date('2021-01-01'),
    signingAlgorithm: algorithm,
    publicKey: keys.publicKey,
    signingKey: await webcrypto.subtle.importKey('pkcs8', issuerKey, algorithm, false, ['sign']),
  });
  fs.writeFileSync(pair.certificate, made.toString('pem'));
  const own = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = createPrivateKey({ key: own, format: 'der', type: 'pkcs8' });
  fs.writeFileSync(pair.key, key.export({ type: 'pkcs8', format: 'pem' }));
  return pair;
}

export interface SignOptions {
  pair: Pair;
  /** In the signature, besides the signer's. */
  chain?: readonly Pair[] | undefined;
  pss?: boolean | undefined;
  digest?: string | undefined;
  /** Objects that are appended with it, e.g. `7 0 obj ... endobj`. */
  extra?: string | undefined;
}

/** The file with one more revision. */
export function signPdf(
  file: Buffer,
  { pair, chain = [], pss = false, digest = 'sha256', extra = '' }: SignOptions,
): Buffer {
  const at = (text: string, from = 0): number => Buffer.from(text, 'latin1').byteLength + from;
  const head = `\n${extra}\n90000 0 obj\n<< /Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached /ByteRange [`;
  const ranges = '0 0000000000 0000000000 0000000000';
  const before = `${head}${ranges}] /Contents `;
  const after = ` >>\nendobj\ntrailer\n<< /Size 90001 /Prev 0 >>\nstartxref\n0\n%%EOF\n`;
  const length = at(before, file.length);
  const next = length + HOLE * 2 + 2;
  const rest = Buffer.byteLength(after, 'latin1');
  const ten = (value: number): string => String(value).padStart(10, '0');
  const filled = before.replace(ranges, `0 ${ten(length)} ${ten(next)} ${ten(rest)}`);
  const first = Buffer.concat([file, Buffer.from(filled, 'latin1')]);
  const last = Buffer.from(after, 'latin1');
  const more = chain.map(({ certificate }) => fs.readFileSync(certificate, 'utf8')).join('');
  const others = `${pair.certificate}.chain`;
  fs.writeFileSync(others, more);
  const cms = run(
    [
      'cms',
      '-sign',
      '-binary',
      '-outform',
      'DER',
      '-md',
      digest,
      '-signer',
      pair.certificate,
      '-inkey',
      pair.key,
      ...(more === '' ? [] : ['-certfile', others]),
      ...(pss ? ['-keyopt', 'rsa_padding_mode:pss'] : []),
    ],
    Buffer.concat([first, last]),
  );
  const hex = cms.toString('hex').padEnd(HOLE * 2, '0');
  return Buffer.concat([first, Buffer.from(`<${hex}>`, 'latin1'), last]);
}
