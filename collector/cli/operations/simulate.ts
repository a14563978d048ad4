/** What the event store of this collector holds of a simulation. */
import { z } from 'zod';
import { epochSchema } from '../../protocol/message-fields.ts';
import { defineOperation, liveOf } from './operation.ts';

export const simulateCount = defineOperation({
  name: 'simulate.count',
  needs: 'collector',
  input: z.strictObject({
    epoch: epochSchema,
    /** Certificate or authority of the collector that was sent to: another one on this machine knows nothing of it. */
    fingerprint: z.string().length(64),
  }),
  /** Null when this is another collector. */
  output: z.object({ rows: z.number(), distinct: z.number() }).nullable(),
  async run(context, { epoch, fingerprint }) {
    const { certificates, countEpoch } = liveOf(context);
    const own = [certificates.current.fingerprint, certificates.authority];
    return own.includes(fingerprint) ? countEpoch(epoch) : null;
  },
});
