/** What indicators at work tell: figures for whoever measures, and faults for the log. */
import type { IndicatorServiceOptions } from './indicator-service.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Metrics } from '../../telemetry/metrics.ts';

type News = Pick<IndicatorServiceOptions, 'onMatches' | 'onHeld' | 'onFigures' | 'onFault'>;

export function indicatorNews(metrics: Metrics, log: Logger): News {
  return {
    onMatches: (count) => metrics.indicatorMatches.inc(count),
    onHeld: (count) => metrics.indicatorMatchesHeld.inc(count),
    onFigures: ({ indicators, bytes }) => {
      metrics.indicators.set(indicators);
      metrics.indicatorIndexBytes.set(bytes);
    },
    onFault: (what, error) => log.error({ err: error }, what),
  };
}
