import { describe, expect, test } from 'vitest';
import { type DiskRoom, DiskWatch, parseReserve } from '../../../collector/retention/disk-watch.ts';
import { defaultReserveBytes, forecastDisk } from '../../../collector/retention/forecast.ts';

const GIB = 1_073_741_824;

describe('the watch over the disk', () => {
  const watch = (rooms: (DiskRoom | Error)[]) => {
    const told: boolean[] = [];
    const problems: unknown[] = [];
    const disk = new DiskWatch({
      probe: async () => {
        const room = rooms.shift();
        if (room === undefined || room instanceof Error) throw room ?? new Error('no more');
        return room;
      },
      reserveOf: () => 1_000,
      everyMs: 1_000_000,
      onRoom: () => undefined,
      onFull: (isFull) => told.push(isFull),
      onProblem: (error) => problems.push(error),
    });
    return { disk, told, problems };
  };
  const free = (freeBytes: number): DiskRoom => ({ freeBytes, totalBytes: 20_000 });

  test('tells when the reserve is touched, and when there is clearly room again', async () => {
    const { disk, told } = watch([
      free(1_000),
      free(999),
      free(1_000),
      free(1_099),
      free(1_100),
      free(1_050),
    ]);
    const states: boolean[] = [];
    for (let look = 0; look < 6; look += 1) {
      await disk.look();
      states.push(disk.isFull);
    }
    expect(states).toEqual([false, true, true, true, false, false]);
    expect(told).toEqual([true, false]);
    expect(disk.room).toEqual({ freeBytes: 1_050, totalBytes: 20_000, reserveBytes: 1_000 });
  });

  test('a disk that cannot be asked changes nothing and is told', async () => {
    const { disk, told, problems } = watch([free(10), new Error('gone'), free(10)]);
    for (let look = 0; look < 3; look += 1) await disk.look();
    expect([disk.isFull, told, problems]).toEqual([true, [true], [new Error('gone')]]);
  });
});

test.each([
  ['5%', 100 * GIB, 5 * GIB],
  ['2.5%', 1_000, 25],
  ['20G', 1, 20 * GIB],
  ['512m', 1, 512 * 1_048_576],
  ['1000', 1, 1_000],
])('a reserve of %s', (text, total, bytes) => {
  expect(parseReserve(text)?.(total)).toBe(bytes);
});

test.each(['', 'x', '-1', '5 %', '101%', '1.5G'])('"%s" is no reserve', (text) => {
  expect(parseReserve(text)).toBeUndefined();
});

test('a twentieth of the disk stays free, at least 2 GiB, of a small disk a quarter at most', () => {
  expect([400, 10, 1, 40].map((gib) => defaultReserveBytes(gib * GIB) / GIB)).toEqual([20, 2, 0.25, 2]);
});

describe('the forecast', () => {
  const DAY = 86_400_000;
  const sample = (day: number, storeBytes: number, freeBytes = 1_000) => ({
    atMs: day * DAY,
    storeBytes,
    freeBytes,
    totalBytes: 10_000,
  });
  test.each([
    ['nothing yet', [], null, null],
    ['one sample', [sample(1, 5)], null, null],
    ['steady growth', [sample(1, 100), sample(3, 300, 800)], 100, 6],
    ['only the last two weeks count', [sample(1, 0), sample(20, 0), sample(30, 1_000, 1_200)], 100, 10],
    ['no growth', [sample(1, 100), sample(2, 100)], 0, null],
    ['shrinking', [sample(1, 100), sample(2, 40)], -60, null],
    ['something else fills the disk', [sample(1, 100, 1_000), sample(3, 100, 600)], 0, 2],
    ['full already', [sample(1, 100, 150), sample(2, 200, 50)], 100, 0],
  ])('%s', (_what, samples, growthBytesPerDay, daysUntilFull) => {
    expect(forecastDisk(samples, 200)).toEqual({ growthBytesPerDay, daysUntilFull });
  });
});
