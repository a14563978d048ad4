/** The kinds of sources there are, and how each is made from the settings. Libraries load only for what is used. */
import type { AgentConfig } from '../config.ts';
import { laneTable } from '../lane-of.ts';
import { inLane } from './in-lane.ts';
import type { Source } from './source.ts';

export interface RegisteredSource {
  source: Source;
  /** What it reads stays where it is until it is read, so it can be held back without loss. */
  canWait: boolean;
}

interface SourceKind {
  canWait: boolean;
  /** undefined: the settings ask for none of this kind. */
  create: (config: AgentConfig) => Promise<Source | undefined>;
}

const KINDS: readonly SourceKind[] = [
  {
    canWait: true,
    create: async ({ tails, lanes }) => {
      if (tails.length === 0) return undefined;
      const { createFileSource } = await import('./file/file-source.ts');
      return createFileSource({ tails, laneOf: laneTable(lanes) });
    },
  },
  {
    // It compares with its baseline, so what it did not see in time it sees later.
    canWait: true,
    create: async ({ watch, lanes }) => {
      if (watch.length === 0) return undefined;
      const { createIntegritySource } = await import('./integrity/integrity-source.ts');
      return inLane(createIntegritySource({ watch }), laneTable(lanes)('integrity'));
    },
  },
  {
    canWait: true,
    create: async ({ inventory, lanes }) => {
      if (!inventory.enabled) return undefined;
      const { createInventorySource } = await import('./inventory/inventory-source.ts');
      const source = createInventorySource({ intervalMs: inventory.intervalMs });
      return inLane(source, laneTable(lanes)('inventory'));
    },
  },
];

/** All sources the settings ask for. */
export async function createSources(config: AgentConfig): Promise<RegisteredSource[]> {
  const made = await Promise.all(
    KINDS.map(async ({ canWait, create }) => ({ canWait, source: await create(config) })),
  );
  return made.flatMap(({ canWait, source }) => (source === undefined ? [] : [{ canWait, source }]));
}
