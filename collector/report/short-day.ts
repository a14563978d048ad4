/** `2026-12-14` as tables write it: `14/12/2026`. @param day `YYYY-MM-DD` */
export function dayShort(day: string): string {
  return day.split('-').toReversed().join('/');
}
