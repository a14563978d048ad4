/** Which alerts are one matter and why, and which are not, however near they are. */
import { describe, expect, it } from 'vitest';
import { traitsOf } from '../../../collector/case/chain/chain-traits.ts';
import { chainsInTurns, explainChain, formChains } from '../../../collector/case/chain/form-chains.ts';
import type { ChainAlert } from '../../../collector/case/chain/join-alerts.ts';

const MINUTE_MS = 60_000;
const HIGH = 3;
const LOW = 1;

interface Given extends Partial<Omit<ChainAlert, 'traits'>> {
  id: string;
  /** Minutes. */
  at: number;
  fields?: Record<string, unknown>;
}

function alert({ id, at, fields = {}, ...rest }: Given): ChainAlert {
  const hostname = rest.hostname ?? 'pc-1';
  return {
    id,
    ruleId: `rule-${id}`,
    rank: HIGH,
    agentId: `agent-${hostname}`,
    hostname,
    firstMs: at * MINUTE_MS,
    lastMs: at * MINUTE_MS,
    tactics: [`tactic-${id}`],
    traits: traitsOf(fields, hostname),
    ...rest,
  };
}

const members = (alerts: readonly ChainAlert[]): string[][] =>
  formChains(alerts).map((chain) => chain.members.map((member) => member.alert.id));

const GUID = '{11111111-2222-3333-4444-555555555555}';
const DROPPED = { Image: 'C:\\Users\\Public\\a.exe', Hashes: `SHA256=${'AB'.repeat(32)}` };

describe('what is one matter', () => {
  it('is told from its first alert on, each with what it shares with one before', () => {
    const [chain] = formChains([
      alert({ id: 'c', at: 40, hostname: 'srv', fields: { ...DROPPED, Image: 'D:\\b.exe' } }),
      alert({ id: 'a', at: 0, fields: { ProcessGuid: GUID, Image: 'C:\\x\\word.exe' } }),
      alert({
        id: 'b',
        at: 5,
        fields: { ...DROPPED, ParentProcessGuid: GUID, ParentImage: 'C:\\x\\word.exe' },
      }),
    ]);
    expect(chain?.members.map(({ alert: { id }, link }) => [id, link?.to, link?.reasons[0]])).toEqual([
      ['a', undefined, undefined],
      ['b', 'a', { kind: 'process', label: 'word.exe' }],
      ['c', 'b', { kind: 'file', label: 'b.exe' }],
    ]);
    expect(chain).toMatchObject({
      hosts: ['pc-1', 'srv'],
      tactics: ['tactic-a', 'tactic-b', 'tactic-c'],
      leads: [{ fromHost: 'pc-1', toHost: 'srv', from: 'b', to: 'c' }],
      points: 120,
    });
  });

  it('is the same in whatever order the alerts come', () => {
    const alerts = [0, 10, 20, 30, 40].map((at, place) =>
      alert({
        id: String(place),
        at,
        hostname: place % 2 === 0 ? 'pc-1' : 'pc-2',
        fields: { User: 'D\\an' },
      }),
    );
    expect(members(alerts.toReversed())).toEqual(members(alerts));
    expect(members(alerts)).toEqual([['0', '1', '2', '3', '4']]);
  });
});

