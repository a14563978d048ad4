/** How the search goes, or what it came to: how many, how exact, and which hosts said nothing at all. */
import { useText } from '../i18n/use-text.ts';
import { LineText } from '../text/safe-text.tsx';
import { ErrorNotice } from '../ui/notices.tsx';
import { messages } from './messages.ts';
import { useElapsed, type Hunt } from './use-hunt.ts';

const silentShown = 50;

export function HuntStatus({ hunt }: { readonly hunt: Hunt }) {
  const text = useText(messages);
  const elapsed = useElapsed(hunt.busy);
  const { summary } = hunt;
  // All were looked at one by one: what the database could only bound is known.
  const isWhole = !hunt.busy && !hunt.hasMore && hunt.rows.length > 0;
  const silent = summary === undefined ? 0 : summary.hosts.inScope - summary.hosts.withEvents;
  return (
    <>
      <div className="vg-hunt-status" role="status" data-testid="hunt-status">
        {hunt.busy ? <span>{text('hunt.running', { n: elapsed })}</span> : null}
        {summary === undefined ? null : (
          <b title={summary.exact || isWhole ? undefined : text('hunt.countHint')} data-testid="hunt-count">
            {text(summary.exact || isWhole ? 'hunt.count' : 'hunt.countMost', {
              n: isWhole && !summary.exact ? hunt.rows.length : summary.count,
            })}
          </b>
        )}
        {hunt.rows.length === 0 ? null : <span>{text('hunt.shown', { n: hunt.rows.length })}</span>}
        {summary === undefined || silent <= 0 ? null : (
          <details className="vg-silent">
            <summary>{text('hunt.silent', { n: silent, total: summary.hosts.inScope })}</summary>
            <p className="vg-hint">
              {text('hunt.silentHosts')}:{' '}
              <LineText
                value={summary.hosts.silent
                  .slice(0, silentShown)
                  .map(({ hostname }) => hostname)
                  .join(', ')}
              />
            </p>
          </details>
        )}
      </div>
      {hunt.summaryError === null || hunt.error !== null ? null : <ErrorNotice error={hunt.summaryError} />}
    </>
  );
}
