/** What files of a demonstration say of themselves: at the top of each page, in their properties, in their first line. */
import type { ReportDocument } from './document.ts';

export const DEMONSTRATION_WORDS = 'DỮ LIỆU TRÌNH DIỄN / DEMONSTRATION DATA';

/** @param mark undefined: of a real installation, as it is */
export function markedDocument(document: ReportDocument, mark: string | undefined): ReportDocument {
  if (mark === undefined) return document;
  const { banner } = document;
  return { ...document, mark, banner: banner === undefined ? mark : `${mark} - ${banner}` };
}

/** Data for programs: the mark is its first field. */
export function markedData(data: object, mark: string | undefined): object {
  return mark === undefined ? data : { demonstration: mark, ...data };
}
