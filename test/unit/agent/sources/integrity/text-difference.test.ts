/** Differences of texts: applied to the old text they give the new one; secrets never show. */
import { array, assert, constantFrom, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SecretMask } from '../../../../../agent/sources/integrity/mask-secrets.ts';
import { unifiedDifference } from '../../../../../agent/sources/integrity/text-difference.ts';

/** Applies a unified difference. */
function patch(before: readonly string[], difference: string): string[] {
  const after: string[] = [];
  let at = 0;
  for (const line of difference === '' ? [] : difference.split('\n')) {
    const hunk = /^@@ -(\d+)(?:,(\d+))? \+/.exec(line);
    if (hunk !== null) {
      const start = Number(hunk[1]) - (hunk[2] === '0' ? 0 : 1);
      after.push(...before.slice(at, start));
      at = start;
    } else if (line.startsWith('+')) after.push(line.slice(1));
    else {
      if (line.startsWith(' ')) after.push(line.slice(1));
      at += 1;
    }
  }
  return [...after, ...before.slice(at)];
}

describe('a unified difference', () => {
  test('gives the new text when it is applied to the old one', () => {
    const lines = array(constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });
    assert(
      property(lines, lines, (before, after) => {
        expect(patch(before, unifiedDifference(before, after, 100_000))).toEqual(after);
      }),
    );
  });

  test('shows three lines around what changed', () => {
    const before = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`);
    const after = before.with(9, 'other');
    expect(unifiedDifference(before, after, 1_000).split('\n')).toEqual([
      '@@ -7,7 +7,7 @@',
      ' line 7',
      ' line 8',
      ' line 9',
      '-line 10',
      '+other',
      ' line 11',
      ' line 12',
      ' line 13',
    ]);
  });

  test('is cut at its limit, and two texts that share nothing cost no time', () => {
    const before = Array.from({ length: 5_000 }, (_, index) => `old ${index}`);
    const after = Array.from({ length: 5_000 }, (_, index) => `new ${index}`);
    const difference = unifiedDifference(before, after, 2_000);
    expect(difference.length).toBeLessThanOrEqual(2_000);
    expect(difference).toMatch(/\n… \(cut\)$/);
  });
});

describe('masked are', () => {
  const mask = new SecretMask(Buffer.alloc(32, 1));
  const one = (line: string): string => mask.lines([line])[0] ?? '';

  test.each([
    ['password = hunter2', 'hunter2'],
    ['DB_PASSWORD="a b c"', 'a b c'],
    ['  "apiKey": "zzz-123",', 'zzz-123'],
    ['requirepass s3cr3t', 's3cr3t'],
    ['<secret>topsecret</secret>', 'topsecret'],
    ['mat_khau: Abc@123', 'Abc@123'],
    ['postgres://app:p4ss@db/x', 'p4ss'],
    ['Server=db;User Id=sa;Password=Pa55;', 'Pa55'],
    ['Authorization: Basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
    ['root:$6$abcdefgh$1234567890abcdefghij:19000::', '1234567890abcdefghij'],
    ['rocommunity public-snmp 10.0.0.0/8', 'public-snmp'],
    ['key AKIAIOSFODNN7EXAMPLE here', 'AKIAIOSFODNN7EXAMPLE'],
    ['url https://x/?t=9f86d081884c7d659a2feaa0c55ad015', '9f86d081884c7d659a2feaa0c55ad015'],
    ['JWT eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.abc', 'eyJzdWIiOiIxMjM0NTY3ODkwIn0'],
  ])('%s', (line, secret) => {
    expect(one(line)).not.toContain(secret);
    expect(one(line)).toContain('«masked');
  });

  test.each([
    ['PermitRootLogin no'],
    ['PasswordAuthentication yes'],
    ['auth required pam_unix.so nullok'],
    ['password requisite pam_pwquality.so retry=3'],
    ['Include /etc/ssh/sshd_config.d/*.conf'],
    ['127.0.0.1 localhost localhost.localdomain'],
    ['*/5 * * * * root /usr/lib/sysstat/debian-sa1-collect-statistics 1 1'],
    ['ExecStart=/usr/local/bin/backup --to /srv/backup'],
  ])('nothing of %s', (line) => {
    expect(one(line)).toBe(line);
  });

  test('private keys, line by line', () => {
    const lines = [
      'a',
      '-----BEGIN OPENSSH PRIVATE KEY-----',
      'AAAA',
      'BBBB',
      '-----END OPENSSH PRIVATE KEY-----',
      'b',
    ];
    const masked = mask.lines(lines);
    expect(masked).toHaveLength(lines.length);
    expect(masked.join('\n')).not.toMatch(/AAAA|BBBB/);
    expect([masked[0], masked[5]]).toEqual(['a', 'b']);
  });

  test('a changed secret as another tag, the same one as the same', () => {
    expect(one('password=a')).not.toBe(one('password=b'));
    expect(one('password=a')).toBe(one('password=a'));
  });
});
