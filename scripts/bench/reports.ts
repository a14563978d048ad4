/**
 * `npm run bench -- report`: every kind of report of a province in every format, as `vonggac report` makes it: read from the control
 * plane, laid out in a thread of its own. Measures each, and how long the event loop stood still meanwhile.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { openRegistry, type Registry } from '../../collector/registry/database.ts';
import { createDossier } from '../../collector/registry/compliance/dossiers.ts';
import { enrolAgent } from '../../collector/registry/enrolment.ts';
import { createJoinToken } from '../../collector/registry/join-tokens.ts';
import { assignHosts } from '../../collector/registry/system-members.ts';
import { createSystem } from '../../collector/registry/systems.ts';
import { REPORT_KINDS, type ReportKind } from '../../collector/report/report-words.ts';
import { RENDERED_FORMATS } from '../../collector/report/render.ts';
import { ReportDesk } from '../../collector/services/reports/report-desk.ts';
import { enrolRequest } from '../../test/unit/registry/registry-fixture.ts';

const MEMBERS_AT_ONCE = 100;
const RESOLUTION_MS = 5;
const BY = { actor: 'bench', scope: { kind: 'all' }, approves: true } as const;

const PERIODS: Readonly<Record<ReportKind, string>> = {
  'mau-08': '2026',
  yearly: '2026',
  monitoring: '2026-H2',
  quarterly: '2026-Q4',
  monthly: '2026-11',
};

async function fill(registry: Registry, hosts: number, systems: number): Promise<void> {
  const token = await createJoinToken(registry, { agencyId: 1, uses: hosts }, 'bench');
  const agentIds: string[] = [];
  for (let host = 0; host < hosts; host += 1) {
    const outcome = await enrolAgent(registry, enrolRequest(token, { machineId: `m${host}` }), '::1');
    if (!outcome.ok) throw new Error('a host was not enrolled');
    agentIds.push(outcome.agentId);
  }
  for (let at = 0; at < systems; at += 1) {
    const name = `Hệ thống thông tin phục vụ nghiệp vụ số ${at + 1}`;
    const wanted = { name, level: (at % 4) + 1, lawProfile: 'vn-2026' as const };
    const { id } = await createSystem(registry, wanted, 'bench');
    const change = { status: 'submitted', proposedLevel: (at % 4) + 1, submittedOn: '2026-09-01' } as const;
    await createDossier(registry, id, { ...change, expectedApprovalOn: '2026-12-31', plan: 'some' }, BY);
    const own = agentIds.filter((_, host) => host % systems === at);
    for (let from = 0; from < own.length; from += MEMBERS_AT_ONCE)
      await assignHosts(registry, id, { agentIds: own.slice(from, from + MEMBERS_AT_ONCE) }, 'bench');
  }
}

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      hosts: { type: 'string', default: '10000' },
      systems: { type: 'string', default: '1000' },
      json: { type: 'boolean', default: false },
    },
  });
  const [hosts, systems] = [Number(values.hosts), Number(values.systems)];
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vonggac-bench-'));
  const registry = await openRegistry({
    file: path.join(folder, 'registry.sqlite'),
    now: () => Date.UTC(2026, 11, 16),
  });
  const loop = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  const print = (said: object): void => {
    const pairs = Object.entries(said).map((pair) => pair.join(' '));
    console.log(values.json ? JSON.stringify(said) : pairs.join(', '));
  };
  try {
    await fill(registry, hosts, systems);
    print({ hosts, systems });
    const desk = new ReportDesk({ registry, dataDir: folder });
    for (const kind of REPORT_KINDS) {
      const subject = { kind, period: PERIODS[kind], agencyId: 1, systemId: null };
      for (const format of [...RENDERED_FORMATS, 'json' as const]) {
        loop.enable();
        loop.reset();
        const began = performance.now();
        const body = await desk.bodyFor(subject, BY.scope);
        const read = performance.now();
        const { content } = await desk.file(body, format);
        const done = performance.now();
        loop.disable();
        print({
          kind,
          format,
          readMs: Math.round(read - began),
          writeMs: Math.round(done - read),
          bytes: content.length,
          stalledMsMax: Math.round(Math.max(0, loop.max / 1e6 - RESOLUTION_MS)),
        });
      }
    }
  } finally {
    await registry.close();
    await rm(folder, { recursive: true, force: true });
  }
}
