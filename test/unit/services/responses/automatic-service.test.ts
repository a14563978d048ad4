import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Registry } from '../../../../collector/registry/database.ts';
import { AutomaticService } from '../../../../collector/services/responses/automatic-service.ts';
import { memoryRegistry } from '../../registry/registry-fixture.ts';

let registry: Registry;
let looks: number;
let service: AutomaticService;

beforeEach(async () => {
  ({ registry } = await memoryRegistry());
  vi.useFakeTimers();
  looks = 0;
  service = new AutomaticService({
    registry,
    leads: () => {
      looks += 1;
      return false;
    },
    letGo: async () => undefined,
    onActs: () => undefined,
    onFault: (error) => {
      throw error;
    },
  });
  service.start();
});
afterEach(async () => {
  await service.stop();
  vi.useRealTimers();
  await registry.close();
});

test('alerts that come together are one look, in a moment; the next ones are another', async () => {
  for (let alert = 0; alert < 50; alert += 1) service.kick();
  await vi.advanceTimersByTimeAsync(200);
  expect(looks).toBe(1);
  service.kick();
  await vi.advanceTimersByTimeAsync(200);
  expect(looks).toBe(2);
});

test('without alerts it looks now and then, since hours begin and end', async () => {
  await vi.advanceTimersByTimeAsync(10_000);
  expect(looks).toBe(2);
});

test('stopped, it looks no more', async () => {
  service.kick();
  await service.stop();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(looks).toBe(0);
});
