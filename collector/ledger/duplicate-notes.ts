/**
 * Records that arrived again, by agent, hour, lane and channel. They are rare and no part of the balance, so they are
 * gathered for some seconds; a crash may forget those of its last seconds.
 */
export interface Duplicates {
  agentId: string;
  hour: number;
  lane: number;
  channel: string;
  count: number;
}

/** Beyond, they are counted under no channel: what agents send must not fill our memory. */
const NOTES_MAX = 10_000;
const CHANNEL_UNKNOWN = 'unknown';
const HOUR_MS = 3_600_000;

export class DuplicateNotes {
  #notes = new Map<string, Duplicates>();

  /** @param atMs when the agent read it; undefined when the record does not say */
  add(name: { agentId: string; lane: number; channel: string; atMs: number | undefined }): void {
    const { agentId, lane } = name;
    const full = this.#notes.size >= NOTES_MAX;
    const channel = full ? CHANNEL_UNKNOWN : name.channel;
    const hour = full ? 0 : Math.floor((name.atMs ?? 0) / HOUR_MS);
    const key = `${agentId}/${hour}/${lane}/${channel}`;
    const note = this.#notes.get(key);
    if (note === undefined) this.#notes.set(key, { agentId, hour, lane, channel, count: 1 });
    else note.count += 1;
  }

  /** Takes what was noted. */
  take(): Duplicates[] {
    const taken = [...this.#notes.values()];
    this.#notes = new Map();
    return taken;
  }
}
