/** Sizes of files as people read them: 1,2 MB. */
import { useI18n } from '../i18n/use-i18n.ts';

const units = ['B', 'kB', 'MB', 'GB'] as const;

export function useFileSize(): (bytes: number) => string {
  const { number } = useI18n();
  return (bytes) => {
    let size = bytes;
    let unit = 0;
    while (size >= 1_000 && unit < units.length - 1) {
      size /= 1_000;
      unit += 1;
    }
    return `${number(unit === 0 ? size : Math.round(size * 10) / 10)} ${units[unit] ?? ''}`;
  };
}
