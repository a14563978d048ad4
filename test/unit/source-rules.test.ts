/** What no part of the product does, wherever it is written: a shell, code made of text, weak digests, blind TLS. */
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const sources = ['agent', 'collector', 'rules'].flatMap((folder) =>
  fs
    .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .toSorted()
    .map((name) => path.posix.join(folder, ...name.split(path.sep)))
    .map((file) => ({ file, text: fs.readFileSync(path.join(ROOT, file), 'utf8') })),
);

/** Files in which it is said, with what was found. */
const said = (pattern: RegExp, within = /./): [file: string, found: string][] =>
  sources
    .filter(({ file }) => within.test(file))
    .flatMap(({ file, text }) =>
      [...text.matchAll(pattern)].map(([all, found = all]): [string, string] => [file, found]),
    );

describe('the source', () => {
  it('starts programs by name with a list of arguments, never by a shell', () => {
    const imported = said(/import \{([^}]*)\} from 'node:child_process'/g).flatMap(([, names]) =>
      names.split(',').map((name) => name.trim()),
    );
    const starters = imported.filter(
      (name) => name !== '' && !name.startsWith('type ') && !/^[A-Z]/.test(name),
    );
    expect(new Set(starters)).toEqual(new Set(['spawn', 'spawnSync', 'execFile', 'execFileSync']));
    expect(said(/\bshell: (?:true|process)/g)).toEqual([]);
  });

  it('makes no code of text', () => {
    expect(said(/\beval\(|\bnew Function\(/g)).toEqual([]);
    // The one word it runs is its own.
    expect(said(/node:vm'\)\.runInNewContext\('gc'\)|node:vm/g)).toEqual([
      ['agent/governor/collect-garbage.ts', "node:vm').runInNewContext('gc')"],
    ]);
  });

  it('digests with SHA-256 and better, and encrypts with AES-256-GCM, but where a standard or a package list says otherwise', () => {
    const digests = said(/\b(?:create(?:Hash|Hmac)|hash|hkdfSync)\(\s*'([^']+)'/g).filter(
      ([, name]) => !/^sha(256|512)$/.test(name),
    );
    expect(digests).toEqual([
      ['agent/sources/integrity/packages/dpkg-files.ts', 'md5'],
      // Thumbprints, by which Windows names certificates.
      ['agent/windows/certificate-stores.ts', 'sha1'],
      // Names of objects: UUIDs of version 5, as STIX has them.
      ['collector/indicator/write-stix.ts', 'sha1'],
      ['collector/registry/totp.ts', 'sha1'],
    ]);
    expect(said(/createCipheriv\(\s*'?([\w-]+)/g)).toEqual([
      ['collector/registry/sealed-secret.ts', 'ALGORITHM'],
    ]);
    expect(said(/const ALGORITHM = '([\w-]+)'/g)).toEqual([
      ['collector/registry/sealed-secret.ts', 'aes-256-gcm'],
    ]);
  });

  it('holds no private key', () => {
    const keys =
      /-----BEGIN [A-Z ]*PRIVATE KEY-----(?:\\n|\s)*[\w+/]{16}|AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]{20}|vgapi_[\w-]{43}/g;
    expect(said(keys)).toEqual([]);
  });

  it('guesses nothing with Math.random where secrets, names and keys are made', () => {
    expect(
      said(
        /Math\.random/g,
        /^collector\/(api|registry|oidc|protocol|audit|backup|bundle)\/|^agent\/(policy|response|spool)\//,
      ),
    ).toEqual([]);
  });

  it('takes no certificate unseen, but the one it pins, the ones it judges, and the simulator’s', () => {
    expect(said(/rejectUnauthorized: false/g).map(([file]) => file)).toEqual([
      'agent/sources/probe/tls-handshake.ts',
      'agent/transport/pinned-socket.ts',
      'collector/exchange/probe-server.ts',
      'collector/simulate/site.ts',
    ]);
  });
});
