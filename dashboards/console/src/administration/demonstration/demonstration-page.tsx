/** The demonstration: what it is, whether it can begin here, how far it is, and its removal. */
import Button from 'antd/es/button';
import { useState } from 'react';
import { useI18n } from '../../i18n/use-i18n.ts';
import { useText } from '../../i18n/use-text.ts';
import { useMay } from '../../shell/me.ts';
import { FormDialog } from '../../ui/form-dialog.tsx';
import { TextField } from '../../ui/form-fields.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import {
  beginDemonstration,
  removeDemonstration,
  untilState,
  useDemonstration,
  type Demonstration,
} from './demonstration-api.ts';
import { messages } from './demonstration-messages.ts';
import '../../jobs/jobs.css';

const obstacleLabels = {
  hosts: 'demo.obstacle.hosts',
  agencies: 'demo.obstacle.agencies',
  systems: 'demo.obstacle.systems',
  unavailable: 'demo.obstacle.unavailable',
} as const;

const hostsMin = 36;
const hostsMax = 300;

/** The way in, with its form; also shown at the first set-up. */
export function BeginDemonstration() {
  const text = useText(messages);
  const [open, setOpen] = useState(false);
  const [hosts, setHosts] = useState('120');
  const [waits, setWaits] = useState(false);
  const valid = /^\d+$/u.test(hosts) && Number(hosts) >= hostsMin && Number(hosts) <= hostsMax;
  return (
    <>
      <Button aria-haspopup="dialog" data-testid="demo-begin" onClick={() => setOpen(true)}>
        {text('demo.begin')}
      </Button>
      {open ? (
        <FormDialog
          title={text('demo.begin')}
          submitLabel={text('demo.begin')}
          disabled={!valid}
          testId="demo-begin-form"
          onSubmit={async () => {
            await beginDemonstration(Number(hosts));
            setWaits(true);
            await untilState((state) => state !== 'off', '/administration/demonstration');
            return undefined;
          }}
          onClose={() => setOpen(false)}
        >
          <p>{text('demo.beginText')}</p>
          <TextField
            label={text('demo.hosts')}
            hint={text('demo.hostsHint')}
            type="number"
            min={hostsMin}
            max={hostsMax}
            required
            value={hosts}
            onChange={setHosts}
          />
          {waits ? <p role="status">{text('demo.restarting')}</p> : null}
        </FormDialog>
      ) : null}
    </>
  );
}

function RemoveDemonstration() {
  const text = useText(messages);
  const [open, setOpen] = useState(false);
  const [waits, setWaits] = useState(false);
  return (
    <>
      <Button aria-haspopup="dialog" danger data-testid="demo-remove" onClick={() => setOpen(true)}>
        {text('demo.remove')}
      </Button>
      {open ? (
        <FormDialog
          title={text('demo.remove')}
          submitLabel={text('demo.remove')}
          danger
          testId="demo-remove-form"
          onSubmit={async () => {
            await removeDemonstration();
            setWaits(true);
            await untilState((state) => state === 'off', '/welcome');
            return undefined;
          }}
          onClose={() => setOpen(false)}
        >
          <p>{text('demo.removeText')}</p>
          {waits ? <p role="status">{text('demo.restarting')}</p> : null}
        </FormDialog>
      ) : null}
    </>
  );
}

function Standing({ demonstration }: { readonly demonstration: Demonstration }) {
  const text = useText(messages);
  const { dateTime } = useI18n();
  const may = useMay('user:write');
  const { state, told, of, obstacle, since } = demonstration;
  if (state === 'off') {
    if (obstacle === null) return may ? <BeginDemonstration /> : null;
    return (
      <div role="status" data-testid="demo-obstacle">
        <strong>{text('demo.obstacle')}</strong>
        <p>{text(obstacleLabels[obstacle])}</p>
      </div>
    );
  }
  return (
    <>
      {state === 'filling' ? (
        <div className="vg-job" role="status" data-testid="demo-filling">
          <progress aria-label={text('demo.heading')} max={Math.max(1, of)} value={told} />
          <span>{text('demo.filling', { told, of })}</span>
        </div>
      ) : (
        <p role="status" data-testid="demo-on">
          {state === 'cut-off'
            ? text('demo.cutOff')
            : text('demo.on', { time: since === null ? '' : dateTime(since) })}
        </p>
      )}
      {state === 'on' ? (
        <p className={demonstration.online === 0 ? 'vg-warn' : undefined} data-testid="demo-online">
          {demonstration.online === 0
            ? text('demo.noneOnline')
            : text('demo.online', { n: demonstration.online })}
        </p>
      ) : null}
      <p className="vg-hint">{text('demo.onText')}</p>
      {may ? <RemoveDemonstration /> : null}
    </>
  );
}

export default function DemonstrationPage() {
  const text = useText(messages);
  const query = useDemonstration();
  return (
    <Page title={text('demo.heading')}>
      <section className="vg-card vg-demo">
        <p>{text('demo.about')}</p>
        <QueryView query={query}>{(demonstration) => <Standing demonstration={demonstration} />}</QueryView>
      </section>
    </Page>
  );
}
