/** The OpenAPI document: made of the routes' own schemas, each with what it needs. */
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { SESSION_COOKIE } from './principal.ts';

/** Any of these, for routes that need someone signed in. */
const SIGNED_IN = [{ session: [] }, { token: [] }];

export const OPENAPI: FastifyDynamicSwaggerOptions = {
  openapi: {
    openapi: '3.1.0',
    info: {
      title: 'Vọng Gác API',
      version: '1',
      description:
        'Scripts send `Authorization: Bearer vgapi_...` (vonggac api-token create). A browser holds a session cookie; ' +
        'its changes must come from the same site. Every error has the form {"error": {"code", "message", "field"}}; ' +
        'decide by the code. Lists are paged: send `next` of a page as `after`.',
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
    const { access } = document.route.config ?? {};
    const open = access === undefined || access === 'public' || access === 'enrol';
    return {
      ...transformed,
      schema: {
        ...transformed.schema,
        security: open ? [] : SIGNED_IN,
        'x-access': access,
      },
    };
  },
};
