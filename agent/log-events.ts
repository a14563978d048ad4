/** The agent's events as log lines. */
import type { Logger } from './log.ts';
import type { SourceEvent } from './source-runner.ts';
import type { GovernorNews } from './governor/governor.ts';
import type { LinkEvent } from './transport/link.ts';

export function logLinkEvent(logger: Logger, event: LinkEvent): void {
  switch (event.kind) {
    case 'connecting':
      logger.debug({ url: event.url }, 'connecting to the collector');
      return;
    case 'collectors':
      logger.debug({ urls: event.urls }, 'collectors in order of preference');
      return;
    case 'moving':
      logger.info({ from: event.from, to: event.to }, 'a preferred collector answers again');
      return;
    case 'online': {
      const { kind: _, ...facts } = event;
      logger.info(facts, 'online');
      return;
    }
    case 'policy':
      logger.debug({ policy: event.policy }, 'settings of the collector');
      return;
    case 'refill': {
      const { kind: _, ...facts } = event;
      logger.warn(facts, 'the collector lacks what it acknowledged: what is kept of it is sent again');
      return;
    }
    case 'sent':
      logger.trace({ lane: event.lane, lastSeq: event.lastSeq }, 'sent');
      return;
    case 'acknowledged':
      logger.trace({ lane: event.lane, seq: event.seq }, 'acknowledged');
      return;
    case 'delete-postponed':
      logger.error({ err: event.error }, 'acknowledged records stay on disk: it refuses writes');
      return;
    case 'offline': {
      const { kind: _, message, ...facts } = event;
      logger.warn(facts, message);
    }
  }
}

export function logSourceEvent(logger: Logger, source: string, event: SourceEvent): void {
  switch (event.kind) {
    case 'caught-up':
      logger.info({ source }, 'watching');
      return;
    case 'committed':
      logger.trace({ source, records: event.records }, 'committed');
      return;
    case 'failed':
      logger.error({ source, err: event.error, retryInMs: event.retryInMs }, 'the source failed');
      return;
    case 'recovered':
      logger.info({ source }, 'the source works again');
      return;
    case 'problem': {
      const { subject, message, cause } = event.problem;
      logger.warn({ source, subject, err: cause }, message);
      return;
    }
    case 'resolved':
      logger.info({ source, subject: event.subject }, 'mended');
      return;
    case 'held':
      if (event.error === undefined) logger.info({ source }, 'the disk takes writes again');
      else logger.error({ source, err: event.error }, 'the source is held back: the disk refuses writes');
  }
}

export function logGovernorNews(logger: Logger, { kind, ...news }: GovernorNews): void {
  const words: Record<GovernorNews['kind'], string> = {
    slowed: 'work was slowed to keep within the budget',
    paused: 'scans are paused',
    resumed: 'scans go on',
    'memory-over': 'memory is over its budget: caches are given back, scans and bulk logs wait',
    'memory-within': 'memory is within its budget again',
  };
  logger.info(news, words[kind]);
}
