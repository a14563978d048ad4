/**
 * The doors between the rooms, as .oxlintrc.json draws them, must really bite: each row is a file of a make-believe
 * tree with one import, and the project's own linter says which of them it refuses. The linter sees no `import()`;
 * so every one of the real tree stands in the make-believe tree as a plain import.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';

const ROOT = path.resolve(import.meta.dirname, '../..');
const RULE = 'eslint(no-restricted-imports)';

/** Folder of the importing file, what it imports (`type ` before it: types only), and whether the door is open. */
type Row = readonly [folder: string, imported: string, door: 'open' | 'shut'];

const ROWS: readonly Row[] = [
  ['collector/protocol', 'zod', 'open'],
  ['collector/protocol', './lane.ts', 'open'],
  ['collector/protocol', 'node:crypto', 'open'],
  ['collector/protocol', 'ws', 'shut'],
  ['collector/protocol', '../store/store.ts', 'shut'],
  ['collector/protocol', 'type ../normalize/event.ts', 'shut'],

  ['collector/hunt', '../store/hunt-store.ts', 'open'],
  ['collector/hunt', '../store/search-steps.ts', 'open'],
  ['collector/hunt', '../../rules/sigma/index.ts', 'open'],
  ['collector/hunt', '../store/clickhouse-hunts.ts', 'shut'],
  ['collector/hunt', '../registry/agents.ts', 'shut'],
  ['collector/hunt', '../../rules/sigma/engine.ts', 'shut'],
  ['collector/hunt', '@clickhouse/client', 'shut'],

  ['collector/request', '../liveness/calendar.ts', 'open'],
  ['collector/request', '../personal/mask-personal.ts', 'open'],
  ['collector/request', 'js-yaml', 'open'],
  ['collector/request', '../registry/agencies.ts', 'shut'],
  ['collector/request', '../notify/notice.ts', 'shut'],
  ['collector/request', 'kysely', 'shut'],
  ['collector/vulnerability', '../inventory/compare-versions.ts', 'open'],
  ['collector/vulnerability', '../content/zip-entries.ts', 'open'],
  ['collector/vulnerability', '../registry/database.ts', 'shut'],
  ['collector/vulnerability', '../../rules/sigma/index.ts', 'shut'],
  ['collector/vulnerability', 'kysely', 'shut'],
  ['collector/exceptions', 'type ../alert/detection.ts', 'open'],
  ['collector/exceptions', '../protocol/maintenance-window.ts', 'open'],
  ['collector/exceptions', '../../rules/sigma/index.ts', 'open'],
  ['collector/exceptions', '../registry/agencies.ts', 'shut'],
  ['collector/exceptions', '../../rules/sigma/engine.ts', 'shut'],
  ['collector/exceptions', 'kysely', 'shut'],

  ['collector/compliance/dossier', '../../agency/legal-day.ts', 'open'],
  ['collector/compliance/dossier', 'zod', 'open'],
  ['collector/compliance/dossier', '../../spreadsheet/sheet.ts', 'open'],
  ['collector/compliance/dossier', '../../../rules/compliance/index.ts', 'open'],
  ['collector/compliance/dossier', '../../registry/systems.ts', 'shut'],
  ['collector/compliance/dossier', 'kysely', 'shut'],

  ['collector/spreadsheet', '../content/zip-entries.ts', 'open'],
  ['collector/spreadsheet', '../normalize/xml.ts', 'open'],
  ['collector/spreadsheet', '../registry/systems.ts', 'shut'],
  ['collector/spreadsheet', 'exceljs', 'shut'],

  ['collector/oncall', '../liveness/calendar.ts', 'open'],
  ['collector/oncall', './hours.ts', 'open'],
  ['collector/oncall', '../registry/calendars.ts', 'shut'],
  ['collector/oncall', '../notify/notice.ts', 'shut'],

  ['collector/oidc', 'openid-client', 'open'],
  ['collector/oidc', './oidc-error.ts', 'open'],
  ['collector/oidc', '../registry/users.ts', 'shut'],
  ['collector/oidc', 'fastify', 'shut'],
  ['collector/workers', '../detect/detector.ts', 'open'],
  ['collector/workers', '../store/column-rows.ts', 'open'],
  ['collector/workers', '../registry/database.ts', 'shut'],
  ['collector/workers', '../services/content/rule-service.ts', 'shut'],
  ['collector/workers', '../../rules/sigma/engine.ts', 'shut'],
  ['collector/workers', 'kysely', 'shut'],
  ['collector/content', '../../rules/sigma/index.ts', 'open'],
  ['collector/content', '../../rules/pipelines/index.ts', 'open'],
  ['collector/content', 'tar', 'open'],
  ['collector/content', '../../rules/sigma/engine.ts', 'shut'],
  ['collector/content', '../registry/database.ts', 'shut'],
  ['collector/content', 'kysely', 'shut'],
  ['collector/registry', './rules/rule-rows.ts', 'open'],
  ['collector/registry/rules', '../../../rules/sigma/engine.ts', 'shut'],

  ['collector/exchange', '../normalize/xml.ts', 'open'],
  ['collector/exchange', '../agency/legal-day.ts', 'open'],
  ['collector/exchange', '../report/report-words.ts', 'open'],
  ['collector/exchange', '../report/body.ts', 'shut'],
  ['collector/exchange', 'zod', 'open'],
  ['collector/exchange', '../registry/agencies.ts', 'shut'],
  ['collector/exchange', '../store/store.ts', 'shut'],
  ['collector/exchange', 'kysely', 'shut'],
  ['collector/report', '../request/vietnamese-time.ts', 'open'],
  ['collector/report', '../compliance/dossier/checks.ts', 'open'],
  ['collector/report', 'docx', 'open'],
  ['collector/report', '../registry/agencies.ts', 'shut'],
  ['collector/report', '../store/store.ts', 'shut'],
  ['collector/report', '../services/jobs/job-runner.ts', 'shut'],
  ['collector/report', '../../rules/compliance/index.ts', 'open'],
  ['collector/report', '../../rules/posture/index.ts', 'shut'],
  ['collector/report', 'kysely', 'shut'],
  ['collector/compliance', '../registry/tables/agency.ts', 'open'],
  ['collector/compliance', '../store/posture-store.ts', 'open'],
  ['collector/compliance', '../../rules/compliance/index.ts', 'open'],
  ['collector/compliance', '../../rules/posture/index.ts', 'open'],
  ['collector/compliance', '../registry/agencies.ts', 'shut'],
  ['collector/compliance', '../store/clickhouse-posture.ts', 'shut'],
  ['collector/compliance', '../services/fleet/posture-exceptions.ts', 'shut'],
  ['collector/compliance', '../../rules/compliance/load.ts', 'shut'],
  ['collector/compliance', 'kysely', 'shut'],

  ['collector/case', '../agency/legal-day.ts', 'open'],
  ['collector/case', 'js-yaml', 'open'],
  ['collector/case', '../registry/agencies.ts', 'shut'],
  ['collector/case', '../api/errors.ts', 'shut'],
  ['collector/case', 'kysely', 'shut'],

  ['collector/audit', './chain.ts', 'open'],
  ['collector/audit', 'node:crypto', 'open'],
  ['collector/audit', '../registry/audit.ts', 'shut'],
  ['collector/audit', 'zod', 'shut'],
  ['collector/audit', 'kysely', 'shut'],

  ['collector/release', './release-folder.ts', 'open'],
  ['collector/release', '../protocol/release.ts', 'open'],
  ['collector/release', 'zod', 'open'],
  ['collector/release', '../registry/audit.ts', 'shut'],
  ['collector/release', 'tar', 'shut'],
  ['collector/rollout', '../inventory/compare-versions.ts', 'open'],
  ['collector/rollout', '../registry/agents.ts', 'shut'],
  ['collector/rollout', 'kysely', 'shut'],

  ['collector/bundle', './bundle-error.ts', 'open'],
  ['collector/bundle', 'tar', 'open'],
  ['collector/bundle', 'age-encryption', 'open'],
  ['collector/bundle', '../registry/audit.ts', 'shut'],
  ['collector/bundle', 'kysely', 'shut'],

  ['agent', '#protocol/up.ts', 'open'],
  ['agent', './sources/source.ts', 'open'],
  ['agent', '../collector/telemetry/log.ts', 'shut'],
  ['agent/sources/file', '../../../collector/normalize/event.ts', 'shut'],
  ['agent/spool', '../../scripts/start.ts', 'shut'],
  ['agent', '../rules/sigma/index.ts', 'shut'],
  ['agent', 'ws', 'shut'],
  ['agent/spool', 'kysely', 'shut'],
  ['agent/spool', 'pg', 'shut'],
  ['agent/transport', 'ws', 'open'],
  ['agent/transport', '../../collector/ingest/gate.ts', 'shut'],
  ['agent/transport', 'fastify', 'shut'],

  ['rules/sigma', 'js-yaml', 'open'],
  ['rules/sigma', 're2js', 'open'],
  ['rules/sigma', './correlation/compile.ts', 'open'],
  ['rules/sigma/correlation', '../rule.ts', 'open'],
  ['rules/sigma', 'zod', 'shut'],
  ['rules/sigma', '../testing/rule-test-file.ts', 'shut'],
  ['rules/sigma', '../../collector/normalize/event.ts', 'shut'],
  ['rules/sigma/correlation', 'zod', 'shut'],
  ['rules/sigma/correlation', '../../testing/rule-test-file.ts', 'shut'],

  ['collector/agency', 'zod', 'open'],
  ['collector/agency', './legal-day.ts', 'open'],
  ['collector/agency', '../registry/tables/agency.ts', 'open'],
  ['collector/agency', '../protocol/limits.ts', 'open'],
  ['collector/agency', '../registry/agencies.ts', 'shut'],
  ['collector/agency', '../api/contract.ts', 'shut'],
  ['collector/agency', 'kysely', 'shut'],

  ['rules/pipelines', '../sigma/index.ts', 'open'],
  ['rules/pipelines', 'node:fs', 'open'],
  ['rules/pipelines', '../sigma/engine.ts', 'shut'],
  ['rules/pipelines', '../testing/rule-test-file.ts', 'shut'],
  ['rules/pipelines', '../../collector/normalize/event.ts', 'shut'],
  ['rules/pipelines', 'js-yaml', 'shut'],
  ['rules/sigma', '../pipelines/index.ts', 'shut'],

  ['rules/needs', '../sigma/index.ts', 'open'],
  ['rules/needs', '../sigma/engine.ts', 'shut'],
  ['rules/needs', '../pipelines/index.ts', 'shut'],
  ['collector/services', '../../rules/needs/index.ts', 'open'],
  ['collector/cli', '../../rules/needs/log-needs.ts', 'shut'],
  ['rules/stories', '../files/read-data-file.ts', 'open'],
  ['rules/stories', '../testing/rule-test-file.ts', 'open'],
  ['rules/stories', '../sigma/index.ts', 'shut'],
  ['rules/stories', '../../collector/normalize/event.ts', 'shut'],
  ['collector/cli', '../../rules/stories/index.ts', 'open'],
  ['collector/cli', '../../rules/stories/build-story.ts', 'shut'],
  ['rules/files', '../sigma/index.ts', 'open'],
  ['rules/files', 'zod', 'open'],
  ['rules/files', '../sigma/yaml.ts', 'shut'],
  ['rules/files', '../posture/index.ts', 'shut'],
  ['rules/posture', '../files/read-data-file.ts', 'open'],
  ['rules/posture', '../compliance/index.ts', 'open'],
  ['rules/posture', '#protocol/posture-policy.ts', 'open'],
  ['rules/posture', 'zod', 'open'],
  ['rules/posture', '../compliance/load.ts', 'shut'],
  ['rules/posture', '../sigma/index.ts', 'shut'],
  ['rules/posture', '../../agent/clock.ts', 'shut'],
  ['rules/posture', 'js-yaml', 'shut'],
  ['rules/compliance', '../files/read-data-file.ts', 'open'],
  ['rules/compliance', '#protocol/posture-policy.ts', 'open'],
  ['rules/compliance', 'zod', 'open'],
  ['rules/compliance', '../posture/index.ts', 'shut'],
  ['rules/compliance', '../sigma/index.ts', 'shut'],
  ['rules/compliance', '../../collector/compliance/assess.ts', 'shut'],
  ['collector/compose', '../../rules/compliance/index.ts', 'open'],
  ['collector/services/compliance', '../../../rules/compliance/index.ts', 'open'],
  ['collector/registry', '../../rules/compliance/index.ts', 'open'],
  ['collector/registry', '../../rules/compliance/load.ts', 'shut'],
  ['collector/api', '../../rules/compliance/index.ts', 'open'],
  ['collector/cli', '../../rules/posture/index.ts', 'open'],
  ['collector/cli', '../../rules/posture/load.ts', 'shut'],
  ['collector/cli/commands', '../../../rules/testing/play-rule-test.ts', 'open'],
  ['collector/api', '../../rules/testing/play-rule-test.ts', 'shut'],

  ['collector', '../rules/sigma/index.ts', 'open'],
  ['collector', '../rules/pipelines/index.ts', 'open'],
  ['collector', './detect/detector.ts', 'open'],
  ['collector', '../rules/testing/rule-test-file.ts', 'shut'],
  ['collector/compose', '../pipeline.ts', 'open'],
  ['collector/compose', '../../rules/sigma/index.ts', 'open'],
  ['collector/compose', '../../rules/testing/rule-test-file.ts', 'shut'],
  ['collector/compose', '../services/jobs/job-runner.ts', 'open'],
  ['collector/services/jobs', '../../registry/jobs.ts', 'open'],
  ['collector/services/content', '../../../rules/sigma/index.ts', 'open'],
  ['collector/services/content', '../../../rules/sigma/engine.ts', 'shut'],
  ['collector/services/jobs', '../../compose/ground.ts', 'shut'],
  ['collector/services/jobs', '../../main.ts', 'shut'],
  ...['normalize', 'ingest', 'store', 'side-by-side', 'registry', 'detect', 'notify', 'retention'].map(
    (room): Row => [`collector/${room}`, '../services/jobs/job-runner.ts', 'shut'],
  ),

  ['collector/telemetry', 'pino', 'open'],
  ['collector/telemetry', './log.ts', 'open'],
  ['collector/telemetry', '../store/store.ts', 'shut'],

  ['collector/normalize', '../protocol/record.ts', 'open'],
  ['collector/normalize', '../store/store.ts', 'shut'],
  ['collector/normalize', 'ws', 'shut'],
  ['collector/normalize', '../../rules/pipelines/index.ts', 'open'],
  ['collector/normalize', '../../rules/sigma/engine.ts', 'shut'],

  ['collector/side-by-side', '../registry/leases.ts', 'open'],
  ['collector/side-by-side', '../store/store.ts', 'open'],
  ['collector/side-by-side', '../store/connection.ts', 'shut'],
  ['collector/side-by-side', '../ingest/gate.ts', 'shut'],
  ['collector/side-by-side', 'kysely', 'shut'],

  ['collector/ingest', 'ws', 'open'],
  ['collector/ingest', '../store/store.ts', 'open'],
  ['collector/ingest', '../telemetry/fault-point.ts', 'open'],
  ['collector/ingest', '../store/batch-writer.ts', 'shut'],
  ['collector/ingest', '../registry/agents.ts', 'shut'],
  ['collector/ingest', 'kysely', 'shut'],
  ['collector/ingest', '../../rules/sigma/engine.ts', 'shut'],

  ['collector/backup', 'tar', 'open'],
  ['collector/backup', './manifest.ts', 'open'],
  ['collector/backup', '../store/store-backup.ts', 'shut'],
  ['collector/backup', '../registry/database.ts', 'shut'],
  ['collector/backup', 'kysely', 'shut'],

  ['collector/simulate', 'ws', 'open'],
  ['collector/simulate', '#protocol/up.ts', 'open'],
  ['collector/simulate', './fleet.ts', 'open'],
  ['collector/simulate', '../ingest/gate.ts', 'shut'],
  ['collector/simulate', 'kysely', 'shut'],

  ['collector/demo', '../simulate/sim-session.ts', 'open'],
  ['collector/demo', '../../rules/posture/index.ts', 'open'],
  ['collector/demo', '../registry/tables/agency.ts', 'open'],
  ['collector/demo', '../registry/database.ts', 'shut'],
  ['collector/demo', '../api/contract.ts', 'shut'],
  ['collector/demo', 'ws', 'shut'],

  ['collector/store', '@clickhouse/client', 'open'],
  ['collector/store', '../normalize/event.ts', 'open'],
  ['collector/store', 'kysely', 'shut'],
  ['collector/store', 'pg', 'shut'],
  ['collector/store', '../registry/database.ts', 'shut'],
  ['collector/store', '../../rules/sigma/engine.ts', 'shut'],
  ['collector/store', '../../rules/pipelines/index.ts', 'shut'],
  ['collector/engine', 'chdb', 'open'],
  ['collector/engine', '../api/server.ts', 'shut'],
  ['collector/engine', 'fastify', 'shut'],

  ['collector/registry', 'kysely', 'open'],
  ['collector/registry', 'pg', 'open'],
  ['collector/registry', '../alert/detection.ts', 'open'],
  ['collector/registry', '../detect/projector.ts', 'shut'],
  ['collector/registry', '@clickhouse/client', 'shut'],
  ['collector/registry', '../../rules/sigma/engine.ts', 'shut'],

  ['collector/detect', '../store/store.ts', 'open'],
  ['collector/detect', '../api/contract.ts', 'open'],
  ['collector/detect', '../../rules/sigma/index.ts', 'open'],
  ['collector/detect', '../../rules/pipelines/index.ts', 'open'],
  ['collector/detect', '../registry/projection.ts', 'shut'],
  ['collector/detect', '../store/clickhouse-store.ts', 'shut'],
  ['collector/detect', '../api/server.ts', 'shut'],
  ['collector/detect', 'kysely', 'shut'],
  ['collector/detect', '../../rules/testing/rule-test-file.ts', 'shut'],

  ['collector/notify', 'nodemailer', 'open'],
  ['collector/notify', 'zod', 'open'],
  ['collector/notify', '../audit/syslog-target.ts', 'open'],
  ['collector/notify', '../personal/mask-personal.ts', 'open'],
  ['collector/notify', 'type ../api/contract.ts', 'open'],
  ['collector/notify', '../registry/secrets.ts', 'shut'],
  ['collector/notify', '../api/server.ts', 'shut'],
  ['collector/notify', 'kysely', 'shut'],

  ['collector/ledger', './balance.ts', 'open'],
  ['collector/ledger', 'node:timers/promises', 'open'],
  ['collector/ledger', 'type ../store/store.ts', 'open'],
  ['collector/ledger', '../store/store.ts', 'shut'],
  ['collector/ledger', 'type ../registry/database.ts', 'shut'],
  ['collector/ledger', 'kysely', 'shut'],
  ['collector/liveness', 'zod', 'open'],
  ['collector/liveness', '../registry/silences.ts', 'shut'],
  ['collector/liveness', 'type ../ingest/session.ts', 'shut'],

  ['collector/alert', 'type ../normalize/event.ts', 'open'],
  ['collector/alert', 'type ../api/contract.ts', 'open'],
  ['collector/alert', 'node:crypto', 'open'],
  ['collector/alert', '../api/contract.ts', 'shut'],
  ['collector/alert', 'type ../registry/alert-tables.ts', 'shut'],
  ['collector/alert', 'zod', 'shut'],
  ['collector/personal', './context-words.ts', 'open'],
  ['collector/personal', 'zod', 'shut'],
  ['collector/personal', '../api/contract.ts', 'shut'],

  ['collector/indicator', 'zod', 'open'],
  ['collector/indicator', 'node:url', 'open'],
  ['collector/indicator', '../../rules/sigma/index.ts', 'open'],
  ['collector/indicator', 'type ../normalize/event.ts', 'open'],
  ['collector/indicator', '../../rules/sigma/engine.ts', 'shut'],
  ['collector/indicator', '../registry/database.ts', 'shut'],
  ['collector/indicator', '../api/contract.ts', 'shut'],
  ['collector/indicator', 'kysely', 'shut'],

  ['collector/inventory', '../store/inventory-store.ts', 'open'],
  ['collector/inventory', '../protocol/picture-hash.ts', 'open'],
  ['collector/inventory', '../store/clickhouse-store.ts', 'shut'],
  ['collector/inventory', '../registry/agents.ts', 'shut'],
  ['collector/inventory', '../api/contract.ts', 'shut'],
  ['collector/inventory', '@clickhouse/client', 'shut'],

  ['collector/retention', './day.ts', 'open'],
  ['collector/retention', '../store/event-retention.ts', 'open'],
  ['collector/retention', '../registry/retention-book.ts', 'open'],
  ['collector/retention', '../store/clickhouse-store.ts', 'shut'],
  ['collector/retention', '../api/contract.ts', 'shut'],
  ['collector/retention', 'kysely', 'shut'],
  ['collector/store', '../retention/day.ts', 'shut'],

  ['collector/api', 'fastify', 'open'],
  ['collector/api/routes', '../../registry/agents.ts', 'open'],
  ['collector/api', 'ws', 'shut'],
  ['collector/api/routes', '@clickhouse/client', 'shut'],
  ['collector/api', 'kysely', 'shut'],
  ['collector/api', 'pg', 'shut'],
  ['collector/api', '../../rules/sigma/engine.ts', 'shut'],
  ['collector/cli', 'commander', 'open'],
  ['collector/cli/commands', '../../../rules/sigma/index.ts', 'open'],
  ['collector/cli/commands', '../../../rules/pipelines/index.ts', 'open'],
  ['collector/cli', 'chdb', 'shut'],
  ['collector/cli/commands', '../../../rules/sigma/engine.ts', 'shut'],

  ['dashboards/console/src/api', 'type ../../../../collector/api/contract.ts', 'open'],
  ['dashboards/console/src/api', 'type ../../../../collector/api/contract-account.ts', 'open'],
  ['dashboards/console/src/ui', '../text/fold.ts', 'open'],
  ['dashboards/console/src/rules', '../alerts/labels.ts', 'open'],
  ['dashboards/console/src/api', 'type ../../../../collector/api/ports.ts', 'shut'],
  ['dashboards/console/src/ui', '../../../../rules/sigma/index.ts', 'shut'],

  ['scripts/bench', '../../collector/store/open-store.ts', 'open'],
  ['scripts', '../rules/testing/rule-test-file.ts', 'open'],
  ['test/unit/store', '../../../collector/store/encode-batch.ts', 'open'],
  ['test/rules', '../../rules/sigma/engine.ts', 'open'],
];

