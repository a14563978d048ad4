/** Inspection packs: all that was kept of a system or an agency as of a day, as one ZIP; on record with the hash of its manifest. */
import { Readable } from 'node:stream';
import { z } from 'zod';
import { attachmentHeader } from '../../case/content-type.ts';
import { textEntry, zipStream } from '../../case/zip-stream.ts';
import { startOfDayMs } from '../../agency/legal-day.ts';
import { makePack } from '../../services/reports/inspection-desk.ts';
import { packBodySchema } from '../contract-inspection.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { seesPersonal } from '../personal-answers.ts';
import { principalOf } from '../principal.ts';
import { Turns } from '../turns.ts';

/** Each goes through the whole audit trail. */
const PACKS = { runningMax: 1, runningPerKeyMax: 1, waitingPerKeyMax: 2 } as const;
const MANIFEST_HEADER = 'x-manifest-sha256';

export function addInspectionRoutes(
  app: ApiServer,
  { registry, store }: Pick<ApiDependencies, 'registry' | 'store'>,
): void {
  const turns = new Turns(PACKS);
  app.post(
    '/inspection-packs',
    {
      config: { access: 'inspection:read' },
      schema: {
        summary:
          'What was kept of a system or an agency as of a day, for inspectors: a ZIP with a page, JSON, CSV and hashes; on record',
        body: packBodySchema,
        response: { 200: z.unknown(), '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const principal = principalOf(request);
      const { asOf, systemId = null, agencyId = principal.agencyId } = request.body;
      const wanted = { asOf, systemId, agencyId: systemId === null ? agencyId : null };
      const { actor, scope } = principal;
      const reader = { actor, scope, seesPersonal: seesPersonal(principal), events: store };
      const { name, files, manifestSha256 } = await turns.run(actor, () =>
        makePack(registry, wanted, reader),
      );
      // The day's, so that the same files give the same archive.
      const timeMs = startOfDayMs(asOf);
      const entries = files.map((file) => textEntry(`${name}/${file.name}`, file.text, timeMs));
      return reply
        .header('content-type', 'application/zip')
        .header('content-disposition', attachmentHeader(`${name}.zip`))
        .header(MANIFEST_HEADER, manifestSha256)
        .send(Readable.from(zipStream(entries)));
    },
  );
}