describe('what is not', () => {
  it('keeps two attacks apart that happen at the same time on different hosts', () => {
    const pair = (host: string, user: string, from: string): ChainAlert[] =>
      [0, 3, 6].map((at) =>
        alert({
          id: `${host}-${at}`,
          at,
          hostname: host,
          fields: { User: `D\\${user}`, 'source.ip': from, Image: 'C:\\Windows\\System32\\cmd.exe' },
        }),
      );
    const both = [...pair('pc-1', 'an', '203.0.113.1'), ...pair('pc-2', 'binh', '203.0.113.2')];
    expect(members(both)).toEqual([
      ['pc-1-0', 'pc-1-3', 'pc-1-6'],
      ['pc-2-0', 'pc-2-3', 'pc-2-6'],
    ]);
  });

  it.each([
    ['system programs', { Hashes: `SHA256=${'AB'.repeat(32)}`, Image: 'C:\\Windows\\System32\\cmd.exe' }],
    ['accounts of every machine', { User: 'NT AUTHORITY\\SYSTEM' }],
    ['local accounts of the same name', { 'user.name': 'quantri' }],
    ['the proxy inside', { DestinationIp: '10.1.1.1' }],
    ['loopback', { IpAddress: '127.0.0.1' }],
    ['processes of cloned machines', { ProcessGuid: GUID, Image: 'C:\\x\\a.exe' }],
  ])('does not join hosts by %s', (_name, fields) => {
    const alerts = ['pc-1', 'pc-2'].map((hostname) => alert({ id: hostname, at: 0, hostname, fields }));
    expect(members(alerts)).toEqual([]);
  });

  it('does not join by what many hosts have, and says so', () => {
    const fields = { QueryName: 'cdn.example.net' };
    const many = Array.from({ length: 14 }, (_, at) =>
      alert({ id: `m${at}`, at, hostname: `pc-${at}`, fields }),
    );
    expect(members(many)).toEqual([]);
    const [chain] = formChains([
      ...many,
      alert({ id: 'x', at: 1, hostname: 'pc-1', fields: { User: 'D\\an' } }),
      alert({ id: 'y', at: 2, hostname: 'pc-1', fields: { User: 'D\\an' } }),
    ]);
    expect(chain?.members.map((member) => member.alert.id)).toEqual(['m1', 'x', 'y']);
    expect(chain?.leftOut).toContainEqual(
      expect.objectContaining({
        near: 'm1',
        why: 'common',
        reason: { kind: 'domain', label: 'cdn.example.net' },
      }),
    );
  });

  it('leaves out what is slight and only near, and what is long ago', () => {
    const [chain] = formChains([
      alert({ id: 'a', at: 0, fields: { User: 'D\\an' } }),
      alert({ id: 'b', at: 5, fields: { User: 'D\\an' } }),
      alert({ id: 'slight', at: 6, rank: LOW }),
      alert({ id: 'later', at: 60 * 13 + 10, fields: { User: 'D\\an' } }),
    ]);
    expect(chain?.members.map((member) => member.alert.id)).toEqual(['a', 'b']);
    expect(chain?.leftOut).toMatchObject([{ alert: { id: 'slight' }, near: 'b', why: 'minor' }]);
  });

  it('is no proposal as long as it is one rule, or slight', () => {
    const same = [0, 1, 2].map((at) =>
      alert({ id: String(at), at, ruleId: 'one', fields: { User: 'D\\an' } }),
    );
    const slight = [3, 4].map((at) => alert({ id: String(at), at, rank: LOW, fields: { User: 'D\\an' } }));
    expect(members(same)).toEqual([]);
    expect(members(slight)).toEqual([]);
  });
});

it('explains what somebody has put together, and shows where nothing connects', () => {
  const chain = explainChain([
    alert({ id: 'a', at: 0 }),
    alert({ id: 'low', at: 4, rank: LOW }),
    alert({ id: 'far', at: 4, hostname: 'elsewhere' }),
  ]);
  expect(chain?.members.map(({ alert: { id }, link }) => [id, link?.reasons])).toEqual([
    ['a', undefined],
    ['far', undefined],
    ['low', [{ kind: 'host', label: 'pc-1' }]],
  ]);
  expect(explainChain([])).toBeNull();
});

it('tells the severest 300 of very many that hang together, in turns of bounded work', () => {
  const many = Array.from({ length: 900 }, (_, at) =>
    alert({
      id: `m${String(at).padStart(3, '0')}`,
      at: at / 60,
      rank: at === 899 ? 4 : HIGH,
      ruleId: `rule-${at % 7}`,
      hostname: `pc-${at % 9}`,
      fields: { User: 'D\\an', 'source.ip': '203.0.113.7' },
    }),
  );
  const work = chainsInTurns(many);
  let turns = 0;
  let step = work.next();
  for (; step.done !== true; step = work.next()) turns += 1;
  const [chain] = step.value;
  expect(chain?.members).toHaveLength(300);
  expect(chain?.untold).toHaveLength(600);
  expect(chain?.members.map(({ alert: { id } }) => id)).toContain('m899');
  // No turn holds more than one alert against the 300 that are told.
  expect(turns).toBeGreaterThan(300);
});
