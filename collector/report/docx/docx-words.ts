/** Paragraphs of a DOCX file: lengths in twentieths of a point, sizes in half points. */
import { AlignmentType, LineRuleType, Paragraph, TextRun, type IParagraphOptions } from 'docx';
import type { Align, Run, Words } from '../document.ts';
import { CHARS_MAX, safeRuns } from '../safe-text.ts';

export const TWIPS_PER_MM = 1440 / 25.4;
export const twips = (mm: number): number => Math.round(mm * TWIPS_PER_MM);

const ALIGNMENT = {
  left: AlignmentType.LEFT,
  center: AlignmentType.CENTER,
  right: AlignmentType.RIGHT,
  justify: AlignmentType.BOTH,
} as const satisfies Record<Align, string>;

export interface WordsStyle {
  /** Points. */
  size: number;
  align?: Align | undefined;
  bold?: boolean | undefined;
  italic?: boolean | undefined;
  charsMax?: number | undefined;
  /** Points before and after. */
  before?: number | undefined;
  after?: number | undefined;
  firstLineMm?: number | undefined;
  leftMm?: number | undefined;
  rightMm?: number | undefined;
  hangingMm?: number | undefined;
  /** Stays on the page of what follows. */
  keepNext?: boolean | undefined;
  pageBreakBefore?: boolean | undefined;
  /** A line below, as wide as the paragraph. */
  ruled?: boolean | undefined;
}

/** A line break inside a run is one on the page. */
function textRuns(runs: readonly Run[], { size, bold, italic }: WordsStyle): TextRun[] {
  return runs.flatMap((run) =>
    run.text.split('\n').map(
      (text, at) =>
        new TextRun({
          text: text.replaceAll('\t', ' '),
          size: size * 2,
          bold: run.bold ?? bold ?? false,
          italics: run.italic ?? italic ?? false,
          ...(at > 0 ? { break: 1 } : {}),
        }),
    ),
  );
}

export function paragraph(words: Words, style: WordsStyle): Paragraph {
  const { align = 'left', before = 0, after = 0, keepNext = false, pageBreakBefore = false } = style;
  const runs = safeRuns(words, style.charsMax ?? CHARS_MAX.paragraph);
  const options: IParagraphOptions = {
    alignment: ALIGNMENT[align],
    spacing: { before: before * 20, after: after * 20 },
    keepNext,
    pageBreakBefore,
    indent: {
      left: twips(style.leftMm ?? 0),
      right: twips(style.rightMm ?? 0),
      ...(style.firstLineMm === undefined ? {} : { firstLine: twips(style.firstLineMm) }),
      ...(style.hangingMm === undefined ? {} : { hanging: twips(style.hangingMm) }),
    },
    children: textRuns(runs, style),
  };
  if (style.ruled !== true) return new Paragraph(options);
  return new Paragraph({
    ...options,
    spacing: { line: 60, lineRule: LineRuleType.EXACT },
    border: { bottom: { style: 'single', size: 4, color: '000000', space: 1 } },
  });
}

/** A short line under a centred text. @param width of it and of the column, millimetres */
export function rule(width: number, columnWidth: number): Paragraph {
  const aside = Math.max(0, (columnWidth - width) / 2);
  return paragraph('', { size: 2, align: 'center', leftMm: aside, rightMm: aside, ruled: true });
}
