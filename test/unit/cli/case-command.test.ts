/** `vonggac case` over a control plane in memory. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  caseAddAlert,
  caseClose,
  caseCreate,
  caseExport,
  caseHandover,
  caseList,
  caseNote,
  caseShow,
  caseTask,
} from '../../../collector/cli/operations/case.ts';
import type { OperationContext } from '../../../collector/cli/operations/operation.ts';
import type { Registry } from '../../../collector/registry/database.ts';
import { createUser } from '../../../collector/registry/users.ts';
import { alertOf, putAlerts } from '../api/api-fixture.ts';
import { CHEAP, memoryRegistry, temporaryFolder } from '../registry/registry-fixture.ts';

let registry: Registry;
let folder: ReturnType<typeof temporaryFolder>;
let context: OperationContext;

beforeEach(async () => {
  ({ registry } = await memoryRegistry());
  folder = temporaryFolder();
  context = { registry, dataDir: folder.path, actor: 'cli:root', live: undefined };
  await putAlerts({ registry }, alertOf('a1'), alertOf('a2'));
  const lan = { username: 'lan', password: 'correct-horse-battery', role: 'analyst' as const };
  await createUser(registry, { ...lan, mustChangePassword: false }, 'test', CHEAP);
});
afterEach(async () => {
  await registry.close();
  folder.remove();
});

const wanted = {
  title: 'Mã độc',
  severity: 'high',
  class: 'malware',
  alertIds: ['a1'],
  checklist: true,
} as const;

test('a case is opened, worked on, shown, handed over and closed', async () => {
  const { number } = await caseCreate.run(context, { ...wanted, alertIds: ['a1'] });
  expect(number).toBe('VG-2026-0001');
  await caseAddAlert.run(context, { id: number, alertIds: ['a2'] });
  await caseNote.run(context, { id: number, text: 'nhờ @lan xem' });
  await caseTask.run(context, { id: number, what: { title: 'Gọi đơn vị', assignee: 'lan' } });
  await caseTask.run(context, { id: number, what: { done: 1 } });
  const shown = await caseShow.run(context, { id: 'vg-2026-1' });
  expect(shown.case).toMatchObject({ number, counts: { alerts: 2, tasks: 7, notes: 1 }, watchers: ['lan'] });
  expect(shown.tasks[0]).toMatchObject({ doneBy: 'cli:root' });
  const note = await caseHandover.run(context, {
    to: 'lan',
    hours: 8,
    note: '',
    nextSteps: [{ case: number, text: 'chờ' }],
  });
  expect(note.body.cases).toMatchObject([{ number, nextSteps: ['chờ'] }]);
  const closing = { outcome: 'attempt', reason: 'đã chặn' } as const;
  await caseClose.run(context, { id: number, closing });
  expect((await caseList.run(context, { query: { state: 'unclosed' } })).cases).toEqual([]);
  await expect(caseList.run(context, { query: { state: 'none' } })).rejects.toThrow('state');
});

test('an export writes a new file for its owner alone, and never over another', async () => {
  const { number } = await caseCreate.run(context, { ...wanted, alertIds: ['a1'] });
  for (const format of ['json', 'csv', 'zip'] as const) {
    const out = path.join(folder.path, `case.${format}`);
    await caseExport.run(context, { id: number, out, format, language: 'vi' });
    expect(existsSync(out)).toBe(true);
    await expect(caseExport.run(context, { id: number, out, format, language: 'vi' })).rejects.toMatchObject({
      code: 'case-invalid',
    });
  }
  expect(JSON.parse(readFileSync(path.join(folder.path, 'case.json'), 'utf8'))).toMatchObject({
    format: 'vonggac-case-1',
    case: { number },
    alerts: [{ id: 'a1' }],
  });
  const nowhere = {
    id: number,
    out: path.join(folder.path, 'none', 'x.zip'),
    format: 'zip',
    language: 'vi',
  } as const;
  await expect(caseExport.run(context, nowhere)).rejects.toThrow('ENOENT');
});
