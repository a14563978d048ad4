/** What a read shows: that it is under way, why it failed and how to try again, or what was read. */
import type { UseInfiniteQueryResult, UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useI18n } from '../i18n/use-i18n.ts';
import { ErrorNotice, Loading } from './notices.tsx';

type Props<Data> = {
  readonly query: UseQueryResult<Data>;
  readonly children: (data: Data) => ReactNode;
};

/** An older answer stays in view while a new one is fetched, also when that fails. */
export function QueryView<Data>({ query, children }: Props<Data>) {
  return (
    <>
      {query.isPending && query.error === null ? <Loading /> : null}
      {query.error === null ? null : <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />}
      {query.data === undefined ? null : children(query.data)}
    </>
  );
}

/** The button for the next page of a list. */
export function More({ query }: { readonly query: UseInfiniteQueryResult }) {
  const { t } = useI18n();
  if (!query.hasNextPage) return null;
  return (
    <div className="vg-more">
      <button
        type="button"
        className="vg-button"
        disabled={query.isFetchingNextPage}
        onClick={() => void query.fetchNextPage()}
      >
        {query.isFetchingNextPage ? t('state.loading') : t('list.more')}
      </button>
    </div>
  );
}
