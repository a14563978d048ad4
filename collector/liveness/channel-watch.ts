/**
 * Decides which channels fell silent: one that came regularly while its host was at work, and has not come for far
 * longer than it ever paused. Time is counted in hours in which the host read anything, so that nights, weekends and
 * outages are no pauses.
 */
export interface ChannelHours {
  channel: string;
  /** Hours since 1970 in which it was read; any order. */
  hours: readonly number[];
}

export interface SilentChannel {
  channel: string;
  lastHour: number;
  /** Hours of work of the host since then. */
  pausedHours: number;
  /** The longest pause before. */
  usualHours: number;
}

export const CHANNEL_WATCH = {
  /** Fewer hours of activity are no habit. */
  activeHoursMin: 24,
  /** Pauses of this many times the longest one are silence, but never fewer hours than these. */
  factor: 3,
  pausedHoursMin: 6,
} as const;

export function silentChannels(channels: readonly ChannelHours[], nowHour: number): SilentChannel[] {
  const result: SilentChannel[] = [];
  for (const { channel, hours } of channels) {
    const active = [...new Set(hours)].toSorted((a, b) => a - b);
    const lastHour = active.at(-1);
    if (lastHour === undefined || active.length < CHANNEL_WATCH.activeHoursMin) continue;
    // The host's hours as the other channels tell them: one's own silence must not hide it. The hour under way counts not.
    const others = new Set(
      channels.filter((other) => other.channel !== channel).flatMap((other) => other.hours),
    );
    const atWork = [...new Set([...others, ...active])]
      .filter((hour) => hour < nowHour)
      .toSorted((a, b) => a - b);
    const place = new Map(atWork.map((hour, at) => [hour, at]));
    let usualHours = 1;
    for (const [at, hour] of active.entries()) {
      const before = active[at - 1];
      if (before === undefined) continue;
      usualHours = Math.max(usualHours, (place.get(hour) ?? 0) - (place.get(before) ?? 0));
    }
    const pausedHours = atWork.filter((hour) => hour > lastHour).length;
    const enough = Math.max(CHANNEL_WATCH.pausedHoursMin, CHANNEL_WATCH.factor * usualHours);
    if (pausedHours >= enough) result.push({ channel, lastHour, pausedHours, usualHours });
  }
  return result;
}
