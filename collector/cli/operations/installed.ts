/** Which machines are to have an agent, which have one, and why the others do not. */
import { z } from 'zod';
import {
  enrolRefusalListSchema,
  expectedCountSchema,
  importedMachinesSchema,
  installedMachineSchema,
  installedSchema,
  machineStateSchema,
} from '../../api/contract-installed.ts';
import { csvHead, csvLine } from '../../api/csv-columns.ts';
import { listInstalled, showInstalled, showRefusals } from '../../api/installed-view.ts';
import { INSTALLED_COLUMNS, inWords } from '../../api/installed-words.ts';
import { requireAgency, rootAgencyId } from '../../registry/agencies.ts';
import { writeAudit } from '../../registry/audit.ts';
import {
  importMachines,
  removeMachine,
  setExpectedCount,
} from '../../registry/installed/expected-machines.ts';
import { defineOperation } from './operation.ts';

const ALL = { kind: 'all' } as const;
const agencyId = z.int().min(1).optional();
const filter = { agencyId, state: z.array(machineStateSchema).optional(), text: z.string().optional() };

export const installedShow = defineOperation({
  name: 'installed.show',
  needs: 'data',
  input: z.strictObject({ agencyId }),
  output: installedSchema,
  run: ({ registry }, wanted) => showInstalled(registry, ALL, wanted.agencyId),
});

export const installedMachines = defineOperation({
  name: 'installed.machines',
  needs: 'data',
  input: z.strictObject(filter),
  output: z.array(installedMachineSchema),
  run: ({ registry }, wanted) => listInstalled(registry, ALL, wanted, true),
});

export const installedExport = defineOperation({
  name: 'installed.export',
  needs: 'data',
  input: z.strictObject({ ...filter, language: z.enum(['vi', 'en']) }),
  output: z.string(),
  async run({ registry, actor }, { language, ...wanted }) {
    const rows = await listInstalled(registry, ALL, wanted, true);
    const detail = { format: 'csv', rows: rows.length, asked: wanted };
    await writeAudit(registry.db, registry.now(), { actor, action: 'machine.export', detail });
    const lines = rows.map((row) => csvLine(INSTALLED_COLUMNS, language, inWords(row, language)));
    return csvHead(INSTALLED_COLUMNS, language) + lines.join('');
  },
});

export const installedImport = defineOperation({
  name: 'installed.import',
  needs: 'data',
  input: z.strictObject({ csv: z.string(), dryRun: z.boolean(), replace: z.boolean(), agencyId }),
  output: importedMachinesSchema,
  async run({ registry, actor }, { csv, dryRun, replace, agencyId: wanted }) {
    const own = wanted ?? (await rootAgencyId(registry.db));
    await requireAgency(registry.db, own);
    return importMachines(registry, csv, { actor, scope: ALL, agencyId: own }, { dryRun, replace });
  },
});

export const installedCount = defineOperation({
  name: 'installed.count',
  needs: 'data',
  input: expectedCountSchema,
  output: z.object({}),
  async run({ registry, actor }, wanted) {
    await setExpectedCount(registry, wanted, { actor, scope: ALL });
    return {};
  },
});

export const installedRemove = defineOperation({
  name: 'installed.remove',
  needs: 'data',
  input: z.strictObject({ id: z.int().min(1) }),
  output: z.object({}),
  async run({ registry, actor }, { id }) {
    await removeMachine(registry, id, { actor, scope: ALL });
    return {};
  },
});

export const installedRefusals = defineOperation({
  name: 'installed.refusals',
  needs: 'data',
  input: z.strictObject({ agencyId }),
  output: enrolRefusalListSchema,
  run: ({ registry }, wanted) => showRefusals(registry, ALL, wanted.agencyId),
});
