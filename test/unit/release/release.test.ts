/** Releases made, signed and verified by the commands, and payloads that are not what was signed. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Language, messagesIn } from '../../../collector/cli/language.ts';
import { runProgram } from '../../../collector/cli/program.ts';
import type { ReleaseFile, ReleasePart } from '../../../collector/protocol/release.ts';
import { cutPayload, PayloadError } from '../../../collector/protocol/release-payload.ts';
import { temporaryFolder } from '../registry/registry-fixture.ts';

let folder: { path: string; remove: () => void };
const at = (...names: string[]): string => path.join(folder.path, ...names);

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

async function vonggac(args: readonly string[], language: Language = 'en') {
  const lines: string[] = [];
  const code = await runProgram(args, {
    m: messagesIn(language),
    language,
    env: { VONGGAC_DATA: at('data') },
    version: '1.2.3',
    print: (line) => lines.push(line),
    complain: (line) => lines.push(line),
  });
  return { code, out: lines.join('\n'), last: lines.at(-1) ?? '' };
}

async function keyOf(name: string): Promise<string> {
  const made = await vonggac(['release', 'keygen', '--out', at(`${name}.key`), '--no-passphrase']);
  return `${name}=${made.last}`;
}

/** Two of three people, a list of their keys that two signed, and a release of a small folder. */
async function publish(): Promise<void> {
  const keys = [await keyOf('An'), await keyOf('Binh'), await keyOf('Chi')];
  await vonggac(['release', 'roots', '--out', at('roots.json'), ...keys.flatMap((key) => ['--key', key])]);
  for (const name of ['An', 'Chi']) await sign('roots.json', name);
  mkdirSync(at('built', 'parts'), { recursive: true });
  writeFileSync(at('built', 'vonggac-agent.js'), 'import "./parts/run.js";\n', { mode: 0o755 });
  writeFileSync(at('built', 'parts', 'run.js'), 'process.exit(0);\n');
  writeFileSync(at('built', 'empty'), '');
}
const sign = (file: string, name: string) =>
  vonggac(['release', 'sign', at(file), '--key', at(`${name}.key`)]);
const MADE =
  'release create --release 0.2.0 --counter 2 --from-min 0.1.0 --runtime 24.21.0 --created 2026-11-20T00:00:00Z';
const create = (out: string) =>
  vonggac(
    MADE.split(' ').concat(
      '--build',
      `linux-x64=${at('built')}`,
      '--roots',
      at('roots.json'),
      '--out',
      at(out),
    ),
  );
const verify = (out: string, language?: Language) =>
  vonggac(['release', 'verify', at(out), '--roots', at('roots.json')], language);

