/** What leads agents that trust an old certificate to the one that is served: public, and believed by its signatures. */
import { rotationAnswerSchema } from '../../protocol/rotation.ts';
import { ROTATION_PATH } from '../../protocol/version.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { rateLimit } from '../rate-limit.ts';

export function addRotationRoute(app: ApiServer, deps: ApiDependencies): void {
  app.get(
    ROTATION_PATH,
    {
      config: { access: 'public', ...rateLimit(deps.limits.enrolmentsPerMinute) },
      schema: {
        summary: 'Which certificate took the place of which, signed by the one before',
        response: { 200: rotationAnswerSchema, '4xx': errorSchema },
      },
    },
    async () => ({ statements: [...deps.tls.statements] }),
  );
}
