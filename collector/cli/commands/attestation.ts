/** `vonggac compliance attest list | show | add | accept | reject | withdraw` */
import type { AttestationView } from '../../api/dossier-view.ts';
import type { AttestationState } from '../../registry/tables/dossier.ts';
import { asPerson, type PersonFlags } from '../as-person.ts';
import { call, type CommandContext } from '../command.ts';
import { localTime } from '../local-time.ts';
import {
  attestationDecide,
  attestationList,
  attestationPropose,
  attestationShow,
} from '../operations/attestation.ts';
import { printable } from '../printable.ts';
import { formatTable } from '../table.ts';

export interface AttestListFlags {
  system?: number;
  agency?: number;
  control?: string;
  state?: AttestationState;
  dueBefore?: string;
  json?: boolean;
}

function aboutOf({ systemId, agencyId }: AttestationView, { m }: CommandContext): string {
  const { subjects } = m.retention;
  return systemId === null ? `${subjects.agency} ${agencyId}` : `${subjects.system} ${systemId}`;
}

export async function listAttestationsCommand(
  context: CommandContext,
  flags: AttestListFlags,
): Promise<void> {
  const { m, print } = context;
  const { system: systemId, agency: agencyId, json, ...filter } = flags;
  const wanted = { systemId, agencyId, ...filter };
  const query = Object.fromEntries(
    Object.entries(wanted).flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const])),
  );
  const { attestations } = await call(context, attestationList, { query });
  if (json === true) return print(JSON.stringify(attestations, undefined, 2));
  if (attestations.length === 0) return print(m.dossier.noAttestations);
  const { columns, states } = m.dossier;
  formatTable(attestations, [
    { title: columns.id, value: ({ id }) => String(id), align: 'right' },
    { title: columns.system, value: (one) => aboutOf(one, context) },
    { title: columns.controls, value: ({ controls }) => controls.join(', ') },
    { title: columns.state, value: ({ state }) => states[state] },
    { title: columns.signer, value: ({ signer }) => signer },
    { title: columns.signed, value: ({ signedOn }) => signedOn },
    { title: columns.due, value: ({ dueOn }) => dueOn ?? '-' },
    {
      title: columns.by,
      value: ({ createdBy, decidedBy }) => `${createdBy}${decidedBy === null ? '' : ` / ${decidedBy}`}`,
    },
  ]).forEach(print);
}

export async function showAttestationCommand(
  context: CommandContext,
  id: number,
  flags: { json?: boolean },
): Promise<void> {
  const { m, print } = context;
  const { acts, ...kept } = await call(context, attestationShow, { id });
  if (flags.json === true) return print(JSON.stringify({ ...kept, acts }, undefined, 2));
  print(m.dossier.attested(kept.id, m.dossier.states[kept.state]));
  print(`${aboutOf(kept, context)}: ${kept.controls.join(', ')}`);
  print(printable(kept.statement));
  print(`${printable(kept.signer)}, ${kept.signedOn} - ${kept.dueOn ?? ''}`);
  for (const { at, actor, action, reason } of acts)
    print(
      `  ${localTime(Date.parse(at))} ${printable(actor)} ${m.dossier.acts[action] ?? action} ${printable(reason ?? '')}`.trimEnd(),
    );
}

export interface AttestAddFlags {
  system?: number;
  agency?: number;
  control: string[];
  statement: string;
  signer: string;
  signedOn: string;
  dueOn?: string;
  document?: string[];
  provider?: string;
  contract?: string;
}

export async function addAttestationCommand(context: CommandContext, flags: AttestAddFlags): Promise<void> {
  const { system: systemId, agency: agencyId, control: controls, document: documents = [], ...rest } = flags;
  const kind = rest.provider === undefined ? 'own' : 'provider';
  const wanted = { kind, systemId, agencyId, controls, documents, ...rest } as const;
  const { id, state } = await call(context, attestationPropose, wanted);
  context.print(context.m.dossier.attested(id, context.m.dossier.states[state]));
}

export async function decideAttestationCommand(
  context: CommandContext,
  id: number,
  decision: 'accept' | 'reject' | 'withdraw',
  flags: PersonFlags & { reason?: string },
): Promise<void> {
  const { state } = await asPerson(context, flags, (person) =>
    call(context, attestationDecide, { id, decision, reason: flags.reason, person }),
  );
  context.print(context.m.dossier.attested(id, context.m.dossier.states[state]));
}
