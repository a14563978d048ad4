/** What is counted and said of making rows of records, whichever thread does it. */
import type { Logger } from './log.ts';
import type { Metrics } from './metrics.ts';

export interface InterpretationNews {
  /** Lines of unknown form, kept whole. @param channel as in stored rows */
  onUnparsed: (channel: string, lines?: number) => void;
  /** A record met a defect of ours and is kept as rejected. */
  onFault: (error: unknown) => void;
}

export function interpretationNews(metrics: Metrics, log: Logger): InterpretationNews {
  return {
    onUnparsed: (channel, lines = 1) => metrics.unparsedLines.inc({ channel }, lines),
    onFault: (error) => {
      metrics.eventsRejected.inc();
      log.error({ err: error }, 'a record could not become an event; it is kept as rejected');
    },
  };
}