const configSchema = z.object({
  overrides: z.array(
    z.object({
      rules: z.object({
        'no-restricted-imports': z.tuple([
          z.literal('error'),
          z.object({ patterns: z.array(z.object({ message: z.string() })) }),
        ]),
      }),
    }),
  ),
});
const reportSchema = z.object({
  diagnostics: z.array(
    z.object({ code: z.string().optional(), filename: z.string(), help: z.string().optional() }),
  ),
});

/** The `import('...')` of the real tree, as rows whose doors must be open. */
function dynamicImports(): Row[] {
  return ['agent', 'collector', 'rules', 'dashboards/console/src'].flatMap((room) =>
    fs
      .readdirSync(path.join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .flatMap((file) => {
        const text = fs.readFileSync(path.join(ROOT, room, file), 'utf8');
        const from = path.posix.join(room, path.dirname(file).replaceAll('\\', '/'));
        return [...text.matchAll(/\bimport\(\s*'([^']+)'/g)].map(([, imported = '']): Row => [
          from,
          imported,
          'open',
        ]);
      }),
  );
}

const DYNAMIC = dynamicImports();
const ALL: readonly Row[] = [...ROWS, ...DYNAMIC];

let folder: string;
/** What the linter said of each file: the messages of the doors that shut. */
const refused = new Map<string, string[]>();

