/** What the identity provider tells by itself: that somebody signed out there (OpenID Connect Back-Channel Logout 1.0). */
import { z } from 'zod';
import { OidcError } from '../../oidc/oidc-error.ts';
import { endByProvider } from '../../registry/people/provider-logout.ts';
import { endedSchema } from '../contract-users.ts';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { rateLimit } from '../rate-limit.ts';
import { providerOf } from './oidc.ts';

type Deps = Pick<ApiDependencies, 'registry' | 'limits' | 'oidc' | 'log'>;

const BODY_BYTES_MAX = 32_768;

export async function addOidcLogoutRoute(app: ApiServer, deps: Deps): Promise<void> {
  // Alone here a body may be a form.
  await app.register(async (child: ApiServer) => {
    child.addContentTypeParser(
      'application/x-www-form-urlencoded',
      { parseAs: 'string', bodyLimit: BODY_BYTES_MAX },
      (_request, body, done) => done(null, new URLSearchParams(String(body))),
    );
    addRoute(child, deps);
  });
}

function addRoute(app: ApiServer, { registry, limits, oidc, log }: Deps): void {
  app.post(
    '/oidc/back-channel-logout',
    {
      config: { access: 'public', ...rateLimit(limits.providerLogoutsPerMinute) },
      schema: {
        summary: 'For the identity provider: ends the sessions here of who signed out there',
        consumes: ['application/x-www-form-urlencoded'],
        body: z.unknown().describe('a form with `logout_token`'),
        response: { 200: endedSchema, '4xx': errorSchema, '5xx': errorSchema },
      },
    },
    async (request, reply) => {
      const provider = providerOf(oidc);
      void reply.header('cache-control', 'no-store');
      const form = request.body instanceof URLSearchParams ? request.body : undefined;
      const [token, ...more] = form?.getAll('logout_token') ?? [];
      if (token === undefined || more.length > 0)
        throw new ApiError('bad-request', { field: 'logout_token', message: 'there is no one logout token' });
      try {
        const ended = await endByProvider(
          registry,
          provider.settings.issuer,
          await provider.signedOut(token),
        );
        log.info({ ended }, 'the identity provider ended sessions');
        return { ended };
      } catch (error) {
        if (!(error instanceof OidcError)) throw error;
        log.warn({ fault: error.fault, err: error }, 'a logout token of the identity provider was not taken');
        if (error.fault === 'provider-away') throw new ApiError('provider-away', { cause: error });
        throw new ApiError('bad-request', {
          field: 'logout_token',
          message: 'this is no logout token of the provider for this client',
          cause: error,
        });
      }
    },
  );
}
