/** Releases of the agent, let out ring by ring. */
import { UpdateService } from '../services/fleet/update-service.ts';
import type { Ground } from './ground.ts';
import type { Stores } from './stores.ts';

export function startUpdates({ fault, log, parts }: Ground, { registry }: Stores): Promise<UpdateService> {
  return parts.start(
    'updates',
    new UpdateService({
      registry,
      onMove: ({ kind, reason, rollout: { version } }) => {
        if (kind === 'next') log.info({ version, ring: reason }, 'a release is let out to its next ring');
        else log.error({ version, reason }, 'a release is halted: too many hosts took it back');
      },
      onFault: fault('rollouts of releases could not be looked at'),
    }),
  );
}
