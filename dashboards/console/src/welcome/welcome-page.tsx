/**
 * The first set-up, for administrators of a watch post without hosts: agency, token, first agent seen live. Each step is
 * done when the server says so, so that the page can be left and come back to.
 */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import Button from 'antd/es/button';
import { useState } from 'react';
import type { MadeCommands } from '../hosts/install/install-api.ts';
import { ReadyCommands } from '../hosts/install/ready-commands.tsx';
import { useDemonstration } from '../administration/demonstration/demonstration-api.ts';
import { BeginDemonstration } from '../administration/demonstration/demonstration-page.tsx';
import { useText } from '../i18n/use-text.ts';
import { useI18n } from '../i18n/use-i18n.ts';
import { Link } from '../router/router.tsx';
import { useDraft } from '../session/drafts.ts';
import { api } from '../session/session-store.ts';
import { useMay, useMe } from '../shell/me.ts';
import { LineText } from '../text/safe-text.tsx';
import { visibleString } from '../text/visible-text.ts';
import { TextField } from '../ui/form-fields.tsx';
import { errorText } from '../ui/notices.tsx';
import { Page } from '../ui/page.tsx';
import { QueryView } from '../ui/query-view.tsx';
import { useAction } from '../ui/use-action.ts';
import { Step } from './step.tsx';
import { TokenStep } from './token-step.tsx';
import { welcomeApi, type Agency } from './welcome-api.ts';
import { messages } from './welcome-messages.ts';
import './welcome.css';

const nameCharsMax = 256;

function AgencyName({ root, onSaved }: { readonly root: Agency; readonly onSaved: () => void }) {
  const text = useText(messages);
  const { t } = useI18n();
  const client = useQueryClient();
  const draft = useDraft(`welcome:agency:${root.id}`, { name: root.name });
  const action = useAction();
  const save = () =>
    action.run(
      async () => {
        await welcomeApi.rename(root.id, draft.value.name.trim());
        draft.drop();
        await client.invalidateQueries({ queryKey: ['welcome'] });
        onSaved();
        return { text: text('welcome.agencySaved') };
      },
      { quiet: true },
    );
  return (
    <form
      className="vg-form"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <TextField
        label={text('welcome.agencyName')}
        hint={text('welcome.agencyText')}
        testId="agency-name"
        required
        maxLength={nameCharsMax}
        value={draft.value.name}
        onChange={(name) => draft.change({ name })}
      />
      {action.error === null ? null : (
        <div role="alert" className="vg-form-error">
          {errorText(action.error, t)}
        </div>
      )}
      <div>
        <Button type="primary" htmlType="submit" loading={action.busy} data-testid="agency-save">
          {text('welcome.agencySave')}
        </Button>
      </div>
    </form>
  );
}

function Password() {
  const text = useText(messages);
  const me = useMe();
  if (me.hasSecondFactor) return <p>{text('welcome.hasSecondFactor')}</p>;
  return (
    <p>
      {text('welcome.passwordText')} <Link to="/second-factor">{text('welcome.secondFactor')}</Link>
    </p>
  );
}

function FirstHost() {
  const text = useText(messages);
  // The live line tells of an agent that comes; asking now and then covers a line that is cut.
  const agents = useQuery({
    queryKey: ['agents'],
    queryFn: ({ signal }) => api.agents(signal),
    refetchInterval: 5_000,
  });
  const host = agents.data?.agents[0];
  if (host === undefined) {
    return (
      <p className="vg-waiting" role="status" data-testid="first-host-waiting">
        <span className="vg-spinner" aria-hidden="true" /> {text('welcome.waiting')}
      </p>
    );
  }
  const name = visibleString(host.hostname, 64);
  return (
    <>
      <p role="status" data-testid="first-host">
        {host.state === 'pending'
          ? text('welcome.pendingText', { host: name })
          : text('welcome.seenText', { host: name })}
      </p>
      <p className="vg-step-links">
        <Link to="/hosts">{text('welcome.toHosts')}</Link>
        <Link to="/alerts">{text('welcome.toAlerts')}</Link>
      </p>
    </>
  );
}

function Steps({ agencies }: { readonly agencies: readonly Agency[] }) {
  const text = useText(messages);
  const { dateTime } = useI18n();
  const [named, setNamed] = useState(false);
  const [made, setMade] = useState<MadeCommands | null>(null);
  const { data } = useQuery({ queryKey: ['agents'], queryFn: ({ signal }) => api.agents(signal) });
  const root = agencies.find(({ parentId }) => parentId === null);
  const hasHosts = (data?.agents.length ?? 0) > 0;
  const isNamed = named || agencies.length > 1 || hasHosts || made !== null;
  return (
    <ol className="vg-steps">
      <Step number={1} state="done" title={text('welcome.password')} testId="step-password">
        <Password />
      </Step>
      <Step number={2} state={isNamed ? 'done' : 'now'} title={text('welcome.agency')} testId="step-agency">
        {isNamed ? (
          <p>
            <LineText value={root?.name ?? '—'} />
          </p>
        ) : root === undefined ? null : (
          <AgencyName root={root} onSaved={() => setNamed(true)} />
        )}
      </Step>
      <Step
        number={3}
        state={made !== null || hasHosts ? 'done' : isNamed ? 'now' : 'later'}
        title={text('welcome.token')}
        testId="step-token"
      >
        {made === null ? (
          <TokenStep agencies={agencies} onMade={setMade} />
        ) : (
          <>
            <p>{text('welcome.tokenUntil', { time: dateTime(made.expiresAt) })}</p>
            <button type="button" className="vg-link" onClick={() => setMade(null)}>
              {text('welcome.tokenAgain')}
            </button>
          </>
        )}
      </Step>
      <Step
        number={4}
        state={hasHosts ? 'done' : made === null ? 'later' : 'now'}
        title={hasHosts ? text('welcome.seen') : text('welcome.install')}
        testId="step-install"
      >
        {made === null ? null : (
          <>
            <p>{text('welcome.installText', { address: window.location.origin })}</p>
            <ReadyCommands made={made} url={window.location.origin} />
            <p className="vg-hint">
              {text('welcome.installDoctor')} <code>{'npx vonggac-agent doctor'}</code>
            </p>
          </>
        )}
        <FirstHost />
      </Step>
    </ol>
  );
}

/** A way to look around first, where nothing real is here yet. */
function DemonstrationOffer() {
  const text = useText(messages);
  const may = useMay('user:write');
  const { data } = useDemonstration();
  if (!may || data?.state !== 'off' || data.obstacle !== null) return null;
  return (
    <section className="vg-welcome-next" data-testid="welcome-demo">
      <h2>{text('welcome.demo')}</h2>
      <p>{text('welcome.demoText')}</p>
      <div>
        <BeginDemonstration />
      </div>
    </section>
  );
}

export default function WelcomePage() {
  const text = useText(messages);
  const agencies = useQuery({
    queryKey: ['welcome', 'agencies'],
    queryFn: ({ signal }) => welcomeApi.agencies(signal),
  });
  return (
    <Page title={text('welcome.title')} actions={<Link to="/overview">{text('welcome.skip')}</Link>}>
      <div className="vg-welcome">
        <p className="vg-welcome-lead">{text('welcome.lead')}</p>
        <QueryView query={agencies}>{(all) => <Steps agencies={all} />}</QueryView>
        <section className="vg-welcome-next">
          <h2>{text('welcome.next')}</h2>
          <p>{text('welcome.nextText')}</p>
        </section>
        <DemonstrationOffer />
      </div>
    </Page>
  );
}
