/**
 * A document as XLSX: its texts on the first sheet, each table on one of its own. Invariants: the same document is the same bytes;
 * texts are texts (cells of the format "text"), also those that look like formulas, and stay so when they are edited.
 */
import ExcelJS from 'exceljs';
import { FONT, pageOf } from '../administrative.ts';
import { coreProperties } from '../core-properties.ts';
import type { ReportDocument, Section, Table } from '../document.ts';
import { fixZip } from '../fixed-zip.ts';
import { safeLine } from '../safe-text.ts';
import { fillTable } from './xlsx-table.ts';
import { TEXT_COLUMNS, fillTexts } from './xlsx-texts.ts';

const MM_PER_INCH = 25.4;
/** Of the format; the library's own list lacks it. */
const A4 = { paperSize: 9 };
const TEXTS_SHEET = 'Báo cáo';

function sheetOf(
  book: ExcelJS.Workbook,
  name: string,
  section: Pick<Section, 'orientation'>,
  banner: string | undefined,
): ExcelJS.Worksheet {
  const page = pageOf(section);
  const sheet = book.addWorksheet(name, {
    pageSetup: {
      orientation: section.orientation,
      fitToPage: true,
      fitToWidth: 1,
      fitToHeight: 0,
      margins: {
        top: page.top / MM_PER_INCH,
        bottom: page.bottom / MM_PER_INCH,
        left: page.left / MM_PER_INCH,
        right: page.right / MM_PER_INCH,
        header: 0.4,
        footer: 0.4,
      },
    },
    headerFooter:
      banner === undefined
        ? { differentFirst: true, oddHeader: `&C&"${FONT}"&P` }
        : { oddHeader: `&C&"${FONT}"${safeLine(banner).replaceAll('&', '&&')} - &P` },
  });
  Object.assign(sheet.pageSetup, A4);
  return sheet;
}

const isTable = (block: { kind: string }): block is Table => block.kind === 'table';

export async function renderXlsx(document: ReportDocument): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  const made = new Date(document.createdMs);
  book.created = made;
  book.modified = made;
  book.title = safeLine(document.title);
  const texts = sheetOf(book, TEXTS_SHEET, { orientation: 'portrait' }, document.banner);
  texts.columns = TEXT_COLUMNS.map((width) => ({ width }));
  fillTexts(
    texts,
    document.sections.flatMap(({ blocks }) => blocks),
  );
  for (const section of document.sections) {
    for (const table of section.blocks.filter(isTable))
      fillTable(sheetOf(book, table.sheet, section, document.banner), table);
  }
  const packed = await book.xlsx.writeBuffer();
  return fixZip(Buffer.from(packed), { 'docProps/core.xml': coreProperties(document) });
}
