import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { sizeFor } from '../../../collector/cli/sizing.ts';

const NONE = { pc: 0, server: 0, 'domain-controller': 0 };

test('20,000 events a second are about 44 TB a year', () => {
  const size = sizeFor({ hosts: { ...NONE, server: 1 }, eventsPerSecond: 20_000, months: 12 });
  expect(size.diskBytesPerYear / 1e12).toBeCloseTo(44.2, 1);
});

test('a small agency needs the least machine', () => {
  const size = sizeFor({ hosts: { ...NONE, pc: 40 }, months: 3 });
  expect(size).toMatchObject({ hosts: 40, cores: 2, workers: 0 });
  expect(size.diskBytes).toBeLessThan(20e9);
});

test('more hosts, more months or more events never need less', () => {
  const hosts = fc.record({
    pc: fc.nat(50_000),
    server: fc.nat(5_000),
    'domain-controller': fc.nat(50),
  });
  fc.assert(
    fc.property(hosts, hosts, fc.integer({ min: 1, max: 60 }), fc.nat(24), (some, more, months, longer) => {
      const together = {
        pc: some.pc + more.pc,
        server: some.server + more.server,
        'domain-controller': some['domain-controller'] + more['domain-controller'],
      };
      const small = sizeFor({ hosts: some, months });
      const large = sizeFor({ hosts: together, months: months + longer });
      for (const key of ['cores', 'memoryBytes', 'diskBytes', 'lineBitsPerSecond'] as const) {
        expect(large[key]).toBeGreaterThanOrEqual(small[key]);
      }
    }),
  );
});
