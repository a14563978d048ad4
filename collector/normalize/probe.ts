/**
 * What a chosen agent saw of a system on which there is none. Facts with an ECS name stand under it; all of them keep the
 * agent's names behind `probe.detail.`, findings are one list, and the target's host is the event's subject.
 */
import { isIP } from 'node:net';
import type { ProbeRecord } from '../protocol/probe-record.ts';
import type { FieldValue, NormalEvent } from './event.ts';
import { logSources, put, putAction } from './draft.ts';
import { putFacts, wordsOf } from './put-facts.ts';
import type { Facts } from './put-facts.ts';

const PROBE = logSources({ product: 'vonggac', service: 'probe' });

const MS_NS = 1_000_000;

export function readProbe(event: NormalEvent, record: ProbeRecord): void {
  const { probe, target, aspect, change, state, previousState, findings, reason, detail } = record;
  event.logsources = PROBE;
  event.parsed = true;
  putAction(event, `probe_${aspect}_${change}`, state === 'failed' ? 'failure' : 'success');
  put(event, 'probe.name', probe);
  put(event, 'probe.target', target);
  put(event, 'probe.aspect', aspect);
  put(event, 'probe.change', change);
  put(event, 'probe.state', state);
  put(event, 'probe.previous_state', previousState);
  put(event, 'probe.findings', findings);
  put(event, 'probe.reason', reason);
  putFacts(event, 'probe.detail.', detail);
  putShared(event, record, detail ?? {});
  const why = findings === undefined ? '' : `: ${findings.join(', ')}`;
  const words = reason === undefined ? '' : `; ${reason}`;
  event.message = `${probe} ${aspect} ${change === 'summary' ? 'summary, ' : ''}${state}${why}${words}${wordsOf(detail)}`;
}

/** Under the names of ECS. */
function putShared(event: NormalEvent, { target, aspect }: ProbeRecord, facts: Facts): void {
  const url = URL.parse(target);
  const host = url?.hostname.replace(/^\[(.*)\]$/, '$1') ?? '';
  put(event, 'url.original', target);
  if (host !== '') {
    put(event, 'url.domain', host);
    put(event, 'server.address', host);
    put(event, 'server.port', url?.port === '' ? undefined : Number(url?.port));
  }
  switch (aspect) {
    case 'reachability':
      put(event, 'url.full', facts['url']);
      put(event, 'server.ip', addressOf(facts['address']));
      put(event, 'http.response.status_code', facts['status']);
      put(event, 'http.response.body.bytes', facts['bytes']);
      put(event, 'event.duration', times(facts['totalMs'], MS_NS));
      return;
    case 'tls':
      put(event, 'tls.version_protocol', typeof facts['protocol'] === 'string' ? 'tls' : undefined);
      put(event, 'tls.version', textOf(facts['protocol'])?.replace(/^TLSv/, ''));
      put(event, 'tls.cipher', facts['cipher']);
      put(event, 'tls.server.hash.sha256', facts['fingerprint']);
      put(event, 'tls.server.subject', facts['subject']);
      put(event, 'tls.server.issuer', facts['issuer']);
      put(event, 'tls.server.not_before', dateOf(facts['validFromMs']));
      put(event, 'tls.server.not_after', dateOf(facts['validToMs']));
      put(event, 'tls.server.x509.serial_number', facts['serial']);
      return;
    case 'dns':
      put(event, 'dns.question.name', host === '' ? undefined : host);
      put(event, 'dns.question.registered_domain', textOf(facts['zone']) || undefined);
      put(event, 'dns.resolved_ip', listOf(facts['addresses']));
      return;
    case 'domain':
      put(event, 'dns.question.registered_domain', facts['domain']);
      return;
    case 'page':
    case 'cloaking':
  }
}

function textOf(value: FieldValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function addressOf(value: FieldValue | undefined): string | undefined {
  return typeof value === 'string' && isIP(value) !== 0 ? value : undefined;
}

function listOf(value: FieldValue | undefined): string[] | undefined {
  return typeof value === 'string' && value !== '' ? value.split(' ') : undefined;
}

function times(value: FieldValue | undefined, factor: number): number | undefined {
  return typeof value === 'number' ? value * factor : undefined;
}

function dateOf(value: FieldValue | undefined): string | undefined {
  const isTime = typeof value === 'number' && Math.abs(value) <= 8.64e15;
  return isTime ? new Date(value).toISOString() : undefined;
}
