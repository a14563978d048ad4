/** Keeping in one view: the disk and its forecast, months by level, budgets, runs. */
import { useQuery } from '@tanstack/react-query';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { useFileSize } from '../../ui/file-size.ts';
import { QueryView } from '../../ui/query-view.tsx';
import { Stat, Stats } from '../../ui/stat.tsx';
import { BudgetsCard } from './budgets-card.tsx';
import { MonthsCard } from './months-card.tsx';
import { readRetention, type Retention } from './retention-api.ts';
import { messages } from './retention-messages.ts';
import { isOfNow } from './retention-words.ts';
import { RunsCard } from './runs-card.tsx';

const soonDays = 30;

function Numbers({ data }: { readonly data: Retention }) {
  const { number } = useI18n();
  const text = useText(messages);
  const size = useFileSize();
  const { disk, cold } = data;
  return (
    <Stats>
      {disk === null ? null : (
        <>
          <Stat
            name={text('keep.free')}
            value={size(disk.freeBytes)}
            tone={disk.isFull ? 'bad' : undefined}
            hint={text('keep.ofTotal', { total: size(disk.totalBytes), reserve: size(disk.reserveBytes) })}
            testId="disk-free"
          />
          <Stat
            name={text('keep.forecast')}
            value={
              disk.daysUntilFull === null
                ? text('keep.noForecast')
                : text('keep.days', { n: Math.floor(disk.daysUntilFull) })
            }
            tone={disk.daysUntilFull !== null && disk.daysUntilFull < soonDays ? 'warn' : undefined}
            hint={
              disk.growthBytesPerDay === null
                ? undefined
                : text('keep.growth', { size: size(disk.growthBytesPerDay) })
            }
          />
        </>
      )}
      {cold === null ? null : (
        <Stat
          name={text('keep.cold')}
          value={size(cold.storedBytes)}
          hint={text('keep.coldHint', { n: cold.days, free: size(cold.freeBytes) })}
        />
      )}
      <Stat
        name={text('keep.inForce')}
        value={number(data.holdsInForce)}
        to="/administration/retention/holds"
      />
      <Stat
        name={text('keep.deletedRows')}
        value={number(data.deletedRows)}
        hint={text('keep.deletedHint')}
      />
    </Stats>
  );
}

export function RetentionOverview() {
  const text = useText(messages);
  const query = useQuery({
    queryKey: ['retention', 'view'],
    queryFn: ({ signal }) => readRetention(signal),
    refetchInterval: 60_000,
  });
  return (
    <QueryView query={query}>
      {(data) => (
        <>
          {data.disk?.isFull === true ? (
            <p className="vg-notice vg-notice-error" role="alert">
              {text('keep.full')}
            </p>
          ) : null}
          <Numbers data={data} />
          <MonthsCard rules={data.rules.filter(isOfNow)} />
          <BudgetsCard agencies={data.agencies} />
          <RunsCard runs={data.runs} />
        </>
      )}
    </QueryView>
  );
}
