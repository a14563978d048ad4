import dgram from 'node:dgram';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailDomainKind } from '../../../../collector/compliance/evidence/kinds/mail-domain.ts';
import type { MailPolicies, MailPolicy } from '../../../../collector/compliance/evidence/evidence-sources.ts';
import { dnsMailPolicies } from '../../../../collector/services/compliance/mail-policies.ts';
import { aSystem, AT_MS } from '../a-system.ts';
import { aList, fleetSources } from './a-fleet.ts';
import { judgeKind, shortFindings } from './judge-kind.ts';

const SPF = 'v=spf1 mx -all';
const told = (dmarc: string[], spf = [SPF]): MailPolicy => ({ kind: 'told', dmarc, spf });

async function asked(
  policies: Readonly<Record<string, MailPolicy>> | undefined,
  {
    params = {},
    domains = Object.keys(policies ?? { 'a.vn': 0 }),
  }: { params?: object; domains?: string[] } = {},
): Promise<string[]> {
  const mail: MailPolicies | undefined =
    policies === undefined
      ? undefined
      : { of: (domain) => Promise.resolve(policies[domain] ?? { kind: 'unknown', reason: 'SERVFAIL' }) };
  const sources = { ...fleetSources({}, { lists: [aList('mail-domains', domains)] }), mail };
  return shortFindings(await judgeKind(mailDomainKind, { ...params }, { sources, system: aSystem([]) }));
}

describe('mail domains', () => {
  it.each([
    ['with both', told(['v=DMARC1; p=none; rua=mailto:a@b'], ['x', SPF]), 'met protected'],
    ['without DMARC', told([]), 'not-met no-dmarc'],
    ['with two records of DMARC', told(['v=DMARC1; p=reject', 'v=DMARC1; p=none']), 'not-met no-dmarc'],
    ['with DMARC that asks for nothing', told(['v=DMARC1; rua=mailto:a@b']), 'not-met no-dmarc'],
    ['without SPF', told(['v=DMARC1; p=reject'], ['v=spf10']), 'not-met no-spf'],
    ['that nobody answers for', { kind: 'unknown', reason: 'ETIMEOUT' } as const, 'not-assessed no-answer'],
  ])('%s', async (_, policy, wanted) => {
    expect(await asked({ 'a.vn': policy })).toEqual([`system ${wanted}`]);
  });

  it('are not met by one of them, nor met while one does not answer', async () => {
    const good = told(['v=DMARC1;p=quarantine']);
    expect(await asked({ 'a.vn': good, 'b.vn': told([]), 'c.vn': { kind: 'unknown', reason: '' } })).toEqual([
      'system not-met no-dmarc',
    ]);
    expect(await asked({ 'a.vn': good }, { domains: ['a.vn', 'c.vn'] })).toEqual([
      'system not-assessed no-answer',
    ]);
  });

  it('may have to be enforced', async () => {
    const params = { enforced: true };
    expect(await asked({ 'a.vn': told(['v=DMARC1; p=none']) }, { params })).toEqual([
      'system not-met only-told',
    ]);
    expect(await asked({ 'a.vn': told(['v=DMARC1; p=Reject']) }, { params })).toEqual([
      'system met protected',
    ]);
  });

  it('are not asked for where that is not allowed, or nobody named one', async () => {
    expect(await asked(undefined)).toEqual(['system not-assessed not-allowed']);
    expect(await asked({}, { domains: [] })).toEqual(['system not-applicable no-domains']);
    const sources = { ...fleetSources({}), mail: undefined };
    const found = await judgeKind(
      mailDomainKind,
      {},
      { sources, system: aSystem([]), moment: { atMs: AT_MS, nowMs: AT_MS } },
    );
    expect(shortFindings(found)).toEqual(['system not-assessed list-missing']);
  });
});

describe('name servers', () => {
  const records: Readonly<Record<string, string[]>> = {
    '_dmarc.tinh.vn': ['v=DMARC1; p=reject'],
    'tinh.vn': [SPF, 'other'],
  };
  const server = dgram.createSocket('udp4');
  let address = '';

  beforeAll(async () => {
    server.on('message', (query, { port }) => server.send(answer(query), port, '127.0.0.1'));
    await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
    address = `127.0.0.1:${server.address().port}`;
  });
  afterAll(() => void server.close());

  /** As RFC 1035 has it: the question again, and its text records; no such name where there are none. */
  function answer(query: Buffer): Buffer {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length));
      at += 1 + length;
    }
    const question = query.subarray(12, at + 5);
    const name = labels.join('.').toLowerCase();
    const texts = records[name] ?? [];
    const code = name.endsWith('broken.vn') ? 2 : texts.length > 0 ? 0 : 3;
    const head = Buffer.alloc(12);
    query.copy(head, 0, 0, 2);
    head.writeUInt16BE(0x8180 | code, 2);
    head.writeUInt16BE(1, 4);
    head.writeUInt16BE(texts.length, 6);
    const rows = texts.map((text) => {
      const row = Buffer.from([0xc0, 12, 0, 16, 0, 1, 0, 0, 0, 60, 0, text.length + 1, text.length]);
      return Buffer.concat([row, Buffer.from(text)]);
    });
    return Buffer.concat([head, question, ...rows]);
  }

  it('tell the records, that there are none, or that they do not know', async () => {
    const policies = dnsMailPolicies([address]);
    expect(await policies.of('tinh.vn')).toEqual({
      kind: 'told',
      dmarc: ['v=DMARC1; p=reject'],
      spf: [SPF, 'other'],
    });
    expect(await policies.of('khong-co.vn')).toEqual({ kind: 'told', dmarc: [], spf: [] });
    expect(await policies.of('broken.vn')).toMatchObject({
      kind: 'unknown',
      reason: expect.stringContaining('SERVFAIL'),
    });
  });
});
