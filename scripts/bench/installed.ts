/** What is installed, at the size of a province: 20,000 hosts of 300 agencies beside a list of as many machines. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { listInstalled, showInstalled } from '../../collector/api/installed-view.ts';
import { hardwareDigest } from '../../collector/protocol/hardware.ts';
import { createAgency } from '../../collector/registry/agencies.ts';
import { openRegistry, type Registry } from '../../collector/registry/database.ts';
import { createJoinToken } from '../../collector/registry/join-tokens.ts';
import { version } from '../../collector/version.ts';
import { percentile } from './cpu.ts';

const AGENCIES = 300;
const ROWS_AT_ONCE = 500;
const ALL = { kind: 'all' } as const;

/** Every agency has a PC-001: nine in ten are on the list, one host in ten is not. */
async function fill(registry: Registry, hosts: number): Promise<void> {
  const { db } = registry;
  const nowMs = registry.now();
  const { id: tokenId } = await createJoinToken(registry, { agencyId: 1, uses: 1 }, 'bench');
  const agencyIds: number[] = [];
  for (let number = 0; number < AGENCIES; number += 1) {
    const agency = { name: `UBND xã số ${number}`, kind: 'commune', parentId: 1 } as const;
    agencyIds.push((await createAgency(registry, agency, 'bench')).id);
  }
  for (let from = 0; from < hosts; from += ROWS_AT_ONCE) {
    const numbers = Array.from({ length: Math.min(ROWS_AT_ONCE, hosts - from) }, (_, at) => from + at);
    const placeOf = (number: number) => ({
      agency_id: agencyIds[number % AGENCIES] ?? 1,
      hostname: `PC-${String(Math.floor(number / AGENCIES)).padStart(3, '0')}`,
    });
    const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
    await db
      .insertInto('host')
      .values(numbers.map((number) => ({ id: id(number), created_ms: nowMs })))
      .execute();
    await db
      .insertInto('agent')
      .values(
        numbers.map((number) => ({
          id: id(number),
          host_id: id(number),
          ...placeOf(number),
          machine_id: id(number),
          public_key: id(number),
          state: 'active' as const,
          platform: 'win32',
          time_zone: 'Asia/Ho_Chi_Minh',
          group_id: null,
          join_token_id: tokenId,
          approved_ms: nowMs,
          os_name: 'Windows 11 Pro',
          os_version: '10.0.26200',
          arch: 'x64',
          agent_version: version(),
          enrolled_ms: nowMs,
          last_seen_ms: nowMs,
        })),
      )
      .execute();
    await db
      .insertInto('host_fact')
      .values(
        numbers.map((number) => ({
          host_id: id(number),
          kind: 'product-serial' as const,
          digest: hardwareDigest('product-serial', `SN${number}`),
        })),
      )
      .execute();
    await db
      .insertInto('expected_machine')
      .values(
        numbers
          .filter((number) => number % 10 !== 9)
          .map((number) => ({
            ...placeOf(number),
            hostname_key: placeOf(number).hostname.toLowerCase(),
            serial: `SN${number}`,
            macs: '',
            label: '',
            place: 'Phòng 1',
            person: '',
            forwards_to: '',
            begun_ms: nowMs,
          })),
      )
      .execute();
  }
}

/** Milliseconds of one answer: by the clock, and of the processor, which a busy machine does not change much. */
async function measure(
  runs: number,
  work: () => Promise<unknown>,
): Promise<Record<'p50' | 'max' | 'cpu', number>> {
  const times: number[] = [];
  const cpuBefore = process.cpuUsage();
  for (let run = 0; run < runs; run += 1) {
    const begun = performance.now();
    await work();
    times.push(performance.now() - begun);
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    p50: Math.round(percentile(times, 0.5)),
    max: Math.round(Math.max(...times)),
    cpu: Math.round((user + system) / 1_000 / runs),
  };
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      hosts: { type: 'string', default: '20000' },
      runs: { type: 'string', default: '10' },
      json: { type: 'boolean', default: false },
    },
  });
  const [hosts, runs] = [Number(values.hosts), Number(values.runs)];
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-bench-'));
  const registry = await openRegistry({ file: path.join(folder, 'registry.sqlite'), now: Date.now });
  try {
    await fill(registry, hosts);
    const { totals, agencies } = await showInstalled(registry, ALL, undefined);
    const one = agencies[0]?.agencyId;
    const result = {
      hosts,
      listed: totals.listed,
      installed: totals.installed,
      summaryMs: await measure(runs, () => showInstalled(registry, ALL, undefined)),
      oneAgencyMs: await measure(runs, () => showInstalled(registry, ALL, one)),
      machinesMs: await measure(runs, () => listInstalled(registry, ALL, {}, true)),
      missingMs: await measure(runs, () => listInstalled(registry, ALL, { state: ['missing'] }, true)),
    };
    process.stdout.write(
      values.json
        ? `${JSON.stringify(result)}\n`
        : `${Object.entries(result)
            .map(
              ([name, value]) =>
                `${name.padEnd(12)} ${typeof value === 'number' ? value : `${value.p50} ms, at most ${value.max}; ${value.cpu} ms of CPU`}`,
            )
            .join('\n')}\n`,
    );
  } finally {
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  }
}
