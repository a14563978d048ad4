/** Lists that hosts are compared with, from the command line: over all agencies. */
import { z } from 'zod';
import { scopeOf, toListsView, toListView } from '../../api/compliance-list-view.ts';
import {
  listBodySchema,
  listParamsSchema,
  listSchema,
  listsSchema,
} from '../../api/contract-compliance-lists.ts';
import { currentLists, dropList, findList, setList } from '../../registry/compliance/assessment-lists.ts';
import { defineOperation } from './operation.ts';

const EVERYWHERE = { kind: 'all' } as const;
const id = z.int().min(1).optional();
/** Of an agency and a system the system counts; the command names one of them. */
const whichSchema = z.strictObject({ ...listParamsSchema.shape, agencyId: id, systemId: id });

export const complianceLists = defineOperation({
  name: 'compliance-list.all',
  needs: 'data',
  input: z.strictObject({}),
  output: listsSchema,
  run: async ({ registry }) => toListsView(await currentLists(registry.db, EVERYWHERE)),
});

export const complianceListShow = defineOperation({
  name: 'compliance-list.show',
  needs: 'data',
  input: whichSchema,
  output: listSchema,
  run: async ({ registry }, { kind, ...of }) =>
    toListView(await findList(registry.db, kind, scopeOf(of), EVERYWHERE)),
});

export const complianceListSet = defineOperation({
  name: 'compliance-list.set',
  needs: 'data',
  input: whichSchema.extend(listBodySchema.shape),
  output: listSchema,
  async run({ registry, actor }, { kind, entries, note, ...of }) {
    const wanted = entries.map(({ value, until }) => ({
      value,
      untilMs: until === undefined ? undefined : Date.parse(until),
    }));
    const list = { kind, scope: scopeOf(of), entries: wanted, note };
    return toListView(await setList(registry, list, { actor, scope: EVERYWHERE }));
  },
});

export const complianceListDrop = defineOperation({
  name: 'compliance-list.drop',
  needs: 'data',
  input: whichSchema,
  output: z.object({}),
  async run({ registry, actor }, { kind, ...of }) {
    await dropList(registry, kind, scopeOf(of), { actor, scope: EVERYWHERE });
    return {};
  },
});
