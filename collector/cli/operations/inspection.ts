/** An inspection pack from the command line: over all agencies, as the agency at the top of the tree makes it. */
import { z } from 'zod';
import { legalDaySchema } from '../../agency/legal-day.ts';
import { rootAgencyId } from '../../registry/agencies.ts';
import { makePack } from '../../services/reports/inspection-desk.ts';
import { defineOperation } from './operation.ts';

export const inspectionPack = defineOperation({
  name: 'inspection.pack',
  needs: 'data',
  input: z.strictObject({
    asOf: legalDaySchema,
    agencyId: z.int().min(1).optional(),
    systemId: z.int().min(1).optional(),
    masked: z.boolean(),
  }),
  output: z.object({
    name: z.string(),
    files: z.array(z.object({ name: z.string(), text: z.string() })),
    manifestSha256: z.string(),
  }),
  async run({ registry, actor, live }, { asOf, agencyId, systemId, masked }) {
    const ofAgency = agencyId ?? (systemId === undefined ? await rootAgencyId(registry.db) : null);
    const wanted = { asOf, agencyId: ofAgency, systemId: systemId ?? null };
    const reader = { scope: { kind: 'all' } as const, actor, seesPersonal: !masked, events: live?.store };
    return makePack(registry, wanted, reader);
  },
});
