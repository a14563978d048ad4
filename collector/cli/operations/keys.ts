/** Another key for what lies sealed in the control plane. */
import { z } from 'zod';
import { dataFolder } from '../../registry/data-folder.ts';
import { RefusalError } from '../../registry/refusal.ts';
import { rotateSealingKey } from '../../registry/rotate-sealing-key.ts';
import { defineOperation } from './operation.ts';

const count = z.int().min(0);

export const keysRotate = defineOperation({
  name: 'keys.rotate',
  needs: 'data',
  input: z.strictObject({}),
  output: z.object({
    fingerprint: z.string(),
    channels: count,
    factors: count,
    tokens: count,
    ladders: count,
  }),
  async run({ registry, dataDir, actor, live }) {
    if (live !== undefined)
      throw new RefusalError(
        'key-in-use',
        'notify.key',
        'the collector runs and holds the old key: stop every collector, then run this again',
      );
    return rotateSealingKey(registry, dataFolder(dataDir).notifyKey, actor);
  },
});
