/** Signed bundles, made and read as files: the way there and back, and what a hostile or damaged one meets. */
import { createHash, type KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as tar from 'tar';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BundleError } from '../../../collector/bundle/bundle-error.ts';
import { isSafePath, readManifest, writeManifest } from '../../../collector/bundle/bundle-manifest.ts';
import { checkTrust, signManifest, writeSignatures } from '../../../collector/bundle/bundle-signatures.ts';
import { makePublisherKey, publicText, readPublisherKey } from '../../../collector/bundle/publisher-key.ts';
import { readBundleHead, unpackBundle } from '../../../collector/bundle/read-bundle.ts';
import { createBundle, signBundle } from '../../../collector/bundle/write-bundle.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

const FACTS = {
  publisher: 'so-ttnt',
  stream: 'rules-weekly',
  serial: 7,
  createdMs: Date.parse('2026-11-20T00:00:00Z'),
  notAfterMs: Date.parse('2027-01-20T00:00:00Z'),
  title: 'Tuần 47',
};
const NOW = Date.parse('2026-11-26T00:00:00Z');

let root: string;
let remove: () => void;
const at = (...names: string[]): string => path.join(root, ...names);
const never = (): Promise<string> => Promise.reject(new Error('no passphrase is asked for'));

async function newKey(name: string): Promise<KeyObject> {
  await makePublisherKey(at(name), undefined);
  return readPublisherKey(at(name), never);
}

/** A file of each kind, among them one with a Vietnamese name. */
function content(): void {
  mkdirSync(at('rules', 'linux'), { recursive: true });
  writeFileSync(at('rules', 'linux', 'đăng nhập.yml'), 'title: a\n');
  writeFileSync(at('rules', 'b.yml'), 'title: b\n');
  writeFileSync(at('rules', '.hidden'), 'x');
  writeFileSync(at('list.csv'), 'type,value\nip,203.0.113.7\n');
}

async function make(to: string, keys: readonly KeyObject[], facts = FACTS): Promise<void> {
  const work = at(`${path.basename(to)}.work`);
  mkdirSync(work);
  const sources = [
    { kind: 'rules', from: at('rules') },
    { kind: 'indicators', from: at('list.csv') },
  ] as const;
  await createBundle({ facts, sources, keys, to, work });
}

async function faultOf(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => 'none',
    (reason: unknown) => reason,
  );
  return error instanceof BundleError ? error.code : `no refusal: ${String(error)}`;
}

beforeEach(() => {
  ({ path: root, remove } = temporaryFolder());
  content();
});

afterEach(() => remove());

describe('a bundle', () => {
  it('comes out as it was put in, once trusted keys signed it', async () => {
    const keys = [await newKey('k1'), await newKey('k2')];
    await make(at('one.vgbundle'), keys);
    const head = await readBundleHead(at('one.vgbundle'));
    const trust = { publisher: 'so-ttnt', keys: keys.map(publicText), threshold: 2 };
    expect(checkTrust(head, trust, NOW)).toEqual(keys.map(publicText));
    expect(head.manifest.files.map((file) => file.path)).toEqual([
      'indicators/list.csv',
      'rules/b.yml',
      'rules/linux/đăng nhập.yml',
    ]);
    await unpackBundle({ file: at('one.vgbundle'), manifest: head.manifest, into: at('out') });
    expect(readFileSync(at('out', 'rules', 'linux', 'đăng nhập.yml'), 'utf8')).toBe('title: a\n');
    expect(readFileSync(at('out', 'indicators', 'list.csv'), 'utf8')).toContain('203.0.113.7');
    expect(readdirSync(at('out'))).toEqual(['indicators', 'rules']);
  });

  it('is the same bytes when it is made again of the same', async () => {
    const key = await newKey('k1');
    await make(at('one'), [key]);
    await make(at('two'), [key]);
    expect(readFileSync(at('one')).equals(readFileSync(at('two')))).toBe(true);
  });

  it('takes the signature of a second person later, once', async () => {
    const [first, second] = [await newKey('k1'), await newKey('k2')];
    await make(at('one'), [first]);
    const trust = { publisher: 'so-ttnt', keys: [first, second].map(publicText), threshold: 2 };
    const check = async () => checkTrust(await readBundleHead(at('one')), trust, NOW);
    expect(await faultOf(check())).toBe('untrusted');
    for (const work of ['w1', 'w2'])
      expect(await signBundle({ file: at('one'), key: second, work: at(work) })).toHaveLength(2);
    expect(await check()).toHaveLength(2);
  });

  it('is trusted by nobody else’s signatures, however many', async () => {
    const [trusted, other] = [await newKey('k1'), await newKey('k2')];
    await make(at('one'), [trusted, other]);
    const head = await readBundleHead(at('one'));
    const keys = [publicText(trusted), publicText(trusted)];
    const twice = { publisher: 'so-ttnt', keys, threshold: 2 };
    expect(await faultOf(Promise.resolve().then(() => checkTrust(head, twice, NOW)))).toBe('untrusted');
    const foreign = { publisher: 'other', keys, threshold: 1 };
    expect(await faultOf(Promise.resolve().then(() => checkTrust(head, foreign, NOW)))).toBe('untrusted');
    const late = { publisher: 'so-ttnt', keys, threshold: 1 };
    expect(await faultOf(Promise.resolve().then(() => checkTrust(head, late, FACTS.notAfterMs + 1)))).toBe(
      'expired',
    );
  });

  it('is not made of links or of files too strangely named', async () => {
    const key = await newKey('k1');
    symlinkSync('/etc/passwd', at('rules', 'link.yml'));
    expect(await faultOf(make(at('one'), [key]))).toBe('bad-content');
    expect(existsSync(at('one'))).toBe(false);
  });

  it.each([
    ['a publisher with spaces', { publisher: 'Sở TTTT' }],
    ['a serial of 0', { serial: 0 }],
  ])('is not made with %s', async (_what, wrong) => {
    expect(await faultOf(make(at('one'), [await newKey('k1')], { ...FACTS, ...wrong }))).toBe('bad-content');
  });
});

