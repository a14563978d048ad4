/** The loss ledger: what became of every record that agents read. */
import type { LedgerBy, LedgerReportView } from '../../../../../collector/api/contract-ledger.ts';
import { queryString, type Query } from '../../api/http.ts';
import { http } from '../../session/session-store.ts';

export type Report = LedgerReportView;
export type Numbers = Report['total'];
export type Line = Report['lines'][number];
export type By = LedgerBy;

export const readLedger = (query: Query, signal?: AbortSignal) =>
  http.read<Report>(`/ledger${queryString(query)}`, signal);
