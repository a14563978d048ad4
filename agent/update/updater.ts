/**
 * Keeps this agent up to date: asks, believes by signatures alone, loads, lays down beside what runs, and has the service start it.
 * Its faults are its own: whatever goes wrong here, what runs goes on running and says why.
 */
import fs from 'node:fs';
import { followRoots, judgeRelease, readRoots, ReleaseError } from '#protocol/release-trust.ts';
import type { TakenRelease } from '#protocol/release-trust.ts';
import { PayloadError } from '#protocol/release-payload.ts';
import { rootsBodySchema } from '#protocol/release.ts';
import type { ReleasePart, RootsBody, SignedText } from '#protocol/release.ts';
import type { UpdateAnswer, UpdateAsk, UpdateFault, UpdateState } from '#protocol/update.ts';
import { UPDATE_FAULTS } from '#protocol/update.ts';
import type { Clock } from '../clock.ts';
import { faultPoint } from '../fault-point.ts';
import type { Logger } from '../log.ts';
import { ConnectError, PinMismatchError } from '../transport/transport.ts';
import { layPart, NoRoomError, requireRoom } from './lay-part.ts';
import { loadFromNeighbour } from './neighbours.ts';
import type { PayloadFiles } from './payload-file.ts';
import type { ProgramHome } from './program-home.ts';
import type { UpdateSettings } from './update-config.ts';
import { LoadError } from './update-line.ts';
import type { UpdateLine } from './update-line.ts';
import type { ReleaseName, UpdateStore } from './update-store.ts';
import { giveStart, holdTrial } from './update-trial.ts';

const RETRY_MS = 60_000;
/** Asked at different times, so that thousands do not ask at once. */
const SPREAD = 0.2;

export interface UpdaterOptions {
  home: ProgramHome;
  store: UpdateStore;
  files: PayloadFiles;
  line: UpdateLine;
  /** The lists of keys that came with the package. */
  pinned: readonly SignedText[];
  settings: UpdateSettings;
  /** `linux-x64`. */
  platform: string;
  running: string;
  isOnTrial: boolean;
  /** Where neighbours load from this host; none: it hands out nothing. */
  shareUrls: () => readonly string[];
  /** Waits until so many bytes more may come over the line. */
  pace: (bytes: number) => Promise<void>;
  clock: Clock;
  random: () => number;
  logger: Logger;
  /** A version is laid down: the process is to end, and the service to start it. */
  onReady: () => void;
}

/** Nothing is tried; the message is for people. */
class UpdateError extends Error {
  readonly code: UpdateFault;

