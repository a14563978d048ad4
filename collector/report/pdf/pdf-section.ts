/** Content of a section of a PDF file, in which the lines above the signature can be known, or begin a page with it. */
import type { Content } from 'pdfmake';
import { shownRows, type Block, type Table } from '../document.ts';
import { keptWithClosing } from '../kept-with-closing.ts';
import { contentOf } from './pdf-blocks.ts';

/** Beginnings of nodes' names. */
export const NAMES = { kept: 'kept-', closing: 'closing-', rows: 'rows-' } as const;

export interface SectionPlace {
  /** Of the text, millimetres. */
  width: number;
  number: number;
  /** Whether the lines that stay with the signature begin a page. */
  parted: boolean;
}

/** A block with the place of its section and, after it, its own. */
interface Placed<B extends Block = Block> {
  block: B;
  place: SectionPlace;
  at: number;
}

const name = (kind: keyof typeof NAMES, { place, at }: Placed): string =>
  `${NAMES[kind]}${place.number}-${at}`;

function onNewPage(nodes: readonly Content[], from: number): Content[] {
  return nodes.map((node, at) => (at === from ? { ...node, pageBreak: 'before' } : node));
}

function keptTable(placed: Placed<Table>, rows: number): Content[] {
  const { block, place } = placed;
  const { width, parted } = place;
  const first = Math.max(0, shownRows(block).length - rows);
  const names = new Map([
    [0, name('rows', placed)],
    [first, name('kept', placed)],
  ]);
  if (!parted) return contentOf(block, width, names);
  if (first === 0) return onNewPage(contentOf(block, width, names), 0);
  const above = { ...block, rows: block.rows.slice(0, first) };
  const below = { ...block, rows: block.rows.slice(first), caption: undefined };
  return [...contentOf(above, width, names), ...onNewPage(contentOf(below, width), 0)];
}

function kept(placed: Placed, rows: number): Content[] {
  const { block, place } = placed;
  if (block.kind === 'table') return keptTable({ ...placed, block }, rows);
  const nodes = contentOf(block, place.width);
  const first = Math.max(0, nodes.length - rows);
  if (place.parted) return onNewPage(nodes, first);
  return nodes.map((node, at) => (at === first ? { ...node, id: name('kept', placed) } : node));
}

export function sectionContents(blocks: readonly Block[], place: SectionPlace): Content[] {
  const keep = keptWithClosing(blocks);
  return blocks.flatMap((block, at) => {
    const placed = { block, place, at };
    if (at === keep?.from) return kept(placed, keep.rows);
    const isClosing = block.kind === 'closing';
    return contentOf(block, place.width, new Map([[0, name(isClosing ? 'closing' : 'rows', placed)]]));
  });
}
