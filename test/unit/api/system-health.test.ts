/** The collector's health over the API: all of it for who sees the whole tree, what concerns them for others. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { systemHealthSchema } from '../../../collector/api/contract-system-health.ts';
import { FINDINGS } from '../../../collector/doctor/verdicts.ts';
import { createAgency } from '../../../collector/registry/agencies.ts';
import { bearer, buildWorld, type World } from './api-fixture.ts';

let world: World;

beforeEach(async () => {
  world = await buildWorld();
});
afterEach(() => world.close());

const look = async (headers: { authorization: string }) =>
  systemHealthSchema.parse((await world.app.inject({ url: '/api/v1/system-health', headers })).json());

it('has a finding for each thing, and what only another process can see is said to be so', async () => {
  const { findings, machine } = await look(await bearer(world, 'administrator'));
  expect(findings.map(({ name }) => name)).toEqual([...FINDINGS]);
  const level = (name: string) => findings.find((finding) => finding.name === name)?.level;
  expect([level('running'), level('control-plane'), level('backup')]).toEqual(['ok', 'unknown', 'warn']);
  expect(machine).toMatchObject({ lastBackupAt: null, rulesRejected: 0 });
  expect(machine?.diskBytes).toBeGreaterThan(0);
});

it('tells who sees a part of the tree nothing of the machine', async () => {
  const { id } = await createAgency(world.registry, { name: 'Sở Y tế', kind: 'department' }, 'test');
  const { findings, machine } = await look(await bearer(world, 'agency-viewer', id));
  expect(machine).toBeNull();
  expect(findings.map(({ name }) => name)).not.toContain('disk');
  expect(findings.find(({ name }) => name === 'agents-version')?.args).toEqual([0, 0]);
});
