/** A report or a notice as it will leave, in the page: the blocks of its document as headings, text and tables. */
import { useQuery } from '@tanstack/react-query';
import type { ReportBlocks } from '../../../../collector/api/contract-reports.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { useText } from '../i18n/use-text.ts';
import { http } from '../session/session-store.ts';
import { LineText } from '../text/safe-text.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { messages } from './messages.ts';
import './documents.css';

type Block = ReportBlocks['sections'][number]['blocks'][number];
type Table = Extract<Block, { kind: 'table' }>;
type Cell = Table['rows'][number][number];
type Inline = Extract<Block, { kind: 'paragraph' }>['words'];

const rowsMax = 300;

function Inlines({ words }: { readonly words: Inline }) {
  if (typeof words === 'string') return <LineText value={words} />;
  return words.map((run, index) => {
    const text = <LineText value={run.text} />;
    // Runs have no names; their order is fixed by the document.
    // oxlint-disable-next-line no-array-index-key
    if (run.bold === true) return <strong key={index}>{text}</strong>;
    // oxlint-disable-next-line no-array-index-key
    return run.italic === true ? <em key={index}>{text}</em> : <span key={index}>{text}</span>;
  });
}

function Content({ cell }: { readonly cell: Cell }) {
  const { number } = useI18n();
  if (typeof cell.content !== 'number') return <Inlines words={cell.content} />;
  return cell.as === 'percent' ? `${number(Math.round(cell.content * 1_000) / 10)} %` : number(cell.content);
}

function Cells({
  row,
  table,
  head,
}: {
  readonly row: readonly Cell[];
  readonly table: Table;
  readonly head: boolean;
}) {
  return row.map((cell, index) => {
    const align = cell.align ?? (typeof cell.content === 'number' ? 'right' : table.columns[index]?.align);
    const Tag = head ? 'th' : 'td';
    return (
      <Tag
        // oxlint-disable-next-line no-array-index-key
        key={index}
        scope={head ? 'col' : undefined}
        colSpan={cell.colSpan}
        rowSpan={cell.rowSpan}
        data-align={align}
        data-bold={cell.bold === true ? 'true' : undefined}
      >
        <Content cell={cell} />
      </Tag>
    );
  });
}

function TableView({ table }: { readonly table: Table }) {
  const text = useText(messages);
  const left = table.rows.length - rowsMax;
  return (
    <div className="vg-doc-table">
      <table>
        {table.caption === undefined ? null : (
          <caption>
            <Inlines words={table.caption} />
          </caption>
        )}
        <thead>
          {table.header.map((row, index) => (
            // oxlint-disable-next-line no-array-index-key
            <tr key={index}>
              <Cells row={row} table={table} head />
            </tr>
          ))}
        </thead>
        <tbody>
          {table.rows.length === 0 ? (
            <tr>
              <td colSpan={table.columns.length}>
                <LineText value={table.empty} />
              </td>
            </tr>
          ) : (
            table.rows.slice(0, rowsMax).map((row, index) => (
              <tr key={table.rowIds?.[index] ?? index}>
                <Cells row={row} table={table} head={false} />
              </tr>
            ))
          )}
        </tbody>
      </table>
      {left > 0 ? <p className="vg-hint">{text('document.rowsLeft', { n: left })}</p> : null}
    </div>
  );
}

function BlockView({ block }: { readonly block: Block }) {
  const text = useText(messages);
  switch (block.kind) {
    case 'table':
      return <TableView table={block} />;
    case 'paragraph':
      return (
        <p data-align={block.align}>
          <Inlines words={block.words} />
        </p>
      );
    case 'heading':
      return block.level === 1 ? (
        <h3>
          <LineText value={block.words} />
        </h3>
      ) : (
        <h4>
          <LineText value={block.words} />
        </h4>
      );
    case 'list':
      return (
        <ul className="vg-doc-list" data-marker={block.marker}>
          {block.items.map((item, index) => (
            // oxlint-disable-next-line no-array-index-key
            <li key={index}>
              <Inlines words={item} />
            </li>
          ))}
        </ul>
      );
    case 'letter-head':
      return (
        <div className="vg-doc-head">
          <div>
            {block.superior === '' ? null : (
              <p>
                <LineText value={block.superior} />
              </p>
            )}
            <p className="vg-doc-strong">
              <LineText value={block.issuer} />
            </p>
          </div>
          <p className="vg-hint">
            {text('document.head', { symbol: block.symbol, place: block.place === '' ? '…' : block.place })}
          </p>
        </div>
      );
    case 'title':
      return (
        <div className="vg-doc-title">
          <p className="vg-doc-strong">
            <LineText value={block.name} />
          </p>
          <p className="vg-doc-strong">
            <LineText value={block.abstract} />
          </p>
        </div>
      );
    case 'annex-title':
      return (
        <div className="vg-doc-title">
          <p className="vg-doc-strong">
            <LineText value={block.label} />
          </p>
          <p className="vg-doc-strong">
            <LineText value={block.title} />
          </p>
          <p className="vg-hint">
            <LineText value={block.with} />
          </p>
        </div>
      );
    case 'closing':
      return (
        <div className="vg-doc-head">
          <div>
            <p className="vg-doc-strong">{text('document.recipients')}</p>
            {block.recipients.map((one) => (
              <p key={one}>
                <LineText value={`- ${one}`} />
              </p>
            ))}
          </div>
          <div className="vg-doc-sign">
            {block.capacity.map((one) => (
              <p key={one} className="vg-doc-strong">
                <LineText value={one} />
              </p>
            ))}
            <p>
              <LineText value={block.signer} />
            </p>
          </div>
        </div>
      );
  }
}

/** @param path of the API that answers with the file, without its format */
export function DocumentView({
  path,
  queryKey,
}: {
  readonly path: string;
  readonly queryKey: readonly unknown[];
}) {
  const query = useQuery({
    queryKey: [...queryKey, 'blocks'],
    queryFn: ({ signal }) => http.read<ReportBlocks>(path, signal),
    staleTime: 60_000,
  });
  return (
    <QueryView query={query}>
      {(document) => (
        <article className="vg-doc" data-testid="document" lang="vi">
          {document.banner === undefined ? null : (
            <p className="vg-doc-banner">
              <LineText value={document.banner} />
            </p>
          )}
          {document.sections.map((section, index) => (
            // oxlint-disable-next-line no-array-index-key
            <section key={index}>
              {section.blocks.map((block, place) => (
                // oxlint-disable-next-line no-array-index-key
                <BlockView key={place} block={block} />
              ))}
            </section>
          ))}
        </article>
      )}
    </QueryView>
  );
}
