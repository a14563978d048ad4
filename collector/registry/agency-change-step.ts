/** The steps of a change of the tree, and what stands in its way. */
import type { PartTakes } from '../agency/change-plan.ts';
import type { AgencyKind } from './tables/agency.ts';

/** An agency of now, or one that the change begins: `new:` and its place. */
export type TargetKey = number | `new:${number}`;

export type ConflictCode =
  | 'unknown'
  | 'ended'
  | 'root'
  | 'cycle'
  | 'twin'
  | 'system-twin'
  | 'taken-twice'
  | 'not-below'
  | 'too-early'
  | 'nothing-to-do'
  | 'already-planned'
  | 'code';

export interface ChangeConflict {
  code: ConflictCode;
  /** Agency it is about. */
  agencyId: number | null;
  message: string;
}

export interface ChangeSteps {
  begins: { key: TargetKey; name: string; shortName: string; kind: AgencyKind; parentId: number }[];
  moves: { agencyId: number; name: string; from: number | null; to: TargetKey }[];
  ends: { agencyId: number; name: string; successors: TargetKey[]; keeper: TargetKey | null }[];
  /** In this order; `takes` left out: everything that is still there. */
  carries: { from: number; to: TargetKey; takes?: PartTakes | undefined }[];
  codes: { to: TargetKey; code: string; form?: 'qcvn-102' | 'qd-20' | undefined }[];
  renames: { agencyId: number; name: string; shortName: string }[];
  /** A part went away; the agency itself goes on. */
  parted: { agencyId: number; successors: TargetKey[] }[];
  conflicts: ChangeConflict[];
}

/** Most that are named. */
export const CONFLICTS_MAX = 200;

/** Steps as they are found. */
export class Steps implements ChangeSteps {
  begins: ChangeSteps['begins'] = [];
  moves: ChangeSteps['moves'] = [];
  ends: ChangeSteps['ends'] = [];
  carries: ChangeSteps['carries'] = [];
  codes: ChangeSteps['codes'] = [];
  renames: ChangeSteps['renames'] = [];
  parted: ChangeSteps['parted'] = [];
  conflicts: ChangeConflict[] = [];

  refuse(code: ConflictCode, agencyId: number | null, message: string): void {
    if (this.conflicts.length < CONFLICTS_MAX) this.conflicts.push({ code, agencyId, message });
  }
}
