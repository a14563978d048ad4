/**
 * What a start finds of an update, and what it makes of it. Invariants: `current` names only a version that was well when the service
 * itself had started it; a release that failed is not tried again; whatever dies when, the launcher has something to start.
 */
import type { Logger } from '../log.ts';
import { faultPoint } from '../fault-point.ts';
import type { ProgramHome } from './program-home.ts';
import type { UpdateStore } from './update-store.ts';

/** A version that ended so often before it was well, without saying why, is taken back. */
export const STARTS_MAX = 3;

/**
 * And one that heard nothing, so often: the line may have been down. The second start waits until what ran before was heard, so
 * then it is not.
 */
const SILENT_STARTS_MAX = 2;

/** The launcher waits so much longer than the version itself: who can speak says more than who is ended from outside. */
const LAUNCHER_PATIENCE = 1.5;

export interface TrialParts {
  home: ProgramHome;
  store: UpdateStore;
  logger: Logger;
}

/**
 * `on-trial`: this version is to show that it is well; `again`: what was tried ended too soon and gets another start; `when-heard`:
 * it gets one when this version has heard the collector and is offered it still; `settled`: what runs has held.
 */
export type TrialStart = 'on-trial' | 'again' | 'when-heard' | 'settled';

/** @throws the file system's error */
export function beginTrial({ home, store, logger }: TrialParts): TrialStart {
  const { trial } = store;
  const tried = home.pointer('tried');
  if (
    home.pointer('current') === home.version &&
    (tried === home.version || trial?.version === home.version)
  ) {
    // Killed between its last two steps.
    home.clear('tried');
    store.hold();
    return 'settled';
  }
  if (tried === home.version) return 'on-trial';
  const isUntried = home.pointer('trial') !== undefined;
  const hungSeconds = tried === undefined || tried !== trial?.version ? undefined : home.hungSeconds;
  home.clear('tried');
  if (trial === undefined) {
    home.clear('trial');
    return 'settled';
  }
  if (trial.unwell !== undefined) {
    if (trial.starts >= SILENT_STARTS_MAX) return takeBack('unwell', trial.unwell);
    home.clear('trial');
    logger.warn({ version: trial.version }, `${trial.unwell}: once more when the collector is heard`);
    return 'when-heard';
  }
  if (hungSeconds !== undefined)
    return takeBack(
      'unwell',
      `it hung: ended from outside after ${hungSeconds} s, neither well nor at an end`,
    );
  if (tried === trial.version && trial.starts < STARTS_MAX) {
    logger.warn(
      { version: trial.version, starts: trial.starts },
      'a new version ended before it was well: once more',
    );
    return 'again';
  }
  if (tried === trial.version) return takeBack('unwell', `it ended ${trial.starts} times before it was well`);
  // Laid down, and this process was started without it.
  if (isUntried) return takeBack('not-started', 'the launcher did not start it');
  return trial.starts < STARTS_MAX ? 'again' : takeBack('not-started', 'it could not be given a start');

  function takeBack(code: 'unwell' | 'not-started', message: string): TrialStart {
    home.clear('trial');
    const outcome = store.takeBack(code, message);
    logger.error(outcome ?? {}, 'an update is taken back: what ran before runs on');
    return 'settled';
  }
}

/** The version that runs is well. */
export function holdTrial({ home, store, logger }: TrialParts): void {
  faultPoint('agent.update-well');
  home.hold(home.version);
  faultPoint('agent.update-current-written');
  home.clear('tried');
  store.hold();
  home.tidy();
  logger.info(
    { version: home.version },
    'the update holds: the collector acknowledged what was sent under it',
  );
}

/** One more start for what is laid down. @param wellMsMax in which it is to say itself whether it is well */
export function giveStart(
  { home, store }: TrialParts,
  release: { version: string; digest: string },
  wellMsMax: number,
): void {
  store.try(release);
  faultPoint('agent.update-trial-noted');
  home.try(release.version, Math.ceil((wellMsMax * LAUNCHER_PATIENCE) / 1_000));
  faultPoint('agent.update-trial-written');
}
