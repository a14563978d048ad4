/** Requests to agencies: what they are written with, and who looks whether they are answered in time. */
import path from 'node:path';
import { RequestService } from '../services/requests/request-service.ts';
import { loadTemplates } from '../request/load-templates.ts';
import type { RequestTemplate } from '../request/request-template.ts';
import { type Ground, ROOT } from './ground.ts';
import type { Stores } from './stores.ts';

/** @returns the templates */
export async function startRequests(
  { fault, folder, log, parts }: Ground,
  { registry }: Stores,
  leads: () => boolean,
): Promise<readonly RequestTemplate[]> {
  const { templates, rejected } = loadTemplates([
    path.join(ROOT, 'rules', 'requests'),
    path.join(folder.path, 'request-templates'),
  ]);
  for (const bad of rejected) log.error({ ...bad }, 'a template of requests was rejected');
  const requests = new RequestService({
    registry,
    leads,
    onFault: fault('requests could not be looked at; trying again'),
  });
  await parts.start('requests', requests);
  return templates;
}
