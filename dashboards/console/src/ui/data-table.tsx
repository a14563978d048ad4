/**
 * A dense table: a row's first link opens it, the rest of the row follows on a click; j, k and the arrows move, x selects.
 * Columns that matter less go first when there is little room (container queries in styles/kit.css).
 */
import { useId, type MouseEvent, type ReactNode } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { navigate } from '../router/router.tsx';
import type { Selection } from './use-selection.ts';

export type Column<Row> = {
  readonly key: string;
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
  /** CSS width; without one the column shares what is left. */
  readonly width?: string;
  readonly numeric?: boolean;
  /** Lines may break. */
  readonly wrap?: boolean;
  /** Goes when the table is narrower: `extra` below 1440 px, `wide` below 1100, `medium` below 760, `narrow` below 520. */
  readonly needs?: 'extra' | 'wide' | 'medium' | 'narrow';
};

export type Sorting = { readonly key: string; readonly down: boolean };

type Props<Row> = {
  /** Names the table to screen readers. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Where a row leads; a cell holds the real link (RowLink). */
  readonly addressOf?: ((row: Row) => string) | undefined;
  readonly currentKey?: string | null | undefined;
  readonly selection?: Selection | undefined;
  readonly sorting?: Sorting | undefined;
  readonly onSort?: ((sorting: Sorting) => void) | undefined;
  /** Columns that may be sorted by. */
  readonly sortable?: readonly string[] | undefined;
  readonly testId?: string | undefined;
  /** More facts of a row for tests and styles: `data-*`. */
  readonly dataOf?: ((row: Row) => Readonly<Record<`data-${string}`, string>>) | undefined;
};

const cellClass = <Row,>({ numeric, wrap, needs }: Column<Row>): string =>
  [
    numeric === true ? 'vg-num' : '',
    wrap === true ? 'vg-wrap' : '',
    needs === undefined ? '' : `vg-needs-${needs}`,
  ]
    .filter((name) => name !== '')
    .join(' ');

function follow(event: MouseEvent<HTMLTableRowElement>, to: string): void {
  const selecting = (window.getSelection()?.toString() ?? '') !== '';
  const onControl =
    event.target instanceof Element && event.target.closest('a, button, input, label, select') !== null;
  if (!selecting && !onControl) navigate(to);
}

function Heading<Row>({ column, props }: { readonly column: Column<Row>; readonly props: Props<Row> }) {
  const { sorting, onSort, sortable } = props;
  const sorted = sorting?.key === column.key ? (sorting.down ? 'descending' : 'ascending') : undefined;
  const may = onSort !== undefined && sortable?.includes(column.key) === true;
  return (
    <th scope="col" className={cellClass(column)} style={{ width: column.width }} aria-sort={sorted}>
      {may ? (
        <button
          type="button"
          className="vg-sort"
          data-sorted={sorted}
          onClick={() => onSort({ key: column.key, down: sorted === 'ascending' })}
        >
          {column.label}
        </button>
      ) : (
        column.label
      )}
    </th>
  );
}

export function DataTable<Row>(props: Props<Row>) {
  const { caption, columns, rows, keyOf, addressOf, currentKey, selection, testId, dataOf } = props;
  const { t } = useI18n();
  const id = useId();
  const keys = rows.map(keyOf);
  return (
    <div className="vg-table-place">
      <table className="vg-table vg-data-table">
        <caption className="vg-sr">{caption}</caption>
        <thead>
          <tr>
            {selection === undefined ? null : (
              <th scope="col" className="vg-c-select">
                <input
                  type="checkbox"
                  aria-label={t('table.selectAll')}
                  checked={rows.length > 0 && keys.every((key) => selection.has(key))}
                  onChange={() => selection.toggleAll(keys)}
                />
              </th>
            )}
            {columns.map((column) => (
              <Heading key={column.key} column={column} props={props} />
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => {
            const key = keys[index] ?? '';
            const to = addressOf?.(row);
            return (
              <tr
                key={key}
                id={`${id}-${key}`}
                data-testid={testId}
                data-row-key={key}
                data-current={currentKey === key ? 'true' : undefined}
                data-opens={to === undefined ? undefined : 'true'}
                data-selected={selection?.has(key) === true ? 'true' : undefined}
                {...dataOf?.(row)}
                onClick={to === undefined ? undefined : (event) => follow(event, to)}
              >
                {selection === undefined ? null : (
                  <td className="vg-c-select">
                    <input
                      type="checkbox"
                      id={`${id}-select-${index}`}
                      // With the name of its row, so that each says which it chooses.
                      aria-label={t('table.select')}
                      aria-labelledby={`${id}-select-${index} ${id}-name-${index}`}
                      checked={selection.has(key)}
                      onChange={() => undefined}
                      onClick={(event) => selection.toggle(key, event.shiftKey ? keys : undefined)}
                    />
                  </td>
                )}
                {columns.map((column, place) => (
                  <td
                    key={column.key}
                    id={selection !== undefined && place === 0 ? `${id}-name-${index}` : undefined}
                    className={cellClass(column)}
                  >
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
