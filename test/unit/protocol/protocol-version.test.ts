import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { downMessageSchema } from '../../../collector/protocol/down.ts';
import {
  enrolErrorSchema,
  enrolRequestSchema,
  enrolResponseSchema,
} from '../../../collector/protocol/enrol.ts';
import { ERRORS } from '../../../collector/protocol/error.ts';
import { LANES } from '../../../collector/protocol/lane.ts';
import { LIMITS } from '../../../collector/protocol/limits.ts';
import { rotationAnswerSchema } from '../../../collector/protocol/rotation.ts';
import { recordSchema } from '../../../collector/protocol/record.ts';
import { upMessageSchema } from '../../../collector/protocol/up.ts';
import {
  PROTOCOL_VERSION,
  PROTOCOL_VERSIONS_SERVED,
  SUBPROTOCOL,
} from '../../../collector/protocol/version.ts';

/** What went over the wire in each released version. A change here is a change of the protocol. */
const HASHES: Record<number, string> = {
  2: '460a7d7a97135cf30904151d515763386321a6ec317b7498b34da19812798d5c',
  3: '6b4bf2e7b1c8c19368e283ca40c8a368b7ea24c6d99c6489bae10b7654868a38',
};

function wireHash(): string {
  const schemas = [
    upMessageSchema,
    downMessageSchema,
    recordSchema,
    enrolRequestSchema,
    enrolResponseSchema,
    enrolErrorSchema,
    rotationAnswerSchema,
  ].map((schema) => z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
  return createHash('sha256').update(JSON.stringify({ schemas, ERRORS, LANES, LIMITS })).digest('hex');
}

test('the wire schema is the one its version was released with; a change needs a new version', () => {
  expect({ version: PROTOCOL_VERSION, hash: wireHash() }).toEqual({
    version: PROTOCOL_VERSION,
    hash: HASHES[PROTOCOL_VERSION],
  });
});

test('the collector serves its own version and at most the one before', () => {
  expect(PROTOCOL_VERSIONS_SERVED[0]).toBe(PROTOCOL_VERSION);
  for (const version of PROTOCOL_VERSIONS_SERVED) {
    expect(version).toBeGreaterThanOrEqual(PROTOCOL_VERSION - 1);
    expect(HASHES).toHaveProperty(String(version));
  }
  expect(SUBPROTOCOL).toBe('vonggac.v1');
});
