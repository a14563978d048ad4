/**
 * Reports what changes in the watched paths. The baseline lies in the source's positions: what is told of a path and
 * its new state are committed together, so that no change is told twice or lost. Notices only say where to look; what
 * is told is always the difference between what was told last and the disk. The first time a set is seen its baseline
 * is made silently; after a stop, what changed meanwhile is told with `offline`.
 */
import type { Source } from '../source.ts';
import { INTEGRITY_SOURCE } from './integrity-names.ts';
import { integritySettings, type IntegrityOptions } from './integrity-options.ts';
import { IntegritySession } from './integrity-session.ts';

export function createIntegritySource(options: IntegrityOptions): Source {
  const settings = integritySettings(options);
  return {
    name: options.name ?? INTEGRITY_SOURCE,
    async *open(context) {
      const session = new IntegritySession(settings, context);
      try {
        yield* session.run();
      } finally {
        await session.close();
      }
    },
  };
}
