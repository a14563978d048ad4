/** Ready install commands: a join token that lives days and admits a bounded number of hosts, inside the text to be run. */
import { formatJoinToken, pinOf } from '../../protocol/join-token.ts';
import { inScope, readAgency } from '../../registry/agencies.ts';
import { refuseInDemonstration } from '../../registry/demonstration-folder.ts';
import { isoTime } from '../../registry/iso-time.ts';
import { createJoinToken } from '../../registry/join-tokens.ts';
import { installCommands } from '../../rollout/install-commands.ts';
import type { PackagesFolder } from '../../rollout/packages-folder.ts';
import { UnquotableError } from '../../rollout/quote.ts';
import { installCommandsSchema, installWantedSchema } from '../contract-rollout.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { principalOf } from '../principal.ts';

export function addInstallCommandRoute(app: ApiServer, deps: ApiDependencies, folder: PackagesFolder): void {
  app.post(
    '/install-commands',
    {
      config: { access: 'join-token:write' },
      schema: {
        summary: 'Make a join token for some days and hosts, and the commands that install with it',
        body: installWantedSchema,
        response: { 201: installCommandsSchema, '4xx': errorSchema },
      },
    },
    async (request, reply) => {
      const { actor, scope, agencyId: own } = principalOf(request);
      const { url, agencyId = own, ...wanted } = request.body;
      if (!inScope(scope, agencyId)) {
        throw new ApiError('not-found', { message: `there is no agency ${agencyId}`, field: 'agencyId' });
      }
      refuseInDemonstration(deps.dataDir);
      const { packages } = await folder.list();
      const pin = pinOf(deps.tls.current.fingerprint, deps.tls.authority);
      const write = (token: string) => {
        try {
          return installCommands({ url, token, packages, pin: pin.fingerprint });
        } catch (error) {
          if (!(error instanceof UnquotableError)) throw error;
          throw new ApiError('bad-request', { message: error.message, field: 'url', cause: error });
        }
      };
      // An address that no shell takes is refused before there is a token.
      write('');
      const made = await createJoinToken(deps.registry, { ...wanted, agencyId }, actor);
      const token = formatJoinToken({ id: made.id, secret: made.secret, ...pin });
      const { name: agencyName } = await readAgency(deps.registry.db, agencyId);
      return reply.code(201).send({
        tokenId: made.id,
        token,
        expiresAt: isoTime(made.expiresMs),
        uses: made.uses,
        agencyId,
        agencyName,
        commands: write(token),
      });
    },
  );
}
