/** What changed on watched files of all hosts, by what caused it. */
import { useText } from '../i18n/use-text.ts';
import { Page } from '../ui/page.tsx';
import { ChangeBrowser } from './change-browser.tsx';
import { messages } from './integrity-messages.ts';

export default function IntegrityPage() {
  const text = useText(messages);
  return (
    <Page title={text('integrity.title')} layout="plain">
      <ChangeBrowser path="/integrity" />
    </Page>
  );
}
