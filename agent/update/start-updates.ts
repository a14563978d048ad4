/**
 * Updates of this process put together: what its start finds on trial, the pinned keys, the neighbours, the loop. A host that cannot
 * update itself says why once, and works on.
 */
import fs from 'node:fs';
import path from 'node:path';
import { LIMITS } from '#protocol/limits.ts';
import { systemClock } from '../clock.ts';
import type { AgentConfig } from '../config.ts';
import type { Identity } from '../identity.ts';
import type { Logger } from '../log.ts';
import type { Bandwidth } from '../transport/bandwidth.ts';
import { NeighbourServer } from './neighbours.ts';
import { PayloadFiles } from './payload-file.ts';
import { ROOTS_FILE, rootsFileSchema } from './pinned-roots.ts';
import { ProgramHome } from './program-home.ts';
import { UpdateLine } from './update-line.ts';
import { UpdateStore } from './update-store.ts';
import { beginTrial, giveStart } from './update-trial.ts';
import { readPinned, Updater } from './updater.ts';

export interface Updates {
  /** Aborts when the process is to end, so that the service starts what was laid down. */
  readonly restart: AbortSignal;
  /** The collector acknowledged something. */
  acknowledged(): void;
  /** How fast the line may be used now. */
  useBandwidth(bandwidth: Bandwidth): void;
  stop(): Promise<void>;
}

export interface UpdatesOptions {
  config: Pick<AgentConfig, 'stateDir' | 'updates' | 'proxy'>;
  identity: Identity;
  entry: string | undefined;
  agentVersion: string;
  logger: Logger;
}

const NONE: Updates = {
  restart: new AbortController().signal,
  acknowledged: () => undefined,
  useBandwidth: () => undefined,
  stop: () => Promise.resolve(),
};

/** Never throws: an update must not keep an agent from watching. */
export async function startUpdates(options: UpdatesOptions): Promise<Updates> {
  const { logger } = options;
  const home = ProgramHome.of(options.entry);
  // Run from sources, or from a folder of somebody's own: nothing there starts another version.
  if (home === undefined) return NONE;
  try {
    return await begin(options, home);
  } catch (error) {
    logger.error({ err: error }, 'this agent does not update itself');
    return NONE;
  }
}

function pinnedFile(home: ProgramHome, given: string | undefined): string | undefined {
  const places = [
    path.join(home.versionFolder(home.version), ROOTS_FILE),
    path.join(home.folder, ROOTS_FILE),
  ];
  return given ?? places.find((file) => fs.existsSync(file));
}

async function begin(options: UpdatesOptions, home: ProgramHome): Promise<Updates> {
  const { config, identity, agentVersion, logger } = options;
  const { stateDir, updates: settings, proxy } = config;
  const clock = systemClock;
  const store = new UpdateStore(stateDir);
  const restart = new AbortController();
  const over = new AbortController();
  const parts = { home, store, logger };
  const begun = beginTrial(parts);
  if (begun === 'again' && store.trial !== undefined) {
    giveStart(parts, store.trial, settings.wellMsMax);
    restart.abort();
  }
  const isOnTrial = begun === 'on-trial';
  const file = pinnedFile(home, settings.rootsFile);
  if (!settings.enabled || (file === undefined && !isOnTrial)) {
    logger.info({ enabled: settings.enabled, keys: file ?? null }, 'this agent takes no updates');
    return { ...NONE, restart: restart.signal };
  }
  const files = new PayloadFiles(stateDir);
  const server = settings.share.enabled
    ? new NeighbourServer({ files, settings: settings.share, clock, logger })
    : undefined;
  await server?.start();
  let bandwidth: Bandwidth | undefined;
  const updater = new Updater({
    home,
    store,
    files,
    line: new UpdateLine({ identity, stateDir, proxy, signal: over.signal }),
    pinned: file === undefined ? [] : readPinned(file, (json) => rootsFileSchema.parse(json)),
    settings,
    platform: `${process.platform}-${process.arch}`,
    running: agentVersion,
    isOnTrial,
    shareUrls: () => server?.urls ?? [],
    // As what is old: the host's news go first.
    pace: async (bytes) => {
      bandwidth?.take(bytes, { kind: 'old' });
      const waitMs = Math.max(bandwidth?.waitMs() ?? 0, bandwidth?.waitMsOf({ kind: 'old' }) ?? 0);
      if (waitMs > 0) await clock.sleep(waitMs, over.signal);
    },
    clock,
    random: Math.random,
    logger,
    onReady: () => restart.abort(),
  });
  const running = updater.run(over.signal);
  const watching = isOnTrial ? watchTrial(settings.wellMsMax) : Promise.resolve();

  async function watchTrial(wellMsMax: number): Promise<void> {
    await clock.sleep(wellMsMax, over.signal);
    if (over.signal.aborted || !updater.isOnTrial) return;
    const message = `the collector acknowledged nothing for ${Math.round(wellMsMax / 1_000)} s under it`;
    logger.error({ version: home.version }, `the update is taken back: ${message}`);
    try {
      store.noteUnwell(message.slice(0, LIMITS.policyReasonCharsMax));
    } finally {
      restart.abort();
    }
  }

  return {
    restart: restart.signal,
    acknowledged: () => updater.heard(),
    useBandwidth: (used) => {
      bandwidth = used;
    },
    stop: async () => {
      over.abort();
      await Promise.all([running, watching, server?.stop()]);
    },
  };
}
