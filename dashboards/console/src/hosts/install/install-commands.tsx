/** The commands that bring a host on watch, with the token in them, ready to be copied; the only place that writes them. */
import { useText } from '../../i18n/use-text.ts';
import { CopyButton } from '../../ui/copy-button.tsx';
import { messages } from './install-messages.ts';

/** @param origin of the collector, as the host reaches it */
export function enrolCommands(origin: string, token: string): readonly string[] {
  return [
    `npx vonggac-agent enrol --url ${origin} --token ${token}`,
    'npx vonggac-agent audit install',
    'npx vonggac-agent run',
  ];
}

/** @param token left out: a word stands in its place, and there is nothing to copy yet */
export function InstallCommands({ token }: { readonly token?: string }) {
  const text = useText(messages);
  const commands = enrolCommands(window.location.origin, token ?? text('install.token')).join('\n');
  return (
    <div className="vg-install">
      <pre className="vg-pre" data-testid="install-commands">
        {commands}
      </pre>
      {token === undefined ? null : <CopyButton value={commands} label={text('install.copy')} />}
    </div>
  );
}
