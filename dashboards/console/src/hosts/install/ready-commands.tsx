/** Commands that were just made: one way at a time, with the package it needs, ready to be copied. The token is in them. */
import { useState } from 'react';
import { useText } from '../../i18n/use-text.ts';
import { Link } from '../../router/router.tsx';
import { visibleString } from '../../text/visible-text.ts';
import { Chips } from '../../ui/chips.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { saveText } from '../../ui/save-text.ts';
import { usePackages, type InstallCommand, type MadeCommands } from './install-api.ts';
import { messages } from './install-messages.ts';
import { howLabel, wayLabel } from './install-words.ts';

type Props = {
  readonly made: MadeCommands;
  /** Of the collector, as it stands in the commands. */
  readonly url: string;
};

export function ReadyCommands({ made, url }: Props) {
  const text = useText(messages);
  const [way, setWay] = useState(() => made.commands.find(({ text: ready }) => ready !== null)?.way);
  const command = made.commands.find((one) => one.way === way);
  return (
    <div className="vg-install">
      <Chips
        label={text('install.ways')}
        chosen={way === undefined ? [] : [way]}
        chips={made.commands.map((one) => ({ value: one.way, label: text(wayLabel[one.way]) }))}
        onToggle={setWay}
        testId="install-ways"
      />
      {command === undefined ? null : <OneWay command={command} token={made.token} url={url} />}
    </div>
  );
}

type WayProps = { readonly command: InstallCommand; readonly token: string; readonly url: string };

function OneWay({ command, token, url }: WayProps) {
  const text = useText(messages);
  const { way, needs, text: ready } = command;
  if (ready === null) {
    return (
      <p className="vg-warn" role="status" data-testid="install-needs">
        {text('install.needs', { kind: needs ?? '' })}
      </p>
    );
  }
  const isWindows = command.shell !== 'sh';
  return (
    <>
      <p>{text(howLabel[way])}</p>
      {isWindows ? <p className="vg-hint">{text('install.windowsUntried')}</p> : null}
      <PackageLine command={command} />
      {/* Scrolled by keyboard too. */}
      <pre className="vg-pre" tabIndex={0} aria-label={text(wayLabel[way])} data-testid="install-commands">
        {ready}
      </pre>
      <div className="vg-line">
        <CopyButton value={ready} label={text('install.copyOf')} testId="install-copy" />
        {way === 'gpo' ? (
          <button
            type="button"
            className="vg-button"
            onClick={() => saveText('install-vonggac.cmd', 'text/plain', `${ready}\r\n`)}
          >
            {text('install.saveScript')}
          </button>
        ) : null}
        {way === 'msi' ? (
          <button
            type="button"
            className="vg-button"
            data-testid="install-save-join"
            onClick={() => saveText('vonggac-join.txt', 'text/plain', `URL=${url}\r\nTOKEN=${token}\r\n`)}
          >
            {text('install.saveJoin')}
          </button>
        ) : null}
        {way === 'gpo' ? (
          <Link to="/guide/installing-agents#windows-by-group-policy">{text('install.gpoGuide')}</Link>
        ) : null}
      </div>
    </>
  );
}

/** The package of a way, to be taken along where the host does not fetch it itself. */
function PackageLine({ command }: { readonly command: InstallCommand }) {
  const text = useText(messages);
  const { data } = usePackages();
  const offered = data?.packages.find(({ name }) => name === command.package?.name);
  if (offered === undefined || (command.way !== 'msi' && command.way !== 'gpo')) return null;
  return (
    <a href={offered.path} download={offered.name}>
      {text('install.fetchPackage', { name: visibleString(offered.name, 128) })}
    </a>
  );
}
