/** Of links in a row that scrolls sideways in a narrow window, that of the open page is in view. */
import { useEffect, useRef, type RefObject } from 'react';

/** @param current changes with the open page @returns for the list that scrolls */
export function useCurrentInView(current: string): RefObject<HTMLUListElement | null> {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const row = list.current;
    const link = row?.querySelector('[aria-current="page"]');
    if (row === null || link === null || link === undefined || row.scrollWidth <= row.clientWidth) return;
    const [at, from] = [link.getBoundingClientRect(), row.getBoundingClientRect()];
    row.scrollLeft += at.left - from.left - (from.width - at.width) / 2;
  }, [current]);
  return list;
}