describe('vonggac release', () => {
  it('makes the same release of the same files, and takes it when two have signed', async () => {
    await publish();
    expect((await create('one')).code).toBe(0);
    await create('two');
    for (const name of readdirSync(at('one')))
      expect(readFileSync(at('one', name)).equals(readFileSync(at('two', name)))).toBe(true);
    expect(await verify('one')).toMatchObject({ code: 1, out: expect.stringContaining('0 of the keys') });
    await sign('one/release.json', 'An');
    await sign('one/release.json', 'An');
    expect(await verify('one')).toMatchObject({ code: 1, out: expect.stringContaining('1 of the keys') });
    await sign('one/release.json', 'Binh');
    expect(await verify('one')).toMatchObject({
      code: 0,
      out: expect.stringContaining('signed by An, Binh'),
    });
    expect((await verify('one', 'vi')).out).toContain('đúng như khi An, Binh ký');
  });

  it('refuses a payload that is not the one that was signed, and names what is missing', async () => {
    await publish();
    await create('one');
    for (const name of ['An', 'Chi']) await sign('one/release.json', name);
    const payload = readdirSync(at('one')).find((name) => name.endsWith('.payload')) ?? '';
    const bytes = readFileSync(at('one', payload));
    writeFileSync(at('one', payload), Buffer.concat([bytes, Buffer.from('x')]));
    expect(await verify('one')).toMatchObject({ code: 1, out: expect.stringContaining('longer than') });
    writeFileSync(at('one', payload), bytes.subarray(1));
    expect((await verify('one')).code).toBe(1);
  });

  it('follows a list of keys that both lists’ holders signed', async () => {
    await publish();
    const keys = [await keyOf('Dung'), await keyOf('Em')].flatMap((key) => ['--key', key]);
    const lists = ['--previous', at('roots.json'), '--out', at('next.json')];
    const made = await vonggac(['release', 'roots', ...lists, ...keys]);
    expect(made.out).toContain('list 2 with 2 keys');
    for (const name of ['Dung', 'Em']) await sign('next.json', name);
    await create('one');
    for (const name of ['Dung', 'Em']) await sign('one/release.json', name);
    const checked = () => vonggac(['release', 'verify', at('one'), '--roots', at('next.json')]);
    expect((await checked()).code).toBe(1);
    for (const name of ['An', 'Binh']) await sign('next.json', name);
    expect((await checked()).code).toBe(0);
  });

  it('says what is wrong before anything is made', async () => {
    await publish();
    symlinkSync('/etc/hostname', at('built', 'link'));
    expect((await create('one')).out).toContain('link is no plain file');
    const one = await vonggac(['release', 'roots', '--out', at('x'), '--key', await keyOf('Solo')]);
    expect(one).toMatchObject({ code: 1, out: expect.stringContaining('keys') });
    const bad = await vonggac(['release', 'roots', '--out', at('x'), '--key', 'An'], 'vi');
    expect(bad).toMatchObject({ code: 2, out: expect.stringContaining('TÊN=GIÁ TRỊ') });
  });
});

describe('a payload', () => {
  const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
  const file = (name: string, text: string): ReleaseFile => ({
    path: name,
    bytes: text.length,
    sha256: digest(Buffer.from(text)),
  });
  const files = [file('a', 'alpha'), file('none', ''), file('b', 'beta!')];
  const partOf = (packed: Uint8Array, how: ReleasePart['packed'] = 'gzip'): ReleasePart => ({
    sha256: digest(packed),
    bytes: packed.length,
    packed: how,
    files,
  });

  async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
    for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
  }

  async function cut(part: ReleasePart, bytes: Uint8Array, size = 3): Promise<string> {
    const out: string[] = [];
    let text = '';
    try {
      await cutPayload(part, inPieces(bytes, size), {
        begin: () => (text = ''),
        write: (piece) => (text += Buffer.from(piece).toString()),
        end: ({ path: name }) => out.push(`${name}=${text}`),
      });
      return out.join(' ');
    } catch (error) {
      if (error instanceof PayloadError) return error.code;
      throw error;
    }
  }

  const whole = gzipSync('alphabeta!');
  it.each([1, 3, 1_000])('is cut into its files, whatever pieces of %i bytes it comes in', async (size) => {
    expect(await cut(partOf(whole), whole, size)).toBe('a=alpha none= b=beta!');
    const plain = Buffer.from('alphabeta!');
    expect(await cut(partOf(plain, 'none'), plain, size)).toBe('a=alpha none= b=beta!');
  });

  const bomb = gzipSync(Buffer.alloc(50_000_000));
  const swapped = gzipSync('alphabetaX');
  const short = gzipSync('alpha');
  const noGzip = Buffer.from('no gzip at all');
  it.each([
    ['longer on the wire', partOf(whole), Buffer.concat([whole, whole]), 'payload-size'],
    ['shorter on the wire', partOf(whole), whole.subarray(0, 5), 'payload-size'],
    ['other bytes of that length', partOf(whole), swapped, 'payload-digest'],
    ['signed with other files', partOf(swapped), swapped, 'file-digest'],
    ['unpacking to more', partOf(bomb), bomb, 'file-digest'],
    ['unpacking to one byte more', partOf(gzipSync('alphabeta!!')), gzipSync('alphabeta!!'), 'payload-size'],
    ['unpacking to less', partOf(short), short, 'payload-size'],
    ['not packed', partOf(noGzip), noGzip, 'unpack'],
  ])('is refused: %s', async (_, part, bytes, code) => {
    expect(await cut(part, bytes, 100)).toBe(code);
  });
});
