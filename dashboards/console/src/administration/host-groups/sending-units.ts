/** Figures as people write them: megabytes a day, kilobits a second as lines are sold, hours of a day. */

const megabyteBytes = 1_000_000;
const kilobitBytes = 125;
const dayHours = 24;
/** The least that a line may be told: 256 bytes a second. */
export const kilobitsMin = 3;

export const toMegabytes = (bytes: number): number => Math.round(bytes / megabyteBytes);
export const fromMegabytes = (megabytes: number): number => Math.round(megabytes * megabyteBytes);
export const toKilobits = (bytesPerSecond: number): number => Math.round(bytesPerSecond / kilobitBytes);
export const fromKilobits = (kilobits: number): number => Math.round(kilobits * kilobitBytes);

export const hourText = (hour: number): string => `${String(hour).padStart(2, '0')}:00`;

type Hours = { readonly fromHour: number; readonly toHour: number; readonly bytesPerSecond: number };

const isWithin = ({ fromHour, toHour }: Hours, hour: number): boolean =>
  fromHour < toHour ? hour >= fromHour && hour < toHour : hour >= fromHour || hour < toHour;

/** What a line carries in each hour of a day, by the least of what is set; null: as much as it can. */
export function byHour(caps: readonly Hours[]): readonly (number | null)[] {
  return Array.from({ length: dayHours }, (_, hour) => {
    const now = caps.filter((cap) => isWithin(cap, hour)).map(({ bytesPerSecond }) => bytesPerSecond);
    return now.length === 0 ? null : Math.min(...now);
  });
}