  constructor(code: UpdateFault, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export class Updater {
  readonly #options: UpdaterOptions;
  #roots: RootsBody;
  #isOnTrial: boolean;
  #isHeard = false;
  /** Another version is to be started: this one is at its end. */
  #isStarting = false;
  #loading: ReleaseName | undefined;
  #wake: AbortController = new AbortController();

  /** @throws ReleaseError when the package's lists of keys do not hold */
  constructor(options: UpdaterOptions) {
    this.#options = options;
    this.#isOnTrial = options.isOnTrial;
    const [first, ...later] = options.pinned;
    if (first === undefined) throw new ReleaseError('malformed', 'there is no list of keys');
    this.#roots = newestOf(readRoots(first), [...later, ...options.store.roots]);
  }

  /** The collector acknowledged something under this version. */
  heard(): void {
    if (!this.#isHeard && this.#options.store.trial !== undefined) this.#wake.abort();
    this.#isHeard = true;
    if (!this.#isOnTrial) return;
    const { home, store, logger } = this.#options;
    try {
      holdTrial({ home, store, logger });
      this.#isOnTrial = false;
      this.#wake.abort();
    } catch (error) {
      // Not written down: it is not held, and tried anew at the next acknowledgement.
      logger.error({ err: error }, 'that the update holds cannot be written down');
    }
  }

  get isOnTrial(): boolean {
    return this.#isOnTrial;
  }

  /** Until the signal aborts. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger, random, settings } = this.#options;
    while (!signal.aborted && !this.#isStarting) {
      this.#wake = new AbortController();
      let waitMs = RETRY_MS;
      try {
        const answer = await this.#options.line.ask(this.#ask());
        const isNews = await this.#take(answer, signal);
        waitMs = isNews ? 0 : Math.min(answer.askAgainMs, settings.askEveryMs ?? answer.askAgainMs);
      } catch (error) {
        if (signal.aborted) return;
        logger.warn({ err: error }, 'updates could not be asked for; trying again');
        waitMs = Math.min(RETRY_MS, settings.askEveryMs ?? RETRY_MS);
      }
      const spread = waitMs * (1 + SPREAD * (random() - 0.5));
      await clock.sleep(spread, AbortSignal.any([signal, this.#wake.signal]));
    }
  }

  #ask(): UpdateAsk {
    const { store, running, platform, files, shareUrls } = this.#options;
    const urls = shareUrls();
    const standing = this.#standing();
    return {
      running,
      platform,
      rootsVersion: this.#roots.version,
      ...standing,
      loaded: store.loaded,
      ...(urls.length === 0 ? {} : { share: { urls: [...urls], payloads: files.whole.slice(0, 16) } }),
    };
  }

  #standing(): Pick<UpdateAsk, 'state' | 'release' | 'code' | 'message'> {
    const { store } = this.#options;
    const named = (state: UpdateState, { version, digest }: ReleaseName) => ({
      state,
      release: { version, digest },
    });
    if (this.#loading !== undefined) return named('loading', this.#loading);
    // Or it waits for another start.
    if (store.trial !== undefined) return named('trial', store.trial);
    if (this.#isOnTrial) return { state: 'trial' };
    const outcome = store.refused ?? store.failed.at(-1);
    // What failed here is old news once a newer release was believed.
    if (outcome === undefined || (store.refused === undefined && outcome.digest !== store.seen?.digest))
      return { state: 'current' };
    const { code, message } = outcome;
    return { ...named(store.refused === undefined ? 'failed' : 'refused', outcome), code, message };
  }

  /** @returns whether there is something to tell at once */
  async #take(answer: UpdateAnswer, signal: AbortSignal): Promise<boolean> {
    const { store, logger } = this.#options;
    this.#follow(answer.roots);
    if (answer.release === undefined || this.#isOnTrial) {
      this.#loading = undefined;
      return false;
    }
    const taken = this.#judge(answer.release);
    if (taken === undefined) return false;
    const { release, build, digest } = taken;
    const name = { version: release.version, digest };
    if (digest === store.trial?.digest) {
      // It heard nothing; now the line works, and it is still offered.
      if (this.#isHeard) this.#giveStart(name);
      return false;
    }
    try {
      store.believe({ counter: release.counter, digest, createdMs: release.createdMs });
      if (answer.from === 'wait') return false;
      if (this.#loading?.digest !== digest) {
        // Told before it begins: it is known what a host was at that is never heard of again.
        this.#loading = name;
        return true;
      }
      await this.#lay(taken, answer, signal);
      logger.info(
        { version: release.version, runtime: build.runtime },
        'an update is laid down: it is tried now',
      );
      this.#giveStart(name);
      return false;
    } catch (error) {
      if (signal.aborted) return false;
      if (error instanceof LoadError || error instanceof ConnectError || error instanceof PinMismatchError) {
        logger.warn({ err: error, version: release.version }, 'an update broke off; it goes on later');
        return false;
      }
      this.#loading = undefined;
      const { code, message } = faultOf(error);
      logger.error({ err: error, version: release.version, code }, 'an update is not taken');
      store.refuse(name, code, message);
      return true;
    }
  }

  /** @throws the file system's error */
  #giveStart(name: ReleaseName): void {
    giveStart(this.#options, name, this.#options.settings.wellMsMax);
    this.#isStarting = true;
    this.#options.onReady();
  }

  #follow(lists: readonly SignedText[]): void {
    const { store, logger } = this.#options;
    try {
      const followed = followRoots(this.#roots, lists);
      store.follow(followed);
      this.#roots = newestOf(this.#roots, followed);
    } catch (error) {
      if (!(error instanceof ReleaseError)) throw error;
      logger.error({ code: error.code }, `a list of keys is refused: ${error.message}`);
    }
  }

  #judge(text: SignedText): TakenRelease | undefined {
    const { store, platform, running, clock, logger } = this.#options;
    try {
      const { seen } = store;
      return judgeRelease(text, {
        roots: this.#roots,
        platform,
        running,
        seen,
        failed: store.failed.map(({ digest }) => digest),
        // A clock that was set back does not bring an old release back.
        nowMs: Math.max(clock.now(), seen?.createdMs ?? 0),
      });
    } catch (error) {
      if (!(error instanceof ReleaseError)) throw error;
      logger.error({ code: error.code }, `a release is refused: ${error.message}`);
      return undefined;
    }
  }

  async #lay({ release, build }: TakenRelease, answer: UpdateAnswer, signal: AbortSignal): Promise<void> {
    const { home, files, settings } = this.#options;
    const { runtime, program, node } = build;
    const needsRuntime = !home.hasRuntime(runtime);
    if (needsRuntime && node === undefined)
      throw new UpdateError('runtime-missing', `the runtime ${runtime} is not here, and does not come along`);
    const parts = needsRuntime && node !== undefined ? [node, program] : [program];
    files.keepOnly(new Set(parts.map(({ sha256 }) => sha256)));
    for (const part of parts) requireRoom(home.folder, part);
    for (const part of parts) await this.#load(part, answer, signal);
    if (needsRuntime && node !== undefined) {
      const place = { aside: home.asideFolder('runtime', runtime), folder: home.runtimeFolder(runtime) };
      await layPart(node, files.read(node.sha256), place);
    }
    const { version } = release;
    const place = { aside: home.asideFolder('version', version), folder: home.versionFolder(version) };
    await layPart(program, files.read(program.sha256), place, { runtime });
    faultPoint('agent.update-laid');
    // Neighbours go on loading what is laid down here; else it is not needed any more.
    if (!settings.share.enabled) files.keepOnly(new Set());
  }

  async #load(part: ReleasePart, { from, neighbours }: UpdateAnswer, signal: AbortSignal): Promise<void> {
    const { files, line, store, pace, logger } = this.#options;
    for (const url of from === 'neighbours' ? neighbours : []) {
      try {
        const came = await files.load(part, loadFromNeighbour(url, part.sha256, signal), () =>
          Promise.resolve(),
        );
        store.noteLoaded('neighbours', came);
        return;
      } catch (error) {
        if (!(error instanceof LoadError)) throw error;
        logger.warn({ url, err: error }, 'a neighbour does not hand out the update');
      }
    }
    const came = await files.load(part, (at) => line.load(part.sha256, at), pace);
    store.noteLoaded('collector', came);
  }
}

/** They were followed one by one before. */
function newestOf(trusted: RootsBody, lists: readonly SignedText[]): RootsBody {
  const newest = followRoots(trusted, lists).at(-1);
  return newest === undefined ? trusted : rootsBodySchema.parse(JSON.parse(newest.body));
}

function faultOf(error: unknown): { code: UpdateFault; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UpdateError) return { code: error.code, message };
  if (error instanceof NoRoomError) return { code: 'no-room', message };
  if (error instanceof PayloadError) {
    const code = UPDATE_FAULTS.find((one) => one === error.code);
    return { code: code ?? 'disk', message };
  }
  return { code: 'disk', message };
}

/** @throws ReleaseError, SyntaxError, the file system's error */
export function readPinned(file: string, parse: (json: unknown) => SignedText[]): SignedText[] {
  return parse(JSON.parse(fs.readFileSync(file, 'utf8')));
}
