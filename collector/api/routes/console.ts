/** The built console: hashed assets for ever, its page for every other path a browser asks for. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import fastifyStatic from '@fastify/static';
import { z } from 'zod';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';
import { ApiError } from '../errors.ts';

const SERVER_PATHS = /^(?:api|agent)(?:\/|$)/;
const ASSET = /^assets\//;
/** Deeper down a dot is part of a name, as in the page of a person. */
const FILE = /^[^/]+\.[A-Za-z0-9]{1,8}$/;
const ABOVE = /(?:^|\/)\.\.(?:\/|$)/;
const NOT_BUILT = 'The console is not built: run "npm run build". The API is at /api/v1/openapi.json\n';

export async function addConsole(app: ApiServer, deps: ApiDependencies): Promise<void> {
  const { consoleDir } = deps;
  const built = consoleDir !== undefined && existsSync(path.join(consoleDir, 'index.html'));
  if (built) {
    await app.register(fastifyStatic, {
      root: path.resolve(consoleDir),
      serve: false,
      index: false,
      preCompressed: true,
    });
  }
  app.get(
    '/*',
    {
      config: { access: 'public' },
      schema: { hide: true, params: z.object({ '*': z.string() }) },
    },
    async (request, reply) => {
      const wanted = request.params['*'];
      if (SERVER_PATHS.test(wanted) || ABOVE.test(wanted)) throw new ApiError('not-found');
      if (!built) return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
      if (ASSET.test(wanted)) return reply.sendFile(wanted, { immutable: true, maxAge: '365d' });
      if (FILE.test(wanted)) return reply.sendFile(wanted, { maxAge: '1h' });
      return reply.sendFile('index.html', { cacheControl: false }).header('cache-control', 'no-cache');
    },
  );
}
