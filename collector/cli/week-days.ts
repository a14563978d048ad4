/** Days of the week as people type them: `mon-fri,sat`, or in Vietnamese `t2-t6,t7`, Sunday being `cn`. */
const NAMES: Readonly<Record<string, number>> = {
  mon: 1,
  tue: 2,
  wed: 3,
  thu: 4,
  fri: 5,
  sat: 6,
  sun: 7,
  t2: 1,
  t3: 2,
  t4: 3,
  t5: 4,
  t6: 5,
  t7: 6,
  cn: 7,
};

/** @returns 1 Monday to 7 Sunday, in order; undefined when it names no days */
export function parseWeekDays(text: string): number[] | undefined {
  const days = new Set<number>();
  for (const part of text.toLowerCase().split(',')) {
    const [from, to, ...rest] = part.split('-').map((name) => NAMES[name.trim()]);
    if (from === undefined || rest.length > 0 || (part.includes('-') && to === undefined)) return undefined;
    // Over the end of the week, too: `sat-mon`.
    for (let day = from; ; day = (day % 7) + 1) {
      days.add(day);
      if (day === (to ?? from)) break;
    }
  }
  return [...days].toSorted((a, b) => a - b);
}

/** e.g. `mon-fri`, or `mon,wed`. @param names seven, Monday first */
export function weekDaysText(days: readonly number[], names: readonly string[]): string {
  const runs: [number, number][] = [];
  for (const day of days) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === day - 1) last[1] = day;
    else runs.push([day, day]);
  }
  const name = (day: number): string => names[day - 1] ?? '';
  return runs.map(([from, to]) => (from === to ? name(from) : `${name(from)}-${name(to)}`)).join(', ');
}
