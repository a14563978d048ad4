import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { checkTotp, newTotpSecret, totpAt, totpUri } from '../../../collector/registry/totp.ts';

/** "12345678901234567890" in base32: the secret of RFC 6238, appendix B, whose codes of eight digits end in ours. */
const SECRET = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('codes of the second factor', () => {
  it.each([
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ])('at %i s are those of RFC 6238', (seconds, code) => {
    expect(totpAt(SECRET, Math.floor(seconds / 30))).toBe(code);
  });

  it('count half a minute early and late, each once', () => {
    const nowMs = 1_764_123_456_000;
    const step = Math.floor(nowMs / 30_000);
    const check = (at: number, lastStep = 0) => checkTotp(SECRET, totpAt(SECRET, at), { nowMs, lastStep });
    expect([-2, -1, 0, 1, 2].map((by) => check(step + by))).toEqual([
      undefined,
      step - 1,
      step,
      step + 1,
      undefined,
    ]);
    expect([step - 1, step, step + 1].map((last) => check(step, last))).toEqual([step, undefined, undefined]);
    for (const code of ['', '12345', '1234567', '12345a', '０００００００'])
      expect(checkTotp(SECRET, code, { nowMs, lastStep: 0 })).toBeUndefined();
  });

  it('come of secrets of 160 bits that authenticators read', () => {
    const secret = newTotpSecret(randomBytes);
    expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(new URL(totpUri(secret, 'an@x')).searchParams.get('secret')).toBe(secret);
  });
});
