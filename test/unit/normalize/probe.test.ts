/** Records of probes as events, under the names of ECS. */
import { expect, test } from 'vitest';
import type { ProbeRecord } from '../../../collector/protocol/probe-record.ts';
import { probeRecordSchema } from '../../../collector/protocol/probe-record.ts';
import { normalize } from '../../../collector/normalize/normalize.ts';
import type { FieldValue } from '../../../collector/normalize/event.ts';

const CONTEXT = { hostname: 'watcher', timeZone: 'Asia/Ho_Chi_Minh', receivedMs: 1_764_000_000_000 };

function fieldsOf(record: Omit<ProbeRecord, 'kind' | 'at' | 'probe' | 'target'>): {
  fields: Record<string, FieldValue | undefined>;
  message: string;
} {
  const full = probeRecordSchema.parse({
    kind: 'probe',
    at: 1_764_000_000_000,
    probe: 'portal',
    target: 'https://portal.example.gov.vn:8443/trang',
    ...record,
  });
  const event = normalize(full, CONTEXT);
  expect(event.parsed).toBe(true);
  return { fields: event.fields.toRecord(), message: String(event.message) };
}

test('an outage', () => {
  const { fields, message } = fieldsOf({
    aspect: 'reachability',
    change: 'change',
    state: 'failed',
    previousState: 'ok',
    findings: ['http-status'],
    reason: 'it answers with status 503',
    detail: {
      status: 503,
      totalMs: 12,
      address: '203.162.0.1',
      url: 'https://portal.example.gov.vn:8443/loi',
    },
  });
  expect(fields).toMatchObject({
    'event.action': 'probe_reachability_change',
    'event.outcome': 'failure',
    'event.duration': 12_000_000,
    'host.name': 'watcher',
    'probe.name': 'portal',
    'probe.state': 'failed',
    'probe.previous_state': 'ok',
    'probe.findings': ['http-status'],
    'url.domain': 'portal.example.gov.vn',
    'url.full': 'https://portal.example.gov.vn:8443/loi',
    'server.port': 8443,
    'server.ip': '203.162.0.1',
    'http.response.status_code': 503,
  });
  expect(message).toContain('portal reachability failed: http-status; it answers with status 503');
});

test('a certificate', () => {
  const { fields } = fieldsOf({
    aspect: 'tls',
    change: 'first',
    state: 'degraded',
    findings: ['expires-soon'],
    detail: {
      protocol: 'TLSv1.2',
      fingerprint: 'a'.repeat(64),
      validToMs: 1_765_000_000_000,
      issuer: 'CN=CA',
    },
  });
  expect(fields).toMatchObject({
    'tls.version': '1.2',
    'tls.server.hash.sha256': 'a'.repeat(64),
    'tls.server.issuer': 'CN=CA',
    'tls.server.not_after': '2025-12-06T05:46:40.000Z',
    'probe.detail.validToMs': 1_765_000_000_000,
  });
});

test('names', () => {
  const { fields } = fieldsOf({
    aspect: 'dns',
    change: 'change',
    state: 'changed',
    findings: ['addresses-changed'],
    detail: { addresses: '203.162.0.1 203.162.0.2', zone: 'example.gov.vn' },
  });
  expect(fields).toMatchObject({
    'dns.question.name': 'portal.example.gov.vn',
    'dns.question.registered_domain': 'example.gov.vn',
    'dns.resolved_ip': ['203.162.0.1', '203.162.0.2'],
  });
});

test.each<[string, Record<string, string | number | boolean | null>]>([
  ['times beyond any date', { validToMs: 1e300, validFromMs: -1 }],
  ['facts of another kind', { protocol: 12, addresses: true, address: 'nowhere', totalMs: 'soon' }],
])('%s are kept and interpret nothing', (_, detail) => {
  for (const aspect of ['tls', 'dns', 'reachability', 'domain', 'page', 'cloaking'] as const) {
    const { fields } = fieldsOf({ aspect, change: 'first', state: 'ok', detail });
    for (const [name, value] of Object.entries(detail)) expect(fields[`probe.detail.${name}`]).toBe(value);
    expect(fields['server.ip']).toBeUndefined();
    expect(fields['dns.resolved_ip']).toBeUndefined();
  }
});
