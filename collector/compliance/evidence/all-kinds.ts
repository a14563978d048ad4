/** The kinds of evidence there are, by name: the one table. A kind is a file of kinds/ and a line here. */
import type { AnyEvidenceKind } from './evidence-kind.ts';
import { accountsKind } from './kinds/accounts.ts';
import { adminSourcesKind, jumpHostsKind, remoteAccessKind } from './kinds/admin-sources.ts';
import { agentReportingKind } from './kinds/agent-reporting.ts';
import { antivirusKind } from './kinds/antivirus.ts';
import { encryptionKind } from './kinds/encryption.ts';
import { firewallKind } from './kinds/firewall.ts';
import { listeningKind } from './kinds/listening.ts';
import { postureKind } from './kinds/posture.ts';
import { resolversKind } from './kinds/resolvers.ts';
import { sharedAccountsKind } from './kinds/shared-accounts.ts';

const KINDS: readonly AnyEvidenceKind[] = [
  accountsKind,
  adminSourcesKind,
  agentReportingKind,
  antivirusKind,
  encryptionKind,
  firewallKind,
  jumpHostsKind,
  listeningKind,
  postureKind,
  remoteAccessKind,
  resolversKind,
  sharedAccountsKind,
];

export const EVIDENCE_KINDS: ReadonlyMap<string, AnyEvidenceKind> = new Map(
  KINDS.map((kind) => [kind.kind, kind]),
);