describe('a damaged or hostile bundle', () => {
  const file = (name: string, text: string) => ({
    path: name,
    bytes: Buffer.byteLength(text),
    sha256: createHash('sha256').update(text).digest('hex'),
  });

  /** Signed as it should be, over whatever list, with whatever files behind. */
  async function forge(
    entries: readonly (readonly [name: string, text: string])[],
    listed = entries,
  ): Promise<string> {
    const key = await newKey('forger');
    const manifest = writeManifest(
      FACTS,
      listed.map(([name, text]) => file(name, text)),
    );
    mkdirSync(at('forge'));
    const all = [
      ['manifest.json', manifest.toString()],
      ['signatures.json', writeSignatures([signManifest(manifest, key)]).toString()],
      ...entries,
    ] as const;
    for (const [name, text] of all) {
      mkdirSync(path.dirname(at('forge', name)), { recursive: true });
      writeFileSync(at('forge', name), text);
    }
    const names = all.map(([name]) => name);
    await tar.create({ cwd: at('forge'), file: at('forged'), portable: true }, names);
    return at('forged');
  }

  const unpack = async (bundle: string): Promise<void> => {
    const { manifest } = await readBundleHead(bundle);
    await unpackBundle({ file: bundle, manifest, into: at('out') });
  };

  it.each([
    [
      'a file that is not listed',
      [
        ['rules/a.yml', 'a'],
        ['rules/extra.yml', 'b'],
      ],
      [['rules/a.yml', 'a']],
    ],
    [
      'a file that is missing',
      [['rules/a.yml', 'a']],
      [
        ['rules/a.yml', 'a'],
        ['rules/b.yml', 'b'],
      ],
    ],
    ['other bytes of the same length', [['rules/a.yml', 'b']], [['rules/a.yml', 'a']]],
    ['a file of another length', [['rules/a.yml', 'aa']], [['rules/a.yml', 'a']]],
  ] as const)('with %s leaves nothing behind', async (_what, entries, listed) => {
    expect(await faultOf(unpack(await forge(entries, listed)))).toBe('damaged');
    expect(existsSync(at('out'))).toBe(false);
  });

  it('that is cut off anywhere, or changed at any byte of its head, is refused', async () => {
    const bundle = await forge([['rules/a.yml', 'a'.repeat(2_000)]]);
    const whole = readFileSync(bundle);
    const key = publicText(await readPublisherKey(at('forger'), never));
    const take = async (bytes: Buffer): Promise<void> => {
      writeFileSync(at('cut'), bytes);
      const head = await readBundleHead(at('cut'));
      checkTrust(head, { publisher: 'so-ttnt', keys: [key], threshold: 1 }, NOW);
      await unpackBundle({ file: at('cut'), manifest: head.manifest, into: at('out') });
    };
    // The end of a tar is two empty blocks; without them nothing of the content is missing.
    for (const length of [0, 1, 511, 512, 700, 1_024, 1_600, 2_048, 2_600, 3_000])
      expect([length, await faultOf(take(whole.subarray(0, length)))]).toEqual([length, 'damaged']);
    const list = whole.indexOf('"serial": 7');
    const other = Buffer.from(whole);
    other.write('"serial": 9', list);
    expect(await faultOf(take(other))).toBe('untrusted');
    expect(existsSync(at('out'))).toBe(false);
  });

  it('whose list names a way out is refused before anything is written', () => {
    for (const name of [
      'rules/../../x',
      '/rules/x',
      'rules',
      'other/x',
      'rules//x',
      'rules/a\\b',
      'rules/C:x',
      'rules/.ssh',
      'rules/x.',
      'rules/\u202ex',
      `rules/${'x'.repeat(600)}`,
    ])
      expect([name, isSafePath(name)]).toEqual([name, false]);
    const manifest = (files: readonly unknown[]): Buffer =>
      Buffer.from(JSON.stringify({ format: 1, ...FACTS, files }));
    for (const files of [
      [{ ...file('rules/x.yml', 'x'), path: 'rules/../../x' }],
      [file('rules/x.yml', 'x'), file('rules/X.yml', 'x')],
      [{ ...file('rules/x.yml', 'x'), bytes: 2 ** 40 }],
      [],
    ])
      expect(() => readManifest(manifest(files))).toThrow(BundleError);
  });

  it('that is something else is refused', async () => {
    writeFileSync(at('text'), 'x'.repeat(5_000));
    expect(await faultOf(readBundleHead(at('text')))).toBe('damaged');
    await tar.create({ cwd: root, file: at('other'), gzip: true }, ['list.csv']);
    expect(await faultOf(readBundleHead(at('other')))).toBe('damaged');
  });
});

describe('a publisher’s key', () => {
  it('is encrypted, opens with its passphrase only, and never overwrites another', async () => {
    const text = await makePublisherKey(at('key.age'), 'chín con rồng');
    expect(readFileSync(at('key.age'), 'latin1')).toMatch(/^age-encryption.org/);
    const read = (passphrase: string) => readPublisherKey(at('key.age'), () => Promise.resolve(passphrase));
    expect(publicText(await read('chín con rồng'))).toBe(text);
    expect(await faultOf(read('khác'))).toBe('bad-key');
    await expect(makePublisherKey(at('key.age'), undefined)).rejects.toThrow('EEXIST');
    expect(await faultOf(readPublisherKey(at('list.csv'), never))).toBe('bad-key');
  });
});
