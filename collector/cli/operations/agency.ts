/** The agency tree: list, show, add, put right, codes. */
import { z } from 'zod';
import { legalDayAt } from '../../agency/legal-day.ts';
import { toAgencyDetailView, toAgencyView, toCodeView } from '../../api/agency-view.ts';
import {
  agencyBodySchema,
  agencyCodeSchema,
  agencyDetailSchema,
  agencyIdSchema,
  agencyPatchSchema,
  agencySchema,
  codeBodySchema,
  codeEndBodySchema,
  responsibleQuerySchema,
} from '../../api/contract-agencies.ts';
import { createAgency, patchAgency } from '../../registry/agencies.ts';
import { listAgencyPage, readAgencyDetail } from '../../registry/agency-book.ts';
import { addCode, endCode } from '../../registry/agency-codes.ts';
import { responsibleOn } from '../../registry/agency-history.ts';
import { defineOperation } from './operation.ts';

const ALL = { kind: 'all' } as const;
const which = { id: agencyIdSchema };
const LISTED_AT_ONCE = 1_000;

export const agencyList = defineOperation({
  name: 'agency.list',
  needs: 'data',
  input: z.strictObject({
    text: z.string().optional(),
    asOf: responsibleQuerySchema.shape.on.optional(),
    withEnded: z.boolean().optional(),
  }),
  output: z.array(agencySchema),
  async run({ registry }, query) {
    const found: z.infer<typeof agencySchema>[] = [];
    const today = legalDayAt(registry.now());
    for (let afterId = 0; ;) {
      const page = await listAgencyPage(
        registry.db,
        { ...query, afterId, limit: LISTED_AT_ONCE },
        ALL,
        today,
      );
      found.push(...page.map((agency) => toAgencyView(agency, ALL)));
      const last = page.at(-1);
      if (last === undefined || page.length < LISTED_AT_ONCE) return found;
      afterId = last.id;
    }
  },
});

export const agencyShow = defineOperation({
  name: 'agency.show',
  needs: 'data',
  input: z.strictObject(which),
  output: agencyDetailSchema,
  run: async ({ registry }, { id }) => toAgencyDetailView(await readAgencyDetail(registry.db, id, ALL), ALL),
});

export const agencyCreate = defineOperation({
  name: 'agency.create',
  needs: 'nothing',
  input: agencyBodySchema,
  output: agencySchema,
  run: async ({ registry, actor }, input) => toAgencyView(await createAgency(registry, input, actor), ALL),
});

export const agencyChange = defineOperation({
  name: 'agency.change',
  needs: 'data',
  input: agencyPatchSchema.extend(which),
  output: agencySchema,
  run: async ({ registry, actor }, { id, ...patch }) =>
    toAgencyView(await patchAgency(registry, id, patch, { actor, scope: ALL }), ALL),
});

export const agencyCodeAdd = defineOperation({
  name: 'agency.code-add',
  needs: 'data',
  input: codeBodySchema.extend(which),
  output: agencyCodeSchema,
  run: async ({ registry, actor }, { id, ...code }) =>
    toCodeView(await addCode(registry, id, code, { actor, scope: ALL })),
});

export const agencyCodeEnd = defineOperation({
  name: 'agency.code-end',
  needs: 'data',
  input: codeEndBodySchema.extend({ ...which, codeId: z.int().min(1) }),
  output: agencyCodeSchema,
  run: async ({ registry, actor }, { id, codeId, on }) =>
    toCodeView(await endCode(registry, id, codeId, on, { actor, scope: ALL })),
});

export const agencyResponsible = defineOperation({
  name: 'agency.responsible',
  needs: 'data',
  input: responsibleQuerySchema.extend(which),
  output: z.array(agencySchema),
  run: async ({ registry }, { id, on }) =>
    (await responsibleOn(registry.db, id, on)).map((agency) => toAgencyView(agency, ALL)),
});
