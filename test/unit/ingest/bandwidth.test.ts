import { expect, test } from 'vitest';
import { Bandwidth, sharePolicy, type BandwidthRule } from '../../../collector/ingest/bandwidth.ts';

const RULE: BandwidthRule = {
  id: 1,
  agencyId: 7,
  contains: undefined,
  fromHour: 7,
  toHour: 18,
  timeZone: 'Asia/Ho_Chi_Minh',
  bytesPerSecond: 32_000,
};
/** Nine in the morning in Hà Nội. */
const MORNING = Date.UTC(2026, 0, 5, 2);

function lines(rules: BandwidthRule[]): { bandwidth: Bandwidth; at: (ms: number) => void } {
  let nowMs = MORNING;
  const bandwidth = new Bandwidth({ now: () => nowMs });
  bandwidth.setRules(rules, (id) => (id === 8 ? 7 : null));
  return { bandwidth, at: (ms) => (nowMs = ms) };
}

test('a site’s line is divided among its agents online, those of agencies under it included', () => {
  const { bandwidth } = lines([RULE]);
  bandwidth.joined('a', 7, '10.0.0.1');
  expect(bandwidth.shareOf('a')).toBe(32_000);
  bandwidth.joined('b', 8, '10.0.0.2');
  bandwidth.joined('c', 9, '10.0.0.3');
  expect([bandwidth.shareOf('b'), bandwidth.shareOf('c')]).toEqual([16_000, undefined]);
  expect(bandwidth.settle()).toEqual([{ agentId: 'a', share: 16_000 }]);
  bandwidth.left('b');
  expect(bandwidth.settle()).toEqual([{ agentId: 'a', share: 32_000 }]);
  expect(bandwidth.settle()).toEqual([]);
});

test('it holds in its hours only, also over midnight', () => {
  const { bandwidth, at } = lines([RULE, { ...RULE, id: 2, fromHour: 22, toHour: 6, bytesPerSecond: 8_000 }]);
  bandwidth.joined('a', 7, '10.0.0.1');
  at(MORNING + 10 * 3_600_000); // 19:00
  expect(bandwidth.settle()).toEqual([{ agentId: 'a', share: undefined }]);
  at(MORNING + 14 * 3_600_000); // 23:00
  expect(bandwidth.settle()).toEqual([{ agentId: 'a', share: 8_000 }]);
  at(MORNING + 20 * 3_600_000); // 05:00
  expect(bandwidth.settle()).toEqual([]);
});

test('a site may be a prefix; of two caps the tighter one holds; nobody gets less than the protocol’s least', () => {
  const { bandwidth } = lines([
    RULE,
    {
      ...RULE,
      id: 2,
      agencyId: null,
      contains: (address) => address.startsWith('10.0.'),
      bytesPerSecond: 300,
    },
  ]);
  bandwidth.joined('a', 7, '10.0.0.1');
  expect(bandwidth.shareOf('a')).toBe(300);
  bandwidth.joined('b', 1, '10.0.0.2');
  expect(bandwidth.shareOf('b')).toBe(256);
  expect(sharePolicy(1_000)).toEqual({
    bytesPerSecondMax: 1_000,
    catchUpBytesPerSecondMax: 500,
    catchUpAgeMs: 900_000,
  });
  expect(sharePolicy(undefined)).toEqual({});
});
