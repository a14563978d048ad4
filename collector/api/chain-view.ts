/** Chains as the API shows them: with their alerts as lists show them. */
import { setImmediate as yieldToLoop } from 'node:timers/promises';
import type { Chain, ChainLink } from '../case/chain/form-chains.ts';
import type { Reason } from '../case/chain/join-alerts.ts';
import { SEVERITIES } from '../alert/severity-score.ts';
import { findAlerts } from '../registry/alert-book.ts';
import type { Registry } from '../registry/database.ts';
import type { Alert } from './contract-alerts.ts';
import type { ChainReason, ChainView } from './contract-chains.ts';

/** Alerts in one statement, which nothing else runs beside. */
const READ_AT_ONCE = 100;

/** Accounts stand in a field of their own, so that they are masked for who may not read them. */
const viewReason = ({ kind, label }: Reason): ChainReason =>
  kind === 'user' ? { kind, label: '', user: label } : { kind, label, user: null };

const viewLink = ({ to, reasons, gapMs }: ChainLink) => ({
  to,
  reasons: reasons.map((reason) => viewReason(reason)),
  gapSeconds: Math.round(gapMs / 1_000),
});

export async function viewChain({ db, now }: Registry, chain: Chain): Promise<ChainView> {
  const { members, untold, hosts, tactics, leads, leftOut, points, rank } = chain;
  const ids = [...new Set([...members, ...leftOut].map(({ alert }) => alert.id))];
  const alerts = new Map<string, Alert>();
  for (let at = 0; at < ids.length; at += READ_AT_ONCE) {
    await yieldToLoop();
    for (const alert of await findAlerts(db, ids.slice(at, at + READ_AT_ONCE), now()))
      alerts.set(alert.id, alert);
  }
  return {
    members: members.flatMap(({ alert: { id }, link }) => {
      const alert = alerts.get(id);
      return alert === undefined ? [] : [{ alert, link: link === null ? null : viewLink(link) }];
    }),
    untold: untold.length,
    hosts,
    tactics,
    leads: leads.map((lead) => ({ ...lead, reasons: lead.reasons.map((reason) => viewReason(reason)) })),
    leftOut: leftOut.flatMap(({ alert: { id }, near, why, reason }) => {
      const alert = alerts.get(id);
      return alert === undefined ? [] : [{ alert, near, why, reason: viewReason(reason) }];
    }),
    severity: SEVERITIES[rank] ?? 'informational',
    points,
  };
}
