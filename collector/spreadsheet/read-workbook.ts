/**
 * XLSX files of unknown origin. Invariants: what is unpacked, elements, rows, cells and texts are bounded before they are held; formulas
 * are never evaluated, only the value last seen is taken; merged ranges are told, never spread out; nothing outside the file is read.
 */
import { ArchiveError } from '../content/archive-limits.ts';
import { zipEntries } from '../content/zip-entries.ts';
import { localName, scanXml, type XmlAttribute, XmlError } from '../normalize/xml.ts';
import { readSheet, type SheetBudget } from './read-sheet.ts';
import { type Sheet, SheetError, type Workbook, WORKBOOK_LIMITS } from './sheet.ts';

const WANTED =
  /^xl\/(?:workbook\.xml|sharedStrings\.xml|_rels\/workbook\.xml\.rels|worksheets\/[^/]+\.xml)$/i;

/** @throws SheetError */
export function readWorkbook(bytes: Buffer): Workbook {
  if (bytes.length > WORKBOOK_LIMITS.bytesMax)
    throw new SheetError(`the file has more than ${WORKBOOK_LIMITS.bytesMax} bytes: split it`);
  try {
    return readParts(unpack(bytes));
  } catch (error) {
    if (error instanceof ArchiveError || error instanceof XmlError)
      throw new SheetError(`this is no XLSX file that can be read: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Texts of the parts, by name in small letters. */
function unpack(bytes: Buffer): Map<string, () => string> {
  const { unpackedBytesMax, entriesMax, entryBytesMax } = WORKBOOK_LIMITS;
  const parts = new Map<string, () => string>();
  for (const { name, unpack: content } of zipEntries(
    bytes,
    { unpackedBytesMax, entriesMax, entryBytesMax },
    (one) => WANTED.test(one),
  ))
    parts.set(name.toLowerCase(), () => new TextDecoder('utf-8').decode(content()));
  return parts;
}

interface SheetPlace {
  name: string;
  hidden: boolean;
  relation: string;
}

function attributeOf(attributes: readonly XmlAttribute[], wanted: string): string | undefined {
  return attributes.find(([name]) => localName(name) === wanted)?.[1];
}

function readParts(parts: ReadonlyMap<string, () => string>): Workbook {
  const book = parts.get('xl/workbook.xml');
  if (book === undefined) throw new SheetError('this is no XLSX file: it has no workbook; save it as .xlsx');
  const places: SheetPlace[] = [];
  let from1904 = false;
  scanXml(book(), {
    open(name, attributes) {
      const local = localName(name);
      if (local === 'workbookPr') from1904 = /^(?:1|true)$/.test(attributeOf(attributes, 'date1904') ?? '');
      if (local !== 'sheet') return;
      // `sheetId` and `r:id` differ by their prefix only in some writers.
      const relation = attributes.find(([key]) => key.includes(':') && localName(key) === 'id')?.[1] ?? '';
      const hidden = (attributeOf(attributes, 'state') ?? 'visible') !== 'visible';
      places.push({ name: attributeOf(attributes, 'name') ?? '', hidden, relation });
    },
    close: () => undefined,
  });
  if (places.length > WORKBOOK_LIMITS.sheetsMax)
    throw new SheetError(`the file has more than ${WORKBOOK_LIMITS.sheetsMax} sheets: take some out`);
  const targets = readTargets(parts.get('xl/_rels/workbook.xml.rels'));
  const strings = readStrings(parts.get('xl/sharedstrings.xml'));
  const budget: SheetBudget = { rows: 0, cells: 0 };
  const sheets = places.flatMap(({ name, hidden, relation }): Sheet[] => {
    const text = parts.get(targets.get(relation) ?? '');
    return text === undefined ? [] : [{ name, hidden, ...readSheet(text(), strings, budget) }];
  });
  return { sheets, from1904 };
}

/** Where the sheets lie, by relation. */
function readTargets(text: (() => string) | undefined): Map<string, string> {
  const targets = new Map<string, string>();
  if (text === undefined) return targets;
  scanXml(text(), {
    open(name, attributes) {
      if (localName(name) !== 'Relationship') return;
      const target = (attributeOf(attributes, 'Target') ?? '').toLowerCase();
      const place = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
      targets.set(attributeOf(attributes, 'Id') ?? '', place);
    },
    close: () => undefined,
  });
  return targets;
}

function readStrings(text: (() => string) | undefined): string[] {
  const strings: string[] = [];
  if (text === undefined) return strings;
  let current = '';
  let isPhonetic = false;
  scanXml(
    text(),
    {
      open(name) {
        const local = localName(name);
        if (local === 'si') current = '';
        if (local === 'rPh') isPhonetic = true;
      },
      close(name, own) {
        const local = localName(name);
        if (local === 't' && !isPhonetic) current = (current + own).slice(0, WORKBOOK_LIMITS.textCharsMax);
        if (local === 'rPh') isPhonetic = false;
        if (local !== 'si') return;
        strings.push(current);
        if (strings.length > WORKBOOK_LIMITS.stringsMax)
          throw new SheetError(`the file has more than ${WORKBOOK_LIMITS.stringsMax} texts: split it`);
      },
    },
    WORKBOOK_LIMITS.elementsMax,
  );
  return strings;
}
