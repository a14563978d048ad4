/** Brings hosts on watch: ready commands per agency and group, and the packages that they fetch. */
import { useState } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { Link } from '../../router/router.tsx';
import { useMay } from '../../shell/me.ts';
import { visibleString } from '../../text/visible-text.ts';
import { Facts } from '../../ui/facts.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryView } from '../../ui/query-view.tsx';
import { AbsoluteTime } from '../../ui/times.tsx';
import { usePackages, type MadeCommands } from './install-api.ts';
import { InstallForm } from './install-form.tsx';
import { messages } from './install-messages.ts';
import { PackagesCard } from './packages-card.tsx';
import { ReadyCommands } from './ready-commands.tsx';
import './install.css';

const nameShownMax = 120;

type Made = { readonly commands: MadeCommands; readonly url: string };

function MadeCard({ made, onAgain }: { readonly made: Made; readonly onAgain: () => void }) {
  const text = useText(messages);
  const { agencyName, uses, expiresAt, tokenId } = made.commands;
  return (
    <section className="vg-card vg-install-made" data-testid="install-made">
      <div className="vg-section-head">
        <h2>{text('install.made', { agency: visibleString(agencyName, nameShownMax) })}</h2>
        <button type="button" className="vg-button" onClick={onAgain} data-testid="install-again">
          {text('install.again')}
        </button>
      </div>
      <p className="vg-hint">{text('install.once')}</p>
      <Facts
        facts={[
          [text('install.usesMade'), text('install.hosts', { n: uses })],
          [text('install.until'), <AbsoluteTime key="until" iso={expiresAt} />],
          [
            text('install.tokenId'),
            <Link key="token" to="/administration/join-tokens">
              <code>{tokenId}</code>
            </Link>,
          ],
        ]}
      />
      <ReadyCommands made={made.commands} url={made.url} />
    </section>
  );
}

export default function InstallPage() {
  const text = useText(messages);
  const may = useMay('join-token:write');
  const packages = usePackages();
  const [made, setMade] = useState<Made | null>(null);
  return (
    <Page
      title={text('install.title')}
      summary={
        packages.data === undefined
          ? undefined
          : text('install.summary', { n: packages.data.packages.length })
      }
    >
      {made === null ? null : <MadeCard made={made} onAgain={() => setMade(null)} />}
      {may && made === null ? (
        <section className="vg-card">
          <h2>{text('install.form')}</h2>
          <InstallForm onMade={(commands, url) => setMade({ commands, url })} />
        </section>
      ) : null}
      <QueryView query={packages}>{(list) => <PackagesCard list={list} />}</QueryView>
    </Page>
  );
}
