/** What a host is: it counts in the severity of its alerts. */
import { z } from 'zod';
import { ASSET_ROLES } from '../../alert/severity-score.ts';
import { setAssetRole } from '../../registry/asset-roles.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { principalOf } from '../principal.ts';

const params = z.strictObject({ id: z.string().min(1).max(64) });
const roleSchema = z.strictObject({ role: z.enum(ASSET_ROLES).nullable() });

export function addAssetRoleRoutes(app: ApiServer, { registry }: Pick<ApiDependencies, 'registry'>): void {
  app.put(
    '/agents/:id/role',
    {
      config: { access: 'agent:write' },
      schema: {
        summary: 'Say what a host is, e.g. a domain controller; null for what its system says',
        params,
        body: roleSchema,
        response: { 200: roleSchema, '4xx': errorSchema },
      },
    },
    async (request) => {
      const { actor, scope } = principalOf(request);
      await setAssetRole(registry, request.params.id, request.body.role, { actor, scope });
      return { role: request.body.role };
    },
  );
}
