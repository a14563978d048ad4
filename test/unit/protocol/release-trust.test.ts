/** Every way to pass off a release that people did not sign, or not for this host, is refused by a code of its own. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, isReleasePath } from '../../../collector/protocol/release.ts';
import type { ReleaseBody, SignedText } from '../../../collector/protocol/release.ts';
import {
  followRoots,
  judgeRelease,
  readRoots,
  releaseDigest,
  ReleaseError,
} from '../../../collector/protocol/release-trust.ts';
import type { ReleaseHost } from '../../../collector/protocol/release-trust.ts';
import { newPublisher, rootsOf, signAll, smallRelease } from '../../support/release/publisher.ts';

const [an, binh, chi, eve] = ['An', 'Bình', 'Chi', 'Eve'].map(newPublisher) as [
  ReturnType<typeof newPublisher>,
  ReturnType<typeof newPublisher>,
  ReturnType<typeof newPublisher>,
  ReturnType<typeof newPublisher>,
];
const roots = rootsOf([an, binh, chi]);
const good = signAll('release', smallRelease(), [an, chi]);
const host: ReleaseHost = {
  roots,
  platform: 'linux-x64',
  running: '0.1.0',
  seen: undefined,
  failed: [],
  nowMs: Date.parse('2026-11-27T00:00:00Z'),
};

function codeOf(work: () => unknown): string {
  try {
    work();
    return 'taken';
  } catch (error) {
    if (error instanceof ReleaseError) return error.code;
    throw error;
  }
}

const by = (body: Partial<ReleaseBody>): SignedText => signAll('release', smallRelease(body), [an, binh]);
const [build] = smallRelease().builds;
const withFiles = (...paths: string[]): SignedText => {
  const [file] = build?.program.files ?? [];
  const files = paths.map((path) => ({ ...file, path }));
  return signAll(
    'release',
    { ...smallRelease(), builds: [{ ...build, program: { ...build?.program, files } }] },
    [an, binh],
  );
};

describe('a release', () => {
  it('is taken when enough of the keys signed it, with the build of the platform', () => {
    expect(judgeRelease(good, host)).toMatchObject({ build: { platform: 'linux-x64' } });
  });

  const other = by({ notes: 'another' });
  const rows: readonly [what: string, text: SignedText, host: Partial<ReleaseHost>, code: string][] = [
    ['signed by nobody', signAll('release', smallRelease(), []), {}, 'few-signatures'],
    ['signed by one', signAll('release', smallRelease(), [an]), {}, 'few-signatures'],
    [
      'signed by one, twice',
      { ...good, signatures: Array(2).fill(good.signatures[0]) },
      {},
      'few-signatures',
    ],
    ['signed by one and a stranger', signAll('release', smallRelease(), [an, eve]), {}, 'few-signatures'],
    ['signed as a list of keys', signAll('release-roots', smallRelease(), [an, binh]), {}, 'few-signatures'],
    ['changed by a letter', { ...good, body: good.body.replace('0.2.0', '0.3.0') }, {}, 'few-signatures'],
    ['with a line break', { ...good, body: `${good.body}\n` }, {}, 'few-signatures'],
    [
      'of another product',
      signAll('release', { ...smallRelease(), product: 'x' }, [an, binh]),
      {},
      'malformed',
    ],
    [
      'with a field too many',
      signAll('release', { ...smallRelease(), run: 'sh' }, [an, binh]),
      {},
      'malformed',
    ],
    ['with a path upwards', withFiles('../x.js'), {}, 'malformed'],
    ['with a path from the root', withFiles('/etc/passwd'), {}, 'malformed'],
    ['with two names for one file', withFiles('a.js', 'A.js'), {}, 'malformed'],
    ['with a file as a folder', withFiles('a', 'a/b'), {}, 'malformed'],
    ['for another platform', good, { platform: 'win32-x64' }, 'wrong-platform'],
    ['older than one that was seen', good, { seen: { counter: 8, digest: 'x' } }, 'rolled-back'],
    [
      'of a number that another had',
      other,
      { seen: { counter: 7, digest: releaseDigest(good) } },
      'other-of-same-number',
    ],
    ['that failed here', good, { failed: [releaseDigest(good)] }, 'failed-before'],
    ['that runs', good, { running: '0.2.0' }, 'not-newer'],
    ['older than what runs', good, { running: '0.10.0' }, 'not-newer'],
    ['from a version too old for it', good, { running: '0.0.9' }, 'from-too-old'],
    ['after its time', good, { nowMs: Date.parse('2027-06-01T00:00:00Z') }, 'expired'],
  ];
  it.each(rows)('is refused: %s', (_, text, change, code) => {
    expect(codeOf(() => judgeRelease(text, { ...host, ...change }))).toBe(code);
  });

  it('is taken again when it was seen before: a load goes on', () => {
    const seen = { counter: 7, digest: releaseDigest(good) };
    expect(codeOf(() => judgeRelease(good, { ...host, seen }))).toBe('taken');
  });

  it('is refused whatever single letter of it is changed', () => {
    fc.assert(
      fc.property(fc.nat(good.body.length - 1), fc.constantFrom('0', 'x', ' ', '"'), (at, letter) => {
        fc.pre(good.body[at] !== letter);
        const body = good.body.slice(0, at) + letter + good.body.slice(at + 1);
        expect(codeOf(() => judgeRelease({ ...good, body }, host))).toBe('few-signatures');
      }),
      { numRuns: 50 },
    );
  });
});

describe('lists of keys', () => {
  const first = signAll('release-roots', roots, [an, binh]);
  const next = rootsOf([an, chi, eve], 2);
  const both = signAll('release-roots', next, [an, chi]);

  it('are read when their own keys signed them', () => {
    expect(readRoots(first)).toEqual(roots);
    expect(codeOf(() => readRoots(signAll('release-roots', roots, [an])))).toBe('few-signatures');
    expect(codeOf(() => readRoots(signAll('release-roots', { ...roots, threshold: 1 }, [an])))).toBe(
      'malformed',
    );
  });

  it('follow each other when the keys of both signed', () => {
    expect(followRoots(roots, [first, both])).toEqual([both]);
    const third = signAll('release-roots', rootsOf([chi, eve], 3), [chi, eve]);
    expect(followRoots(roots, [both, third])).toEqual([both, third]);
  });

  it.each([
    ['signed by the new keys only', signAll('release-roots', next, [chi, eve]), 'few-signatures'],
    ['signed by the old keys only', signAll('release-roots', next, [an, binh]), 'few-signatures'],
    ['that leaves one out', signAll('release-roots', { ...next, version: 3 }, [an, chi]), 'roots-gap'],
  ])('do not: %s', (_, text, code) => {
    expect(codeOf(() => followRoots(roots, [text]))).toBe(code);
  });

  it('never lead back', () => {
    expect(followRoots(next, [first])).toEqual([]);
  });
});

describe('a path of a release', () => {
  it.each(['a.js', 'parts/run-Ab_1.js', 'posture-policies/linux/a.json', 'LICENSE'])('may be %s', (path) => {
    expect(isReleasePath(path)).toBe(true);
  });
  it.each([
    '',
    '.',
    '..',
    'a/../b',
    '/a',
    'a/',
    'a//b',
    '.hidden',
    'a\\b',
    'c:x',
    'a:b',
    'con',
    'NUL.txt',
    'a.',
    'a\nb',
    'ä',
  ])('may not be %j', (path) => {
    expect(isReleasePath(path)).toBe(false);
  });
});

it('compares versions by their numbers', () => {
  const versions = ['0.9.9', '0.10.0', '1.0.0', '1.0.10', '1.2.0'];
  expect(versions.toReversed().toSorted(compareVersions)).toEqual(versions);
});
