/** Who may act on a request, and when it no longer can be. */
import { type AgencyScope, requireVersion } from '../agencies.ts';
import type { RegistryDb } from '../database.ts';
import { RefusalError } from '../refusal.ts';
import { findRequest, isIssuer, type AgencyRequest } from './request-rows.ts';

export interface RequestActor {
  actor: string;
  scope: AgencyScope;
  /** The version that the act was made for. */
  version?: number | undefined;
}

export function wrongState(request: AgencyRequest, act: string): RefusalError {
  const said = `request ${request.id} is ${request.state}: it cannot be ${act}`;
  return new RefusalError('request-state', request.id, said);
}

/** For who acts for the agency that asks. @throws RefusalError request-unknown, request-not-yours, version-conflict */
export async function requireIssued(
  db: RegistryDb,
  id: string,
  { scope, version }: RequestActor,
): Promise<AgencyRequest> {
  const request = await findRequest(db, id, scope);
  if (!isIssuer(request, scope)) {
    const said = 'this is for the agency that asks, not for the one that is asked';
    throw new RefusalError('request-not-yours', id, said);
  }
  requireVersion(`request ${request.id}`, request.version, version);
  return request;
}
