/** The OpenAPI document: made of the routes' own schemas, each with what it needs. */
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { z } from 'zod';
import { errorSchema } from './contract.ts';
import { PROBLEM_TYPE } from './problem.ts';
import { SESSION_COOKIE } from './principal.ts';

/** Any of these, for routes that need someone signed in. */
const SIGNED_IN = [{ session: [] }, { token: [] }];

const API_PREFIX = '/api/v1/';
const CHANGES = new Set(['post', 'put', 'patch', 'delete']);

/** What can go wrong anywhere, and what only where the request has the part that can be wrong. */
function problemStatuses(method: string, operation: Record<string, unknown>): string[] {
  const parameters = Array.isArray(operation['parameters']) ? operation['parameters'] : [];
  const inPath = JSON.stringify(parameters).includes('"in":"path"');
  const conditional = JSON.stringify(parameters).includes('"if-match"');
  const signedIn = Array.isArray(operation['security']) && operation['security'].length > 0;
  const body = operation['requestBody'] !== undefined;
  return [
    ...(parameters.length > 0 || body ? ['400'] : []),
    ...(signedIn || body ? ['401', '403'] : []),
    ...(inPath || CHANGES.has(method) ? ['404'] : []),
    ...(CHANGES.has(method) ? ['409'] : []),
    ...(conditional ? ['412', '428'] : []),
    ...(body ? ['413', '415'] : []),
    '429',
    '500',
    '503',
  ];
}

const PROBLEM = {
  description: 'RFC 9457 problem details',
  content: { [PROBLEM_TYPE]: { schema: { $ref: '#/components/schemas/Problem' } } },
};

const { $schema: _, '~standard': _standard, ...problemSchema } = z.toJSONSchema(errorSchema);

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The routes name their errors by class; here each status that can come is named, all of the one form. */
function declareProblems(document: Record<string, unknown>): void {
  const { paths, components } = document;
  if (!isRecord(paths) || !isRecord(components)) return;
  components['schemas'] = {
    ...(isRecord(components['schemas']) ? components['schemas'] : {}),
    Problem: problemSchema,
  };
  for (const [url, methods] of Object.entries(paths)) {
    if (!url.startsWith(API_PREFIX) || !isRecord(methods)) continue;
    for (const [method, operation] of Object.entries(methods)) {
      if (!isRecord(operation) || !isRecord(operation['responses'])) continue;
      const { responses } = operation;
      delete responses['4XX'];
      delete responses['5XX'];
      for (const status of problemStatuses(method, operation)) responses[status] = PROBLEM;
    }
  }
}

export const OPENAPI: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Vọng Gác API',
      version: '1',
      description:
        'Scripts send `Authorization: Bearer vgapi_...` (vonggac api-token create). A browser holds a session cookie; ' +
        `its changes must come from the same site. Every error is RFC 9457 problem details (${PROBLEM_TYPE}); decide by ` +
        'the `code`, `field` says which part of the request is at fault. Lists are paged: send `next` of a page as ' +
        '`after`. `x-permission` says what a route needs; everything is cut by the caller’s part of the agency tree, and ' +
        'what lies outside is answered as if it were not there. Personal data is masked without `personal:read`.',
    },
    components: {
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE },
        token: { type: 'http', scheme: 'bearer' },
      },
    },
  },
  transform: (document) => {
    const transformed = jsonSchemaTransform(document);
    const { access, stepUp } = document.route.config ?? {};
    const open = access === undefined || access === 'public' || access === 'enrol';
    return {
      ...transformed,
      schema: {
        ...transformed.schema,
        security: open ? [] : SIGNED_IN,
        'x-permission': access,
        ...(stepUp === undefined ? {} : { 'x-step-up': stepUp }),
      },
    };
  },
  transformObject: (document) => {
    const made: Record<string, unknown> = 'openapiObject' in document ? { ...document.openapiObject } : {};
    declareProblems(made);
    return made;
  },
};
