/**
 * Watches the room on the disk: below the reserve the collector takes no more events, and the hosts' spools hold them.
 * Invariants: it is over only when a tenth of the reserve more is free, so it does not flutter; a disk that cannot be
 * asked changes nothing and is told.
 */
export interface DiskRoom {
  freeBytes: number;
  totalBytes: number;
}

export interface DiskWatchOptions {
  probe: () => Promise<DiskRoom>;
  /** What must stay free of a disk of that size. */
  reserveOf: (totalBytes: number) => number;
  everyMs: number;
  onRoom: (room: DiskRoom, reserveBytes: number) => void;
  onFull: (isFull: boolean, room: DiskRoom, reserveBytes: number) => void;
  onProblem: (error: unknown) => void;
}

const CLEARANCE = 1.1;

export class DiskWatch {
  readonly #options: DiskWatchOptions;
  #room: DiskRoom | undefined;
  #isFull = false;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(options: DiskWatchOptions) {
    this.#options = options;
  }

  get isFull(): boolean {
    return this.#isFull;
  }

  /** As it was found last; undefined before the first look. */
  get room(): (DiskRoom & { reserveBytes: number }) | undefined {
    return this.#room && { ...this.#room, reserveBytes: this.#options.reserveOf(this.#room.totalBytes) };
  }

  /** Looks at once, then every so often. */
  async start(): Promise<void> {
    await this.look();
    this.#timer = setInterval(() => {
      this.#looking ??= this.look().finally(() => (this.#looking = undefined));
    }, this.#options.everyMs);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  async look(): Promise<void> {
    const { probe, reserveOf, onRoom, onFull, onProblem } = this.#options;
    let room: DiskRoom;
    try {
      room = await probe();
    } catch (error) {
      onProblem(error);
      return;
    }
    this.#room = room;
    const reserveBytes = reserveOf(room.totalBytes);
    onRoom(room, reserveBytes);
    const isFull = room.freeBytes < (this.#isFull ? reserveBytes * CLEARANCE : reserveBytes);
    if (isFull === this.#isFull) return;
    this.#isFull = isFull;
    onFull(isFull, room, reserveBytes);
  }
}

/** `5%`, `20G`, `512M` or bytes, as what must stay free of a disk of a size; undefined when it is none of these. */
export function parseReserve(text: string): ((totalBytes: number) => number) | undefined {
  const percent = /^(\d{1,2}(?:\.\d{1,2})?)%$/.exec(text)?.[1];
  if (percent !== undefined) return (totalBytes) => Math.round((totalBytes * Number(percent)) / 100);
  const [, number, unit = ''] = /^(\d{1,15})([KMGT]?)$/i.exec(text) ?? [];
  if (number === undefined) return undefined;
  const bytes = Number(number) * 1_024 ** ['', 'K', 'M', 'G', 'T'].indexOf(unit.toUpperCase());
  return () => bytes;
}
