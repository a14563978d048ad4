/** Authorisations as the API and the command line take and show them. */
import type { z } from 'zod';
import {
  readAutomaticActs,
  type Authorisation,
  type NewAuthorisation,
} from '../registry/authorisations/authorisations.ts';
import type { RegistryDb } from '../registry/database.ts';
import { isoTime } from '../registry/iso-time.ts';
import type {
  authorisationDetailSchema,
  authorisationSchema,
  NewAuthorisationBody,
} from './contract-authorisations.ts';

const MINUTE_MS = 60_000;

export function toNewAuthorisation(body: NewAuthorisationBody): NewAuthorisation {
  const { validFrom, validTo, breakerMinutes, isolateMinutes, ...rest } = body;
  return {
    ...rest,
    validFromMs: Date.parse(validFrom),
    validToMs: Date.parse(validTo),
    breakerWindowMs: breakerMinutes * MINUTE_MS,
    isolateMs: isolateMinutes * MINUTE_MS,
  };
}

export function viewAuthorisation(one: Authorisation): z.infer<typeof authorisationSchema> {
  const {
    validFromMs,
    validToMs,
    breakerWindowMs,
    isolateMs,
    requestedMs,
    decidedMs: _decidedMs,
    endedMs,
    rules,
    ...rest
  } = one;
  return {
    ...rest,
    rules: [...rules],
    validFrom: isoTime(validFromMs),
    validTo: isoTime(validToMs),
    breakerMinutes: breakerWindowMs / MINUTE_MS,
    isolateMinutes: isolateMs / MINUTE_MS,
    requestedAt: isoTime(requestedMs),
    endedAt: endedMs === null ? null : isoTime(endedMs),
  };
}

export async function viewAuthorisationDetail(
  db: RegistryDb,
  one: Authorisation,
): Promise<z.infer<typeof authorisationDetailSchema>> {
  const acts = await readAutomaticActs(db, one.id);
  return {
    ...viewAuthorisation(one),
    acts: acts.map(({ atMs, ...rest }) => ({ ...rest, at: isoTime(atMs) })),
  };
}
