/** For supervisors and Prometheus: alive, ready, and the numbers. */
import { z } from 'zod';
import { errorSchema } from '../contract.ts';
import type { ApiDependencies, ApiServer } from '../dependencies.ts';

const liveSchema = z.object({ status: z.enum(['ok', 'failed']) });
const readySchema = z.object({
  status: z.enum(['ready', 'not-ready']),
  checks: z.array(z.object({ name: z.string(), ok: z.boolean(), message: z.string().optional() })),
});

/** Anyone may ask, so the checks behind it run at most this often. */
const READY_MS = 500;

type Readiness = ReturnType<ApiDependencies['health']['ready']>;

/** Asks again when the last answer is old; askers in between share it. */
function sharedReadiness({ health, now }: Pick<ApiDependencies, 'health' | 'now'>): () => Readiness {
  let last: { atMs: number; answer: Readiness } | undefined;
  return () => {
    const atMs = now();
    if (last === undefined || Math.abs(atMs - last.atMs) >= READY_MS) last = { atMs, answer: health.ready() };
    return last.answer;
  };
}

export function addHealthRoutes(app: ApiServer, deps: ApiDependencies): void {
  const ready = sharedReadiness(deps);

  app.get(
    '/healthz',
    {
      config: { access: 'public' },
      schema: { summary: 'The process works', response: { 200: liveSchema, 503: liveSchema } },
    },
    async (_request, reply) => {
      const ok = deps.health.live();
      return reply.code(ok ? 200 : 503).send({ status: ok ? 'ok' : 'failed' });
    },
  );

  app.get(
    '/readyz',
    {
      config: { access: 'public' },
      schema: {
        summary: 'The collector takes events and answers queries',
        response: { 200: readySchema, 503: readySchema },
      },
    },
    async (_request, reply) => {
      const { ok, checks } = await ready();
      const body = {
        status: ok ? ('ready' as const) : ('not-ready' as const),
        checks: checks.map(({ name, ok: passed, message }) =>
          message === undefined ? { name, ok: passed } : { name, ok: passed, message },
        ),
      };
      return reply.code(ok ? 200 : 503).send(body);
    },
  );

  app.get(
    '/metrics',
    {
      config: { access: 'metrics' },
      schema: {
        summary: 'Prometheus metrics: from this machine, or with an API token',
        response: { 200: z.string(), '4xx': errorSchema },
      },
    },
    async (_request, reply) => {
      reply.type('text/plain; version=0.0.4; charset=utf-8');
      return reply.send(await deps.metrics.text());
    },
  );
}