const fileOf = ([rowFolder]: Row, index: number): string => `${rowFolder}/row-${index}.ts`;

beforeAll(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'vonggac-doors-'));
  fs.copyFileSync(path.join(ROOT, '.oxlintrc.json'), path.join(folder, '.oxlintrc.json'));
  for (const [index, row] of ALL.entries()) {
    const file = path.join(folder, fileOf(row, index));
    const [, imported] = row;
    const types = imported.startsWith('type ');
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(
      file,
      `import ${types ? 'type ' : ''}{ thing } from '${types ? imported.slice('type '.length) : imported}';\n` +
        `export ${types ? 'type Other = thing' : 'const other = thing'};\n`,
    );
  }
  const linter = path.join(ROOT, 'node_modules', 'oxlint', 'bin', 'oxlint');
  const run = spawnSync(process.execPath, [linter, '--format', 'json'], { cwd: folder, encoding: 'utf8' });
  const { diagnostics } = reportSchema.parse(JSON.parse(run.stdout));
  for (const { code, filename, help = '' } of diagnostics) {
    if (code !== RULE) continue;
    const file = filename.replaceAll('\\', '/');
    refused.set(file, [...(refused.get(file) ?? []), help]);
  }
});

afterAll(() => {
  fs.rmSync(folder, { recursive: true, force: true });
});

describe('the doors between the rooms', () => {
  it.each(
    ROWS.map((row, index) => ({ from: row[0], imported: row[1], door: row[2], file: fileOf(row, index) })),
  )('$from to $imported: $door', ({ door, file }) => {
    expect(refused.has(file) ? 'shut' : 'open').toBe(door);
  });

  it('lets every dynamic import of the tree pass as a plain one', () => {
    expect(DYNAMIC.length).toBeGreaterThan(0);
    const stopped = ALL.filter((row, index) => index >= ROWS.length && refused.has(fileOf(row, index)));
    expect(stopped).toEqual([]);
  });

  it('says of every door that the configuration draws why it is shut', () => {
    const config = configSchema.parse(JSON.parse(fs.readFileSync(path.join(ROOT, '.oxlintrc.json'), 'utf8')));
    const drawn = config.overrides.flatMap(({ rules }) =>
      rules['no-restricted-imports'][1].patterns.map(({ message }) => message),
    );
    expect(new Set([...refused.values()].flat())).toEqual(new Set(drawn));
  });
});
