/** Machines by state, each with why it stands so and what to do. */
import { useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { pathOf } from '../../router/location.ts';
import { Link } from '../../router/router.tsx';
import { useMay } from '../../shell/me.ts';
import { LineText } from '../../text/safe-text.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { Badge } from '../../ui/badge.tsx';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { ErrorNotice, Loading } from '../../ui/notices.tsx';
import { More } from '../../ui/query-view.tsx';
import { RelativeTime } from '../../ui/times.tsx';
import {
  installedKey,
  removeMachine,
  useMachines,
  type Machine,
  type MachineFilter,
} from './installed-api.ts';
import { messages } from './installed-messages.ts';
import { machineName, stateLabel, whyText } from './installed-words.ts';

type Props = { readonly filter: MachineFilter; readonly newest: string };

export function Machines({ filter, newest }: Props) {
  const text = useText(messages);
  const may = useMay('agent:write');
  const query = useMachines(filter);
  const [removing, setRemoving] = useState<Machine | null>(null);
  if (query.error !== null) return <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />;
  if (query.data === undefined) return <Loading />;
  const machines = query.data.pages.flatMap((page) => page.machines);
  const total = query.data.pages[0]?.total ?? 0;
  const columns: readonly Column<Machine>[] = [
    {
      key: 'machine',
      label: text('installed.machine'),
      wrap: true,
      cell: (machine) => (
        <>
          {machine.agentId === null ? (
            <strong>
              <LineText value={machineName(machine)} />
            </strong>
          ) : (
            <Link to={pathOf('hosts', machine.agentId)}>
              <LineText value={machineName(machine)} />
            </Link>
          )}
          {machine.serial === '' ? null : (
            <div className="vg-muted">
              {text('installed.serial', { serial: visibleString(machine.serial, 64) })}
            </div>
          )}
        </>
      ),
    },
    {
      key: 'agency',
      label: text('installed.agency'),
      needs: 'wide',
      wrap: true,
      cell: ({ agencyName }) => <LineText value={agencyName} />,
    },
    {
      key: 'where',
      label: text('installed.where'),
      needs: 'medium',
      wrap: true,
      cell: ({ place, person }) => {
        const said = [place, person ?? ''].filter((part) => part !== '').join(', ');
        return said === '' ? '—' : <LineText value={said} />;
      },
    },
    {
      key: 'state',
      label: text('installed.state'),
      width: '170px',
      cell: ({ state }) => {
        const [label, tone] = stateLabel[state];
        return <Badge tone={tone}>{text(label)}</Badge>;
      },
    },
    {
      key: 'what',
      label: text('installed.what'),
      wrap: true,
      needs: 'narrow',
      cell: (machine) => {
        const why = whyText(machine, newest, text);
        return why === '' ? '—' : why;
      },
    },
    {
      key: 'since',
      label: text('installed.since'),
      width: '120px',
      needs: 'medium',
      cell: ({ sinceAt }) => (sinceAt === null ? '—' : <RelativeTime iso={sinceAt} />),
    },
    ...(may
      ? [
          {
            key: 'acts',
            label: '',
            width: '150px',
            needs: 'medium' as const,
            cell: (machine: Machine) =>
              machine.machineId === null ? null : (
                <Button
                  size="small"
                  aria-haspopup="dialog"
                  data-testid="machine-remove"
                  onClick={() => setRemoving(machine)}
                >
                  {text('installed.remove')}
                </Button>
              ),
          },
        ]
      : []),
  ];
  return (
    <>
      <p className="vg-muted" role="status" data-testid="machine-count">
        {text('installed.shown', { n: total })}
      </p>
      {machines.length === 0 ? (
        <p className="vg-hint">{text('installed.noMatch')}</p>
      ) : (
        <DataTable
          caption={text('installed.machinesCaption')}
          columns={columns}
          rows={machines}
          keyOf={({ machineId, agentId }) => String(machineId ?? agentId)}
          testId="machine-row"
          dataOf={({ state }) => ({ 'data-state': state })}
        />
      )}
      <More query={query} />
      {removing === null ? null : <RemoveDialog machine={removing} onClose={() => setRemoving(null)} />}
    </>
  );
}

function RemoveDialog({ machine, onClose }: { readonly machine: Machine; readonly onClose: () => void }) {
  const text = useText(messages);
  const client = useQueryClient();
  return (
    <FormDialog
      title={text('installed.removeTitle', { name: visibleString(machineName(machine), 80) })}
      submitLabel={text('installed.remove')}
      danger
      testId="machine-remove-form"
      onSubmit={async () => {
        if (machine.machineId !== null) await removeMachine(machine.machineId);
        await client.invalidateQueries({ queryKey: installedKey });
        return { text: text('installed.removed') };
      }}
      onClose={onClose}
    >
      <p>{text('installed.removeText')}</p>
    </FormDialog>
  );
}
