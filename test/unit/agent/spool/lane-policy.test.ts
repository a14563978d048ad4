import { expect, test } from 'vitest';
import { laneToDropFrom, lanePolicies } from '../../../../agent/spool/lane-policy.ts';

const HOUR_MS = 3_600_000;

test('by default security may fill nearly all, and is kept 48 hours after its acknowledgement', () => {
  expect(lanePolicies()).toEqual([
    { percentMax: 90, ageMsMax: undefined, retainMs: 48 * HOUR_MS },
    { percentMax: 60, ageMsMax: undefined, retainMs: 0 },
    { percentMax: 40, ageMsMax: undefined, retainMs: 0 },
  ]);
});

test('the settings change the defaults, and the collector changes both, field by field', () => {
  const settings = {
    ageMsMax: 9 * HOUR_MS,
    retainMs: HOUR_MS,
    lanes: { security: { ageMsMax: 90 * HOUR_MS }, bulk: { percentMax: 10 } },
  };
  expect(lanePolicies(settings)).toEqual([
    { percentMax: 90, ageMsMax: 90 * HOUR_MS, retainMs: HOUR_MS },
    { percentMax: 60, ageMsMax: 9 * HOUR_MS, retainMs: 0 },
    { percentMax: 10, ageMsMax: 9 * HOUR_MS, retainMs: 0 },
  ]);
  const told = { retainMs: 0, lanes: [{ lane: 2, ageMsMax: HOUR_MS }] };
  expect(lanePolicies(settings, told)).toEqual([
    { percentMax: 90, ageMsMax: 90 * HOUR_MS, retainMs: 0 },
    { percentMax: 60, ageMsMax: 9 * HOUR_MS, retainMs: 0 },
    { percentMax: 10, ageMsMax: HOUR_MS, retainMs: 0 },
  ]);
});

test.each<[number[], number | undefined, string]>([
  [[0, 0, 0], undefined, 'nothing is held'],
  [[50, 50, 10], 2, 'bulk goes first while nobody is above a share'],
  [[10, 10, 80], 2, 'bulk above its share'],
  [[10, 70, 30], 1, 'standard above its share, bulk keeps what is reserved for it'],
  [[10, 65, 45], 2, 'both above their shares: the less important one'],
  [[95, 3, 4], 0, 'security above its share leaves the others theirs'],
  [[95, 0, 0], 0, 'there is only security'],
  [[20, 30, 0], 1, 'there is no bulk'],
])('of %j the lane %s gives up: %s', (bytes, lane) => {
  expect(laneToDropFrom(bytes, lanePolicies(), 100)).toBe(lane);
});
