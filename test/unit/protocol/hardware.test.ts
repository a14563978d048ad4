import { describe, expect, test } from 'vitest';
import {
  compareHardware,
  hardwareDigest,
  sameFacts,
  type HardwareFact,
  type HardwareKind,
} from '../../../collector/protocol/hardware.ts';

function facts(values: Partial<Record<HardwareKind, string | string[]>>): HardwareFact[] {
  return Object.entries(values).flatMap(([kind, value]) =>
    [value].flat().map((text) => ({
      kind: kind as HardwareKind,
      digest: hardwareDigest(kind as HardwareKind, text),
    })),
  );
}

const pc = {
  'product-uuid': 'A1',
  'product-serial': 'PF0X1',
  'board-serial': 'L1HF',
  disk: ['naa.500'],
  mac: ['54:e1:ad:00:00:01'],
} as const;
const with_ = (changes: Partial<Record<HardwareKind, string | string[]>>): HardwareFact[] =>
  facts({ ...structuredClone(pc), disk: [...pc.disk], mac: [...pc.mac], ...changes });
const known = with_({});

describe('the same machine', () => {
  test.each<[string, HardwareFact[]]>([
    ['is the one with nothing changed', with_({})],
    ['keeps being it with another network card', with_({ mac: '54:e1:ad:00:00:99' })],
    ['keeps being it with another disk', with_({ disk: 'naa.999' })],
    [
      'keeps being it with one more disk and one more card',
      with_({ disk: ['naa.500', 'naa.7'], mac: [...pc.mac, 'x1'] }),
    ],
    [
      'is known when an unprivileged reader sees its disk and cards only',
      facts({ disk: 'naa.500', mac: 'other' }),
    ],
    ['is known when its firmware tells serials in another case', with_({ 'product-serial': ' pf0x1 ' })],
  ])('%s', (_, now) => {
    expect(compareHardware(known, now).verdict).toBe('same');
    expect(compareHardware(now, known).verdict).toBe('same');
  });
});

describe('another machine', () => {
  test.each<[string, HardwareFact[]]>([
    [
      'is a PC of the same make that got a copy of the disk',
      with_({
        'product-uuid': 'B2',
        'product-serial': 'PF0X2',
        'board-serial': 'L2',
        disk: 'naa.501',
        mac: 'm2',
      }),
    ],
    [
      'is a virtual machine copied with a new UUID, even with the same card and disk serial',
      with_({ 'product-uuid': 'B2' }),
    ],
    [
      'is the PC into which the disk was moved',
      with_({ 'product-uuid': 'B2', 'product-serial': 'P2', 'board-serial': 'L2', mac: 'm2' }),
    ],
    [
      'is one whose maker gave all boards one UUID and one serial: disk and card differ',
      with_({ disk: 'naa.501', mac: 'm2', 'product-serial': 'P2' }),
    ],
    ['is one that shares nothing but a network adapter', with_({ 'product-uuid': 'B2', disk: 'naa.501' })],
  ])('%s', (_, now) => {
    expect(compareHardware(known, now).verdict).toBe('other');
  });
});

test('nothing in common to compare decides nothing', () => {
  expect(compareHardware(known, [])).toMatchObject({ verdict: 'unknown', score: 0 });
  expect(compareHardware(facts({ mac: 'm1' }), facts({ disk: 'd1' })).verdict).toBe('unknown');
});

test('the same value of another kind is another digest', () => {
  expect(hardwareDigest('product-serial', 'X')).not.toBe(hardwareDigest('board-serial', 'X'));
});

test('lists are the same in whatever order', () => {
  expect(sameFacts(known, known.toReversed())).toBe(true);
  expect(sameFacts(known, known.slice(1))).toBe(false);
});
