import { describe, expect, it } from 'vitest';
import { reasonText } from '../../../../collector/compliance/evidence/common-reasons.ts';
import type { PostureFact } from '../../../../collector/compliance/evidence/evidence-sources.ts';
import { postureKind } from '../../../../collector/compliance/evidence/kinds/posture.ts';
import { AT_MS, aHost, aSystem, DAY_MS } from '../a-system.ts';
import { judgeKind, shortFindings } from './judge-kind.ts';

function fact(check: string, result: PostureFact['result'], facts: Partial<PostureFact> = {}): PostureFact {
  return {
    check,
    title: '',
    controls: ['CF-01'],
    result,
    reasonCode: '',
    observed: '',
    timeMs: AT_MS - DAY_MS,
    ...facts,
  };
}

async function judged(facts: Readonly<Record<string, PostureFact[]>>, hosts = Object.keys(facts)) {
  const findings = await judgeKind(
    postureKind,
    { control: 'CF-01' },
    {
      sources: { posture: { read: () => Promise.resolve(new Map(Object.entries(facts))) } },
      system: aSystem(hosts.map((id) => aHost(id))),
    },
  );
  return { findings, short: shortFindings(findings) };
}

describe('checks of a control', () => {
  it('are met by a host that passes all that apply to it', async () => {
    const { short } = await judged({ a: [fact('x', 'pass'), fact('y', 'not-applicable')] });
    expect(short).toEqual(['a met passes']);
  });

  it('are not met by the one host of many with one failure, whatever could not be read', async () => {
    const { short, findings } = await judged({
      a: [fact('x', 'pass')],
      b: [
        fact('x', 'pass'),
        fact('y', 'fail', { title: 'Firewall', observed: 'inactive' }),
        fact('z', 'not-assessed'),
      ],
      c: [fact('x', 'pass')],
    });
    expect(short).toEqual(['a met passes', 'b not-met fails', 'c met passes']);
    expect(findings[1]).toMatchObject({
      observed: 'inactive',
      reason: { args: { failed: 1, check: 'Firewall [y]' } },
    });
  });

  it('are called by their titles in both languages, with the id that commands take', async () => {
    const { findings } = await judged({
      a: [fact('sshd-root-login', 'fail', { title: 'whatever the host told' })],
      b: [fact('own-check', 'not-assessed', { title: 'Việc của tỉnh' })],
      c: [fact('without-title', 'fail')],
      d: [fact('lnx-sysctl-ipv6-redirects', 'fail')],
    });
    const said = findings.map(({ reason }) => reasonText(reason, postureKind.reasons));
    expect(said[0]).toEqual({
      vi: '1 điểm kiểm không đạt, trong đó có: root không đăng nhập trực tiếp qua SSH bằng mật khẩu [sshd-root-login]',
      en: '1 configuration checks fail, among them: root does not log in over SSH with a password [sshd-root-login]',
    });
    expect(said[1]?.en).toContain('Việc của tỉnh [own-check]');
    expect(said[2]?.en).toMatch(/: without-title$/);
    expect(said[3]?.en).toMatch(/: .+ \[lnx-sysctl-ipv6-redirects\]$/);
  });

  it('say nothing of a host where one could not be read, or that told nothing of them', async () => {
    const other = fact('x', 'pass', { controls: ['AC-03'] });
    const { short } = await judged({ a: [fact('x', 'pass'), fact('y', 'not-assessed')], b: [other] }, [
      'a',
      'b',
      'c',
    ]);
    expect(short).toEqual([
      'a not-assessed unreadable',
      'b not-assessed no-facts',
      'c not-assessed no-facts',
    ]);
  });

  it('do not apply where none does', async () => {
    expect((await judged({ a: [fact('x', 'not-applicable', { reasonCode: 'platform' })] })).short).toEqual([
      'a not-applicable does-not-apply',
    ]);
  });

  it('that fail are excepted until the first exception ends, and only when each failure is', async () => {
    const until = (days: number) => ({ id: days, expiresMs: AT_MS + days * DAY_MS });
    const { findings, short } = await judged({
      a: [
        fact('x', 'fail', { excepted: until(9) }),
        fact('y', 'fail', { excepted: until(2) }),
        fact('z', 'pass'),
      ],
      b: [fact('x', 'fail', { excepted: until(9) }), fact('y', 'fail')],
      c: [fact('x', 'excepted', { excepted: { id: null, expiresMs: AT_MS + DAY_MS } })],
    });
    expect(short).toEqual(['a not-met excepted', 'b not-met fails', 'c not-met excepted']);
    expect(findings.map(({ excepted }) => excepted)).toEqual([
      until(2),
      undefined,
      { id: null, expiresMs: AT_MS + DAY_MS },
    ]);
  });

  it('told too long ago are not assessed', async () => {
    const { short } = await judged({ a: [fact('x', 'pass', { timeMs: AT_MS - 63 * DAY_MS })] });
    expect(short).toEqual(['a not-assessed stale']);
  });

  it('are not assessed on a silent host, even when they passed, nor in a system without hosts', async () => {
    const read = () => Promise.resolve(new Map([['a', [fact('x', 'pass')]]]));
    const ask = (hosts: Parameters<typeof aSystem>[0]) =>
      judgeKind(
        postureKind,
        { control: 'CF-01' },
        { sources: { posture: { read } }, system: aSystem(hosts) },
      );
    expect(shortFindings(await ask([aHost('a', { seenMs: AT_MS - 4 * DAY_MS })]))).toEqual([
      'a not-assessed silent',
    ]);
    expect(shortFindings(await ask([]))).toEqual(['system not-assessed no-hosts']);
  });
});
